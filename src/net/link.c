#include "net/link.h"

enum link_type {
	LINK_NULL       = 0,
	LINK_ETHERNET   = 1,
	LINK_RAW_BSD    = 12,	/* what raw IP is called where it was never mapped */
	LINK_RAW_OTHER  = 14,	/* the same, OpenBSD */
	LINK_RAW        = 101,
	LINK_LOOP       = 108,
	LINK_LINUX_SLL  = 113,
	LINK_IPV4       = 228,
	LINK_IPV6       = 229,
	LINK_LINUX_SLL2 = 276,
};

enum ethertype {
	ETHERTYPE_IPV4       = 0x0800,
	ETHERTYPE_VLAN       = 0x8100,
	ETHERTYPE_IPV6       = 0x86dd,
	ETHERTYPE_MPLS       = 0x8847,
	ETHERTYPE_MPLS_UP    = 0x8848,	/* with labels of upstream's [RFC 5332] */
	ETHERTYPE_PPPOE      = 0x8864,
	ETHERTYPE_PROVIDER   = 0x88a8,	/* 802.1ad */
	ETHERTYPE_VLAN_OLD   = 0x9100,	/* what came before 802.1ad */
};

#define VLAN_TAGS_MAX		4u

/* [LINKTYPE_LINUX_SLL]: the packet type, and an ARPHRD_ value of Linux. */
#define SLL_TO_US		0u
#define SLL_FROM_US		4u
#define ARPHRD_LOOPBACK		772u
#define ARPHRD_NETLINK		824u	/* its "protocol" is no Ethertype */

/* The constant first: a zero that was mixed in counts too. */
static void
mix(uint32_t *vantage, uint32_t v)
{
	uint32_t x = ((*vantage + 0x9e3779b9u) ^ v) * 0x9e3779b1u;

	x ^= x >> 15;
	x *= 0x85ebca6bu;
	*vantage = x ^ x >> 13;
}

static enum inside
inside_of_ethertype(uint16_t type)
{
	switch (type) {
	case ETHERTYPE_IPV4:
		return INSIDE_IPV4;
	case ETHERTYPE_IPV6:
		return INSIDE_IPV6;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_UP:
	case ETHERTYPE_PPPOE:
	case ETHERTYPE_VLAN:
	case ETHERTYPE_PROVIDER:
	case ETHERTYPE_VLAN_OLD:
		return INSIDE_TUNNEL;
	default:
		return INSIDE_OTHER;
	}
}

/* Past the tags that follow an Ethertype. More of them than anybody uses are not
 * read: something may hide behind them. */
static void
read_tags(uint16_t type, struct rd *r, struct link *out)
{
	for (unsigned n = 0; n < VLAN_TAGS_MAX; n++) {
		if (type != ETHERTYPE_VLAN && type != ETHERTYPE_PROVIDER &&
		    type != ETHERTYPE_VLAN_OLD)
			break;
		mix(&out->vantage, rd_u16(r) & 0x0fffu);
		type = rd_u16(r);
	}
	out->what = inside_of_ethertype(type);
}

static void
read_ethernet(struct rd *r, struct link *out)
{
	static const uint8_t zero[12];
	struct bytes addresses = rd_take(r, 12);

	if (bytes_equal(addresses, (struct bytes){ zero, sizeof zero }))
		out->seen_from = VANTAGE_LOOPBACK;
	read_tags(rd_u16(r), r, out);
}

static void
read_cooked_protocol(unsigned type, unsigned hardware, uint16_t protocol,
    struct rd *r, struct link *out)
{
	mix(&out->vantage, type);
	if (hardware == ARPHRD_LOOPBACK)
		out->seen_from = VANTAGE_LOOPBACK;
	else if (type == SLL_FROM_US)
		out->seen_from = VANTAGE_SENT;
	else if (type == SLL_TO_US)
		out->seen_from = VANTAGE_RECEIVED;
	if (hardware == ARPHRD_NETLINK)
		out->what = INSIDE_OTHER;
	else
		read_tags(protocol, r, out);
}

static void
read_cooked(struct rd *r, struct link *out)
{
	unsigned type = rd_u16(r);
	unsigned hardware = rd_u16(r);

	rd_take(r, 2 + 8);		/* the sender's address and its length */
	uint16_t protocol = rd_u16(r);
	read_cooked_protocol(type, hardware, protocol, r, out);
}

static void
read_cooked2(struct rd *r, struct link *out)
{
	uint16_t protocol = rd_u16(r);

	rd_take(r, 2);
	mix(&out->vantage, rd_u32(r));	/* index of the interface */
	unsigned hardware = rd_u16(r);
	unsigned type = rd_u8(r);
	rd_take(r, 1 + 8);
	read_cooked_protocol(type, hardware, protocol, r, out);
}

