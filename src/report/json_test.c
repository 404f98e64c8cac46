#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <jansson.h>

#include "report/json.h"
#include "report/sample.h"

#define NO_SCHEMA_CHECK 77

static struct sample s;

/* The snapshot as printed, with what was made of it; the caller frees. */
static char *
print(size_t *n)
{
	const struct assertion *a = s.assertion.snapshot != NULL ? &s.assertion : NULL;
	char *out = NULL;
	FILE *f = open_memstream(&out, n);

	assert_non_null(f);
	assert_true(json_write(&s.snapshot, a, f));
	fclose(f);
	return out;
}

static json_t *
parse(void)
{
	json_error_t error;
	size_t n;
	char *out = print(&n);
	json_t *j = json_loadb(out, n, JSON_REJECT_DUPLICATES, &error);

	if (j == NULL)
		fail_msg("%s at %d", error.text, error.position);
	free(out);
	return j;
}

/* Exit status of schema_check.py on that text; what it says goes to said. */
static int
check_schema(const char *out, size_t n, const char *said)
{
	const char *top = getenv("srcdir");
	char file[] = "/tmp/beamtap-json-XXXXXX", command[4096];
	int fd = mkstemp(file);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, out, n), (ssize_t)n);
	close(fd);
	top = top != NULL ? top : ".";
	snprintf(command, sizeof command, "python3 '%s/src/report/schema_check.py'"
	    " '%s/doc/beamtap-1.schema.json' %s 2>%s", top, top, file, said);
	int status = system(command);
	unlink(file);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
must_follow_the_schema(void)
{
	size_t n;
	char *out = print(&n);
	int status = check_schema(out, n, "&2");

	free(out);
	if (status == NO_SCHEMA_CHECK || status == 127)
		skip();
	assert_int_equal(status, 0);
}

static void
the_lab_follows_the_schema(void **state)
{
	(void)state;
	sample_lab(&s);
	must_follow_the_schema();
}

static void
every_word_follows_the_schema(void **state)
{
	(void)state;
	sample_all_words(&s);
	must_follow_the_schema();
}

static void
nothing_follows_the_schema(void **state)
{
	(void)state;
	s = (struct sample){ 0 };
	must_follow_the_schema();
}

static void
an_assertion_follows_the_schema(void **state)
{
	(void)state;
	sample_judged(&s);
	must_follow_the_schema();
	sample_judged_hostile(&s);
	must_follow_the_schema();
}

/* Everything a stranger can put a string in. */
static void
hostile_snapshot(void)
{
	static struct certificate c[SAMPLE_N_HOSTILE];
	static uint8_t longest[255];

	sample_open(&s);
	memset(longest, 0xc3, sizeof longest);
	for (size_t i = 0; i < SAMPLE_N_HOSTILE; i++) {
		struct judgement *j = sample_add_mutual(&s);
		const char *h = sample_hostile[i];

		c[i] = sample_alpha;
		c[i].subject = c[i].issuer = c[i].common_name = c[i].serial = h;
		c[i].key = c[i].signature = c[i].names[0] = h;
		c[i].not_before = INT64_MIN;
		c[i].not_after = INT64_MAX;
		j->end[SIDE_CLIENT].node = words_bytes(h);
		j->end[SIDE_SERVER].node = (struct bytes){ longest, sizeof longest };
		j->tls.sni = words_bytes(h);
		j->tls.client.chain = j->tls.server.chain = (struct chain){ 1, { &c[i] } };
	}
	s.snapshot.input.sources = sample_hostile;
	s.snapshot.input.n_sources = SAMPLE_N_HOSTILE;
	s.snapshot.input.damage = sample_hostile[0];
	s.snapshot.n_epmd = 1;
	s.epmd[0] = (struct epmd_entry){ .host = address_ipv4((uint8_t[]){ 10, 77, 0, 2 }),
	    .node = words_bytes(sample_hostile[1]), .how = EPMD_HOW_NAMES };
}

static void
hostile_strings_follow_the_schema(void **state)
{
	(void)state;
	hostile_snapshot();
	must_follow_the_schema();
}

/* Not even inside a string: jansson would let DEL and C1 through. */
static void
no_control_character_is_printed(void **state)
{
	size_t n;

	(void)state;
	hostile_snapshot();
	char *out = print(&n);
	for (size_t i = 0; i < n; i++) {
		assert_true((uint8_t)out[i] >= 0x20 || out[i] == '\n');
		assert_int_not_equal(out[i], 0x7f);
	}
	assert_null(strstr(out, "\xc2\x9b"));
	assert_null(strstr(out, "\xe2\x80\xae"));
	free(out);
}

