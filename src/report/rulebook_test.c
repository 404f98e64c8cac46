#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/rulebook.h"
#include "report/words.h"
#include "audit/rules.h"

static char *
print(unsigned width)
{
	char *out = NULL;
	size_t n;
	FILE *f = open_memstream(&out, &n);

	assert_non_null(f);
	assert_true(rulebook_write(width, f));
	fclose(f);
	return out;
}

/* All of a rule, as written where no line is broken: by hand from the table's members. */
static void
each_rule_is_there_whole_and_in_order(void **state)
{
	char *out = print(0), *at = out;

	(void)state;
	for (size_t i = 0; i < N_RULES; i++) {
		const struct rule *r = &rules[i];
		char want[8192];

		snprintf(want, sizeof want, "%s%s (%s): %s\n  %s\n  mend: %s\n  source: %s\n",
		    i > 0 ? "\n" : "", r->id, severity_word(r->severity), r->title, r->sentence,
		    r->mend, r->source);
		assert_memory_equal(at, want, strlen(want));
		at += strlen(want);
	}
	assert_int_equal(*at, '\0');
	free(out);
}

static void
it_fits_every_screen(void **state)
{
	(void)state;
	for (unsigned width = 40; width <= 120; width += 10) {
		char *out = print(width);

		for (char *line = strtok(out, "\n"); line != NULL; line = strtok(NULL, "\n"))
			assert_true(text_columns(line) <= width);
		free(out);
	}
}

static void
a_full_disk_is_a_failure(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (full == NULL)
		skip();
	assert_false(rulebook_write(80, full));
	fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_is_there_whole_and_in_order),
		cmocka_unit_test(it_fits_every_screen),
		cmocka_unit_test(a_full_disk_is_a_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
