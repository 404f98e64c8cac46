/*
 * link - the link header that a packet was captured with: what is inside, and what it
 * tells of the place of capture.
 *
 * source     LINKTYPE_NULL, _LOOP, _RAW, _IPV4, _IPV6, _LINUX_SLL, _LINUX_SLL2 of the tcpdump
 *            group's registry.
 */
#include "net/layer.h"

enum link_type {
	LINK_NULL       = 0,
	LINK_ETHERNET   = 1,
	LINK_PPP        = 9,
	LINK_RAW_BSD    = 12,	/* what raw IP is called where it was never mapped */
	LINK_RAW_OTHER  = 14,	/* the same, OpenBSD */
	LINK_PPP_HDLC   = 50,
	LINK_PPP_ETHER  = 51,
	LINK_RAW        = 101,
	LINK_C_HDLC     = 104,
	LINK_LOOP       = 108,
	LINK_LINUX_SLL  = 113,
	LINK_MPLS       = 219,
	LINK_IPV4       = 228,
	LINK_IPV6       = 229,
	LINK_LINUX_SLL2 = 276,
};

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

/* Nothing before it: the first byte is its. */
static enum decoded
start(struct layer *l, enum inside what)
{
	l->what = what;
	return DECODED_TCP;
}

enum decoded
link_read(struct layer *l, const struct packet *p)
{
	layer_place(l, (uint32_t)p->source << 16 ^ p->interface);
	switch (p->link_type) {
	case LINK_ETHERNET:
		return read_ethernet(l);
	case LINK_LINUX_SLL:
		return read_cooked(l);
	case LINK_LINUX_SLL2:
		return read_cooked2(l);
	case LINK_NULL:
		return read_null(l);
	case LINK_LOOP:
		return read_loop(l);
	case LINK_RAW:
	case LINK_RAW_BSD:
	case LINK_RAW_OTHER:
		return start(l, INSIDE_IP);
	case LINK_IPV4:
		return start(l, INSIDE_IPV4);
	case LINK_IPV6:
		return start(l, INSIDE_IPV6);
	case LINK_PPP:
		return start(l, INSIDE_PPP);
	case LINK_PPP_HDLC:
	case LINK_C_HDLC:
		return hdlc_read(l);
	case LINK_PPP_ETHER:
		return start(l, INSIDE_PPPOE);
	case LINK_MPLS:
		return start(l, INSIDE_MPLS);
	default:
		return DECODED_LINK_UNKNOWN;
	}
}
