#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "audit/labels.h"
#include "base/limits.h"

static const uint8_t alpha_ip[4] = { 10, 77, 0, 1 }, loopback_ip[4] = { 127, 0, 0, 1 };

static struct bytes
str(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

static void
add(struct labels *l, const uint8_t ip[4], uint16_t port, const char *node, uint64_t at,
    uint16_t source)
{
	struct epmd_entry e = { .host = address_ipv4(ip), .port = port, .node = str(node),
		.type = 77, .how = EPMD_HOW_PORT2, .at_ns = at, .source = source };

	labels_add(l, &e);
}

/* The node's name at that place for a connection of that time; "" for none, "?" for several. */
static const char *
find(const struct labels *l, const uint8_t ip[4], uint16_t port, uint16_t source, uint64_t first,
    uint64_t last, char out[64])
{
	struct address a = address_ipv4(ip);
	bool alone;
	const struct label *found = labels_find(l, &a, port, source, first, last, &alone);

	strcpy(out, alone ? "" : "?");
	if (found != NULL && alone) {
		memcpy(out, found->entry.node.p, found->entry.node.n);
		out[found->entry.node.n] = '\0';
	}
	return out;
}

static void
a_label_holds_from_its_packet_and_for_what_is_open_then(void **state)
{
	struct labels l;
	char s[64];

	(void)state;
	labels_init(&l);
	add(&l, alpha_ip, 4000, "b", 100, 0);
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 100, 200, s), "b");
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 50, 150, s), "b");	/* open at 100 */
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 50, 99, s), "");
	assert_string_equal(find(&l, alpha_ip, 4001, 0, 100, 200, s), "");
	assert_string_equal(find(&l, loopback_ip, 4000, 0, 100, 200, s), "");
	labels_free(&l);
}

static void
unregistration_ends_it(void **state)
{
	struct address a = address_ipv4(alpha_ip);
	struct labels l;
	char s[64];

	(void)state;
	labels_init(&l);
	add(&l, alpha_ip, 4000, "b", 100, 0);
	labels_end(&l, &a, 4000, str("c"), 0, 200);		/* somebody else's */
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 300, 400, s), "b");
	labels_end(&l, &a, 4000, str("b"), 0, 200);
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 300, 400, s), "");
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 150, 400, s), "b");
	labels_free(&l);
}

/* The end of a registration is noticed late: the node may be back by then. */
static void
a_node_that_came_back_keeps_its_label(void **state)
{
	struct address a = address_ipv4(alpha_ip);
	struct labels l;
	char s[64];

	(void)state;
	labels_init(&l);
	add(&l, alpha_ip, 4000, "b", 100, 0);
	add(&l, alpha_ip, 4000, "b", 250, 0);
	labels_end(&l, &a, 4000, str("b"), 0, 200);
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 300, 400, s), "b");
	labels_free(&l);
}

/* RabbitMQ's CLI nodes: one port, many names over time. */
static void
a_port_has_one_name_after_the_other(void **state)
{
	struct address a = address_ipv4(alpha_ip);
	struct labels l;
	char s[64];

	(void)state;
	labels_init(&l);
	add(&l, alpha_ip, 35672, "cli-1", 100, 0);
	labels_end(&l, &a, 35672, str("cli-1"), 0, 190);
	add(&l, alpha_ip, 35672, "cli-2", 200, 0);
	assert_string_equal(find(&l, alpha_ip, 35672, 0, 150, 160, s), "cli-1");
	assert_string_equal(find(&l, alpha_ip, 35672, 0, 195, 196, s), "");
	assert_string_equal(find(&l, alpha_ip, 35672, 0, 250, 260, s), "cli-2");
	assert_int_equal(l.n, 2);
	labels_free(&l);
}

/* EPMD lets anyone register any port, and whoever did so may leave again. */
static void
no_other_name_takes_a_label_away(void **state)
{
	struct address a = address_ipv4(alpha_ip);
	struct labels l;
	char s[64];

	(void)state;
	labels_init(&l);
	add(&l, alpha_ip, 25672, "rabbit", 100, 0);
	add(&l, alpha_ip, 25672, "evil", 200, 0);
	assert_string_equal(find(&l, alpha_ip, 25672, 0, 150, 160, s), "rabbit");
	assert_string_equal(find(&l, alpha_ip, 25672, 0, 250, 260, s), "?");
	labels_end(&l, &a, 25672, str("evil"), 0, 300);
	assert_string_equal(find(&l, alpha_ip, 25672, 0, 250, 260, s), "?");
	assert_string_equal(find(&l, alpha_ip, 25672, 0, 350, 360, s), "rabbit");
	labels_end(&l, &a, 25672, str("rabbit"), 0, 400);
	assert_string_equal(find(&l, alpha_ip, 25672, 0, 450, 460, s), "");
	labels_free(&l);
}

