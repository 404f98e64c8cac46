#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/sample.h"
#include "ui/settings.h"
#include "ui/ui.h"
#include "ui/view.h"
#include "ui/view_connections.h"

#define NOW_NS (SAMPLE_AT_NS + UINT64_C(60000000000))
#define HEADER 4u

struct bench {
	struct sample sample;
	struct ui *ui;
	const struct screen *screen;
	struct settings settings;
	size_t saved;
};

/* A second view and a detail, as simple as views can be. */
struct page {
	uint64_t id;
};

static void *
open_page(void)
{
	return calloc(1, sizeof(struct page));
}

static bool
refresh_page(void *view, const struct scene *s)
{
	(void)view;
	(void)s;
	return true;
}

static void
draw_page(void *view, struct screen *screen, struct area a, const struct scene *s)
{
	char b[64];
	struct text t = TEXT(b);

	(void)s;
	text_putf(&t, "page %u", (unsigned)((struct page *)view)->id);
	screen_put(screen, a.x, a.y, a.width, INK_NONE, b);
}

static void
press_page(void *view, struct press p, const struct scene *s, struct request *r)
{
	struct text t = TEXT(r->text);

	(void)view;
	(void)s;
	if (p.kind != PRESS_ENTER)
		return;
	r->kind = REQUEST_SHOW;
	r->name = "connections";
	text_put(&t, "verdict=refused");
}

static void
show_page(void *view, uint64_t id, const struct scene *s)
{
	(void)s;
	((struct page *)view)->id = id;
}

static const struct view_kind other = { .name = "other", .title = "Other", .open = open_page,
	.close = free, .refresh = refresh_page, .draw = draw_page, .press = press_page };
static const struct view_kind detail = { .name = "detail", .title = "Detail", .is_detail = true,
	.open = open_page, .close = free, .refresh = refresh_page, .draw = draw_page,
	.press = press_page, .show = show_page };
static const struct view_kind *const test_views[] = { &detail, &view_connections, &other, NULL };

static void
save(void *owner, const struct snapshot *s, struct diag *line)
{
	((struct bench *)owner)->saved = s->n_connections;
	diag_set(line, "saved to \033[2Jx.json");
}

static void
open_ui(struct bench *b)
{
	struct ui_options o = { .views = test_views, .source = "eth0", .live = true, .utf8 = true,
		.settings = &b->settings, .save = save, .saver = b };
	struct diag d = { 0 };

	b->ui = ui_open(&o, 80, 24, &d);
	assert_non_null(b->ui);
	ui_look(b->ui, &b->sample.snapshot, NULL, NOW_NS);
	b->screen = ui_draw(b->ui, NOW_NS);
}

static int
open_bench(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	assert_non_null(b);
	sample_lab(&b->sample);
	b->sample.epmd[0].listening = true;
	open_ui(b);
	*state = b;
	return 0;
}

static int
close_bench(void **state)
{
	struct bench *b = *state;

	ui_close(b->ui);
	free(b);
	return 0;
}

static void
press_kind(struct bench *b, enum press_kind kind)
{
	ui_press(b->ui, (struct press){ .kind = kind });
	b->screen = ui_draw(b->ui, NOW_NS);
}

static void
press(struct bench *b, const char *keys)
{
	for (; *keys != '\0'; keys++)
		ui_press(b->ui, (struct press){ .kind = PRESS_CHARACTER,
		    .code = (unsigned char)*keys });
	b->screen = ui_draw(b->ui, NOW_NS);
}

static void
press_function(struct bench *b, unsigned n)
{
	ui_press(b->ui, (struct press){ .kind = PRESS_FUNCTION, .code = n });
	b->screen = ui_draw(b->ui, NOW_NS);
}

static void
click(struct bench *b, unsigned x, unsigned y)
{
	ui_press(b->ui, (struct press){ .kind = PRESS_CLICK, .x = x, .y = y });
	b->screen = ui_draw(b->ui, NOW_NS);
}

static void
put_line(const struct bench *b, unsigned y, char line[2048])
{
	struct text t = { .s = line, .cap = 2048 };

	line[0] = '\0';
	screen_line(b->screen, y, &t);
}

static void
assert_line(const struct bench *b, unsigned y, const char *want)
{
	char line[2048];

	put_line(b, y, line);
	assert_string_equal(line, want);
}

static bool
shows(const struct bench *b, const char *what)
{
	char line[2048];

	for (unsigned y = 0; y < b->screen->height; y++) {
		put_line(b, y, line);
		if (strstr(line, what) != NULL)
			return true;
	}
	return false;
}