/* [LINKTYPE_NULL]: 2 is IPv4 everywhere; IPv6 is 24 on NetBSD and OpenBSD, 28
 * on FreeBSD, 30 on Darwin. LINKTYPE_LOOP has it in network order, LINKTYPE_NULL
 * in the order of the host, which no family is large enough to hide. */
static void
read_family(bool any_order, struct rd *r, struct link *out)
{
	struct rd little = *r;
	uint32_t family = rd_u32(r);

	if (any_order && family > 0xffff)
		family = rd_u32le(&little);
	switch (family) {
	case 2:
		out->what = INSIDE_IPV4;
		break;
	case 24:
	case 28:
	case 30:
		out->what = INSIDE_IPV6;
		break;
	default:
		out->what = INSIDE_OTHER;
		break;
	}
}

static void
peek_version(struct rd *r, struct link *out)
{
	struct rd peek = *r;

	switch (rd_u8(&peek) >> 4) {
	case 4:
		out->what = INSIDE_IPV4;
		break;
	case 6:
		out->what = INSIDE_IPV6;
		break;
	default:
		out->what = INSIDE_OTHER;
		break;
	}
	r->bad = peek.bad;
}

enum decoded
link_read(const struct packet *p, struct link *out)
{
	struct rd r = rd_bytes(p->captured);

	*out = (struct link){ 0 };
	mix(&out->vantage, p->source);
	mix(&out->vantage, p->interface);
	switch (p->link_type) {
	case LINK_ETHERNET:
		read_ethernet(&r, out);
		break;
	case LINK_LINUX_SLL:
		read_cooked(&r, out);
		break;
	case LINK_LINUX_SLL2:
		read_cooked2(&r, out);
		break;
	case LINK_NULL:
		read_family(true, &r, out);
		break;
	case LINK_LOOP:
		read_family(false, &r, out);
		break;
	case LINK_RAW:
	case LINK_RAW_BSD:
	case LINK_RAW_OTHER:
		peek_version(&r, out);
		break;
	case LINK_IPV4:
		out->what = INSIDE_IPV4;
		break;
	case LINK_IPV6:
		out->what = INSIDE_IPV6;
		break;
	default:
		return DECODED_LINK_UNKNOWN;
	}
	if (!rd_ok(&r))
		return DECODED_MALFORMED;

	uint32_t beyond = p->wire_len > p->captured.n ?
	    p->wire_len - (uint32_t)p->captured.n : 0;
	out->inside = rd_rest(&r);
	out->inside_len = (uint32_t)out->inside.n + beyond;
	return DECODED_TCP;
}

/* The registry's LINKTYPE_ names; but what everybody meets is called as
 * tcpdump calls it. */
