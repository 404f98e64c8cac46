#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ui/bench_fields.h"
#include "ui/query.h"

static struct thing rabbit = { "rabbit@one", "Oslo; Norway", "hare\nbunny", 12500, 300, 0 };
static struct thing empty = { "b", NULL, NULL, -1, -1, 0 };

static bool
matches(const char *text, const struct thing *t)
{
	struct query q;
	struct query_error e;

	if (!query_parse(&q, text, &bench_fields, &e))
		fail_msg("%s: at %zu: %s", text, e.at, e.why.line);
	return query_matches(&q, t, &bench_scene);
}

static void
assert_wrong(const char *text, size_t at, const char *why)
{
	struct query q;
	struct query_error e;

	if (query_parse(&q, text, &bench_fields, &e))
		fail_msg("%s is taken", text);
	assert_non_null(strstr(e.why.line, why));
	assert_int_equal(e.at, at);
	assert_null(strchr(e.why.line, '\n'));
	assert_false(query_matches(&q, &rabbit, &bench_scene));
}

static void
cells_are_compared_whatever_their_case(void **state)
{
	(void)state;
	assert_true(matches("name=RABBIT@one", &rabbit));
	assert_false(matches("name=rabbit", &rabbit));
	assert_true(matches("Name~Rabbit", &rabbit));
	assert_true(matches("name!~hare", &rabbit));
	assert_true(matches("name!=rabbit", &rabbit));
	assert_true(matches("place='oslo; norway'", &rabbit));
	assert_true(matches("name = \"rabbit@one\"", &rabbit));
	assert_true(matches("place==-", &empty));
}

static void
terms_are_joined_as_a_person_means_them(void **state)
{
	(void)state;
	assert_true(matches("", &rabbit));
	assert_true(matches("   ", &empty));
	assert_true(matches("name~rabbit place~oslo", &rabbit));
	assert_false(matches("name~rabbit place~rome", &rabbit));
	assert_true(matches("name~rabbit and place~rome or name~one", &rabbit));
	assert_false(matches("name~rabbit and (place~rome or name~two)", &rabbit));
	assert_true(matches("name~x | name~one", &rabbit));
	assert_false(matches("name~x & name~one", &rabbit));
	assert_false(matches("not name~rabbit", &rabbit));
	assert_true(matches("!(name~x)", &rabbit));
	assert_true(matches("!!name~rabbit", &rabbit));
	assert_true(matches("NOT name~x AND name~one", &rabbit));
	/* Words that only begin so are no operators. */
	assert_false(matches("orbit", &rabbit));
	assert_true(matches("norway", &rabbit));
	assert_false(matches("notable", &rabbit));
}

static void
a_bare_word_is_in_any_column(void **state)
{
	(void)state;
	assert_true(matches("OSLO", &rabbit));
	assert_true(matches("\"oslo; n\"", &rabbit));
	assert_true(matches("12500", &rabbit));
	assert_false(matches("hare", &rabbit));		/* no column: only a name for filters */
	assert_false(matches("oslo", &empty));
}

static void
alternatives_are_each_compared(void **state)
{
	(void)state;
	assert_true(matches("alias=bunny", &rabbit));
	assert_true(matches("alias=hare", &rabbit));
	assert_false(matches("alias=har", &rabbit));
	assert_false(matches("alias!=hare", &rabbit));
	assert_true(matches("alias=\"\"", &empty));
}

static void
numbers_have_units(void **state)
{
	(void)state;
	assert_true(matches("size>12k", &rabbit));
	assert_true(matches("size>=12.5K", &rabbit));
	assert_false(matches("size>12.5k", &rabbit));
	assert_true(matches("size<1M", &rabbit));
	assert_true(matches("size<=0.1g", &rabbit));
	assert_true(matches("size=12.5k", &rabbit));
	assert_true(matches("size=12500", &rabbit));
	assert_false(matches("size!=12.5k", &rabbit));
	assert_true(matches("age=5m", &rabbit));
	assert_true(matches("age<1h30m", &rabbit));
	assert_true(matches("age>=300", &rabbit));
	assert_true(matches("age<1d", &rabbit));
	assert_true(matches("age>-1s", &rabbit));
	assert_false(matches("age>5m0.5s", &rabbit));
}

