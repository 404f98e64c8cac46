#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ui/frame.h"
#include "ui/losses.h"

#define KEY(name, word, n) { name, word, { .kind = PRESS_FUNCTION, .code = (n) } }

static const struct frame_key keys[] = {
	KEY("F1", "Help", 1), KEY("F2", "Columns", 2), KEY("F10", "Quit", 10),
};

static void
assert_losses(const struct input_facts *in, bool live, bool any, const char *want)
{
	char b[256];
	struct text t = TEXT(b);

	assert_int_equal(losses_put(&t, in, live), any);
	assert_string_equal(b, want);
}

static void
losses_are_said_also_when_there_are_none(void **state)
{
	static const struct link_type_count usb = { 189, NULL, 7 };
	struct input_facts in = { .lost_recorded = UNKNOWN_COUNT };

	(void)state;
	assert_losses(&in, true, false, "nothing lost: kernel 0, interface 0, gaps 0, limits 0");
	assert_losses(&in, false, false, "losses: recorder not known, gaps 0, limits 0");
	in.lost_interface = UNKNOWN_COUNT;
	assert_losses(&in, true, false,
	    "losses: kernel 0, interface not known, gaps 0, limits 0");
	in.lost_kernel = 12;
	in.headless = 3;
	in.link_types = &usb;
	in.n_link_types = 1;
	assert_losses(&in, true, true, "LOST: kernel 12, interface not known, gaps 0, limits 0, "
	    "cut off 3, not decoded 7");
	in.lost_recorded = 0;
	in.limits = 1;
	assert_losses(&in, false, true, "LOST: recorder 0, gaps 0, limits 1, cut off 3, "
	    "not decoded 7");
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
a_click_finds_the_key_it_is_on(void **state)
{
	struct area line = { 0, 0, 40, 1 };

	(void)state;
	assert_int_equal(frame_key_at(keys, 3, line, 0), 0);
	assert_int_equal(frame_key_at(keys, 3, line, 7), 0);
	assert_int_equal(frame_key_at(keys, 3, line, 8), 1);
	assert_int_equal(frame_key_at(keys, 3, line, 17), 2);
	assert_int_equal(frame_key_at(keys, 3, line, 39), 3);
}

static void
the_way_out_is_always_drawn(void **state)
{
	struct screen s = { .utf8 = true };

	(void)state;
	assert_true(screen_resize(&s, 40, 1));
	frame_draw_keys(keys, 3, &s, (struct area){ 0, 0, 40, 1 });
	assert_line(&s, 0, "F1Help  F2ColumnsF10Quit");
	screen_clear(&s, (struct area){ 0, 0, 40, 1 }, INK_NONE);
	frame_draw_keys(keys, 3, &s, (struct area){ 0, 0, 17, 1 });
	assert_line(&s, 0, "F1Help  F10Quit");
	assert_int_equal(frame_key_at(keys, 3, (struct area){ 0, 0, 17, 1 }, 9), 2);
	screen_free(&s);
}

static void
a_hostile_source_and_damage_are_escaped_and_leave_room(void **state)
{
	char name[600] = "\033[2J";
	struct snapshot shot = { .input = { .damage = "bad\nblock \xff" } };
	struct scene scene = { .snapshot = &shot, .live = true, .now_ns = 1700000000000000000u,
		.style = { .utf8 = true } };
	struct frame f = { .source = name, .paused = true, .titles = { "Connections", "Mesh" },
		.n_titles = 2, .open = 1 };
	struct screen s = { .utf8 = true };

	(void)state;
	memset(name + 4, 'x', sizeof name - 5);
	assert_true(screen_resize(&s, 80, 6));
	frame_draw_header(&f, &s, (struct area){ 0, 0, 80, 5 }, &scene);
	assert_int_equal(frame_header_height(&scene), 5);
	/* 1700000000: date -u -d @1700000000 */
	assert_line(&s, 0, "beamtap top: \\x1b[2Jxxxx…xxxxxxxxxxxxxxxx (live)  PAUSED  "
	    "- packets/s  22:13:20Z");
	assert_line(&s, 3, "DAMAGED: bad\\x0ablock \\xff");
	assert_line(&s, 4, " 1 Connections  2 Mesh");
	assert_int_equal(s.cells[4 * 80 + 16].ink, INK_TAB_OPEN);
	assert_int_equal(frame_title_at(&f, 3), 0);
	assert_int_equal(frame_title_at(&f, 15), 1);
	assert_int_equal(frame_title_at(&f, 70), 2);
	screen_free(&s);
}

static void
what_is_to_be_done_has_a_line(void **state)
{
	struct snapshot shot = { .input = { .nameless = 2 } };
	struct scene scene = { .snapshot = &shot, .live = true };
	struct frame f = { .source = "any", .titles = { "Connections" }, .n_titles = 1 };
	struct screen s = { .utf8 = true };

	(void)state;
	assert_true(screen_resize(&s, 80, 6));
	assert_int_equal(frame_header_height(&scene), 5);
	frame_draw_header(&f, &s, (struct area){ 0, 0, 80, 5 }, &scene);
	assert_line(&s, 3, "2 nodes' ports are not known yet: epmd -names, run where they are, tells beamtap");
	assert_line(&s, 4, " 1 Connections");
	screen_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(losses_are_said_also_when_there_are_none),
		cmocka_unit_test(a_click_finds_the_key_it_is_on),
		cmocka_unit_test(the_way_out_is_always_drawn),
		cmocka_unit_test(what_is_to_be_done_has_a_line),
		cmocka_unit_test(a_hostile_source_and_damage_are_escaped_and_leave_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
