/*
 * mpls - a stack of labels, and what is behind it, which no label tells.
 *
 * IP is told by its version, as every router tells it, and by a length that fits.
 * What else may be there is the frame of a pseudowire, with a control word before it
 * or without. It is believed to be Ethernet when its Ethertype is one that can be
 * read; other pseudowires are not read.
 *
 * source     RFC 3032; RFC 4385 (control word), RFC 4448 (Ethernet), RFC 4928.
 */
#include "net/layer.h"

static bool
is_ipv4(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	uint8_t first = rd_u8(&r);

	rd_take(&r, 1);
	uint16_t len = rd_u16(&r);
	return !rd_ok(&r) || ((first & 15) >= 5 && len <= l->len);
}

static bool
is_ipv6(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);

	rd_take(&r, 4);
	uint16_t len = rd_u16(&r);
	return !rd_ok(&r) || len + 40u <= l->len;
}

static bool
is_ethernet(const struct layer *l, size_t at)
{
	struct rd r = rd_bytes(l->bytes);

	rd_take(&r, at + 12);
	uint16_t type = rd_u16(&r);
	return rd_ok(&r) && inside_ethertype(type)->what > INSIDE_UNREAD;
}

static enum decoded
read_pseudowire(struct layer *l, bool maybe_control_word)
{
	struct rd r = rd_bytes(l->bytes);

	if (l->bytes.n < l->len && l->bytes.n < 18)
		return DECODED_MALFORMED;
	if (maybe_control_word && is_ethernet(l, 4)) {
		rd_take(&r, 4);
		return layer_enter(l, &r, INSIDE_ETHERNET);
	}
	if (is_ethernet(l, 0))
		return layer_enter(l, &r, INSIDE_ETHERNET);
	return layer_next(l, &r, &inside_pseudowire);
}

static enum decoded
read_unlabelled(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes), peek = r;

	switch (rd_u8(&peek) >> 4) {
	case 0:				/* so do many addresses begin */
		return rd_ok(&peek) ? read_pseudowire(l, true) : DECODED_MALFORMED;
	case 1:				/* [RFC 4385 5] of the associated channel */
		return layer_enter(l, &r, INSIDE_OTHER);
	case 4:
		if (is_ipv4(l))
			return layer_enter(l, &r, INSIDE_IPV4);
		break;
	case 6:
		if (is_ipv6(l))
			return layer_enter(l, &r, INSIDE_IPV6);
		break;
	default:
		break;
	}
	return read_pseudowire(l, false);
}

/* [RFC 3032 2.1] label 20 bits, traffic class 3, bottom of stack 1, time to live 8 */
enum decoded
mpls_read(struct layer *l)
{
	struct rd r = rd_bytes(l->bytes);
	uint32_t entry;

	do {
		entry = rd_u32(&r);
		layer_place(l, entry >> 12);
	} while (rd_ok(&r) && (entry & 0x100) == 0);
	if (layer_enter(l, &r, INSIDE_OTHER) != DECODED_TCP)
		return DECODED_MALFORMED;
	return read_unlabelled(l);
}
