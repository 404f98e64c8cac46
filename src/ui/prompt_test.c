#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ui/prompt.h"

#define KEY(c) ((struct press){ .kind = PRESS_CHARACTER, .code = (c) })
#define CONTROL(c) ((struct press){ .kind = PRESS_CONTROL, .code = (c) })

static void
type(struct prompt *p, const char *ascii)
{
	for (; *ascii != '\0'; ascii++)
		assert_true(prompt_press(p, KEY((unsigned char)*ascii)));
}

static void
a_line_is_typed_and_mended(void **state)
{
	struct prompt p = { .n = 0 };

	(void)state;
	type(&p, "node~rabit");
	prompt_press(&p, (struct press){ .kind = PRESS_LEFT });
	prompt_press(&p, (struct press){ .kind = PRESS_LEFT });
	type(&p, "b");
	assert_string_equal(p.s, "node~rabbit");
	prompt_press(&p, (struct press){ .kind = PRESS_HOME });
	prompt_press(&p, (struct press){ .kind = PRESS_BACKSPACE });
	prompt_press(&p, (struct press){ .kind = PRESS_DELETE });
	assert_string_equal(p.s, "ode~rabbit");
	prompt_press(&p, CONTROL('E'));
	prompt_press(&p, (struct press){ .kind = PRESS_DELETE });
	type(&p, " and x");
	prompt_press(&p, CONTROL('W'));
	prompt_press(&p, CONTROL('W'));
	assert_string_equal(p.s, "ode~rabbit ");
	prompt_press(&p, CONTROL('A'));
	prompt_press(&p, (struct press){ .kind = PRESS_RIGHT });
	prompt_press(&p, CONTROL('K'));
	assert_string_equal(p.s, "o");
	prompt_press(&p, CONTROL('U'));
	assert_string_equal(p.s, "");
	assert_false(prompt_press(&p, (struct press){ .kind = PRESS_ENTER }));
	assert_false(prompt_press(&p, (struct press){ .kind = PRESS_UP }));
}

static void
characters_are_whole(void **state)
{
	struct prompt p = { .n = 0 };

	(void)state;
	prompt_press(&p, KEY(0xe9));		/* é */
	prompt_press(&p, KEY(0x65e5));		/* 日 */
	prompt_press(&p, KEY(0x1f430));		/* a rabbit */
	assert_string_equal(p.s, "é日\xf0\x9f\x90\xb0");
	prompt_press(&p, (struct press){ .kind = PRESS_LEFT });
	prompt_press(&p, (struct press){ .kind = PRESS_BACKSPACE });
	assert_string_equal(p.s, "é\xf0\x9f\x90\xb0");
	prompt_press(&p, (struct press){ .kind = PRESS_DELETE });
	assert_string_equal(p.s, "é");
}

static void
it_has_an_end(void **state)
{
	struct prompt p = { .n = 0 };

	(void)state;
	for (unsigned i = 0; i < 2 * PROMPT_BYTES; i++)
		prompt_press(&p, KEY(i % 2 ? 'x' : 0x65e5));
	assert_true(p.n < PROMPT_BYTES);
	assert_int_equal(strlen(p.s), p.n);
}

static void
the_cursor_is_always_seen(void **state)
{
	struct screen s = { .utf8 = true };
	struct prompt p = { .n = 0 };
	char b[256];
	struct text t = TEXT(b);

	(void)state;
	assert_true(screen_resize(&s, 20, 1));
	type(&p, "abcdefghijklmnopqrstuvwxyz");
	prompt_draw(&p, "Filter", &s, (struct area){ 0, 0, 20, 1 });
	screen_line(&s, 0, &t);
	assert_string_equal(b, "Filter: pqrstuvwxyz");
	assert_int_equal(s.cells[19].ink, INK_INVERSE);
	prompt_press(&p, (struct press){ .kind = PRESS_HOME });
	prompt_draw(&p, "Filter", &s, (struct area){ 0, 0, 20, 1 });
	t = TEXT(b);
	screen_line(&s, 0, &t);
	assert_string_equal(b, "Filter: abcdefghijkl");
	assert_int_equal(s.cells[8].ink, INK_INVERSE);
	screen_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_typed_and_mended),
		cmocka_unit_test(characters_are_whole),
		cmocka_unit_test(it_has_an_end),
		cmocka_unit_test(the_cursor_is_always_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
