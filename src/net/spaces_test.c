#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <linux/capability.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "net/netns.h"
#include "net/spaces.h"
#include "testkit/elsewhere.h"
#include "testkit/holder.h"
#include "testkit/loopback.h"

/* All of this happens in namespaces of its own for networks, mounts and processes: there are
 * no others to be seen than "blue", "red" and what a test makes. main() makes them. That there
 * may be more, which are not seen from here, is always to be said. */

static bool
look(void *inode, struct diag *d)
{
	(void)d;
	*(uint64_t *)inode = elsewhere_inode("/proc/thread-self/ns/net");
	return true;
}

static uint64_t
inside(const struct space *s)
{
	struct diag d = { "" };
	uint64_t inode = 0;

	assert_true(space_run(s, look, &inode, &d));
	return inode;
}

static void
all_are_opened_our_own_first(void **state)
{
	pid_t pid = holder_start("\x1b[31m)", elsewhere_go);
	struct spaces s;
	struct diag d = { "" };
	char name[64], path[64];

	(void)state;
	snprintf(name, sizeof name, "pid %d (\\x1b[31m))", pid);
	snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
	assert_true(spaces_all(&s, &d));
	assert_true(s.all);
	assert_true(s.left_out);
	assert_string_equal(s.why.line, "");
	assert_int_equal(s.n, 4);
	assert_string_equal(s.v[0].name, "own");
	assert_string_equal(s.v[1].name, "blue");
	assert_string_equal(s.v[2].name, "red");
	assert_string_equal(s.v[3].name, name);
	assert_int_equal(inside(&s.v[0]), elsewhere_inode("/proc/self/ns/net"));
	assert_int_equal(inside(&s.v[1]), elsewhere_inode("/run/netns/blue"));
	assert_int_equal(inside(&s.v[2]), elsewhere_inode("/run/netns/red"));
	assert_int_equal(inside(&s.v[3]), elsewhere_inode(path));
	for (size_t i = 0; i < s.n; i++)
		assert_false(spaces_are_without(s.v, s.n, inside(&s.v[i])));
	assert_true(spaces_are_without(s.v, s.n - 1, elsewhere_inode(path)));
	holder_end(pid);
	spaces_close(&s);
}

static void
one_is_opened_as_it_was_asked_for(void **state)
{
	struct spaces s;
	struct diag d = { "" };

	(void)state;
	assert_true(spaces_one(&s, "blue", &d));
	assert_int_equal(s.n, 1);
	assert_false(s.all || s.left_out);
	assert_null(s.v[0].name);
	assert_int_equal(inside(&s.v[0]), elsewhere_inode("/run/netns/blue"));
	assert_false(spaces_are_without(s.v, 1, 7));	/* which one it is was not asked */
	spaces_close(&s);
	assert_false(spaces_one(&s, "green", &d));
	assert_string_equal(d.line, "--netns green: no such namespace (ip netns list shows them)");
	spaces_own(&s);
	assert_int_equal(inside(&s.v[0]), elsewhere_inode("/proc/self/ns/net"));
	spaces_close(&s);
}

static void
more_than_there_is_room_for_are_left_out(void **state)
{
	struct spaces s;
	struct diag d = { "" };
	pid_t pid[SPACES_MAX];

	(void)state;
	for (unsigned i = 0; i < SPACES_MAX; i++)
		pid[i] = holder_start("many", elsewhere_go);
	assert_true(spaces_all(&s, &d));
	assert_true(s.left_out);
	assert_int_equal(s.n, SPACES_MAX);
	assert_string_equal(s.v[0].name, "own");
	assert_string_equal(s.v[2].name, "red");
	for (unsigned i = 0; i < SPACES_MAX; i++)
		holder_end(pid[i]);
	spaces_close(&s);
}

/* In a child: exits with 0 when it found its own, and that there are others. */
static void
be_nobody(void)
{
	struct spaces s;
	struct diag d = { "" };

	if (setgid(65534) != 0 || setuid(65534) != 0)
		_exit(2);
	_exit(spaces_all(&s, &d) && s.n == 1 && s.left_out && strcmp(s.v[0].name, "own") == 0 &&
	    strcmp(s.why.line, "--netns /run/netns/blue: entering it needs CAP_SYS_ADMIN, which root has")
	    == 0 ? 0 : 1);
}

static void
what_may_not_be_entered_is_left_out(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		be_nobody();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

struct told {
	unsigned n, n_blue;
};

static void
count(void *owner, const struct address *a)
{
	struct told *t = owner;
	char text[ADDRESS_TEXT_MAX];

	address_text(a, text);
	t->n++;
	t->n_blue += strcmp(text, "10.9.8.7") == 0 || strcmp(text, "fd99::7") == 0;
}

static void
addresses_are_those_of_the_namespace(void **state)
{
	struct spaces s;
	struct diag d = { "" };
	struct told blue = { 0 }, own = { 0 };

	(void)state;
	assert_true(spaces_one(&s, "blue", &d));
	space_addresses(&s.v[0], count, &blue);
	spaces_close(&s);
	spaces_own(&s);
	space_addresses(&s.v[0], count, &own);
	assert_int_equal(blue.n_blue, 2);
	assert_int_equal(own.n_blue, 0);
	assert_true(own.n > 0);				/* loopback's */
}

/* In a process of its own, the first of a new namespace of processes. False: not permitted. */
static bool
prepare(void)
{
	int status;
	pid_t pid;

	if (!loopback_alone() || unshare(CLONE_NEWNS | CLONE_NEWPID) != 0)
		return false;
	if ((pid = fork()) != 0) {
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) != 0 ||
	    mount("none", "/run", "tmpfs", 0, NULL) != 0)
		return false;
	elsewhere_shell("ip netns add red && ip netns add blue");
	elsewhere_shell("ip -n blue addr add 10.9.8.7/24 dev lo && ip -n blue addr add fd99::7/64 dev lo");
	return true;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_opened_our_own_first),
		cmocka_unit_test(one_is_opened_as_it_was_asked_for),
		cmocka_unit_test(more_than_there_is_room_for_are_left_out),
		cmocka_unit_test(what_may_not_be_entered_is_left_out),
		cmocka_unit_test(addresses_are_those_of_the_namespace),
	};

	if (!prepare()) {
		fprintf(stderr, "this test makes network namespaces: run it as root\n");
		return LOOPBACK_SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
