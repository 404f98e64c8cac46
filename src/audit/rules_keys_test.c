#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "audit/asking.h"

#include <stdlib.h>

#include "report/sample.h"
#include "testkit/certify.h"

struct lab {
	struct certified beta, again;	/* two certificates of one key */
	struct policy policy;
	struct sample sample;
	struct inquiry q;
};

static int
setup(void **state)
{
	struct lab *l = calloc(1, sizeof *l);

	assert_non_null(l);
	certify(&l->beta, &(struct recipe){ .common_name = "beta.lab" }, NULL);
	certify(&l->again, &(struct recipe){ .common_name = "again", .same_key = &l->beta }, NULL);
	*state = l;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *l = *state;

	certified_free(&l->beta);
	certified_free(&l->again);
	free(l);
	return 0;
}

static void
begin(struct lab *l)
{
	l->policy = (struct policy){ .evidence = EVIDENCE_INFERRED };
	sample_open(&l->sample);
	l->q = (struct inquiry){ .policy = &l->policy, .snapshot = &l->sample.snapshot };
}

static void
collect_keys(struct lab *l)
{
	map_init(&l->q.keys);
	assert_true(certificate_keys_collect(&l->q));
}

static void
forget_keys(struct lab *l)
{
	map_free(&l->q.keys);
	arena_free(&l->q.arena);
}

static void
answers(const struct lab *l, const struct judgement *j, enum rule_answer a, const char *says)
{
	char buf[1500];
	struct text why = TEXT(buf);
	enum rule_answer got = ask_one_key_on_several_nodes(&l->q, j, &why);

	if (got != a || strstr(buf, says) == NULL)
		fail_msg("%s, not %s: \"%s\", not \"%s\"", rule_answer_word(got), rule_answer_word(a),
		    buf, says);
	assert_int_equal(buf[0] == '\0', a == RULE_PASS);
}

/* Connections that show the key of beta: from where, to whom, or by whom. */
struct holder {
	uint8_t address;		/* 10.77.0.this; 127 is 127.0.0.1; 6 is fd77::6 */
	const char *node;
	enum side side;
};

static void
hold(struct lab *l, const struct holder *h)
{
	struct judgement *j = sample_add_mutual(&l->sample);
	struct judged_end *e = &j->end[h->side];

	e->address = h->address == 127 ? address_ipv4((uint8_t[]){ 127, 0, 0, 1 })
	    : h->address == 6 ? address_ipv6((uint8_t[16]){ 0xfd, 0x77, [15] = 6 })
	    : address_ipv4((uint8_t[]){ 10, 77, 0, h->address });
	e->node = words_bytes(h->node);
	j->tls.server.state = j->tls.client.state = CERTIFICATE_NOT_REQUESTED;
	if (h->side == SIDE_SERVER) {
		j->tls.server.state = CERTIFICATE_SENT;
		j->tls.server.chain = (struct chain){ 1, { &l->beta.is } };
	} else {
		j->tls.client.state = CERTIFICATE_SENT;
		j->tls.client.chain = (struct chain){ 1, { &l->again.is } };
	}
}