static void
must_be(const json_t *j, const char *want)
{
	char *got = json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY);

	assert_non_null(got);
	assert_string_equal(got, want);
	free(got);
}

static const json_t *
at(const json_t *j, const char *path)
{
	char key[64];

	while (*path != '\0') {
		size_t n = strcspn(path, "/");

		snprintf(key, sizeof key, "%.*s", (int)n, path);
		j = json_is_array(j) ? json_array_get(j, strtoul(key, NULL, 10)) : json_object_get(j, key);
		if (j == NULL)
			fail_msg("nothing at %s", path);
		path += n + (path[n] == '/');
	}
	return j;
}

static void
wire_strings_are_escaped_once(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_plain(&s);
	j->end[SIDE_CLIENT].node = words_bytes("a\\x0a\n\"\xff@\xc3\xa9");
	strcpy(j->explanation, "node a\\x0a gave up");
	s.snapshot.input.filter = "ip proto \\tcp";
	json_t *out = parse();
	must_be(at(out, "connections/0/client/node"), "\"a\\\\x5cx0a\\\\x0a\\\"\\\\xff@\xc3\xa9\"");
	must_be(at(out, "connections/0/explanation"), "\"node a\\\\x0a gave up\"");
	must_be(at(out, "input/filter"), "\"ip proto \\\\tcp\"");
	must_be(at(out, "input/selection"), "null");
	s.snapshot.input.selection = (struct selection){ .until_ns = SAMPLE_AT_NS, .left_out = 7 };
	json_decref(out);
	out = parse();
	must_be(at(out, "input/selection"), "{\"since\":null,"
	    "\"until\":\"2023-11-14T22:13:20.123456Z\",\"count\":null,\"left_out\":7}");
	s.snapshot.input.filter = "\xff";
	json_decref(out);
	out = parse();
	must_be(at(out, "input/filter"), "\"\\\\xff\"");
	json_decref(out);
}

static void
a_long_string_is_whole(void **state)
{
	static uint8_t endless[65535];

	(void)state;
	sample_open(&s);
	sample_add_plain(&s)->end[SIDE_CLIENT].node = (struct bytes){ endless, sizeof endless };
	json_t *out = parse();
	assert_int_equal(json_string_length(at(out, "connections/0/client/node")), 4 * sizeof endless);
	json_decref(out);
}

static void
absent_facts_are_null(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add(&s, VERDICT_UNKNOWN);
	j->evidence = EVIDENCE_NONE;
	j->end[SIDE_SERVER].node = (struct bytes){ NULL, 0 };
	json_t *out = parse();
	must_be(at(out, "connections/0/tls"), "null");
	must_be(at(out, "connections/0/dist"), "null");
	must_be(at(out, "connections/0/reason"), "null");
	must_be(at(out, "connections/0/explanation"), "null");
	must_be(at(out, "connections/0/evidence"), "\"none\"");
	must_be(at(out, "connections/0/server"), "{\"ip\":\"10.77.0.2\",\"port\":45979,\"node\":null,"
	    "\"owner\":null,\"netns\":null}");
	must_be(at(out, "connections/0/blind"), "[]");
	must_be(at(out, "connections/0/findings"), "[]");
	json_decref(out);

	j->has_tls = j->has_dist = true;
	out = parse();
	must_be(at(out, "connections/0/tls"), "{\"version\":null,\"cipher\":null,\"group\":null,"
	    "\"post_quantum\":null,\"sni\":null,\"resumed\":null,"
	    "\"server_certificate\":{\"state\":null,\"verified\":null,\"evidence\":null,\"subject\":null,\"chain\":null},"
	    "\"client_certificate\":{\"requested\":null,\"state\":null,\"proved\":null,"
	    "\"verified\":null,\"evidence\":null,\"subject\":null,\"chain\":null},\"alert\":null,\"inferred_from\":null}");
	must_be(at(out, "connections/0/dist"),
	    "{\"version\":null,\"status\":null,\"complete\":null,\"evidence\":null}");
	json_decref(out);
}

static void
what_was_shown_only_has_no_check(void **state)
{
	(void)state;
	sample_lab(&s);
	json_t *out = parse();
	assert_null(json_object_get(out, "check"));
	must_be(at(out, "connections/0/findings"), "[]");
	json_decref(out);
}

