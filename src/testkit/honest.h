/*
 * honest - is one judgement of a connection the same as another, or weaker, and
 * never stronger or different?
 *
 * truth is what is said of the whole recording, claim what is said of a mutant.
 */
#ifndef TESTKIT_HONEST_H
#define TESTKIT_HONEST_H

#include "audit/judgement.h"
#include "base/text.h"

enum honesty { HONEST_SAME, HONEST_WEAKER, HONEST_ABSENT, HONEST_WRONG };

/* What was done to the recording. */
struct doubt {
	unsigned blind;		/* BLIND_BIT()s that it may cause */
	bool     time;		/* times are not the true ones */
	bool     bytes;		/* packets are missing or forged */
	bool     epmd;		/* and among them some of EPMD */
};

/* why gets a word about everything that is weaker or wrong. */
enum honesty honest(const struct judgement *truth, const struct judgement *claim,
    struct doubt doubt, struct text *why);

/* A connection that the truth does not list, because it had no payload: all
 * that may be said of it is that nothing is known. */
enum honesty honest_of_silent(const struct judgement *claim, struct text *why);

/* Between the same two ends? Who is the client does not matter. */
bool honest_same_ends(const struct judgement *a, const struct judgement *b);

#endif
