#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/assertion_text.h"
#include "report/sample.h"

static struct sample s;

static const struct assertion_style plain = { .width = 0, .utf8 = true };

static char *
print(const struct assertion_style *style)
{
	char *out = NULL;
	size_t n;
	FILE *f = open_memstream(&out, &n);

	assert_non_null(f);
	assert_true(assertion_text_write(&s.assertion, style, f));
	fclose(f);
	assert_int_equal(strlen(out), n);
	return out;
}

static void
must_print(const struct assertion_style *style, const char *want)
{
	char *out = print(style);

	assert_string_equal(out, want);
	free(out);
}

static void
a_pass_is_three_lines(void **state)
{
	(void)state;
	sample_open(&s);
	sample_add_mutual(&s);
	sample_add_mutual(&s);
	sample_assert(&s, OUTCOME_PASSED);
	sample_find(&s, &s.connections[0], "plaintext", RULE_PASS, WEIGHT_NONE, "");
	must_print(&plain,
"demanded: --require mutual; --tls-min 1.3\n"
"2 connections: 2 mutual · 138 packets\n"
"beamtap: passed: 2 connections; proved: --require mutual, --tls-min 1.3\n");
}

static void
the_lab_on_a_hundred_columns(void **state)
{
	const struct assertion_style style = { .width = 100, .utf8 = true };

	(void)state;
	sample_judged(&s);
	must_print(&style,
"10.77.0.1:46220 (a@alpha.lab) -> b@beta.lab (10.77.0.2:45979)\n"
"  violation  plaintext: a distribution handshake could be read (seen)\n"
"  mend: start b@beta.lab with -proto_dist inet_tls\n"
"  violation  not-mutual: nobody authenticated\n"
"  mend: do the right thing\n"
"10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979)\n"
"  violation  not-mutual: the server did not ask the client for a certificate (seen)\n"
"  mend: do the right thing\n"
"10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979)\n"
"  unproved  not-mutual: the handshake is not over\n"
"  mend: do the right thing\n"
"the input\n"
"  unproved  packets-lost: the kernel does not say how many packets it dropped\n"
"  mend: do the right thing\n"
"  violation  waiver-expired: waiver old-ring was until 2023-01-31\n"
"  mend: do the right thing\n"
"advice: self-signed: the server's certificate is signed with its own key\n"
"excepted: clouseau@127.0.0.1: 1 connection\n"
"excepted: *@10.0.0.*: 0 connections\n"
"waiver search-node (plaintext, c@gamma.lab): until 2030-12-31, used for 1 finding: no TLS in\n"
"  clouseau 2.22\n"
"waiver old-ring (not-mutual, b@beta.lab): expired 2023-01-31, not used: until the new CA is out\n"
"waiver spare (weak-key, z@zeta.lab): until 2030-03-31, not used: replaced in spring\n"
"demanded: --require mutual; --tls-min 1.3\n"
"relaxed: --allow-plaintext clouseau@127.0.0.1; -f 'ip proto \\tcp'\n"
"7 connections: 3 plaintext, 2 mutual, 1 one-way, 1 refused · 138 packets · ignored: 2 TLS, 3 other,\n"
"  1 silent\n"
"beamtap: violation: 2 of 7 connections did not pass (1 plaintext, 2 not-mutual); the input did not\n"
"  pass (waiver-expired); 1 of 7 connections not proved (1 not-mutual); the input not proved\n"
"  (packets-lost)\n");
}

