#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "ui/node_bench.h"
#include "ui/view_mesh.h"

#define KEY(k) ((struct press){ .kind = (k) })
#define LETTER(c) ((struct press){ .kind = PRESS_CHARACTER, .code = (c) })

static void
each_pair_has_its_worst(void **state)
{
	struct node_bench b;

	(void)state;
	node_bench_open(&b, &view_mesh, 80, 9);
	node_bench_look(&b);
	node_bench_shows(&b,
"                1 2 3 4 5\n"
"1 ? 10.77.0.4   \\ O · · ·\n"
"2 a@alpha.lab   O \\ p M ·\n"
"3 b@beta.lab    · p \\ r ·\n"
"4 c@gamma.lab   · M r \\ ·\n"
"5 d@? 10.77.0.5 · · · · \\\n"
"\n"
"\n"
"P plaintext  O one-way  U unknown  E encrypted  R refused  M mutual  small=ended\n");

	/* The plaintext one is still there: a capital. And an attempt that failed is no worse than
	 * the connection that came of another. */
	b.v[0].state = STATE_UP;
	node_bench_add(&b, "", 3, "a@alpha.lab", 1, VERDICT_REFUSED, STATE_REFUSED);
	b.screen.utf8 = b.scene.style.utf8 = false;
	node_bench_look(&b);
	node_bench_shows(&b,
"                1 2 3 4 5\n"
"1 ? 10.77.0.4   \\ O . . .\n"
"2 a@alpha.lab   O \\ P M .\n"
"3 b@beta.lab    . P \\ r .\n"
"4 c@gamma.lab   . M r \\ .\n"
"5 d@? 10.77.0.5 . . . . \\\n"
"\n"
"\n"
"P plaintext  O one-way  U unknown  E encrypted  R refused  M mutual  small=ended\n");
	node_bench_close(&b);
}

static uint8_t
ink_at(const struct node_bench *b, unsigned x, unsigned y)
{
	return b->screen.cells[y * b->screen.width + x].ink;
}

static void
a_cell_has_the_colour_of_its_verdict(void **state)
{
	struct node_bench b;

	(void)state;
	node_bench_open(&b, &view_mesh, 80, 9);
	node_bench_look(&b);
	assert_int_equal(ink_at(&b, 18, 1), INK_ONE_WAY);
	assert_int_equal(ink_at(&b, 20, 2), INK_PLAINTEXT);
	assert_int_equal(ink_at(&b, 22, 2), INK_MUTUAL);
	assert_int_equal(ink_at(&b, 22, 3), INK_REFUSED);
	assert_int_equal(ink_at(&b, 16, 1), INK_FAINT | INK_INVERSE);
	node_bench_close(&b);
}

static void
the_cursor_says_what_it_is_on(void **state)
{
	struct node_bench b;

	(void)state;
	node_bench_open(&b, &view_mesh, 80, 9);
	node_bench_look(&b);
	node_bench_hint(&b, "? 10.77.0.4: 1 connection, 1 open: 1 one-way");
	node_bench_press(&b, KEY(PRESS_DOWN));
	node_bench_press(&b, LETTER('l'));
	node_bench_press(&b, KEY(PRESS_RIGHT));
	node_bench_hint(&b, "a@alpha.lab and b@beta.lab: 2 connections, 1 open: 1 plaintext, 1 mutual");
	struct request r = node_bench_press(&b, KEY(PRESS_ENTER));
	assert_int_equal(r.kind, REQUEST_SHOW);
	assert_string_equal(r.name, "connections");
	assert_string_equal(r.text, "(node=\"a@alpha.lab\" or host=10.77.0.1) "
	    "(node=\"b@beta.lab\" or host=10.77.0.2)");
	node_bench_press(&b, LETTER('G'));
	node_bench_hint(&b, "d@? 10.77.0.5 and b@beta.lab: no connection");
	r = node_bench_press(&b, KEY(PRESS_ENTER));
	assert_int_equal(r.kind, REQUEST_SAY);
	node_bench_press(&b, LETTER('H'));
	node_bench_press(&b, KEY(PRESS_LEFT));
	node_bench_press(&b, KEY(PRESS_HOME));
	r = node_bench_press(&b, KEY(PRESS_ENTER));
	assert_string_equal(r.text, "host=10.77.0.4");
	assert_int_equal(node_bench_press(&b, LETTER('x')).kind, REQUEST_NOT_MINE);
	node_bench_close(&b);
}