const char *
link_type_name(uint32_t link_type)
{
	static const char *const low[] = {
		[0] = "NULL", "EN10MB", "EXP_ETHERNET", "AX25", "PRONET", "CHAOS",
		"IEEE802_5", "ARCNET_BSD", "SLIP", "PPP", "FDDI",
		[12] = "RAW", [14] = "RAW",
		[50] = "PPP_HDLC", "PPP_ETHER",
		[99] = "SYMANTEC_FIREWALL", "ATM_RFC1483", "RAW", "SLIP_BSDOS",
		"PPP_BSDOS",
	};
	static const char *const high[] = {
		/* 104 */ "C_HDLC", "IEEE802_11", "ATM_CLIP", "FRELAY", "LOOP", "ENC",
		/* 110 */ "LANE8023", "HIPPI", "HDLC", "LINUX_SLL", "LTALK",
		/* 115 */ "ECONET", "IPFILTER", "PFLOG", "CISCO_IOS", "IEEE802_11_PRISM",
		/* 120 */ "IEEE802_11_AIRONET", "HHDLC", "IP_OVER_FC", "SUNATM", "RIO",
		/* 125 */ "PCI_EXP", "AURORA", "IEEE802_11_RADIOTAP", "TZSP", "ARCNET_LINUX",
		/* 130 */ "JUNIPER_MLPPP", "JUNIPER_MLFR", "JUNIPER_ES", "JUNIPER_GGSN",
		"JUNIPER_MFR",
		/* 135 */ "JUNIPER_ATM2", "JUNIPER_SERVICES", "JUNIPER_ATM1",
		"APPLE_IP_OVER_IEEE1394", "MTP2_WITH_PHDR",
		/* 140 */ "MTP2", "MTP3", "SCCP", "DOCSIS", "LINUX_IRDA",
		/* 145 */ "IBM_SP", "IBM_SN", "USER0", "USER1", "USER2",
		/* 150 */ "USER3", "USER4", "USER5", "USER6", "USER7",
		/* 155 */ "USER8", "USER9", "USER10", "USER11", "USER12",
		/* 160 */ "USER13", "USER14", "USER15", "IEEE802_11_AVS",
		"JUNIPER_MONITOR",
		/* 165 */ "BACNET_MS_TP", "PPP_PPPD", "JUNIPER_PPPOE",
		"JUNIPER_PPPOE_ATM", "GPRS_LLC",
		/* 170 */ "GPF_T", "GPF_F", "GCOM_T1E1", "GCOM_SERIAL",
		"JUNIPER_PIC_PEER",
		/* 175 */ "ERF_ETH", "ERF_POS", "LINUX_LAPD", "JUNIPER_ETHER",
		"JUNIPER_PPP",
		/* 180 */ "JUNIPER_FRELAY", "JUNIPER_CHDLC", "MFR", "JUNIPER_VP", "A429",
		/* 185 */ "A653_ICM", "USB_FREEBSD", "BLUETOOTH_HCI_H4",
		"IEEE802_16_MAC_CPS", "USB_LINUX",
		/* 190 */ "CAN20B", "IEEE802_15_4_LINUX", "PPI",
		"IEEE802_16_MAC_CPS_RADIO", "JUNIPER_ISM",
		/* 195 */ "IEEE802_15_4_WITHFCS", "SITA", "ERF", "RAIF1", "IPMB_KONTRON",
		/* 200 */ "JUNIPER_ST", "BLUETOOTH_HCI_H4_WITH_PHDR", "AX25_KISS", "LAPD",
		"PPP_WITH_DIR",
		/* 205 */ "C_HDLC_WITH_DIR", "FRELAY_WITH_DIR", "LAPB_WITH_DIR", NULL,
		"IPMB_LINUX",
		/* 210 */ "FLEXRAY", "MOST", "LIN", "X2E_SERIAL", "X2E_XORAYA",
		/* 215 */ "IEEE802_15_4_NONASK_PHY", "LINUX_EVDEV", "GSMTAP_UM",
		"GSMTAP_ABIS", "MPLS",
		/* 220 */ "USB_LINUX_MMAPPED", "DECT", "AOS", "WIHART", "FC_2",
		/* 225 */ "FC_2_WITH_FRAME_DELIMS", "IPNET", "CAN_SOCKETCAN", "IPV4",
		"IPV6",
		/* 230 */ "IEEE802_15_4_NOFCS", "DBUS", "JUNIPER_VS", "JUNIPER_SRX_E2E",
		"JUNIPER_FIBRECHANNEL",
		/* 235 */ "DVB_CI", "MUX27010", "STANAG_5066_D_PDU", "JUNIPER_ATM_CEMIC",
		"NFLOG",
		/* 240 */ "NETANALYZER", "NETANALYZER_TRANSPARENT", "IPOIB", "MPEG_2_TS",
		"NG40",
		/* 245 */ "NFC_LLCP", "PFSYNC", "INFINIBAND", "SCTP", "USBPCAP",
		/* 250 */ "RTAC_SERIAL", "BLUETOOTH_LE_LL", "WIRESHARK_UPPER_PDU", "NETLINK",
		"BLUETOOTH_LINUX_MONITOR",
		/* 255 */ "BLUETOOTH_BREDR_BB", "BLUETOOTH_LE_LL_WITH_PHDR", "PROFIBUS_DL",
		"PKTAP", "EPON",
		/* 260 */ "IPMI_HPM_2", "ZWAVE_R1_R2", "ZWAVE_R3", "WATTSTOPPER_DLM",
		"ISO_14443",
		/* 265 */ "RDS", "USB_DARWIN", "OPENFLOW", "SDLC", "TI_LLN_SNIFFER",
		/* 270 */ "LORATAP", "VSOCK", "NORDIC_BLE", "DOCSIS31_XRA31",
		"ETHERNET_MPACKET",
		/* 275 */ "DISPLAYPORT_AUX", "LINUX_SLL2", "SERCOS_MONITOR", "OPENVIZSLA",
		"EBHSCR",
		/* 280 */ "VPP_DISPATCH", "DSA_TAG_BRCM", "DSA_TAG_BRCM_PREPEND",
		"IEEE802_15_4_TAP", "DSA_TAG_DSA",
		/* 285 */ "DSA_TAG_EDSA", "ELEE", "Z_WAVE_SERIAL", "USB_2_0", "ATSC_ALP",
	};
	const uint32_t first_high = 104;

	if (link_type < sizeof low / sizeof *low)
		return low[link_type];
	if (link_type < first_high ||
	    link_type - first_high >= sizeof high / sizeof *high)
		return NULL;
	return high[link_type - first_high];
}
