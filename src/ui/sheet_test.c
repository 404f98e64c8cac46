#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ui/bench_fields.h"
#include "ui/sheet.h"

#define KEY(c) ((struct press){ .kind = PRESS_CHARACTER, .code = (c) })

struct bench {
	struct sheet sheet;
	struct screen screen;
	struct thing things[40];
	struct row rows[40];
	char names[40][16];
	size_t n;
};

static void
add(struct bench *b, uint64_t id, const char *name, const char *place, double size)
{
	strcpy(b->names[b->n], name);
	b->things[b->n] = (struct thing){ b->names[b->n], place, NULL, size, 60 * size, 0 };
	b->rows[b->n] = (struct row){ .id = id, .what = &b->things[b->n],
		.verdict = VERDICT_PLAINTEXT };
	b->n++;
}

static int
open_bench(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	assert_non_null(b);
	b->screen.utf8 = true;
	assert_true(screen_resize(&b->screen, 30, 5));
	sheet_open(&b->sheet, &bench_fields, 0, false);
	add(b, 7, "beta", "Oslo", 10);
	add(b, 8, "alpha", "Rome", 2);
	add(b, 9, "gamma", "Oslo", 300);
	*state = b;
	return 0;
}

static int
close_bench(void **state)
{
	struct bench *b = *state;

	sheet_close(&b->sheet);
	screen_free(&b->screen);
	free(b);
	return 0;
}

static void
refresh(struct bench *b)
{
	assert_true(sheet_refresh(&b->sheet, b->rows, b->n, &bench_scene));
}

static void
draw(struct bench *b)
{
	struct area all = { 0, 0, b->screen.width, b->screen.height };

	screen_clear(&b->screen, all, INK_NONE);
	sheet_draw(&b->sheet, &b->screen, all, &bench_scene);
}

static void
assert_line(struct bench *b, unsigned y, const char *want)
{
	char s[512];
	struct text t = TEXT(s);

	screen_line(&b->screen, y, &t);
	assert_string_equal(s, want);
}

static unsigned
ink_at(const struct bench *b, unsigned x, unsigned y)
{
	return b->screen.cells[y * b->screen.width + x].ink;
}

static void
rows_are_drawn_in_their_order_with_numbers_at_the_right(void **state)
{
	struct bench *b = *state;

	refresh(b);
	draw(b);
	assert_line(b, 0, "Name▲ Size Place    Age");
	assert_line(b, 1, "alpha    2 Rome    120s");
	assert_line(b, 2, "beta    10 Oslo    600s");
	assert_line(b, 3, "gamma  300 Oslo  18000s");
	assert_int_equal(ink_at(b, 0, 0), INK_SORTED);
	assert_int_equal(ink_at(b, 7, 0), INK_TITLE);
	assert_int_equal(ink_at(b, 0, 1), INK_INVERSE);
	assert_int_equal(ink_at(b, 29, 1), INK_INVERSE);
	assert_int_equal(ink_at(b, 0, 2), INK_NONE);
}

static void
a_narrow_screen_drops_columns_and_scrolls_to_them(void **state)
{
	struct bench *b = *state;

	assert_true(screen_resize(&b->screen, 17, 4));
	refresh(b);
	draw(b);
	assert_line(b, 0, "Name▲ Size Place");
	assert_int_equal(grid_n_hidden(&b->sheet.grid), 1);
	for (unsigned i = 0; i < 9; i++) {
		sheet_press(&b->sheet, (struct press){ .kind = PRESS_RIGHT });
		draw(b);
	}
	assert_line(b, 0, "Size Place    Age");
	assert_line(b, 1, "   2 Rome    120s");
	for (unsigned i = 0; i < 9; i++)
		sheet_press(&b->sheet, (struct press){ .kind = PRESS_LEFT });
	draw(b);
	assert_line(b, 0, "Name▲ Size Place");
}

static void
no_screen_is_exceeded(void **state)
{
	struct bench *b = *state;

	add(b, 10, "averyverylong", "a place with a name that is long", 99999999);
	refresh(b);
	for (unsigned width = 1; width < 60; width++)
		for (unsigned first = 0; first < 5; first++) {
			unsigned used = 0;

			b->sheet.grid.first = first;
			assert_true(screen_resize(&b->screen, width, 6));
			draw(b);
			for (unsigned i = 0; i < b->sheet.grid.n_chosen; i++)
				if (b->sheet.grid.width[i] > 0)
					used = b->sheet.grid.x[i] + b->sheet.grid.width[i];
			assert_true(used <= width);
		}
}

