#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "audit/ini.h"

#define MAX 198u	/* bytes of a line: inih's 200, less a line's end and a zero */

/* What was taken: "[check](1) require=mutual " */
struct taken {
	char   s[2048];
	size_t n;
};

static bool
begin(void *owner, const char *section, unsigned line, struct diag *d)
{
	struct taken *t = owner;

	t->n += (size_t)snprintf(t->s + t->n, sizeof t->s - t->n, "[%s](%u) ", section, line);
	if (strcmp(section, "bad") == 0)
		diag_set(d, "that is a bad section");
	return !diag_is_set(d);
}

static bool
take(void *owner, const char *section, const char *name, const char *value, struct diag *d)
{
	struct taken *t = owner;

	(void)section;
	t->n += (size_t)snprintf(t->s + t->n, sizeof t->s - t->n, "%s=%s ", name, value);
	if (strcmp(value, "bad") == 0)
		diag_set(d, "%s: that is bad", name);
	return !diag_is_set(d);
}

/* What is said of these bytes, without the file's name; "" when they were taken. */
static const char *
said(const void *bytes, size_t n, struct taken *t, struct diag *d)
{
	char path[] = "/tmp/beamtap-ini-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	close(fd);
	*t = (struct taken){ .n = 0 };
	*d = (struct diag){ .line = "" };
	bool ok = ini_read_sections(path, begin, take, t, d);
	unlink(path);
	assert_int_equal(ok, !diag_is_set(d));
	if (ok)
		return "";
	assert_memory_equal(d->line, path, sizeof path - 1);
	return d->line + sizeof path - 1;
}

static void
must_take(const char *text, const char *want)
{
	struct taken t;
	struct diag d;

	assert_string_equal(said(text, strlen(text), &t, &d), "");
	assert_string_equal(t.s, want);
}

static void
must_refuse(const char *text, const char *want)
{
	struct taken t;
	struct diag d;

	assert_string_equal(said(text, strlen(text), &t, &d), want);
}

static void
sections_and_values_are_taken(void **state)
{
	(void)state;
	must_take("", "");
	must_take("\n\n# x\n  ; y\n", "");
	must_take("[a]\n[b]\n\n[a]\n", "[a](1) [b](2) [a](4) ");
	must_take("x = 1\n[check]\nrequire=mutual\n  \nca = a b = c \n",
	    "x=1 [check](2) require=mutual ca=a b = c ");
	must_take("[a]\nx = 1", "[a](1) x=1 ");
	must_take("[a]\r\nx = 1\r\n", "[a](1) x=1 ");
	must_take("[a]\nx =\n", "[a](1) x= ");
	must_take("\xef\xbb\xbf[a]\nx = \xc3\xa9\n", "[a](1) x=\xc3\xa9 ");
	must_take("[a]\n  x = 1\n", "[a](1) x=1 ");
	must_take("[a]\nx: 1\n", "[a](1) x=1 ");
	must_take("[waiver a b]\n", "[waiver a b](1) ");
}

static void
comments_need_a_blank_before_them(void **state)
{
	(void)state;
	must_take("[a] ; x\n[b]\t# y\nx = 1 ; one\ny = 2;two\nz = 3 # three\n#[c]\n",
	    "[a](1) [b](2) x=1 y=2;two z=3 # three ");
}

static void
an_indented_line_is_one_more_value(void **state)
{
	(void)state;
	must_take("[a]\nx = 1\n  2 ; two\n\n\t3\n[b]\n y = 4\n", "[a](1) x=1 x=2 x=3 [b](6) y=4 ");
	must_refuse("[a]\nx = 1\n  bad\n",
	    ":3: x: that is bad (an indented line is one more value of the name before it)");
	must_refuse("[a]\n  x = bad\n", ":2: x: that is bad");
	must_refuse("x = 1\n[a]\n  y = bad\n", ":3: y: that is bad");
}

static void
the_first_error_is_named_with_its_line(void **state)
{
	(void)state;
	must_refuse("[a]\nx = 1\ny = bad\nz = bad\n", ":3: y: that is bad");
	must_refuse("[a]\n[bad]\nx = bad\n", ":2: that is a bad section");
	must_refuse("[a]\nrequire\ny = bad\n",
	    ":2: the line is neither [SECTION] nor NAME = VALUE");
	must_refuse("x ;= 1\n[bad]\n", ":1: the line is neither [SECTION] nor NAME = VALUE");
	must_refuse("require\n\x01\n", ":1: the line is neither [SECTION] nor NAME = VALUE");
	must_refuse("[a]\nx = bad\nrequire\n", ":2: x: that is bad");
	must_refuse("[a]\nx = 1\nrequire", ":3: the line is neither [SECTION] nor NAME = VALUE");
}

