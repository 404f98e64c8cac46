/*
 * link - the link header that a packet was captured with: what is inside, and what it
 * tells of the place of capture.
 *
 * source     LINKTYPE_NULL, _LOOP, _RAW, _IPV4, _IPV6, _LINUX_SLL, _LINUX_SLL2 of the tcpdump
 *            group's registry.
 */
#include "net/layer.h"

/* [LINKTYPE_LINUX_SLL]: the packet type, and an ARPHRD_ value of Linux. */
#define SLL_TO_US		0u
#define SLL_FROM_US		4u
#define ARPHRD_LOOPBACK		772u
#define ARPHRD_NETLINK		824u	/* its "protocol" is no Ethertype */
#define PROTOCOL_802_2		4u

static enum decoded
read_ethernet(struct layer *l)
{
	static const uint8_t zero[12];
	struct rd r = rd_bytes(l->bytes);

	if (bytes_equal(rd_take(&r, 12), (struct bytes){ zero, sizeof zero }))
		l->segment->seen_from = VANTAGE_LOOPBACK;
	return ether_read(l);
}

static enum decoded
read_cooked_protocol(unsigned type, unsigned hardware, uint16_t protocol, struct rd *r,
    struct layer *l)
{
	layer_place(l, type);
	if (hardware == ARPHRD_LOOPBACK)
		l->segment->seen_from = VANTAGE_LOOPBACK;
	else if (type == SLL_FROM_US)
		l->segment->seen_from = VANTAGE_SENT;
	else if (type == SLL_TO_US)
		l->segment->seen_from = VANTAGE_RECEIVED;
	if (hardware == ARPHRD_NETLINK)
		return layer_enter(l, r, INSIDE_OTHER);
	if (protocol == PROTOCOL_802_2)
		return layer_enter(l, r, INSIDE_LLC);
	return layer_next(l, r, inside_ethertype(protocol));
}

static enum decoded
read_cooked(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	unsigned type = rd_u16(&r);
	unsigned hardware = rd_u16(&r);

	rd_take(&r, 2 + 8);		/* the sender's address and its length */
	return read_cooked_protocol(type, hardware, rd_u16(&r), &r, l);
}

static enum decoded
read_cooked2(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	uint16_t protocol = rd_u16(&r);

	rd_take(&r, 2);
	layer_place(l, rd_u32(&r));	/* index of the interface */
	unsigned hardware = rd_u16(&r);
	unsigned type = rd_u8(&r);
	rd_take(&r, 1 + 8);
	return read_cooked_protocol(type, hardware, protocol, &r, l);
}

static enum decoded
enter_family(uint32_t family, struct rd *r, struct layer *l)
{
	switch (family) {
	case 2:
		return layer_enter(l, r, INSIDE_IPV4);
	case 24:
	case 28:
	case 30:
		return layer_enter(l, r, INSIDE_IPV6);
	default:
		return layer_enter(l, r, INSIDE_OTHER);
	}
}

/* [LINKTYPE_NULL]: 2 is IPv4 everywhere; IPv6 is 24 on NetBSD and OpenBSD, 28
 * on FreeBSD, 30 on Darwin. LINKTYPE_LOOP has it in network order, LINKTYPE_NULL
 * in the order of the host, which no family is large enough to hide. */
static enum decoded
read_loop(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);

	return enter_family(rd_u32(&r), &r, l);
}

static enum decoded
read_null(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes), little = r;
	uint32_t family = rd_u32(&r);

	return enter_family(family > 0xffff ? rd_u32le(&little) : family, &r, l);
}

struct link_type {
	uint32_t number;
	enum inside what;		/* there from the first byte on, or */
	enum decoded (*read)(struct layer *l);
};

/* The frequent ones first. */
static const struct link_type link_types[] = {
	{ 1, INSIDE_NOTHING, read_ethernet },		/* EN10MB */
	{ 276, INSIDE_NOTHING, read_cooked2 },		/* LINUX_SLL2 */
	{ 113, INSIDE_NOTHING, read_cooked },		/* LINUX_SLL */
	{ 0, INSIDE_NOTHING, read_null },		/* NULL */
	{ 108, INSIDE_NOTHING, read_loop },		/* LOOP */
	{ 101, INSIDE_IP, NULL },			/* RAW */
	{ 12, INSIDE_IP, NULL },			/* the same, never mapped */
	{ 14, INSIDE_IP, NULL },			/* the same, OpenBSD */
	{ 228, INSIDE_IPV4, NULL },			/* IPV4 */
	{ 229, INSIDE_IPV6, NULL },			/* IPV6 */
	{ 9, INSIDE_PPP, NULL },			/* PPP */
	{ 50, INSIDE_NOTHING, hdlc_read },		/* PPP_HDLC */
	{ 51, INSIDE_PPPOE, NULL },			/* PPP_ETHER */
	{ 104, INSIDE_NOTHING, hdlc_read },		/* C_HDLC */
	{ 219, INSIDE_MPLS, NULL },			/* MPLS */
};

enum decoded
link_read(struct layer *l, const struct packet *p)
{
	layer_place(l, p->source);
	layer_place(l, p->interface);
	for (size_t i = 0; i < sizeof link_types / sizeof *link_types; i++) {
		const struct link_type *t = &link_types[i];

		if (t->number != p->link_type)
			continue;
		l->what = t->what;
		return t->read != NULL ? t->read(l) : DECODED_TCP;
	}
	return DECODED_LINK_UNKNOWN;
}
