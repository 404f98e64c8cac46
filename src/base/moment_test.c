#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/moment.h"

/* Seconds by "date -u -d '2026-11-21 21:36:25' +%s" of coreutils, and so on. */
static void
what_people_write(void **state)
{
	static const struct { const char *s; uint64_t ns; } v[] = {
		{ "1970-01-01", 0 },
		{ "2026-11-21", UINT64_C(1795219200000000000) },
		{ "2026-11-21T21:36", UINT64_C(1795296960000000000) },
		{ "2026-11-21T21:36:25Z", UINT64_C(1795296985000000000) },
		{ "2026-11-21 21:36:25", UINT64_C(1795296985000000000) },
		{ "2026-11-21t21:36:25z", UINT64_C(1795296985000000000) },
		{ "2026-11-21T21:36:25.616875Z", UINT64_C(1795296985616875000) },
		{ "2026-11-21T21:36:25.123456789", UINT64_C(1795296985123456789) },
		{ "2026-11-21T22:36:25+01:00", UINT64_C(1795296985000000000) },
		{ "2026-11-21T16:06:25-05:30", UINT64_C(1795296985000000000) },
		{ "2024-02-29", UINT64_C(1709164800000000000) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		uint64_t ns = 1;
		assert_true(moment_parse(v[i].s, &ns));
		assert_int_equal(ns, v[i].ns);
	}
}

static void
what_is_no_moment(void **state)
{
	static const char *const v[] = {
		"", "now", "2026", "2026-11", "2026-13-01", "2026-00-01", "2026-06-31", "2025-02-29",
		"1969-12-31", "1970-01-01T00:30+01:00", "2026-11-21T", "2026-11-21T24:00", "2026-11-21T21",
		"2026-11-21T21:60", "2026-11-21T21:36:60", "2026-11-21T21:36:25.", "2026-11-21T21:36:25.1234567890",
		"2026-11-21T21:36:25+1:00", "2026-11-21T21:36:25+0100", "2026-11-21T21:36:25ZZ", "2026-11-21Z",
		" 2026-11-21", "2026-11-21 ", "2026-1-21", "26-11-21", "2501-01-01", "-2026-11-21",
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		uint64_t ns = 42;
		assert_false(moment_parse(v[i], &ns));
		assert_int_equal(ns, 42);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_people_write),
		cmocka_unit_test(what_is_no_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