static void
a_click_goes_to_a_pair(void **state)
{
	struct node_bench b;

	(void)state;
	node_bench_open(&b, &view_mesh, 80, 9);
	node_bench_look(&b);
	assert_int_equal(node_bench_press(&b, (struct press){ .kind = PRESS_CLICK, .x = 22, .y = 3 }).kind,
	    REQUEST_NONE);
	node_bench_hint(&b, "b@beta.lab and c@gamma.lab: 1 connection, 0 open: 1 refused");
	assert_int_equal(node_bench_press(&b, (struct press){ .kind = PRESS_DOUBLE_CLICK, .x = 18,
	    .y = 1 }).kind, REQUEST_SHOW);
	node_bench_hint(&b, "? 10.77.0.4 and a@alpha.lab: 1 connection, 1 open: 1 one-way");
	assert_int_equal(node_bench_press(&b, (struct press){ .kind = PRESS_CLICK, .x = 30, .y = 3 }).kind,
	    REQUEST_NOT_MINE);
	assert_int_equal(node_bench_press(&b, (struct press){ .kind = PRESS_CLICK, .x = 2, .y = 3 }).kind,
	    REQUEST_NOT_MINE);
	node_bench_close(&b);
}

/* Names come to be known, and the order changes. */
static void
the_cursor_stays_on_its_pair(void **state)
{
	struct node_bench b;

	(void)state;
	node_bench_open(&b, &view_mesh, 80, 9);
	node_bench_look(&b);
	node_bench_press(&b, (struct press){ .kind = PRESS_CLICK, .x = 22, .y = 3 });
	node_bench_add(&b, "aa@x", 9, "b@beta.lab", 2, VERDICT_MUTUAL, STATE_UP);
	node_bench_look(&b);
	node_bench_hint(&b, "b@beta.lab and c@gamma.lab: 1 connection, 0 open: 1 refused");
	node_bench_close(&b);
}

/* What has no room is scrolled to; a long name is cut. */
static void
a_small_screen_scrolls(void **state)
{
	struct node_bench b;

	(void)state;
	node_bench_open(&b, &view_mesh, 20, 4);
	node_bench_look(&b);
	node_bench_shows(&b,
"           1 2 3 4 5\n"
"1 ? 1….0.4 \\ O · · ·\n"
"2 a@a….lab O \\ p M ·\n"
"3 b@b….lab · p \\ r ·\n");
	screen_resize(&b.screen, 15, 4);
	node_bench_draw(&b);
	node_bench_press(&b, LETTER('G'));
	for (unsigned i = 0; i < 4; i++)
		node_bench_press(&b, KEY(PRESS_RIGHT));
	node_bench_hint(&b, "d@? 10.77.0.5: 0 connections, 0 open");
	node_bench_shows(&b,
"        2 3 4 5\n"
"3 b…lab p \\ r ·\n"
"4 c…lab M r \\ ·\n"
"5 d…0.5 · · · \\\n");
	node_bench_close(&b);
}

static void
shows_line(const struct node_bench *b, unsigned y, const char *wanted)
{
	char line[256];
	struct text t = TEXT(line);

	screen_line(&b->screen, y, &t);
	assert_string_equal(line, wanted);
}

static void
numbers_of_two_digits_stand(void **state)
{
	char names[11][8];
	struct judgement v[11];
	const struct judgement *listed[11];
	struct node_bench b;

	(void)state;
	node_bench_open(&b, &view_mesh, 40, 16);
	b.snapshot.n_connections = b.snapshot.n_epmd = 0;
	for (unsigned i = 0; i < 11; i++) {
		snprintf(names[i], sizeof names[i], "n%u@x", i + 2);
		node_bench_add(&b, names[i], i + 2, "n1@x", 1, VERDICT_MUTUAL, STATE_UP);
		v[i] = b.v[--b.snapshot.n_connections];
		listed[i] = &v[i];
	}
	b.snapshot.connections = listed;
	b.snapshot.n_connections = 11;
	node_bench_look(&b);
	shows_line(&b, 0, "                              1 1 1");
	shows_line(&b, 1, "            1 2 3 4 5 6 7 8 9 0 1 2");
	shows_line(&b, 2, " 1 n1@x     \\ M M M M M M M M M M M");
	shows_line(&b, 13, "12 n12@x    M · · · · · · · · · · \\");
	node_bench_close(&b);
}

static void
nobody_is_said(void **state)
{
	struct node_bench b;

	(void)state;
	node_bench_open(&b, &view_mesh, 40, 4);
	b.snapshot.n_connections = b.snapshot.n_epmd = 0;
	node_bench_look(&b);
	node_bench_shows(&b, "\n\n no node has been seen yet\n\n");
	node_bench_hint(&b, "");
	assert_int_equal(node_bench_press(&b, KEY(PRESS_ENTER)).kind, REQUEST_NONE);
	node_bench_press(&b, KEY(PRESS_DOWN));
	node_bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pair_has_its_worst),
		cmocka_unit_test(a_cell_has_the_colour_of_its_verdict),
		cmocka_unit_test(the_cursor_says_what_it_is_on),
		cmocka_unit_test(a_click_goes_to_a_pair),
		cmocka_unit_test(the_cursor_stays_on_its_pair),
		cmocka_unit_test(a_small_screen_scrolls),
		cmocka_unit_test(numbers_of_two_digits_stand),
		cmocka_unit_test(nobody_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
