/*
 * mutate - what happens to packets on their way into a capture file: each
 * mutation a small function, with what it may do to what can be known.
 *
 * ownership  a mutant's packets are its own list; the recordings that it is
 *            made of must outlive it.
 */
#ifndef TESTKIT_MUTATE_H
#define TESTKIT_MUTATE_H

#include "dissectors/fact.h"
#include "testkit/dice.h"
#include "testkit/packets.h"

/* None of them: whoever reads the packets must say the same as before. */
enum harm {
	HARM_BYTES  = 1 << 0,	/* bytes are missing, or said twice and differ */
	HARM_TIME   = 1 << 1,	/* times or order are not the true ones */
	HARM_LABELS = 1 << 2,	/* what EPMD said may mean something else now */
};

struct mutant {
	struct packets packets;
	const struct packets *other;	/* a second recording; NULL: none at hand */
	bool merged;			/* the second one is part of it */
	bool contradicted;		/* something is said twice, and differs */
	struct dice dice;
};

struct mutation {
	const char *name;
	void (*apply)(struct mutant *m);
	unsigned harm;			/* enum harm */
	bool forges;			/* says what nobody said, beside what was said */
	unsigned blind;			/* why something cannot be judged then: 1 << enum blind */
};

/* A packet that comes later than this after the end of its connection belongs
 * to nothing: half of FLOW_LINGER_NS. */
#define APART_MAX 30000000000ull

#define BLIND_BY(why) (1u << (why))

extern const struct mutation mutations[];
extern const size_t n_mutations;

/* In mutate_bytes.c: those that write to packets. */
void mutate_split(struct mutant *m);
void mutate_coalesce(struct mutant *m);
void mutate_renumber(struct mutant *m);
void mutate_link_type(struct mutant *m);
void mutate_snaplen(struct mutant *m);
void mutate_stub(struct mutant *m);
void mutate_overlap(struct mutant *m);

#endif