/* The line under the cursor: the one that is inverse over its whole width. */
static unsigned
selected_line(const struct bench *b)
{
	for (unsigned y = HEADER + 1; y < b->screen->height - 2; y++)
		if (b->screen->cells[y * b->screen->width + b->screen->width - 1].ink == INK_INVERSE)
			return y;
	fail_msg("no row is selected");
	return 0;
}

static void
the_first_screen_says_it_all(void **state)
{
	struct bench *b = *state;

	assert_line(b, 0, "beamtap top: eth0 (live)                                  "
	    "- packets/s  22:14:20Z");
	assert_line(b, 1, "5 connections: 1 plaintext, 1 one-way, 1 refused, 2 mutual");
	assert_line(b, 2, "losses: kernel not known, interface not known, gaps 0, limits 0");
	assert_line(b, 3, " 1 Connections  2 Other                                      "
	    "9 more columns: ← →");
	assert_line(b, 4, "Local Address   Foreign Address State     Nodes          Verdict▲  "
	    "TLS Client");
	assert_line(b, 5, "10.77.0.1:46220 10.77.0.2:45979 closed    a@…ab -> b@…ab plaintext "
	    "-   -");
	assert_line(b, 10, "10.77.0.2:45979 *:*             ACCEPTING b@?            -         "
	    "-   -");
	assert_line(b, 22, "#1 plaintext, evidence: seen; known by epmd,handshake");
	assert_line(b, 23, "F1Help  F2ColumnF3SearchF4FilterF5View  F6SortByF8Pause F9Save  "
	    "F10Quit");
	assert_false(shows(b, "Detail"));
}

static void
a_listener_that_is_gone_has_no_row(void **state)
{
	struct bench *b = *state;

	b->sample.epmd[0].listening = false;
	ui_look(b->ui, &b->sample.snapshot, NULL, NOW_NS);
	b->screen = ui_draw(b->ui, NOW_NS);
	assert_false(shows(b, "ACCEPTING"));
}

static void
pausing_asks_for_no_more(void **state)
{
	struct bench *b = *state;

	assert_true(ui_wants_scene(b->ui));
	assert_false(ui_is_dirty(b->ui, NOW_NS));
	assert_true(ui_is_dirty(b->ui, NOW_NS + 1000000000u));
	press(b, " ");
	assert_false(ui_wants_scene(b->ui));
	assert_false(ui_is_dirty(b->ui, NOW_NS + 1000000000u));
	assert_true(shows(b, "PAUSED"));
	assert_true(shows(b, "F8Go on"));
	b->screen = ui_draw(b->ui, NOW_NS + 5000000000u);
	assert_true(shows(b, "22:14:20Z"));
	press_function(b, 8);
	assert_true(ui_wants_scene(b->ui));
	assert_false(shows(b, "PAUSED"));
}

static void
the_filter_works_while_it_is_typed(void **state)
{
	struct bench *b = *state;

	press(b, "\\verdict!=mut");
	assert_true(shows(b, "Filter: verdict!=mut"));
	press(b, "ual node~ALPHA");
	assert_true(shows(b, "1 of 6 match"));
	assert_true(shows(b, "plaintext"));
	assert_false(shows(b, "one-way "));
	press(b, " (");
	assert_true(shows(b, "at 29: "));		/* and the former filter stays */
	assert_true(shows(b, "1 of 6 match"));
	press_kind(b, PRESS_ENTER);
	assert_true(shows(b, "Filter: "));
	press_kind(b, PRESS_BACKSPACE);
	press_kind(b, PRESS_ENTER);
	assert_false(shows(b, "Filter: "));
	assert_true(shows(b, "F4Filter"));
	press_function(b, 4);
	press_kind(b, PRESS_ESCAPE);
	assert_false(shows(b, "match"));
	assert_true(shows(b, "refused"));
}

static void
a_search_moves_the_cursor_and_goes_on(void **state)
{
	struct bench *b = *state;

	press(b, "/mutual");
	assert_int_equal(selected_line(b), 8);
	press_kind(b, PRESS_ENTER);
	press(b, "n");
	assert_int_equal(selected_line(b), 9);
	press(b, "n");
	assert_int_equal(selected_line(b), 8);
	press(b, "N");
	assert_int_equal(selected_line(b), 9);
	press(b, "/nobody");
	assert_true(shows(b, "not found"));
	press_kind(b, PRESS_ESCAPE);
	assert_int_equal(selected_line(b), 9);
}

