#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <jansson.h>

#include "report/outside.h"
#include "report/sample.h"
#include "report/sarif.h"

static struct sample s;

static char *
print(const char *location, size_t *n)
{
	char *out = NULL;
	FILE *f = open_memstream(&out, n);

	assert_non_null(f);
	assert_true(sarif_write(&s.assertion, location, f));
	fclose(f);
	return out;
}

static json_t *
parse(const char *location)
{
	json_error_t error;
	size_t n;
	char *out = print(location, &n);
	json_t *j = json_loadb(out, n, JSON_REJECT_DUPLICATES, &error);

	if (j == NULL)
		fail_msg("%s at %d", error.text, error.position);
	free(out);
	return j;
}

static const json_t *
result(const json_t *log, size_t i)
{
	const json_t *run = json_array_get(json_object_get(log, "runs"), 0);

	return json_array_get(json_object_get(run, "results"), i);
}

static const char *
text_of(const json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

static void
must_be(const json_t *j, const char *want)
{
	char *got = json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY);

	assert_non_null(got);
	assert_string_equal(got, want);
	free(got);
}

/* python3-jsonschema, with the schema that SchemaStore publishes. */
static int
check_schema(const char *out, size_t n, const char *said)
{
	char command[1024];

	snprintf(command, sizeof command, "python3 -c '"
	    "import json, os, sys\n"
	    "try: import jsonschema\n"
	    "except ImportError: sys.exit(77)\n"
	    "schema = json.load(open(os.environ[\"TOP\"] + \"/fixtures/schemas/sarif-2.1.0-rtm.5.json\"))\n"
	    "jsonschema.Draft4Validator.check_schema(schema)\n"
	    "check = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())\n"
	    "faults = list(check.iter_errors(json.load(open(os.environ[\"FILE\"]))))\n"
	    "for fault in faults: print(list(fault.absolute_path), fault.message, file=sys.stderr)\n"
	    "sys.exit(len(faults) > 0)\n' 2>%s", said);
	return outside_run(out, n, command);
}

static void
must_follow_the_schema(void)
{
	size_t n;
	char *out = print("config/vm.args", &n);
	int status = check_schema(out, n, "&2");

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
nothing_found_follows_the_schema(void **state)
{
	(void)state;
	sample_lab(&s);
	sample_assert(&s, OUTCOME_PASSED);
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
		{ "\"version\": \"2.1.0\"", "\"version\": \"2.0.0\"" },
		{ "\"level\": \"error\"", "\"level\": \"fatal\"" },
		{ "\"kind\": \"external\"", "\"kind\": \"outer\"" },
		{ "\"ruleIndex\": 0", "\"ruleNumber\": 0" },
		{ "\"startLine\": 1", "\"startLine\": 0" },
	};
	size_t n;

	(void)state;
	sample_judged(&s);
	char *out = print("vm.args", &n);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		char *changed = malloc(n + 64), *place = strstr(out, changes[i].was);
		int status = -1;

		if (changed != NULL && place != NULL) {
			int len = sprintf(changed, "%.*s%s%s", (int)(place - out), out, changes[i].is,
			    place + strlen(changes[i].was));
			status = check_schema(changed, (size_t)len, "/dev/null");
		}
		free(changed);
		if (status != 1)
			free(out);
		if (status == OUTSIDE_MISSING)
			skip();
		assert_int_equal(status, 1);
	}
	free(out);
}

static void
each_rule_is_there_and_results_point_to_it(void **state)
{
	(void)state;
	sample_judged(&s);
	json_t *log = parse("vm.args");
	const json_t *run = json_array_get(json_object_get(log, "runs"), 0);
	const json_t *driver = json_object_get(json_object_get(run, "tool"), "driver");
	const json_t *list = json_object_get(driver, "rules"), *one;
	size_t i;

	assert_int_equal(json_array_size(list), N_RULES);
	json_array_foreach(json_object_get(run, "results"), i, one) {
		json_int_t rule = json_integer_value(json_object_get(one, "ruleIndex"));

		assert_string_equal(text_of(json_array_get(list, (size_t)rule), "id"),
		    text_of(one, "ruleId"));
	}
	assert_int_equal(i, 10);	/* the sample's findings that are no pass */
	json_decref(log);
}

