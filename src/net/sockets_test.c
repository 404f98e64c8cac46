#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/tcp.h>

#include "net/sockets.h"
#include "testkit/loopback.h"

#define PORT 4370u

/* All there is; the number of steps of this budget it took. */
static unsigned
list(struct socket_list *to, uint64_t budget_ns)
{
	struct sockets s;
	struct diag d = { "" };
	unsigned n = 1;
	enum paced came;

	socket_list_clear(to);
	assert_true(sockets_open(&s, 3, &d) && sockets_begin(&s, &d));
	while ((came = sockets_step(&s, to, budget_ns, &d)) == PACED_MORE)
		n++;
	assert_string_equal(d.line, "");
	assert_int_equal(came, PACED_DONE);
	sockets_close(&s);
	return n;
}

static void
assert_ends(const struct socket_seen *s, const char *local, const char *remote)
{
	char text[64];

	assert_non_null(s);
	assert_string_equal(loopback_text(&s->local, s->local_port, text), local);
	assert_string_equal(loopback_text(&s->remote, s->remote_port, text), remote);
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_in6 at;
	socklen_t len = sizeof at;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	return ntohs(at.sin6_port);	/* where it is in sockaddr_in, too */
}

static void
what_listens_and_what_is_established_is_listed(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT);
	int client = loopback_connect("127.0.0.1", PORT), server = loopback_accept(listener);
	struct socket_list l = { .v = NULL };
	uint64_t cookie;
	socklen_t len = sizeof cookie;
	char own[64];

	(void)state;
	list(&l, PACE_WHOLE);
	assert_int_equal(l.n, 3);
	snprintf(own, sizeof own, "127.0.0.1:%u", port_of(client));
	assert_ends(loopback_find(&l, listener), "127.0.0.1:4370", "?:0");
	assert_ends(loopback_find(&l, client), own, "127.0.0.1:4370");
	assert_ends(loopback_find(&l, server), "127.0.0.1:4370", own);
	assert_int_equal(loopback_find(&l, listener)->state, SOCKET_LISTENING);
	assert_int_equal(loopback_find(&l, client)->state, SOCKET_ESTABLISHED);
	assert_int_equal(getsockopt(client, SOL_SOCKET, SO_COOKIE, &cookie, &len), 0);
	assert_int_equal(loopback_find(&l, client)->cookie, cookie);
	for (size_t i = 0; i < l.n; i++) {
		assert_int_equal(l.v[i].uid, getuid());
		assert_int_equal(l.v[i].space, 3);
		assert_int_equal(l.v[i].pid, 0);
	}
	close(client);
	close(server);
	close(listener);
	list(&l, PACE_WHOLE);		/* closing, and no more */
	assert_int_equal(l.n, 0);
	socket_list_free(&l);
}

/* Each side's answer acknowledges what it has read. */
static void
bytes_are_counted_as_tcp_counts_them(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT);
	int client = loopback_connect("127.0.0.1", PORT), server = loopback_accept(listener);
	struct socket_list l = { .v = NULL };
	char bytes[1000] = { 0 };

	(void)state;
	loopback_send(client, bytes, 1000);
	loopback_receive(server, 1000);
	loopback_send(server, bytes, 10);
	loopback_receive(client, 10);
	loopback_send(client, bytes, 7);
	loopback_receive(server, 7);
	list(&l, PACE_WHOLE);
	/* The last seven are acknowledged at once or after a delay. */
	assert_in_range(loopback_find(&l, client)->sent, 1 + 1000, 1 + 1000 + 7);
	assert_int_equal(loopback_find(&l, client)->received, 10);
	assert_int_equal(loopback_find(&l, server)->sent, 10);
	assert_int_equal(loopback_find(&l, server)->received, 1007);
	assert_int_equal(loopback_find(&l, listener)->sent, 0);
	assert_int_equal(loopback_find(&l, listener)->received, 0);
	close(client);
	close(server);
	close(listener);
	socket_list_free(&l);
}

