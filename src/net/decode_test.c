#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/decode.h"
#include "net/frag.h"
#include "net/inside.h"

#include "net/forge.h"

/* Headers. Lengths of 0 are segmentation offload's: as much as there is. */
#define MACS		"\2\0\0\0\0\1\2\0\0\0\0\2"
#define OUTER4		"\xc0\xa8\0\1\xc0\xa8\0\2"
#define IP4(protocol)	"\x45\0\0\0\0\7\0\0\x40" protocol "\0\0" OUTER4
#define FD8		"\xfd\0\0\0\0\0\0\0"
#define OUTER6		FD8 FD8 FD8 FD8
#define IP6(next)	"\x60\0\0\0\0\0" next "\x40" OUTER6
#define UDP(port)	"\xc0\0" port "\0\0\0\0"
#define VXLAN		UDP("\x12\xb5") "\x08\0\0\0\0\0\7\0"
#define GENEVE(type)	UDP("\x17\xc1") "\2\0" type "\0\0\7\0" "\1\2\x80\1\1\2\3\4"
#define LABEL		"\0\1\x01\x40"

struct shape {
	uint32_t link_type;
	bool     is_v6;
	size_t   link_len;
	const char *link;
};

#define WRAPPED(type, v6, literal) { (type), (v6), sizeof (literal) - 1, (literal) }

