#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ui/page.h"

#define KEY(c) ((struct press){ .kind = PRESS_CHARACTER, .code = (c) })
#define CONTROL(c) ((struct press){ .kind = PRESS_CONTROL, .code = (c) })

struct bench {
	struct page page;
	struct screen screen;
};

static struct bench b;

static int
open_bench(void **state)
{
	(void)state;
	b = (struct bench){ .screen = { .utf8 = true } };
	return screen_resize(&b.screen, 60, 10) ? 0 : -1;
}

static int
close_bench(void **state)
{
	(void)state;
	page_free(&b.page);
	screen_free(&b.screen);
	return 0;
}

static void
draw(unsigned height)
{
	struct area all = { 0, 0, b.screen.width, b.screen.height };

	screen_clear(&b.screen, all, INK_NONE);
	page_draw(&b.page, &b.screen, (struct area){ 0, 0, b.screen.width, height });
}

static void
assert_line(unsigned y, const char *want)
{
	char line[256];
	struct text t = TEXT(line);

	screen_line(&b.screen, y, &t);
	assert_string_equal(line, want);
}

/* "0", "1", ... "n-1", drawn on so many lines. */
static void
fill(unsigned n, unsigned height)
{
	char s[16];

	for (unsigned i = 0; i < n; i++) {
		struct text t = TEXT(s);

		text_putf(&t, "%u", i);
		assert_true(page_add(&b.page, INK_NONE, s));
	}
	draw(height);
}

static void
text_is_broken_with_its_indent_and_titles_are_strong(void **state)
{
	(void)state;
	assert_true(page_add_text(&b.page, "Title\n"
	    "    one two three four five six seven eight nine ten eleven\n\n  last\n", 40));
	assert_int_equal(b.page.n, 5);
	draw(10);
	assert_line(0, "Title");
	assert_line(1, "    one two three four five six seven");
	assert_line(2, "      eight nine ten eleven");
	assert_line(3, "");
	assert_line(4, "  last");
	assert_int_equal(b.screen.cells[0].ink, INK_STRONG);
	assert_int_equal(b.screen.cells[60 + 4].ink, INK_NONE);
	assert_int_equal(b.screen.cells[2 * 60 + 6].ink, INK_NONE);
}

static void
a_width_of_nothing_ends_too(void **state)
{
	(void)state;
	assert_true(page_add_text(&b.page, "    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", 0));
	assert_int_equal(b.page.n, 2);
	page_draw(&b.page, &b.screen, (struct area){ 0, 0, 0, 0 });
}

static void
scrolling_stops_at_both_ends(void **state)
{
	(void)state;
	fill(25, 10);
	assert_line(0, "0");
	assert_true(page_press(&b.page, KEY('k')));
	assert_int_equal(b.page.top, 0);
	assert_true(page_press(&b.page, KEY('j')));
	assert_true(page_press(&b.page, (struct press){ .kind = PRESS_DOWN }));
	assert_int_equal(b.page.top, 2);
	assert_true(page_press(&b.page, (struct press){ .kind = PRESS_PAGE_DOWN }));
	assert_int_equal(b.page.top, 12);
	assert_true(page_press(&b.page, (struct press){ .kind = PRESS_PAGE_DOWN }));
	assert_int_equal(b.page.top, 15);
	draw(10);
	assert_line(9, "24");
	assert_true(page_press(&b.page, CONTROL('U')));
	assert_int_equal(b.page.top, 10);
	assert_true(page_press(&b.page, (struct press){ .kind = PRESS_WHEEL_UP }));
	assert_int_equal(b.page.top, 7);
	assert_true(page_press(&b.page, KEY('g')));
	assert_int_equal(b.page.top, 0);
	assert_true(page_press(&b.page, (struct press){ .kind = PRESS_END }));
	assert_int_equal(b.page.top, 15);
	assert_true(page_press(&b.page, (struct press){ .kind = PRESS_HOME }));
	assert_int_equal(b.page.top, 0);
}

static void
other_presses_are_not_its_own(void **state)
{
	(void)state;
	fill(25, 10);
	assert_false(page_press(&b.page, KEY('x')));
	assert_false(page_press(&b.page, KEY('D')));
	assert_false(page_press(&b.page, CONTROL('X')));
	assert_false(page_press(&b.page, CONTROL(0)));
	assert_false(page_press(&b.page, (struct press){ .kind = PRESS_ESCAPE }));
	assert_int_equal(b.page.top, 0);
}

static void
a_shorter_text_or_a_taller_screen_leaves_no_blank_lines(void **state)
{
	(void)state;
	fill(25, 5);
	page_press(&b.page, KEY('G'));
	assert_int_equal(b.page.top, 20);
	draw(10);
	assert_line(0, "15");
	page_empty(&b.page);
	fill(12, 10);
	assert_line(0, "2");
	page_empty(&b.page);
	fill(3, 10);
	assert_line(0, "0");
	assert_line(3, "");
	assert_true(page_press(&b.page, KEY('j')));
	assert_int_equal(b.page.top, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(text_is_broken_with_its_indent_and_titles_are_strong,
		    open_bench, close_bench),
		cmocka_unit_test_setup_teardown(a_width_of_nothing_ends_too, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(scrolling_stops_at_both_ends, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(other_presses_are_not_its_own, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(a_shorter_text_or_a_taller_screen_leaves_no_blank_lines,
		    open_bench, close_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
