#include "testkit/trial.h"

static void
every_loss_keeps_it_from_passing(void **state)
{
	static const struct link_type_count odd = { 147, "USER0", 5 };

	for (int loss = 0; loss < 8; loss++) {
		struct trial t;
		struct input_facts *in;
		trial_open(&t, *state);
		trial_add(&t, VERDICT_MUTUAL);
		in = &t.snapshot.input;
		assert_int_equal(trial_judge(&t), 0);
		*(uint64_t *[]){ &in->lost_kernel, &in->lost_interface, &in->lost_recorded, &in->limits,
		    &in->headless, &in->gaps, &in->gaps, &in->gaps }[loss] = 1;
		if (loss == 6)
			in->damage = "a.pcap: cut off at 40";
		if (loss == 7) {
			in->link_types = &odd;
			in->n_link_types = 1;
		}
		/* Holes in streams are the business of the connections they are in. */
		assert_int_equal(trial_judge(&t), loss == 5 ? 0 : 3);
		if (loss != 5)
			assert_true(trial_found(&t, "packets-lost", 0)->why[0] != '\0');
		trial_close(&t);
	}
	struct trial t;
	trial_open(&t, *state);
	trial_add(&t, VERDICT_MUTUAL);
	assert_int_equal(trial_judge_as(&t, true), 3);	/* live, and drops are not known */
	t.snapshot.input.lost_interface = 0;
	assert_int_equal(trial_judge_as(&t, true), 3);
	t.snapshot.input.lost_interface = UNKNOWN_COUNT;
	t.snapshot.input.lost_kernel = 0;
	assert_int_equal(trial_judge_as(&t, true), 3);
	t.snapshot.input.lost_interface = 0;
	assert_int_equal(trial_judge_as(&t, true), 0);
	trial_close(&t);
}

static void
expectations_say_what_is_missing(void **state)
{
	static const struct { const char *key, *value, *says; int status; } v[] = {
		{ "expect-connections", "2", "", 0 },
		{ "expect-connections", "3", "2 of 3 expected connections", 3 },
		{ "expect-nodes", "3", "", 0 },
		{ "expect-nodes", "4", "3 of 4 expected nodes", 3 },
		{ "expect-node", "b@beta.lab", "", 0 },
		{ "expect-node", "?@beta.*", "", 0 },
		{ "expect-node", "c@beta.lab", "node c@beta.lab", 3 },
		{ "expect-node", "d@*", "", 0 },
		{ "expect-node", "d@?", "node d@?", 3 },	/* its host is not known */
		{ "expect-node", "e@gamma.lab", "node e@gamma.lab", 3 },	/* refused */
	};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct trial t;
		trial_open(&t, *state);
		trial_between(&t, NULL, 1, "b@beta.lab", 2);
		trial_between(&t, NULL, 1, "d@?", 3);
		struct judgement *j = trial_between(&t, NULL, 1, "e@gamma.lab", 4);
		j->verdict = VERDICT_REFUSED;
		j->state = STATE_REFUSED;
		trial_demand(&t, v[i].key, v[i].value);
		assert_int_equal(trial_judge(&t), v[i].status);
		trial_says(&t, "not-enough-seen", 0, v[i].says);
		trial_close(&t);
	}
}

/* What else is missing is said too, and a limit makes it uncertain. */
static void
all_that_is_unmet_is_listed(void **state)
{
	struct trial t;

	trial_open(&t, *state);
	trial_add(&t, VERDICT_REFUSED);
	trial_demand(&t, "expect-connections", "2");
	trial_demand(&t, "expect-nodes", "5");
	trial_demand(&t, "expect-node", "x@y");
	trial_demand(&t, "expect-node", "z@y");
	trial_demand(&t, "full-mesh", "yes");
	assert_int_equal(trial_judge(&t), 3);
	trial_says(&t, "not-enough-seen", 0, "no connection was judged");
	trial_says(&t, "not-enough-seen", 0, "0 of 2 expected connections");
	trial_says(&t, "not-enough-seen", 0, "0 of 5 expected nodes");
	trial_says(&t, "not-enough-seen", 0, "node x@y");
	trial_says(&t, "not-enough-seen", 0, "node z@y");
	trial_says(&t, "not-enough-seen", 0, "0 of 1 pairs of 2 nodes");
	assert_int_equal(trial_found(&t, "not-enough-seen", 0)->answer, RULE_FAIL);
	t.snapshot.input.limits = 1;
	assert_int_equal(trial_judge(&t), 3);
	assert_int_equal(trial_found(&t, "not-enough-seen", 0)->answer, RULE_UNKNOWN);
	trial_close(&t);
}

