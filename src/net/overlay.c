/*
 * overlay - networks that are carried in UDP, told by the destination's port; and
 * Ethernet in IP.
 *
 * source     RFC 768; RFC 7348 (VXLAN), draft-ietf-nvo3-vxlan-gpe, RFC 8926 (Geneve),
 *            RFC 3378 (EtherIP).
 */
#include "net/layer.h"

#define VXLAN_HAS_VNI	0x08u
#define VXLAN_HAS_NEXT	0x04u

enum decoded
udp_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);

	rd_take(&r, 2);
	uint16_t port = rd_u16(&r), len = rd_u16(&r);
	rd_take(&r, 2);
	const struct next *next = inside_udp(port);
	enum decoded d = layer_next(l, &r, next);
	if (d != DECODED_TCP || next->what == INSIDE_OTHER)
		return d;
	layer_enter_tunnel(l);
	/* [RFC 2675 4] and segmentation offload: 0 is all that there is. */
	if (len >= 8)
		layer_trim(l, len - 8u);
	return DECODED_TCP;
}

/* [RFC 7348 5] flags 8, 24 reserved, network 24, 8 reserved. Extensions use what is
 * reserved there; a packet without a network nobody takes. */
enum decoded
vxlan_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	uint8_t flags = rd_u8(&r);

	rd_take(&r, 3);
	layer_place(l, rd_u32(&r) >> 8);
	return layer_enter(l, &r, (flags & (VXLAN_HAS_VNI | VXLAN_HAS_NEXT)) == VXLAN_HAS_VNI ?
	    INSIDE_ETHERNET : INSIDE_UNREAD);
}

/* [draft-ietf-nvo3-vxlan-gpe 3] the last byte of what was reserved is the next protocol. */
enum decoded
vxlan_gpe_read(struct layer *l)
{
	static const enum inside next_of[] = { [1] = INSIDE_IPV4, INSIDE_IPV6, INSIDE_ETHERNET,
		[5] = INSIDE_MPLS };
	struct rd r = rd_bytes(l->bytes);
	uint8_t flags = rd_u8(&r);

	rd_take(&r, 2);
	uint8_t next = rd_u8(&r);
	layer_place(l, rd_u32(&r) >> 8);
	if (!(flags & VXLAN_HAS_NEXT))
		return layer_enter(l, &r, INSIDE_ETHERNET);
	if (next >= sizeof next_of / sizeof *next_of || next_of[next] == INSIDE_NOTHING)
		return layer_enter(l, &r, INSIDE_UNREAD);
	return layer_enter(l, &r, next_of[next]);
}

/* [RFC 8926 3.4] version 2, length of options in words 6, control 1, critical 1, 6
 * reserved, Ethertype 16, network 24, 8 reserved, options */
enum decoded
geneve_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	uint8_t first = rd_u8(&r);

	rd_take(&r, 1);
	uint16_t type = rd_u16(&r);
	layer_place(l, rd_u32(&r) >> 8);
	if (rd_ok(&r) && first >> 6 != 0)
		return layer_enter(l, &r, INSIDE_UNREAD);
	rd_take(&r, 4u * (first & 63u));
	return layer_next_in_tunnel(l, &r, inside_ethertype(type));
}

/* [RFC 3378 2] version 4, 12 reserved */
enum decoded
etherip_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	uint8_t version = rd_u8(&r) >> 4;

	rd_take(&r, 1);
	return layer_enter(l, &r, version == 3 ? INSIDE_ETHERNET : INSIDE_UNREAD);
}
