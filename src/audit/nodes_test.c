#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "audit/nodes.h"

#define MOST 16u

struct scenery {
	struct snapshot snapshot;
	struct judgement v[MOST];
	const struct judgement *listed[MOST];
	struct epmd_entry epmd[4];
	struct nodes nodes;
};

static struct bytes
str(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, s != NULL ? strlen(s) : 0 };
}

static struct address
host(unsigned last)
{
	return address_ipv4((uint8_t[]){ 10, 0, 0, (uint8_t)last });
}

static struct judgement *
add(struct scenery *y, const char *client, unsigned from, const char *server, unsigned to)
{
	struct judgement *j = &y->v[y->snapshot.n_connections++];

	assert_true(y->snapshot.n_connections <= MOST);
	*j = (struct judgement){ .id = (uint32_t)y->snapshot.n_connections,
		.verdict = VERDICT_MUTUAL, .state = STATE_UP,
		.last_ns = y->snapshot.n_connections };
	j->end[SIDE_CLIENT] = (struct judged_end){ .address = host(from), .port = 40000,
		.node = str(client) };
	j->end[SIDE_SERVER] = (struct judged_end){ .address = host(to), .port = 9100,
		.node = str(server) };
	return j;
}

static void
open_scenery(struct scenery *y)
{
	*y = (struct scenery){ .snapshot = { .connections = y->listed, .epmd = y->epmd } };
	for (size_t i = 0; i < MOST; i++)
		y->listed[i] = &y->v[i];
	nodes_init(&y->nodes);
}

static const struct node *
end(struct scenery *y, const struct judgement *j, enum side side)
{
	const struct node *node = nodes_end(&y->nodes, j, side);

	assert_non_null(node);
	assert_ptr_equal(y->nodes.all[node->number], node);
	return node;
}

static void
who_has_a_whole_name_is_one_wherever(void **state)
{
	struct scenery y;

	(void)state;
	open_scenery(&y);
	struct judgement *a = add(&y, "a@x", 1, "b@y", 2), *b = add(&y, "a@x", 7, "b@y", 2);
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_int_equal(y.nodes.n, 2);
	assert_ptr_equal(end(&y, a, SIDE_CLIENT), end(&y, b, SIDE_CLIENT));
	assert_int_equal(end(&y, a, SIDE_CLIENT)->kind, NODE_WHOLE);
	assert_int_equal(end(&y, a, SIDE_CLIENT)->tally.n, 2);
	nodes_free(&y.nodes);
}

static void
who_is_not_named_is_the_one_at_its_address(void **state)
{
	struct scenery y;

	(void)state;
	open_scenery(&y);
	struct judgement *named = add(&y, "a@x", 1, "b@y", 2), *nameless = add(&y, NULL, 1, "b@?", 2);
	struct judgement *stranger = add(&y, NULL, 3, "b@y", 2);
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_ptr_equal(end(&y, nameless, SIDE_CLIENT), end(&y, named, SIDE_CLIENT));
	assert_ptr_equal(end(&y, nameless, SIDE_SERVER), end(&y, named, SIDE_SERVER));
	assert_int_equal(end(&y, stranger, SIDE_CLIENT)->kind, NODE_UNNAMED);
	assert_int_equal(y.nodes.n, 3);
	nodes_free(&y.nodes);
}

static void
which_of_several_is_not_guessed(void **state)
{
	struct scenery y;

	(void)state;
	open_scenery(&y);
	add(&y, "a@x", 1, "b@y", 2);
	add(&y, "c@x", 1, "b@y", 2);
	struct judgement *nameless = add(&y, NULL, 1, "b@y", 2);
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_int_equal(end(&y, nameless, SIDE_CLIENT)->kind, NODE_ONE_OF_SEVERAL);
	assert_int_equal(end(&y, nameless, SIDE_CLIENT)->name.n, 0);
	assert_int_equal(y.nodes.n, 4);

	/* EPMD knows of another one there: then one that was met is no proof either. */
	nodes_free(&y.nodes);
	open_scenery(&y);
	add(&y, "a@x", 1, "b@y", 2);
	nameless = add(&y, NULL, 1, "b@y", 2);
	y.epmd[0] = (struct epmd_entry){ .host = host(1), .port = 9, .node = str("c"), .type = 77 };
	y.snapshot.n_epmd = 1;
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_int_equal(end(&y, nameless, SIDE_CLIENT)->kind, NODE_ONE_OF_SEVERAL);
	nodes_free(&y.nodes);
}

