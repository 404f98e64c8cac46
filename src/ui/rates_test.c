#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ui/rates.h"

#define SECOND 1000000000u

struct bench {
	struct judgement j[3];
	const struct judgement *listed[3];
	struct snapshot s;
};

static void
open_bench(struct bench *b)
{
	*b = (struct bench){ .s = { .connections = b->listed, .n_connections = 2 } };
	for (unsigned i = 0; i < 3; i++) {
		b->j[i].id = 10 * (i + 1);
		b->listed[i] = &b->j[i];
	}
}

static void
rates_need_two_looks(void **state)
{
	struct bench b;
	struct rates r = { 0 };

	(void)state;
	open_bench(&b);
	rates_look(&r, &b.s, 5 * (uint64_t)SECOND);
	assert_null(rates_find(&r, 10));
	b.j[0].bytes[SIDE_CLIENT] = 3000;
	b.s.input.packets = 10;
	b.s.n_connections = 3;
	rates_look(&r, &b.s, 7 * (uint64_t)SECOND);
	assert_true(rates_find(&r, 10)->per_second[SIDE_CLIENT] == 1500);
	assert_true(rates_find(&r, 10)->per_second[SIDE_SERVER] == 0);
	assert_true(r.packets_per_second == 5);
	assert_non_null(rates_find(&r, 20));
	assert_null(rates_find(&r, 30));	/* seen once */
	assert_null(rates_find(&r, 15));
	rates_free(&r);
}

static void
looks_that_are_too_close_are_passed_over(void **state)
{
	struct bench b;
	struct rates r = { 0 };

	(void)state;
	open_bench(&b);
	rates_look(&r, &b.s, 5 * (uint64_t)SECOND);
	b.j[1].bytes[SIDE_SERVER] = 100;
	rates_look(&r, &b.s, 5 * (uint64_t)SECOND + SECOND / 4);
	assert_null(rates_find(&r, 20));
	rates_look(&r, &b.s, 6 * (uint64_t)SECOND);
	assert_true(rates_find(&r, 20)->per_second[SIDE_SERVER] == 100);
	rates_free(&r);
}

static void
a_clock_that_is_set_back_begins_anew(void **state)
{
	struct bench b;
	struct rates r = { 0 };

	(void)state;
	open_bench(&b);
	rates_look(&r, &b.s, 5000 * (uint64_t)SECOND);
	rates_look(&r, &b.s, 5001 * (uint64_t)SECOND);
	assert_non_null(rates_find(&r, 20));
	rates_look(&r, &b.s, 5 * (uint64_t)SECOND);
	assert_null(rates_find(&r, 20));
	assert_false(r.known);
	b.j[1].bytes[SIDE_SERVER] = 100;
	rates_look(&r, &b.s, 6 * (uint64_t)SECOND);
	assert_true(rates_find(&r, 20)->per_second[SIDE_SERVER] == 100);
	rates_free(&r);
}

static void
what_left_is_forgotten(void **state)
{
	struct bench b;
	struct rates r = { 0 };

	(void)state;
	open_bench(&b);
	rates_look(&r, &b.s, 5 * (uint64_t)SECOND);
	b.listed[0] = &b.j[1];
	b.s.n_connections = 1;
	rates_look(&r, &b.s, 6 * (uint64_t)SECOND);
	assert_int_equal(r.n, 1);
	assert_null(rates_find(&r, 10));
	assert_non_null(rates_find(&r, 20));
	rates_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_need_two_looks),
		cmocka_unit_test(looks_that_are_too_close_are_passed_over),
		cmocka_unit_test(a_clock_that_is_set_back_begins_anew),
		cmocka_unit_test(what_left_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
