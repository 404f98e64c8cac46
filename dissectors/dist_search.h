/*
 * dist_search - find frames in a side that was joined in mid-stream.
 *
 * Two chained frames, one of them a tick or beginning like a frame, the other
 * verified by its control message, are proof; they and eight more are told,
 * walked by their lengths. What is in them is not kept.
 *
 * limits     LIMIT_SEARCH_BYTES are searched; then FACT_BLIND and a quit.
 */
#ifndef DISSECTORS_DIST_SEARCH_H
#define DISSECTORS_DIST_SEARCH_H

#include "dissectors/dissector.h"

enum search_phase {
	SEARCH_START,		/* nothing passed yet */
	SEARCH_ANYWHERE,	/* a frame may begin at any byte */
	SEARCH_CHAIN,		/* a frame ended here: does one begin? */
	SEARCH_WALK,		/* found: a frame begins here */
};

struct dist_search {
	enum search_phase phase;
	bool     verified;	/* SEARCH_CHAIN: the frame that ended was */
	uint8_t  n_ticks;	/* SEARCH_START: told */
	uint8_t  n_walked;
	uint32_t n_searched;	/* bytes */
};

struct step search_feed(struct dist_search *s, enum side side, struct rd in,
    const struct port *out);

#endif