static void
a_name_that_moves_leaves_its_port(void **state)
{
	struct labels l;
	char s[64];

	(void)state;
	labels_init(&l);
	add(&l, alpha_ip, 4000, "b", 100, 0);
	add(&l, alpha_ip, 5000, "b", 200, 0);
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 250, 260, s), "");
	assert_string_equal(find(&l, alpha_ip, 5000, 0, 250, 260, s), "b");
	add(&l, alpha_ip, 4000, "b", 300, 0);			/* and comes back */
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 350, 360, s), "b");
	assert_string_equal(find(&l, alpha_ip, 5000, 0, 350, 360, s), "");
	labels_free(&l);
}

static void
said_again_is_one_label(void **state)
{
	struct epmd_entry e[4];
	struct labels l;

	(void)state;
	labels_init(&l);
	for (uint64_t at = 100; at < 110; at++)
		add(&l, alpha_ip, 4000, "b", at, 0);
	assert_int_equal(labels_list(&l, e, 4), 1);
	assert_int_equal(e[0].at_ns, 100);
	labels_free(&l);
}

/* Two hosts' recordings, merged: each has its own loopback. */
static void
loopback_is_of_the_host_that_recorded(void **state)
{
	static const uint8_t other_loopback[4] = { 127, 0, 1, 1 };
	struct labels l;
	char s[64];

	(void)state;
	labels_init(&l);
	add(&l, loopback_ip, 4000, "a", 100, 0);
	add(&l, loopback_ip, 4000, "b", 100, 1);
	assert_string_equal(find(&l, loopback_ip, 4000, 0, 150, 160, s), "a");
	assert_string_equal(find(&l, other_loopback, 4000, 0, 150, 160, s), "a");
	assert_string_equal(find(&l, loopback_ip, 4000, 1, 150, 160, s), "b");
	assert_string_equal(find(&l, loopback_ip, 4000, 2, 150, 160, s), "");
	labels_free(&l);
}

/* EPMD takes as many names of one port as are told. */
static void
names_of_a_port_are_bounded_and_counted(void **state)
{
	struct address a = address_ipv4(alpha_ip);
	struct labels l;
	char s[64];

	(void)state;
	labels_init(&l);
	for (unsigned i = 0; i < 10; i++) {
		snprintf(s, sizeof s, "n%u", i);
		add(&l, alpha_ip, 4000, s, 100 + i, 0);
	}
	assert_int_equal(l.n, 8);
	assert_int_equal(l.shed, 2);
	assert_int_equal(l.names.n, 8);			/* nothing is kept of the others */
	for (unsigned i = 0; i < 7; i++) {
		snprintf(s, sizeof s, "n%u", i);
		labels_end(&l, &a, 4000, str(s), 0, 200 + i);
	}
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 300, 310, s), "n7");
	add(&l, alpha_ip, 4000, "n9", 400, 0);		/* there is room again */
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 500, 510, s), "?");
	assert_string_equal(find(&l, alpha_ip, 4000, 0, 205, 206, s), "?");
	labels_free(&l);
}

/* A port that has had very many names has one now; who it was long ago is not looked for. */
static void
a_long_history_is_looked_through_in_part(void **state)
{
	struct address a = address_ipv4(alpha_ip);
	struct labels l;
	char s[64];

	(void)state;
	labels_init(&l);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(s, sizeof s, "cli-%u", i);
		add(&l, alpha_ip, 35672, s, 10 * i, 0);
		labels_end(&l, &a, 35672, str(s), 0, 10 * i + 5);
	}
	add(&l, alpha_ip, 35672, "now", 20000, 0);
	assert_string_equal(find(&l, alpha_ip, 35672, 0, 20001, 20002, s), "now");
	assert_string_equal(find(&l, alpha_ip, 35672, 0, 9992, 9993, s), "cli-999");
	assert_string_equal(find(&l, alpha_ip, 35672, 0, 12, 30000, s), "?");
	labels_free(&l);
}

static void
labels_are_bounded_and_counted(void **state)
{
	struct labels l;
	char s[64];

	(void)state;
	labels_init(&l);
	for (unsigned i = 0; i < LIMIT_LABELS + 10; i++) {
		snprintf(s, sizeof s, "n%u", i);
		add(&l, alpha_ip, (uint16_t)(1 + i), s, i, 0);
	}
	assert_int_equal(l.n, LIMIT_LABELS);
	assert_int_equal(l.shed, 10);
	labels_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_label_holds_from_its_packet_and_for_what_is_open_then),
		cmocka_unit_test(unregistration_ends_it),
		cmocka_unit_test(a_node_that_came_back_keeps_its_label),
		cmocka_unit_test(a_port_has_one_name_after_the_other),
		cmocka_unit_test(no_other_name_takes_a_label_away),
		cmocka_unit_test(a_name_that_moves_leaves_its_port),
		cmocka_unit_test(said_again_is_one_label),
		cmocka_unit_test(loopback_is_of_the_host_that_recorded),
		cmocka_unit_test(names_of_a_port_are_bounded_and_counted),
		cmocka_unit_test(a_long_history_is_looked_through_in_part),
		cmocka_unit_test(labels_are_bounded_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
