#include "testkit/trial.h"

static bool
lists(const char *const *v, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i], s) == 0)
			return true;
	return false;
}

/* Every verdict alone, and the same beside a mutual connection: what is neutral does
 * not spoil it, and what is not does. */
static void
the_exit_table(void **state)
{
	static const struct { enum verdict v; int mutual, beside_mutual, encrypted, beside_encrypted; }
	rows[] = {
		{ VERDICT_PLAINTEXT, 1, 1, 1, 1 }, { VERDICT_ONE_WAY, 1, 1, 0, 0 },
		{ VERDICT_ENCRYPTED, 3, 3, 0, 0 }, { VERDICT_UNKNOWN, 3, 3, 3, 3 },
		{ VERDICT_NONE, 3, 3, 3, 3 },
		{ VERDICT_REFUSED, 3, 0, 3, 0 }, { VERDICT_MUTUAL, 0, 0, 0, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (int beside = 0; beside < 2; beside++) {
			for (int encrypted = 0; encrypted < 2; encrypted++) {
				struct trial t;
				int want = encrypted ? (beside ? rows[i].beside_encrypted : rows[i].encrypted)
				    : beside ? rows[i].beside_mutual : rows[i].mutual;

				trial_open(&t, *state);
				trial_demand(&t, "require", encrypted ? "encrypted" : "mutual");
				trial_add(&t, rows[i].v);
				if (beside)
					trial_add(&t, VERDICT_MUTUAL);
				assert_int_equal(trial_judge(&t), want);
				if (rows[i].v != VERDICT_REFUSED)
					assert_int_equal(assertion_passes(&t.a, &t.v[0]),
					    (encrypted ? rows[i].encrypted : rows[i].mutual) == 0);
				if (beside)
					assert_true(assertion_passes(&t.a, &t.v[1]));
				trial_close(&t);
			}
		}
	}
}

static void
refused_is_a_violation_only_when_asked(void **state)
{
	static const enum verdict all[] = { VERDICT_REFUSED, VERDICT_MUTUAL, VERDICT_UNKNOWN };
	static const int wants[] = { 1, 1, 3 };

	for (size_t i = 0; i < 3; i++) {
		struct trial t;
		trial_open(&t, *state);
		trial_demand(&t, "no-refused", "yes");
		trial_add(&t, VERDICT_MUTUAL);
		struct judgement *j = trial_add(&t, all[i]);
		if (all[i] == VERDICT_MUTUAL)
			j->state = STATE_REFUSED;
		assert_int_equal(trial_judge(&t), wants[i]);
		trial_close(&t);
	}
}

static void
plaintext_is_a_violation_also_when_refused(void **state)
{
	for (int encrypted = 0; encrypted < 2; encrypted++) {
		struct trial t;
		trial_open(&t, *state);
		trial_demand(&t, "require", encrypted ? "encrypted" : "mutual");
		trial_add(&t, VERDICT_MUTUAL);
		trial_add(&t, VERDICT_PLAINTEXT)->state = STATE_REFUSED;
		assert_int_equal(trial_judge(&t), 1);
		assert_non_null(trial_found(&t, "plaintext-attempt", 2));
		assert_null(trial_found(&t, "plaintext", 2));
		trial_close(&t);
	}
}

static void
a_violation_outweighs_what_is_not_proved(void **state)
{
	struct trial t;

	trial_open(&t, *state);
	trial_add(&t, VERDICT_UNKNOWN);
	trial_add(&t, VERDICT_ONE_WAY);
	t.snapshot.input.lost_kernel = 7;
	assert_int_equal(trial_judge(&t), 1);
	assert_string_equal(outcome_word(t.a.outcome), "violation");
	assert_int_equal(t.a.n_violations, 1);
	assert_int_equal(t.a.n_unproved, 2);
	trial_close(&t);
}

static void
evidence_has_to_be_strong_enough(void **state)
{
	static const struct { const char *least; enum evidence has; int mutual, one_way; } v[] = {
		{ "inferred", EVIDENCE_INFERRED, 0, 1 }, { "inferred", EVIDENCE_SEEN, 0, 1 },
		{ "resumed", EVIDENCE_INFERRED, 3, 3 }, { "resumed", EVIDENCE_RESUMED, 0, 1 },
		{ "decrypted", EVIDENCE_RESUMED, 3, 3 }, { "decrypted", EVIDENCE_DECRYPTED, 0, 1 },
		{ "seen", EVIDENCE_DECRYPTED, 3, 3 }, { "seen", EVIDENCE_SEEN, 0, 1 },
		{ "inferred", EVIDENCE_NONE, 3, 3 },
	};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		for (int one_way_too = 0; one_way_too < 2; one_way_too++) {
			struct trial t;
			trial_open(&t, *state);
			trial_demand(&t, "evidence", v[i].least);
			trial_add(&t, one_way_too ? VERDICT_ONE_WAY : VERDICT_MUTUAL)->evidence = v[i].has;
			assert_int_equal(trial_judge(&t), one_way_too ? v[i].one_way : v[i].mutual);
			/* It is TLS all the same. */
			trial_demand(&t, "require", "encrypted");
			assert_int_equal(trial_judge(&t), 0);
			trial_close(&t);
		}
	}
}

