#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/diag.h"

static void
the_first_thing_said_wins(void **state)
{
	struct diag d = { "" };

	(void)state;
	assert_false(diag_is_set(&d));
	diag_set(&d, "%s: no such file", "a.pcap");
	diag_set(&d, "no packets");
	assert_true(diag_is_set(&d));
	assert_string_equal(d.line, "a.pcap: no such file");
}

static void
a_long_line_is_cut_and_terminated(void **state)
{
	char path[2000];
	struct diag d = { "" };

	(void)state;
	memset(path, 'x', sizeof path);
	path[sizeof path - 1] = '\0';
	diag_set(&d, "%s", path);
	assert_int_equal(strlen(d.line), sizeof d.line - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_thing_said_wins),
		cmocka_unit_test(a_long_line_is_cut_and_terminated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