static void
a_row_without_the_number_is_neither_less_nor_more(void **state)
{
	(void)state;
	assert_false(matches("size<1k", &empty));
	assert_false(matches("size>=0", &empty));
	assert_true(matches("size=-", &empty));
	assert_true(matches("size!=0", &empty));
}

static void
errors_name_their_place(void **state)
{
	(void)state;
	assert_wrong("nmae=x", 0, "no column is called nmae");
	assert_wrong("name~x colour=red", 7, "no column is called colour");
	assert_wrong("name=", 5, "a value is missing");
}

static void
broken_filters_are_refused(void **state)
{
	(void)state;
	assert_wrong("=x", 0, "name of a column is missing");
	assert_wrong("name='x", 5, "quote is not closed");
	assert_wrong("(name=x", 0, "bracket is not closed");
	assert_wrong("name=x)", 6, "nothing opened this bracket");
	assert_wrong("()", 1, "missing");
	assert_wrong("name=x or", 9, "missing");
	assert_wrong("or name=x or", 12, "missing");
	assert_wrong("name=x not", 10, "missing");
	assert_wrong("name<5", 0, "has no number");
	assert_wrong("size<five", 5, "no number");
	assert_wrong("size<5x", 5, "no number");
	assert_wrong("age<5k", 4, "no time");
	assert_wrong("age<1h30x", 4, "no time");
	assert_wrong("\033[2J=x", 0, "no column is called \\x1b[2j");
}

static void
endless_filters_are_bounded(void **state)
{
	char long_one[QUERY_BYTES + 10], words[QUERY_BYTES];
	struct text t = TEXT(words);
	struct query q;
	struct query_error e;

	(void)state;
	memset(long_one, 'a', sizeof long_one - 1);
	long_one[sizeof long_one - 1] = '\0';
	assert_wrong(long_one, QUERY_BYTES - 1, "too long");
	memset(long_one, '(', 200);
	long_one[200] = '\0';
	assert_wrong(long_one, QUERY_DEPTH, "nested too deeply");
	memset(long_one, '!', 200);
	assert_wrong(long_one, QUERY_DEPTH, "nested too deeply");
	for (unsigned i = 0; i < QUERY_TERMS; i++)
		text_put(&t, i == 0 ? "a" : " a");
	assert_true(query_parse(&q, words, &bench_fields, &e));
	text_put(&t, " a");
	assert_wrong(words, 2 * QUERY_TERMS, "too many terms");
}

/* Whatever is typed, it is taken or refused; what is taken can be asked. */
static void
any_typing_is_survived(void **state)
{
	static const char signs[] = "ab size=name!~<>()\"'|&\\5k \t\xc3\xa9\x01or not";
	uint32_t seed = 1;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		char text[64];
		struct query q;
		struct query_error e;
		size_t n = i % (sizeof text - 1);

		for (size_t k = 0; k < n; k++) {
			seed = seed * 1103515245u + 12345u;
			text[k] = signs[seed / 65536 % (sizeof signs - 1)];
		}
		text[n] = '\0';
		if (query_parse(&q, text, &bench_fields, &e)) {
			query_matches(&q, &rabbit, &bench_scene);
		} else {
			assert_true(e.at <= n);
			assert_true(diag_is_set(&e.why));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_compared_whatever_their_case),
		cmocka_unit_test(terms_are_joined_as_a_person_means_them),
		cmocka_unit_test(a_bare_word_is_in_any_column),
		cmocka_unit_test(alternatives_are_each_compared),
		cmocka_unit_test(numbers_have_units),
		cmocka_unit_test(a_row_without_the_number_is_neither_less_nor_more),
		cmocka_unit_test(errors_name_their_place),
		cmocka_unit_test(broken_filters_are_refused),
		cmocka_unit_test(endless_filters_are_bounded),
		cmocka_unit_test(any_typing_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
