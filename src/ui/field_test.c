#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ui/connection_fields.h"

static void
durations_are_short(void **state)
{
	static const struct {
		uint64_t seconds;
		const char *want;
	} known[] = {
		{ 0, "0s" }, { 59, "59s" }, { 60, "1m00s" }, { 3599, "59m59s" }, { 3600, "1h00m" },
		{ 86399, "23h59m" }, { 86400, "1d00h" }, { 9999 * 86400ull, "9999d00h" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		char b[32];
		struct text t = TEXT(b);

		field_put_duration(&t, known[i].seconds * 1000000000u + 999999999u);
		assert_string_equal(b, known[i].want);
	}
}

static void
amounts_never_round_up(void **state)
{
	static const struct {
		double n;
		const char *want;
	} known[] = {
		{ 0, "0" }, { 0.9, "0" }, { 999.9, "999" }, { 1000, "1.0k" }, { 1999, "1.9k" },
		{ 99999, "99.9k" }, { 999999, "999k" }, { 1e6, "1.0M" }, { 12.3e9, "12.3G" },
		{ 1e30, "1000000E" }, { -5, "0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		char b[32];
		struct text t = TEXT(b);

		field_put_amount(&t, known[i].n);
		assert_string_equal(b, known[i].want);
	}
}

/* The table of fields names report/columns.h's by their place: is it the right one? */
static void
shared_columns_are_those_of_show(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < connection_fields.n; i++) {
		const struct field *f = &connection_fields.v[i];

		if (f->shared == NULL)
			continue;
		n++;
		assert_string_equal(f->id, f->shared->id);
		assert_string_equal(f->title, f->shared->title);
		assert_int_equal(f->min, f->shared->min);
		assert_int_equal(f->wanted, f->shared->wanted);
		assert_int_equal(f->right, f->shared->right);
		assert_int_equal(f->by_verdict, f->shared->by_verdict);
		assert_true((f->priority <= COLUMNS_CORE) == (f->shared->priority <= COLUMNS_CORE));
		assert_true((f->cut != NULL) == (f->shared->cut != NULL));
	}
	assert_int_equal(n, N_COLUMNS);
}

static void
names_and_priorities_are_each_one_fields(void **state)
{
	(void)state;
	assert_true(connection_fields.n <= FIELDS_MAX);
	for (unsigned i = 0; i < connection_fields.n; i++) {
		const struct field *f = &connection_fields.v[i];

		assert_int_equal(field_find(&connection_fields, f->id), i);
		assert_true(strlen(f->id) < 24);
		for (unsigned k = 0; k < i && f->title != NULL; k++)
			assert_int_not_equal(f->priority, connection_fields.v[k].priority);
		assert_true(f->unit == UNIT_NONE || f->number != NULL);
		assert_true(f->title == NULL || (f->min > 0 && f->min <= f->wanted));
	}
	assert_int_equal(field_find(&connection_fields, "nothing"), FIELD_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_short),
		cmocka_unit_test(amounts_never_round_up),
		cmocka_unit_test(shared_columns_are_those_of_show),
		cmocka_unit_test(names_and_priorities_are_each_one_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