/* Passes are left out, and nothing moves to another connection. */
static void
findings_stand_with_their_connection(void **state)
{
	(void)state;
	sample_judged(&s);
	json_t *out = parse();
	must_be(at(out, "connections/0/findings"),
	    "[{\"rule\":\"plaintext\",\"answer\":\"fail\",\"severity\":\"error\","
	    "\"weight\":\"violation\",\"message\":\"a distribution handshake could be read (seen)\","
	    "\"mend\":\"start b@beta.lab with -proto_dist inet_tls\",\"exception\":null,\"waiver\":null},"
	    "{\"rule\":\"not-mutual\",\"answer\":\"fail\",\"severity\":\"error\","
	    "\"weight\":\"violation\",\"message\":\"nobody authenticated\","
	    "\"mend\":\"do the right thing\",\"exception\":null,\"waiver\":null}]");
	must_be(at(out, "connections/1/findings/0/weight"), "\"none\"");
	must_be(at(out, "connections/1/findings/0/rule"), "\"self-signed\"");
	assert_int_equal(json_array_size(at(out, "connections/1/findings")), 1);
	must_be(at(out, "connections/2/findings/0/answer"), "\"unknown\"");
	must_be(at(out, "connections/2/findings/0/weight"), "\"unproved\"");
	must_be(at(out, "connections/3/findings"), "[]");
	must_be(at(out, "connections/4/findings/0/waiver"), "null");
	must_be(at(out, "connections/5/findings/0/exception"), "\"clouseau@127.0.0.1\"");
	must_be(at(out, "connections/6/findings/0/waiver"), "\"search-node\"");
	json_decref(out);
}

static void
the_check_says_what_was_asked_and_what_came_of_it(void **state)
{
	(void)state;
	sample_judged(&s);
	json_t *out = parse();
	must_be(at(out, "check/outcome"), "\"violation\"");
	must_be(at(out, "check/status"), "1");
	must_be(at(out, "check/demands"), "[\"--require mutual\",\"--tls-min 1.3\"]");
	must_be(at(out, "check/relaxations"),
	    "[\"--allow-plaintext clouseau@127.0.0.1\",\"-f 'ip proto \\\\tcp'\"]");
	must_be(at(out, "check/findings"),
	    "[{\"rule\":\"packets-lost\",\"answer\":\"unknown\",\"severity\":\"error\","
	    "\"weight\":\"unproved\",\"message\":\"the kernel does not say how many packets it dropped\","
	    "\"mend\":\"do the right thing\",\"exception\":null,\"waiver\":null},"
	    "{\"rule\":\"waiver-expired\",\"answer\":\"fail\",\"severity\":\"error\","
	    "\"weight\":\"violation\",\"message\":\"waiver old-ring was until 2023-01-31\","
	    "\"mend\":\"do the right thing\",\"exception\":null,\"waiver\":\"old-ring\"}]");
	must_be(at(out, "check/waivers/1"),
	    "{\"name\":\"old-ring\",\"rule\":\"not-mutual\",\"node\":\"b@beta.lab\","
	    "\"reason\":\"until the new CA is out\",\"expires\":\"2023-01-31\","
	    "\"used\":0,\"expired\":true}");
	must_be(at(out, "check/waivers/2/used"), "0");
	json_decref(out);
}

static void
both_signatures_have_an_answer(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_mutual(&s);
	j->tls.server.verified = ANSWER_NO;
	j->tls.client.verified = ANSWER_YES;
	json_t *out = parse();
	must_be(at(out, "connections/0/tls/server_certificate/verified"), "false");
	must_be(at(out, "connections/0/tls/client_certificate/verified"), "true");
	json_decref(out);
}

static void
lists_have_every_word(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_plain(&s);
	j->known_by = j->blind = ~0u;
	json_t *out = parse();
	must_be(at(out, "connections/0/known_by"),
	    "[\"epmd\",\"port\",\"handshake\",\"frames\",\"lengths\",\"decrypted\"]");
	must_be(at(out, "connections/0/blind"), "[\"midstream\",\"gap\",\"one-direction\","
	    "\"snaplen\",\"no-keys\",\"limit\",\"overlap\",\"dropped\"]");
	json_decref(out);
}

static void
an_alert_that_is_sealed_has_no_description(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_refused(&s);
	json_t *out = parse();
	must_be(at(out, "connections/0/tls/alert"),
	    "{\"from\":\"client\",\"level\":\"fatal\",\"description\":\"certificate_expired\"}");
	json_decref(out);
	j->tls.alert.sealed = true;
	out = parse();
	must_be(at(out, "connections/0/tls/alert"),
	    "{\"from\":\"client\",\"level\":null,\"description\":null}");
	json_decref(out);
}

