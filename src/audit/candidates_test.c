#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>

#include "audit/candidates.h"

#define MAX 64u

/* The sockets of a host, a line each: "COMM PID LOCAL PORT" listens, with " REMOTE PORT" it is
 * connected. Process 0 is not known. */
struct host {
	struct socket_seen v[MAX];
	size_t n;
};

static struct address
address(const char *text)
{
	uint8_t octets[16];

	if (inet_pton(AF_INET, text, octets) == 1)
		return address_ipv4(octets);
	assert_int_equal(inet_pton(AF_INET6, text, octets), 1);
	return address_ipv6(octets);
}

static void
add(struct host *h, uint16_t space, const char *line)
{
	struct socket_seen s = { .state = SOCKET_LISTENING, .space = space };
	char local[64], remote[64], comm[16];
	int n = sscanf(line, "%15s %u %63s %hu %63s %hu", comm, &s.pid, local, &s.local_port,
	    remote, &s.remote_port);

	assert_true(n == 4 || n == 6);
	s.local = address(local);
	if (n == 6) {
		s.state = SOCKET_ESTABLISHED;
		s.remote = address(remote);
	}
	if (s.pid != 0)
		strcpy(s.comm, comm);
	assert_true(h->n < MAX);
	h->v[h->n++] = s;
}

static struct host
host(const char *const *lines)
{
	struct host h = { .n = 0 };

	for (; *lines != NULL; lines++)
		add(&h, 0, *lines);
	return h;
}

static struct candidates
found_with(const struct host *h, const struct port_range *epmd, size_t n)
{
	struct candidates c;
	struct diag d = { "" };

	assert_true(candidates_find(&c, h->v, h->n, epmd, n, &d));
	return c;
}

static struct candidates
found(const struct host *h)
{
	return found_with(h, &(struct port_range){ 4369, 4369 }, 1);
}

/* "COMM PID LOCAL:PORT-REMOTE:PORT LISTENING" */
static void
describe(const struct candidate *c, char out[256])
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	snprintf(out, 256, "%s %u %s:%u-%s:%u %u", c->end->comm, c->end->pid,
	    address_text(&c->end->local, local), c->end->local_port,
	    address_text(&c->end->remote, remote), c->end->remote_port, c->listening);
}

/* These, and no others. */
static void
assert_found(const char *const *lines, size_t n_nodes, const char *const *expected)
{
	struct host h = host(lines);
	struct candidates c = found(&h);
	char text[256];
	size_t n = 0;

	assert_int_equal(c.n_nodes, n_nodes);
	for (; expected[n] != NULL; n++) {
		bool is_there = false;

		for (size_t i = 0; i < c.n && !is_there; i++) {
			describe(&c.v[i], text);
			is_there = strcmp(text, expected[n]) == 0;
		}
		if (!is_there)
			fail_msg("%s is not there", expected[n]);
	}
	assert_int_equal(c.n, n);
	candidates_free(&c);
}

#define LINES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NONE ((const char *const[]){ NULL })

static void
a_process_that_is_registered_is_a_node(void **state)
{
	(void)state;
	assert_found(LINES(
	    "epmd 50 :: 4369",
	    "epmd 50 127.0.0.1 4369 127.0.0.1 40000",
	    "beam.smp 60 127.0.0.1 40000 127.0.0.1 4369",
	    "beam.smp 60 0.0.0.0 9100",
	    "beam.smp 60 10.0.0.1 9100 10.0.0.2 50000",
	    "beam.smp 60 10.0.0.1 51000 10.0.0.3 9105",
	    "postgres 70 127.0.0.1 5432",
	    "postgres 70 127.0.0.1 5432 127.0.0.1 41000",
	    "sshd 80 10.0.0.1 22 10.0.0.9 60000"), 1, LINES(
	    "beam.smp 60 10.0.0.1:9100-10.0.0.2:50000 9100",
	    "beam.smp 60 10.0.0.1:51000-10.0.0.3:9105 0"));
}

/* ERL_EPMD_ADDRESS, and IPv6. */
static void
epmd_is_reached_over_loopback_or_from_an_address_to_itself(void **state)
{
	static const char *const registered[] = { "beam.smp 60 10.0.0.1 40000 10.0.0.1 4369",
		"beam.smp 60 ::1 40000 ::1 4369", "beam.smp 60 fd77::1 40000 fd77::1 4369",
		"beam.smp 60 127.0.0.1 40000 127.8.8.8 4369" };
	static const char *const not[] = { "beam.smp 60 10.0.0.1 40000 10.0.0.2 4369",
		"beam.smp 60 127.0.0.1 40000 127.0.0.1 4370", "beam.smp 60 127.0.0.1 4369",
		"beam.smp 60 127.0.0.1 4369 127.0.0.1 40000",
		"beam.smp 0 127.0.0.1 40000 127.0.0.1 4369" };

	(void)state;
	for (size_t i = 0; i < sizeof registered / sizeof *registered; i++)
		assert_found(LINES(registered[i]), 1, NONE);
	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		assert_found(LINES(not[i], "beam.smp 60 10.0.0.1 9100 10.0.0.2 50000"), 0, NONE);
}