/* Whatever is asked of nothing is not proved. */
static void
nothing_never_passes(void **state)
{
	static const struct { const char *key, *value; } values[] = {
		{ "require", "encrypted" }, { "evidence", "seen" }, { "tls-min", "1.3" },
		{ "ca", "ca.pem" }, { "min-key-bits", "2048" }, { "expires-in", "14d" },
		{ "expect-node", "a@b" }, { "expect-nodes", "2" }, { "expect-connections", "1" },
		{ "allow-plaintext", "true" }, { "waivers", "w.ini" },
	};

	for (size_t i = 0; i < N_POLICY_KEYS; i++) {
		for (int packets = 0; packets < 2; packets++) {
			struct trial t;
			const char *value = "yes";
			for (size_t k = 0; k < sizeof values / sizeof *values; k++)
				if (strcmp(values[k].key, policy_keys[i].name) == 0)
					value = values[k].value;
			trial_open(&t, *state);
			t.snapshot.input.packets = packets ? 100 : 0;
			trial_demand(&t, policy_keys[i].name, value);
			assert_int_equal(trial_judge(&t), 3);
			assert_int_equal(trial_judge_as(&t, true), 3);
			trial_close(&t);
		}
	}
}

static void
what_is_asked_of_tls_is_a_violation_or_not_proved(void **state)
{
	static const struct { const char *key, *value; int now, hidden; } v[] = {
		{ "tls-min", "1.2", 0, 3 }, { "tls-min", "1.3", 1, 3 },
		{ "forward-secrecy", "yes", 0, 3 }, { "post-quantum", "yes", 1, 3 },
		{ "min-key-bits", "2048", 3, 3 }, { "expires-in", "14d", 3, 3 },
		{ "hostname", "yes", 3, 3 }, { "ca", "ca.pem", 3, 3 },
	};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct trial t;
		trial_open(&t, *state);
		trial_demand(&t, "require", "encrypted");
		trial_demand(&t, v[i].key, v[i].value);
		struct judgement *j = trial_add(&t, VERDICT_MUTUAL);	/* no chain was kept */
		assert_int_equal(trial_judge(&t), v[i].now);
		j->verdict = VERDICT_ENCRYPTED;			/* joined late */
		j->tls = (struct judged_tls){ 0 };
		assert_int_equal(trial_judge(&t), v[i].hidden);
		trial_close(&t);
	}
}

static void
certificates_of_the_ca_pass_it_and_others_do_not(void **state)
{
	for (int stranger = 0; stranger < 2; stranger++) {
		struct trial t;
		struct judgement *j;
		trial_open(&t, *state);
		trial_demand(&t, "ca", "ca.pem");
		trial_demand(&t, "hostname", "yes");
		trial_demand(&t, "expires-in", "14d");
		trial_demand(&t, "min-key-bits", "2048");
		j = trial_add(&t, VERDICT_MUTUAL);
		j->tls.client.chain = (struct chain){ 1, { &t.lab->v[FORGED_ALPHA].is } };
		j->tls.server.chain = (struct chain){ 1,
			{ &t.lab->v[stranger ? FORGED_STRANGER : FORGED_BETA].is } };
		assert_int_equal(trial_judge(&t), stranger);
		trial_close(&t);
	}
}