/* A few connections, how many nodes they show for certain. */
static void
nodes_are_never_counted_too_high(void **state)
{
	static const struct {
		struct { const char *client; unsigned client_ip; const char *server; unsigned server_ip; } c[4];
		unsigned nodes;
	} v[] = {
		{ { { NULL, 1, NULL, 1 } }, 2 },			/* no node dials itself */
		{ { { NULL, 1, "b@?", 2 } }, 2 },
		{ { { NULL, 1, "b@?", 2 }, { NULL, 2, "a@?", 1 } }, 2 },
		{ { { NULL, 1, "b@?", 2 }, { NULL, 1, "b@?", 3 } }, 3 },
		{ { { NULL, 1, "b@?", 2 }, { NULL, 1, "b@beta.lab", 2 } }, 2 },
		{ { { NULL, 1, "b@beta.lab", 2 }, { NULL, 3, "b@?", 4 } }, 3 },	/* 4 may be beta.lab */
		{ { { NULL, 1, "b@?", 2 }, { NULL, 1, "c@?", 2 } }, 3 },
		{ { { NULL, 1, "b@?", 2 }, { NULL, 3, "b@?", 2 } }, 3 },
		{ { { "a@x", 1, "b@y", 1 }, { "c@x", 1, "d@y", 1 } }, 4 },
		{ { { "a@x", 1, "b@y", 2 }, { "a@x", 1, "b@y", 2 } }, 2 },
	};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct trial t;
		trial_open(&t, *state);
		for (size_t k = 0; k < 4 && v[i].c[k].client_ip != 0; k++)
			trial_between(&t, v[i].c[k].client, v[i].c[k].client_ip, v[i].c[k].server,
			    v[i].c[k].server_ip);
		t.policy.expect_nodes = v[i].nodes;
		assert_int_equal(trial_judge(&t), 0);
		t.policy.expect_nodes = v[i].nodes + 1;
		assert_int_equal(trial_judge(&t), 3);
		trial_close(&t);
	}
}

/* One host's loopback, IPv4 and IPv6: two nodes may be seen on all three. */
static void
kinds_of_addresses_are_counted_apart(void **state)
{
	static const uint8_t v6[2][16] = { { 0xfd, [15] = 1 }, { 0xfd, [15] = 2 } };
	struct trial t;

	trial_open(&t, *state);
	trial_between(&t, NULL, 1, "b@?", 2);
	for (unsigned i = 0; i < 2; i++)
		trial_between(&t, NULL, 1, "b@?", 2)->end[i].address = address_ipv6(v6[i]);
	for (unsigned i = 0; i < 3; i++) {
		struct judgement *j = trial_between(&t, NULL, 1, "b@?", 2);
		j->end[0].address = address_ipv4((uint8_t[]){ 127, 0, 0, 1 });
		j->end[1].address = address_ipv4((uint8_t[]){ 127, 0, (uint8_t)i, 1 });
	}
	t.policy.expect_nodes = 2;
	assert_int_equal(trial_judge(&t), 0);
	t.policy.expect_nodes = 3;
	assert_int_equal(trial_judge(&t), 3);
	trial_close(&t);
}

/* A client's name is its own claim until the server has accepted it. */
static void
a_name_that_was_only_claimed_meets_nothing(void **state)
{
	struct trial t;

	trial_open(&t, *state);
	trial_demand(&t, "allow-plaintext", "true");
	trial_demand(&t, "expect-node", "c@gamma.lab");
	struct judgement *j = trial_add(&t, VERDICT_PLAINTEXT);
	j->end[SIDE_CLIENT].node = str("c@gamma.lab");
	assert_int_equal(trial_judge(&t), 0);
	j->state = STATE_REFUSED;
	j->reason = REASON_COOKIE_MISMATCH;
	assert_int_equal(trial_judge(&t), 3);
	trial_close(&t);
}