static const struct shape shapes[] = {
	{ 1, false, 14, "\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" },
	{ 1, true, 14, "\2\0\0\0\0\1\2\0\0\0\0\2\x86\xdd" },
	{ 1, false, 22, "\2\0\0\0\0\1\2\0\0\0\0\2\x88\xa8\0\1\x81\0\0\2\x08\0" },
	{ 113, false, 16, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x08\0" },
	{ 113, true, 16, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x86\xdd" },
	{ 276, false, 20, "\x08\0\0\0\0\0\0\2\0\1\4\6\0\0\0\0\0\0\0\0" },
	{ 276, true, 20, "\x86\xdd\0\0\0\0\0\2\0\1\4\6\0\0\0\0\0\0\0\0" },
	{ 0, false, 4, "\2\0\0\0" },
	{ 0, true, 4, "\0\0\0\x1e" },
	{ 108, false, 4, "\0\0\0\2" },
	{ 12, false, 0, "" },
	{ 14, true, 0, "" },
	{ 101, false, 0, "" },
	{ 101, true, 0, "" },
	{ 228, false, 0, "" },
	{ 229, true, 0, "" },
	WRAPPED(9, false, "\xff\3\0\x21"),
	WRAPPED(9, true, "\x57"),			/* compressed */
	WRAPPED(50, false, "\x21"),
	WRAPPED(50, true, "\x0f\0\x86\xdd"),
	WRAPPED(51, false, "\x11\0\0\7\2\0\0\x21"),
	WRAPPED(104, true, "\x8f\0\x86\xdd"),
	WRAPPED(219, false, "\0\1\0\x40" LABEL),
	WRAPPED(1, true, MACS "\x88\x64" "\x11\0\0\7\2\0\0\x57"),
	WRAPPED(1, false, MACS "\0\x60" "\xaa\xaa\3\0\0\0\x08\0"),
	WRAPPED(1, true, MACS "\x88\x47" LABEL),
	/* Pseudowires with a control word and without, an address that looks like IPv4's. */
	WRAPPED(1, false, MACS "\x88\x47" LABEL "\0\0\0\1" MACS "\x08\0"),
	WRAPPED(1, true, MACS "\x88\x48" LABEL MACS "\x86\xdd"),
	WRAPPED(1, false, MACS "\x88\x47" LABEL "\x42\0\xff\xff\0\1" "\2\0\0\0\0\2" "\x08\0"),
	WRAPPED(228, false, IP4("\x04")),
	WRAPPED(228, true, IP4("\x29")),
	WRAPPED(229, false, IP6("\x04")),
	WRAPPED(229, true, IP6("\x29")),
	WRAPPED(228, true, IP4("\x33") "\x29\4\0\0\0\0\0\1\0\0\0\2" "123456789abc"),	/* AH */
	WRAPPED(229, false, IP6("\x89") LABEL),
	WRAPPED(229, true, IP6("\x8f") MACS "\x86\xdd"),
	WRAPPED(228, false, IP4("\x61") "\x30\0" MACS "\x08\0"),
	WRAPPED(228, false, IP4("\x2f") "\0\0\x08\0"),
	WRAPPED(228, true, IP4("\x2f") "\xb0\0\x86\xdd" "\0\0\0\0" "\0\0\0\7" "\0\0\0\1"),
	WRAPPED(229, true, IP6("\x2f") "\x20\0\x65\x58" "\0\0\0\7" MACS "\x86\xdd"),
	WRAPPED(228, false, IP4("\x2f") "\x40\0\x08\0" "\0\0\0\0"
	    "\x08\0\0\4" "1234" "\0\0\0\0"),
	WRAPPED(228, false, IP4("\x2f") "\x30\x81\x88\x0b" "\1\0\0\7" "\0\0\0\1"
	    "\0\0\0\1" "\x21"),
	WRAPPED(228, false, IP4("\x2f") "\0\0\x88\xbe" MACS "\x08\0"),
	WRAPPED(228, false, IP4("\x2f") "\x10\0\x88\xbe\0\0\0\1"
	    "\x10\7\0\1\0\0\0\7" MACS "\x08\0"),
	WRAPPED(228, false, IP4("\x2f") "\x10\0\x22\xeb\0\0\0\1" "\x20\7\0\1" "time"
	    "\0\0\0\1" "platform" MACS "\x81\0\0\7\x08\0"),
	WRAPPED(228, true, IP4("\x2f") "\x10\0\x22\xeb\0\0\0\1" "\x20\7\0\1" "time"
	    "\0\0\x08\0"),
	WRAPPED(228, false, IP4("\x11") VXLAN MACS "\x08\0"),
	WRAPPED(228, false, IP4("\x11") UDP("\x21\x18") "\x08\0\0\0\0\0\7\0"
	    MACS "\x08\0"),
	WRAPPED(229, true, IP6("\x11") VXLAN MACS "\x81\0\0\7\x86\xdd"),
	WRAPPED(228, true, IP4("\x11") UDP("\x12\xb6") "\x0c\0\0\2\0\0\7\0"),
	WRAPPED(228, false, IP4("\x11") UDP("\x12\xb6") "\x0c\0\0\3\0\0\7\0" MACS "\x08\0"),
	WRAPPED(228, false, IP4("\x11") GENEVE("\x65\x58") MACS "\x08\0"),
	WRAPPED(228, true, IP4("\x11") GENEVE("\x86\xdd")),
	/* In each other. */
	WRAPPED(1, false, MACS "\x88\xa8\0\1\x81\0\0\2\x08\0" IP4("\x11") VXLAN MACS "\x08\0"),
	WRAPPED(276, true, "\x08\0\0\0\0\0\0\2\0\1\4\6\0\0\0\0\0\0\0\0" IP4("\x11") VXLAN
	    MACS "\x86\xdd" IP6("\x2f") "\0\0\x88\x47" LABEL IP4("\x11") GENEVE("\x86\xdd")),
};

#define N_SHAPES	(sizeof shapes / sizeof *shapes)
#define PAYLOAD		"payload"

/* It has an outer IP header. */
static bool
is_tunnel(const struct shape *s)
{
	return memmem(s->link, s->link_len, OUTER4, sizeof OUTER4 - 1) != NULL ||
	    memmem(s->link, s->link_len, OUTER6, sizeof OUTER6 - 1) != NULL;
}

/* A packet with 8 bytes of TCP options and a payload. tcp_at: where TCP begins. */
static struct forge
packet_of(const struct shape *s, size_t *tcp_at)
{
	struct forge f = { .order = ORDER_BIG };
	uint16_t tcp_len = 28 + sizeof PAYLOAD - 1;

	forge_put(&f, s->link, s->link_len);
	if (s->is_v6) {
		forge_u32(&f, 0x60000000);
		forge_u16(&f, (uint16_t)(tcp_len + 8));
		forge_u8(&f, 60);
		forge_u8(&f, 64);
		forge_fill(&f, 0, 15);
		forge_u8(&f, 1);
		forge_fill(&f, 0xfe, 16);
		forge_u8(&f, 6);		/* a destination option */
		forge_u8(&f, 0);
		forge_put(&f, "\1\4\0\0\0\0", 6);
	} else {
		forge_u16(&f, 0x4600);
		forge_u16(&f, (uint16_t)(24 + tcp_len));
		forge_u16(&f, 0xbeef);
		forge_u16(&f, 0x4000);
		forge_u16(&f, 0x4006);
		forge_u16(&f, 0);		/* no checksum yet */
		forge_u32(&f, 0x0a4d0001);
		forge_u32(&f, 0x0a4d0002);
		forge_fill(&f, 1, 4);
	}
	*tcp_at = f.n;
	forge_u16(&f, 45979);
	forge_u16(&f, 4369);
	forge_u32(&f, 0x01020304);
	forge_u32(&f, 0xfffefdfc);
	forge_u16(&f, 0x70da);			/* ECE CWR, PSH, ACK, SYN: of 28 bytes */
	forge_u16(&f, 512);
	forge_u32(&f, 0);
	forge_put(&f, "\2\4\5\xb4\1\1\1\1", 8);
	forge_put(&f, PAYLOAD, sizeof PAYLOAD - 1);
	return f;
}

/* Decodes the first n bytes in memory of their exact size; what the segment
 * borrows is checked here, and not to be looked at after. */
static enum decoded
decode_exact(const struct shape *s, const struct forge *f, size_t n, struct segment *out)
{
	uint8_t *exact = malloc(n > 0 ? n : 1);
	struct packet p = { .link_type = s->link_type, .captured = { exact, n },
		.wire_len = (uint32_t)f->n };

	assert_non_null(exact);
	memcpy(exact, f->p, n);
	enum decoded d = decode(&p, NULL, out);
	if (d == DECODED_TCP) {
		assert_true(out->payload.n <= out->payload_len);
		assert_memory_equal(out->payload.p, PAYLOAD, out->payload.n);
		assert_memory_equal(out->options.p, "\2\4\5\xb4\1\1\1\1", out->options.n);
	}
	free(exact);
	return d;
}

static void
a_segment_is_read_under_every_link_header(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SHAPES; i++) {
		size_t tcp_at;
		struct forge f = packet_of(&shapes[i], &tcp_at);
		char src[ADDRESS_TEXT_MAX], dst[ADDRESS_TEXT_MAX];
		struct segment s;

		assert_int_equal(decode_exact(&shapes[i], &f, f.n, &s), DECODED_TCP);
		assert_string_equal(address_text(&s.src, src),
		    shapes[i].is_v6 ? "::1" : "10.77.0.1");
		assert_string_equal(address_text(&s.dst, dst), shapes[i].is_v6 ?
		    "fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe" : "10.77.0.2");
		assert_int_equal(s.src_port, 45979);
		assert_int_equal(s.dst_port, 4369);
		assert_int_equal(s.seq, 0x01020304);
		assert_int_equal(s.ack, 0xfffefdfc);
		assert_int_equal(s.flags, TCP_SYN | TCP_ACK);
		assert_int_equal(s.window, 512);
		assert_int_equal(s.ip_id, shapes[i].is_v6 ? 0 : 0xbeef);
		assert_int_equal(s.options.n, 8);
		assert_int_equal(s.payload.n, sizeof PAYLOAD - 1);
		assert_int_equal(s.payload_len, sizeof PAYLOAD - 1);
		assert_int_equal(s.seen_from, is_tunnel(&shapes[i]) ? VANTAGE_TUNNEL :
		    shapes[i].link_type == 276 ? VANTAGE_SENT :
		    shapes[i].link_type == 113 ? VANTAGE_RECEIVED : VANTAGE_UNKNOWN);
		forge_free(&f);
	}
}

static void
a_packet_cut_anywhere_is_malformed_or_short_of_payload(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SHAPES; i++) {
		size_t tcp_at;
		struct forge f = packet_of(&shapes[i], &tcp_at);

		for (size_t n = 0; n <= f.n; n++) {
			struct segment s;
			enum decoded d = decode_exact(&shapes[i], &f, n, &s);

			if (n < tcp_at + 28) {
				assert_int_equal(d, DECODED_MALFORMED);
				continue;
			}
			assert_int_equal(d, DECODED_TCP);
			assert_int_equal(s.payload.n, n - tcp_at - 28);
			assert_int_equal(s.payload_len, sizeof PAYLOAD - 1);
		}
		forge_free(&f);
	}
}

