#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/findings.h"
#include "report/outcome.h"
#include "report/sample.h"

static struct sample s;

static void
must_say(const char *want)
{
	char b[OUTCOME_MAX];
	struct text t = TEXT(b);

	outcome_put(&t, &s.assertion, true);
	assert_string_equal(b, want);
}

static void
a_pass_says_what_is_proved(void **state)
{
	(void)state;
	sample_open(&s);
	sample_add_mutual(&s);
	sample_assert(&s, OUTCOME_PASSED);
	must_say("passed: 1 connection; proved: --require mutual, --tls-min 1.3");
	sample_add_refused(&s);
	must_say("passed: 2 connections, 1 of them refused; proved: --require mutual, --tls-min 1.3");
}

static void
a_pass_says_what_was_let_through(void **state)
{
	(void)state;
	sample_open(&s);
	sample_assert(&s, OUTCOME_PASSED);
	for (int i = 0; i < 3; i++)
		sample_add_plain(&s);
	/* Two rules of one connection are one connection. */
	for (int i = 0; i < 2; i++)
		sample_find(&s, &s.connections[0], i ? "plaintext" : "not-mutual", RULE_FAIL,
		    WEIGHT_NONE, "read")->exception = sample_patterns[0];
	sample_find(&s, &s.connections[1], "plaintext", RULE_FAIL, WEIGHT_NONE, "read")->waiver =
	    &sample_waivers[0];
	s.assertion.n_demands = 1;
	must_say("passed: 3 connections, 1 under an exception, 1 waived; "
	    "proved, but for what was let through: --require mutual");
}

static void
a_violation_counts_connections_and_rules(void **state)
{
	(void)state;
	sample_judged(&s);
	must_say("violation: 2 of 7 connections did not pass (1 plaintext, 2 not-mutual); "
	    "the input did not pass (waiver-expired); 1 of 7 connections not proved (1 not-mutual); the input not proved (packets-lost)");
}

/* What it broke outweighs what of it is not proved. */
static void
a_connection_is_counted_once(void **state)
{
	(void)state;
	sample_open(&s);
	sample_add_plain(&s);
	sample_assert(&s, OUTCOME_VIOLATION);
	sample_find(&s, &s.connections[0], "plaintext", RULE_FAIL, WEIGHT_VIOLATION, "read");
	sample_find(&s, &s.connections[0], "weak-key", RULE_UNKNOWN, WEIGHT_UNPROVED, "hidden");
	must_say("violation: 1 of 1 connection did not pass (1 plaintext)");
}

static void
the_input_alone_can_fail(void **state)
{
	(void)state;
	sample_open(&s);
	sample_assert(&s, OUTCOME_UNPROVED);
	sample_find(&s, NULL, "not-enough-seen", RULE_FAIL, WEIGHT_UNPROVED, "nothing was seen");
	sample_find(&s, NULL, "packets-lost", RULE_FAIL, WEIGHT_UNPROVED, "3 lost");
	must_say("unproved: the input not proved (not-enough-seen, packets-lost)");
	s.assertion.outcome = OUTCOME_VIOLATION;
	sample_find(&s, NULL, "waiver-expired", RULE_FAIL, WEIGHT_VIOLATION, "old-ring");
	must_say("violation: the input did not pass (waiver-expired); "
	    "the input not proved (not-enough-seen, packets-lost)");
}

static void
a_connection_is_named_by_node_and_address(void **state)
{
	char b[4096];
	struct text t = TEXT(b);
	static const uint8_t ip[16] = { [15] = 1 };

	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_plain(&s);
	findings_put_connection(&t, j, true);
	assert_string_equal(b, "10.77.0.1:46220 (a@alpha.lab) -> b@beta.lab (10.77.0.2:45979)");
	t = TEXT(b);
	j->end[SIDE_CLIENT].node.n = 0;
	j->end[SIDE_SERVER].node = words_bytes("b@x (10.0.0.9:1)\xc3\xa9");
	j->end[SIDE_SERVER].address = address_ipv6(ip);
	findings_put_connection(&t, j, false);
	assert_string_equal(b, "10.77.0.1:46220 -> b@x\\x20(10.0.0.9:1)\\xc3\\xa9 ([::1]:45979)");
}

static void
what_the_user_typed_keeps_its_backslashes(void **state)
{
	char b[64];
	struct text t = TEXT(b);

	(void)state;
	findings_put_typed(&t, "ip proto \\tcp\\\\\n\033", true);
	assert_string_equal(b, "ip proto \\tcp\\\\\\x0a\\x1b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pass_says_what_is_proved),
		cmocka_unit_test(a_pass_says_what_was_let_through),
		cmocka_unit_test(a_violation_counts_connections_and_rules),
		cmocka_unit_test(a_connection_is_counted_once),
		cmocka_unit_test(the_input_alone_can_fail),
		cmocka_unit_test(a_connection_is_named_by_node_and_address),
		cmocka_unit_test(what_the_user_typed_keeps_its_backslashes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
