/*
 * talk - let a test play bytes at a dissector, and read the facts as text.
 *
 * Each push copies its bytes to a heap block of their exact size first, so a
 * sanitizer sees a read one past the end.
 */
#ifndef TESTKIT_TALK_H
#define TESTKIT_TALK_H

#include "flow/feeder.h"
#include "testkit/told.h"

struct talk {
	struct feeder side[2];
	_Alignas(16) uint8_t state[DX_STATE_MAX];
	struct told told;
};

void talk_open(struct talk *t, const struct dissector *dx);
void talk_close(struct talk *t);

void talk_say(struct talk *t, enum side side, struct bytes b);
void talk_say_in_pieces(struct talk *t, enum side side, struct bytes b, size_t piece);
void talk_gap(struct talk *t, enum side side, uint64_t n);	/* 0: joined here */

/* The same facts of each side, at the same places? */
bool talk_same(const struct talk *a, const struct talk *b);

/* For fuzzers: play p whole, cut, in pieces and byte by byte, with gaps, all
 * as its first bytes say, and trap when that changes a fact. */
void talk_fuzz(const struct dissector *dx, const uint8_t *p, size_t n);

#endif
