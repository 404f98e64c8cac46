#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/github.h"
#include "report/outside.h"
#include "report/sample.h"

static struct sample s;

static char *
print(bool (*write)(const struct assertion *, FILE *), size_t *n)
{
	char *out = NULL;
	FILE *f = open_memstream(&out, n);

	assert_non_null(f);
	assert_true(write(&s.assertion, f));
	fclose(f);
	return out;
}

static void
must_print(bool (*write)(const struct assertion *, FILE *), const char *want)
{
	size_t n;
	char *out = print(write, &n);

	assert_string_equal(out, want);
	free(out);
}

/* By hand, from GitHub's documentation of workflow commands. */
static void
a_violation_is_an_error_and_what_is_not_proved_a_warning(void **state)
{
	(void)state;
	sample_judged(&s);
	must_print(github_annotate,
"::error title=beamtap%3A plaintext::10.77.0.1:46220 (a@alpha.lab) -> b@beta.lab (10.77.0.2:45979): "
    "a distribution handshake could be read (seen)%0Amend: start b@beta.lab with -proto_dist inet_tls\n"
"::error title=beamtap%3A not-mutual::10.77.0.1:46220 (a@alpha.lab) -> b@beta.lab (10.77.0.2:45979): "
    "nobody authenticated%0Amend: do the right thing\n"
"::error title=beamtap%3A not-mutual::10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979): the server did "
    "not ask the client for a certificate (seen)%0Amend: do the right thing\n"
"::error title=beamtap%3A waiver-expired::waiver old-ring was until 2023-01-31%0Amend: do the right thing\n"
"::warning title=beamtap%3A not proved%3A not-mutual::10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979): "
    "the handshake is not over%0Amend: do the right thing\n"
"::warning title=beamtap%3A not proved%3A packets-lost::the kernel does not say how many packets it "
    "dropped%0Amend: do the right thing\n"
"::notice title=beamtap%3A self-signed::10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979): the server's "
    "certificate is signed with its own key%0Amend: do the right thing\n");
}

static void
no_name_ends_or_begins_a_command(void **state)
{
	size_t n, lines = 0;

	(void)state;
	sample_judged_hostile(&s);
	for (size_t from = 0; from < SAMPLE_N_HOSTILE; from += 5) {
		s.assertion.findings = s.findings + from;	/* ten are shown at once */
		s.assertion.n_findings = SAMPLE_N_HOSTILE - from < 5 ? SAMPLE_N_HOSTILE - from : 5;
		char *out = print(github_annotate, &n);
		for (char *line = strtok(out, "\n"); line != NULL; line = strtok(NULL, "\n"), lines++) {
			assert_memory_equal(line, "::error title=beamtap%3A plaintext::", 36);
			/* A percent sign is one of ours. */
			for (const char *p = line; (p = strchr(p, '%')) != NULL; p++)
				assert_true(strncmp(p, "%25", 3) == 0 || strncmp(p, "%0A", 3) == 0 ||
				    strncmp(p, "%3A", 3) == 0);
			assert_null(strpbrk(line, "\r\033"));
		}
		free(out);
	}
	assert_int_equal(lines, SAMPLE_N_HOSTILE);
}

static void
sample_many(size_t n)
{
	sample_open(&s);
	sample_assert(&s, OUTCOME_VIOLATION);
	for (size_t i = 0; i < n; i++)
		sample_find(&s, sample_add_plain(&s), "plaintext", RULE_FAIL, WEIGHT_VIOLATION, "seen");
}

static size_t
n_of(const char *out, const char *part)
{
	size_t n = 0;

	for (; (out = strstr(out, part)) != NULL; out++)
		n++;
	return n;
}

