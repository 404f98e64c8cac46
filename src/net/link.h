/*
 * link - the link header of a captured packet: what is inside, and what it
 * tells of the place where the packet was captured.
 *
 * ownership  .inside borrows from the packet.
 * source     IEEE 802.3, 802.1Q, 802.1ad; RFC 3032 (MPLS), RFC 2516 (PPPoE); LINKTYPE_NULL, _LOOP, _RAW, _IPV4,
 *            _IPV6, _LINUX_SLL, _LINUX_SLL2 of the tcpdump group's registry.
 */
#ifndef NET_LINK_H
#define NET_LINK_H

#include "net/decode.h"

enum inside {
	INSIDE_NOTHING,
	INSIDE_IPV4,
	INSIDE_IPV6,
	INSIDE_TUNNEL,		/* more headers before a packet, which are not read */
	INSIDE_OTHER,
};

struct link {
	enum inside       what;
	struct bytes      inside;	/* as far as it was captured */
	uint32_t          inside_len;	/* on the wire, >= inside.n; with any padding */
	enum vantage_side seen_from;
	uint32_t          vantage;
};

/* DECODED_TCP: read, see .what. */
enum decoded link_read(const struct packet *p, struct link *out);

#endif
