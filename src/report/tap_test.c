#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/outside.h"
#include "report/sample.h"
#include "report/tap.h"

static struct sample s;

static char *
print(size_t *n)
{
	char *out = NULL;
	FILE *f = open_memstream(&out, n);

	assert_non_null(f);
	assert_true(tap_write(&s.assertion, f));
	fclose(f);
	return out;
}

/* Perl's TAP::Parser: points that are not ok, plan, faults of the stream, and what
 * its YAML reader says of each block; then whatever the test asks. */
static int
consume(const char *perl)
{
	char command[4096];
	size_t n;
	char *out = print(&n);

	snprintf(command, sizeof command,
	    "perl -MTAP::Parser -e 1 2>/dev/null || exit 77; perl -CSDA -MTAP::Parser -e '"
	    "open my $in, \"<:utf8\", $ENV{FILE}; local $/; "
	    "my $parser = TAP::Parser->new({ tap => <$in> }); $/ = \"\\n\"; my (@bad, @points, @yaml);"
	    "while (my $result = $parser->next) {"
	    "  push @points, $result if $result->is_test;"
	    "  push @bad, $result->number if $result->is_test && !$result->is_ok;"
	    "  push @yaml, $result->data if $result->is_yaml;"
	    "  die $result->as_string if $result->is_unknown && $result->as_string ne \"\";"
	    "}"
	    "die join(\"; \", $parser->parse_errors) if $parser->parse_errors;"
	    "die \"todo\" if $parser->todo || $parser->skipped;"
	    "%s' >&2", perl);
	int status = outside_run(out, n, command);
	free(out);
	if (status == OUTSIDE_MISSING)
		skip();
	return status;
}

static void
the_lab_as_it_is_written(void **state)
{
	size_t n;

	(void)state;
	sample_judged(&s);
	char *out = print(&n);
	assert_string_equal(out,
"TAP version 13\n"
"# demanded: --require mutual\n"
"# demanded: --tls-min 1.3\n"
"# relaxed: --allow-plaintext clouseau@127.0.0.1\n"
"# relaxed: -f 'ip proto \\tcp'\n"
"not ok 1 - 10.77.0.1:46220 (a@alpha.lab) -> b@beta.lab (10.77.0.2:45979)\n"
"  ---\n"
"  outcome: 'violation'\n"
"  verdict: 'plaintext'\n"
"  evidence: 'seen'\n"
"  findings:\n"
"    - rule: 'plaintext'\n"
"      weight: 'violation'\n"
"      message: 'a distribution handshake could be read (seen)'\n"
"      mend: 'start b@beta.lab with -proto_dist inet_tls'\n"
"    - rule: 'not-mutual'\n"
"      weight: 'violation'\n"
"      message: 'nobody authenticated'\n"
"      mend: 'do the right thing'\n"
"  ...\n"
"ok 2 - 10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979)\n"
"not ok 3 - 10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979)\n"
"  ---\n"
"  outcome: 'unproved'\n"
"  verdict: 'mutual'\n"
"  evidence: 'inferred'\n"
"  findings:\n"
"    - rule: 'not-mutual'\n"
"      weight: 'unproved'\n"
"      message: 'the handshake is not over'\n"
"      mend: 'do the right thing'\n"
"  ...\n"
"ok 4 - 10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979)\n"
"not ok 5 - 10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979)\n"
"  ---\n"
"  outcome: 'violation'\n"
"  verdict: 'one-way'\n"
"  evidence: 'seen'\n"
"  findings:\n"
"    - rule: 'not-mutual'\n"
"      weight: 'violation'\n"
"      message: 'the server did not ask the client for a certificate (seen)'\n"
"      mend: 'do the right thing'\n"
"  ...\n"
"ok 6 - 10.77.0.1:46220 (a@alpha.lab) -> clouseau@127.0.0.1 (10.77.0.2:45979),"
    " falls under the exception clouseau@127.0.0.1\n"
"ok 7 - 10.77.0.1:46220 (a@alpha.lab) -> c@gamma.lab (10.77.0.2:45979),"
    " waived by search-node until 2030-12-31: no TLS in clouseau 2.22\n"
"not ok 8 - packets-lost\n"
"  ---\n"
"  weight: 'unproved'\n"
"  message: 'the kernel does not say how many packets it dropped'\n"
"  mend: 'do the right thing'\n"
"  ...\n"
"ok 9 - not-enough-seen\n"
"not ok 10 - waiver-expired\n"
"  ---\n"
"  weight: 'violation'\n"
"  message: 'waiver old-ring was until 2023-01-31'\n"
"  mend: 'do the right thing'\n"
"  ...\n"
"not ok 11 - violation: 2 of 7 connections did not pass (1 plaintext, 2 not-mutual);"
    " the input did not pass (waiver-expired); 1 of 7 connections not proved (1 not-mutual); the input not proved (packets-lost)\n"
"1..11\n");
	free(out);
}