static void
a_full_mesh_has_every_pair(void **state)
{
	static const struct {
		struct { unsigned client; const char *server; unsigned at; } c[5];
		const char *says;
		int status;
	} v[] = {
		{ { { 1, "b@?", 2 } }, "", 0 },
		{ { { 1, "b@?", 2 }, { 2, "c@?", 3 }, { 3, "a@?", 1 } }, "", 0 },
		{ { { 1, "b@?", 2 }, { 1, "c@?", 3 }, { 2, "c@x", 3 } }, "", 0 },
		{ { { 1, "b@?", 2 }, { 2, "c@?", 3 } },
		    "2 of 3 pairs of 3 nodes are connected (not connected: c@? (10.0.0.3) and "
		    "the node at 10.0.0.1)", 3 },
		{ { { 1, "b@x", 2 }, { 2, "c@x", 3 }, { 1, "b@x", 2 } }, "2 of 3 pairs", 3 },
		/* Two at one address: which of them dialled? */
		{ { { 1, "b@?", 2 }, { 1, "c@?", 2 }, { 2, "c@?", 2 } }, "cannot be told", 3 },
		{ { { 1, "b@?", 2 }, { 2, "b@?", 2 } }, "cannot be told", 3 },
	};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct trial t;
		trial_open(&t, *state);
		for (size_t k = 0; k < 5 && v[i].c[k].client != 0; k++)
			trial_between(&t, NULL, v[i].c[k].client, v[i].c[k].server, v[i].c[k].at);
		trial_demand(&t, "full-mesh", "yes");
		assert_int_equal(trial_judge(&t), v[i].status);
		trial_says(&t, "not-enough-seen", 0, v[i].says);
		trial_close(&t);
	}
}

/* Who never came up is not connected, however well it is protected. */
static void
a_mesh_is_of_connections_that_came_up(void **state)
{
	static const enum connection_state all[] = { STATE_NONE, STATE_HANDSHAKE, STATE_REFUSED,
		STATE_UP, STATE_CLOSED };

	for (size_t i = 0; i < 5; i++) {
		struct trial t;
		trial_open(&t, *state);
		trial_demand(&t, "full-mesh", "yes");
		trial_between(&t, NULL, 1, "b@?", 2)->state = all[i];
		assert_int_equal(trial_judge(&t), all[i] == STATE_UP || all[i] == STATE_CLOSED ? 0 : 3);
		trial_close(&t);
	}
}

static void
a_mesh_counts_who_was_refused_and_who_epmd_lists(void **state)
{
	struct epmd_entry listed[] = {
		{ .host = address_ipv4((uint8_t[]){ 10, 0, 0, 1 }), .node = str("a"), .type = 77 },
		{ .host = address_ipv4((uint8_t[]){ 10, 0, 0, 1 }), .node = str("rabbitmqcli"), .type = 72 },
		{ .host = address_ipv4((uint8_t[]){ 10, 0, 0, 1 }), .node = str("d"), .type = 77 },
	};
	struct trial t;

	trial_open(&t, *state);
	trial_demand(&t, "full-mesh", "yes");
	trial_between(&t, NULL, 1, "b@?", 2);
	t.snapshot.epmd = listed;
	t.snapshot.n_epmd = 2;				/* a hidden node is no part of it */
	assert_int_equal(trial_judge(&t), 0);
	t.snapshot.n_epmd = 3;
	assert_int_equal(trial_judge(&t), 3);			/* who dialled: a or d? */
	t.snapshot.n_epmd = 0;
	struct judgement *j = trial_between(&t, NULL, 1, "c@?", 3);
	j->verdict = VERDICT_REFUSED;
	j->state = STATE_REFUSED;
	assert_int_equal(trial_judge(&t), 3);
	trial_close(&t);
}

static void
ignored_tls_counts_when_asked(void **state)
{
	struct trial t;

	trial_open(&t, *state);
	trial_add(&t, VERDICT_MUTUAL);
	t.snapshot.ignored_tls = 2;
	assert_int_equal(trial_judge(&t), 0);
	trial_demand(&t, "no-ignored-tls", "yes");
	assert_int_equal(trial_judge(&t), 3);
	t.snapshot.ignored_tls = 0;
	assert_int_equal(trial_judge(&t), 0);
	trial_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_loss_keeps_it_from_passing),
		cmocka_unit_test(expectations_say_what_is_missing),
		cmocka_unit_test(all_that_is_unmet_is_listed),
		cmocka_unit_test(nodes_are_never_counted_too_high),
		cmocka_unit_test(kinds_of_addresses_are_counted_apart),
		cmocka_unit_test(a_name_that_was_only_claimed_meets_nothing),
		cmocka_unit_test(a_full_mesh_has_every_pair),
		cmocka_unit_test(a_mesh_is_of_connections_that_came_up),
		cmocka_unit_test(a_mesh_counts_who_was_refused_and_who_epmd_lists),
		cmocka_unit_test(ignored_tls_counts_when_asked),
	};

	return cmocka_run_group_tests(tests, rules_lab_open, rules_lab_close);
}
