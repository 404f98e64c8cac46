/*
 * ppp - frames of PPP, and its sessions over Ethernet.
 *
 * source     RFC 1661, RFC 1662 (address and control), RFC 2516 (PPPoE); Cisco's HDLC:
 *            LINKTYPE_C_HDLC, LINKTYPE_PPP_HDLC of the tcpdump group's registry.
 */
#include "net/layer.h"

#define HDLC_UNICAST	0x0fu
#define HDLC_MULTICAST	0x8fu

/* [RFC 1662 3.1] Address and control may be left out, [RFC 1661 6.5] and the first byte
 * of a protocol that is 0: the last byte of one is odd, and no other is. */
enum decoded
ppp_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes), peek = r;

	if (rd_u8(&peek) == 0xff)	/* no protocol has this number */
		rd_take(&r, 2);
	uint16_t protocol = rd_u8(&r);
	if ((protocol & 1) == 0)
		protocol = (uint16_t)(protocol << 8 | rd_u8(&r));
	return layer_next(l, &r, inside_ppp(protocol));
}

enum decoded
hdlc_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes), peek = r;
	uint8_t address = rd_u8(&peek);

	if (rd_ok(&peek) && address != HDLC_UNICAST && address != HDLC_MULTICAST)
		return ppp_read(l);
	rd_take(&r, 2);
	return layer_next(l, &r, inside_ethertype(rd_u16(&r)));
}

/* [RFC 2516 4] */
enum decoded
pppoe_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	uint8_t version = rd_u8(&r), code = rd_u8(&r);

	layer_place(l, rd_u16(&r));
	uint16_t len = rd_u16(&r);
	if (rd_ok(&r) && (version != 0x11 || code != 0))
		return layer_enter(l, &r, INSIDE_OTHER);
	enum decoded d = layer_enter(l, &r, INSIDE_PPP);
	layer_trim(l, len);
	return d;
}