static void
one_key_on_several_nodes(void **state)
{
	static const struct {
		struct holder h[3];
		enum rule_answer a;
		const char *says;
	} cases[] = {
		{ { { 2, "b@beta.lab", SIDE_SERVER } }, RULE_PASS, "" },
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 2, "b@beta.lab", SIDE_SERVER } }, RULE_PASS, "" },
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 2, "", SIDE_CLIENT } }, RULE_PASS, "" },
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 3, "c@gamma.lab", SIDE_SERVER } }, RULE_FAIL,
		    " has a key that was shown by b@beta.lab at 10.77.0.2 (connection 1) and by c@gamma.lab "
		    "at 10.77.0.3 (connection 2)" },
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 3, "b@gamma.lab", SIDE_SERVER } }, RULE_FAIL, "" },
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 2, "c@beta.lab", SIDE_SERVER } }, RULE_FAIL, "" },
		{ { { 3, "", SIDE_CLIENT }, { 2, "b@beta.lab", SIDE_SERVER },
		    { 3, "c@gamma.lab", SIDE_SERVER } }, RULE_FAIL, "b@beta.lab" },
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 2, "", SIDE_CLIENT },
		    { 3, "c@gamma.lab", SIDE_SERVER } }, RULE_FAIL, "c@gamma.lab" },
		/* one node with two addresses */
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 6, "b@beta.lab", SIDE_SERVER } }, RULE_PASS, "" },
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 127, "b@beta.lab", SIDE_SERVER } }, RULE_PASS, "" },
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 3, "b@beta.lab", SIDE_SERVER } }, RULE_UNKNOWN,
		    ", which may be one node" },
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 2, "b@localhost", SIDE_SERVER } }, RULE_PASS, "" },
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 127, "b@localhost", SIDE_SERVER } },
		    RULE_UNKNOWN, "" },
		/* without names there is no telling */
		{ { { 2, "b@beta.lab", SIDE_SERVER }, { 3, "", SIDE_CLIENT } }, RULE_UNKNOWN, "" },
		{ { { 2, "b@?", SIDE_SERVER }, { 3, "c@?", SIDE_SERVER } }, RULE_UNKNOWN,
		    "10.77.0.2 (connection 1) and by 10.77.0.3" },
		{ { { 127, "", SIDE_CLIENT }, { 127, "", SIDE_CLIENT } }, RULE_UNKNOWN, "" },
		/* perhaps, and then for certain */
		{ { { 2, "", SIDE_CLIENT }, { 3, "b@beta.lab", SIDE_SERVER },
		    { 4, "c@gamma.lab", SIDE_SERVER } }, RULE_FAIL, "c@gamma.lab" },
	};
	struct lab *l = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin(l);
		for (size_t k = 0; k < 3 && cases[i].h[k].address != 0; k++)
			hold(l, &cases[i].h[k]);
		collect_keys(l);
		for (size_t k = 0; k < l->sample.snapshot.n_connections; k++)
			answers(l, &l->sample.connections[k], cases[i].a, cases[i].says);
		forget_keys(l);
	}
}

static void
a_node_does_not_connect_to_itself(void **state)
{
	struct lab *l = *state;

	begin(l);
	hold(l, &(struct holder){ 2, "b@beta.lab", SIDE_SERVER });
	hold(l, &(struct holder){ 2, "b@beta.lab", SIDE_SERVER });
	struct judgement *j = &l->sample.connections[1];
	j->tls.client.state = CERTIFICATE_SENT;
	j->tls.client.chain = (struct chain){ 1, { &l->again.is } };
	j->end[SIDE_CLIENT].address = j->end[SIDE_SERVER].address;
	collect_keys(l);
	answers(l, j, RULE_FAIL,
	    "shown by 10.77.0.2 (connection 2) and by b@beta.lab at 10.77.0.2 (connection 2)");
	forget_keys(l);
}

/* A name that was dialled and did not come up may be made up. */
static void
a_name_that_did_not_come_up_is_no_name(void **state)
{
	struct lab *l = *state;

	begin(l);
	hold(l, &(struct holder){ 2, "b@beta.lab", SIDE_SERVER });
	hold(l, &(struct holder){ 3, "c@gamma.lab", SIDE_SERVER });
	l->sample.connections[1].state = STATE_REFUSED;
	collect_keys(l);
	answers(l, &l->sample.connections[1], RULE_UNKNOWN, "which may be one node");
	forget_keys(l);
}

static void
no_memory_for_keys_is_told(void **state)
{
	struct lab *l = *state;

	begin(l);
	hold(l, &(struct holder){ 2, "b@beta.lab", SIDE_SERVER });
	map_init(&l->q.keys);
	l->q.arena.limit = 1;
	assert_false(certificate_keys_collect(&l->q));
	forget_keys(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_key_on_several_nodes),
		cmocka_unit_test(a_node_does_not_connect_to_itself),
		cmocka_unit_test(a_name_that_did_not_come_up_is_no_name),
		cmocka_unit_test(no_memory_for_keys_is_told),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
