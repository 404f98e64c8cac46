#include "net/drops.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/netlink.h"

bool
drops_open(struct drops *d)
{
	*d = (struct drops){ .fd = netlink_open(NETLINK_ROUTE) };
	d->failed = d->fd < 0;
	return !d->failed;
}

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

static bool
note_link(struct drops *d, struct rd *body)
{
	struct ifinfomsg link;
	struct rtnl_link_stats stats;
	struct rd attribute;
	uint16_t type;

	netlink_take(body, &link, sizeof link);
	while (rd_left(body) > 0 && netlink_attribute(body, &type, &attribute)) {
		if (type != IFLA_STATS)
			continue;
		netlink_take(&attribute, &stats, sizeof stats);
		return drops_note(d, (unsigned)link.ifi_index, stats.rx_missed_errors,
		    stats.rx_fifo_errors);
	}
	return true;
}

/* 1: there is more; 0: it was the last. */
static int
take_message(struct drops *d, struct bytes message)
{
	struct rd r = rd_bytes(message), body;
	struct nlmsghdr h;

	while (rd_left(&r) > 0) {
		if (!netlink_answer(&r, &h, &body))
			return -1;
		if (h.nlmsg_seq != d->sequence)
			continue;
		if (h.nlmsg_type == NLMSG_DONE || h.nlmsg_type == NLMSG_ERROR)
			return netlink_error(&body) == 0 ? 0 : -1;
		if (h.nlmsg_type == RTM_NEWLINK && !note_link(d, &body))
			return -1;
	}
	return 1;
}

static bool
look(struct drops *d)
{
	_Alignas(struct nlmsghdr) uint8_t message[NETLINK_MESSAGE_MAX];
	struct {
		struct nlmsghdr header;
		struct ifinfomsg body;
	} question = {
		.header = { .nlmsg_len = sizeof question, .nlmsg_type = RTM_GETLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = ++d->sequence },
	};
	int more = 1;

	if (!netlink_ask(d->fd, &question, sizeof question))
		return false;
	while (more == 1) {
		ssize_t n = netlink_receive(d->fd, message);

		if (n < 0 && errno == EINTR)
			continue;
		more = n < 0 ? -1 : take_message(d, (struct bytes){ message, (size_t)n });
	}
	return more == 0;
}

bool
drops_look(struct drops *d)
{
	if (!d->failed && !look(d))
		d->failed = true;
	d->begun = true;
	return !d->failed;
}

void
drops_free(struct drops *d)
{
	if (d->fd >= 0)
		close(d->fd);
	free(d->cards);
	*d = (struct drops){ .fd = -1 };
}