/* What was let through is not among what passed. */
static void
verbose_tells_what_became_of_the_rest(void **state)
{
	const struct assertion_style style = { .utf8 = true, .verbose = true };
	static const char want[] =
"passed  10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979): mutual, seen\n"
"neutral  10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979): refused, seen\n"
"excepted  10.77.0.1:46220 (a@alpha.lab) -> clouseau@127.0.0.1 (10.77.0.2:45979): plaintext, seen\n"
"waived  10.77.0.1:46220 (a@alpha.lab) -> c@gamma.lab (10.77.0.2:45979): plaintext, seen\n"
"10.77.0.1:46220 (a@alpha.lab) -> b@beta.lab ";

	(void)state;
	sample_judged(&s);
	char *out = print(&style);
	assert_memory_equal(out, want, sizeof want - 1);
	assert_non_null(strstr(out, "\nadvice: weak-key: TLS 1.3 hides the certificates\n"));
	free(out);
}

/* Two rules of one connection are one connection. */
static void
exceptions_count_connections(void **state)
{
	(void)state;
	sample_judged(&s);
	s.assertion.n_findings = 0;
	for (size_t i = 0; i < 4; i++)
		sample_find(&s, &s.connections[i / 2], i % 2 ? "not-mutual" : "plaintext", RULE_FAIL,
		    WEIGHT_NONE, "read")->exception = sample_patterns[1];
	char *out = print(&plain);
	assert_non_null(strstr(out, "excepted: clouseau@127.0.0.1: 0 connections\n"
	    "excepted: *@10.0.0.*: 2 connections\n"));
	free(out);
}

static size_t
n_lines(const char *out, const char *beginning)
{
	size_t n = 0;

	for (const char *line = out; *line != '\0'; line = strchr(line, '\n') + 1)
		n += strncmp(line, beginning, strlen(beginning)) == 0;
	return n;
}

static void
five_hundred_of_a_kind_are_told_once(void **state)
{
	(void)state;
	sample_open(&s);
	sample_assert(&s, OUTCOME_VIOLATION);
	for (size_t i = 0; i < 500; i++) {
		struct judgement *j = sample_add_plain(&s);

		j->end[SIDE_CLIENT].port = (uint16_t)(40000 + i);
		sample_find(&s, j, "plaintext", RULE_FAIL, WEIGHT_VIOLATION, "could be read");
	}
	char *out = print(&plain);
	assert_int_equal(n_lines(out, "10.77.0.1:4"), 20);
	assert_int_equal(n_lines(out, "10.77.0.1:40000 (a@alpha.lab) "), 1);
	assert_int_equal(n_lines(out, "10.77.0.1:40019 (a@alpha.lab) "), 1);
	assert_int_equal(n_lines(out, "and 480 more\n"), 1);
	assert_int_equal(n_lines(out, "  violation  plaintext: could be read\n"), 1);
	assert_non_null(strstr(out, "beamtap: violation: 500 of 500 connections did not pass (500 plaintext)\n"));
	free(out);
}

/* Each has a sentence of its own, so none stands for another: some are told, and the
 * rest is counted with what they broke. */
static void
five_hundred_that_differ_are_bounded_too(void **state)
{
	static char why[500][32];

	(void)state;
	sample_open(&s);
	sample_assert(&s, OUTCOME_VIOLATION);
	for (size_t i = 0; i < 500; i++) {
		struct judgement *j = sample_add_plain(&s);

		snprintf(why[i], sizeof why[i], "could be read %zu", i);
		sample_find(&s, j, "plaintext", RULE_FAIL, WEIGHT_VIOLATION, why[i]);
		if (i == 250)
			sample_find(&s, j, "weak-key", RULE_FAIL, WEIGHT_VIOLATION, "RSA-512");
	}
	char *out = print(&plain);
	assert_int_equal(n_lines(out, "  violation  plaintext: could be read"), 21);
	assert_int_equal(n_lines(out, "and 479 more: violation plaintext\n"), 1);
	/* The one that is different is not among the counted. */
	assert_int_equal(n_lines(out, "  violation  weak-key: RSA-512\n"), 1);
	free(out);
}

