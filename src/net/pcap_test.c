#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/pcap.h"

#include "base/limits.h"
#include "net/forge.h"

static struct haul
haul(const struct forge *f, size_t at_once)
{
	struct input *in = input_memory(forge_bytes(f), at_once);
	struct diag d = { "" };

	assert_non_null(in);
	input_need(in, 12, true);
	assert_true(pcap_file_known(input_look(in)));
	struct source *s = pcap_file_open(in, 3, &d);
	assert_non_null(s);
	return haul_of(s);
}

static void
both_byte_orders_and_both_resolutions_are_read(void **state)
{
	static const struct {
		uint32_t magic;
		uint64_t at_ns;
		uint8_t  digits;
	} cases[] = {
		{ 0xa1b2c3d4, 1700000000000123000u, 6 },
		{ 0xa1b23c4d, 1700000000000000123u, 9 },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (int little = 0; little < 2; little++) {
			struct forge f = { .order = little ? ORDER_LITTLE : ORDER_BIG };

			forge_pcap(&f, cases[i].magic, 276, 65535);
			forge_record(&f, 1700000000, 123, 1500, "first");
			forge_record(&f, 1700000001, 0, 0, "");
			struct haul h = haul(&f, 1000);

			assert_int_equal(h.n, 2);
			assert_int_equal(h.v[0].at_ns, cases[i].at_ns);
			assert_int_equal(h.v[0].time_digits, cases[i].digits);
			assert_string_equal(haul_text(&h, 0), "first");
			assert_int_equal(h.v[0].wire_len, 1500);
			assert_int_equal(h.v[0].link_type, 276);
			assert_int_equal(h.v[0].interface, 0);
			assert_int_equal(h.v[0].source, 3);
			assert_int_equal(h.v[1].captured.n, 0);
			assert_int_equal(h.last, GOT_END);
			assert_false(diag_is_set(&h.damage));
			haul_free(&h);
			forge_free(&f);
		}
	}
}

static void
longer_record_heads_are_stepped_over(void **state)
{
	struct forge f = { .order = ORDER_LITTLE };

	(void)state;
	forge_pcap(&f, 0xa1b2cd34, 1, 65535);
	for (uint32_t i = 0; i < 2; i++) {
		forge_u32(&f, 5);
		forge_u32(&f, i);
		forge_u32(&f, 3);
		forge_u32(&f, 60);
		forge_u64(&f, UINT64_MAX);	/* interface, protocol, type */
		forge_put(&f, i == 0 ? "one" : "two", 3);
	}
	struct haul h = haul(&f, 1000);
	assert_int_equal(h.n, 2);
	assert_string_equal(haul_text(&h, 0), "one");
	assert_string_equal(haul_text(&h, 1), "two");
	assert_int_equal(h.v[1].at_ns, 5000001000u);
	haul_free(&h);
	forge_free(&f);
}

static void
a_frame_check_sequence_is_no_link_type(void **state)
{
	struct forge f = { .order = ORDER_BIG };

	(void)state;
	forge_pcap(&f, 0xa1b2c3d4, 0x24000001, 65535);
	forge_record(&f, 1, 1, 3, "abc");
	struct haul h = haul(&f, 1000);
	assert_int_equal(h.v[0].link_type, 1);
	haul_free(&h);
	forge_free(&f);
}

static void
old_versions_have_the_lengths_either_way_round(void **state)
{
	struct forge f = { .order = ORDER_BIG };

	(void)state;
	forge_pcap(&f, 0xa1b2c3d4, 1, 65535);
	f.p[7] = 3;				/* version 2.3 */
	forge_record(&f, 1, 1, 60, "usual");
	forge_u64(&f, 0);
	forge_u32(&f, 60);
	forge_u32(&f, 5);
	forge_put(&f, "other", 5);
	struct haul h = haul(&f, 1000);
	assert_int_equal(h.n, 2);
	assert_string_equal(haul_text(&h, 1), "other");
	assert_int_equal(h.v[1].wire_len, 60);
	haul_free(&h);
	forge_free(&f);
}

