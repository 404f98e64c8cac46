#include "testkit/surgery.h"

enum {
	LINK_NULL       = 0,
	LINK_ETHERNET   = 1,
	LINK_RAW        = 101,
	LINK_LINUX_SLL  = 113,
	LINK_LINUX_SLL2 = 276,
};

#define SLL2_LEN 20u
#define FORGED_HEADERS 40u

static size_t
link_header_length(uint32_t link_type)
{
	switch (link_type) {
	case LINK_LINUX_SLL2: return SLL2_LEN;
	case LINK_LINUX_SLL:  return 16;
	case LINK_ETHERNET:   return 14;
	case LINK_NULL:       return 4;
	default:              return 0;
	}
}

bool
anatomy_of(const struct packet *p, struct anatomy *out)
{
	if (decode(p, NULL, &out->s) != DECODED_TCP)
		return false;
	out->ip = link_header_length(p->link_type);
	out->payload = (size_t)(out->s.payload.p - p->captured.p);
	out->tcp = out->payload - 20 - out->s.options.n;
	return true;
}

bool
anatomy_is_whole(const struct anatomy *a)
{
	return a->s.payload.n == a->s.payload_len;
}

struct packet
surgery_forge(struct packets *owner, const struct segment *s)
{
	size_t n = FORGED_HEADERS + s->payload.n, len = FORGED_HEADERS + s->payload_len;
	uint8_t *ip = packets_take(owner, n), *tcp = ip + 20;

	memset(ip, 0, FORGED_HEADERS);
	ip[0] = 0x45;			/* [RFC 791 3.1] */
	surgery_put_u16(ip + 2, (uint32_t)len);
	surgery_put_u16(ip + 4, s->ip_id);
	ip[8] = 64;
	ip[9] = 6;
	memcpy(ip + 12, s->src.octets, 4);
	memcpy(ip + 16, s->dst.octets, 4);
	surgery_put_u16(tcp, s->src_port);	/* [RFC 9293 3.1] */
	surgery_put_u16(tcp + 2, s->dst_port);
	surgery_put_u32(tcp + 4, s->seq);
	surgery_put_u32(tcp + 8, s->ack);
	tcp[12] = 0x50;
	tcp[13] = s->flags;
	surgery_put_u16(tcp + 14, s->window);
	if (s->payload.n > 0)
		memcpy(tcp + 20, s->payload.p, s->payload.n);
	return (struct packet){ .link_type = LINK_RAW, .captured = { ip, n },
		.wire_len = (uint32_t)len, .time_digits = 9 };
}

struct packet
surgery_payload(struct packets *owner, const struct packet *p, const struct anatomy *a,
    uint32_t seq, struct bytes payload)
{
	size_t n = a->payload + payload.n;
	uint8_t *b = packets_take(owner, n);
	struct packet new = *p;

	memcpy(b, p->captured.p, a->payload);
	if (payload.n > 0)
		memcpy(b + a->payload, payload.p, payload.n);
	if (a->s.src.family == FAMILY_IPV4)
		surgery_put_u16(b + a->ip + 2, (uint32_t)(n - a->ip));		/* total length */
	else
		surgery_put_u16(b + a->ip + 4, (uint32_t)(n - a->ip - 40));	/* payload length */
	surgery_put_u32(b + a->tcp + 4, seq);
	new.captured = (struct bytes){ b, n };
	new.wire_len = (uint32_t)n;
	return new;
}

void
surgery_renumber(struct packets *list, size_t at, const struct anatomy *a, uint32_t seq,
    uint32_t ack)
{
	uint8_t *b = packets_own(list, at);

	surgery_put_u32(b + a->tcp + 4, a->s.seq + seq);
	if (a->s.flags & TCP_ACK)
		surgery_put_u32(b + a->tcp + 8, a->s.ack + ack);
}

/* What a link header of each type says of the fields of cooked v2: protocol,
 * interface, hardware, packet type, address. */
static size_t
put_link(uint8_t *b, const uint8_t *sll2, uint32_t link_type)
{
	const bool loopback = sll2[8] == 3 && sll2[9] == 4;	/* ARPHRD 772 */
	const bool v6 = sll2[0] == 0x86;

	switch (link_type) {
	case LINK_ETHERNET:
		memset(b, 0, 12);
		if (!loopback) {
			b[0] = 2;
			b[5] = 1;
			memcpy(b + 6, sll2 + 12, 6);
			b[6] |= 2;
		}
		memcpy(b + 12, sll2, 2);
		return 14;
	case LINK_LINUX_SLL:
		surgery_put_u16(b, sll2[10]);
		memcpy(b + 2, sll2 + 8, 2);
		surgery_put_u16(b + 4, sll2[11]);
		memcpy(b + 6, sll2 + 12, 8);
		memcpy(b + 14, sll2, 2);
		return 16;
	case LINK_NULL:
		surgery_put_u32(b, v6 ? 30u << 24 : 2u << 24);	/* of a little-endian host */
		return 4;
	default:
		return 0;
	}
}

struct packet
surgery_link(struct packets *owner, const struct packet *p, uint32_t link_type)
{
	struct packet new = *p;

	if (p->link_type != LINK_LINUX_SLL2 || p->captured.n < SLL2_LEN)
		return new;
	uint8_t *b = packets_take(owner, p->captured.n);
	size_t n = put_link(b, p->captured.p, link_type), left = p->captured.n - SLL2_LEN;

	if (left > 0)
		memcpy(b + n, p->captured.p + SLL2_LEN, left);
	new.link_type = link_type;
	new.captured = (struct bytes){ b, n + left };
	new.wire_len = (uint32_t)(p->wire_len - SLL2_LEN + n);
	return new;
}
