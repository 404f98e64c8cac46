#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/sample.h"
#include "report/summary.h"

static struct sample s;

static const char *
summary(bool utf8)
{
	static char b[SUMMARY_MAX];
	struct text t = TEXT(b);

	summary_put(&t, &s.snapshot, utf8);
	assert_false(t.cut);
	return b;
}

static void
a_quiet_input_is_short(void **state)
{
	(void)state;
	sample_open(&s);
	sample_add_plain(&s);
	sample_add_mutual(&s);
	assert_string_equal(summary(true), "2 connections: 1 plaintext, 1 mutual · 138 packets");
	assert_string_equal(summary(false), "2 connections: 1 plaintext, 1 mutual; 138 packets");
}

static void
nothing_is_said_as_such(void **state)
{
	(void)state;
	sample_open(&s);
	assert_string_equal(summary(true), "no distribution connections · 138 packets");
	s.snapshot.input.packets = 0;
	assert_string_equal(summary(true), "no distribution connections · no packets");
}

static void
one_is_not_many(void **state)
{
	(void)state;
	sample_open(&s);
	sample_add_plain(&s);
	s.snapshot.input.packets = 1;
	s.snapshot.input.lost_kernel = s.snapshot.input.gaps = s.snapshot.input.limits = 1;
	assert_string_equal(summary(true), "1 connection: 1 plaintext · 1 packet"
	    " · lost: 1 packet by the kernel, 1 gap · 1 limit reached");
}

static void
what_was_lost_or_ignored_is_said(void **state)
{
	static const struct link_type_count link_types[] = {
		{ 105, "IEEE802_11", 12 }, { 147, NULL, 3 }, { 148, NULL, 0 },
	};
	static const struct tunnel_count tunnel_types[] = { { "ESP", false, 3 }, { "L2TP", true, 1 } };

	(void)state;
	sample_lab(&s);
	s.snapshot.input.lost_kernel = 5;
	s.snapshot.input.lost_interface = 0;
	s.snapshot.input.lost_recorded = 7;
	s.snapshot.input.gaps = 3;
	s.snapshot.input.limits = 2;
	s.snapshot.input.link_types = link_types;
	s.snapshot.input.n_link_types = 3;
	s.snapshot.input.tunnels = 4;
	s.snapshot.input.tunnel_types = tunnel_types;
	s.snapshot.input.n_tunnel_types = 2;
	s.snapshot.input.damage = "a.pcap: cut off at byte 812";
	assert_string_equal(summary(false),
	    "5 connections: 1 plaintext, 2 mutual, 1 one-way, 1 refused; 138 packets; "
	    "ignored: 2 TLS, 3 other, 1 silent, 4 in tunnels (3 ESP, 1 L2TP); "
	    "lost: 5 packets by the kernel, 7 packets as the file says, 3 gaps; 2 limits reached; "
	    "not decoded: 12 of IEEE802_11, 3 of link type 147; "
	    "damaged: a.pcap: cut off at byte 812");
}

static void
a_part_is_said_to_be_one(void **state)
{
	(void)state;
	sample_open(&s);
	s.snapshot.input.filter = "port 9100\033";
	s.snapshot.input.selection = (struct selection){ .since_ns = SAMPLE_AT_NS, .count = 100,
		.left_out = 3 };
	assert_string_equal(summary(false), "no distribution connections; 138 packets; "
	    "only a part was looked at: -f 'port 9100\\x1b', since 2023-11-14T22:13:20.123456Z, "
	    "100 packets at most, 3 packets left out");
	s.snapshot.input.filter = NULL;
	s.snapshot.input.selection = (struct selection){ .until_ns = SAMPLE_AT_NS };
	assert_string_equal(summary(false), "no distribution connections; 138 packets; "
	    "only a part was looked at: until 2023-11-14T22:13:20.123456Z");
}

static void
many_link_types_are_counted_not_named(void **state)
{
	static struct link_type_count link_types[4096];

	(void)state;
	sample_open(&s);
	for (uint32_t i = 0; i < 4096; i++)
		link_types[i] = (struct link_type_count){ .link_type = 300 + i, .packets = 2 };
	s.snapshot.input.link_types = link_types;
	s.snapshot.input.n_link_types = 4096;
	assert_non_null(strstr(summary(true), "not decoded: 2 of link type 300, "));
	assert_non_null(strstr(summary(true), "2 of link type 307, 8176 of others"));
}

static void
a_file_name_is_a_strangers_string(void **state)
{
	(void)state;
	sample_open(&s);
	s.snapshot.input.damage = "\033[2J\xc3\xa9";
	assert_non_null(strstr(summary(true), "damaged: \\x1b[2J\xc3\xa9"));
	assert_non_null(strstr(summary(false), "damaged: \\x1b[2J\\xc3\\xa9"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quiet_input_is_short),
		cmocka_unit_test(nothing_is_said_as_such),
		cmocka_unit_test(one_is_not_many),
		cmocka_unit_test(what_was_lost_or_ignored_is_said),
		cmocka_unit_test(a_part_is_said_to_be_one),
		cmocka_unit_test(many_link_types_are_counted_not_named),
		cmocka_unit_test(a_file_name_is_a_strangers_string),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
