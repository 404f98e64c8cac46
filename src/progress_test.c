#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "progress.h"

#define S 1000000000ull
#define MB 1000000ull

static void
the_line_says_how_far_how_fast_and_what_was_found(void **state)
{
	static const struct {
		struct progress_facts facts;
		const char *line;
	} cases[] = {
		{ { 512 * MB, 1500 * MB, 2 * S, 4950 },
		    "beamtap: 512 MB of 1.5 GB (34 %), 256 MB/s, 4,950 connections" },
		{ { 512 * MB, 0, 2 * S, 1 }, "beamtap: 512 MB, 256 MB/s, 1 connection" },
		{ { 20480, 0, 4 * S, 0 }, "beamtap: 20 kB, 5.1 kB/s, 0 connections" },
		{ { 0, 0, S, 0 }, "beamtap: 0 bytes, 0 bytes/s, 0 connections" },
		{ { 999, 1000, S, 999 }, "beamtap: 999 bytes of 1.0 kB (99 %), 999 bytes/s, "
		    "999 connections" },
		{ { 999499, 999500, S, 1000 }, "beamtap: 999 kB of 1.0 MB (99 %), 999 kB/s, "
		    "1,000 connections" },
		{ { 9949999, 9950000, S, 1000007 }, "beamtap: 9.9 MB of 10 MB (99 %), 9.9 MB/s, "
		    "1,000,007 connections" },
		{ { 5 * MB, 5 * MB, S, 2 }, "beamtap: 5.0 MB of 5.0 MB (100 %), 5.0 MB/s, "
		    "2 connections" },
		/* It grew meanwhile. */
		{ { 6 * MB, 5 * MB, S, 2 }, "beamtap: 6.0 MB, 6.0 MB/s, 2 connections" },
		{ { 7 * MB, 14 * MB, 0, 2 }, "beamtap: 7.0 MB of 14 MB (50 %), 0 bytes/s, "
		    "2 connections" },
		{ { UINT64_MAX, UINT64_MAX, 1, UINT64_MAX }, "beamtap: 18 EB of 18 EB (100 %), "
		    "18446744074 EB/s, 18,446,744,073,709,551,615 connections" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char b[200];
		struct text t = TEXT(b);

		progress_put(&t, &cases[i].facts);
		assert_string_equal(t.s, cases[i].line);
	}
}

/* What is drawn is seen on the test's standard error. */
static void
it_is_due_after_a_second_and_four_times_in_each(void **state)
{
	const struct progress_facts f = { .n_read = 1 };
	struct progress p;

	(void)state;
	progress_begin(&p, true, 5 * S);
	p.wanted = true;
	assert_false(progress_is_due(&p, 6 * S - 1));
	assert_true(progress_is_due(&p, 6 * S));
	progress_draw(&p, &f, 6 * S, 6 * S);
	assert_false(progress_is_due(&p, 6 * S + S / 4 - 1));
	assert_true(progress_is_due(&p, 6 * S + S / 4));
	progress_draw(&p, &f, 7 * S - S / 100, 7 * S);		/* it takes 10 ms to find out */
	assert_false(progress_is_due(&p, 7 * S + S / 2 - 1));
	assert_true(progress_is_due(&p, 7 * S + S / 2));
	p.wanted = false;
	assert_false(progress_is_due(&p, 100 * S));
	progress_erase(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_says_how_far_how_fast_and_what_was_found),
		cmocka_unit_test(it_is_due_after_a_second_and_four_times_in_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