static void
ipv6_is_listed_and_ipv4_within_it_is_ipv4(void **state)
{
	int listener = loopback_listen("::", PORT);
	int four = loopback_connect("127.0.0.1", PORT), server4 = loopback_accept(listener);
	int six = loopback_connect("::1", PORT), server6 = loopback_accept(listener);
	struct socket_list l = { .v = NULL };
	char own[64];

	(void)state;
	list(&l, PACE_WHOLE);
	assert_int_equal(l.n, 5);
	assert_ends(loopback_find(&l, listener), ":::4370", "?:0");
	snprintf(own, sizeof own, "127.0.0.1:%u", port_of(four));
	assert_ends(loopback_find(&l, four), own, "127.0.0.1:4370");
	assert_ends(loopback_find(&l, server4), "127.0.0.1:4370", own);
	snprintf(own, sizeof own, "::1:%u", port_of(six));
	assert_ends(loopback_find(&l, six), own, "::1:4370");
	assert_ends(loopback_find(&l, server6), "::1:4370", own);
	close(four), close(server4);
	close(six), close(server6);
	close(listener);
	socket_list_free(&l);
}

/* Some 80 fit in one message of the kernel's. */
static void
a_long_list_comes_in_steps(void **state)
{
	enum { N = 400 };
	int listener = loopback_listen("127.0.0.1", PORT), client[N], server[N];
	struct socket_list l = { .v = NULL };

	(void)state;
	for (size_t i = 0; i < N; i++) {
		client[i] = loopback_connect("127.0.0.1", PORT);
		server[i] = loopback_accept(listener);
	}
	assert_true(list(&l, 0) >= 5);
	assert_int_equal(l.n, 2 * N + 1);
	for (size_t i = 0; i < N; i++)
		assert_true(loopback_find(&l, client[i]) && loopback_find(&l, server[i]));
	assert_int_equal(list(&l, PACE_WHOLE), 1);
	assert_int_equal(l.n, 2 * N + 1);
	for (size_t i = 0; i < N; i++)
		close(client[i]), close(server[i]);
	close(listener);
	socket_list_free(&l);
}

static void
a_list_is_of_the_namespace_it_was_opened_in(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT), other;
	struct socket_list l = { .v = NULL };
	struct sockets s;
	struct diag d = { "" };

	(void)state;
	assert_true(sockets_open(&s, 0, &d));
	assert_true(loopback_alone());		/* the thread is elsewhere from here on */
	other = loopback_listen("127.0.0.1", PORT);
	for (int i = 0; i < 2; i++) {
		socket_list_clear(&l);
		assert_true(sockets_begin(&s, &d));
		assert_int_equal(sockets_step(&s, &l, PACE_WHOLE, &d), PACED_DONE);
		assert_int_equal(l.n, 1);
		assert_non_null(loopback_find(&l, listener));
	}
	sockets_close(&s);
	list(&l, PACE_WHOLE);
	assert_int_equal(l.n, 1);
	assert_non_null(loopback_find(&l, other));
	close(listener);
	close(other);
	socket_list_free(&l);
}

/* Messages that no kernel sends, in memory of their exact size. */

struct made {
	uint8_t b[512];
	size_t n;
};

static void
put(struct made *m, const void *what, size_t n)
{
	assert_true(m->n + n <= sizeof m->b);
	memcpy(m->b + m->n, what, n);
	m->n += n;
}

static void
put_header(struct made *m, uint16_t type, size_t body, uint32_t sequence)
{
	struct nlmsghdr h = { .nlmsg_len = (uint32_t)(sizeof h + body), .nlmsg_type = type,
		.nlmsg_seq = sequence };

	put(m, &h, sizeof h);
}

/* An established socket whose counters are in this many bytes of struct tcp_info. */
static struct made
established(size_t info_len, uint8_t state)
{
	struct inet_diag_msg body = { .idiag_family = AF_INET, .idiag_state = state,
		.idiag_inode = 77 };
	struct nlattr a = { .nla_len = (uint16_t)(sizeof a + info_len),
		.nla_type = INET_DIAG_INFO };
	struct tcp_info info = { .tcpi_bytes_acked = 5, .tcpi_bytes_received = 6 };
	struct made m = { .n = 0 };

	put_header(&m, TCPDIAG_GETSOCK, sizeof body + sizeof a + info_len, 1);
	put(&m, &body, sizeof body);
	put(&m, &a, sizeof a);
	put(&m, &info, info_len);
	return m;
}

static struct made
ending(uint16_t type, int32_t error)
{
	struct made m = { .n = 0 };

	put_header(&m, type, sizeof error, 1);
	put(&m, &error, sizeof error);
	return m;
}

static enum paced
take(struct made m, size_t n, struct socket_list *to, struct diag *d)
{
	const struct sockets s = { .sequence = 1 };
	uint8_t *exact = malloc(n > 0 ? n : 1);
	enum paced came;

	memcpy(exact, m.b, n);
	came = sockets_take(&s, (struct bytes){ exact, n }, to, d);
	free(exact);
	return came;
}

