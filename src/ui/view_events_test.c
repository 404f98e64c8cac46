#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "audit/events.h"
#include "base/limits.h"
#include "report/sample.h"
#include "ui/view_events.h"

#define KEY(c) ((struct press){ .kind = PRESS_CHARACTER, .code = (c) })
#define SECOND_NS UINT64_C(1000000000)
#define NOW_NS (SAMPLE_AT_NS + 60 * SECOND_NS)

struct bench {
	struct snapshot snapshot;
	struct events events;
	struct scene scene;
	struct screen screen;
	void *view;
};

static struct bench b;

static int
open_bench(void **state)
{
	(void)state;
	b = (struct bench){ .screen = { .utf8 = true } };
	b.scene = (struct scene){ .snapshot = &b.snapshot, .events = &b.events, .live = true,
		.now_ns = NOW_NS, .style = { .utf8 = true } };
	b.view = view_events.open();
	return events_init(&b.events) && b.view != NULL && screen_resize(&b.screen, 80, 8) ? 0 : -1;
}

static int
close_bench(void **state)
{
	(void)state;
	view_events.close(b.view);
	events_free(&b.events);
	screen_free(&b.screen);
	return 0;
}

static void
add(uint64_t at_ns, enum event_kind kind, uint32_t id, const char *line)
{
	char s[EVENT_LINE_MAX];
	struct text t = TEXT(s);

	text_put_wire(&t, words_bytes(line));
	events_add(&b.events, at_ns, kind, id, &t);
}

/* "1", "2", ...: a second each, of the connection of that number. */
static void
add_many(uint32_t from, uint32_t to)
{
	char s[16];

	for (uint32_t i = from; i <= to; i++) {
		struct text t = TEXT(s);

		text_putf(&t, "%u", (unsigned)i);
		add(SAMPLE_AT_NS + i * UINT64_C(1000000), EVENT_LISTED, i, s);
	}
}

static void
look(void)
{
	struct area all = { 0, 0, b.screen.width, b.screen.height };

	assert_true(view_events.refresh(b.view, &b.scene));
	screen_clear(&b.screen, all, INK_NONE);
	view_events.draw(b.view, &b.screen, all, &b.scene);
}

static struct request
press(struct press p)
{
	struct request r = { .kind = REQUEST_NOT_MINE };

	view_events.press(b.view, p, &b.scene, &r);
	return r;
}

static void
assert_line(unsigned y, const char *want)
{
	char line[4096];
	struct text t = TEXT(line);

	screen_line(&b.screen, y, &t);
	assert_string_equal(line, want);
}

static uint64_t
selected(void)
{
	const struct row *row = sheet_selected(view_events.sheet(b.view));

	assert_non_null(row);
	return row->id;
}

static void
events_are_rows_with_their_time_kind_and_connection(void **state)
{
	char hint[1024];
	struct text t = TEXT(hint);

	(void)state;
	add(SAMPLE_AT_NS - 86400 * SECOND_NS, EVENT_REGISTERED, 0, "b at 10.77.0.2:45979");
	add(SAMPLE_AT_NS, EVENT_LISTED, 7, "10.77.0.1:46220 to b@beta.lab");
	add(SAMPLE_AT_NS + SECOND_NS, EVENT_REFUSED, 7, "cookies differ");
	look();
	assert_line(0, "Time (UTC)▲             Event      Conn What");
	assert_line(1, "2023-11-13 22:13:20.123 registered    - b at 10.77.0.2:45979");
	assert_line(2, "22:13:20.123            listed        7 10.77.0.1:46220 to b@beta.lab");
	assert_line(3, "22:13:21.123            refused       7 cookies differ");
	assert_line(4, "");
	view_events.put_hint(b.view, &t, &b.scene);
	assert_string_equal(hint, "2023-11-14 22:13:21.123Z refused: cookies differ");
}

static void
enter_opens_the_connection_where_there_is_one(void **state)
{
	(void)state;
	add(SAMPLE_AT_NS, EVENT_REGISTERED, 0, "b");
	add(SAMPLE_AT_NS, EVENT_LISTED, 7, "x");
	look();
	struct request r = press((struct press){ .kind = PRESS_ENTER });
	assert_int_equal(r.kind, REQUEST_DETAIL);
	assert_int_equal(r.id, 7);
	press(KEY('k'));
	r = press((struct press){ .kind = PRESS_ENTER });
	assert_int_equal(r.kind, REQUEST_SAY);
	assert_string_equal(r.text, "this event is not of a connection that is listed");
	assert_int_equal(press(KEY('x')).kind, REQUEST_NOT_MINE);
}

static void
the_cursor_follows_the_end_until_it_leaves(void **state)
{
	(void)state;
	look();
	assert_line(2, " nothing has happened yet");
	assert_int_equal(press((struct press){ .kind = PRESS_ENTER }).kind, REQUEST_NONE);
	add_many(1, 3);
	look();
	assert_int_equal(selected(), 3);
	add_many(4, 20);
	look();
	assert_int_equal(selected(), 20);
	assert_line(7, "22:13:20.143 listed   20 20");
	press(KEY('k'));
	press(KEY('k'));
	add_many(21, 30);
	look();
	assert_int_equal(selected(), 18);
	/* However it comes back to the end, it stays there again. */
	for (unsigned i = 0; i < 12; i++)
		press(KEY('j'));
	assert_int_equal(selected(), 30);
	add_many(31, 40);
	look();
	assert_int_equal(selected(), 40);
	press(KEY('g'));
	add_many(41, 50);
	look();
	assert_int_equal(selected(), 1);
	press((struct press){ .kind = PRESS_END });
	add_many(51, 52);
	look();
	assert_int_equal(selected(), 52);
}

