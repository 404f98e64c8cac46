/*
 * ip - the headers of IPv4 and IPv6.
 *
 * An atomic fragment [RFC 6946] is none.
 *
 * source     RFC 791, RFC 8200, RFC 4302 (AH), RFC 2675 (jumbograms).
 */
#include "net/frag.h"
#include "net/layer.h"

enum protocol {
	PROTOCOL_HOP_BY_HOP  = 0,
	PROTOCOL_TCP         = 6,
	PROTOCOL_UDP         = 17,
	PROTOCOL_ROUTING     = 43,
	PROTOCOL_FRAGMENT    = 44,
	PROTOCOL_AH          = 51,
	PROTOCOL_DESTINATION = 60,
};

/* [RFC 8200 4.1] has each once, and one of them twice. */
#define EXTENSIONS_MAX	8u

#define JUMBO_PAYLOAD	0xc2u	/* [RFC 2675 2] */

enum decoded
ip_read(struct layer *l)
{
	struct rd peek = rd_bytes(l->bytes);

	switch (rd_u8(&peek) >> 4) {
	case 4:
		return ipv4_read(l);
	case 6:
		return ipv6_read(l);
	default:
		return rd_ok(&peek) ? DECODED_NOT_TCP : DECODED_MALFORMED;
	}
}

/*
 * Keep of a packet what IP says is its own: len bytes from the first of r on. Fewer may
 * have been captured; more are the padding of the link.
 */
static void
keep(struct rd r, uint32_t len, struct layer *l)
{
	size_t n = rd_left(&r);

	l->bytes = rd_take(&r, n < len ? n : len);
	l->len = len;
}

/* .bytes is what the protocol is of. */
static enum decoded
enter_protocol(struct layer *l, uint8_t protocol)
{
	if (protocol == PROTOCOL_TCP) {		/* in haste: most is */
		l->what = INSIDE_TCP;
		return DECODED_TCP;
	}
	const struct next *next = inside_protocol(protocol);
	l->what = next->what;
	l->unread = &next->unread;
	if (next->what != INSIDE_UDP)
		layer_enter_tunnel(l);
	return DECODED_TCP;
}

/* Fragments */

/* Is this of a datagram in which TCP may be? Behind a header of fragments other headers
 * may stand before it; UDP's ports are in the first fragment alone. */
static bool
may_hold_tcp(const struct fragment *p)
{
	struct rd r = rd_bytes(p->body);

	switch (p->protocol) {
	case PROTOCOL_HOP_BY_HOP:
	case PROTOCOL_ROUTING:
	case PROTOCOL_FRAGMENT:
	case PROTOCOL_DESTINATION:
		return p->v6;
	case PROTOCOL_AH:
		return true;
	case PROTOCOL_UDP:
		rd_take(&r, 2);
		return p->offset != 0 || inside_udp(rd_u16(&r))->what != INSIDE_OTHER || !rd_ok(&r);
	default:
		return inside_protocol(p->protocol)->what > INSIDE_UNREAD;
	}
}

/* Whole: the datagram is what there is to read. */
static enum decoded
put_together(struct layer *l, struct fragment *p)
{
	enum inside what = inside_protocol(p->protocol)->what;
	struct bytes whole;

	p->wanted = may_hold_tcp(p);
	if (!p->wanted && what != INSIDE_UDP)
		return enter_protocol(l, p->protocol);
	if (l->frag == NULL)
		return p->wanted ? DECODED_FRAGMENT : DECODED_NOT_TCP;
	if (!frag_put(l->frag, p, l->at_ns, &whole))
		return p->wanted ? DECODED_FRAGMENT : DECODED_NOT_TCP;
	l->segment->datagram = whole;
	l->bytes = whole;
	l->len = (uint32_t)whole.n;
	l->what = p->v6 ? INSIDE_IPV6 : INSIDE_IPV4;
	return DECODED_TCP;
}

/* IPv4 */

/* [RFC 4302 2.2] Read over: it hides nothing. */
static enum decoded
read_ah(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	uint8_t next = rd_u8(&r);

	rd_take(&r, 4u * rd_u8(&r) + 6);
	if (!rd_ok(&r) || l->len < l->bytes.n - rd_left(&r))
		return DECODED_MALFORMED;
	keep(r, l->len - (uint32_t)(l->bytes.n - rd_left(&r)), l);
	return enter_protocol(l, next);
}

static enum decoded
read_v4_fragment(struct layer *l, struct bytes head, uint8_t protocol, uint16_t fragment)
{
	struct segment *s = l->segment;
	struct fragment p = { .protocol = protocol, .id = s->ip_id, .head = head,
		.src = { s->src.octets, 4 }, .dst = { s->dst.octets, 4 },
		.offset = (fragment & 0x1fffu) * 8, .more = fragment & 0x2000,
		.body = l->bytes, .body_len = l->len };

	return put_together(l, &p);
}

