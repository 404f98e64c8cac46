#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/pcapng.h"

#include <stdio.h>

#include "base/limits.h"
#include "net/forge.h"

static struct haul
haul(const struct forge *f)
{
	struct input *in = input_memory(forge_bytes(f), 1000);
	struct diag d = { "" };

	assert_non_null(in);
	input_need(in, 12, true);
	assert_true(pcapng_file_known(input_look(in)));
	struct source *s = pcapng_file_open(in, 5, &d);
	assert_non_null(s);
	return haul_of(s);
}

static void
interfaces_have_link_type_and_time_of_their_own(void **state)
{
	(void)state;
	for (int little = 0; little < 2; little++) {
		struct forge f = { .order = little ? ORDER_LITTLE : ORDER_BIG };

		forge_section(&f);
		forge_interface(&f, 1, 65535, 6, 0);
		forge_enhanced(&f, 0, 1700000000000001u, 60, "ether");
		forge_interface(&f, 276, 0, 9, -3600);
		forge_enhanced(&f, 1, 1700000000000000002u, 1500, "cooked");
		forge_interface(&f, 101, 0, 0x80 | 10, 0);
		forge_enhanced(&f, 2, 1024 + 512, 4, "");
		forge_enhanced(&f, 0, 1700000000000003u, 60, "again");
		struct haul h = haul(&f);

		assert_int_equal(h.n, 4);
		assert_false(diag_is_set(&h.damage));
		assert_int_equal(h.v[0].at_ns, 1700000000000001000u);
		assert_int_equal(h.v[0].time_digits, 6);
		assert_int_equal(h.v[0].link_type, 1);
		assert_int_equal(h.v[0].interface, 0);
		assert_int_equal(h.v[0].source, 5);
		assert_int_equal(h.v[0].wire_len, 60);
		assert_string_equal(haul_text(&h, 0), "ether");
		assert_int_equal(h.v[1].at_ns, 1699996400000000002u);
		assert_int_equal(h.v[1].time_digits, 9);
		assert_int_equal(h.v[1].link_type, 276);
		assert_int_equal(h.v[1].interface, 1);
		assert_string_equal(haul_text(&h, 1), "cooked");
		assert_int_equal(h.v[2].at_ns, 1500000000u);
		assert_int_equal(h.v[2].time_digits, 4);
		assert_int_equal(h.v[2].link_type, 101);
		assert_int_equal(h.v[2].captured.n, 0);
		assert_int_equal(h.v[3].interface, 0);
		haul_free(&h);
		forge_free(&f);
	}
}

static void
simple_packets_are_cut_at_the_snaplen_and_have_no_time(void **state)
{
	struct forge f = { .order = ORDER_LITTLE };

	(void)state;
	forge_section(&f);
	forge_interface(&f, 1, 5, 6, 0);
	forge_simple(&f, 3, "abc");
	forge_enhanced(&f, 0, 7000000u, 60, "timed");
	forge_simple(&f, 1000, "abcde");
	forge_interface(&f, 1, 100, 6, 0);
	forge_simple(&f, 5, "again");
	struct haul h = haul(&f);

	assert_int_equal(h.n, 4);
	assert_false(diag_is_set(&h.damage));
	assert_string_equal(haul_text(&h, 0), "abc");
	assert_int_equal(h.v[0].at_ns, 0);
	assert_string_equal(haul_text(&h, 2), "abcde");
	assert_int_equal(h.v[2].wire_len, 1000);
	assert_int_equal(h.v[2].at_ns, 7000000000u);
	assert_int_equal(h.v[2].time_digits, 0);
	assert_int_equal(h.v[3].interface, 0);
	haul_free(&h);
	forge_free(&f);
}

