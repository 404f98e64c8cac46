/*
 * rates - bytes a second of each connection, from two looks at it about a second or
 * more apart.
 *
 * failure    no memory: there are no rates.
 */
#ifndef UI_RATES_H
#define UI_RATES_H

#include "ui/scene.h"

#define RATES_EVERY_NS 1000000000u

struct rate {
	uint32_t id;
	uint64_t bytes[2];		/* by enum side, when looked at */
	double   per_second[2];
	bool     known;			/* looked at twice */
};

struct rates {
	struct rate *v;			/* by id */
	size_t   n;
	uint64_t at_ns;			/* of the last look; 0: none */
	uint64_t packets;		/* at that time */
	double   packets_per_second, bytes_per_second;	/* of the whole input */
	uint64_t bytes;
	bool     known;
};

void rates_look(struct rates *r, const struct snapshot *s, uint64_t now_ns);
const struct rate *rates_find(const struct rates *r, uint32_t id);	/* NULL: not known */
void rates_free(struct rates *r);

#endif