static void
perl_reads_the_same(void **state)
{
	(void)state;
	sample_judged(&s);
	assert_int_equal(consume(
	    "die \"@bad\" unless \"@bad\" eq \"1 3 5 8 10 11\";"
	    "die $parser->plan unless $parser->plan eq \"1..11\";"
	    "die scalar @yaml unless @yaml == 5;"
	    "die unless $yaml[0]{findings}[1]{rule} eq \"not-mutual\";"
	    "die unless $yaml[0]{findings}[0]{mend} eq \"start b\\@beta.lab with -proto_dist inet_tls\";"
	    "die unless $yaml[1]{outcome} eq \"unproved\";"
	    "die unless $yaml[3]{message} =~ /^the kernel /;"), 0);
}

/* "not ok # TODO" counts as a pass: no name may bring a directive. */
static void
no_name_makes_a_failure_a_pass(void **state)
{
	(void)state;
	sample_judged_hostile(&s);
	char perl[256];
	snprintf(perl, sizeof perl, "die scalar @bad unless @bad == %u; die scalar @yaml unless @yaml == %u;"
	    "for (@yaml) { die unless $_->{findings}[0]{message} =~ /^the server calls itself / }",
	    (unsigned)SAMPLE_N_HOSTILE + 1, (unsigned)SAMPLE_N_HOSTILE);
	assert_int_equal(consume(perl), 0);
}

static void
what_a_stranger_says_is_read_as_it_is(void **state)
{
	(void)state;
	sample_open(&s);
	sample_add_plain(&s)->end[SIDE_SERVER].node = words_bytes("x#TODO\\");
	sample_assert(&s, OUTCOME_VIOLATION);
	sample_find(&s, &s.connections[0], "plaintext", RULE_FAIL, WEIGHT_VIOLATION,
	    "it's 'x': - {\"a\\x0a # b");
	assert_int_equal(consume(
	    "die $points[0]->description unless $points[0]->description eq "
	    "\"- 10.77.0.1:46220 (a\\@alpha.lab) -> x\\\\#TODO\\\\\\\\x5c (10.77.0.2:45979)\";"
	    "my $q = chr(39);"
	    "die $yaml[0]{findings}[0]{message} unless $yaml[0]{findings}[0]{message} eq "
	    "\"it${q}s ${q}x${q}: - {\\\"a\\\\x0a # b\";"), 0);
}

/* python3-yaml reads a block as a document of its own. */
static void
the_blocks_are_yaml(void **state)
{
	size_t n;

	(void)state;
	sample_judged_hostile(&s);
	char *out = print(&n);
	int status = outside_run(out, n, "python3 -c 'import yaml' 2>/dev/null || exit 77; python3 -c '"
	    "import os, re, yaml\n"
	    "text = open(os.environ[\"FILE\"], encoding=\"utf-8\").read()\n"
	    "blocks = re.findall(r\"^  ---\\n(.*?)^  \\.\\.\\.\\n\", text, re.M | re.S)\n"
	    "said = [yaml.safe_load(block)[\"findings\"][0][\"message\"] for block in blocks]\n"
	    "assert len(said) > 20 and all(one.startswith(\"the server calls itself \") for one in said)\n'");
	free(out);
	if (status == OUTSIDE_MISSING)
		skip();
	assert_int_equal(status, 0);
}

/* A plan of nothing would be a pass. */
static void
nothing_is_still_a_point(void **state)
{
	(void)state;
	sample_open(&s);
	sample_assert(&s, OUTCOME_UNPROVED);
	assert_int_equal(consume("die \"@bad\" unless \"@bad\" eq \"1\" && $parser->plan eq \"1..1\";"), 0);
	sample_assert(&s, OUTCOME_PASSED);
	assert_int_equal(consume("die \"@bad\" unless \"@bad\" eq \"\" && $parser->plan eq \"1..1\";"), 0);
}

static void
a_full_disk_is_a_failure(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (full == NULL)
		skip();
	sample_judged(&s);
	assert_false(tap_write(&s.assertion, full));
	fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lab_as_it_is_written),
		cmocka_unit_test(perl_reads_the_same),
		cmocka_unit_test(no_name_makes_a_failure_a_pass),
		cmocka_unit_test(what_a_stranger_says_is_read_as_it_is),
		cmocka_unit_test(the_blocks_are_yaml),
		cmocka_unit_test(nothing_is_still_a_point),
		cmocka_unit_test(a_full_disk_is_a_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