static void
the_obsolete_packet_block_is_read(void **state)
{
	(void)state;
	for (int little = 0; little < 2; little++) {
		struct forge f = { .order = little ? ORDER_LITTLE : ORDER_BIG };

		forge_section(&f);
		forge_interface(&f, 1, 0, 6, 0);
		forge_interface(&f, 113, 0, 3, 0);
		forge_obsolete(&f, 1, 1234, 99, "old");
		struct haul h = haul(&f);

		assert_int_equal(h.n, 1);
		assert_int_equal(h.v[0].interface, 1);
		assert_int_equal(h.v[0].link_type, 113);
		assert_int_equal(h.v[0].at_ns, 1234000000u);
		assert_int_equal(h.v[0].wire_len, 99);
		assert_string_equal(haul_text(&h, 0), "old");
		haul_free(&h);
		forge_free(&f);
	}
}

static void
other_blocks_are_stepped_over(void **state)
{
	static const uint32_t types[] = { 0, 7, 8, 9, 11, 0xbad, 0x40000bad, 0x80000001 };
	struct forge f = { .order = ORDER_BIG };

	(void)state;
	forge_section(&f);
	for (size_t i = 0; i < 8; i++) {
		forge_begin(&f, types[i]);
		forge_fill(&f, 0xff, 4 * i);
		forge_end(&f);
	}
	forge_interface(&f, 1, 0, 6, 0);
	forge_enhanced(&f, 0, 1, 60, "after");
	struct haul h = haul(&f);
	assert_int_equal(h.n, 1);
	assert_false(diag_is_set(&h.damage));
	haul_free(&h);
	forge_free(&f);
}

static void
a_second_section_has_its_own_order_and_interfaces(void **state)
{
	struct forge f = { .order = ORDER_BIG };

	(void)state;
	forge_section(&f);
	forge_interface(&f, 1, 0, 6, 0);
	forge_interface(&f, 1, 0, 6, 0);
	forge_enhanced(&f, 1, 1, 60, "big");
	f.order = ORDER_LITTLE;
	forge_section(&f);
	forge_interface(&f, 276, 0, 9, 0);
	forge_enhanced(&f, 0, 1, 60, "little");
	f.order = ORDER_BIG;
	forge_section(&f);
	forge_interface(&f, 101, 0, 0, 0);
	forge_enhanced(&f, 0, 1, 60, "big again");
	forge_section(&f);
	forge_enhanced(&f, 0, 1, 60, "of an interface of the section before");
	struct haul h = haul(&f);

	assert_int_equal(h.n, 3);
	assert_int_equal(h.v[0].interface, 1);
	assert_int_equal(h.v[0].at_ns, 1000);
	assert_int_equal(h.v[1].interface, 2);
	assert_int_equal(h.v[1].link_type, 276);
	assert_int_equal(h.v[1].at_ns, 1);
	assert_int_equal(h.v[2].interface, 3);
	assert_int_equal(h.v[2].at_ns, 1000000000u);
	assert_non_null(strstr(h.damage.line, "no interface for the packet"));
	haul_free(&h);
	forge_free(&f);
}

/* One good packet, then the block that was built last with one thing wrong. */
static void
expect_damage(struct forge *f, size_t at, uint32_t v, const char *what)
{
	char want[300];

	if (at != 0)
		forge_patch(f, f->open + at, v);
	forge_fill(f, 0, 64);
	struct haul h = haul(f);
	snprintf(want, sizeof want, "memory: %s at byte %zu", what, f->open);
	assert_string_equal(h.damage.line, want);
	assert_int_equal(h.last, GOT_END);
	assert_int_equal(h.n, 1);
	assert_string_equal(haul_text(&h, 0), "good");
	haul_free(&h);
	forge_free(f);
}

static struct forge
one_good_packet(void)
{
	struct forge f = { .order = ORDER_LITTLE };

	forge_section(&f);
	forge_interface(&f, 1, 0, 6, 0);
	forge_enhanced(&f, 0, 1, 60, "good");
	return f;
}

