#include "net/ip.h"

enum protocol {
	PROTOCOL_HOP_BY_HOP  = 0,
	PROTOCOL_IPV4        = 4,
	PROTOCOL_TCP         = 6,
	PROTOCOL_UDP         = 17,
	PROTOCOL_IPV6        = 41,
	PROTOCOL_ROUTING     = 43,
	PROTOCOL_FRAGMENT    = 44,
	PROTOCOL_GRE         = 47,
	PROTOCOL_AH          = 51,
	PROTOCOL_DESTINATION = 60,
};

/* [RFC 8200 4.1] has each once, and one of them twice. */
#define EXTENSIONS_MAX	8u

/*
 * Keep of a packet what IP says is its own: len bytes from the first of r on.
 * Fewer may have been captured; more are the padding of the link.
 */
static void
keep(struct rd r, uint32_t len, struct ip *out)
{
	size_t n = rd_left(&r);

	out->inside = rd_take(&r, n < len ? n : len);
	out->inside_len = len;
}

static bool
is_tunnel_port(uint16_t port)
{
	return port == 4789 || port == 8472 ||	/* VXLAN, and what Linux took before */
	    port == 6081;			/* Geneve */
}

/* What is no TCP: r stands at its first byte, unless it is a later fragment. The
 * sender's port of UDP tunnels is a hash. */
static enum decoded
other_than_tcp(uint8_t protocol, struct rd r, bool later)
{
	bool tunnel = protocol == PROTOCOL_IPV4 || protocol == PROTOCOL_IPV6 ||
	    protocol == PROTOCOL_GRE || protocol == PROTOCOL_AH;	/* of IPv4: not stepped over */

	if (protocol == PROTOCOL_UDP && !later) {
		rd_take(&r, 2);
		tunnel = is_tunnel_port(rd_u16(&r)) && rd_ok(&r);
	}
	return tunnel ? DECODED_TUNNEL : DECODED_NOT_TCP;
}

/* [RFC 791 3.1] */
static enum decoded
read_v4(const struct link *l, struct ip *out)
{
	struct rd r = rd_bytes(l->inside);
	uint8_t first = rd_u8(&r);
	uint32_t head_len = (first & 15u) * 4u;

	rd_take(&r, 1);
	uint32_t len = rd_u16(&r);
	out->id = rd_u16(&r);
	uint16_t fragment = rd_u16(&r);
	rd_take(&r, 1);
	uint8_t protocol = rd_u8(&r);
	rd_take(&r, 2);
	struct bytes src = rd_take(&r, 4), dst = rd_take(&r, 4);

	if (!rd_ok(&r) || first >> 4 != 4 || head_len < 20)
		return DECODED_MALFORMED;
	rd_take(&r, head_len - 20);
	/* Segmentation offload and BIG TCP leave no length, or none that fits. */
	if (len == 0)
		len = l->inside_len;
	if (!rd_ok(&r) || len < head_len)
		return DECODED_MALFORMED;
	if (protocol != PROTOCOL_TCP)
		return other_than_tcp(protocol, r, (fragment & 0x1fff) != 0);
	if ((fragment & 0x3fff) != 0)		/* "more fragments", offset */
		return DECODED_FRAGMENT;

	out->src = address_ipv4(src.p);
	out->dst = address_ipv4(dst.p);
	keep(r, len - head_len, out);
	return DECODED_TCP;
}

/* Behind the header of a fragment other headers may stand before it. */
static bool
may_hold_tcp(uint8_t protocol)
{
	return protocol == PROTOCOL_TCP || protocol == PROTOCOL_HOP_BY_HOP ||
	    protocol == PROTOCOL_ROUTING || protocol == PROTOCOL_AH ||
	    protocol == PROTOCOL_DESTINATION;
}

/* [RFC 8200 4.3 to 4.6], [RFC 4302 2.2]; true: *protocol is now what follows.
 * False: it is no extension header, or a fragment's: what of, *protocol says then. */
static bool
read_extension(struct rd *r, uint8_t *protocol, uint16_t *fragment)
{
	uint8_t next;

	switch (*protocol) {
	case PROTOCOL_HOP_BY_HOP:
	case PROTOCOL_ROUTING:
	case PROTOCOL_DESTINATION:
		next = rd_u8(r);
		rd_take(r, 8u * rd_u8(r) + 6);
		break;
	case PROTOCOL_AH:
		next = rd_u8(r);
		rd_take(r, 4u * rd_u8(r) + 6);
		break;
	case PROTOCOL_FRAGMENT:
		next = rd_u8(r);
		rd_take(r, 1);
		*fragment = rd_u16(r) & 0xfff9;	/* offset, "more fragments" */
		rd_take(r, 4);
		if (*fragment != 0) {
			*protocol = next;
			return false;
		}
		break;
	default:
		return false;
	}
	*protocol = next;
	return true;
}

/* [RFC 8200 3] */
static enum decoded
read_v6(const struct link *l, struct ip *out)
{
	struct rd r = rd_bytes(l->inside);
	uint8_t first = rd_u8(&r);

	rd_take(&r, 3);
	uint32_t len = rd_u16(&r);
	uint8_t protocol = rd_u8(&r);
	rd_take(&r, 1);
	struct bytes src = rd_take(&r, 16), dst = rd_take(&r, 16);
	uint16_t fragment = 0;

	if (!rd_ok(&r) || first >> 4 != 6)
		return DECODED_MALFORMED;
	/* A jumbogram [RFC 2675 3], or segmentation offload. */
	if (len == 0)
		len = l->inside_len - 40;

	keep(r, len, out);
	r = rd_bytes(out->inside);
	for (unsigned n = 0; protocol != PROTOCOL_TCP; n++) {
		if (n == EXTENSIONS_MAX)
			return DECODED_MALFORMED;
		bool steps = read_extension(&r, &protocol, &fragment);
		if (!rd_ok(&r))
			return DECODED_MALFORMED;
		if (fragment != 0 && may_hold_tcp(protocol))
			return DECODED_FRAGMENT;
		if (!steps)
			return other_than_tcp(protocol, r, fragment >= 8);
	}
	out->src = address_ipv6(src.p);
	out->dst = address_ipv6(dst.p);
	keep(r, len - (uint32_t)(out->inside.n - rd_left(&r)), out);
	return DECODED_TCP;
}

enum decoded
ip_read(const struct link *l, struct ip *out)
{
	*out = (struct ip){ 0 };
	switch (l->what) {
	case INSIDE_IPV4:
		return read_v4(l, out);
	case INSIDE_IPV6:
		return read_v6(l, out);
	case INSIDE_TUNNEL:
		return DECODED_TUNNEL;
	case INSIDE_NOTHING:
	case INSIDE_OTHER:
		break;
	}
	return DECODED_NOT_TCP;
}