static void
exceptions_are_the_servers_and_know_its_host(void **state)
{
	static const uint8_t loopback[4] = { 127, 0, 0, 1 }, other[4] = { 10, 1, 2, 3 };
	static const struct {
		const char *pattern, *client, *server;
		const uint8_t *ip;
		int status;
	} v[] = {
		{ "clouseau@127.0.0.1", NULL, "clouseau@127.0.0.1", loopback, 0 },
		{ "*@127.0.0.1", NULL, "clouseau@127.0.0.1", loopback, 0 },
		{ "true", NULL, "clouseau@beta.lab", other, 0 },
		{ "clouseau@beta.lab", NULL, "clouseau@beta.lab", other, 0 },
		{ "false", NULL, "clouseau@127.0.0.1", loopback, 1 },
		{ "clouseau@127.0.0.1", NULL, "clouseau@127.0.0.1", other, 1 },	/* not that address */
		{ "clouseau@127.0.0.1", NULL, "dreyfus@127.0.0.1", loopback, 1 },
		{ "clouseau@127.0.0.1", "clouseau@127.0.0.1", "b@127.0.0.1", loopback, 1 },
		{ "true", NULL, "clouseau@?", loopback, 1 },
		{ "true", NULL, NULL, loopback, 1 },
	};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		for (int attempt = 0; attempt < 3; attempt++) {
			struct trial t;
			trial_open(&t, *state);
			trial_demand(&t, "allow-plaintext", v[i].pattern);
			struct judgement *j = trial_add(&t, VERDICT_PLAINTEXT);
			j->end[SIDE_CLIENT].node = v[i].client ? str(v[i].client) : (struct bytes){ NULL, 0 };
			j->end[SIDE_SERVER].node = v[i].server ? str(v[i].server) : (struct bytes){ NULL, 0 };
			j->end[SIDE_SERVER].address = address_ipv4(v[i].ip);
			j->state = attempt ? STATE_REFUSED : STATE_UP;
			j->reason = attempt == 2 ? REASON_PLAIN_TO_TLS : attempt ? REASON_CLOSED : REASON_NONE;
			/* Into a TLS node it is a violation, whoever is excepted. */
			if (trial_judge(&t) != (attempt == 2 ? 1 : v[i].status))
				fail_msg("row %zu, attempt %d: %d", i, attempt, trial_judge(&t));
			const struct finding *f = trial_found(&t, attempt ? "plaintext-attempt" : "plaintext", 1);
			assert_non_null(f);
			if (attempt < 2 && v[i].status == 0) {
				assert_string_equal(f->exception, t.policy.allow_plaintext.v[0]);
				assert_int_equal(f->answer, RULE_FAIL);
				assert_int_equal(t.a.n_advice, 0);
			} else {
				assert_null(f->exception);
			}
			if (attempt == 2)
				assert_non_null(strstr(f->mend, "-proto_dist"));
			trial_close(&t);
		}
	}
}

/* A suite that does not encrypt is readable as plaintext is, and weak besides. */
static void
no_exception_covers_a_null_suite(void **state)
{
	struct trial t;

	trial_open(&t, *state);
	trial_demand(&t, "allow-plaintext", "true");
	struct judgement *j = trial_add(&t, VERDICT_MUTUAL);
	j->verdict = VERDICT_PLAINTEXT;
	j->tls.cipher = 0x003b;
	assert_int_equal(trial_judge(&t), 1);
	trial_close(&t);
}

static void
waive(struct trial *t, struct waiver *w, size_t n)
{
	t->waivers = (struct waivers){ .v = w, .n = n };
}

static struct waiver
a_waiver(const char *rule, const char *node, int64_t until_s)
{
	return (struct waiver){ .name = "w", .rule = rule, .node = node, .reason = "because",
		.expires = "2023-11-14", .until_ns = (uint64_t)until_s * NSEC_PER_SEC };
}