static void
impossible_block_lengths_are_damage(void **state)
{
	static const uint32_t lens[] = { 0, 8, 11, 38, 41, LIMIT_BLOCK_BYTES + 4, UINT32_MAX };
	struct forge f;

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		f = one_good_packet();
		forge_enhanced(&f, 0, 1, 60, "bad");
		expect_damage(&f, 4, lens[i], "impossible length of the block");
	}
	f = one_good_packet();
	forge_enhanced(&f, 0, 1, 60, "bad");
	expect_damage(&f, 4, 32, "two different lengths of the block");
	f = one_good_packet();
	forge_enhanced(&f, 0, 1, 60, "bad");
	expect_damage(&f, 32, 40, "two different lengths of the block");
}

static void
impossible_blocks_are_damage(void **state)
{
	struct forge f = one_good_packet();

	(void)state;
	forge_enhanced(&f, 0, 1, 60, "bad");
	expect_damage(&f, 8, 1, "no interface for the packet in the block");

	f = one_good_packet();
	forge_enhanced(&f, 0, 1, 60, "bad");
	expect_damage(&f, 20, 5, "a packet longer than the block");

	f = one_good_packet();
	forge_enhanced(&f, 0, 1, 60, "bad");
	expect_damage(&f, 20, UINT32_MAX, "a packet longer than the block");

	f = one_good_packet();
	forge_simple(&f, 60, "bad");
	expect_damage(&f, 0, 0, "a packet longer than the block");

	f = one_good_packet();
	forge_begin(&f, 6);
	forge_u32(&f, 0);
	forge_end(&f);
	expect_damage(&f, 0, 0, "a packet longer than the block");

	f = one_good_packet();
	forge_begin(&f, 1);
	forge_u32(&f, 1);
	forge_end(&f);
	expect_damage(&f, 0, 0, "too short an interface in the block");

	f = one_good_packet();
	forge_interface(&f, 1, 0, 9, 0);
	expect_damage(&f, 16, 0x01000002, "options longer than the block");

	f = one_good_packet();
	forge_interface(&f, 1, 0, 9, 0);
	expect_damage(&f, 24, 0x00020009, "impossible time option in the block");

	f = one_good_packet();
	forge_section(&f);
	expect_damage(&f, 8, 0x1a2b3c4e, "no byte-order magic in the section");

	f = one_good_packet();
	forge_section(&f);
	expect_damage(&f, 12, 2, "unsupported version in the section");
}

static void
interfaces_are_bounded(void **state)
{
	struct forge f = { .order = ORDER_LITTLE };

	(void)state;
	forge_section(&f);
	for (uint32_t i = 0; i < LIMIT_INTERFACES; i++)
		forge_interface(&f, 1, 0, 6, 0);
	forge_enhanced(&f, LIMIT_INTERFACES - 1, 1, 60, "good");
	forge_interface(&f, 1, 0, 6, 0);
	expect_damage(&f, 0, 0, "more interfaces than are believed in the block");
}

static void
another_major_version_is_an_error(void **state)
{
	struct forge f = { .order = ORDER_BIG };
	struct diag d = { "" };

	(void)state;
	forge_section(&f);
	f.p[13] = 2;
	struct input *in = input_memory(forge_bytes(&f), 1000);
	assert_null(pcapng_file_open(in, 0, &d));
	assert_string_equal(d.line, "memory: this version of pcapng is not supported");
	input_close(in);
	forge_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interfaces_have_link_type_and_time_of_their_own),
		cmocka_unit_test(simple_packets_are_cut_at_the_snaplen_and_have_no_time),
		cmocka_unit_test(the_obsolete_packet_block_is_read),
		cmocka_unit_test(other_blocks_are_stepped_over),
		cmocka_unit_test(a_second_section_has_its_own_order_and_interfaces),
		cmocka_unit_test(impossible_block_lengths_are_damage),
		cmocka_unit_test(impossible_blocks_are_damage),
		cmocka_unit_test(interfaces_are_bounded),
		cmocka_unit_test(another_major_version_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