struct shape {
	size_t result;
	const char *rule, *kind, *level;
};

/* The sample's findings, in their order, passes left out. */
static void
only_what_was_not_demanded_is_no_error(void **state)
{
	static const struct shape shapes[] = {
		{ 0, "plaintext",    "fail", "error" },
		{ 1, "not-mutual",   "fail", "error" },
		{ 2, "self-signed",  "fail", "note" },	/* advice */
		{ 3, "not-mutual",   "fail", "error" },	/* not proved */
		{ 4, "weak-key",     "open", "none" },	/* not known, not demanded */
		{ 5, "not-mutual",   "fail", "error" },
		{ 6, "plaintext",    "fail", "note" },	/* excepted */
		{ 7, "plaintext",    "fail", "note" },	/* waived */
		{ 8, "packets-lost", "fail", "error" },
		{ 9, "waiver-expired", "fail", "error" },
	};

	(void)state;
	sample_judged(&s);
	json_t *log = parse("vm.args");
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		const json_t *one = result(log, shapes[i].result);

		assert_string_equal(text_of(one, "ruleId"), shapes[i].rule);
		assert_string_equal(text_of(one, "kind"), shapes[i].kind);
		assert_string_equal(text_of(one, "level"), shapes[i].level);
	}
	json_decref(log);
}

static void
what_was_accepted_says_why(void **state)
{
	(void)state;
	sample_judged(&s);
	json_t *log = parse("vm.args");
	assert_null(json_object_get(result(log, 0), "suppressions"));
	assert_null(json_object_get(result(log, 9), "suppressions"));	/* its waiver has expired */
	must_be(json_object_get(result(log, 6), "suppressions"),
	    "[{\"kind\":\"external\",\"status\":\"accepted\","
	    "\"justification\":\"falls under the exception clouseau@127.0.0.1\"}]");
	must_be(json_object_get(result(log, 7), "suppressions"),
	    "[{\"kind\":\"external\",\"status\":\"accepted\","
	    "\"justification\":\"waived by search-node until 2030-12-31: no TLS in clouseau 2.22\"}]");
	json_decref(log);
}

static void
the_message_is_why_and_the_mend(void **state)
{
	(void)state;
	sample_judged(&s);
	json_t *log = parse("vm.args");
	must_be(json_object_get(result(log, 0), "message"),
	    "{\"text\":\"a distribution handshake could be read (seen) "
	    "(mend: start b@beta.lab with -proto_dist inet_tls)\"}");
	must_be(json_object_get(result(log, 3), "message"),
	    "{\"text\":\"Not proved: the handshake is not over (mend: do the right thing)\"}");
	json_decref(log);
}

/* [SARIF 2.1.0 3.11.5, 3.11.6]: by hand. */
static void
a_message_has_no_placeholders_and_no_links(void **state)
{
	(void)state;
	sample_open(&s);
	sample_add_plain(&s);
	sample_assert(&s, OUTCOME_VIOLATION);
	sample_find(&s, &s.connections[0], "plaintext", RULE_FAIL, WEIGHT_VIOLATION,
	    "{0} [x](http://x.lab)")->mend = "";
	json_t *log = parse("vm.args");
	must_be(json_object_get(result(log, 0), "message"),
	    "{\"text\":\"{{0}} \\\\[x\\\\](http://x.lab)\"}");
	json_decref(log);
}

/* [RFC 3986]: by hand; python3's urllib.parse.quote() makes the same of them. */
static void
the_location_is_a_uri(void **state)
{
	static const struct { const char *path, *uri; } paths[] = {
		{ "vm.args", "vm.args" },
		{ "./rel/vm.args", "rel/vm.args" },
		{ "a b/100%.args", "a%20b/100%25.args" },
		{ "c:d?e#f", "c%3Ad%3Fe%23f" },
		{ "/etc/vm.args", "file:///etc/vm.args" },
		{ "caf\xc3\xa9", "caf%C3%A9" },
	};

	(void)state;
	sample_judged(&s);
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		json_t *log = parse(paths[i].path);
		const json_t *place = json_array_get(json_object_get(result(log, 0), "locations"), 0);
		const json_t *physical = json_object_get(place, "physicalLocation");

		assert_string_equal(text_of(json_object_get(physical, "artifactLocation"), "uri"),
		    paths[i].uri);
		json_decref(log);
	}
}

