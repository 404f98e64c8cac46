/*
 * link_name - names of link types, for those that are not read.
 *
 * source     the tcpdump group's registry of LINKTYPE_ values.
 */
#include "net/decode.h"

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
