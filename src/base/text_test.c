#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"

#include <stdio.h>

static struct bytes
of(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

static void
text_is_appended_and_terminated(void **state)
{
	char buf[32];
	struct text t = TEXT(buf);

	(void)state;
	assert_string_equal(t.s, "");
	text_put(&t, "port ");
	text_putf(&t, "%u", 4369u);
	text_put_hex(&t, (struct bytes){ (const uint8_t[]){ 0, 0xaf }, 2 });
	assert_string_equal(t.s, "port 436900af");
	assert_int_equal(t.n, 13);
	assert_false(t.cut);
}

static void
what_does_not_fit_ends_the_text(void **state)
{
	char buf[8];
	struct text t = TEXT(buf);

	(void)state;
	text_put(&t, "1234567");
	assert_false(t.cut);
	assert_string_equal(t.s, "1234567");

	t = TEXT(buf);
	text_put(&t, "1234");
	text_put(&t, "5678");
	assert_true(t.cut);
	assert_string_equal(t.s, "1234");
	text_put(&t, "9");
	text_putf(&t, "%d", 9);
	text_put_hex(&t, (struct bytes){ (const uint8_t[]){ 9 }, 1 });
	text_put_wire(&t, of("9"));
	assert_string_equal(t.s, "1234");

	t = TEXT(buf);
	text_putf(&t, "%s", "12345678");
	assert_true(t.cut);
	assert_string_equal(t.s, "");
	assert_int_equal(t.n, 0);

	t = TEXT(buf);
	text_put_wire(&t, of("12345\n"));
	assert_true(t.cut);
	assert_string_equal(t.s, "12345");

	t = TEXT(buf);
	text_put_wire(&t, of("12345\u00e9\u00e9"));
	assert_true(t.cut);
	assert_string_equal(t.s, "12345\u00e9");
}

static void
wire_strings_are_made_harmless(void **state)
{
	static const struct {
		const char *wire, *want;
	} cases[] = {
		{ "", "" },
		{ "b@beta.lab", "b@beta.lab" },
		{ "n\u00f8de@\u6771\u4eac \U0001f600", "n\u00f8de@\u6771\u4eac \U0001f600" },
		{ "a\nb\tc\x1b[31m\x7f", "a\\x0ab\\x09c\\x1b[31m\\x7f" },
		{ "\xc2\x85\xc2\x9b", "\\xc2\\x85\\xc2\\x9b" },	/* C1 */
		{ "\xc2\xa0", "\xc2\xa0" },			/* just above it */
		{ "back\\slash", "back\\x5cslash" },
		{ "\u200b", "\\xe2\\x80\\x8b" },
		{ "\u200f\u202a\u202e", "\\xe2\\x80\\x8f\\xe2\\x80\\xaa\\xe2\\x80\\xae" },
		{ "\u2028\u2029", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9" },
		{ "\u2060\u2066\u206f", "\\xe2\\x81\\xa0\\xe2\\x81\\xa6\\xe2\\x81\\xaf" },
		{ "\ufeff\u061c\u00ad", "\\xef\\xbb\\xbf\\xd8\\x9c\\xc2\\xad" },
		{ "\u200a\u2010\u2027\u2030\u205f\u2070", "\u200a\u2010\u2027\u2030\u205f\u2070" },
		{ "\U000e0041", "\\xf3\\xa0\\x81\\x81" },	/* tag letter A */
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "\xc0\xaf", "\\xc0\\xaf" },			/* overlong / */
		{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },
		{ "\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },		/* surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },	/* U+110000 */
		{ "\xf4\x8f\xbf\xbd", "\xf4\x8f\xbf\xbd" },	/* U+10FFFD */
		{ "\xef\xbf\xbf", "\\xef\\xbf\\xbf" },		/* U+FFFF */
		{ "\x80", "\\x80" },
		{ "\xe6\x9d", "\\xe6\\x9d" },			/* cut short */
		{ "\xe6\x9dz", "\\xe6\\x9dz" },
		{ "\xc3\xc3\xa9", "\\xc3\xc3\xa9" },
	};
	char buf[128];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text t = TEXT(buf);

		text_put_wire(&t, of(cases[i].wire));
		assert_string_equal(t.s, cases[i].want);
		assert_false(t.cut);
	}

	struct text t = TEXT(buf);
	text_put_wire(&t, (struct bytes){ (const uint8_t *)"a\0b", 3 });
	assert_string_equal(t.s, "a\\x00b");
}

/* Every string of one and two bytes has an escape of its own. */
static void
different_strings_stay_different(void **state)
{
	static char seen[256 * 257][9];
	size_t n = 0;

	(void)state;
	for (unsigned a = 0; a < 256; a++) {
		for (unsigned b = 0; b < 257; b++) {
			const uint8_t wire[2] = { (uint8_t)a, (uint8_t)b };
			struct text t = TEXT(seen[n]);

			text_put_wire(&t, (struct bytes){ wire, b == 256 ? 1 : 2 });
			assert_false(t.cut);
			n++;
		}
	}
	/* Reading it back gives the bytes, so no two can be equal. */
	for (size_t i = 0; i < n; i++) {
		uint8_t back[2] = { 0 };
		size_t used = 0;

		for (const char *s = seen[i]; *s != '\0'; used++) {
			unsigned byte;

			assert_in_range(used, 0, 1);
			if (*s == '\\') {
				assert_int_equal(sscanf(s, "\\x%2x", &byte), 1);
				s += 4;
			} else {
				byte = (unsigned char)*s++;
			}
			back[used] = (uint8_t)byte;
		}
		assert_int_equal(back[0], i / 257);
		assert_int_equal(used, i % 257 == 256 ? 1 : 2);
		if (used == 2)
			assert_int_equal(back[1], i % 257);
	}
}

static void
times_are_rfc_3339(void **state)
{
	static const struct {
		uint64_t at_ns;
		unsigned digits;
		const char *want;
	} cases[] = {
		{ 0, 0, "1970-01-01T00:00:00Z" },
		{ 1700000000123456789u, 9, "2023-11-14T22:13:20.123456789Z" },
		{ 1700000000123456789u, 6, "2023-11-14T22:13:20.123456Z" },
		{ 1700000000003999999u, 3, "2023-11-14T22:13:20.003Z" },
		{ 1700000000999999999u, 0, "2023-11-14T22:13:20Z" },
		{ 951782400000000000u, 1, "2000-02-29T00:00:00.0Z" },
		{ UINT64_MAX, 9, "2554-07-21T23:34:33.709551615Z" },
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct text t = TEXT(buf);

		text_put_time(&t, cases[i].at_ns, cases[i].digits);
		assert_string_equal(t.s, cases[i].want);
	}
}

static void
columns_are_what_a_terminal_takes(void **state)
{
	(void)state;
	assert_int_equal(text_columns(""), 0);
	assert_int_equal(text_columns("b@beta.lab"), 10);
	assert_int_equal(text_columns("n\u00f8de"), 4);
	assert_int_equal(text_columns("e\u0301"), 1);
	assert_int_equal(text_columns("\u6771\u4eac"), 4);
	assert_int_equal(text_columns("\uc11c\uc6b8"), 4);
	assert_int_equal(text_columns("\U0001f600"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_appended_and_terminated),
		cmocka_unit_test(what_does_not_fit_ends_the_text),
		cmocka_unit_test(wire_strings_are_made_harmless),
		cmocka_unit_test(different_strings_stay_different),
		cmocka_unit_test(times_are_rfc_3339),
		cmocka_unit_test(columns_are_what_a_terminal_takes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
