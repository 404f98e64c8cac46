#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/tick.h"

static void
times_of_every_resolution_are_nanoseconds(void **state)
{
	static const struct {
		uint8_t  resolution;
		int64_t  offset_s;
		uint64_t ticks, want;
	} cases[] = {
		{ 6, 0, 1700000000123456u, 1700000000123456000u },
		{ 0, 0, 1700000000u, 1700000000000000000u },
		{ 3, 0, 1700000000123u, 1700000000123000000u },
		{ 9, 0, 1700000000123456789u, 1700000000123456789u },
		{ 12, 0, 1123456789012u, 1123456789u },
		{ 19, 0, 15000000000000000000u, 1500000000u },
		{ 20, 0, 15000000000000000000u, 150000000u },
		{ 28, 0, 10000000000000000000u, 1u },
		{ 29, 0, UINT64_MAX, 0u },
		{ 127, 0, UINT64_MAX, 0u },
		{ 0x80, 0, 1700000000u, 1700000000000000000u },
		{ 0x80 | 10, 0, 1024u * 5u + 512u, 5500000000u },
		{ 0x80 | 32, 0, (uint64_t)7 << 32 | 0x80000000u, 7500000000u },
		{ 0x80 | 63, 0, (uint64_t)1 << 63 | (uint64_t)1 << 62, 1500000000u },
		{ 0x80 | 64, 0, (uint64_t)1 << 63, 500000000u },
		{ 0x80 | 70, 0, UINT64_MAX, 15624999u },
		{ 0x80 | 127, 0, UINT64_MAX, 0u },
		{ 6, 3600, 1000000u, 3601000000000u },
		{ 6, -1, 1500000u, 500000000u },
		{ 6, 1700000000, 5u, 1700000000000005000u },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tick t = { cases[i].resolution, cases[i].offset_s };

		assert_int_equal(tick_ns(&t, cases[i].ticks), cases[i].want);
	}
}

static void
what_does_not_fit_is_the_first_or_the_last_time(void **state)
{
	(void)state;
	assert_int_equal(tick_ns(&(struct tick){ 6, -2 }, 1999999), 0);
	assert_int_equal(tick_ns(&(struct tick){ 6, INT64_MIN }, 1999999), 0);
	assert_true(tick_ns(&(struct tick){ 0, 0 }, UINT64_MAX) == UINT64_MAX);
	assert_true(tick_ns(&(struct tick){ 0, INT64_MAX }, UINT64_MAX) == UINT64_MAX);
	assert_true(tick_ns(&(struct tick){ 6, INT64_MAX }, 0) == UINT64_MAX);
	assert_true(tick_ns(&(struct tick){ 0, 0 }, 18446744072u) ==
	    18446744072000000000u);
	assert_true(tick_ns(&(struct tick){ 0, 0 }, 18446744074u) == UINT64_MAX);
}

static void
digits_are_as_many_as_a_tick_needs(void **state)
{
	static const uint8_t cases[][2] = {
		{ 0, 0 }, { 3, 3 }, { 6, 6 }, { 9, 9 }, { 12, 9 }, { 127, 9 },
		{ 0x80, 0 }, { 0x80 | 1, 1 }, { 0x80 | 3, 1 }, { 0x80 | 4, 2 },
		{ 0x80 | 10, 4 }, { 0x80 | 20, 7 }, { 0x80 | 29, 9 },
		{ 0x80 | 30, 9 }, { 0x80 | 127, 9 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(tick_digits(&(struct tick){ cases[i][0], 0 }),
		    cases[i][1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_of_every_resolution_are_nanoseconds),
		cmocka_unit_test(what_does_not_fit_is_the_first_or_the_last_time),
		cmocka_unit_test(digits_are_as_many_as_a_tick_needs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
