#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/ports.h"

static void
what_users_write_is_understood(void **state)
{
	struct port_range r;

	(void)state;
	assert_true(port_range_parse("9100", &r));
	assert_int_equal(r.from, 9100);
	assert_int_equal(r.to, 9100);
	assert_true(port_range_parse("1-65535", &r));
	assert_int_equal(r.from, 1);
	assert_int_equal(r.to, 65535);
}

static void
anything_else_is_refused(void **state)
{
	static const char *const bad[] = { "", "0", "65536", "99999999999", "-", "9100-",
		"-9100", "9105-9100", "9100x", " 9100", "9100-9105-9110", "+1" };
	struct port_range r;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(port_range_parse(bad[i], &r));
}

static void
both_ends_belong_to_a_range(void **state)
{
	static const struct port_range v[] = { { 9100, 9105 }, { 25672, 25672 } };

	(void)state;
	assert_false(port_ranges_hold(v, 2, 9099));
	assert_true(port_ranges_hold(v, 2, 9100));
	assert_true(port_ranges_hold(v, 2, 9105));
	assert_false(port_ranges_hold(v, 2, 9106));
	assert_true(port_ranges_hold(v, 2, 25672));
	assert_false(port_ranges_hold(v, 0, 9100));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_users_write_is_understood),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(both_ends_belong_to_a_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
