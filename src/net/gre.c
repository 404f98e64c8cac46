/*
 * gre - generic routing encapsulation, and the mirrored frames of ERSPAN in it.
 *
 * source     RFC 2784, RFC 2890 (key, sequence number), RFC 1701 (routing), RFC 2637
 *            (version 1, of PPTP); draft-foschiano-erspan-03.
 */
#include "net/layer.h"

enum gre_flag {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING  = 0x4000,
	GRE_KEY      = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK      = 0x0080,		/* of version 1 */
	GRE_VERSION  = 0x0007,
};

#define ETHERTYPE_ERSPAN	0x88beu

/* [RFC 1701] Source route entries: family 2, offset 1, length 1, so many bytes; the
 * last has neither family nor length. */
static void
skip_routing(struct rd *r)
{
	uint16_t family;
	uint8_t len;

	do {
		family = rd_u16(r);
		rd_take(r, 1);
		len = rd_u8(r);
		rd_take(r, len);
	} while (rd_ok(r) && (family != 0 || len != 0));
}

/* [RFC 2637 4.1] Without a sequence number it has no payload. */
static enum decoded
read_pptp(struct layer *l, struct rd *r, uint16_t flags)
{
	uint16_t len = rd_u16(r);

	layer_place(l, rd_u16(r));
	if (flags & GRE_SEQUENCE)
		rd_take(r, 4);
	if (flags & GRE_ACK)
		rd_take(r, 4);
	enum decoded d = layer_enter(l, r, flags & GRE_SEQUENCE ? INSIDE_PPP : INSIDE_OTHER);
	layer_trim(l, len);
	return d;
}

enum decoded
gre_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	uint16_t flags = rd_u16(&r), type = rd_u16(&r);

	if ((flags & GRE_VERSION) == 1)
		return read_pptp(l, &r, flags);
	if (rd_ok(&r) && (flags & GRE_VERSION) != 0)
		return layer_enter(l, &r, INSIDE_UNREAD);
	if (flags & (GRE_CHECKSUM | GRE_ROUTING))
		rd_take(&r, 4);
	if (flags & GRE_KEY)
		layer_place(l, rd_u32(&r));
	if (flags & GRE_SEQUENCE)
		rd_take(&r, 4);
	if (flags & GRE_ROUTING)
		skip_routing(&r);
	/* [draft-foschiano-erspan 4.1] Type I has no header of its own. */
	if (type == ETHERTYPE_ERSPAN && !(flags & GRE_SEQUENCE))
		return layer_enter(l, &r, INSIDE_ETHERNET);
	return layer_next_in_tunnel(l, &r, inside_ethertype(type));
}

/* [draft-foschiano-erspan 4.2] version 4, VLAN 12, class 3, encapsulation 2, cut 1,
 * session 10; index 32 */
enum decoded
erspan_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);

	layer_place(l, rd_u32(&r) & 0x0fff03ffu);
	rd_take(&r, 4);
	return layer_enter(l, &r, INSIDE_ETHERNET);
}

/* [draft-foschiano-erspan 4.3] As II, then time 32, group 16, P 1, type of frame 5,
 * hardware 6, D 1, granularity 2, O 1: eight bytes more follow. */
enum decoded
erspan3_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	uint32_t place = rd_u32(&r) & 0x0fff03ffu;

	layer_place(l, place);
	rd_take(&r, 6);
	uint16_t bits = rd_u16(&r);
	if (bits & 1)
		rd_take(&r, 8);
	switch (bits >> 10 & 31) {
	case 0:
		return layer_enter(l, &r, INSIDE_ETHERNET);
	case 2:
		return layer_enter(l, &r, INSIDE_IP);
	default:
		return layer_enter(l, &r, INSIDE_OTHER);
	}
}
