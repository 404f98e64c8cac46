#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/wrap.h"

static char *written;
static size_t n_written;

static struct wrap
open_at(unsigned width)
{
	struct wrap w = { .out = open_memstream(&written, &n_written), .width = width };

	assert_non_null(w.out);
	return w;
}

static void
written_is(struct wrap *w, const char *want)
{
	fclose(w->out);
	assert_string_equal(written, want);
	free(written);
}

static void
a_line_that_fits_is_one_line(void **state)
{
	(void)state;
	struct wrap w = open_at(14);

	wrap_line(&w, 2, "known by epmd");
	written_is(&w, "  known by\n    epmd\n");

	w = open_at(15);
	wrap_line(&w, 2, "known by epmd");
	written_is(&w, "  known by epmd\n");
}

static void
without_a_width_nothing_is_broken(void **state)
{
	(void)state;
	struct wrap w = open_at(0);

	wrap_begin(&w, 1);
	for (int i = 0; i < 3; i++)
		wrap_put(&w, "a b  c ");
	wrap_end(&w);
	written_is(&w, " a b  c a b  c a b  c\n");
}

static void
a_long_word_is_broken_where_the_line_ends(void **state)
{
	(void)state;
	struct wrap w = open_at(8);

	wrap_line(&w, 0, "names 0123456789abcdef z");
	written_is(&w, "names\n  012345\n  6789ab\n  cdef z\n");
}

static void
a_wide_character_is_not_broken(void **state)
{
	(void)state;
	struct wrap w = open_at(7);

	wrap_line(&w, 0, "日本語東京");
	written_is(&w, "日本語\n  東京\n");
}

static void
an_empty_line_is_empty(void **state)
{
	(void)state;
	struct wrap w = open_at(40);

	wrap_line(&w, 4, "");
	wrap_line(&w, 4, "   ");
	written_is(&w, "\n\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_that_fits_is_one_line),
		cmocka_unit_test(without_a_width_nothing_is_broken),
		cmocka_unit_test(a_long_word_is_broken_where_the_line_ends),
		cmocka_unit_test(a_wide_character_is_not_broken),
		cmocka_unit_test(an_empty_line_is_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