static void
all_that_rabbitmq_listens_for_is_a_candidate_and_no_more(void **state)
{
	(void)state;
	assert_found(LINES(
	    "beam.smp 60 127.0.0.1 40000 127.0.0.1 4369",
	    "beam.smp 60 :: 5671",
	    "beam.smp 60 :: 5672",
	    "beam.smp 60 0.0.0.0 15672",
	    "beam.smp 60 0.0.0.0 15692",
	    "beam.smp 60 0.0.0.0 25672",
	    "beam.smp 60 10.0.0.1 5671 10.0.0.7 40001",
	    "beam.smp 60 10.0.0.1 15672 10.0.0.8 40002",
	    "beam.smp 60 10.0.0.1 25672 10.0.0.2 40003",
	    "beam.smp 60 10.0.0.1 25673 10.0.0.2 25672"), 1, LINES(
	    "beam.smp 60 10.0.0.1:5671-10.0.0.7:40001 5671",
	    "beam.smp 60 10.0.0.1:15672-10.0.0.8:40002 15672",
	    "beam.smp 60 10.0.0.1:25672-10.0.0.2:40003 25672",
	    "beam.smp 60 10.0.0.1:25673-10.0.0.2:25672 0"));
}

/* Its own end is nobody's, for it has left EPMD already. */
static void
erl_call_is_the_client_of_a_node(void **state)
{
	(void)state;
	assert_found(LINES(
	    "beam.smp 60 127.0.0.1 40000 127.0.0.1 4369",
	    "beam.smp 60 0.0.0.0 9100",
	    "beam.smp 60 127.0.0.1 9100 127.0.0.1 45000",
	    "erl_call 90 127.0.0.1 45000 127.0.0.1 9100"), 1, LINES(
	    "beam.smp 60 127.0.0.1:9100-127.0.0.1:45000 9100"));
}

static void
two_nodes_of_a_host_are_connected_once(void **state)
{
	(void)state;
	assert_found(LINES(
	    "beam.smp 61 10.0.0.1 45000 10.0.0.1 9100",
	    "beam.smp 60 10.0.0.1 9100 10.0.0.1 45000",
	    "beam.smp 60 0.0.0.0 9100",
	    "beam.smp 60 127.0.0.1 40000 127.0.0.1 4369",
	    "beam.smp 61 127.0.0.1 40001 127.0.0.1 4369"), 2, LINES(
	    "beam.smp 60 10.0.0.1:9100-10.0.0.1:45000 9100"));
}

static void
a_node_without_epmd_is_not_found(void **state)
{
	(void)state;
	assert_found(LINES(
	    "beam.smp 60 0.0.0.0 9100",
	    "beam.smp 60 10.0.0.1 9100 10.0.0.2 50000",
	    "beam.smp 60 10.0.0.1 51000 10.0.0.3 9105"), 0, NONE);
}

static void
what_a_node_says_to_epmd_is_no_candidate(void **state)
{
	(void)state;
	assert_found(LINES(
	    "beam.smp 60 127.0.0.1 4369",		/* a node that is EPMD, too */
	    "beam.smp 60 127.0.0.1 4369 127.0.0.1 40000",
	    "beam.smp 60 127.0.0.1 40000 127.0.0.1 4369",
	    "beam.smp 60 10.0.0.1 40001 10.0.0.2 4369"), 1, NONE);
}

static void
epmd_has_the_ports_it_is_told_to_have(void **state)
{
	static const struct port_range epmd[] = { { 4369, 4369 }, { 4400, 4401 } };
	struct host h = host(LINES("beam.smp 60 127.0.0.1 40000 127.0.0.1 4401",
	    "beam.smp 60 10.0.0.1 9100 10.0.0.2 50000"));
	struct candidates c = found(&h);

	(void)state;
	assert_int_equal(c.n_nodes, 0);
	candidates_free(&c);
	c = found_with(&h, epmd, 2);
	assert_int_equal(c.n_nodes, 1);
	assert_int_equal(c.n, 1);
	candidates_free(&c);
}

/* Two pods, each with its own loopback; a process listens in the other one's. */
static void
namespaces_are_kept_apart(void **state)
{
	struct host h = { .n = 0 };
	struct candidates c;

	(void)state;
	add(&h, 0, "beam.smp 60 127.0.0.1 40000 127.0.0.1 4369");
	add(&h, 0, "beam.smp 60 0.0.0.0 9100");
	add(&h, 0, "beam.smp 60 127.0.0.1 9100 127.0.0.1 45000");
	add(&h, 1, "beam.smp 60 127.0.0.1 9100 127.0.0.1 45001");
	add(&h, 1, "beam.smp 61 127.0.0.1 45000 127.0.0.1 9100");
	add(&h, 1, "beam.smp 61 127.0.0.1 40000 127.0.0.1 4369");
	c = found(&h);
	assert_int_equal(c.n_nodes, 2);
	assert_int_equal(c.n, 2);
	assert_ptr_equal(c.v[0].end, &h.v[2]);
	assert_int_equal(c.v[0].listening, 9100);
	assert_ptr_equal(c.v[1].end, &h.v[4]);
	assert_int_equal(c.v[1].listening, 0);
	candidates_free(&c);
}

static void
no_sockets_are_no_candidates(void **state)
{
	(void)state;
	assert_found(NONE, 0, NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_that_is_registered_is_a_node),
		cmocka_unit_test(epmd_is_reached_over_loopback_or_from_an_address_to_itself),
		cmocka_unit_test(all_that_rabbitmq_listens_for_is_a_candidate_and_no_more),
		cmocka_unit_test(erl_call_is_the_client_of_a_node),
		cmocka_unit_test(two_nodes_of_a_host_are_connected_once),
		cmocka_unit_test(a_node_without_epmd_is_not_found),
		cmocka_unit_test(what_a_node_says_to_epmd_is_no_candidate),
		cmocka_unit_test(epmd_has_the_ports_it_is_told_to_have),
		cmocka_unit_test(namespaces_are_kept_apart),
		cmocka_unit_test(no_sockets_are_no_candidates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
