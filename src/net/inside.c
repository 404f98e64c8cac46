#include "net/inside.h"

const struct next inside_too_deep =
    { 0, INSIDE_UNREAD, { "nested-too-deep", true } };
const struct next inside_pseudowire =
    { 0, INSIDE_UNREAD, { "MPLS-pseudowire", false } };

const struct next inside_unknown = { .what = INSIDE_OTHER };

/* The frequent ones first. */

static const struct next ethertypes[] = {
	{ 0x0800, INSIDE_IPV4, { 0 } },
	{ 0x86dd, INSIDE_IPV6, { 0 } },
	{ 0x8100, INSIDE_TAG, { 0 } },			/* 802.1Q */
	{ 0x88a8, INSIDE_TAG, { 0 } },			/* 802.1ad */
	{ 0x9100, INSIDE_TAG, { 0 } },			/* what came before 802.1ad */
	{ 0x9200, INSIDE_TAG, { 0 } },
	{ 0x9300, INSIDE_TAG, { 0 } },
	{ 0x8847, INSIDE_MPLS, { 0 } },
	{ 0x8848, INSIDE_MPLS, { 0 } },			/* labels of upstream's [RFC 5332] */
	{ 0x8864, INSIDE_PPPOE, { 0 } },
	{ 0x6558, INSIDE_ETHERNET, { 0 } },		/* in GRE, Geneve [RFC 1701] */
	{ 0x880b, INSIDE_PPP, { 0 } },			/* in GRE [RFC 2637] */
	{ 0x88be, INSIDE_ERSPAN, { 0 } },		/* in GRE */
	{ 0x22eb, INSIDE_ERSPAN3, { 0 } },		/* in GRE */
	{ 0x0806, INSIDE_OTHER, { 0 } },		/* ARP */
	{ 0x0000, INSIDE_OTHER, { 0 } },		/* in GRE: keeps it alive */
	{ 0x00fe, INSIDE_OTHER, { 0 } },		/* in GRE: routing of OSI */
	{ 0x2000, INSIDE_OTHER, { 0 } },		/* in GRE: Cisco's discovery */
	{ 0x2001, INSIDE_OTHER, { 0 } },		/* in GRE: NHRP [RFC 2332] */
	{ 0x88e5, INSIDE_UNREAD, { "MACsec", true } },	/* 802.1AE */
	{ 0x894f, INSIDE_UNREAD, { "NSH", false } },	/* [RFC 8300] */
	{ 0x88e7, INSIDE_UNREAD, { "PBB", false } },	/* 802.1ah */
	{ 0x22f3, INSIDE_UNREAD, { "TRILL", false } },	/* [RFC 6325] */
	{ 0x8903, INSIDE_UNREAD, { "FabricPath", false } },
	{ 0x8909, INSIDE_UNREAD, { "CMD", false } },	/* a tag of Cisco's */
	{ 0xf1c1, INSIDE_UNREAD, { "R-TAG", false } },	/* 802.1CB */
	{ 0x892f, INSIDE_UNREAD, { "HSR", true } },	/* IEC 62439-3 */
	{ 0x4305, INSIDE_UNREAD, { "batman-adv", true } },
	{ 0x883e, INSIDE_UNREAD, { "WCCP", false } },	/* in GRE */
	{ 0x876b, INSIDE_UNREAD, { "TCP-compressed", true } },	/* [RFC 1701] */
};

static const struct next protocols[] = {
	{ 6, INSIDE_TCP, { 0 } },
	{ 17, INSIDE_UDP, { 0 } },
	{ 4, INSIDE_IPV4, { 0 } },			/* [RFC 2003], [RFC 2473] */
	{ 41, INSIDE_IPV6, { 0 } },			/* [RFC 4213], [RFC 2473] */
	{ 47, INSIDE_GRE, { "GRE", true } },
	{ 97, INSIDE_ETHERIP, { "EtherIP", false } },
	{ 137, INSIDE_MPLS, { 0 } },			/* [RFC 4023] */
	{ 143, INSIDE_ETHERNET, { 0 } },		/* [RFC 8986 4.9] */
	{ 50, INSIDE_UNREAD, { "ESP", false } },	/* [RFC 4303] */
	{ 55, INSIDE_UNREAD, { "MOBILE", false } },	/* [RFC 2004] */
	{ 94, INSIDE_UNREAD, { "IPIP-94", false } },
	{ 98, INSIDE_UNREAD, { "ENCAP", false } },	/* [RFC 1241] */
	{ 108, INSIDE_UNREAD, { "IPComp", false } },	/* [RFC 3173] */
	{ 115, INSIDE_UNREAD, { "L2TP", true } },	/* [RFC 3931] */
};

/* Of the destination: the sender's is a hash. */
static const struct next udp_ports[] = {
	{ 4789, INSIDE_VXLAN, { "VXLAN", true } },
	{ 8472, INSIDE_VXLAN, { "VXLAN", true } },	/* what Linux took before */
	{ 4790, INSIDE_VXLAN_GPE, { "VXLAN-GPE", true } },
	{ 6081, INSIDE_GENEVE, { "Geneve", true } },
};

static const struct next ppp_protocols[] = {
	{ 0x0021, INSIDE_IPV4, { 0 } },			/* [RFC 1332] */
	{ 0x0057, INSIDE_IPV6, { 0 } },			/* [RFC 5072] */
	{ 0x0281, INSIDE_MPLS, { 0 } },			/* [RFC 3032 4.3] */
	{ 0x0283, INSIDE_MPLS, { 0 } },
	{ 0x002d, INSIDE_UNREAD, { "PPP-VJ", true } },	/* TCP, compressed [RFC 1144] */
	{ 0x002f, INSIDE_UNREAD, { "PPP-VJ", true } },
	{ 0x0003, INSIDE_UNREAD, { "PPP-ROHC", true } },	/* [RFC 5795] */
	{ 0x0005, INSIDE_UNREAD, { "PPP-ROHC", true } },
	{ 0x0061, INSIDE_UNREAD, { "PPP-IPHC", true } },	/* [RFC 2509] */
	{ 0x0063, INSIDE_UNREAD, { "PPP-IPHC", true } },
	{ 0x0065, INSIDE_UNREAD, { "PPP-IPHC", true } },
	{ 0x003d, INSIDE_UNREAD, { "PPP-multilink", true } },	/* [RFC 1990] */
	{ 0x0031, INSIDE_UNREAD, { "PPP-bridging", true } },	/* [RFC 3518] */
	{ 0x0053, INSIDE_UNREAD, { "PPP-encrypted", true } },	/* [RFC 1968] */
	{ 0x0055, INSIDE_UNREAD, { "PPP-encrypted", true } },
	{ 0x00fb, INSIDE_UNREAD, { "PPP-compressed", true } },	/* [RFC 1962] */
	{ 0x00fd, INSIDE_UNREAD, { "PPP-compressed", true } },
};

static const struct next *
find(const struct next *v, size_t n, uint16_t number)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].number == number)
			return &v[i];
	return &inside_unknown;
}

#define FIND(table, number) find((table), sizeof (table) / sizeof *(table), (number))

const struct next *
inside_ethertype(uint16_t ethertype)
{
	return FIND(ethertypes, ethertype);
}

const struct next *
inside_protocol(uint8_t protocol)
{
	return FIND(protocols, protocol);
}

const struct next *
inside_udp(uint16_t port)
{
	return FIND(udp_ports, port);
}

const struct next *
inside_ppp(uint16_t protocol)
{
	return FIND(ppp_protocols, protocol);
}
