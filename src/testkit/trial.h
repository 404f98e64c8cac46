/*
 * trial - connections in a table, what is demanded of them, and what comes of it: for
 * the tests of assertion and of the rules about the input.
 *
 * ownership  what is in a struct trial lives as long as its lab; trial_close().
 */
#ifndef TESTKIT_TRIAL_H
#define TESTKIT_TRIAL_H

#include "audit/assertion.h"
#include "testkit/rules_lab.h"

#define TRIAL_MAX 16u

struct trial {
	struct lab *lab;
	struct snapshot snapshot;
	struct judgement v[TRIAL_MAX];
	const struct judgement *listed[TRIAL_MAX];
	struct policy policy;
	struct waivers waivers;
	struct assertion a;
};

static inline void
trial_open(struct trial *t, struct lab *lab)
{
	*t = (struct trial){ .lab = lab };
	policy_init(&t->policy);
	for (size_t i = 0; i < TRIAL_MAX; i++)
		t->listed[i] = &t->v[i];
	t->snapshot = (struct snapshot){ .connections = t->listed, .input = { .packets = 100,
		.first_ns = NOW_S * NSEC_PER_SEC, .last_ns = (NOW_S + 9) * NSEC_PER_SEC,
		.lost_kernel = UNKNOWN_COUNT, .lost_interface = UNKNOWN_COUNT,
		.lost_recorded = UNKNOWN_COUNT } };
}

static inline void
trial_close(struct trial *t)
{
	assertion_free(&t->a);
	policy_free(&t->policy);
}

static inline struct judgement *
trial_add(struct trial *t, enum verdict v)
{
	struct judgement *j = &t->v[t->snapshot.n_connections++];

	assert_true(t->snapshot.n_connections <= TRIAL_MAX);
	*j = mutual((uint32_t)t->snapshot.n_connections);
	j->verdict = v;
	if (v == VERDICT_PLAINTEXT || v == VERDICT_UNKNOWN) {
		j->has_tls = false;
		j->tls = (struct judged_tls){ 0 };
	}
	if (v == VERDICT_PLAINTEXT)
		j->known_by |= KNOWN_BY_HANDSHAKE;
	if (v == VERDICT_ONE_WAY)
		j->tls.client.state = CERTIFICATE_NOT_REQUESTED;
	if (v == VERDICT_REFUSED) {
		j->state = STATE_REFUSED;
		j->reason = REASON_ALERT;
	}
	if (v == VERDICT_UNKNOWN) {
		j->evidence = EVIDENCE_NONE;
		j->state = STATE_NONE;
	}
	return j;
}

static inline struct judgement *
trial_between(struct trial *t, const char *client, unsigned client_ip, const char *server,
    unsigned server_ip)
{
	struct judgement *j = trial_add(t, VERDICT_MUTUAL);

	j->end[SIDE_CLIENT].address = address_ipv4((uint8_t[]){ 10, 0, 0, (uint8_t)client_ip });
	j->end[SIDE_SERVER].address = address_ipv4((uint8_t[]){ 10, 0, 0, (uint8_t)server_ip });
	j->end[SIDE_CLIENT].node = client != NULL ? str(client) : (struct bytes){ NULL, 0 };
	j->end[SIDE_SERVER].node = server != NULL ? str(server) : (struct bytes){ NULL, 0 };
	return j;
}

static inline void
trial_demand(struct trial *t, const char *key, const char *value)
{
	struct diag d = { 0 };
	const struct policy_key *k = policy_key_find(key);

	assert_non_null(k);
	if (!k->set(&t->policy, value, &d))
		fail_msg("%s: %s", key, d.line);
}

static inline int
trial_judge_as(struct trial *t, bool live)
{
	struct diag d = { 0 };

	assertion_free(&t->a);
	assert_true(assertion_make(&t->a, &t->snapshot, &t->policy,
	    t->policy.ca != NULL ? t->lab->trust : NULL, &t->waivers, live, &d));
	return outcome_status(t->a.outcome);
}

static inline int
trial_judge(struct trial *t)
{
	return trial_judge_as(t, false);
}

/* The finding of a rule about that connection (0: the input); NULL: none. */
static inline const struct finding *
trial_found(const struct trial *t, const char *rule, unsigned id)
{
	for (size_t i = 0; i < t->a.n_findings; i++) {
		const struct finding *f = &t->a.findings[i];
		unsigned about = f->connection != NULL ? f->connection->id : 0;
		if (about == id && strcmp(f->rule->id, rule) == 0)
			return f;
	}
	return NULL;
}

static inline void
trial_says(const struct trial *t, const char *rule, unsigned id, const char *what)
{
	const struct finding *f = trial_found(t, rule, id);

	assert_non_null(f);
	if (strstr(f->why, what) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", rule, f->why, what);
}

#endif