static void
sorting_by_menu_and_its_turn(void **state)
{
	struct bench *b = *state;

	press(b, ">");
	assert_true(shows(b, "Sort by"));
	press_kind(b, PRESS_HOME);
	press(b, "jjjjjj");
	press_kind(b, PRESS_ENTER);
	assert_true(shows(b, "State▲"));
	assert_true(shows(b, "Verdict   TLS"));
	press(b, "I");
	assert_true(shows(b, "State▼"));
	press_function(b, 6);
	press_kind(b, PRESS_ESCAPE);
	assert_false(shows(b, "Sort by"));
	assert_true(shows(b, "State▼"));
}

static void
columns_are_chosen_moved_and_remembered(void **state)
{
	struct bench *b = *state;

	press_function(b, 2);
	assert_true(shows(b, "[x] Module"));
	press_kind(b, PRESS_HOME);
	press(b, " j K");		/* no Module; Recv before it */
	press_kind(b, PRESS_END);
	press(b, " ");			/* Id, the last */
	press_kind(b, PRESS_ENTER);
	assert_false(shows(b, "[x]"));
	ui_close(b->ui);
	assert_string_equal(b->settings.sheets[0].view, "connections");
	assert_string_equal(b->settings.sheets[0].columns[0], "sent");
	assert_int_equal(b->settings.sheets[0].n_columns, 16);
	assert_string_equal(b->settings.sheets[0].columns[15], "id");
	open_ui(b);
	for (unsigned i = 0; i < 20; i++)
		press_kind(b, PRESS_RIGHT);
	assert_true(shows(b, "Sent/s Id"));
}

static void
one_column_stays(void **state)
{
	struct bench *b = *state;

	press_function(b, 2);
	press_kind(b, PRESS_HOME);
	for (unsigned i = 0; i < 40; i++)
		press(b, "j");
	press_kind(b, PRESS_HOME);
	for (unsigned i = 0; i < 16; i++)
		press(b, " j");
	assert_true(shows(b, "[x]"));
	press_kind(b, PRESS_ESCAPE);
	assert_true(shows(b, "Sent/s"));
}

static void
escape_goes_back_the_way_one_came(void **state)
{
	struct bench *b = *state;

	press(b, "j");
	press_kind(b, PRESS_ENTER);
	assert_true(shows(b, "page 5"));
	press_kind(b, PRESS_ESCAPE);
	assert_true(shows(b, "Local Address"));
	assert_int_equal(selected_line(b), 6);

	press(b, "2");
	assert_true(shows(b, "page 0"));
	press_kind(b, PRESS_ENTER);
	assert_true(shows(b, "1 of 6 match verdict=refused"));
	press_kind(b, PRESS_ESCAPE);
	assert_true(shows(b, "page 0"));
	press_kind(b, PRESS_TAB);
	assert_false(shows(b, "match"));
	press_kind(b, PRESS_ESCAPE);
	assert_true(shows(b, "Local Address"));
	press_kind(b, PRESS_BACK_TAB);
	assert_true(shows(b, "page 0"));
	press(b, "/<");
	assert_true(shows(b, "no columns"));
	press(b, "9");
	assert_true(shows(b, "page 0"));
}

static void
a_listener_opens_the_connections_to_it(void **state)
{
	struct bench *b = *state;

	press(b, "G");
	assert_true(shows(b, "EPMD: b@? listens on 10.77.0.2 port 45979 (port2, a normal node)"));
	press_kind(b, PRESS_ENTER);
	assert_true(shows(b, "6 of 6 match host=10.77.0.2 port=45979"));
}

static void
the_mouse_does_what_keys_do(void **state)
{
	struct bench *b = *state;

	click(b, 20, 7);
	assert_int_equal(selected_line(b), 7);
	click(b, 35, 4);
	assert_true(shows(b, "State▲"));
	click(b, 20, 3);
	assert_true(shows(b, "page 0"));
	click(b, 5, 3);
	assert_true(shows(b, "State▲"));
	click(b, 1, 23);
	assert_true(shows(b, "this help"));
	click(b, 10, 23);
	assert_false(shows(b, "this help"));
	click(b, 71, 23);
	assert_true(ui_wants_quit(b->ui));
}

static void
help_names_the_keys_of_the_view(void **state)
{
	struct bench *b = *state;

	press(b, "?");
	assert_true(shows(b, "this help"));
	press_kind(b, PRESS_PAGE_DOWN);
	assert_true(shows(b, "verdict!=mutual"));
	press_kind(b, PRESS_END);
	assert_true(shows(b, "inferred (from record lengths)"));
	press_kind(b, PRESS_ESCAPE);
	assert_true(shows(b, "Local Address"));
	press(b, "\\x");
	press_function(b, 1);
	press_kind(b, PRESS_ESCAPE);
	assert_true(shows(b, "Filter: x"));
}

