#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ui/connection_fields.h"
#include "ui/node_bench.h"
#include "ui/node_fields.h"
#include "ui/view_nodes.h"

#define KEY(k) ((struct press){ .kind = (k) })

static void
a_row_a_node_the_worst_first(void **state)
{
	struct node_bench b;

	(void)state;
	node_bench_open(&b, &view_nodes, 150, 8);
	node_bench_look(&b);
	node_bench_shows(&b,
"Node          Worst▲    Release Certificate Days Open Plaintext One-way Unknown Encrypted "
"Refused Mutual Address   Port Type    Idle\n"
"a@alpha.lab   plaintext 25-27   alpha.lab   1041    3         1       1       0         0       0"
"      2 10.77.0.1    - normal 1m00s\n"
"b@beta.lab    plaintext 29+     beta.lab    1041    1         1       0       0         0       1"
"      1 10.77.0.2    - hidden 1m00s\n"
"? 10.77.0.4   one-way   ?       -              -    1         0       1       0         0       0"
"      0 10.77.0.4    - -      1m00s\n"
"c@gamma.lab   mutual    ?       (encrypted)    -    1         0       0       0         0       1"
"      1 10.77.0.3    - -      1m00s\n"
"d@? 10.77.0.5 -         23+     -              -    0         0       0       0         0       0"
"      0 10.77.0.5 9105 -          -\n"
"\n\n");
	node_bench_close(&b);
}

/* Yesterday's is one day over, and so is what ended a minute ago: it is not valid today. */
static void
days_count_what_is_left(void **state)
{
	static struct certificate c = { .readable = true, .subject = "CN = x", .common_name = "x" };
	static const struct { int64_t left_s; double days; } v[] = {
		{ 86400, 1 }, { 86399, 0 }, { 0, 0 }, { -1, -1 }, { -86400, -1 }, { -86401, -2 },
		{ 20 * 86400 + 5, 20 },
	};
	const struct field *f = &node_fields.v[field_find(&node_fields, "days")];
	struct node node = { .certificate = &c };
	struct scene s = { .now_ns = NODE_BENCH_NOW_NS };
	double n;

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		c.not_after = (int64_t)(s.now_ns / 1000000000u) + v[i].left_s;
		assert_true(f->number(&n, f, &node, &s));
		assert_true(n == v[i].days);
	}
	node.certificate = NULL;
	assert_false(f->number(&n, f, &node, &s));
}

static void
enter_leads_to_its_connections(void **state)
{
	struct node_bench b;

	(void)state;
	node_bench_open(&b, &view_nodes, 150, 8);
	node_bench_look(&b);
	node_bench_hint(&b, "a@alpha.lab: 4 connections, 3 open: 1 plaintext, 1 one-way, 2 mutual; "
	    "certificate until 2026-09-21T14:13:20Z, O = Lab, CN = alpha.lab");
	struct request r = node_bench_press(&b, KEY(PRESS_ENTER));
	assert_int_equal(r.kind, REQUEST_SHOW);
	assert_string_equal(r.name, "connections");
	assert_string_equal(r.text, "(node=\"a@alpha.lab\" or host=10.77.0.1)");
	node_bench_press(&b, KEY(PRESS_DOWN));
	node_bench_press(&b, KEY(PRESS_DOWN));
	assert_string_equal(node_bench_press(&b, KEY(PRESS_ENTER)).text, "host=10.77.0.4");
	node_bench_press(&b, KEY(PRESS_DOWN));
	node_bench_hint(&b, "c@gamma.lab: 2 connections, 1 open: 1 refused, 1 mutual; "
	    "its certificate was encrypted");
	node_bench_close(&b);
}

/* Each is a filter, and finds what it is meant to; a name that no filter can hold is looked
 * for by its address. */
static void
queries_are_filters(void **state)
{
	static const struct { const char *name; enum node_kind kind; bool alone; const char *query; } v[] = {
		{ "a@x", NODE_WHOLE, true, "(node=\"a@x\" or host=10.77.0.9)" },
		{ "a@x", NODE_WHOLE, false, "node=\"a@x\"" },
		{ "a b|c(d)@x", NODE_WHOLE, false, "node=\"a b|c(d)@x\"" },
		{ "a\"@x", NODE_WHOLE, false, "host=10.77.0.9" },
		{ "a@?", NODE_PART, true, "host=10.77.0.9" },
		{ "", NODE_UNNAMED, true, "host=10.77.0.9" },
		{ "", NODE_ONE_OF_SEVERAL, false, "host=10.77.0.9 node=?" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct node node = { .kind = v[i].kind, .name = words_bytes(v[i].name),
			.address = node_bench_host(9), .is_alone = v[i].alone };
		char s[QUERY_BYTES];
		struct text t = TEXT(s);
		struct query_error e;
		struct query q;

		node_put_query(&t, &node);
		assert_string_equal(s, v[i].query);
		assert_true(query_parse(&q, s, &connection_fields, &e));
	}

	/* Two long ones fit, or are asked for by their addresses. */
	char name[256], s[QUERY_BYTES];
	for (size_t n = 1; n < sizeof name; n++) {
		memset(name, 'x', n);
		name[n] = '\0';
		struct node node = { .kind = NODE_WHOLE, .name = words_bytes(name), .is_alone = true,
			.address = address_ipv6((uint8_t[16]){ 0x20, 1, 0xd, 0xb8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
			    1, 1 }) };
		struct text t = TEXT(s);
		node_put_query(&t, &node);
		text_put(&t, " ");
		node_put_query(&t, &node);
		assert_false(t.cut);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_a_node_the_worst_first),
		cmocka_unit_test(days_count_what_is_left),
		cmocka_unit_test(enter_leads_to_its_connections),
		cmocka_unit_test(queries_are_filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
