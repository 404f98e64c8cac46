#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/layer.h"

#include "net/forge.h"

/* IPv4 of head_len and total_len, with 30 bytes behind its header. */
static struct forge
ipv4(uint32_t head_len, uint16_t total_len, uint16_t fragment, uint8_t protocol)
{
	struct forge f = { .order = ORDER_BIG };

	forge_u8(&f, (uint8_t)(0x40 | head_len / 4));
	forge_u8(&f, 0);
	forge_u16(&f, total_len);
	forge_u16(&f, 0x1234);
	forge_u16(&f, fragment);
	forge_u8(&f, 64);
	forge_u8(&f, protocol);
	forge_u16(&f, 0xbad);
	forge_u32(&f, 0x0a000001);
	forge_u32(&f, 0x0a000002);
	forge_fill(&f, 1, head_len > 20 ? head_len - 20 : 0);
	for (uint8_t i = 0; i < 30; i++)
		forge_u8(&f, i);
	return f;
}

static struct forge
ipv6(uint16_t payload_len, uint8_t next)
{
	struct forge f = { .order = ORDER_BIG };

	forge_u32(&f, 0x60012345);
	forge_u16(&f, payload_len);
	forge_u8(&f, next);
	forge_u8(&f, 64);
	forge_fill(&f, 0xfd, 16);
	forge_fill(&f, 0xfe, 16);
	return f;
}

struct found {
	struct layer   l;
	struct segment s;
};

/* Reads every beginning of f in memory of its exact size, the whole last. */
static enum decoded
read_it(const struct forge *f, enum inside what, uint32_t wire_len, struct found *out)
{
	enum decoded d = DECODED_MALFORMED;

	for (size_t n = 0; n <= f->n; n++) {
		uint8_t *exact = malloc(n > 0 ? n : 1);

		assert_non_null(exact);
		memcpy(exact, f->p, n);
		*out = (struct found){ .l = { .what = what, .bytes = { exact, n },
			.len = wire_len > n ? wire_len : (uint32_t)n } };
		out->l.segment = &out->s;
		d = what == INSIDE_IPV4 ? ipv4_read(&out->l) : ipv6_read(&out->l);
		assert_true(d == DECODED_MALFORMED || n >= 20);
		assert_true(d != DECODED_TCP || out->l.bytes.n <= out->l.len);
		assert_true(d != DECODED_TCP || out->l.bytes.n <= n);
		free(exact);
	}
	out->l.bytes.p = NULL;		/* it is gone */
	return d;
}

struct v4_case {
	uint32_t     head_len;
	uint16_t     total_len, fragment;
	uint8_t      protocol;
	uint32_t     wire_len;
	enum decoded want;
	enum inside  what;
	size_t       captured;
	uint32_t     inside_len;
};

