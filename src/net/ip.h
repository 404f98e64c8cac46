/*
 * ip - the headers of IPv4 and IPv6, up to the TCP segment inside.
 *
 * Checksums are not looked at. A fragment is something else than TCP here; an
 * atomic fragment [RFC 6946] is none.
 *
 * ownership  .inside borrows from the input.
 * source     RFC 791, RFC 8200, RFC 4302 (AH), RFC 2675 (jumbograms).
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