static void
of_an_unreadable_certificate_only_the_digest_is_known(void **state)
{
	(void)state;
	sample_open(&s);
	sample_add_mutual(&s)->tls.client.chain = (struct chain){ 1, { &sample_unreadable } };
	json_t *out = parse();
	must_be(at(out, "connections/0/tls/client_certificate/subject"), "null");
	must_be(at(out, "connections/0/tls/client_certificate/chain/0"),
	    "{\"subject\":null,\"issuer\":null,\"serial\":null,\"not_before\":null,\"not_after\":null,"
	    "\"names\":null,\"key\":null,\"signature\":null,\"sha256\":"
	    "\"ff01000000000000000000000000000000000000000000000000000000000000\","
	    "\"self_signed\":null,\"ca\":null}");
	json_decref(out);
}

static void
traffic_goes_to_the_other_side(void **state)
{
	(void)state;
	sample_open(&s);
	sample_add_plain(&s);
	json_t *out = parse();
	must_be(at(out, "connections/0/bytes"), "{\"to_server\":8623,\"to_client\":7289}");
	must_be(at(out, "connections/0/packets"), "{\"to_server\":40,\"to_client\":38}");
	json_decref(out);
}

static bool
is_complete(void)
{
	json_t *out = parse();
	bool complete = json_is_true(at(out, "input/complete"));

	json_decref(out);
	return complete;
}

static void
an_input_that_lacks_something_is_not_complete(void **state)
{
	struct input_facts *in = &s.snapshot.input;
	uint64_t *const losses[] = {
		&in->lost_kernel, &in->lost_interface, &in->lost_recorded, &in->gaps, &in->limits,
		&in->headless, &in->fragments,
	};

	(void)state;
	sample_open(&s);
	assert_true(is_complete());
	in->lost_kernel = 0;
	assert_true(is_complete());
	for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
		uint64_t before = *losses[i];

		*losses[i] = 1;
		assert_false(is_complete());
		*losses[i] = before;
	}
	in->damage = "cut off";
	assert_false(is_complete());
}

static void
an_input_without_packets_has_no_times(void **state)
{
	(void)state;
	sample_open(&s);
	s.snapshot.input.packets = 0;
	json_t *out = parse();
	must_be(at(out, "input/first"), "null");
	must_be(at(out, "input/last"), "null");
	json_decref(out);
}

static void
times_are_as_precise_as_the_input(void **state)
{
	static const char *const want[] = {
		[0] = "\"2023-11-14T22:13:20Z\"", [6] = "\"2023-11-14T22:13:20.123456Z\"",
		[9] = "\"2023-11-14T22:13:20.123456789Z\"",
	};

	(void)state;
	sample_lab(&s);
	for (unsigned digits = 0; digits <= 9; digits++) {
		if (want[digits] == NULL)
			continue;
		s.snapshot.input.time_digits = digits;
		json_t *out = parse();
		must_be(at(out, "input/first"), want[digits]);
		must_be(at(out, "connections/0/first"), want[digits]);
		must_be(at(out, "epmd/0/at"), want[digits]);
		must_be(at(out, "connections/1/tls/server_certificate/chain/0/not_after"),
		    "\"2026-09-21T14:13:20Z\"");
		json_decref(out);
	}
}

static void
link_types_are_counted_by_name(void **state)
{
	static const struct link_type_count link_types[] = {
		{ 12, "RAW", 1 }, { 105, "IEEE802_11", 12 }, { 147, NULL, 3 }, { 14, "RAW", 2 },
	};

	(void)state;
	sample_open(&s);
	s.snapshot.input.link_types = link_types;
	s.snapshot.input.n_link_types = 4;
	json_t *out = parse();
	must_be(at(out, "ignored/link_types"), "{\"RAW\":3,\"IEEE802_11\":12,\"147\":3}");
	json_decref(out);
	must_follow_the_schema();
}

static void
tunnels_are_counted_by_name(void **state)
{
	static const struct tunnel_count tunnel_types[] = { { "ESP", false, 3 }, { "L2TP", true, 1 } };

	(void)state;
	sample_open(&s);
	s.snapshot.input.tunnels = 4;
	s.snapshot.input.tunnel_types = tunnel_types;
	s.snapshot.input.n_tunnel_types = 2;
	json_t *out = parse();
	must_be(at(out, "ignored/tunnels"), "4");
	must_be(at(out, "ignored/tunnel_types"), "{\"ESP\":3,\"L2TP\":1}");
	json_decref(out);
	must_follow_the_schema();
}

