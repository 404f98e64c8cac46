#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/junit.h"
#include "report/outside.h"
#include "report/sample.h"

static struct sample s;

static char *
print(size_t *n)
{
	char *out = NULL;
	FILE *f = open_memstream(&out, n);

	assert_non_null(f);
	assert_true(junit_write(&s.assertion, f));
	fclose(f);
	return out;
}

/* libxml2's xmllint, with the schema that Jenkins' xUnit plugin publishes. */
#define XMLLINT "command -v xmllint >/dev/null || exit 77; xmllint --noout --nonet " \
	"--schema \"$TOP/fixtures/schemas/junit-10.xsd\" \"$FILE\" >/dev/null"

static void
must_follow_the_schema(void)
{
	size_t n;
	char *out = print(&n);
	int status = outside_run(out, n, XMLLINT " 2>&1");

	free(out);
	if (status == OUTSIDE_MISSING)
		skip();
	assert_int_equal(status, 0);
}

static void
it_follows_the_schema(void **state)
{
	(void)state;
	sample_judged(&s);
	must_follow_the_schema();
}

static void
hostile_strings_follow_the_schema(void **state)
{
	(void)state;
	sample_judged_hostile(&s);
	must_follow_the_schema();
}

/* If this passed, the checks above would show nothing. */
static void
what_is_not_in_the_schema_is_found(void **state)
{
	static const struct { const char *was, *is; } changes[] = {
		{ "<failure", "<failing" },
		{ "errors=\"0\"", "mistakes=\"0\"" },
		{ "-&gt;", "-<" },
		{ "name=\"plaintext\"", "" },
	};
	size_t n;

	(void)state;
	sample_judged(&s);
	char *out = print(&n);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		char *changed = malloc(n + 64), *place = strstr(out, changes[i].was);
		int status = -1;

		if (changed != NULL && place != NULL) {
			int len = sprintf(changed, "%.*s%s%s", (int)(place - out), out, changes[i].is,
			    place + strlen(changes[i].was));
			status = outside_run(changed, (size_t)len, XMLLINT " 2>/dev/null");
		}
		free(changed);
		if (status == 0 || status == -1 || status == OUTSIDE_MISSING)
			free(out);
		if (status == OUTSIDE_MISSING)
			skip();
		assert_true(status > 0);
	}
	free(out);
}

/* What python3's xml.etree reads must be this, a line a fact. */
static void
must_read_as(const char *python, const char *want)
{
	char command[4096];
	size_t n;
	char *out = print(&n);

	snprintf(command, sizeof command, "command -v python3 >/dev/null || exit 77; python3 -c '"
	    "import os, xml.etree.ElementTree as tree\n"
	    "root = tree.parse(os.environ[\"FILE\"]).getroot()\n"
	    "%s\n' >\"$FILE.got\"; printf '%%s' '%s' | diff - \"$FILE.got\"; "
	    "status=$?; rm -f \"$FILE.got\"; exit $status", python, want);
	int status = outside_run(out, n, command);
	free(out);
	if (status == OUTSIDE_MISSING)
		skip();
	assert_int_equal(status, 0);
}

/* The sample's findings, by hand: its weights, and the outcome's own case. */
static void
a_violation_is_a_failure_and_what_is_not_proved_an_error(void **state)
{
	(void)state;
	sample_judged(&s);
	must_read_as(
	    "print(root.tag, root.get(\"tests\"), root.get(\"failures\"), root.get(\"errors\"))\n"
	    "for suite in root:\n"
	    "    print(suite.get(\"id\"), *[suite.get(key) for key in (\"tests\", \"failures\", \"errors\")])\n"
	    "    for case in suite.iter(\"testcase\"):\n"
	    "        print(\" \", case.get(\"name\"), *[part.tag for part in case])\n"
	    "    for text in suite.findall(\"system-out\"):\n"
	    "        print(\"  +\", text.text.split(\"\\n\")[0])",
	    "testsuites 14 5 2\n"
	    "1 2 2 0\n"
	    "  plaintext failure\n"
	    "  not-mutual failure\n"
	    "2 2 0 0\n"
	    "  plaintext\n"
	    "  not-mutual\n"
	    "  + self-signed, not demanded: fails\n"
	    "3 2 0 1\n"
	    "  plaintext\n"
	    "  not-mutual error\n"
	    "  + weak-key, not demanded: not known\n"
	    "4 1 0 0\n"
	    "  plaintext\n"
	    "5 1 1 0\n"
	    "  not-mutual failure\n"
	    "6 1 0 0\n"
	    "  plaintext system-out\n"
	    "7 1 0 0\n"
	    "  plaintext system-out\n"
	    "0 4 2 1\n"
	    "  packets-lost error\n"
	    "  not-enough-seen\n"
	    "  waiver-expired failure\n"
	    "  outcome failure\n");
}

/* An empty report would be a green one. */
static void
without_findings_the_outcome_is_a_case(void **state)
{
	static const struct { enum outcome outcome; const char *want; } outcomes[] = {
		{ OUTCOME_PASSED,   "1 0 0 system-out\n" },
		{ OUTCOME_UNPROVED, "1 0 1 error\n" },
		{ OUTCOME_NONE,     "1 0 1 error\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
		sample_open(&s);
		sample_assert(&s, outcomes[i].outcome);
		must_read_as("print(*[root.get(key) for key in (\"tests\", \"failures\", \"errors\")], "
		    "*[part.tag for part in root.find(\".//testcase\")])", outcomes[i].want);
		must_follow_the_schema();
	}
}

static void
strings_come_out_as_they_went_in(void **state)
{
	(void)state;
	sample_open(&s);
	sample_add_plain(&s)->end[SIDE_SERVER].node = words_bytes("<&>\"@]]>");
	sample_assert(&s, OUTCOME_VIOLATION);
	sample_find(&s, &s.connections[0], "plaintext", RULE_FAIL, WEIGHT_VIOLATION, "<b>&amp;\"");
	must_read_as("print(root[0].get(\"name\"))\nprint(root.find(\".//failure\").get(\"message\"))\n"
	    "print(root.find(\".//failure\").text.split(\"\\n\")[0:2])",
	    "10.77.0.1:46220 (a@alpha.lab) -> <&>\"@]]> (10.77.0.2:45979)\n"
	    "<b>&amp;\"\n"
	    "['\\''<b>&amp;\"'\\'', '\\''mend: do the right thing'\\'']\n");
}

static void
nothing_is_ever_skipped(void **state)
{
	size_t n;

	(void)state;
	sample_judged(&s);
	char *out = print(&n);
	assert_null(strstr(out, "<skipped"));
	for (const char *at = out; (at = strstr(at, "skipped=")) != NULL; at++)
		assert_memory_equal(at, "skipped=\"0\"", 11);
	free(out);
}

static void
a_full_disk_is_a_failure(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (full == NULL)
		skip();
	sample_judged(&s);
	assert_false(junit_write(&s.assertion, full));
	fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_follows_the_schema),
		cmocka_unit_test(hostile_strings_follow_the_schema),
		cmocka_unit_test(what_is_not_in_the_schema_is_found),
		cmocka_unit_test(a_violation_is_a_failure_and_what_is_not_proved_an_error),
		cmocka_unit_test(without_findings_the_outcome_is_a_case),
		cmocka_unit_test(strings_come_out_as_they_went_in),
		cmocka_unit_test(nothing_is_ever_skipped),
		cmocka_unit_test(a_full_disk_is_a_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
