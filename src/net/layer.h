/*
 * layer - the headers of one packet, read from the outermost inwards: what the reader
 * of each is given, and what it leaves to the next.
 *
 * A reader takes the header at the front of .bytes off, and says in .what what is behind
 * it. What it learns goes into .segment: addresses (the innermost stay), the place of
 * capture.
 *
 * units      .len is what was on the wire, with the padding of what is outside; at least
 *            .bytes.n, which is what was captured of it.
 * ownership  .bytes borrows from the packet, or from .frag.
 * failure    a reader's answer; DECODED_TCP is "go on with .what".
 */
#ifndef NET_LAYER_H
#define NET_LAYER_H

#include "net/decode.h"
#include "net/inside.h"

struct layer {
	enum inside   what;
	struct bytes  bytes;
	uint32_t      len;
	const struct unread *unread;	/* what .bytes is called if it cannot be read */
	struct frag  *frag;		/* NULL: fragments are not put together */
	uint64_t      at_ns;
	struct segment *segment;
};

enum decoded link_read(struct layer *l, const struct packet *p);
enum decoded ether_read(struct layer *l);
enum decoded ether_read_tag(struct layer *l);
enum decoded ether_read_llc(struct layer *l);
enum decoded ip_read(struct layer *l);
enum decoded ipv4_read(struct layer *l);
enum decoded ipv6_read(struct layer *l);
enum decoded mpls_read(struct layer *l);
enum decoded ppp_read(struct layer *l);
enum decoded pppoe_read(struct layer *l);
enum decoded hdlc_read(struct layer *l);
enum decoded gre_read(struct layer *l);
enum decoded erspan_read(struct layer *l);
enum decoded erspan3_read(struct layer *l);
enum decoded udp_read(struct layer *l);
enum decoded vxlan_read(struct layer *l);
enum decoded vxlan_gpe_read(struct layer *l);
enum decoded geneve_read(struct layer *l);
enum decoded etherip_read(struct layer *l);

/* Go on behind what was read: r is a reader of .bytes. */
static inline enum decoded
layer_enter(struct layer *l, struct rd *r, enum inside what)
{
	if (!rd_ok(r))
		return DECODED_MALFORMED;
	l->len -= (uint32_t)(l->bytes.n - rd_left(r));
	l->bytes = rd_rest(r);
	l->what = what;
	return DECODED_TCP;
}

static inline enum decoded
layer_next(struct layer *l, struct rd *r, const struct next *next)
{
	l->unread = &next->unread;
	return layer_enter(l, r, next->what);
}

/* The same in a tunnel that carries anything: what is unknown may be whole packets. */
static inline enum decoded
layer_next_in_tunnel(struct layer *l, struct rd *r, const struct next *next)
{
	return next == &inside_unknown ? layer_enter(l, r, INSIDE_UNREAD) : layer_next(l, r, next);
}

/* A header tells how much is behind it: more is padding, less is what was cut off. */
static inline void
layer_trim(struct layer *l, uint32_t len)
{
	if (l->bytes.n > len)
		l->bytes.n = len;
	if (l->len > len)
		l->len = len;
}

/* One more thing that tells the place of capture from others. The constant first: a
 * zero that was mixed in counts too. */
static inline void
layer_place(struct layer *l, uint32_t v)
{
	uint32_t x = ((l->segment->vantage + 0x9e3779b9u) ^ v) * 0x9e3779b1u;

	x ^= x >> 15;
	x *= 0x85ebca6bu;
	l->segment->vantage = x ^ x >> 13;
}

/* A tunnel between the hosts that were read last: who can send to its end makes up what is
 * inside, wherever it seems to come from. */
static inline void
layer_enter_tunnel(struct layer *l)
{
	const struct address *ends[] = { &l->segment->src, &l->segment->dst };

	l->segment->seen_from = VANTAGE_TUNNEL;
	for (int i = 0; i < 2; i++) {
		struct rd r = rd_of(ends[i]->octets, sizeof ends[i]->octets);

		while (rd_left(&r) > 0)
			layer_place(l, rd_u32(&r));
	}
}

#endif