static void
what_has_left_the_ring_is_said(void **state)
{
	(void)state;
	add_many(1, LIMIT_EVENTS);
	look();
	assert_line(0, "Time (UTC)▲  Event  Conn What");
	press(KEY('g'));
	add_many(LIMIT_EVENTS + 1, LIMIT_EVENTS + 1);
	look();
	assert_line(0, "the oldest 1 event has left: 2000 are kept");
	assert_line(1, "Time (UTC)▲  Event  Conn What");
	assert_line(2, "22:13:20.125 listed    2 2");
	/* The row under the cursor has left: the nearest that is left has it. */
	assert_int_equal(selected(), 2);
	add_many(LIMIT_EVENTS + 2, 5 * LIMIT_EVENTS + 7);
	look();
	assert_line(0, "the oldest 8007 events have left: 2000 are kept");
	assert_line(2, "22:13:28.131 listed 8008 8008");
	assert_int_equal(view_events.sheet(b.view)->all.n, LIMIT_EVENTS);
}

/* Between two refreshes the ring goes on: what is drawn stays what it was. */
static void
rows_do_not_change_under_the_eye(void **state)
{
	struct area all = { 0, 0, 80, 8 };

	(void)state;
	add_many(1, 3);
	look();
	add_many(4, LIMIT_EVENTS + 3);
	screen_clear(&b.screen, all, INK_NONE);
	view_events.draw(b.view, &b.screen, all, &b.scene);
	assert_line(1, "22:13:20.124 listed    1 1");
	assert_line(3, "22:13:20.126 listed    3 3");
	assert_line(4, "");
	assert_int_equal(press((struct press){ .kind = PRESS_ENTER }).id, 3);
	look();
	assert_int_equal(selected(), LIMIT_EVENTS + 3);
}

static void
late_ones_stand_at_their_time(void **state)
{
	(void)state;
	add(SAMPLE_AT_NS + 2 * SECOND_NS, EVENT_UP, 1, "second");
	add(SAMPLE_AT_NS + 1 * SECOND_NS, EVENT_UP, 2, "first");
	add(SAMPLE_AT_NS + 2 * SECOND_NS, EVENT_UP, 3, "third");
	look();
	assert_line(1, "22:13:21.123 up       2 first");
	assert_line(2, "22:13:22.123 up       1 second");
	assert_line(3, "22:13:22.123 up       3 third");
}

static void
filters_ask_every_field(void **state)
{
	static const char *const filters[] = { "kind=refused", "connection=7", "text~COOKIES",
		"time~:14:01.", "age<30s" };
	struct sheet *sheet = view_events.sheet(b.view);
	struct query_error e;

	(void)state;
	add(SAMPLE_AT_NS, EVENT_REGISTERED, 0, "b");
	add(SAMPLE_AT_NS + 41 * SECOND_NS, EVENT_REFUSED, 7, "cookies differ");
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
		assert_true(sheet_set_filter(sheet, filters[i], &e));
		look();
		assert_int_equal(sheet->rows.n, 1);
		assert_int_equal(selected(), 2);
	}
	assert_true(sheet_set_filter(sheet, "kind=closed", &e));
	look();
	assert_line(2, " no event matches the filter");
	assert_int_equal(press((struct press){ .kind = PRESS_ENTER }).kind, REQUEST_NONE);
}

static void
where_nobody_keeps_events_that_is_said(void **state)
{
	(void)state;
	b.scene.events = NULL;
	look();
	assert_line(2, " events are not kept here");
}

/* As escaped by who wrote the events, and plain ASCII where the terminal wants that. */
static void
strangers_and_narrow_screens_do_no_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLE_N_HOSTILE; i++)
		add(SAMPLE_AT_NS, EVENT_LISTED, UINT32_MAX, sample_hostile[i]);
	for (unsigned width = 1; width < 100; width++) {
		b.scene.style.utf8 = b.screen.utf8 = width % 2 == 0;
		assert_true(screen_resize(&b.screen, width, 40));
		look();
		for (size_t c = 0; c < (size_t)width * 40; c++)
			for (const char *p = b.screen.cells[c].s; *p != '\0'; p++) {
				assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
				assert_true(b.screen.utf8 || (unsigned char)*p < 0x80);
			}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(events_are_rows_with_their_time_kind_and_connection,
		    open_bench, close_bench),
		cmocka_unit_test_setup_teardown(enter_opens_the_connection_where_there_is_one,
		    open_bench, close_bench),
		cmocka_unit_test_setup_teardown(the_cursor_follows_the_end_until_it_leaves, open_bench,
		    close_bench),
		cmocka_unit_test_setup_teardown(what_has_left_the_ring_is_said, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(rows_do_not_change_under_the_eye, open_bench,
		    close_bench),
		cmocka_unit_test_setup_teardown(late_ones_stand_at_their_time, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(filters_ask_every_field, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(where_nobody_keeps_events_that_is_said, open_bench,
		    close_bench),
		cmocka_unit_test_setup_teardown(strangers_and_narrow_screens_do_no_harm, open_bench,
		    close_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
