/*
 * inside - what the numbers in headers say comes next: Ethertypes, IP protocols,
 * UDP ports, protocols of PPP. Tables; the readers in layer.h act on them.
 *
 * A number that is in no table is taken for something that holds no whole packets, but
 * in a tunnel that carries any Ethertype.
 *
 * source     IANA's registries of Ethertypes, protocol numbers, ports and PPP; the
 *            IEEE's of Ethertypes. A row names what specifies its contents.
 */
#ifndef NET_INSIDE_H
#define NET_INSIDE_H

#include "base/rd.h"

enum inside {
	INSIDE_NOTHING,
	INSIDE_OTHER,		/* readable, and no packet with TCP */
	INSIDE_UNREAD,		/* whole packets may be in it, which are not read */
	INSIDE_TCP,
	INSIDE_IP,		/* of either version */
	INSIDE_IPV4,
	INSIDE_IPV6,
	INSIDE_ETHERNET,
	INSIDE_LLC,		/* 802.2, without a length before it */
	INSIDE_TAG,		/* a tag of 802.1Q, an Ethertype after it */
	INSIDE_MPLS,
	INSIDE_PPP,
	INSIDE_PPPOE,
	INSIDE_GRE,
	INSIDE_UDP,
	INSIDE_VXLAN,
	INSIDE_VXLAN_GPE,
	INSIDE_GENEVE,
	INSIDE_ETHERIP,
	INSIDE_ERSPAN,		/* I, or II behind a sequence number */
	INSIDE_ERSPAN3,
};
#define N_INSIDES (INSIDE_ERSPAN3 + 1)

/* What is not read. Its name goes into JSON: letters, digits, "-". */
struct unread {
	const char *name;
	bool on_any;		/* where it ends, an interface of its own shows its inside */
};

struct next {
	uint16_t number;
	enum inside what;
	struct unread unread;	/* of INSIDE_UNREAD, and of headers that may turn out so */
};

const struct next *inside_ethertype(uint16_t ethertype);
const struct next *inside_protocol(uint8_t protocol);
const struct next *inside_udp(uint16_t port);
const struct next *inside_ppp(uint16_t protocol);

/* What is in no table. */
extern const struct next inside_unknown;

/* More headers around each other than are followed; a pseudowire whose contents are not told. */
extern const struct next inside_too_deep, inside_pseudowire;

#endif
