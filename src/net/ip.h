/*
 * ip - the headers of IPv4 and IPv6, up to the TCP segment inside.
 *
 * Checksums are not looked at. Fragments are not put together, and tunnels not
 * entered: both are told apart from what cannot hold TCP. An atomic fragment
 * [RFC 6946] is none.
 *
 * ownership  .inside borrows from the input.
 * source     RFC 791, RFC 8200, RFC 4302 (AH), RFC 2675 (jumbograms); of tunnels RFC
 *            2003, 2473, 4213 (IP in IP), 2784 (GRE), 7348 (VXLAN), 8926 (Geneve).
 */
#ifndef NET_IP_H
#define NET_IP_H

#include "net/link.h"

struct ip {
	struct address src, dst;
	uint16_t       id;		/* IPv4 identification; 0: none */
	struct bytes   inside;		/* of TCP, as far as it was captured */
	uint32_t       inside_len;	/* on the wire, >= inside.n */
};

/* Reads l->inside, which is IPv4 or IPv6. */
enum decoded ip_read(const struct link *l, struct ip *out);

#endif
