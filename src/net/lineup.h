/*
 * lineup - packets of several lanes, each in its own order, put into one order of time.
 *
 * ownership  packets are copied; one that was taken lives until the next lineup_forget().
 * limits     lineup_is_full(): the caller puts no more, and takes.
 */
#ifndef NET_LINEUP_H
#define NET_LINEUP_H

#include "net/source.h"

#define LINEUP_BYTES (64u << 20)

struct waiting;

struct lane {
	struct waiting *first, *last;
	size_t n;
};

struct lineup {
	struct lane *lanes;
	size_t   n_lanes;
	size_t  *busy;			/* the lanes where some wait, in no order */
	size_t   n_busy;
	size_t   bytes;			/* of all that wait */
	struct waiting *taken;
};

bool lineup_init(struct lineup *l, size_t n_lanes);	/* false: memory is out */
void lineup_free(struct lineup *l);

/* False: memory is out. */
bool lineup_put(struct lineup *l, size_t lane, const struct packet *p);

/* NULL: none waits. */
const struct packet *lineup_oldest(const struct lineup *l);

/* Takes that one; the lane where it stood. */
size_t lineup_take(struct lineup *l);

void lineup_forget(struct lineup *l);

static inline bool
lineup_is_empty(const struct lineup *l, size_t lane)
{
	return l->lanes[lane].first == NULL;
}

static inline bool
lineup_is_full(const struct lineup *l)
{
	return l->bytes >= LINEUP_BYTES;
}

#endif