/* The fingerprints of the first result; freed with *log. */
static const json_t *
fingerprints(json_t **log)
{
	*log = parse("vm.args");
	return json_object_get(result(*log, 0), "partialFingerprints");
}

static void
sample_one(void)
{
	sample_open(&s);
	sample_add_plain(&s);
	sample_assert(&s, OUTCOME_VIOLATION);
	sample_find(&s, &s.connections[0], "plaintext", RULE_FAIL, WEIGHT_VIOLATION, "seen");
}

static void
fingerprints_stay_from_day_to_day(void **state)
{
	json_t *log, *other;

	(void)state;
	sample_one();
	const json_t *before = fingerprints(&log);
	assert_string_equal(text_of(before, "beamtap/v1"), "plaintext a@alpha.lab b@beta.lab");
	sample_one();
	struct judgement *j = &s.connections[0];
	j->id = 77;
	j->first_ns += 86400000000000u;
	j->end[SIDE_CLIENT].port++;
	j->end[SIDE_SERVER].port++;	/* a node that EPMD names takes any port */
	s.findings[0].why = "other words";
	assert_true(json_equal(before, fingerprints(&other)));
	json_decref(other);
	json_decref(log);
}

static void
other_trouble_has_another_fingerprint(void **state)
{
	json_t *log, *other;

	(void)state;
	for (int what = 0; what < 5; what++) {
		sample_one();
		struct judgement *j = &s.connections[0];
		j->end[SIDE_CLIENT].node.n = 0;
		j->end[SIDE_SERVER].node = words_bytes("b@?");
		const json_t *before = fingerprints(&log);
		assert_string_equal(text_of(before, "beamtap/v1"), "plaintext 10.77.0.1 10.77.0.2 45979");
		if (what == 0)
			j->end[SIDE_SERVER].port++;
		else if (what == 1)
			j->end[SIDE_SERVER].node = words_bytes("b@beta.lab");
		else if (what == 2)
			j->end[SIDE_CLIENT].address = address_ipv4((uint8_t[]){ 10, 77, 0, 9 });
		else if (what == 3)
			s.findings[0].rule = rule_find("not-mutual");
		else
			s.findings[0].connection = NULL;
		const json_t *after = fingerprints(&other);
		assert_string_not_equal(text_of(before, "primaryLocationLineHash"),
		    text_of(after, "primaryLocationLineHash"));
		assert_string_not_equal(text_of(before, "beamtap/v1"), text_of(after, "beamtap/v1"));
		json_decref(other);
		json_decref(log);
	}
}

/* A name with a space must not read like two names. */
static void
no_name_looks_like_another_pair(void **state)
{
	json_t *log;

	(void)state;
	sample_one();
	s.connections[0].end[SIDE_CLIENT].node = words_bytes("a@x b@y");
	assert_string_equal(text_of(fingerprints(&log), "beamtap/v1"),
	    "plaintext a@x\\x20b@y b@beta.lab");
	json_decref(log);
}

static void
a_full_disk_is_a_failure(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (full == NULL)
		skip();
	sample_judged(&s);
	assert_false(sarif_write(&s.assertion, "vm.args", full));
	fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_follows_the_schema),
		cmocka_unit_test(nothing_found_follows_the_schema),
		cmocka_unit_test(hostile_strings_follow_the_schema),
		cmocka_unit_test(what_is_not_in_the_schema_is_found),
		cmocka_unit_test(each_rule_is_there_and_results_point_to_it),
		cmocka_unit_test(only_what_was_not_demanded_is_no_error),
		cmocka_unit_test(what_was_accepted_says_why),
		cmocka_unit_test(the_message_is_why_and_the_mend),
		cmocka_unit_test(a_message_has_no_placeholders_and_no_links),
		cmocka_unit_test(the_location_is_a_uri),
		cmocka_unit_test(fingerprints_stay_from_day_to_day),
		cmocka_unit_test(other_trouble_has_another_fingerprint),
		cmocka_unit_test(no_name_looks_like_another_pair),
		cmocka_unit_test(a_full_disk_is_a_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
