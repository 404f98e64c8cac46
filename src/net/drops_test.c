#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/drops.h"

static void
only_what_was_lost_since_the_first_look_counts(void **state)
{
	struct drops d;

	(void)state;
	assert_true(drops_open(&d));
	assert_true(drops_of(&d, 0));
	assert_true(drops_note(&d, 2, 1000, 50));
	d.begun = true;
	assert_int_equal(d.lost, 0);
	assert_true(drops_note(&d, 2, 1003, 50));
	assert_true(drops_note(&d, 2, 1003, 54));
	assert_int_equal(d.lost, 7);
	assert_true(drops_note(&d, 3, 5, 6));	/* a new interface: all of it */
	assert_int_equal(d.lost, 18);
	drops_free(&d);
}

static void
counters_wrap_and_begin_anew(void **state)
{
	struct drops d;

	(void)state;
	assert_true(drops_open(&d));
	assert_true(drops_of(&d, 7));
	assert_true(drops_note(&d, 7, UINT32_MAX - 1, 900));
	assert_true(drops_note(&d, 7, 3, 900));
	assert_int_equal(d.lost, 5);
	assert_true(drops_note(&d, 7, 3, 2));	/* the driver was loaded again */
	assert_int_equal(d.lost, 7);
	for (unsigned i = 0; i < 5; i++)	/* further than 32 bits */
		assert_true(drops_note(&d, 7, 3 + (i + 1) * 0x7fffffffu, 2));
	assert_int_equal(d.lost, 7 + 5 * UINT64_C(0x7fffffff));
	drops_free(&d);
}

static void
other_interfaces_do_not_count(void **state)
{
	struct drops d;

	(void)state;
	assert_true(drops_open(&d));
	assert_true(drops_of(&d, 7));
	assert_true(drops_of(&d, 9));
	assert_true(drops_of(&d, 7));
	assert_int_equal(d.n_cards, 2);
	for (uint32_t lost = 0; lost <= 10; lost += 10)
		for (unsigned index = 6; index < 10; index++)
			assert_true(drops_note(&d, index, lost, 0));
	assert_int_equal(d.lost, 20);
	drops_free(&d);
}

static void
the_system_tells(void **state)
{
	struct drops d;

	(void)state;
	assert_true(drops_open(&d));
	assert_true(drops_of(&d, 0));
	assert_true(drops_look(&d));
	assert_true(d.n_cards > 0);		/* there is always a loopback */
	assert_int_equal(d.lost, 0);
	drops_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_was_lost_since_the_first_look_counts),
		cmocka_unit_test(counters_wrap_and_begin_anew),
		cmocka_unit_test(other_interfaces_do_not_count),
		cmocka_unit_test(the_system_tells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
