#include "base/address.h"

#include <arpa/inet.h>
#include <assert.h>

/* [RFC 4291 2.5.5.2] */
static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

struct address
address_ipv6(const uint8_t octets[16])
{
	struct address a = { .family = FAMILY_IPV6 };

	if (memcmp(octets, mapped, sizeof mapped) == 0)
		return address_ipv4(octets + sizeof mapped);
	memcpy(a.octets, octets, 16);
	return a;
}

int
address_compare(const struct address *a, const struct address *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->octets, b->octets, sizeof a->octets);
}

bool
address_is_loopback(const struct address *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	switch (a->family) {
	case FAMILY_NONE:
		return false;
	case FAMILY_IPV4:
		return a->octets[0] == 127;	/* [RFC 1122 3.2.1.3] */
	case FAMILY_IPV6:
		return memcmp(a->octets, one, sizeof one) == 0;
	}
	return false;
}

const char *
address_text(const struct address *a, char out[ADDRESS_TEXT_MAX])
{
	const char *s = NULL;

	switch (a->family) {
	case FAMILY_NONE:
		out[0] = '?';
		out[1] = '\0';
		return out;
	case FAMILY_IPV4:
		s = inet_ntop(AF_INET, a->octets, out, ADDRESS_TEXT_MAX);
		break;
	case FAMILY_IPV6:
		s = inet_ntop(AF_INET6, a->octets, out, ADDRESS_TEXT_MAX);
		break;
	}
	assert(s != NULL);
	return s;
}