static void
waivers_cover_what_failed_until_their_day(void **state)
{
	static const struct { int until; bool one_way; int status; size_t n_used; } v[] = {
		{ 1000, true, 0, 1 }, { 1000, false, 0, 0 },	/* used, unused */
		{ 10, true, 0, 1 }, { 9, true, 1, 0 },		/* the last packet is at 9 */
		{ 9, false, 1, 0 },				/* expired and unused */
	};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct trial t;
		struct waiver w = a_waiver("not-mutual", "b@beta.lab", NOW_S + v[i].until);
		bool expired = v[i].until <= 9;

		trial_open(&t, *state);
		waive(&t, &w, 1);
		trial_add(&t, v[i].one_way ? VERDICT_ONE_WAY : VERDICT_MUTUAL);
		assert_int_equal(trial_judge(&t), v[i].status);
		assert_int_equal(t.a.n_waivers, 1);
		assert_ptr_equal(t.a.waivers[0].waiver, &w);
		assert_int_equal(t.a.waivers[0].n_used, v[i].n_used);
		assert_int_equal(t.a.waivers[0].expired, expired);
		assert_int_equal(trial_found(&t, "waiver-expired", 0)->answer, expired ? RULE_FAIL : RULE_PASS);
		if (v[i].one_way)
			assert_ptr_equal(trial_found(&t, "not-mutual", 1)->waiver, expired ? NULL : &w);
		trial_close(&t);
	}
}

static void
a_waiver_that_holds_stands_behind_an_expired_one(void **state)
{
	struct trial t;
	struct waiver w[2] = { a_waiver("not-mutual", "b@beta.lab", NOW_S),
		a_waiver("not-mutual", "b@beta.lab", NOW_S + 1000) };

	trial_open(&t, *state);
	waive(&t, w, 2);
	trial_add(&t, VERDICT_ONE_WAY);
	assert_int_equal(trial_judge(&t), 1);			/* for the expired one alone */
	assert_int_equal(t.a.n_violations, 1);
	assert_ptr_equal(trial_found(&t, "not-mutual", 1)->waiver, &w[1]);
	assert_int_equal(t.a.waivers[1].n_used, 1);
	trial_close(&t);
}