/* inih takes all of these without a word, and drops or cuts some of it. */
static void
what_would_be_lost_is_an_error(void **state)
{
	char long_name[80], long_section[80];

	(void)state;
	must_refuse("[check] require = encrypted\n", ":1: there is something behind the section's name");
	must_refuse("[check]x\n", ":1: there is something behind the section's name");
	must_refuse("[check];x\n", ":1: there is something behind the section's name");
	must_refuse("x = 1\n  [check]\n", ":2: a section begins at the start of its line");
	must_refuse("[check\n", ":1: a section is written [NAME]");
	must_refuse("[]\n", ":1: a section is written [NAME]");
	must_refuse("[a ;]\n", ":1: a section is written [NAME]");
	must_refuse("= 1\n", ":1: there is no name before the value");

	snprintf(long_section, sizeof long_section, "[%050d]\n", 0);
	must_refuse(long_section, ":1: the section's name is too long");
	snprintf(long_section, sizeof long_section, "[%049d]\n", 0);
	must_take(long_section, "[0000000000000000000000000000000000000000000000000](1) ");
	snprintf(long_name, sizeof long_name, "%050d = 1\n", 0);
	must_refuse(long_name, ":1: the name is too long");
	snprintf(long_name, sizeof long_name, "%049d = 1\n 2\n", 0);
	must_take(long_name, "0000000000000000000000000000000000000000000000000=1 "
	    "0000000000000000000000000000000000000000000000000=2 ");
}

static void
lines_have_a_length(void **state)
{
	static const char *const ends[] = { "\n", "", "\nrequire = mutual\n" };
	char text[300];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct taken t;
		struct diag d;

		memset(text, 'x', sizeof text);
		memcpy(text, "a = ", 4);
		snprintf(text + MAX, sizeof text - MAX, "%s", ends[i]);
		assert_string_equal(said(text, strlen(text), &t, &d), "");
		assert_int_equal(strcspn(t.s, " "), MAX - 2);
		assert_int_equal(strstr(t.s, "require=mutual") != NULL, i == 2);

		text[MAX] = 'x';
		snprintf(text + MAX + 1, sizeof text - MAX - 1, "%s", ends[i]);
		must_refuse(text, ":1: the line is longer than 198 bytes");
		text[0] = '#';			/* nor is a comment cut in two */
		must_refuse(text, ":1: the line is longer than 198 bytes");
	}
}

static void
lines_are_text(void **state)
{
	static const char zero[] = "[a]\nx = 1\0\ny = 2\n";
	struct taken t;
	struct diag d;

	(void)state;
	assert_string_equal(said(zero, sizeof zero - 1, &t, &d),
	    ":2: the line holds a byte that is no text");
	assert_string_equal(said("[\0a\0]\0\n\0", 8, &t, &d),		/* UTF-16 */
	    ":1: the line holds a byte that is no text");
	must_refuse("[a]\nx = 1\ry = 2\n", ":2: the line holds a byte that is no text");
	must_refuse("[a]\rx = 1\r", ":1: the line holds a byte that is no text");
	must_refuse("x = \x1b[2J\n", ":1: the line holds a byte that is no text");
	must_refuse("# \x7f\n", ":1: the line holds a byte that is no text");
}

static void
files_that_cannot_be_read_are_errors(void **state)
{
	struct taken t = { .n = 0 };
	struct diag d = { .line = "" };

	(void)state;
	assert_false(ini_read("/nonexistent/beamtap.ini", take, &t, &d));
	assert_string_equal(d.line, "/nonexistent/beamtap.ini: No such file or directory");
	d.line[0] = '\0';
	assert_false(ini_read("/tmp", take, &t, &d));
	assert_string_equal(d.line, "/tmp: Is a directory");
	assert_int_equal(t.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_and_values_are_taken),
		cmocka_unit_test(comments_need_a_blank_before_them),
		cmocka_unit_test(an_indented_line_is_one_more_value),
		cmocka_unit_test(the_first_error_is_named_with_its_line),
		cmocka_unit_test(what_would_be_lost_is_an_error),
		cmocka_unit_test(lines_have_a_length),
		cmocka_unit_test(lines_are_text),
		cmocka_unit_test(files_that_cannot_be_read_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