static void
ipv4_is_read(void **state)
{
	static const struct v4_case cases[] = {
		{ 20, 50, 0, 6, 50, DECODED_TCP, INSIDE_TCP, 30, 30 },
		{ 20, 50, 0x4000, 6, 50, DECODED_TCP, INSIDE_TCP, 30, 30 },	/* DF */
		{ 60, 90, 0, 6, 90, DECODED_TCP, INSIDE_TCP, 30, 30 },
		{ 20, 40, 0, 6, 50, DECODED_TCP, INSIDE_TCP, 20, 20 },	/* padding */
		{ 20, 20, 0, 6, 50, DECODED_TCP, INSIDE_TCP, 0, 0 },
		{ 20, 1500, 0, 6, 1500, DECODED_TCP, INSIDE_TCP, 30, 1480 },	/* snaplen */
		{ 20, 0, 0, 6, 50, DECODED_TCP, INSIDE_TCP, 30, 30 },	/* offload */
		{ 20, 0, 0, 6, 90000, DECODED_TCP, INSIDE_TCP, 30, 89980 },
		{ 20, 50, 0, 17, 50, DECODED_TCP, INSIDE_UDP, 30, 30 },
		{ 20, 50, 0x2000, 6, 50, DECODED_FRAGMENT, 0, 0, 0 },	/* the first */
		{ 20, 50, 0x2001, 6, 50, DECODED_FRAGMENT, 0, 0, 0 },
		{ 20, 50, 0x0001, 6, 50, DECODED_FRAGMENT, 0, 0, 0 },
		{ 20, 50, 0x2000, 17, 50, DECODED_NOT_TCP, 0, 0, 0 },
		{ 20, 50, 0x0001, 1, 50, DECODED_TCP, INSIDE_OTHER, 30, 30 },
		{ 20, 50, 0, 4, 50, DECODED_TCP, INSIDE_IPV4, 30, 30 },
		{ 20, 50, 0, 41, 50, DECODED_TCP, INSIDE_IPV6, 30, 30 },
		{ 20, 50, 0, 47, 50, DECODED_TCP, INSIDE_GRE, 30, 30 },
		{ 20, 50, 0x0001, 47, 50, DECODED_FRAGMENT, 0, 0, 0 },
		{ 20, 50, 0, 51, 50, DECODED_TCP, INSIDE_OTHER, 18, 18 },
		{ 20, 19, 0, 6, 50, DECODED_MALFORMED, 0, 0, 0 },
		{ 24, 20, 0, 6, 50, DECODED_MALFORMED, 0, 0, 0 },
		{ 16, 50, 0, 6, 50, DECODED_MALFORMED, 0, 0, 0 },
		{ 0, 50, 0, 6, 50, DECODED_MALFORMED, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct v4_case *c = &cases[i];
		struct forge f = ipv4(c->head_len, c->total_len, c->fragment, c->protocol);
		char text[ADDRESS_TEXT_MAX];
		struct found found;

		assert_int_equal(read_it(&f, INSIDE_IPV4, c->wire_len, &found), c->want);
		if (c->want == DECODED_TCP) {
			assert_int_equal(found.l.what, c->what);
			assert_int_equal(found.l.bytes.n, c->captured);
			assert_int_equal(found.l.len, c->inside_len);
			assert_int_equal(found.s.ip_id, 0x1234);
			assert_string_equal(address_text(&found.s.src, text), "10.0.0.1");
			assert_string_equal(address_text(&found.s.dst, text), "10.0.0.2");
		}
		forge_free(&f);
	}
}

/* The sender's port is no sign; of a later fragment these bytes are no ports. */
static void
fragments_of_udp_matter_when_it_may_be_a_tunnel(void **state)
{
	static const struct { uint16_t from, to, fragment; enum decoded want; } cases[] = {
		{ 49152, 4789, 0x2000, DECODED_FRAGMENT },
		{ 49152, 6081, 0x2000, DECODED_FRAGMENT },
		{ 49152, 53, 0x2000, DECODED_NOT_TCP },
		{ 4789, 49152, 0x2000, DECODED_NOT_TCP },
		{ 49152, 53, 0x0001, DECODED_FRAGMENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct forge f = ipv4(20, 50, cases[i].fragment, 17);
		uint8_t ports[] = { (uint8_t)(cases[i].from >> 8), (uint8_t)cases[i].from,
			(uint8_t)(cases[i].to >> 8), (uint8_t)cases[i].to };
		struct found found;

		memcpy(f.p + 20, ports, sizeof ports);
		assert_int_equal(read_it(&f, INSIDE_IPV4, 50, &found), cases[i].want);
		forge_free(&f);
	}
}

static void
a_wrong_version_is_malformed(void **state)
{
	struct forge f = ipv4(20, 50, 0, 6), g = ipv6(30, 6);
	struct found found;

	(void)state;
	forge_fill(&g, 0, 30);
	f.p[0] = 0x65;
	g.p[0] = 0x45;
	assert_int_equal(read_it(&f, INSIDE_IPV4, 50, &found), DECODED_MALFORMED);
	assert_int_equal(read_it(&g, INSIDE_IPV6, 70, &found), DECODED_MALFORMED);
	forge_free(&f);
	forge_free(&g);
}

/* Extension headers: { type of this one, bytes of it }, ended by zero bytes. The
 * first two bytes, "next header" and length, are put in place. */
struct extension {
	uint8_t type;
	uint8_t n;
	uint8_t bytes[24];
};

static struct forge
extended(const struct extension *e, size_t n_e, uint8_t protocol, uint16_t payload_len)
{
	struct forge f = ipv6(payload_len, n_e > 0 ? e[0].type : protocol);

	for (size_t i = 0; i < n_e; i++) {
		forge_u8(&f, i + 1 < n_e ? e[i + 1].type : protocol);
		forge_put(&f, e[i].bytes, e[i].n - 1u);
	}
	forge_fill(&f, 0xaa, 30);
	return f;
}

#define HOP_BY_HOP	{ 0, 8, { 0 } }
#define JUMBO		{ 0, 8, { 0, 0xc2, 4, 0, 1, 0, 0 } }
#define SMALL		{ 0, 8, { 0, 0xc2, 4, 0, 0, 0xff, 0xff } }
#define ROUTING		{ 43, 24, { 2, 0 } }
#define DESTINATION	{ 60, 16, { 1 } }
#define AH		{ 51, 24, { 4 } }
#define ATOMIC		{ 44, 8, { 0, 0, 6, 1, 2, 3, 4 } }	/* reserved bits set */
#define FIRST		{ 44, 8, { 0, 0, 1, 1, 2, 3, 4 } }
#define LATER		{ 44, 8, { 0, 0, 8, 1, 2, 3, 4 } }

static void
extension_headers_are_stepped_over(void **state)
{
	static const struct {
		struct extension e[9];
		size_t       n_e;
		uint8_t      protocol;
		enum decoded want;
		enum inside  what;
	} cases[] = {
		{ { { 0 } }, 0, 6, DECODED_TCP, INSIDE_TCP },
		{ { { 0 } }, 0, 17, DECODED_TCP, INSIDE_UDP },
		{ { { 0 } }, 0, 59, DECODED_TCP, INSIDE_OTHER },
		{ { HOP_BY_HOP }, 1, 6, DECODED_TCP, INSIDE_TCP },
		{ { HOP_BY_HOP, DESTINATION, ROUTING, ATOMIC, AH, DESTINATION }, 6, 6,
		  DECODED_TCP, INSIDE_TCP },
		{ { HOP_BY_HOP, AH }, 2, 58, DECODED_TCP, INSIDE_OTHER },
		{ { AH }, 1, 6, DECODED_TCP, INSIDE_TCP },
		{ { ATOMIC }, 1, 6, DECODED_TCP, INSIDE_TCP },
		{ { FIRST }, 1, 6, DECODED_FRAGMENT, 0 },
		{ { LATER }, 1, 6, DECODED_FRAGMENT, 0 },
		{ { HOP_BY_HOP, LATER }, 2, 60, DECODED_FRAGMENT, 0 },	/* TCP may follow */
		{ { LATER }, 1, 51, DECODED_FRAGMENT, 0 },
		{ { FIRST }, 1, 17, DECODED_NOT_TCP, 0 },
		{ { LATER }, 1, 58, DECODED_TCP, INSIDE_OTHER },
		{ { { 0 } }, 0, 4, DECODED_TCP, INSIDE_IPV4 },
		{ { { 0 } }, 0, 41, DECODED_TCP, INSIDE_IPV6 },
		{ { DESTINATION }, 1, 41, DECODED_TCP, INSIDE_IPV6 },	/* [RFC 2473 4.1.1] */
		{ { HOP_BY_HOP }, 1, 47, DECODED_TCP, INSIDE_GRE },
		{ { LATER }, 1, 47, DECODED_FRAGMENT, 0 },
		{ { DESTINATION, DESTINATION, DESTINATION, DESTINATION, DESTINATION,
		    DESTINATION, DESTINATION, DESTINATION }, 8, 6, DECODED_TCP, INSIDE_TCP },
		{ { DESTINATION, DESTINATION, DESTINATION, DESTINATION, DESTINATION,
		    DESTINATION, DESTINATION, DESTINATION, DESTINATION }, 9, 6,
		  DECODED_TUNNEL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct forge f = extended(cases[i].e, cases[i].n_e, cases[i].protocol, 0);
		char text[ADDRESS_TEXT_MAX];
		struct found found;

		f.p[4] = (uint8_t)((f.n - 40) >> 8);
		f.p[5] = (uint8_t)(f.n - 40);
		assert_int_equal(read_it(&f, INSIDE_IPV6, (uint32_t)f.n, &found), cases[i].want);
		if (cases[i].want == DECODED_TCP) {
			assert_int_equal(found.l.what, cases[i].what);
			assert_int_equal(found.l.bytes.n, 30);
			assert_int_equal(found.l.len, 30);
			assert_int_equal(found.s.ip_id, 0);
			assert_string_equal(address_text(&found.s.src, text),
			    "fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd");
		}
		forge_free(&f);
	}
}

static void
ipv6_lengths_are_kept(void **state)
{
	static const struct extension jumbo[] = { JUMBO }, plain[] = { HOP_BY_HOP },
	    small[] = { SMALL };
	static const struct {
		const struct extension *e;
		uint16_t payload_len;
		uint32_t wire_len;
		enum decoded want;
		size_t   captured;
		uint32_t inside_len;
	} cases[] = {
		{ NULL, 30, 70, DECODED_TCP, 30, 30 },
		{ NULL, 20, 70, DECODED_TCP, 20, 20 },		/* padding */
		{ NULL, 1400, 1440, DECODED_TCP, 30, 1400 },	/* snaplen */
		{ NULL, 0, 70, DECODED_TCP, 30, 30 },		/* offload */
		{ NULL, 0, 90000, DECODED_TCP, 30, 89960 },
		{ jumbo, 0, 65536 + 40, DECODED_TCP, 30, 65528 },
		{ jumbo, 0, 65536 + 60, DECODED_TCP, 30, 65528 },	/* padding */
		{ small, 0, 78, DECODED_MALFORMED, 0, 0 },	/* [RFC 2675 3] */
		{ plain, 38, 78, DECODED_TCP, 30, 30 },
		{ plain, 8, 78, DECODED_TCP, 0, 0 },
		{ plain, 7, 78, DECODED_MALFORMED, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct forge f = extended(cases[i].e, cases[i].e != NULL, 6, cases[i].payload_len);
		struct found found;

		assert_int_equal(read_it(&f, INSIDE_IPV6, cases[i].wire_len, &found),
		    cases[i].want);
		if (cases[i].want == DECODED_TCP) {
			assert_int_equal(found.l.bytes.n, cases[i].captured);
			assert_int_equal(found.l.len, cases[i].inside_len);
		}
		forge_free(&f);
	}
}

static void
a_mapped_address_is_ipv4(void **state)
{
	struct forge f = ipv6(30, 6);
	char text[ADDRESS_TEXT_MAX];
	struct found found;

	(void)state;
	memset(f.p + 8, 0, 10);
	memset(f.p + 18, 0xff, 2);
	memcpy(f.p + 20, "\x0a\0\0\7", 4);
	forge_fill(&f, 0, 30);
	assert_int_equal(read_it(&f, INSIDE_IPV6, 70, &found), DECODED_TCP);
	assert_string_equal(address_text(&found.s.src, text), "10.0.0.7");
	forge_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_is_read),
		cmocka_unit_test(fragments_of_udp_matter_when_it_may_be_a_tunnel),
		cmocka_unit_test(a_wrong_version_is_malformed),
		cmocka_unit_test(extension_headers_are_stepped_over),
		cmocka_unit_test(ipv6_lengths_are_kept),
		cmocka_unit_test(a_mapped_address_is_ipv4),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