static void
padding_of_the_link_is_no_payload(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SHAPES; i++) {
		size_t tcp_at;
		struct forge f = packet_of(&shapes[i], &tcp_at);
		struct segment s;

		forge_fill(&f, 0xee, 20);
		assert_int_equal(decode_exact(&shapes[i], &f, f.n, &s), DECODED_TCP);
		assert_int_equal(s.payload.n, sizeof PAYLOAD - 1);
		assert_int_equal(s.payload_len, sizeof PAYLOAD - 1);
		forge_free(&f);
	}
}

static void
an_impossible_data_offset_is_malformed(void **state)
{
	(void)state;
	for (unsigned words = 0; words < 16; words++) {
		size_t tcp_at;
		struct forge f = packet_of(&shapes[0], &tcp_at);
		struct packet p = { .link_type = 1, .wire_len = (uint32_t)f.n };
		struct segment s;

		/* 35 bytes of TCP are there. */
		f.p[tcp_at + 12] = (uint8_t)(words << 4);
		p.captured = forge_bytes(&f);
		assert_int_equal(decode(&p, NULL, &s), words >= 5 && words * 4 <= 35 ?
		    DECODED_TCP : DECODED_MALFORMED);
		forge_free(&f);
	}
}

static void
segmentation_offload_is_as_long_as_the_wire_says(void **state)
{
	size_t tcp_at;
	struct forge f = packet_of(&shapes[0], &tcp_at);
	struct packet p = { .link_type = 1, .captured = forge_bytes(&f), .wire_len = 70000 };
	struct segment s;

	(void)state;
	f.p[16] = f.p[17] = 0;			/* total length */
	assert_int_equal(decode(&p, NULL, &s), DECODED_TCP);
	assert_int_equal(s.payload.n, sizeof PAYLOAD - 1);
	assert_int_equal(s.payload_len, 70000 - tcp_at - 28);

	/* Some writers do not know the length on the wire. */
	p.wire_len = 0;
	assert_int_equal(decode(&p, NULL, &s), DECODED_TCP);
	assert_int_equal(s.payload_len, sizeof PAYLOAD - 1);
	forge_free(&f);
}

