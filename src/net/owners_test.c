#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "net/owners.h"
#include "net/sockets.h"
#include "testkit/holder.h"
#include "testkit/loopback.h"

#define PORT 4370u

/* What a child calls itself: all that a process may, and hostile. */
static const char name[] = "a)\n\x1b[31m\xff";

static void
list(struct socket_list *to)
{
	struct sockets s;
	struct diag d = { "" };

	socket_list_clear(to);
	assert_true(sockets_open(&s, 0, &d) && sockets_begin(&s, &d));
	assert_int_equal(sockets_step(&s, to, PACE_WHOLE, &d), PACED_DONE);
	sockets_close(&s);
}

/* The number of steps. */
static unsigned
find(struct socket_list *of, uint64_t budget_ns)
{
	struct owners o;
	struct diag d = { "" };
	unsigned n = 1;

	assert_true(owners_begin(&o, of, &d));
	while (owners_step(&o, budget_ns) == PACED_MORE)
		n++;
	assert_false(o.cut);
	owners_end(&o);
	return n;
}

static void
this_process_holds_its_sockets(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT);
	int client = loopback_connect("127.0.0.1", PORT), server = loopback_accept(listener);
	struct socket_list l = { .v = NULL };

	(void)state;
	prctl(PR_SET_NAME, "fifteen letters");		/* as many as there may be */
	list(&l);
	find(&l, PACE_WHOLE);
	assert_int_equal(l.n, 3);
	for (size_t i = 0; i < l.n; i++) {
		assert_int_equal(l.v[i].pid, getpid());
		assert_string_equal(l.v[i].comm, "fifteen letters");
	}
	close(client), close(server), close(listener);
	socket_list_free(&l);
}

static void
of_several_holders_it_is_the_one_with_the_lowest_number(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT);
	struct socket_list l = { .v = NULL };
	pid_t child = holder_start(name, NULL);

	(void)state;
	list(&l);
	find(&l, PACE_WHOLE);
	assert_int_equal(l.v[0].pid, getpid() < child ? getpid() : child);
	close(listener);
	list(&l);
	find(&l, PACE_WHOLE);
	assert_int_equal(l.v[0].pid, child);
	assert_string_equal(l.v[0].comm, name);		/* as it is, unescaped */
	holder_end(child);
	socket_list_free(&l);
}

/* In a process namespace of its own, whose process 1 it is. */
static void
be_init(struct socket_list *l)
{
	pid_t child = holder_start(name, NULL);

	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) != 0)
		_exit(2);
	find(l, PACE_WHOLE);
	bool first = l->v[0].pid == (uint32_t)child;
	holder_end(child);
	l->v[0].pid = 0;
	find(l, PACE_WHOLE);
	_exit(first && l->v[0].pid == 1 ? 0 : 1);
}

static void
process_1_holds_for_others(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT), own, status;
	struct socket_list l = { .v = NULL };
	pid_t pid;

	(void)state;
	list(&l);
	own = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
	assert_int_equal(unshare(CLONE_NEWPID), 0);
	if ((pid = fork()) == 0) {
		if (unshare(CLONE_NEWNS) != 0)
			_exit(3);
		be_init(&l);
	}
	assert_int_equal(setns(own, CLONE_NEWPID), 0);
	close(own);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(listener);
	socket_list_free(&l);
}

static void
a_process_that_has_ended_holds_nothing(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT);
	struct socket_list l = { .v = NULL };
	pid_t child = holder_start(name, NULL);

	(void)state;
	list(&l);
	close(listener);
	holder_end(child);
	find(&l, PACE_WHOLE);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].pid, 0);
	assert_string_equal(l.v[0].comm, "");
	socket_list_free(&l);
}

/* With a budget of 0 each step is one descriptor, so that the end falls between two of
 * the child's. */
static void
one_that_ends_while_it_is_looked_at_is_passed_over(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT), other;
	struct socket_list l = { .v = NULL };
	struct owners o;
	struct diag d = { "" };
	pid_t child;

	(void)state;
	child = holder_start(name, NULL);
	other = loopback_listen("127.0.0.1", PORT + 1);	/* after the child was made */
	list(&l);
	close(listener);
	assert_int_equal(l.n, 2);
	assert_true(owners_begin(&o, &l, &d));
	while (o.descriptors == NULL || o.pid != (uint32_t)child)
		assert_int_equal(owners_step(&o, 0), PACED_MORE);
	holder_end(child);
	while (owners_step(&o, 0) == PACED_MORE)
		;
	owners_end(&o);
	for (size_t i = 0; i < l.n; i++)
		assert_int_equal(l.v[i].pid, l.v[i].local_port == PORT ? 0 : getpid());
	close(other);
	socket_list_free(&l);
}

