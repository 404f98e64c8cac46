/*
 * events - what has happened, a line each: registrations, connections that came, came up,
 * were refused or closed, losses. For a live table; a ring, so the oldest leave first.
 *
 * Events are numbered as they come, from 1; a face that shows an old moment shows those
 * up to the number that was .last then, and asks for each: one may have left meanwhile.
 *
 * units      at_ns as in audit/judgement.h. They come nearly in the order of time: of
 *            what several connections did since the last refresh, one tells after the
 *            other.
 * ownership  an event is the ring's, and stays what and where it is until it leaves.
 * limits     LIMIT_EVENTS; .last - events_held() have left.
 * escaping   text is one line, escaped before it comes here; what was cut ends with "...".
 */
#ifndef AUDIT_EVENTS_H
#define AUDIT_EVENTS_H

#include <stddef.h>

#include "base/text.h"

enum event_kind {
	EVENT_NONE,
	EVENT_REGISTERED,	/* a node registered with EPMD, and was accepted */
	EVENT_NAMED,		/* EPMD told a node's port: in an answer, not known before */
	EVENT_UNREGISTERED,
	EVENT_LISTED,		/* a connection that is, or is told to be, distribution */
	EVENT_VERDICT,		/* its verdict is known now, or another */
	EVENT_UP,
	EVENT_REFUSED,		/* with the sentence that explains */
	EVENT_CLOSED,
	EVENT_DROPS,		/* kernel or interface lost packets */
	EVENT_DAMAGE,		/* the input is damaged, a device went away */
	N_EVENT_KINDS
};

#define EVENT_LINE_MAX 508u	/* for the buffer that a line is made in */

struct event {
	uint64_t at_ns;
	enum event_kind kind;
	uint32_t id;			/* of the connection; 0: of none */
	char text[EVENT_LINE_MAX + 3];
};

struct events {
	uint64_t last;			/* number of the newest; 0: none yet */
	struct event *ring;
};

bool events_init(struct events *e);		/* false: no memory */
void events_free(struct events *e);

/* e NULL: nobody wants them. */
void events_add(struct events *e, uint64_t at_ns, enum event_kind kind, uint32_t id,
    const struct text *line);

uint64_t events_held(const struct events *e);

/* NULL: it has left, or has not come yet. */
const struct event *events_find(const struct events *e, uint64_t number);

const char *event_word(enum event_kind kind);	/* "registered"; NULL for EVENT_NONE */

#endif
