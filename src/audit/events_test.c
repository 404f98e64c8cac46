#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "audit/events.h"
#include "base/limits.h"

static void
add(struct events *e, uint64_t at_ns, const char *line)
{
	char b[EVENT_LINE_MAX];
	struct text t = TEXT(b);

	text_put(&t, line);
	events_add(e, at_ns, EVENT_UP, 7, &t);
}

static void
an_event_is_found_by_its_number(void **state)
{
	struct events e;

	(void)state;
	assert_true(events_init(&e));
	assert_null(events_find(&e, 0));
	assert_null(events_find(&e, 1));
	add(&e, 100, "first");
	add(&e, 200, "second");
	assert_int_equal(e.last, 2);
	assert_int_equal(events_held(&e), 2);
	assert_string_equal(events_find(&e, 1)->text, "first");
	assert_string_equal(events_find(&e, 2)->text, "second");
	assert_int_equal(events_find(&e, 2)->at_ns, 200);
	assert_int_equal(events_find(&e, 2)->id, 7);
	assert_int_equal(events_find(&e, 2)->kind, EVENT_UP);
	assert_null(events_find(&e, 3));
	events_free(&e);
}

static void
the_oldest_leave_first_and_are_counted(void **state)
{
	struct events e;
	char s[16];

	(void)state;
	assert_true(events_init(&e));
	for (unsigned i = 1; i <= LIMIT_EVENTS + 10; i++) {
		snprintf(s, sizeof s, "%u", i);
		add(&e, i, s);
	}
	assert_int_equal(events_held(&e), LIMIT_EVENTS);
	assert_int_equal(e.last - events_held(&e), 10);
	assert_null(events_find(&e, 10));
	for (unsigned i = 11; i <= LIMIT_EVENTS + 10; i++) {
		snprintf(s, sizeof s, "%u", i);
		assert_string_equal(events_find(&e, i)->text, s);
	}
	events_free(&e);
}

static void
a_cut_line_says_so(void **state)
{
	char b[EVENT_LINE_MAX];
	struct text t = TEXT(b);
	struct events e;

	(void)state;
	assert_true(events_init(&e));
	for (unsigned i = 0; i < EVENT_LINE_MAX - 1; i++)
		text_put(&t, "x");
	events_add(&e, 1, EVENT_UP, 0, &t);
	assert_int_equal(strlen(events_find(&e, 1)->text), EVENT_LINE_MAX - 1);
	text_put(&t, "y");
	events_add(&e, 1, EVENT_UP, 0, &t);
	assert_int_equal(strlen(events_find(&e, 2)->text), EVENT_LINE_MAX + 2);
	assert_string_equal(events_find(&e, 2)->text + EVENT_LINE_MAX - 2, "x...");
	events_free(&e);
}

static void
who_wants_none_gets_none(void **state)
{
	(void)state;
	add(NULL, 1, "nobody hears this");
}

static void
each_kind_has_a_word_of_its_own(void **state)
{
	(void)state;
	assert_null(event_word(EVENT_NONE));
	for (int i = EVENT_NONE + 1; i < N_EVENT_KINDS; i++) {
		assert_non_null(event_word((enum event_kind)i));
		for (int k = i + 1; k < N_EVENT_KINDS; k++)
			assert_string_not_equal(event_word((enum event_kind)i),
			    event_word((enum event_kind)k));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_found_by_its_number),
		cmocka_unit_test(the_oldest_leave_first_and_are_counted),
		cmocka_unit_test(a_cut_line_says_so),
		cmocka_unit_test(who_wants_none_gets_none),
		cmocka_unit_test(each_kind_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
