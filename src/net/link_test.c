#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/layer.h"

#include "net/forge.h"

#define MACS	"\x02\0\0\0\0\x01\x02\0\0\0\0\x02"
#define ZEROS	"\0\0\0\0\0\0\0\0\0\0\0\0"

/* A packet of link type t that is the bytes of a string literal. */
#define PACKET(t, literal) ((struct packet){ .link_type = (t),		\
	.captured = { (const uint8_t *)(literal), sizeof (literal) - 1 },	\
	.wire_len = sizeof (literal) - 1 })

struct found {
	struct layer   l;
	struct segment s;
};

/* The link header, and any tags behind it. */
static enum decoded
read_link(const struct packet *p, struct found *out)
{
	*out = (struct found){ .l = { .bytes = p->captured,
		.len = p->wire_len > p->captured.n ? p->wire_len : (uint32_t)p->captured.n } };
	out->l.segment = &out->s;
	enum decoded d = link_read(&out->l, p);
	while (d == DECODED_TCP && (out->l.what == INSIDE_TAG || out->l.what == INSIDE_LLC))
		d = out->l.what == INSIDE_TAG ? ether_read_tag(&out->l) : ether_read_llc(&out->l);
	return d;
}

static void
what_is_inside_is_found(void **state)
{
	const struct {
		struct packet p;
		enum inside   what;
	} cases[] = {
		{ PACKET(1, MACS "\x08\0" "in"), INSIDE_IPV4 },
		{ PACKET(1, MACS "\x86\xdd" "in"), INSIDE_IPV6 },
		{ PACKET(1, MACS "\x08\x06" "in"), INSIDE_OTHER },
		{ PACKET(1, MACS "\0\x02" "in"), INSIDE_OTHER },	/* LLC */
		{ PACKET(1, MACS "\x81\0\0\x07" "\x08\0" "in"), INSIDE_IPV4 },
		{ PACKET(1, MACS "\x88\xa8\0\x07\x81\0\0\x08\x86\xdd" "in"), INSIDE_IPV6 },
		{ PACKET(1, MACS "\x91\0\0\x07\x81\0\0\x08\x81\0\0\x08\x81\0\0\x08\x08\0" "in"),
		  INSIDE_IPV4 },
		{ PACKET(1, MACS "\x92\0\0\x07\x93\0\0\x08\x81\0\0\x08\x81\0\0\x08\x81\0\0\x08"
		  "\x08\0" "in"), INSIDE_IPV4 },
		{ PACKET(1, MACS "\x88\x47" "in"), INSIDE_MPLS },
		{ PACKET(1, MACS "\x88\x48" "in"), INSIDE_MPLS },
		{ PACKET(1, MACS "\x88\x64" "in"), INSIDE_PPPOE },
		{ PACKET(1, MACS "\x81\0\0\x07\x88\x47" "in"), INSIDE_MPLS },
		{ PACKET(1, MACS "\x88\xe5" "in"), INSIDE_UNREAD },
		{ PACKET(1, MACS "\0\x0a\xaa\xaa\3\0\0\0\x08\0" "in"), INSIDE_IPV4 },
		{ PACKET(1, MACS "\0\x0a\xaa\xaa\3\0\0\x0c\x08\0" "in"), INSIDE_OTHER },
		{ PACKET(1, MACS "\x81\0\0\7\0\x0a\xaa\xaa\3\0\0\0\x86\xdd" "in"), INSIDE_IPV6 },
		{ PACKET(113, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\0\4\xaa\xaa\3\0\0\0\x08\0" "in"),
		  INSIDE_IPV4 },
		{ PACKET(1, MACS "\x88\x63" "in"), INSIDE_OTHER },	/* PPPoE's discovery */
		{ PACKET(276, "\x88\x64\0\0\0\0\0\2\0\1\0\6\0\0\0\0\0\0\0\0" "in"), INSIDE_PPPOE },
		{ PACKET(113, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x08\0" "in"), INSIDE_IPV4 },
		{ PACKET(113, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x86\xdd" "in"), INSIDE_IPV6 },
		{ PACKET(113, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x81\0\0\1\x08\0" "in"), INSIDE_IPV4 },
		{ PACKET(113, "\0\0\x03\x38\0\6\0\0\0\0\0\0\0\0\x08\0" "in"), INSIDE_OTHER },
		{ PACKET(276, "\x08\0\0\0\0\0\0\2\0\1\0\6\0\0\0\0\0\0\0\0" "in"), INSIDE_IPV4 },
		{ PACKET(276, "\x86\xdd\0\0\0\0\0\2\0\1\0\6\0\0\0\0\0\0\0\0" "in"), INSIDE_IPV6 },
		{ PACKET(276, "\0\4\0\0\0\0\0\2\0\1\0\6\0\0\0\0\0\0\0\0" "in"), INSIDE_OTHER },
		{ PACKET(0, "\2\0\0\0" "in"), INSIDE_IPV4 },
		{ PACKET(0, "\0\0\0\2" "in"), INSIDE_IPV4 },
		{ PACKET(0, "\x18\0\0\0" "in"), INSIDE_IPV6 },
		{ PACKET(0, "\0\0\0\x1c" "in"), INSIDE_IPV6 },
		{ PACKET(0, "\x1e\0\0\0" "in"), INSIDE_IPV6 },
		{ PACKET(0, "\x07\0\0\0" "in"), INSIDE_OTHER },
		{ PACKET(0, "\x02\0\0\1" "in"), INSIDE_OTHER },
		{ PACKET(108, "\0\0\0\2" "in"), INSIDE_IPV4 },
		{ PACKET(108, "\0\0\0\x18" "in"), INSIDE_IPV6 },
		{ PACKET(108, "\2\0\0\0" "in"), INSIDE_OTHER },
		{ PACKET(9, "in"), INSIDE_PPP },
		{ PACKET(50, "\xff\3\0\x21" "in"), INSIDE_IPV4 },
		{ PACKET(50, "\x0f\0\x86\xdd" "in"), INSIDE_IPV6 },
		{ PACKET(104, "\x8f\0\x08\0" "in"), INSIDE_IPV4 },
		{ PACKET(51, "in"), INSIDE_PPPOE },
		{ PACKET(219, "in"), INSIDE_MPLS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct found f;

		assert_int_equal(read_link(&cases[i].p, &f), DECODED_TCP);
		assert_int_equal(f.l.what, cases[i].what);
		if (f.l.what <= INSIDE_UNREAD)
			continue;
		assert_int_equal(f.l.bytes.n, 2);
		assert_int_equal(f.l.len, 2);
		assert_memory_equal(f.l.bytes.p, "in", 2);
	}
}

static void
raw_ip_is_of_either_version_or_of_one(void **state)
{
	static const struct { uint32_t link_type; enum inside what; } cases[] = {
		{ 12, INSIDE_IP }, { 14, INSIDE_IP }, { 101, INSIDE_IP },
		{ 228, INSIDE_IPV4 }, { 229, INSIDE_IPV6 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct packet p = PACKET(cases[i].link_type, "in");
		struct found f;

		assert_int_equal(read_link(&p, &f), DECODED_TCP);
		assert_int_equal(f.l.what, cases[i].what);
		assert_int_equal(f.l.bytes.n, 2);
	}
}

static void
headers_that_are_cut_are_malformed(void **state)
{
	static const struct {
		uint32_t    link_type;
		size_t      n;
		const char *p;
	} cases[] = {
		{ 0, 4, "\2\0\0\0" },
		{ 1, 14, MACS "\x08\0" },
		{ 1, 18, MACS "\x81\0\0\1\x08\0" },
		{ 1, 22, MACS "\x81\0\0\1\x81\0\0\1\x08\0" },
		{ 108, 4, "\0\0\0\2" },
		{ 50, 4, "\x0f\0\x08\0" },
		{ 50, 4, "\xff\3\0\x21" },
		{ 104, 4, "\x8f\0\x08\0" },
		{ 113, 16, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x08\0" },
		{ 276, 20, "\x08\0\0\0\0\0\0\2\0\1\0\6\0\0\0\0\0\0\0\0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t n = 0; n <= cases[i].n; n++) {
			uint8_t *exact = malloc(n > 0 ? n : 1);
			struct packet p = { .link_type = cases[i].link_type,
				.captured = { exact, n }, .wire_len = 100 };
			struct found f;

			assert_non_null(exact);
			memcpy(exact, cases[i].p, n);
			assert_int_equal(read_link(&p, &f),
			    n < cases[i].n ? DECODED_MALFORMED : DECODED_TCP);
			if (n == cases[i].n)
				assert_int_equal(f.l.len, 100 - n);
			free(exact);
		}
	}
}

static void
the_place_of_capture_is_told(void **state)
{
	const struct {
		struct packet     p;
		enum vantage_side seen_from;
	} cases[] = {
		{ PACKET(1, MACS "\x08\0"), VANTAGE_UNKNOWN },
		{ PACKET(1, ZEROS "\x08\0"), VANTAGE_LOOPBACK },
		{ PACKET(113, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x08\0"), VANTAGE_RECEIVED },
		{ PACKET(113, "\0\4\0\1\0\6\0\0\0\0\0\0\0\0\x08\0"), VANTAGE_SENT },
		{ PACKET(113, "\0\3\0\1\0\6\0\0\0\0\0\0\0\0\x08\0"), VANTAGE_UNKNOWN },
		{ PACKET(113, "\0\4\x03\x04\0\6\0\0\0\0\0\0\0\0\x08\0"), VANTAGE_LOOPBACK },
		{ PACKET(276, "\x08\0\0\0\0\0\0\2\0\1\0\6\0\0\0\0\0\0\0\0"), VANTAGE_RECEIVED },
		{ PACKET(276, "\x08\0\0\0\0\0\0\2\0\1\4\6\0\0\0\0\0\0\0\0"), VANTAGE_SENT },
		{ PACKET(276, "\x08\0\0\0\0\0\0\2\0\1\2\6\0\0\0\0\0\0\0\0"), VANTAGE_UNKNOWN },
		{ PACKET(276, "\x08\0\0\0\0\0\0\1\x03\x04\0\6\0\0\0\0\0\0\0\0"), VANTAGE_LOOPBACK },
		{ PACKET(101, "\x45"), VANTAGE_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct found f;

		assert_int_equal(read_link(&cases[i].p, &f), DECODED_TCP);
		assert_int_equal(f.s.seen_from, cases[i].seen_from);
	}
}

static uint32_t
vantage_of(struct packet p)
{
	struct found f;

	assert_int_equal(read_link(&p, &f), DECODED_TCP);
	return f.s.vantage;
}

static void
different_places_have_different_vantages(void **state)
{
	struct packet p[] = {
		PACKET(1, MACS "\x08\0"),
		PACKET(1, MACS "\x08\0"),
		PACKET(1, MACS "\x08\0"),
		PACKET(1, MACS "\x81\0\0\1\x08\0"),
		PACKET(1, MACS "\x81\0\0\2\x08\0"),
		PACKET(1, MACS "\x81\0\0\1\x81\0\0\2\x08\0"),
		PACKET(276, "\x08\0\0\0\0\0\0\2\0\1\0\6\0\0\0\0\0\0\0\0"),
		PACKET(276, "\x08\0\0\0\0\0\0\3\0\1\0\6\0\0\0\0\0\0\0\0"),
		PACKET(276, "\x08\0\0\0\0\0\0\2\0\1\4\6\0\0\0\0\0\0\0\0"),
	};

	(void)state;
	p[1].interface = 1;
	p[2].source = 1;
	for (size_t i = 0; i < 9; i++)
		for (size_t j = 0; j < 9; j++)
			assert_int_equal(vantage_of(p[i]) == vantage_of(p[j]), i == j);

	/* The priority in a tag is no place. */
	assert_int_equal(vantage_of(PACKET(1, MACS "\x81\0\xe0\1\x08\0")), vantage_of(p[3]));
}

static void
link_types_have_names(void **state)
{
	static const struct {
		uint32_t    link_type;
		const char *name;
	} cases[] = {
		{ 0, "NULL" }, { 1, "EN10MB" }, { 6, "IEEE802_5" }, { 9, "PPP" },
		{ 10, "FDDI" }, { 50, "PPP_HDLC" }, { 101, "RAW" }, { 104, "C_HDLC" },
		{ 105, "IEEE802_11" }, { 108, "LOOP" }, { 113, "LINUX_SLL" },
		{ 117, "PFLOG" }, { 127, "IEEE802_11_RADIOTAP" }, { 140, "MTP2" },
		{ 147, "USER0" }, { 162, "USER15" }, { 177, "LINUX_LAPD" },
		{ 187, "BLUETOOTH_HCI_H4" }, { 189, "USB_LINUX" }, { 192, "PPI" },
		{ 195, "IEEE802_15_4_WITHFCS" }, { 201, "BLUETOOTH_HCI_H4_WITH_PHDR" },
		{ 209, "IPMB_LINUX" }, { 215, "IEEE802_15_4_NONASK_PHY" },
		{ 220, "USB_LINUX_MMAPPED" }, { 226, "IPNET" }, { 228, "IPV4" },
		{ 229, "IPV6" }, { 231, "DBUS" }, { 239, "NFLOG" }, { 247, "INFINIBAND" },
		{ 249, "USBPCAP" }, { 253, "NETLINK" }, { 258, "PKTAP" }, { 265, "RDS" },
		{ 271, "VSOCK" }, { 276, "LINUX_SLL2" }, { 280, "VPP_DISPATCH" },
		{ 285, "DSA_TAG_EDSA" }, { 289, "ATSC_ALP" },
	};
	static const uint32_t nameless[] = { 11, 49, 98, 208, 290, 65535, UINT32_MAX };
	struct packet p = PACKET(147, "x");
	struct found f;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(link_type_name(cases[i].link_type), cases[i].name);
	for (size_t i = 0; i < sizeof nameless / sizeof *nameless; i++)
		assert_null(link_type_name(nameless[i]));
	for (uint32_t i = 0; i < 1000; i++)
		n += link_type_name(i) != NULL;
	assert_true(n >= 60);
	assert_int_equal(read_link(&p, &f), DECODED_LINK_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_inside_is_found),
		cmocka_unit_test(raw_ip_is_of_either_version_or_of_one),
		cmocka_unit_test(headers_that_are_cut_are_malformed),
		cmocka_unit_test(the_place_of_capture_is_told),
		cmocka_unit_test(different_places_have_different_vantages),
		cmocka_unit_test(link_types_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