static void
a_click_selects_and_a_title_sorts(void **state)
{
	struct bench *b = *state;
	struct press p = { .kind = PRESS_CLICK, .x = 2, .y = 3 };

	refresh(b);
	draw(b);
	assert_int_equal(sheet_press(&b->sheet, p), SHEET_MOVED);
	assert_int_equal(sheet_selected(&b->sheet)->id, 9);
	p.kind = PRESS_DOUBLE_CLICK;
	assert_int_equal(sheet_press(&b->sheet, p), SHEET_OPENED);
	p = (struct press){ .kind = PRESS_CLICK, .x = 8, .y = 0 };
	assert_int_equal(sheet_press(&b->sheet, p), SHEET_SORTED);
	assert_true(sheet_again(&b->sheet, &bench_scene));
	draw(b);
	assert_line(b, 1, "gamma  300 Oslo  18000s");	/* the largest first */
	assert_int_equal(sheet_selected(&b->sheet)->id, 9);
	sheet_press(&b->sheet, p);
	assert_true(sheet_again(&b->sheet, &bench_scene));
	draw(b);
	assert_line(b, 1, "alpha    2 Rome    120s");
	assert_int_equal(sheet_selected(&b->sheet)->id, 9);
	p.y = 4;
	assert_int_equal(sheet_press(&b->sheet, p), SHEET_NOT_MINE);
}

static void
the_filter_hides_and_a_broken_one_changes_nothing(void **state)
{
	struct bench *b = *state;
	struct query_error e;

	refresh(b);
	assert_true(sheet_set_filter(&b->sheet, "place=oslo", &e));
	assert_true(sheet_again(&b->sheet, &bench_scene));
	assert_int_equal(b->sheet.rows.n, 2);
	assert_int_equal(b->sheet.all.n, 3);
	assert_false(sheet_set_filter(&b->sheet, "place=(", &e));
	assert_string_equal(b->sheet.filter, "place=oslo");
	refresh(b);
	assert_int_equal(b->sheet.rows.n, 2);
	assert_true(sheet_set_filter(&b->sheet, "name=nobody", &e));
	assert_true(sheet_again(&b->sheet, &bench_scene));
	assert_null(sheet_selected(&b->sheet));
	assert_int_equal(sheet_press(&b->sheet, (struct press){ .kind = PRESS_ENTER }), SHEET_MOVED);
	draw(b);
}

static void
a_search_goes_round(void **state)
{
	struct bench *b = *state;

	refresh(b);
	assert_true(sheet_search(&b->sheet, "OSLO", 0, &bench_scene));
	assert_int_equal(sheet_selected(&b->sheet)->id, 7);
	assert_true(sheet_search(&b->sheet, "oslo", 1, &bench_scene));
	assert_int_equal(sheet_selected(&b->sheet)->id, 9);
	assert_true(sheet_search(&b->sheet, "oslo", 1, &bench_scene));
	assert_int_equal(sheet_selected(&b->sheet)->id, 7);
	assert_true(sheet_search(&b->sheet, "oslo", -1, &bench_scene));
	assert_int_equal(sheet_selected(&b->sheet)->id, 9);
	assert_false(sheet_search(&b->sheet, "paris", 1, &bench_scene));
	assert_int_equal(sheet_selected(&b->sheet)->id, 9);
}

static void
the_selected_row_stays_while_others_come_and_go(void **state)
{
	struct bench *b = *state;

	refresh(b);
	draw(b);
	sheet_press(&b->sheet, KEY('j'));
	assert_int_equal(sheet_selected(&b->sheet)->id, 7);
	add(b, 20, "aaa", "Rome", 1);
	add(b, 21, "aab", "Rome", 1);
	refresh(b);
	draw(b);
	assert_int_equal(sheet_selected(&b->sheet)->id, 7);
	b->rows[0] = b->rows[--b->n];		/* beta is gone */
	refresh(b);
	assert_int_equal(sheet_selected(&b->sheet)->id, 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows_are_drawn_in_their_order_with_numbers_at_the_right,
		    open_bench, close_bench),
		cmocka_unit_test_setup_teardown(a_narrow_screen_drops_columns_and_scrolls_to_them,
		    open_bench, close_bench),
		cmocka_unit_test_setup_teardown(no_screen_is_exceeded, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(a_click_selects_and_a_title_sorts, open_bench,
		    close_bench),
		cmocka_unit_test_setup_teardown(the_filter_hides_and_a_broken_one_changes_nothing,
		    open_bench, close_bench),
		cmocka_unit_test_setup_teardown(a_search_goes_round, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(the_selected_row_stays_while_others_come_and_go,
		    open_bench, close_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
