#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/sample.h"
#include "ui/screen.h"

static struct screen
opened(unsigned width, unsigned height)
{
	struct screen s = { .utf8 = true };

	assert_true(screen_resize(&s, width, height));
	return s;
}

static void
assert_line(const struct screen *s, unsigned y, const char *want)
{
	char b[512];
	struct text t = TEXT(b);

	screen_line(s, y, &t);
	assert_string_equal(b, want);
}

static void
text_is_cut_at_its_width(void **state)
{
	struct screen s = opened(10, 2);

	(void)state;
	assert_int_equal(screen_put(&s, 2, 0, 5, INK_NONE, "alphabeta"), 5);
	assert_line(&s, 0, "  alpha");
	assert_int_equal(screen_put(&s, 7, 1, 100, INK_NONE, "alpha"), 3);
	assert_line(&s, 1, "       alp");
	assert_int_equal(screen_put(&s, 10, 0, 5, INK_NONE, "x"), 0);
	assert_int_equal(screen_put(&s, 0, 2, 5, INK_NONE, "x"), 0);
	screen_free(&s);
}

static void
padding_wipes_what_was_there(void **state)
{
	struct screen s = opened(10, 1);

	(void)state;
	screen_put(&s, 0, 0, 10, INK_NONE, "0123456789");
	screen_put_padded(&s, 2, 0, 4, INK_ALARM, "ab");
	assert_line(&s, 0, "01ab  6789");
	assert_int_equal(s.cells[5].ink, INK_ALARM);
	assert_int_equal(s.cells[6].ink, INK_NONE);
	screen_free(&s);
}

static void
no_half_of_a_wide_character_stays(void **state)
{
	struct screen s = opened(6, 1);

	(void)state;
	assert_int_equal(screen_put(&s, 0, 0, 5, INK_NONE, "日本語"), 4);
	assert_line(&s, 0, "日本");
	screen_put(&s, 1, 0, 1, INK_NONE, "x");
	assert_line(&s, 0, " x本");
	screen_put(&s, 2, 0, 1, INK_NONE, "y");
	assert_line(&s, 0, " xy");
	screen_put(&s, 3, 0, 2, INK_NONE, "語");
	screen_put(&s, 2, 0, 2, INK_NONE, "日");
	assert_line(&s, 0, " x日");
	screen_free(&s);
}

static void
what_is_drawn_over_a_character_shares_its_cell(void **state)
{
	struct screen s = opened(4, 1);
	char marks[256];
	struct text t = TEXT(marks);

	(void)state;
	text_put(&t, "z");
	for (unsigned i = 0; i < 60; i++)
		text_put(&t, "\xcc\x81");
	assert_int_equal(screen_put(&s, 0, 0, 4, INK_NONE, marks), 1);
	assert_true(strlen(s.cells[0].s) < SCREEN_CELL_BYTES);
	assert_int_equal(s.cells[0].s[0], 'z');
	assert_string_equal(s.cells[1].s, " ");
	screen_free(&s);
}

/* Even what nobody escaped does not reach a terminal. */
static void
no_cell_holds_what_moves_a_cursor(void **state)
{
	struct screen s = opened(80, 1);

	(void)state;
	for (size_t i = 0; i < SAMPLE_N_HOSTILE; i++) {
		screen_put_padded(&s, 0, 0, 80, INK_NONE, sample_hostile[i]);
		for (unsigned x = 0; x < s.width; x++) {
			char b[64];
			struct text t = TEXT(b);

			text_put_wire(&t, words_bytes(s.cells[x].s));
			if (strcmp(s.cells[x].s, "\\") != 0)
				assert_string_equal(b, s.cells[x].s);
		}
	}
	screen_put(&s, 0, 0, 80, INK_NONE, "\033[2J\xc2\x9b" "1m\xff");
	assert_int_equal(s.cells[0].s[0], '?');
	assert_int_equal(s.cells[4].s[0], '?');
	screen_free(&s);
}

static void
a_frame_needs_no_utf8(void **state)
{
	struct screen s = opened(4, 3);

	(void)state;
	screen_frame(&s, (struct area){ 0, 0, 4, 3 }, INK_NONE);
	assert_line(&s, 0, "┌──┐");
	assert_line(&s, 1, "│  │");
	s.utf8 = false;
	screen_frame(&s, (struct area){ 0, 0, 4, 3 }, INK_NONE);
	assert_line(&s, 0, "+--+");
	assert_line(&s, 2, "+--+");
	screen_frame(&s, (struct area){ 1, 1, 1, 1 }, INK_NONE);
	assert_line(&s, 1, "|  |");
	screen_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_at_its_width),
		cmocka_unit_test(padding_wipes_what_was_there),
		cmocka_unit_test(no_half_of_a_wide_character_stays),
		cmocka_unit_test(what_is_drawn_over_a_character_shares_its_cell),
		cmocka_unit_test(no_cell_holds_what_moves_a_cursor),
		cmocka_unit_test(a_frame_needs_no_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