static void
saving_says_what_became_of_it(void **state)
{
	struct bench *b = *state;

	press(b, "s");
	assert_int_equal(b->saved, 5);
	assert_true(shows(b, "saved to \\x1b[2Jx.json"));
	press(b, "j");
	assert_false(shows(b, "saved to"));
}

static void
quitting_and_repainting_are_asked_for_once(void **state)
{
	struct bench *b = *state;

	assert_false(ui_wants_repaint(b->ui));
	ui_press(b->ui, (struct press){ .kind = PRESS_CONTROL, .code = 'L' });
	assert_true(ui_wants_repaint(b->ui));
	assert_false(ui_wants_repaint(b->ui));
	press(b, "q");
	assert_true(ui_wants_quit(b->ui));
}

static void
every_size_is_drawn_or_refused(void **state)
{
	struct bench *b = *state;

	for (unsigned width = 1; width < 130; width += 3)
		for (unsigned height = 1; height < 40; height += 2) {
			assert_true(ui_resize(b->ui, width, height));
			b->screen = ui_draw(b->ui, NOW_NS);
			assert_int_equal(b->screen->width, width);
			if (width >= UI_WIDTH_MIN && height >= UI_HEIGHT_MIN)
				assert_true(shows(b, "losses: "));
			else if (width > 10)
				assert_true(shows(b, "too small"));
		}
}

static void
no_stranger_draws_on_the_screen(void **state)
{
	struct bench *b = *state;

	sample_judged_hostile(&b->sample);
	ui_look(b->ui, &b->sample.snapshot, NULL, NOW_NS);
	for (unsigned width = 60; width < 400; width += 60) {
		assert_true(ui_resize(b->ui, width, 50));
		b->screen = ui_draw(b->ui, NOW_NS);
		for (size_t i = 0; i < (size_t)width * 50; i++)
			for (const char *s = b->screen->cells[i].s; *s != '\0'; s++)
				assert_true((unsigned char)*s >= ' ' && *s != 0x7f);
	}
	assert_true(shows(b, "\\x1b[31mred\\x1b[0m -> \\x1b[31mred\\x1b[0m"));
}

/* Any keys in any order: nothing but the screen comes of it. */
static void
any_presses_are_survived(void **state)
{
	static const char keys[] = "jkgGhnNsIC#<>/\\?12 abc=(~x";
	struct bench *b = *state;
	uint32_t seed = 7;

	for (unsigned i = 0; i < 30000; i++) {
		struct press p = { 0 };

		seed = seed * 1103515245u + 12345u;
		unsigned dice = seed / 65536;
		p.kind = dice % 3 ? PRESS_CHARACTER :
		    (enum press_kind)(1 + dice / 3 % PRESS_WHEEL_DOWN);
		p.code = p.kind == PRESS_FUNCTION ? 1 + dice % 9 :
		    p.kind == PRESS_CONTROL ? 'A' + dice % 26 :
		    (unsigned char)keys[dice / 7 % (sizeof keys - 1)];
		p.x = dice % 80;
		p.y = dice / 5 % 24;
		ui_press(b->ui, p);
		if (i % 16 == 0) {
			b->sample.snapshot.n_connections = 1 + dice % 5;
			if (ui_wants_scene(b->ui))
				ui_look(b->ui, &b->sample.snapshot, NULL, NOW_NS + i * UINT64_C(1000000000));
			b->screen = ui_draw(b->ui, NOW_NS);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_screen_says_it_all),
		TEST(a_listener_that_is_gone_has_no_row),
		TEST(pausing_asks_for_no_more),
		TEST(the_filter_works_while_it_is_typed),
		TEST(a_search_moves_the_cursor_and_goes_on),
		TEST(sorting_by_menu_and_its_turn),
		TEST(columns_are_chosen_moved_and_remembered),
		TEST(one_column_stays),
		TEST(escape_goes_back_the_way_one_came),
		TEST(a_listener_opens_the_connections_to_it),
		TEST(the_mouse_does_what_keys_do),
		TEST(help_names_the_keys_of_the_view),
		TEST(saving_says_what_became_of_it),
		TEST(quitting_and_repainting_are_asked_for_once),
		TEST(every_size_is_drawn_or_refused),
		TEST(no_stranger_draws_on_the_screen),
		TEST(any_presses_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