/* [RFC 791 3.1] */
enum decoded
ipv4_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	uint8_t first = rd_u8(&r);
	uint32_t head_len = (first & 15u) * 4u;

	rd_take(&r, 1);
	uint32_t len = rd_u16(&r);
	uint16_t id = rd_u16(&r);
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
		len = l->len;
	if (!rd_ok(&r) || len < head_len)
		return DECODED_MALFORMED;
	l->segment->src = address_ipv4(src.p);
	l->segment->dst = address_ipv4(dst.p);
	l->segment->ip_id = id;
	struct bytes head = { l->bytes.p, head_len };
	keep(r, len - head_len, l);
	if ((fragment & 0x3fff) != 0)		/* "more fragments", offset */
		return read_v4_fragment(l, head, protocol, fragment);
	if (protocol == PROTOCOL_AH)
		return read_ah(l);
	return enter_protocol(l, protocol);
}

/* IPv6 */

/* [RFC 8200 4.2] type 8, length 8 and so many bytes; type 0 has no length */
static bool
find_jumbo(struct rd options, uint32_t *len)
{
	while (rd_left(&options) > 0) {
		uint8_t type = rd_u8(&options);

		if (type == 0)
			continue;
		struct rd value = rd_vec8(&options);
		if (type == JUMBO_PAYLOAD) {
			*len = rd_u32(&value);
			return rd_done(&value);
		}
	}
	return false;
}

/* What is behind the first 40 bytes, where they do not say it: a jumbogram's option does
 * [RFC 2675 3]; else it is segmentation offload. 0: it contradicts itself. */
static uint32_t
jumbo_len(struct rd r, uint8_t protocol, uint32_t left)
{
	uint32_t len;

	if (protocol != PROTOCOL_HOP_BY_HOP)
		return left;
	rd_take(&r, 1);
	struct rd options = rd_sub(&r, 8u * rd_u8(&r) + 6);
	if (!rd_ok(&r) || !find_jumbo(options, &len))
		return left;
	return len > 65535 ? len : 0;
}

/* [RFC 8200 4.3 to 4.6], [RFC 4302 2.2]; true: *protocol is now what follows. */
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
	default:
		return false;
	}
	*protocol = next;
	return true;
}

/* The header of fragments, [RFC 8200 4.5]: next 8, 8 reserved, offset 13, 2 reserved,
 * more 1, identification 32. */
struct v6 {
	struct bytes whole;		/* from the first byte of IPv6 on, its 40 are there */
	uint8_t      protocol;
	uint32_t     next_at;		/* where the header before says what is next */
	uint16_t     fragment;		/* offset, "more fragments" */
	uint32_t     id;
};

static void
read_fragment_header(struct rd *r, struct v6 *v)
{
	v->protocol = rd_u8(r);
	rd_take(r, 1);
	v->fragment = rd_u16(r) & 0xfff9;
	v->id = rd_u32(r);
}

static enum decoded
read_v6_fragment(struct layer *l, const struct v6 *v, size_t head_len)
{
	struct fragment p = { .v6 = true, .protocol = v->protocol, .id = v->id,
		.head = { v->whole.p, head_len }, .next_at = v->next_at,
		.src = { v->whole.p + 8, 16 }, .dst = { v->whole.p + 24, 16 },
		.offset = v->fragment & 0xfff8u, .more = v->fragment & 1,
		.body = l->bytes, .body_len = l->len };

	return put_together(l, &p);
}

/* .bytes and .len are what is behind the first 40 bytes of whole. */
static enum decoded
read_extensions(struct layer *l, struct bytes whole, uint8_t protocol)
{
	struct v6 v = { .whole = whole, .protocol = protocol, .next_at = 6 };
	struct rd r = rd_bytes(l->bytes);
	struct bytes all = l->bytes;
	uint32_t len = l->len;
	size_t at = 0;

	for (unsigned n = 0; n <= EXTENSIONS_MAX; n++) {
		bool steps = read_extension(&r, &v.protocol);

		if (!steps && v.protocol == PROTOCOL_FRAGMENT) {
			read_fragment_header(&r, &v);
			steps = v.fragment == 0;
		}
		size_t behind = all.n - rd_left(&r);
		if (!rd_ok(&r) || behind > len)
			return DECODED_MALFORMED;
		keep(r, len - (uint32_t)behind, l);
		if (v.fragment != 0)
			return read_v6_fragment(l, &v, 40 + at);
		if (!steps)
			return enter_protocol(l, v.protocol);
		v.next_at = (uint32_t)(40 + at);
		at = behind;
	}
	l->unread = &inside_too_deep.unread;
	return DECODED_TUNNEL;
}

/* [RFC 8200 3] */
enum decoded
ipv6_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	struct bytes whole = l->bytes;
	uint8_t first = rd_u8(&r);

	rd_take(&r, 3);
	uint32_t len = rd_u16(&r);
	uint8_t protocol = rd_u8(&r);
	rd_take(&r, 1);
	struct bytes src = rd_take(&r, 16), dst = rd_take(&r, 16);
	if (!rd_ok(&r) || first >> 4 != 6)
		return DECODED_MALFORMED;
	if (len == 0 && l->len > 40 && (len = jumbo_len(r, protocol, l->len - 40)) == 0)
		return DECODED_MALFORMED;
	l->segment->src = address_ipv6(src.p);
	l->segment->dst = address_ipv6(dst.p);
	l->segment->ip_id = 0;
	keep(r, len, l);
	return protocol == PROTOCOL_TCP ? enter_protocol(l, protocol) :
	    read_extensions(l, whole, protocol);
}
