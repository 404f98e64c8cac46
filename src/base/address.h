/*
 * address - an IPv4 or IPv6 address as a value.
 *
 * An IPv4-mapped IPv6 address is its IPv4 address: both are the same host.
 * RFC 4291, RFC 5952.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include "base/rd.h"

enum family { FAMILY_NONE, FAMILY_IPV4, FAMILY_IPV6 };

struct address {
	enum family family;
	uint8_t     octets[16];		/* IPv4: the first four; the rest are zero */
};

#define ADDRESS_TEXT_MAX 46u

struct address address_ipv6(const uint8_t octets[16]);
int  address_compare(const struct address *a, const struct address *b);
bool address_is_loopback(const struct address *a);

/* "10.0.0.1", "fd77::1"; returns out. */
const char *address_text(const struct address *a, char out[ADDRESS_TEXT_MAX]);

/* Of every packet, twice. */
static inline struct address
address_ipv4(const uint8_t octets[4])
{
	struct address a = { .family = FAMILY_IPV4 };

	memcpy(a.octets, octets, 4);
	return a;
}

static inline bool
address_equal(const struct address *a, const struct address *b)
{
	return address_compare(a, b) == 0;
}

#endif