static void
what_is_not_tcp_is_told_apart(void **state)
{
	size_t tcp_at;
	struct forge f = packet_of(&shapes[0], &tcp_at);
	struct packet p = { .link_type = 1, .captured = forge_bytes(&f),
		.wire_len = (uint32_t)f.n };
	struct segment s;

	(void)state;
	f.p[23] = 17;
	assert_int_equal(decode(&p, NULL, &s), DECODED_NOT_TCP);
	f.p[12] = 0x12;
	assert_int_equal(decode(&p, NULL, &s), DECODED_NOT_TCP);
	p.link_type = 147;
	assert_int_equal(decode(&p, NULL, &s), DECODED_LINK_UNKNOWN);
	forge_free(&f);
}

static enum decoded
decode_literal(uint32_t link_type, const char *p, size_t n, struct segment *s)
{
	struct forge f = { .order = ORDER_BIG };
	const struct shape shape = { .link_type = link_type };

	forge_put(&f, p, n);
	enum decoded d = decode_exact(&shape, &f, f.n, s);
	forge_free(&f);
	return d;
}

#define LITERAL(type, literal) { (type), (literal), sizeof (literal) - 1 }

struct literal {
	uint32_t    link_type;
	const char *p;
	size_t      n;
};

static void
tunnels_that_are_not_read_have_names(void **state)
{
	static const struct { struct literal in; const char *name; bool on_any; } cases[] = {
		{ LITERAL(228, IP4("\x32") "12345678"), "ESP", false },
		{ LITERAL(229, IP6("\x32") "12345678"), "ESP", false },
		{ LITERAL(228, IP4("\x6c") "1234"), "IPComp", false },
		{ LITERAL(228, IP4("\x73") "1234"), "L2TP", true },
		{ LITERAL(1, MACS "\x88\xe5" "1234"), "MACsec", true },
		{ LITERAL(1, MACS "\x81\0\0\7\x88\xe5" "1234"), "MACsec", true },
		{ LITERAL(1, MACS "\x89\x4f" "1234"), "NSH", false },
		{ LITERAL(228, IP4("\x11") VXLAN MACS "\x89\x4f" "1234"), "NSH", false },
		{ LITERAL(228, IP4("\x11") UDP("\x12\xb5") "\0\0\0\0\0\0\7\0" MACS "\x08\0"),
		  "VXLAN", true },
		{ LITERAL(228, IP4("\x11") UDP("\x12\xb6") "\x0c\0\0\4\0\0\7\0"),
		  "VXLAN-GPE", true },
		{ LITERAL(228, IP4("\x11") UDP("\x17\xc1") "\x40\0\x08\0\0\0\7\0"),
		  "Geneve", true },
		{ LITERAL(228, IP4("\x2f") "\0\2\x08\0"), "GRE", true },
		{ LITERAL(228, IP4("\x2f") "\0\0\x82\0" "802.11"), "GRE", true },
		{ LITERAL(228, IP4("\x11") GENEVE("\x12\x12") "something"), "Geneve", true },
		{ LITERAL(228, IP4("\x61") "\x20\0"), "EtherIP", false },
		{ LITERAL(219, LABEL "\0\0\0\1" "a frame of something"), "MPLS-pseudowire", false },
		{ LITERAL(219, LABEL "\x50 something else"), "MPLS-pseudowire", false },
		{ LITERAL(9, "\xff\3\0\x2d" "1234"), "PPP-VJ", true },
		{ LITERAL(9, "\0\xfd" "1234"), "PPP-compressed", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct literal *in = &cases[i].in;
		struct segment s;

		assert_int_equal(decode_literal(in->link_type, in->p, in->n, &s), DECODED_TUNNEL);
		assert_string_equal(s.unread->name, cases[i].name);
		assert_int_equal(s.unread->on_any, cases[i].on_any);
	}
}

static void
what_holds_no_packet_is_no_tunnel(void **state)
{
	static const struct literal cases[] = {
		LITERAL(1, MACS "\x08\6" "arp"),
		LITERAL(228, IP4("\x11") VXLAN MACS "\x08\6" "arp"),
		LITERAL(228, IP4("\x11") GENEVE("\x08\6") "arp"),
		LITERAL(228, IP4("\x11") VXLAN MACS "\x08\0" IP4("\x01") "ping"),
		LITERAL(228, IP4("\x2f") "\0\0\0\xfe" "routing of OSI"),
		LITERAL(228, IP4("\x2f") "\x20\x81\x88\x0b" "\0\0\0\7" "\0\0\0\1"),	/* PPTP */
		LITERAL(228, IP4("\x11") UDP("\0\x35") "a question"),
		LITERAL(228, IP4("\x11") "\x12\xb5\xc0\0\0\0\0\0" "from VXLAN's port"),
		LITERAL(219, LABEL "\x10\0\0\x21" "of the associated channel"),
		LITERAL(9, "\xff\3\xc0\x21" "LCP"),
		LITERAL(51, "\x11\x09\0\0\0\0" "discovery"),
		LITERAL(101, "\x12\0"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct segment s;

		assert_int_equal(decode_literal(cases[i].link_type, cases[i].p, cases[i].n, &s),
		    DECODED_NOT_TCP);
	}
}

/* A packet in so many tunnels of IPv4 in IPv4. */
static enum decoded
decode_nested(unsigned n, struct segment *s)
{
	static const char outer[] = IP4("\x04");
	struct shape shape = { .link_type = 228, .link_len = n * (sizeof outer - 1) };
	char all[64 * (sizeof outer - 1)];
	size_t tcp_at;

	for (unsigned i = 0; i < n; i++)
		memcpy(all + i * (sizeof outer - 1), outer, sizeof outer - 1);
	shape.link = all;
	struct forge f = packet_of(&shape, &tcp_at);
	enum decoded d = decode_exact(&shape, &f, f.n, s);
	forge_free(&f);
	return d;
}

static void
nesting_has_an_end(void **state)
{
	struct segment s;

	(void)state;
	for (unsigned n = 0; n <= 8; n++)
		assert_int_equal(decode_nested(n, &s), DECODED_TCP);
	assert_int_equal(decode_nested(60, &s), DECODED_TUNNEL);
	assert_string_equal(s.unread->name, "nested-too-deep");
}

static uint32_t
vantage_in(const char *outer, size_t n)
{
	const struct shape shape = { 1, false, n, outer };
	struct segment s;
	size_t tcp_at;

	struct forge f = packet_of(&shape, &tcp_at);
	assert_int_equal(decode_exact(&shape, &f, f.n, &s), DECODED_TCP);
	forge_free(&f);
	return s.vantage;
}

static void
tunnels_are_places_of_their_own(void **state)
{
#define IN(literal) vantage_in((literal), sizeof (literal) - 1)
#define OTHER_IP4(protocol) "\x45\0\0\0\0\7\0\0\x40" protocol \
	"\0\0\xc0\xa8\0\1\xc0\xa8\0\3"
#define OTHER_VXLAN UDP("\x12\xb5") "\x08\0\0\0\0\0\x08\0"
	const uint32_t places[] = {
		IN(MACS "\x08\0"),
		IN(MACS "\x08\0" IP4("\x04")),
		IN(MACS "\x08\0" OTHER_IP4("\x04")),
		IN(MACS "\x08\0" IP4("\x2f") "\x20\0\x08\0\0\0\0\1"),
		IN(MACS "\x08\0" IP4("\x2f") "\x20\0\x08\0\0\0\0\2"),
		IN(MACS "\x08\0" IP4("\x11") VXLAN MACS "\x08\0"),
		IN(MACS "\x08\0" IP4("\x11") OTHER_VXLAN MACS "\x08\0"),
		IN(MACS "\x08\0" OTHER_IP4("\x11") VXLAN MACS "\x08\0"),
		IN(MACS "\x88\x47" "\0\1\1\x40"),
		IN(MACS "\x88\x47" "\0\2\1\x40"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		for (size_t j = 0; j < sizeof places / sizeof *places; j++)
			assert_int_equal(places[i] == places[j], i == j);
	/* A hash of the flow's, time to live: the same place. */
	assert_int_equal(IN(MACS "\x08\0" IP4("\x11") "\xc1\7\x12\xb5\0\0\0\0"
	    "\x08\0\0\0\0\0\7\0" MACS "\x08\0"), places[5]);
	assert_int_equal(IN(MACS "\x88\x47" "\0\1\1\x3f"), places[8]);
}

/* The place where the capture was made is not the inner link's. */
static void
an_inner_link_is_no_place_of_capture(void **state)
{
	const struct shape shape = WRAPPED(1, false, MACS "\x08\0" IP4("\x11") VXLAN
	    "\0\0\0\0\0\0\0\0\0\0\0\0\x08\0");
	struct segment s;
	size_t tcp_at;

	(void)state;
	struct forge f = packet_of(&shape, &tcp_at);
	assert_int_equal(decode_exact(&shape, &f, f.n, &s), DECODED_TCP);
	assert_int_equal(s.seen_from, VANTAGE_TUNNEL);
	forge_free(&f);
}

/* In VXLAN, the outer packet in two fragments: [RFC 791 2.3] */
static void
a_tunnel_in_fragments_is_put_together(void **state)
{
	static const char outer[] = IP4("\x11");
	const struct shape shape = WRAPPED(228, false, IP4("\x11") VXLAN MACS "\x08\0");
	struct packet p = { .link_type = 228 };
	struct segment s;
	struct frag frag;
	size_t tcp_at, head = sizeof outer - 1;
	struct forge f = packet_of(&shape, &tcp_at), first = { .order = ORDER_BIG },
	    second = { .order = ORDER_BIG };

	(void)state;
	frag_init(&frag);
	forge_put(&first, f.p, head + 48);
	forge_put(&second, f.p, head);
	forge_put(&second, f.p + head + 48, f.n - head - 48);
	first.p[6] = 0x20;
	second.p[7] = 48 / 8;
	p.captured = forge_bytes(&second);
	assert_int_equal(decode(&p, &frag, &s), DECODED_FRAGMENT);
	p.captured = forge_bytes(&first);
	assert_int_equal(decode(&p, NULL, &s), DECODED_FRAGMENT);
	assert_int_equal(decode(&p, &frag, &s), DECODED_TCP);
	assert_int_equal(s.payload.n, sizeof PAYLOAD - 1);
	assert_memory_equal(s.payload.p, PAYLOAD, sizeof PAYLOAD - 1);
	assert_int_equal(s.ip_id, 0xbeef);

	/* What holds the segment can be read alone, by those who keep packets. */
	struct packet whole = decode_datagram(&p, &s);
	struct segment again;
	assert_true(s.payload.p > whole.captured.p &&
	    s.payload.p + s.payload.n == whole.captured.p + whole.captured.n);
	assert_int_equal(decode(&whole, NULL, &again), DECODED_TCP);
	assert_ptr_equal(again.payload.p, s.payload.p);
	assert_int_equal(frag.lost, 0);
	forge_free(&f);
	forge_free(&first);
	forge_free(&second);
	frag_free(&frag);
}

/* Ended by an inner fragment that says what the outer datagram said: the outer one makes
 * way, and is still there to be read. */
static void
a_datagram_in_itself_is_read_to_its_end(void **state)
{
	struct forge f = { .order = ORDER_BIG }, g = { .order = ORDER_BIG };
	struct packet p = { .link_type = 228 };
	struct segment s;
	struct frag frag;

	(void)state;
	frag_init(&frag);
	forge_put(&f, IP4("\x04") IP4("\x04"), 40);
	f.p[2] = f.p[22] = 0;
	f.p[3] = 20 + 24;
	f.p[6] = 0x20;
	f.p[23] = 28;
	f.p[26] = 0x20;
	forge_put(&f, "more", 4);
	p.captured = forge_bytes(&f);
	assert_int_equal(decode(&p, &frag, &s), DECODED_FRAGMENT);
	forge_put(&g, IP4("\x04") "last", 24);
	g.p[3] = 24;
	g.p[7] = 3;
	p.captured = forge_bytes(&g);
	assert_int_equal(decode(&p, &frag, &s), DECODED_FRAGMENT);
	frag_end(&frag);
	assert_int_equal(frag.lost, 1);
	forge_free(&f);
	forge_free(&g);
	frag_free(&frag);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_segment_is_read_under_every_link_header),
		cmocka_unit_test(a_packet_cut_anywhere_is_malformed_or_short_of_payload),
		cmocka_unit_test(padding_of_the_link_is_no_payload),
		cmocka_unit_test(an_impossible_data_offset_is_malformed),
		cmocka_unit_test(segmentation_offload_is_as_long_as_the_wire_says),
		cmocka_unit_test(what_is_not_tcp_is_told_apart),
		cmocka_unit_test(tunnels_that_are_not_read_have_names),
		cmocka_unit_test(what_holds_no_packet_is_no_tunnel),
		cmocka_unit_test(nesting_has_an_end),
		cmocka_unit_test(tunnels_are_places_of_their_own),
		cmocka_unit_test(an_inner_link_is_no_place_of_capture),
		cmocka_unit_test(a_tunnel_in_fragments_is_put_together),
		cmocka_unit_test(a_datagram_in_itself_is_read_to_its_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
