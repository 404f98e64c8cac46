#include "net/ip.h"

enum protocol {
	PROTOCOL_HOP_BY_HOP  = 0,
	PROTOCOL_TCP         = 6,
	PROTOCOL_ROUTING     = 43,
	PROTOCOL_FRAGMENT    = 44,
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
	if ((fragment & 0x3fff) != 0)		/* "more fragments", offset */
		return DECODED_NOT_TCP;
	if (protocol != PROTOCOL_TCP)
		return DECODED_NOT_TCP;

	out->src = address_ipv4(src.p);
	out->dst = address_ipv4(dst.p);
	keep(r, len - head_len, out);
	return DECODED_TCP;
}

/* [RFC 8200 4.3 to 4.6], [RFC 4302 2.2]; true: *protocol is now what follows.
 * False: it is no extension header, or belongs to a fragment. */
static bool
read_extension(struct rd *r, uint8_t *protocol)
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
		if ((rd_u16(r) & 0xfff9) != 0)	/* offset, "more fragments" */
			return false;
		rd_take(r, 4);
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
		if (!read_extension(&r, &protocol))
			return rd_ok(&r) ? DECODED_NOT_TCP : DECODED_MALFORMED;
		if (!rd_ok(&r))
			return DECODED_MALFORMED;
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
	case INSIDE_NOTHING:
	case INSIDE_OTHER:
		break;
	}
	return DECODED_NOT_TCP;
}
