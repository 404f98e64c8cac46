/*
 * roll - the connections that are listed, each judged: one judgement that stays where it
 * is as long as its connection is kept, in an array by id.
 *
 * Ids are given in the order of listing and never again; or, when all are known before the
 * first is listed, by first packet.
 *
 * A listing that is struck leaves the array, and the memory that it and its connection
 * take is given back, in roll_sweep(): what a face was given stays good until then.
 *
 * ownership  the roll owns listings, and connections that were struck and are over.
 * failure    false: memory is out, or all ids were given.
 */
#ifndef AUDIT_ROLL_H
#define AUDIT_ROLL_H

#include "audit/events.h"
#include "audit/verdict.h"
#include "base/arena.h"

/* Told of each judgement that is new, or has changed in more than its counters. */
struct roll_port {
	void *owner;
	void (*changed)(void *owner, const struct judgement *j);	/* NULL: nobody asks */
};

struct roll {
	struct roll_port out;
	struct events *events;			/* borrowed; NULL: nobody asks */
	const struct judgement **shown;		/* by id; what a snapshot has */
	struct listing **listings;		/* theirs */
	size_t   n, room;
	uint32_t last_id;
	uint64_t n_by_verdict[N_VERDICTS];	/* of all that are listed */
	struct listing *struck;			/* until the sweep */
	bool     silent;			/* between roll_begin() and roll_number() */
};

void roll_init(struct roll *r, struct roll_port out, struct events *events);
void roll_free(struct roll *r);		/* connections that are still listed are their owner's */

/* Lists c, or judges it anew. */
bool roll_judge(struct roll *r, struct connection *c, const struct port_facts ports[2]);

/* Only the counters of a listed one. */
void roll_count(struct connection *c);

/* A listed one leaves, and is not counted any more; is_over: and c with it, which is the
 * roll's now. */
void roll_strike(struct roll *r, struct connection *c, bool is_over);
void roll_sweep(struct roll *r);

/* Nothing was listed yet: what is listed in between is numbered by its first packet, and
 * told then. */
void roll_begin(struct roll *r);
void roll_number(struct roll *r);

/* Memory that a listing takes. */
size_t roll_listing_bytes(void);

#endif
