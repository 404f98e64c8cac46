/*
 * talk - let a test play bytes at a dissector, and read the facts as text.
 *
 * Each push copies its bytes to a heap block of their exact size first, so a
 * sanitizer sees a read one past the end.
 */
#ifndef TESTKIT_TALK_H
#define TESTKIT_TALK_H

#include "base/text.h"
#include "flow/feeder.h"

#define TALK_LOG_MAX 32768u

struct talk {
	struct feeder side[2];
	struct text   log[2];	/* of each side: one fact a line */
	struct text   where[2];	/* of each side: where each fact lies in its stream, and a hash of its message */
	_Alignas(16) uint8_t state[DX_STATE_MAX];
	char log_buf[2][TALK_LOG_MAX], where_buf[2][TALK_LOG_MAX];
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
