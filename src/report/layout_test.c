#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/layout.h"

static unsigned
used(const unsigned width[N_COLUMNS])
{
	unsigned sum = 0;

	for (unsigned c = 0; c < N_COLUMNS; c++)
		sum += width[c] > 0 ? width[c] + (sum > 0 ? 1 : 0) : 0;
	return sum;
}

static unsigned
column_of(const char *id)
{
	for (unsigned c = 0; c < N_COLUMNS; c++)
		if (strcmp(columns[c].id, id) == 0)
			return c;
	fail();
	return 0;
}

/* Any widths a screen of traffic might ask for, the same on every run. */
static void
draw(unsigned natural[N_COLUMNS], unsigned *seed)
{
	for (unsigned c = 0; c < N_COLUMNS; c++) {
		*seed = *seed * 1103515245u + 12345u;
		natural[c] = (unsigned)text_columns(columns[c].title) + *seed / 65536 % 60;
	}
}

static void
no_screen_is_exceeded(void **state)
{
	unsigned natural[N_COLUMNS], width[N_COLUMNS], seed = 1;

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		draw(natural, &seed);
		for (unsigned total = 1; total <= 300; total++) {
			layout_columns(natural, total, width);
			assert_true(used(width) <= (total < LAYOUT_WIDTH_MIN ? LAYOUT_WIDTH_MIN : total));
		}
	}
}

static void
the_verdict_is_always_there(void **state)
{
	unsigned natural[N_COLUMNS], width[N_COLUMNS], seed = 2;
	unsigned verdict = column_of("verdict"), foreign = column_of("foreign");

	(void)state;
	draw(natural, &seed);
	for (unsigned total = 0; total <= 300; total++) {
		layout_columns(natural, total, width);
		assert_int_equal(width[verdict], 9);
		assert_true(width[foreign] >= 15);
	}
}

static void
a_wider_screen_loses_no_column(void **state)
{
	unsigned natural[N_COLUMNS], before[N_COLUMNS], width[N_COLUMNS], seed = 3;

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		draw(natural, &seed);
		memset(before, 0, sizeof before);
		for (unsigned total = LAYOUT_WIDTH_MIN; total <= 400; total++) {
			layout_columns(natural, total, width);
			for (unsigned c = 0; c < N_COLUMNS; c++)
				assert_true(width[c] > 0 || before[c] == 0);
			memcpy(before, width, sizeof before);
		}
	}
}

static void
no_column_is_wider_than_it_needs(void **state)
{
	unsigned natural[N_COLUMNS], width[N_COLUMNS], seed = 4;

	(void)state;
	draw(natural, &seed);
	for (unsigned total = 0; total <= 500; total++) {
		layout_columns(natural, total, width);
		for (unsigned c = 0; c < N_COLUMNS; c++)
			assert_true(width[c] <= natural[c] && width[c] <= columns[c].wanted);
	}
}

static void
extras_wait_until_the_core_has_its_room(void **state)
{
	unsigned natural[N_COLUMNS], width[N_COLUMNS], seed = 5;

	(void)state;
	for (unsigned i = 0; i < 50; i++) {
		draw(natural, &seed);
		for (unsigned total = 40; total <= 400; total++) {
			bool squeezed = false, extra = false;

			layout_columns(natural, total, width);
			for (unsigned c = 0; c < N_COLUMNS; c++) {
				unsigned wanted = natural[c] < columns[c].wanted ?
				    natural[c] : columns[c].wanted;
				if (columns[c].priority > COLUMNS_CORE)
					extra |= width[c] > 0;
				else
					squeezed |= width[c] < wanted;
			}
			assert_false(squeezed && extra);
		}
	}
}

static void
without_a_bound_every_column_is_shown(void **state)
{
	unsigned natural[N_COLUMNS], width[N_COLUMNS];

	(void)state;
	for (unsigned c = 0; c < N_COLUMNS; c++)
		natural[c] = 1000;
	layout_columns(natural, 0, width);
	for (unsigned c = 0; c < N_COLUMNS; c++)
		assert_int_equal(width[c], columns[c].wanted);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_screen_is_exceeded),
		cmocka_unit_test(the_verdict_is_always_there),
		cmocka_unit_test(a_wider_screen_loses_no_column),
		cmocka_unit_test(no_column_is_wider_than_it_needs),
		cmocka_unit_test(extras_wait_until_the_core_has_its_room),
		cmocka_unit_test(without_a_bound_every_column_is_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