/* Whoever fails the handshake may have claimed any name. */
static void
a_claimed_name_is_nobodys(void **state)
{
	struct scenery y;

	(void)state;
	open_scenery(&y);
	struct judgement *j = add(&y, "a@x", 1, "b@y", 2);
	j->verdict = VERDICT_PLAINTEXT;
	j->state = STATE_REFUSED;
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_int_equal(end(&y, j, SIDE_CLIENT)->kind, NODE_UNNAMED);
	nodes_free(&y.nodes);
}

static void
who_listens_is_there_without_a_connection(void **state)
{
	struct scenery y;

	(void)state;
	open_scenery(&y);
	y.epmd[0] = (struct epmd_entry){ .host = host(1), .port = 9, .node = str("c"), .type = 77,
		.highest = 6, .listening = true };
	y.epmd[1] = (struct epmd_entry){ .host = host(1), .port = 8, .node = str("cli"), .type = 72,
		.listening = true };
	y.epmd[2] = (struct epmd_entry){ .host = host(1), .port = 7, .node = str("gone"), .type = 77 };
	y.snapshot.n_epmd = 3;
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_int_equal(y.nodes.n, 2);
	assert_int_equal(y.nodes.all[0]->kind, NODE_PART);
	assert_memory_equal(y.nodes.all[0]->name.p, "c@?", 3);
	assert_ptr_equal(y.nodes.all[0]->listens, &y.epmd[0]);
	assert_int_equal(y.nodes.all[0]->release.first, 23);
	assert_int_equal(y.nodes.all[0]->tally.n, 0);
	assert_int_equal(y.nodes.all[1]->hidden, ANSWER_YES);
	nodes_free(&y.nodes);
}

/* A node registers at 127.0.0.1, and is dialled at another address of its host. */
static void
over_loopback_the_port_tells(void **state)
{
	struct scenery y;

	(void)state;
	open_scenery(&y);
	struct judgement *j = add(&y, "a@x", 1, "b@y", 2);
	y.epmd[0] = (struct epmd_entry){ .host = address_ipv4((uint8_t[]){ 127, 0, 0, 1 }),
		.port = 9100, .node = str("b"), .type = 77, .listening = true };
	y.epmd[1] = y.epmd[0];
	y.epmd[1].port = 9101;
	y.epmd[1].node = str("c");		/* of it nothing else was seen */
	y.snapshot.n_epmd = 1;
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_int_equal(y.nodes.n, 2);
	assert_ptr_equal(end(&y, j, SIDE_SERVER)->listens, &y.epmd[0]);
	y.snapshot.n_epmd = 2;
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_int_equal(y.nodes.n, 3);
	nodes_free(&y.nodes);
}

static void
pairs_count_their_connections(void **state)
{
	struct scenery y;

	(void)state;
	open_scenery(&y);
	struct judgement *j = add(&y, "a@x", 1, "b@y", 2);
	add(&y, "b@y", 2, "a@x", 1)->verdict = VERDICT_PLAINTEXT;
	add(&y, "b@y", 2, "a@x", 1)->state = STATE_CLOSED;
	add(&y, "c@z", 3, "a@x", 1);
	struct judgement *self = add(&y, "c@z", 3, "c@z", 3);
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	const struct node *a = end(&y, j, SIDE_CLIENT), *b = end(&y, j, SIDE_SERVER);
	const struct node *c = end(&y, self, SIDE_CLIENT);
	const struct pair *pair = nodes_pair(&y.nodes, b, a);
	assert_ptr_equal(pair, nodes_pair(&y.nodes, a, b));
	assert_int_equal(pair->tally.n, 3);
	assert_int_equal(pair->tally.n_open, 2);
	assert_int_equal(pair->tally.by_verdict[VERDICT_MUTUAL], 2);
	assert_int_equal(pair->tally.open_by_verdict[VERDICT_MUTUAL], 1);
	assert_int_equal(pair->tally.by_verdict[VERDICT_PLAINTEXT], 1);
	assert_int_equal(a->tally.n, 4);
	assert_int_equal(c->tally.n, 2);
	assert_non_null(nodes_pair(&y.nodes, c, c));
	assert_null(nodes_pair(&y.nodes, b, c));
	nodes_free(&y.nodes);
}