/* If this passed, the checks above would show nothing. */
static void
what_is_not_in_the_schema_is_found(void **state)
{
	static const struct { const char *was, *is; } changes[] = {
		{ "\"format\": \"beamtap/1\"", "\"format\": \"beamtap/1\", \"more\": 1" },
		{ "\"verdict\": \"mutual\"", "\"verdict\": \"mutuel\"" },
		{ "\"gaps\": 0", "\"gaps\": null" },
		{ "\"blind\": []", "\"blind\": [], \"blind\": []" },
		{ "\"findings\": []", "\"findings\": {}" },
		{ "\"weight\": \"violation\"", "\"weight\": \"heavy\"" },
		{ "\"status\": 1", "\"status\": 2" },
		{ "\"expired\": true", "\"expired\": null" },
		{ ".123456Z\"", ".123456\"" },
		{ "\"ca\": true", "\"cb\": true" },
		{ "a@alpha.lab", "a@\\nalpha.lab" },
		{ "\"ip\": \"10.77.0.1\"", "\"ip\": \"10.77.0.256\"" },
		{ "\"client\": {", "\"last\": {" },
	};
	size_t n;

	(void)state;
	sample_judged(&s);
	char *out = print(&n);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		char *changed = malloc(n + 64), *place = strstr(out, changes[i].was);

		assert_non_null(changed);
		assert_non_null(place);
		int len = sprintf(changed, "%.*s%s%s", (int)(place - out), out, changes[i].is,
		    place + strlen(changes[i].was));
		int status = check_schema(changed, (size_t)len, "/dev/null");
		free(changed);
		if (status == NO_SCHEMA_CHECK || status == 127) {
			free(out);
			skip();
		}
		assert_int_equal(status, 1);
	}
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
	assert_false(json_write(&s.snapshot, &s.assertion, full));
	fclose(full);
}

static size_t until_failure;	/* allocations; the one after them fails */
static bool has_failed;

static void *
fail_once(size_t n)
{
	if (until_failure-- > 0)
		return malloc(n);
	until_failure = SIZE_MAX;
	has_failed = true;
	return NULL;
}

/* An answer with a hole in it would be worse than none. */
static void
without_memory_there_is_no_answer(void **state)
{
	(void)state;
	sample_judged(&s);
	json_decref(json_object());	/* the seed of its tables is drawn once */
	has_failed = true;
	for (size_t n = 0; has_failed; n++) {
		char *out = NULL;
		size_t len;
		FILE *f = open_memstream(&out, &len);

		assert_non_null(f);
		until_failure = n;
		has_failed = false;
		json_set_alloc_funcs(fail_once, free);
		bool done = json_write(&s.snapshot, &s.assertion, f);
		json_set_alloc_funcs(malloc, free);
		fclose(f);
		assert_true(done == !has_failed);
		assert_true(done == (len > 3 && strcmp(out + len - 3, "\n}\n") == 0));
		free(out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lab_follows_the_schema),
		cmocka_unit_test(every_word_follows_the_schema),
		cmocka_unit_test(nothing_follows_the_schema),
		cmocka_unit_test(an_assertion_follows_the_schema),
		cmocka_unit_test(hostile_strings_follow_the_schema),
		cmocka_unit_test(no_control_character_is_printed),
		cmocka_unit_test(wire_strings_are_escaped_once),
		cmocka_unit_test(a_long_string_is_whole),
		cmocka_unit_test(absent_facts_are_null),
		cmocka_unit_test(what_was_shown_only_has_no_check),
		cmocka_unit_test(findings_stand_with_their_connection),
		cmocka_unit_test(the_check_says_what_was_asked_and_what_came_of_it),
		cmocka_unit_test(both_signatures_have_an_answer),
		cmocka_unit_test(lists_have_every_word),
		cmocka_unit_test(an_alert_that_is_sealed_has_no_description),
		cmocka_unit_test(of_an_unreadable_certificate_only_the_digest_is_known),
		cmocka_unit_test(traffic_goes_to_the_other_side),
		cmocka_unit_test(an_input_that_lacks_something_is_not_complete),
		cmocka_unit_test(an_input_without_packets_has_no_times),
		cmocka_unit_test(times_are_as_precise_as_the_input),
		cmocka_unit_test(link_types_are_counted_by_name),
		cmocka_unit_test(tunnels_are_counted_by_name),
		cmocka_unit_test(what_is_not_in_the_schema_is_found),
		cmocka_unit_test(a_full_disk_is_a_failure),
		cmocka_unit_test(without_memory_there_is_no_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