static void
no_packets_are_no_damage(void **state)
{
	struct forge f = { .order = ORDER_BIG };

	(void)state;
	forge_pcap(&f, 0xa1b2c3d4, 1, 65535);
	struct haul h = haul(&f, 1000);
	assert_int_equal(h.n, 0);
	assert_int_equal(h.last, GOT_END);
	assert_false(diag_is_set(&h.damage));
	forge_free(&f);
}

static void
an_impossible_length_is_damage(void **state)
{
	static const uint32_t lens[] = { (256u << 10) + 1, LIMIT_BLOCK_BYTES + 1, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct forge f = { .order = ORDER_BIG };

		forge_pcap(&f, 0xa1b2c3d4, 1, i == 0 ? 65535 : UINT32_MAX);
		forge_record(&f, 1, 1, 3, "abc");
		forge_u64(&f, 0);
		forge_u32(&f, lens[i]);
		forge_u32(&f, lens[i]);
		forge_fill(&f, 0, 100);
		struct haul h = haul(&f, 1000);
		assert_int_equal(h.n, 1);
		assert_int_equal(h.last, GOT_END);
		assert_string_equal(h.damage.line,
		    "memory: impossible packet length in the record at byte 43");
		haul_free(&h);
		forge_free(&f);
	}
}

static void
a_packet_may_be_as_long_as_the_snaplen(void **state)
{
	const uint32_t len = 1u << 20;
	struct forge f = { .order = ORDER_BIG };

	(void)state;
	forge_pcap(&f, 0xa1b2c3d4, 1, len);
	forge_record(&f, 1, 1, 3, "abc");
	forge_u64(&f, 0);
	forge_u32(&f, len);
	forge_u32(&f, len);
	f.p = realloc(f.p, f.n + len);
	assert_non_null(f.p);
	memset(f.p + f.n, 'x', len);
	f.n += len;
	struct haul h = haul(&f, 1000);
	assert_int_equal(h.n, 2);
	assert_int_equal(h.v[1].captured.n, len);
	assert_int_equal(haul_text(&h, 1)[len - 1], 'x');
	assert_false(diag_is_set(&h.damage));
	haul_free(&h);
	forge_free(&f);
}

static void
an_unknown_version_is_an_error(void **state)
{
	struct forge f = { .order = ORDER_BIG };
	struct diag d = { "" };

	(void)state;
	forge_pcap(&f, 0xa1b2c3d4, 1, 65535);
	f.p[5] = 9;
	struct input *in = input_memory(forge_bytes(&f), 1000);
	input_need(in, 12, true);
	assert_null(pcap_file_open(in, 0, &d));
	assert_string_equal(d.line, "memory: this version of pcap is not supported");
	input_close(in);
	forge_free(&f);
}

static void
many_packets_come_in_batches(void **state)
{
	struct forge f = { .order = ORDER_LITTLE };

	(void)state;
	forge_pcap(&f, 0xa1b2c3d4, 1, 65535);
	for (uint32_t i = 0; i < 100; i++)
		forge_record(&f, i, 0, 3, "abc");
	struct haul whole = haul(&f, 1u << 20), drops = haul(&f, 1);
	assert_int_equal(whole.n, 100);
	assert_int_equal(whole.n_batches, 4);
	assert_int_equal(drops.n, 100);
	assert_true(drops.n_batches > 90);	/* nothing at hand is waited for */
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(whole.v[i].at_ns, i * 1000000000u);
	haul_free(&whole);
	haul_free(&drops);
	forge_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_byte_orders_and_both_resolutions_are_read),
		cmocka_unit_test(longer_record_heads_are_stepped_over),
		cmocka_unit_test(a_frame_check_sequence_is_no_link_type),
		cmocka_unit_test(old_versions_have_the_lengths_either_way_round),
		cmocka_unit_test(no_packets_are_no_damage),
		cmocka_unit_test(an_impossible_length_is_damage),
		cmocka_unit_test(a_packet_may_be_as_long_as_the_snaplen),
		cmocka_unit_test(an_unknown_version_is_an_error),
		cmocka_unit_test(many_packets_come_in_batches),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
