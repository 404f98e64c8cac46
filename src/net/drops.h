/*
 * drops - packets that interfaces lost before any capture could see them: their
 * receive ring was full (rx_missed_errors, rx_fifo_errors).
 *
 * source     rtnetlink(7): RTM_GETLINK, struct rtnl_link_stats of each interface. 32-bit
 *            counters may wrap once between two looks.
 * limits     what an interface lost after the last look, when it is gone at the next,
 *            is not counted.
 * failure    drops_look() is false when the counters cannot be read, for good.
 */
#ifndef NET_DROPS_H
#define NET_DROPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct drops_card {
	unsigned index;
	bool     seen;
	uint32_t missed, fifo;	/* when last looked at */
};

struct drops {
	struct drops_card *cards;
	size_t   n_cards;
	bool     all;		/* also those that are not there yet */
	int      fd;		/* belongs to the namespace it was opened in */
	uint32_t sequence;
	bool     begun, failed;
	uint64_t lost;		/* since the first look */
};

/* In the network namespace of the calling thread, wherever it is looked from later. False:
 * as when drops_look() fails. */
bool drops_open(struct drops *d);

/* Interface by its index; 0: all there are and will be. Before the first look. */
bool drops_of(struct drops *d, unsigned index);
bool drops_look(struct drops *d);
void drops_free(struct drops *d);

/* One step of a look, for tests: what one interface says of itself. */
bool drops_note(struct drops *d, unsigned index, uint32_t missed, uint32_t fifo);

#endif
