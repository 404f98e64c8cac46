#include "flow/key.h"

static uint8_t *
put_end(uint8_t *at, const struct address *a, uint16_t port)
{
	memcpy(at, a->octets, sizeof a->octets);
	at += sizeof a->octets;
	*at++ = (uint8_t)(port >> 8);
	*at++ = (uint8_t)port;
	return at;
}

int
key_of(const struct segment *s, struct flow_key *out)
{
	int order = address_compare(&s->src, &s->dst);
	int sender = order != 0 ? order > 0 : s->src_port > s->dst_port;
	uint8_t *at = out->octets;

	*at++ = (uint8_t)(s->zone >> 8);
	*at++ = (uint8_t)s->zone;
	*at++ = (uint8_t)s->src.family;
	if (sender == 0) {
		at = put_end(at, &s->src, s->src_port);
		put_end(at, &s->dst, s->dst_port);
	} else {
		at = put_end(at, &s->dst, s->dst_port);
		put_end(at, &s->src, s->src_port);
	}
	return sender;
}
