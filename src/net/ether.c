/*
 * ether - Ethernet, its tags, and 802.2 with SNAP.
 *
 * source     IEEE 802.3, 802.1Q, 802.1ad, 802.2; RFC 1042 (SNAP).
 */
#include "net/layer.h"

#define LENGTH_MAX	1500u	/* [802.3 3.2.6] from 1536 on it is an Ethertype */

/* [RFC 1042] Organization code 0: Ethertypes. Anything else in 802.2 is no IP. */
static enum decoded
read_snap(struct layer *l, struct rd *r)
{
	static const struct next llc = { .what = INSIDE_OTHER };
	static const uint8_t snap[] = { 0xaa, 0xaa, 3, 0, 0, 0 };
	struct rd peek = *r;
	size_t n = rd_left(r) < sizeof snap ? rd_left(r) : sizeof snap;

	if (!bytes_equal(rd_take(&peek, n), (struct bytes){ snap, n }))
		return layer_next(l, r, &llc);
	rd_take(r, sizeof snap);
	return layer_next(l, r, inside_ethertype(rd_u16(r)));
}

enum decoded
ether_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);

	rd_take(&r, 12);
	uint16_t type = rd_u16(&r);
	return type > LENGTH_MAX ? layer_next(l, &r, inside_ethertype(type)) : read_snap(l, &r);
}

/* [802.1Q 9.6] The priority is no place. */
enum decoded
ether_read_tag(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);

	layer_place(l, rd_u16(&r) & 0x0fffu);
	uint16_t type = rd_u16(&r);
	return type > LENGTH_MAX ? layer_next(l, &r, inside_ethertype(type)) : read_snap(l, &r);
}

/* [LINKTYPE_LINUX_SLL] 802.2 without a length before it. */
enum decoded
ether_read_llc(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);

	return read_snap(l, &r);
}
