/*
 * decode - one captured packet: link header, IP, TCP.
 *
 * A pure function. Reads Ethernet (with 802.1Q), Linux cooked v1 and v2, BSD
 * NULL and LOOP, raw IP; IPv4, IPv6 with its extension headers; TCP.
 * Checksums are never looked at: a host that records its own traffic records
 * them before its network card fills them in.
 *
 * ownership  the segment borrows from the packet.
 * source     IEEE 802.3, 802.1Q; RFC 791, 8200, 9293; LINKTYPE_LINUX_SLL,
 *            LINKTYPE_LINUX_SLL2, LINKTYPE_NULL of the tcpdump group's registry.
 */
#ifndef NET_DECODE_H
#define NET_DECODE_H

#include "base/address.h"
#include "net/source.h"

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_ACK = 0x10,
};

/* Where the capturing host stood, when the link header tells. */
enum vantage_side {
	VANTAGE_UNKNOWN,
	VANTAGE_SENT,		/* this host sent it (or forwarded it) */
	VANTAGE_RECEIVED,	/* it came to this host from outside */
	VANTAGE_LOOPBACK,	/* it never left this host */
};

struct segment {
	struct address src, dst;
	uint16_t     src_port, dst_port;
	uint32_t     seq, ack;
	uint8_t      flags;		/* enum tcp_flag */
	uint16_t     window;
	uint16_t     ip_id;		/* IPv4 identification; 0: none */
	struct bytes options;		/* of TCP */
	struct bytes payload;		/* as far as it was captured */
	uint32_t     payload_len;	/* as it was on the wire, >= payload.n */
	enum vantage_side seen_from;
	uint32_t     vantage;		/* differs when interface, VLAN or direction differ */
};

enum decoded {
	DECODED_TCP,
	DECODED_NOT_TCP,	/* readable, and something else */
	DECODED_FRAGMENT,	/* a part of a packet that holds TCP or may hold it */
	DECODED_TUNNEL,		/* whole packets may be inside, which are not looked at */
	DECODED_MALFORMED,	/* headers cut off or contradictory */
	DECODED_LINK_UNKNOWN,	/* this link type is not one of ours */
};

enum decoded decode(const struct packet *p, struct segment *out);

/* "EN10MB", "LINUX_SLL2", ...; NULL for a number without a name here. */
const char *link_type_name(uint32_t link_type);

#endif
