/* libFuzzer: packets, each two bytes of link type, two of length beyond the capture, two of its
 * own length, and its bytes. Fragments are put together. */
#include "net/decode.h"
#include "net/frag.h"
#include "net/inside.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool
within(struct bytes part, struct bytes whole)
{
	return part.n == 0 || (part.p >= whole.p && part.n <= whole.n &&
	    part.p + part.n <= whole.p + whole.n);
}

static bool
is_sound(const struct packet *p, enum decoded d, const struct segment *s)
{
	struct packet from = decode_datagram(p, s);

	if (d == DECODED_TUNNEL)
		return s->unread != NULL && s->unread->name != NULL;
	return d != DECODED_TCP || (within(s->payload, from.captured) &&
	    within(s->options, from.captured) && s->payload_len >= s->payload.n &&
	    s->src.family != FAMILY_NONE && s->dst.family != FAMILY_NONE);
}

static void
decode_one(struct frag *frag, uint32_t link_type, uint32_t beyond, struct bytes b, uint64_t at_ns)
{
	struct packet packet = { .link_type = link_type, .at_ns = at_ns };
	struct segment s;

	/* Of its exact size, so that a read past its end is seen. */
	uint8_t *exact = malloc(b.n > 0 ? b.n : 1);
	if (exact == NULL)
		return;
	if (b.n > 0)
		memcpy(exact, b.p, b.n);
	packet.captured = (struct bytes){ exact, b.n };
	packet.wire_len = (uint32_t)b.n + beyond;
	enum decoded d = decode(&packet, frag, &s);
	if (!is_sound(&packet, d, &s))
		__builtin_trap();
	/* What was put together reads the same alone. */
	struct packet whole = decode_datagram(&packet, &s);
	struct segment again;
	if (d == DECODED_TCP && (decode(&whole, NULL, &again) != DECODED_TCP ||
	    again.payload.p != s.payload.p || again.payload.n != s.payload.n))
		__builtin_trap();
	free(exact);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	struct frag frag;

	frag_init(&frag);
	for (uint64_t at_ns = 1; rd_left(&r) > 0; at_ns += 1000000000) {
		uint32_t link_type = rd_u16(&r), beyond = rd_u16(&r);
		size_t len = rd_u16(&r), left = rd_left(&r);

		decode_one(&frag, link_type, beyond, rd_take(&r, len < left ? len : left), at_ns);
	}
	frag_free(&frag);
	return 0;
}
