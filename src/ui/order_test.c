#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ui/bench_fields.h"
#include "ui/order.h"

static struct thing things[] = {
	{ "node10", "b", NULL, 5, -1, 0 }, { "node9", "a", NULL, 500, -1, 0 },
	{ "Node9", "a", NULL, -1, -1, 0 }, { "node", "a", NULL, 40, -1, 0 },
	{ "node09a", "b", NULL, 40, -1, 0 },
};
#define N_THINGS (sizeof things / sizeof *things)

/* The ids in their order, "1 2 3 ". */
static void
assert_order(const char *by, bool descending, const char *want)
{
	struct order o = { 0 };
	struct row rows[N_THINGS];
	char b[64];
	struct text t = TEXT(b);

	for (size_t i = 0; i < N_THINGS; i++)
		rows[i] = (struct row){ .id = i + 1, .what = &things[i] };
	assert_true(order_rows(&o, rows, N_THINGS, &bench_v[field_find(&bench_fields, by)],
	    descending, &bench_scene));
	for (size_t i = 0; i < N_THINGS; i++)
		text_putf(&t, "%u ", (unsigned)rows[i].id);
	assert_string_equal(b, want);
	order_free(&o);
}

static void
text_goes_by_the_numbers_in_it(void **state)
{
	(void)state;
	assert_order("name", false, "4 2 3 5 1 ");
	assert_true(order_compare_text("10.0.0.9:4369", "10.0.0.10:4369") < 0);
	assert_true(order_compare_text("a", "B") < 0);
	assert_true(order_compare_text("a", "ab") < 0);
	assert_int_equal(order_compare_text("x007", "x7"), 0);
	assert_true(order_compare_text("x123456789012345678901", "x123456789012345678902") < 0);
	assert_true(order_compare_text("", "a") < 0);
}

static void
the_other_way_too_and_those_alike_stay(void **state)
{
	(void)state;
	assert_order("name", true, "1 5 2 3 4 ");
	assert_order("place", false, "2 3 4 1 5 ");
	assert_order("place", true, "1 5 2 3 4 ");
}

static void
no_number_is_last_either_way(void **state)
{
	(void)state;
	assert_order("size", false, "1 4 5 2 3 ");
	assert_order("size", true, "2 4 5 1 3 ");
	assert_order("age", false, "1 2 3 4 5 ");
}

static void
each_row_is_asked_once(void **state)
{
	static struct thing many[10000];
	static struct row rows[10000];
	struct order o = { 0 };

	(void)state;
	for (size_t i = 0; i < 10000; i++) {
		many[i] = (struct thing){ .name = i % 3 ? "rabbit" : "hare", .size = -1 };
		rows[i] = (struct row){ .id = 10000 - i, .what = &many[i] };
	}
	assert_true(order_rows(&o, rows, 10000, &bench_v[0], false, &bench_scene));
	for (size_t i = 0; i < 10000; i++) {
		assert_int_equal(many[i].asked, 1);
		if (i > 0 && thing_of(rows[i].what)->name == thing_of(rows[i - 1].what)->name)
			assert_true(rows[i - 1].what < rows[i].what);
	}
	assert_true(order_rows(&o, rows, 0, &bench_v[0], false, &bench_scene));
	order_free(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_goes_by_the_numbers_in_it),
		cmocka_unit_test(the_other_way_too_and_those_alike_stay),
		cmocka_unit_test(no_number_is_last_either_way),
		cmocka_unit_test(each_row_is_asked_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