static void
ten_are_shown_and_the_rest_is_counted(void **state)
{
	static const struct { size_t found, shown; const char *rest; } numbers[] = {
		{ 1, 1, NULL }, { 10, 10, NULL },
		{ 11, 9, "::error title=beamtap::and 2 more\n" },
		{ 500, 9, "::error title=beamtap::and 491 more\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		size_t n;

		sample_many(numbers[i].found);
		char *out = print(github_annotate, &n);
		assert_int_equal(n_of(out, "::error title=beamtap%3A plaintext::"), numbers[i].shown);
		if (numbers[i].rest != NULL)
			assert_non_null(strstr(out, numbers[i].rest));
		else
			assert_null(strstr(out, "more"));
		free(out);
	}
}

static void
the_summary_as_it_is_written(void **state)
{
	(void)state;
	sample_judged(&s);
	must_print(github_summarize,
"### beamtap check: violation\n"
"\n"
"`violation: 2 of 7 connections did not pass (1 plaintext, 2 not-mutual); the input did not "
    "pass (waiver-expired); 1 of 7 connections not proved (1 not-mutual); the input not proved (packets-lost)`\n"
"\n"
"| result | connection | rule | what was seen | mend |\n"
"|---|---|---|---|---|\n"
"| violation | `10.77.0.1:46220 (a@alpha.lab) -> b@beta.lab (10.77.0.2:45979)` | plaintext | "
    "`a distribution handshake could be read (seen)` | `start b@beta.lab with -proto_dist inet_tls` |\n"
"| violation | `10.77.0.1:46220 (a@alpha.lab) -> b@beta.lab (10.77.0.2:45979)` | not-mutual | "
    "`nobody authenticated` | `do the right thing` |\n"
"| violation | `10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979)` | not-mutual | `the server did not ask "
    "the client for a certificate (seen)` | `do the right thing` |\n"
"| violation | `the input` | waiver-expired | `waiver old-ring was until 2023-01-31` | "
    "`do the right thing` |\n"
"| unproved | `10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979)` | not-mutual | "
    "`the handshake is not over` | `do the right thing` |\n"
"| unproved | `the input` | packets-lost | `the kernel does not say how many packets it dropped` | "
    "`do the right thing` |\n"
"\n"
"Demanded:\n\n* `--require mutual`\n* `--tls-min 1.3`\n\n"
"Relaxed:\n\n* `--allow-plaintext clouseau@127.0.0.1`\n* `-f 'ip proto \\tcp'`\n\n"
"Waivers:\n\n"
"* `search-node` (plaintext), until 2030-12-31, used: `no TLS in clouseau 2.22`\n"
"* `old-ring` (not-mutual), expired 2023-01-31, not used: `until the new CA is out`\n"
"* `spare` (weak-key), until 2030-03-31, not used: `replaced in spring`\n\n"
"Ignored: 2 TLS connections that nothing shows to be distribution.\n");
}

/* By hand from [GFM 4.10, 6.3]: a row has its five cells, and a stranger's words are in
 * code spans, which nothing of theirs can end. */
static void
no_name_leaves_its_cell(void **state)
{
	size_t n, rows = 0;

	(void)state;
	sample_judged_hostile(&s);
	char *out = print(github_summarize, &n);
	for (char *line = strtok(out, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		if (strncmp(line, "| violation ", 12) != 0)
			continue;
		rows++;
		assert_int_equal(n_of(line, "|"), 6);
		assert_int_equal(n_of(line, "`"), 6);
		bool in_code = false;
		for (const char *p = line; *p != '\0'; p++) {
			if (*p == '`')
				in_code = !in_code;
			else if (*p == '|')
				assert_false(in_code);
			else if (!in_code)
				assert_null(strchr("<>[]@&", *p));
		}
	}
	assert_int_equal(rows, SAMPLE_N_HOSTILE);
	free(out);
}

/* cmark-gfm, GitHub's own reader of Markdown, finds a table, and in it no tag but the
 * table's: no link, no image, no emphasis, nothing of a stranger's. */
static void
githubs_reader_finds_no_links(void **state)
{
	size_t n;
	char want[32];

	(void)state;
	sample_judged_hostile(&s);
	snprintf(want, sizeof want, "%u", 5 * (unsigned)SAMPLE_N_HOSTILE);
	setenv("CELLS", want, 1);
	char *out = print(github_summarize, &n);
	int status = outside_run(out, n, "command -v cmark-gfm >/dev/null || exit 77;"
	    "cmark-gfm --unsafe -e table -e autolink -e strikethrough \"$FILE\" |"
	    "grep -o '<[a-z0-9][a-z0-9]*' | sort | uniq -c >\"$FILE.tags\";"
	    "awk '{ n[$2] = $1; if ($2 !~ /^<(table|thead|tbody|tr|th|td|code|h3|p|ul|li)$/) exit 1 }"
	    "END { if (n[\"<td\"] != ENVIRON[\"CELLS\"]) exit 1 }' \"$FILE.tags\";"
	    "status=$?; rm -f \"$FILE.tags\"; exit $status");
	free(out);
	if (status == OUTSIDE_MISSING)
		skip();
	assert_int_equal(status, 0);
}

static void
the_summary_has_a_bound(void **state)
{
	static char why[100000];
	size_t n;

	(void)state;
	memset(why, 'w', sizeof why - 1);
	sample_many(500);
	for (size_t i = 0; i < 500; i++)
		s.findings[i].why = s.findings[i].mend = why;
	char *out = print(github_summarize, &n);
	assert_true(n < 1u << 20);
	assert_non_null(strstr(out, "\nAnd 300 more.\n"));
	free(out);
}

/* The token is new each time: the traffic cannot know it. */
static void
a_muted_runner_obeys_only_the_token(void **state)
{
	char first[GITHUB_TOKEN_MAX], second[GITHUB_TOKEN_MAX], want[256], *out = NULL;
	size_t n;
	FILE *f = open_memstream(&out, &n);

	(void)state;
	assert_non_null(f);
	assert_true(github_mute(first, f));
	fputs("::error::x\n", f);
	assert_true(github_unmute(first, f));
	fclose(f);
	assert_int_equal(strlen(first), GITHUB_TOKEN_MAX - 1);
	assert_int_equal(strspn(first, "0123456789abcdef"), GITHUB_TOKEN_MAX - 1);
	snprintf(want, sizeof want, "::stop-commands::%s\n::error::x\n::%s::\n", first, first);
	assert_string_equal(out, want);
	free(out);
	f = fopen("/dev/null", "w");
	assert_true(github_mute(second, f));
	fclose(f);
	assert_string_not_equal(first, second);
}

static void
a_full_disk_is_a_failure(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (full == NULL)
		skip();
	sample_judged(&s);
	assert_false(github_annotate(&s.assertion, full));
	assert_false(github_summarize(&s.assertion, full));
	fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_violation_is_an_error_and_what_is_not_proved_a_warning),
		cmocka_unit_test(no_name_ends_or_begins_a_command),
		cmocka_unit_test(ten_are_shown_and_the_rest_is_counted),
		cmocka_unit_test(the_summary_as_it_is_written),
		cmocka_unit_test(no_name_leaves_its_cell),
		cmocka_unit_test(githubs_reader_finds_no_links),
		cmocka_unit_test(the_summary_has_a_bound),
		cmocka_unit_test(a_muted_runner_obeys_only_the_token),
		cmocka_unit_test(a_full_disk_is_a_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
