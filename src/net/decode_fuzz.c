/* libFuzzer: two bytes of link type, two of length beyond the capture, a packet. */
#include "net/decode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool
within(struct bytes part, struct bytes whole)
{
	return part.n == 0 || (part.p >= whole.p && part.n <= whole.n &&
	    part.p + part.n <= whole.p + whole.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	struct packet packet = { .link_type = rd_u16(&r) };
	uint32_t beyond = rd_u16(&r);
	size_t len = rd_left(&r);
	struct segment s;

	if (!rd_ok(&r))
		return 0;
	/* Of its exact size, so that a read past its end is seen. */
	uint8_t *exact = malloc(len > 0 ? len : 1);
	if (exact == NULL)
		return 0;
	if (len > 0)
		memcpy(exact, r.at, len);
	packet.captured = (struct bytes){ exact, len };
	packet.wire_len = (uint32_t)len + beyond;
	if (decode(&packet, NULL, &s) == DECODED_TCP &&
	    (!within(s.payload, packet.captured) || !within(s.options, packet.captured) ||
	    s.payload_len < s.payload.n || s.src.family == FAMILY_NONE ||
	    s.dst.family == FAMILY_NONE))
		__builtin_trap();
	free(exact);
	return 0;
}