static void
a_message_cut_anywhere_adds_nothing(void **state)
{
	struct made m = established(sizeof(struct tcp_info), 1);
	struct socket_list l = { .v = NULL };

	(void)state;
	for (size_t n = 1; n < m.n; n++) {
		struct diag d = { "" };

		assert_int_equal(take(m, n, &l, &d), PACED_FAILED);
		assert_string_equal(d.line, "the kernel does not list its sockets: Bad message");
	}
	assert_int_equal(l.n, 0);
	assert_int_equal(take(m, m.n, &l, &(struct diag){ "" }), PACED_MORE);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].sent, 5);
	assert_int_equal(l.v[0].received, 6);
	socket_list_free(&l);
}

/* The lengths within: of the message, and of the attribute. */
static void
a_length_that_leads_outside_is_refused(void **state)
{
	static const uint32_t lengths[] = { 0, 1, 15, 17, 400, 0x7fffffff, 0xffffffff };
	struct socket_list l = { .v = NULL };

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct made m = established(sizeof(struct tcp_info), 1);
		struct diag d = { "" };

		memcpy(m.b, &lengths[i], sizeof lengths[i]);
		assert_int_equal(take(m, m.n, &l, &d), PACED_FAILED);
	}
	for (uint16_t len = 0; len < 4; len++) {
		struct made m = established(sizeof(struct tcp_info), 1);
		struct diag d = { "" };

		memcpy(m.b + sizeof(struct nlmsghdr) + sizeof(struct inet_diag_msg), &len,
		    sizeof len);
		assert_int_equal(take(m, m.n, &l, &d), PACED_FAILED);
	}
	assert_int_equal(l.n, 0);
}

static void
an_older_kernel_counts_no_bytes(void **state)
{
	struct made m = established(offsetof(struct tcp_info, tcpi_bytes_acked), 1);
	struct socket_list l = { .v = NULL };

	(void)state;
	assert_int_equal(take(m, m.n, &l, &(struct diag){ "" }), PACED_MORE);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].inode, 77);
	assert_int_equal(l.v[0].sent + l.v[0].received, 0);
	socket_list_free(&l);
}

static void
what_went_on_to_another_state_is_passed_over(void **state)
{
	struct made m = established(sizeof(struct tcp_info), 8);	/* CLOSE_WAIT */
	struct socket_list l = { .v = NULL };

	(void)state;
	assert_int_equal(take(m, m.n, &l, &(struct diag){ "" }), PACED_MORE);
	assert_int_equal(l.n, 0);
}

static void
an_end_tells_whether_all_is_there(void **state)
{
	struct socket_list l = { .v = NULL };
	struct made m = ending(NLMSG_DONE, 0), another = m;
	struct diag d = { "" };

	(void)state;
	assert_int_equal(take(m, m.n, &l, &d), PACED_DONE);
	another.b[offsetof(struct nlmsghdr, nlmsg_seq)] ^= 2;	/* of another question */
	assert_int_equal(take(another, m.n, &l, &d), PACED_MORE);
	assert_string_equal(d.line, "");
	assert_int_equal(take(ending(NLMSG_DONE, -ENOMEM), m.n, &l, &d), PACED_FAILED);
	assert_string_equal(d.line, "the kernel does not list its sockets: Cannot allocate memory");
	d = (struct diag){ "" };
	/* A kernel without INET_DIAG. */
	assert_int_equal(take(ending(NLMSG_ERROR, -ENOENT), m.n, &l, &d), PACED_FAILED);
	assert_string_equal(d.line,
	    "the kernel does not list its sockets: No such file or directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_listens_and_what_is_established_is_listed),
		cmocka_unit_test(bytes_are_counted_as_tcp_counts_them),
		cmocka_unit_test(ipv6_is_listed_and_ipv4_within_it_is_ipv4),
		cmocka_unit_test(a_long_list_comes_in_steps),
		cmocka_unit_test(a_list_is_of_the_namespace_it_was_opened_in),
		cmocka_unit_test(a_message_cut_anywhere_adds_nothing),
		cmocka_unit_test(a_length_that_leads_outside_is_refused),
		cmocka_unit_test(an_older_kernel_counts_no_bytes),
		cmocka_unit_test(what_went_on_to_another_state_is_passed_over),
		cmocka_unit_test(an_end_tells_whether_all_is_there),
	};

	if (!loopback_alone()) {
		fprintf(stderr, "this test makes a network namespace: run it as root\n");
		return LOOPBACK_SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
