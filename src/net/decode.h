/*
 * decode - one captured packet: from its link header to the TCP segment inside,
 * whatever it is wrapped in.
 *
 * Reads the link types of link.c; Ethernet with tags, MPLS, PPP, IPv4 and IPv6 with its
 * extension headers, and the tunnels of inside.c, in each other in any order. Checksums
 * are never looked at: a host that records its own traffic records them before its
 * network card fills them in.
 *
 * ownership  the segment borrows from the packet, or from frag until the next decode()
 *            with it.
 * limits     LIMIT_HEADERS.
 * source     in each reader's file; RFC 9293.
 */
#ifndef NET_DECODE_H
#define NET_DECODE_H

#include "base/address.h"
#include "net/source.h"

struct frag;
struct unread;

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
	VANTAGE_TUNNEL,		/* in a tunnel: of what is inside nobody tells */
};

struct segment {
	struct address src, dst;	/* the innermost */
	uint16_t     src_port, dst_port;
	uint16_t     zone;		/* 0, unless the caller knows whose loopback this is: each
					 * network namespace has one */
	uint32_t     seq, ack;
	uint8_t      flags;		/* enum tcp_flag */
	uint16_t     window;
	uint16_t     ip_id;		/* IPv4 identification; 0: none */
	struct bytes options;		/* of TCP */
	struct bytes payload;		/* as far as it was captured */
	uint32_t     payload_len;	/* as it was on the wire, >= payload.n */
	enum vantage_side seen_from;
	uint32_t     vantage;		/* differs with interface, VLAN, tunnel or direction */
	struct bytes datagram;		/* it lies in, if that was in fragments */
	const struct unread *unread;	/* of DECODED_TUNNEL: inside.h */
};

enum decoded {
	DECODED_TCP,
	DECODED_NOT_TCP,	/* readable, and something else */
	DECODED_FRAGMENT,	/* a part of a packet that may hold TCP, and is not whole yet */
	DECODED_TUNNEL,		/* whole packets may be inside, which are not looked at */
	DECODED_MALFORMED,	/* headers cut off or contradictory */
	DECODED_LINK_UNKNOWN,	/* this link type is not one of ours */
};

/* frag: where fragments wait for each other; NULL: none does. */
enum decoded decode(const struct packet *p, struct frag *frag, struct segment *out);

/* The packet that the segment lies in: p itself, or the datagram that was put together, as
 * raw IP. */
struct packet decode_datagram(const struct packet *p, const struct segment *s);

/* "EN10MB", "LINUX_SLL2", ...; NULL for a number without a name here. */
const char *link_type_name(uint32_t link_type);

#endif
