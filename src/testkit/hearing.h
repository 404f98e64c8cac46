/*
 * hearing - all that is heard of packets on their way from decode through the flow table to
 * the dissectors: facts as text, and what the way took.
 *
 * ownership  a hearing keeps nothing but text.
 * limits     what the streams of a flow hold and remember is checked against base/limits.h.
 */
#ifndef TESTKIT_HEARING_H
#define TESTKIT_HEARING_H

#include "testkit/packets.h"
#include "testkit/told.h"

struct hearing {
	struct told told;
	unsigned n_flows, n_blind;
	bool searched;		/* what was spoken is not known, and readings were tried */
	const char *wrong;	/* a bound or a rule that every flow obeys was broken; NULL: none */
};

void hearing_of(struct hearing *h, const struct packets *p);

#endif
