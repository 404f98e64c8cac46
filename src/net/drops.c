#include "net/drops.h"

#include <ifaddrs.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct drops_card *
find(struct drops *d, unsigned index)
{
	for (size_t i = 0; i < d->n_cards; i++)
		if (d->cards[i].index == index)
			return &d->cards[i];
	return NULL;
}

static struct drops_card *
add(struct drops *d, unsigned index)
{
	struct drops_card *all = realloc(d->cards, (d->n_cards + 1) * sizeof *all);

	if (all == NULL) {
		d->failed = true;
		return NULL;
	}
	d->cards = all;
	all[d->n_cards] = (struct drops_card){ .index = index };
	return &all[d->n_cards++];
}

bool
drops_of(struct drops *d, unsigned index)
{
	if (index == 0)
		d->all = true;
	else if (find(d, index) == NULL)
		return add(d, index) != NULL;
	return true;
}

/* A counter that went back was not moved on by half its range: it began anew. */
static uint32_t
grown(uint32_t from, uint32_t to)
{
	return to - from < UINT32_C(1) << 31 ? to - from : to;
}

/* An interface that comes later starts from zero. */
bool
drops_note(struct drops *d, unsigned index, uint32_t missed, uint32_t fifo)
{
	struct drops_card *c = find(d, index);

	if (c == NULL && !d->all)
		return true;
	if (c == NULL && (c = add(d, index)) == NULL)
		return false;
	if (c->seen || d->begun) {
		d->lost += grown(c->missed, missed);
		d->lost += grown(c->fifo, fifo);
	}
	c->seen = true;
	c->missed = missed;
	c->fifo = fifo;
	return true;
}

bool
drops_look(struct drops *d)
{
	struct ifaddrs *all;

	if (d->failed)
		return false;
	if (getifaddrs(&all) != 0) {
		d->failed = true;
		return false;
	}
	for (struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		const struct rtnl_link_stats *s = i->ifa_data;
		struct sockaddr_ll at;

		/* Each interface has one entry of this family; the others are addresses. */
		if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_PACKET || s == NULL)
			continue;
		memcpy(&at, i->ifa_addr, sizeof at);
		if (!drops_note(d, (unsigned)at.sll_ifindex, s->rx_missed_errors,
		    s->rx_fifo_errors))
			break;
	}
	freeifaddrs(all);
	d->begun = true;
	return !d->failed;
}

void
drops_free(struct drops *d)
{
	free(d->cards);
	*d = (struct drops){ 0 };
}
