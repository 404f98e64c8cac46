/*
 * dialogue - what both sides of one TCP connection said, in turns and without packets: of
 * a script, or of a connection in a recording.
 *
 * units      at and acked are offsets in a side's stream, from its first byte.
 * ownership  dialogue_free() frees what is said.
 * limits     DIALOGUE_BYTES_MAX of each side and DIALOGUE_TURNS_MAX turns; a longer
 *            connection ends there, as one whose capture was stopped.
 */
#ifndef TESTKIT_DIALOGUE_H
#define TESTKIT_DIALOGUE_H

#include "dissectors/fact.h"
#include "testkit/packets.h"
#include "testkit/told.h"

#define DIALOGUE_BYTES_MAX 16384u
#define DIALOGUE_TURNS_MAX 128u

struct turn {
	enum side side;
	uint8_t flags;		/* TCP_FIN, TCP_RST or 0 */
	size_t  at, n;		/* n 0: nothing but the acknowledgement, or the end */
	size_t  acked;		/* of the other side's bytes, and its FIN */
};

struct dialogue {
	char name[96];
	bool on_epmd_port;
	uint8_t said[2][DIALOGUE_BYTES_MAX];
	size_t n_said[2];
	bool finished[2];
	struct turn turns[DIALOGUE_TURNS_MAX];
	size_t n_turns;
};

/* Of a talk (script.h), and what its dissector tells when it is fed the talk as written.
 * False: what is lost in it nobody said, or it is too long; or it cannot be read, and why
 * says so. */
bool dialogue_of_talk(struct dialogue *d, struct told *fed, const char *path, const char *name,
    struct diag *why);

/* The n-th connection of a recording, from its SYN on, counted from 0. False: there are
 * not so many, or its bytes are not all there and in order. */
bool dialogue_of_packets(struct dialogue *d, const struct packets *p, unsigned n,
    const char *name);

#endif