static void
the_last_certificate_counts(void **state)
{
	static const struct certificate old = { .readable = true }, new = { .readable = true };
	struct scenery y;

	(void)state;
	open_scenery(&y);
	for (unsigned i = 0; i < 3; i++) {
		struct judgement *j = add(&y, NULL, 1, "b@y", 2);
		j->has_tls = true;
		j->tls.server.state = CERTIFICATE_SENT;
		j->tls.server.chain = (struct chain){ .n = i < 2, .v = { i ? &new : &old } };
		j->tls.client.state = CERTIFICATE_DECLINED;
	}
	y.snapshot.n_connections = 2;
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_ptr_equal(end(&y, &y.v[0], SIDE_SERVER)->certificate, &new);
	assert_false(end(&y, &y.v[0], SIDE_SERVER)->sealed);
	assert_null(end(&y, &y.v[0], SIDE_CLIENT)->certificate);
	y.snapshot.n_connections = 3;			/* TLS 1.3 has come */
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_ptr_equal(end(&y, &y.v[0], SIDE_SERVER)->certificate, &new);
	assert_true(end(&y, &y.v[0], SIDE_SERVER)->sealed);
	nodes_free(&y.nodes);
}

static void
its_own_word_is_better_than_the_version(void **state)
{
	struct scenery y;

	(void)state;
	open_scenery(&y);
	struct judgement *j = add(&y, "a@x", 1, "b@y", 2);
	j->has_dist = true;
	j->dist.version = 6;
	j->dist.release[SIDE_CLIENT] = (struct release){ 25, 27 };
	j->dist.hidden[SIDE_CLIENT] = ANSWER_YES;
	struct judgement *later = add(&y, "a@x", 1, "b@y", 2);
	later->has_dist = true;
	later->dist.version = 6;
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_int_equal(end(&y, j, SIDE_CLIENT)->release.last, 27);
	assert_int_equal(end(&y, j, SIDE_CLIENT)->hidden, ANSWER_YES);
	assert_int_equal(end(&y, j, SIDE_SERVER)->release.first, 23);
	assert_int_equal(end(&y, j, SIDE_SERVER)->hidden, ANSWER_ABSENT);
	nodes_free(&y.nodes);
}

/* Faces find their rows again. */
static void
ids_are_the_same_each_time(void **state)
{
	struct scenery y;

	(void)state;
	open_scenery(&y);
	struct judgement *j = add(&y, "a@x", 1, "b@y", 2);
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	uint64_t a = end(&y, j, SIDE_CLIENT)->id, b = end(&y, j, SIDE_SERVER)->id;
	assert_true(a != b && a != 0 && b != 0);
	*j = *add(&y, "a@x", 1, "b@y", 2);
	y.v[0].end[SIDE_CLIENT].node = str("zzz@x");
	assert_true(nodes_take(&y.nodes, &y.snapshot));
	assert_int_equal(end(&y, &y.v[1], SIDE_CLIENT)->id, a);
	assert_int_equal(end(&y, &y.v[1], SIDE_SERVER)->id, b);
	nodes_free(&y.nodes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_a_whole_name_is_one_wherever),
		cmocka_unit_test(who_is_not_named_is_the_one_at_its_address),
		cmocka_unit_test(which_of_several_is_not_guessed),
		cmocka_unit_test(a_claimed_name_is_nobodys),
		cmocka_unit_test(who_listens_is_there_without_a_connection),
		cmocka_unit_test(over_loopback_the_port_tells),
		cmocka_unit_test(pairs_count_their_connections),
		cmocka_unit_test(the_last_certificate_counts),
		cmocka_unit_test(its_own_word_is_better_than_the_version),
		cmocka_unit_test(ids_are_the_same_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