static void
waivers_cover_neither_the_unknown_nor_another_rule_or_node(void **state)
{
	static const struct { const char *rule, *node; enum verdict v; int status; } rows[] = {
		{ "not-mutual", "b@beta.lab", VERDICT_ENCRYPTED, 3 },
		{ "plaintext", "b@beta.lab", VERDICT_UNKNOWN, 3 },
		{ "plaintext", "b@beta.lab", VERDICT_ONE_WAY, 1 },
		{ "not-mutual", "c@beta.lab", VERDICT_ONE_WAY, 1 },
		{ "plaintext", "b@beta.lab", VERDICT_PLAINTEXT, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct trial t;
		struct waiver w = a_waiver(rows[i].rule, rows[i].node, NOW_S + 1000);
		trial_open(&t, *state);
		waive(&t, &w, 1);
		trial_add(&t, rows[i].v);
		assert_int_equal(trial_judge(&t), rows[i].status);
		trial_close(&t);
	}
}

static void
without_a_packet_no_day_is_known(void **state)
{
	struct trial t;
	struct waiver w = a_waiver("plaintext", "b@beta.lab", 1);

	trial_open(&t, *state);
	waive(&t, &w, 1);
	t.snapshot.input = (struct input_facts){ .last_ns = NOW_S * NSEC_PER_SEC };
	assert_int_equal(trial_judge(&t), 3);
	assert_false(t.a.waivers[0].expired);
	assert_int_equal(trial_found(&t, "waiver-expired", 0)->answer, RULE_UNKNOWN);
	trial_close(&t);
}

/* A file without times, or of a host without a clock: that the last day of a waiver is
 * not over is not known. */
static void
without_a_clock_no_waiver_holds(void **state)
{
	static const uint64_t first[] = { 0, 5, 946684800 * NSEC_PER_SEC - 1, 946684800 * NSEC_PER_SEC };

	for (size_t i = 0; i < 4; i++) {
		struct trial t;
		struct waiver w = a_waiver("not-mutual", "b@beta.lab", NOW_S + 1000);

		trial_open(&t, *state);
		waive(&t, &w, 1);
		trial_add(&t, VERDICT_ONE_WAY);
		t.snapshot.input.first_ns = first[i];
		assert_int_equal(trial_judge(&t), i < 3 ? 1 : 0);
		assert_ptr_equal(trial_found(&t, "not-mutual", 1)->waiver, i < 3 ? NULL : &w);
		assert_int_equal(trial_found(&t, "waiver-expired", 0)->answer,
		    i < 3 ? RULE_UNKNOWN : RULE_PASS);
		assert_false(t.a.waivers[0].expired);
		assert_int_equal(t.a.waivers[0].n_used, i < 3 ? 0 : 1);
		trial_close(&t);
	}
}

static void
demands_and_relaxations_are_as_typed(void **state)
{
	static const struct { const char *key, *value, *demand; } v[] = {
		{ "require", "encrypted", "--require encrypted" }, { "evidence", "seen", "--evidence seen" },
		{ "tls-min", "1.3", "--tls-min 1.3" }, { "ca", "ca.pem", "--ca 'ca.pem'" },
		{ "hostname", "yes", "--hostname" }, { "min-key-bits", "3072", "--min-key-bits 3072" },
		{ "expires-in", "14d", "--expires-in 14d" }, { "expires-in", "36h", "--expires-in 36h" },
		{ "expires-in", "90s", "--expires-in 90s" },
		{ "forward-secrecy", "yes", "--forward-secrecy" },
		{ "post-quantum", "yes", "--post-quantum" }, { "expect-node", "a@b", "--expect-node 'a@b'" },
		{ "expect-nodes", "3", "--expect-nodes 3" },
		{ "expect-connections", "4", "--expect-connections 4" }, { "full-mesh", "yes", "--full-mesh" },
		{ "no-refused", "yes", "--no-refused" }, { "no-ignored-tls", "yes", "--no-ignored-tls" },
	};
	struct trial t;

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		trial_open(&t, *state);
		trial_demand(&t, v[i].key, v[i].value);
		trial_judge(&t);
		if (!lists(t.a.demands, t.a.n_demands, v[i].demand))
			fail_msg("%s is not listed", v[i].demand);
		assert_int_equal(t.a.n_demands, i == 0 ? 1 : 2);
		assert_int_equal(t.a.n_relaxations, i == 0 ? 1 : 0);
		trial_close(&t);
	}
	trial_open(&t, *state);
	trial_judge(&t);
	assert_true(t.a.n_demands == 1 && lists(t.a.demands, 1, "--require mutual"));
	trial_demand(&t, "require", "encrypted");
	trial_demand(&t, "allow-plaintext", "*@127.0.0.1");
	trial_demand(&t, "allow-plaintext", "true");
	t.snapshot.input.filter = "port 9100\n";
	trial_judge(&t);
	assert_int_equal(t.a.n_relaxations, 4);
	assert_true(lists(t.a.relaxations, 4, "--require encrypted"));
	assert_true(lists(t.a.relaxations, 4, "--allow-plaintext '*@127.0.0.1'"));
	assert_true(lists(t.a.relaxations, 4, "--allow-plaintext 'true'"));
	assert_true(lists(t.a.relaxations, 4, "-f 'port 9100\\x0a'"));
	trial_close(&t);
}

static void
what_is_older_than_the_capture_is_told_what_to_do(void **state)
{
	struct trial t;

	trial_open(&t, *state);
	struct judgement *j = trial_add(&t, VERDICT_ENCRYPTED);
	j->tls = (struct judged_tls){ 0 };
	j->blind = BLIND_BIT(BLIND_MIDSTREAM) | BLIND_BIT(BLIND_GAP);
	assert_int_equal(trial_judge(&t), 3);
	trial_says(&t, "not-mutual", 1, "its handshake is older than the capture (midstream)");
	trial_says(&t, "not-mutual", 1, "(gap)");
	const char *mend = trial_found(&t, "not-mutual", 1)->mend;
	assert_non_null(strstr(mend, "start beamtap before the nodes"));
	assert_non_null(strstr(mend, "erlang:disconnect_node/1"));
	trial_close(&t);
}