static void
many_descriptors_take_many_steps(void **state)
{
	enum { N = 500 };
	struct rlimit files = { N + 100, N + 100 };
	struct socket_list l = { .v = NULL };
	int v[N];

	(void)state;
	setrlimit(RLIMIT_NOFILE, &files);
	for (size_t i = 0; i < N; i++)
		v[i] = loopback_listen("127.0.0.1", (uint16_t)(PORT + i));
	list(&l);
	assert_true(find(&l, 0) > N);
	assert_int_equal(l.n, N);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(l.v[i].pid, getpid());
		close(v[i]);
	}
	socket_list_free(&l);
}

static void
a_socket_that_is_listed_twice_is_listed_once(void **state)
{
	int first = loopback_listen("127.0.0.1", PORT);
	int second = loopback_listen("127.0.0.1", PORT + 1);
	struct socket_list l = { .v = NULL };

	(void)state;
	list(&l);
	for (size_t i = 0; i < 2; i++) {
		struct socket_seen again = l.v[i], not_accepted = { .local_port = 1 };
		assert_true(socket_list_add(&l, &again) && socket_list_add(&l, &not_accepted));
	}
	find(&l, PACE_WHOLE);
	assert_int_equal(l.n, 4);		/* two have no inode, hence nothing in common */
	assert_int_equal(loopback_find(&l, first)->pid, getpid());
	assert_int_equal(loopback_find(&l, second)->pid, getpid());
	for (size_t i = 0; i < l.n; i++)
		assert_int_equal(l.v[i].pid, l.v[i].inode != 0 ? getpid() : 0);
	close(first), close(second);
	socket_list_free(&l);
}

static void
a_search_is_bounded(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT);
	struct socket_list l = { .v = NULL };
	struct owners o;
	struct diag d = { "" };

	(void)state;
	list(&l);
	assert_true(owners_begin(&o, &l, &d));
	o.n_seen = LIMIT_HOLDINGS - 2;		/* and process 1 has more */
	assert_int_equal(owners_step(&o, PACE_WHOLE), PACED_DONE);
	assert_true(o.cut);
	owners_end(&o);
	assert_int_equal(l.v[0].pid, 0);
	close(listener);
	socket_list_free(&l);
}

/* Exits with 0 when it saw its own and not root's. */
static void
be_nobody(struct socket_list *l)
{
	int own, root = 0, mine = 0;

	if (setgid(65534) != 0 || setuid(65534) != 0)
		_exit(2);
	/* Only then are our files in /proc its own. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	own = loopback_listen("127.0.0.1", PORT + 1);
	list(l);
	find(l, PACE_WHOLE);
	for (size_t i = 0; i < l->n; i++) {
		root += l->v[i].local_port == PORT && l->v[i].pid == 0 && l->v[i].uid == 0;
		mine += l->v[i].local_port == PORT + 1 && l->v[i].pid == (uint32_t)getpid();
	}
	close(own);
	_exit(l->n == 2 && root == 1 && mine == 1 ? 0 : 1);
}

static void
without_rights_others_are_not_known(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT), status;
	struct socket_list l = { .v = NULL };
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		close(listener);
		be_nobody(&l);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(listener);
	socket_list_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_process_holds_its_sockets),
		cmocka_unit_test(of_several_holders_it_is_the_one_with_the_lowest_number),
		cmocka_unit_test(process_1_holds_for_others),
		cmocka_unit_test(a_process_that_has_ended_holds_nothing),
		cmocka_unit_test(one_that_ends_while_it_is_looked_at_is_passed_over),
		cmocka_unit_test(many_descriptors_take_many_steps),
		cmocka_unit_test(a_socket_that_is_listed_twice_is_listed_once),
		cmocka_unit_test(a_search_is_bounded),
		cmocka_unit_test(without_rights_others_are_not_known),
	};

	if (!loopback_alone()) {
		fprintf(stderr, "this test makes a network namespace: run it as root\n");
		return LOOPBACK_SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
