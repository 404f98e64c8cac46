#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ui/list.h"

#define KEY(c) ((struct press){ .kind = PRESS_CHARACTER, .code = (c) })
#define CONTROL(c) ((struct press){ .kind = PRESS_CONTROL, .code = (c) })

struct rows {
	struct row v[200];
	size_t n;
};

static struct rows
counted(uint64_t first, size_t n)
{
	struct rows r = { .n = n };

	for (size_t i = 0; i < n; i++)
		r.v[i].id = first + i;
	return r;
}

static struct list
opened(size_t n, size_t page)
{
	struct rows none = { .n = 0 }, rows = counted(1, n);
	struct list l = { 0 };

	list_follow(&l, none.v, 0, rows.v, n);
	list_set_page(&l, page);
	return l;
}

static void
follow(struct list *l, const struct rows *before, const struct rows *after)
{
	list_follow(l, before->v, before->n, after->v, after->n);
}

static void
keys_move_and_stop_at_the_ends(void **state)
{
	struct list l = opened(100, 10);

	(void)state;
	assert_true(list_press(&l, KEY('k')));
	assert_int_equal(l.cursor, 0);
	list_press(&l, KEY('j'));
	list_press(&l, (struct press){ .kind = PRESS_DOWN });
	assert_int_equal(l.cursor, 2);
	list_press(&l, (struct press){ .kind = PRESS_PAGE_DOWN });
	assert_int_equal(l.cursor, 12);
	assert_int_equal(l.top, 10);
	list_press(&l, CONTROL('D'));
	assert_int_equal(l.cursor, 17);
	list_press(&l, CONTROL('U'));
	list_press(&l, CONTROL('B'));
	assert_int_equal(l.cursor, 2);
	list_press(&l, CONTROL('F'));
	assert_int_equal(l.cursor, 12);
	list_press(&l, KEY('G'));
	assert_int_equal(l.cursor, 99);
	assert_int_equal(l.top, 90);
	list_press(&l, (struct press){ .kind = PRESS_PAGE_DOWN });
	assert_int_equal(l.cursor, 99);
	list_press(&l, KEY('g'));
	assert_int_equal(l.cursor, 0);
	assert_int_equal(l.top, 0);
	assert_false(list_press(&l, KEY('x')));
}

static void
no_rows_can_be_moved_in(void **state)
{
	struct list l = opened(0, 10);

	(void)state;
	assert_true(list_press(&l, KEY('G')));
	assert_true(list_press(&l, (struct press){ .kind = PRESS_PAGE_UP }));
	assert_false(list_press(&l, KEY('x')));
	assert_int_equal(l.cursor, 0);
}

static void
the_row_under_the_cursor_stays_there_when_rows_come_and_are_sorted(void **state)
{
	struct rows before = counted(1, 50), after = counted(1, 50);
	struct list l = opened(50, 10);

	(void)state;
	list_go(&l, 25);
	size_t line = l.cursor - l.top;
	for (size_t i = 0; i < 50; i++)
		after.v[i].id = 50 - i;
	after.v[after.n++].id = 1000;
	follow(&l, &before, &after);
	assert_int_equal(after.v[l.cursor].id, 26);
	assert_int_equal(l.cursor - l.top, line);
}

static void
at_the_top_what_comes_above_is_seen(void **state)
{
	struct rows before = counted(10, 5), after = counted(9, 6);
	struct list l = opened(5, 10);

	(void)state;
	list_go(&l, 1);
	follow(&l, &before, &after);
	assert_int_equal(after.v[l.cursor].id, 11);
	assert_int_equal(l.top, 0);
}

static void
until_it_is_moved_the_cursor_is_on_the_first(void **state)
{
	struct rows before = counted(10, 5), after = counted(9, 6);
	struct list l = opened(5, 3);

	(void)state;
	follow(&l, &before, &after);
	assert_int_equal(l.cursor, 0);
}

static void
when_its_row_goes_the_cursor_is_on_the_nearest(void **state)
{
	struct rows before = counted(1, 6), after;
	struct list l = opened(6, 10);

	(void)state;
	list_go(&l, 2);
	after = (struct rows){ .v = { { .id = 1 }, { .id = 2 }, { .id = 5 }, { .id = 6 } }, .n = 4 };
	follow(&l, &before, &after);
	assert_int_equal(after.v[l.cursor].id, 5);

	before = after;
	after = (struct rows){ .v = { { .id = 1 }, { .id = 2 } }, .n = 2 };
	follow(&l, &before, &after);
	assert_int_equal(after.v[l.cursor].id, 2);

	before = after;
	after.n = 0;
	follow(&l, &before, &after);
	assert_int_equal(l.cursor, 0);
	assert_int_equal(l.n, 0);
}

static void
at_the_end_it_stays_at_the_end(void **state)
{
	struct rows before = counted(1, 20), after = counted(1, 30);
	struct list l = opened(20, 5);

	(void)state;
	list_press(&l, KEY('G'));
	follow(&l, &before, &after);
	assert_int_equal(l.cursor, 29);
	assert_int_equal(l.top, 25);
	list_press(&l, KEY('k'));
	before = after;
	after = counted(1, 40);
	follow(&l, &before, &after);
	assert_int_equal(l.cursor, 28);
}

static void
a_smaller_page_keeps_the_cursor_in_sight(void **state)
{
	struct list l = opened(100, 50);

	(void)state;
	list_go(&l, 49);
	list_set_page(&l, 10);
	assert_int_equal(l.top, 40);
	list_set_page(&l, 200);
	assert_int_equal(l.top, 0);
	list_set_page(&l, 0);
	assert_int_equal(l.top, 49);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_move_and_stop_at_the_ends),
		cmocka_unit_test(no_rows_can_be_moved_in),
		cmocka_unit_test(the_row_under_the_cursor_stays_there_when_rows_come_and_are_sorted),
		cmocka_unit_test(at_the_top_what_comes_above_is_seen),
		cmocka_unit_test(until_it_is_moved_the_cursor_is_on_the_first),
		cmocka_unit_test(when_its_row_goes_the_cursor_is_on_the_nearest),
		cmocka_unit_test(at_the_end_it_stays_at_the_end),
		cmocka_unit_test(a_smaller_page_keeps_the_cursor_in_sight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