static void
findings_are_in_the_snapshots_order_and_the_inputs_last(void **state)
{
	struct trial t;
	unsigned last = 0;
	bool input = false;

	trial_open(&t, *state);
	for (int i = 0; i < 5; i++)
		trial_add(&t, i % 2 ? VERDICT_ONE_WAY : VERDICT_MUTUAL);
	trial_judge(&t);
	for (size_t i = 0; i < t.a.n_findings; i++) {
		const struct finding *f = &t.a.findings[i];
		assert_true(f->why != NULL && f->mend != NULL);
		assert_int_equal(f->why[0] == '\0', f->answer == RULE_PASS);
		assert_int_equal(f->mend[0] == '\0', f->answer == RULE_PASS);
		input = input || f->connection == NULL;
		assert_int_equal(f->connection == NULL, input);
		if (!input) {
			assert_true(f->connection->id >= last);
			last = f->connection->id;
		}
	}
	assert_true(input);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(assertion_passes(&t.a, &t.v[i]), i % 2 == 0);
	assert_false(assertion_passes(&t.a, &t.v[5]));	/* of which nothing was asked */
	trial_close(&t);
}

/* As many connections as are ever listed, each failing in words of its own, would take
 * no more than 150 MB: a tenth of them, a tenth of that. */
static void
a_hundred_thousand_connections_would_fit(void **state)
{
	enum { N = 10000 };
	struct judgement *v = calloc(N, sizeof *v);
	const struct judgement **listed = calloc(N, sizeof *listed);
	struct diag d = { 0 };
	struct trial t;

	assert_true(v != NULL && listed != NULL);
	trial_open(&t, *state);
	for (unsigned i = 0; i < N; i++) {
		listed[i] = &v[i];
		v[i] = mutual(i + 1);
		v[i].verdict = i % 3 == 0 ? VERDICT_ENCRYPTED : i % 3 == 1 ? VERDICT_ONE_WAY : VERDICT_MUTUAL;
		snprintf(v[i].explanation, sizeof v[i].explanation, "number %u: %0200u", i, i);
		v[i].end[SIDE_CLIENT].address = address_ipv4((uint8_t[]){ 10, (uint8_t)(i >> 16),
			(uint8_t)(i >> 8), (uint8_t)i });
		v[i].end[SIDE_SERVER].node = str("b@?");
	}
	t.snapshot.connections = listed;
	t.snapshot.n_connections = N;
	trial_demand(&t, "full-mesh", "yes");
	assert_true(assertion_make(&t.a, &t.snapshot, &t.policy, NULL, NULL, false, &d));
	assert_int_equal(t.a.outcome, OUTCOME_VIOLATION);
	assert_true(t.a.arena.used + t.a.n_findings * sizeof *t.a.findings * 3 / 2 < 15u << 20);
	for (unsigned i = 0; i < N; i++)
		assert_int_equal(assertion_passes(&t.a, &v[i]), i % 3 == 2);
	trial_close(&t);
	free(listed);
	free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exit_table),
		cmocka_unit_test(refused_is_a_violation_only_when_asked),
		cmocka_unit_test(plaintext_is_a_violation_also_when_refused),
		cmocka_unit_test(a_violation_outweighs_what_is_not_proved),
		cmocka_unit_test(evidence_has_to_be_strong_enough),
		cmocka_unit_test(nothing_never_passes),
		cmocka_unit_test(what_is_asked_of_tls_is_a_violation_or_not_proved),
		cmocka_unit_test(certificates_of_the_ca_pass_it_and_others_do_not),
		cmocka_unit_test(exceptions_are_the_servers_and_know_its_host),
		cmocka_unit_test(no_exception_covers_a_null_suite),
		cmocka_unit_test(waivers_cover_what_failed_until_their_day),
		cmocka_unit_test(a_waiver_that_holds_stands_behind_an_expired_one),
		cmocka_unit_test(without_a_clock_no_waiver_holds),
		cmocka_unit_test(waivers_cover_neither_the_unknown_nor_another_rule_or_node),
		cmocka_unit_test(without_a_packet_no_day_is_known),
		cmocka_unit_test(demands_and_relaxations_are_as_typed),
		cmocka_unit_test(what_is_older_than_the_capture_is_told_what_to_do),
		cmocka_unit_test(findings_are_in_the_snapshots_order_and_the_inputs_last),
		cmocka_unit_test(a_hundred_thousand_connections_would_fit),
	};

	return cmocka_run_group_tests(tests, rules_lab_open, rules_lab_close);
}
