#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "report/cut.h"

static const char *
cut(const char *s, unsigned width, bool utf8)
{
	static char b[256];
	struct text t = TEXT(b);

	cut_put(&t, s, width, utf8);
	return b;
}

static void
what_fits_is_not_cut(void **state)
{
	(void)state;
	assert_string_equal(cut("beta.lab", 8, true), "beta.lab");
	assert_string_equal(cut("beta.lab", 99, true), "beta.lab");
	assert_string_equal(cut("", 0, true), "");
}

static void
the_middle_goes_first(void **state)
{
	(void)state;
	assert_string_equal(cut("0123456789", 9, true), "0123…6789");
	assert_string_equal(cut("0123456789", 8, false), "0123~789");
	assert_string_equal(cut("0123456789", 3, false), "0~9");
	assert_string_equal(cut("0123456789", 2, false), "0~");
	assert_string_equal(cut("0123456789", 1, false), "~");
	assert_string_equal(cut("0123456789", 0, false), "");
}

static void
a_wide_character_is_whole_or_gone(void **state)
{
	(void)state;
	/* Five characters of two columns each. */
	assert_string_equal(cut("日本語東京", 10, true), "日本語東京");
	assert_string_equal(cut("日本語東京", 9, true), "日本…東京");
	assert_string_equal(cut("日本語東京", 8, true), "日本…京");
	assert_string_equal(cut("日本語東京", 2, true), "…");
}

static void
what_is_drawn_over_a_character_stays_with_it(void **state)
{
	(void)state;
	/* Each x has a dot above: one column. */
	assert_string_equal(cut("x\u0307x\u0307x\u0307x\u0307x\u0307", 3, true), "x\u0307…x\u0307");
	assert_string_equal(cut("x\u0307x\u0307", 2, true), "x\u0307x\u0307");
}

static void
no_width_is_exceeded(void **state)
{
	(void)state;
	static const char *const mixed[] = { "a日b本c語", "\u0307\u0307", "x\u0307日\u0307", "日" };

	for (size_t i = 0; i < sizeof mixed / sizeof *mixed; i++)
		for (unsigned width = 0; width < 12; width++)
			assert_true(text_columns(cut(mixed[i], width, true)) <= width);
}

static void
a_head_counts_its_columns(void **state)
{
	(void)state;
	size_t taken;

	assert_int_equal(cut_head("a日b", 5, 3, &taken), 4);
	assert_int_equal(taken, 3);
	assert_int_equal(cut_head("a日b", 5, 2, &taken), 1);
	assert_int_equal(taken, 1);
	assert_int_equal(cut_head("a日b", 5, SIZE_MAX, &taken), 5);
	assert_int_equal(taken, 4);
	assert_int_equal(cut_head("a日b", 1, SIZE_MAX, &taken), 1);
}

static void
of_a_sentence_only_the_end_goes(void **state)
{
	static const struct { unsigned width; bool utf8; const char *cut; } v[] = {
		{ 8, true, "a日bcdef" }, { 7, true, "a日bcd…" }, { 7, false, "a日bcd~" }, { 3, true, "a…" },
		{ 1, false, "~" }, { 0, true, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		char b[32];
		struct text t = TEXT(b);
		cut_put_end(&t, "a日bcdef", v[i].width, v[i].utf8);
		assert_string_equal(b, v[i].cut);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_not_cut),
		cmocka_unit_test(the_middle_goes_first),
		cmocka_unit_test(a_wide_character_is_whole_or_gone),
		cmocka_unit_test(what_is_drawn_over_a_character_stays_with_it),
		cmocka_unit_test(no_width_is_exceeded),
		cmocka_unit_test(a_head_counts_its_columns),
		cmocka_unit_test(of_a_sentence_only_the_end_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