static void
violations_come_before_what_is_not_proved(void **state)
{
	(void)state;
	sample_open(&s);
	sample_assert(&s, OUTCOME_VIOLATION);
	sample_find(&s, sample_add_sealed(&s), "not-mutual", RULE_UNKNOWN, WEIGHT_UNPROVED, "not over");
	sample_find(&s, sample_add_plain(&s), "not-mutual", RULE_FAIL, WEIGHT_VIOLATION, "nobody");
	char *out = print(&plain);
	assert_true(strstr(out, "  violation  ") < strstr(out, "  unproved  "));
	free(out);
}

static void
only_the_word_is_coloured(void **state)
{
	const struct assertion_style style = { .colour = true, .utf8 = true };
	char *coloured, *bare, *to;

	(void)state;
	sample_judged(&s);
	coloured = print(&style);
	assert_non_null(strstr(coloured, "\n  \033[31mviolation\033[0m  not-mutual: "));
	assert_non_null(strstr(coloured, "\n  \033[33munproved\033[0m  not-mutual: "));
	assert_non_null(strstr(coloured, "\n\033[31mbeamtap:\033[0m violation: "));
	bare = to = strdup(coloured);
	for (const char *p = coloured; *p != '\0'; p++) {
		if (*p == '\033')
			p = strchr(p, 'm');
		else
			*to++ = *p;
	}
	*to = '\0';
	must_print(&plain, bare);
	free(bare);
	free(coloured);
}

static void
strangers_fit_every_screen(void **state)
{
	(void)state;
	sample_judged_hostile(&s);
	for (unsigned width = 40; width <= 200; width += 13)
		for (int ways = 0; ways < 4; ways++) {
			const struct assertion_style style = { .width = width, .utf8 = ways & 1,
			    .verbose = ways & 2 };
			char *out = print(&style);

			for (char *line = strtok(out, "\n"); line != NULL; line = strtok(NULL, "\n")) {
				assert_true(text_columns(line) <= width);
				assert_int_not_equal(line[strlen(line) - 1], ' ');
				for (const char *p = line; *p != '\0'; p++) {
					assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
					assert_true(style.utf8 || (unsigned char)*p < 0x80);
				}
			}
			free(out);
		}
}

static void
a_long_name_does_not_hide_the_address(void **state)
{
	static uint8_t endless[60000];

	(void)state;
	sample_open(&s);
	sample_assert(&s, OUTCOME_VIOLATION);
	memset(endless, 0xff, sizeof endless);
	struct judgement *j = sample_add_plain(&s);
	j->end[SIDE_CLIENT].node = j->end[SIDE_SERVER].node = (struct bytes){ endless, sizeof endless };
	sample_find(&s, j, "plaintext", RULE_FAIL, WEIGHT_VIOLATION, "read");
	char *out = print(&plain);
	assert_non_null(strstr(out, "\\xff) -> "));
	assert_non_null(strstr(out, " (10.77.0.2:45979)\n"));
	free(out);
	/* What takes no columns takes bytes all the same. */
	for (size_t i = 0; i < sizeof endless; i++)
		endless[i] = i % 2 ? 0x81 : 0xcc;
	out = print(&plain);
	assert_non_null(strstr(out, " (10.77.0.2:45979)\n"));
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
	assert_false(assertion_text_write(&s.assertion, &plain, full));
	fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pass_is_three_lines),
		cmocka_unit_test(the_lab_on_a_hundred_columns),
		cmocka_unit_test(verbose_tells_what_became_of_the_rest),
		cmocka_unit_test(exceptions_count_connections),
		cmocka_unit_test(five_hundred_of_a_kind_are_told_once),
		cmocka_unit_test(five_hundred_that_differ_are_bounded_too),
		cmocka_unit_test(violations_come_before_what_is_not_proved),
		cmocka_unit_test(only_the_word_is_coloured),
		cmocka_unit_test(strangers_fit_every_screen),
		cmocka_unit_test(a_long_name_does_not_hide_the_address),
		cmocka_unit_test(a_full_disk_is_a_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
