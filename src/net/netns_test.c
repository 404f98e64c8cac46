#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "net/netns.h"
#include "testkit/elsewhere.h"
#include "testkit/holder.h"
#include "testkit/loopback.h"

/* All of this happens in namespaces of its own for networks and mounts, in whose /run are
 * the namespaces "blue", "7", and "stale", which is none. main() makes them. */

#define LISTED_MAX 1024u

static void
assert_refused(const char *asked, const char *why)
{
	struct diag d = { "" };

	assert_int_equal(netns_open(asked, &d), -1);
	assert_string_equal(d.line, why);
}

static uint64_t
opened(const char *asked)
{
	struct diag d = { "" };
	struct stat st;
	int fd = netns_open(asked, &d);

	assert_string_equal(d.line, "");
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	close(fd);
	return st.st_ino;
}

static void
a_namespace_is_asked_for_by_name_path_or_process(void **state)
{
	pid_t pid = holder_start("elsewhere", elsewhere_go);
	char asked[32], path[64];

	(void)state;
	assert_int_equal(opened("blue"), elsewhere_inode("/run/netns/blue"));
	assert_int_equal(opened("/run/netns/7"), elsewhere_inode("/run/netns/7"));
	assert_int_equal(opened("/proc/self/ns/net"), elsewhere_inode("/proc/self/ns/net"));
	snprintf(asked, sizeof asked, "%d", pid);
	snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
	assert_int_equal(opened(asked), elsewhere_inode(path));
	assert_int_not_equal(opened(asked), elsewhere_inode("/proc/self/ns/net"));
	holder_end(pid);
	snprintf(path, sizeof path, "--netns %s: no such process", asked);
	assert_refused(asked, path);
}

static void
what_is_asked_amiss_is_named(void **state)
{
	(void)state;
	assert_refused("red", "--netns red: no such namespace (ip netns list shows them)");
	assert_refused("", "--netns : this is not a network namespace");
	assert_refused("..", "--netns ..: this is not a network namespace");
	assert_refused("stale", "--netns stale: this is not a network namespace");
	assert_refused("./none", "--netns ./none: No such file or directory");
	assert_refused("/proc/self/ns/mnt",
	    "--netns /proc/self/ns/mnt: this is not a network namespace");
	assert_refused("/dev/null", "--netns /dev/null: this is not a network namespace");
	assert_refused("7777777777", "--netns 7777777777: no such process");
}

/* What is looked at inside. */
struct visit {
	uint64_t inode;
	bool answer;
};

static bool
look(void *owner, struct diag *d)
{
	struct visit *v = owner;

	v->inode = elsewhere_inode("/proc/thread-self/ns/net");
	if (!v->answer)
		diag_set(d, "so it was");
	return v->answer;
}

static void
a_callback_runs_inside_and_the_thread_comes_back(void **state)
{
	uint64_t home = elsewhere_inode("/proc/thread-self/ns/net"), blue = elsewhere_inode("/run/netns/blue");
	struct visit v = { .answer = true };
	struct diag d = { "" };
	int fd = netns_open("blue", &d);

	(void)state;
	assert_true(netns_run(fd, "blue", look, &v, &d));
	assert_int_equal(v.inode, blue);
	assert_int_not_equal(v.inode, home);
	assert_int_equal(elsewhere_inode("/proc/thread-self/ns/net"), home);
	v = (struct visit){ .answer = false };
	assert_false(netns_run(fd, "blue", look, &v, &d));
	assert_string_equal(d.line, "so it was");
	assert_int_equal(v.inode, blue);
	assert_int_equal(elsewhere_inode("/proc/thread-self/ns/net"), home);
	close(fd);
}

/* Exits with 0 when all was refused as it should be. */
static void
be_nobody(int fd, const char *pid)
{
	struct visit v = { .answer = true };
	struct diag entered = { "" }, opened_it = { "" };
	char said[128];

	if (setgid(65534) != 0 || setuid(65534) != 0)
		_exit(2);
	snprintf(said, sizeof said, "--netns %s: another user's process: this needs CAP_SYS_PTRACE",
	    pid);
	_exit(!netns_run(fd, "blue", look, &v, &entered) && v.inode == 0 &&
	    strcmp(entered.line,
	        "--netns blue: entering it needs CAP_SYS_ADMIN, which root has") == 0 &&
	    netns_open(pid, &opened_it) == -1 && strcmp(opened_it.line, said) == 0 ? 0 : 1);
}

static void
without_rights_it_says_which(void **state)
{
	pid_t other = holder_start("other", elsewhere_go), pid;
	struct diag d = { "" };
	int fd = netns_open("blue", &d), status;
	char asked[32];

	(void)state;
	snprintf(asked, sizeof asked, "%d", other);
	if ((pid = fork()) == 0)
		be_nobody(fd, asked);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd);
	holder_end(other);
}

static const struct netns *
find(const struct netns *v, size_t n, uint64_t inode)
{
	const struct netns *found = NULL;

	for (size_t i = 0; i < n; i++)
		if (v[i].inode == inode) {
			assert_null(found);		/* each is listed once */
			found = &v[i];
		}
	return found;
}

/* Root may lack the capabilities of a process that began it, and see only some processes:
 * namespaces(7) has the number of the first namespace of them. */
static bool
some_may_not_be_looked_at(void)
{
	return system("[ \"$(readlink /proc/self/ns/pid)\" != 'pid:[4026531836]' ] || "
	    "LC_ALL=C stat -L /proc/[0-9]*/ns/net 2>&1 >/dev/null | grep -q denied") == 0;
}

static void
all_that_can_be_seen_are_listed_once(void **state)
{
	static struct netns v[LISTED_MAX];
	pid_t pid = holder_start("\x1b[31m)", elsewhere_go);
	uint64_t there;
	char path[64], line[64], expected[64];
	struct text t = TEXT(line);
	const struct netns *n;
	bool cut = true;

	(void)state;
	snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
	there = elsewhere_inode(path);
	size_t n_listed = netns_list(v, LISTED_MAX, &cut);
	assert_int_equal(cut, some_may_not_be_looked_at());
	n = find(v, n_listed, elsewhere_inode("/run/netns/blue"));
	assert_string_equal(n->name, "blue");
	assert_false(n->own);
	assert_string_equal(find(v, n_listed, elsewhere_inode("/run/netns/7"))->name, "7");
	n = find(v, n_listed, elsewhere_inode("/proc/self/ns/net"));
	assert_true(n->own);
	assert_ptr_equal(n, &v[0]);
	n = find(v, n_listed, there);
	netns_put(&t, n);
	snprintf(expected, sizeof expected, "pid %d (\\x1b[31m))", pid);
	assert_string_equal(line, expected);
	for (size_t i = 0; i < n_listed; i++)
		assert_string_not_equal(v[i].name, "stale");
	assert_int_equal(netns_list(v, 1, &cut), 1);	/* our own before all others */
	assert_true(cut);
	assert_true(v[0].own);
	holder_end(pid);
}

/* False: not permitted. */
static bool
prepare(void)
{
	if (!loopback_alone() || unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "/run", "tmpfs", 0, NULL) != 0)
		return false;
	elsewhere_shell("ip netns add blue");
	elsewhere_shell("ip netns add 7");
	elsewhere_shell(": >/run/netns/stale");
	return true;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_namespace_is_asked_for_by_name_path_or_process),
		cmocka_unit_test(what_is_asked_amiss_is_named),
		cmocka_unit_test(a_callback_runs_inside_and_the_thread_comes_back),
		cmocka_unit_test(without_rights_it_says_which),
		cmocka_unit_test(all_that_can_be_seen_are_listed_once),
	};

	if (!prepare()) {
		fprintf(stderr, "this test makes network namespaces: run it as root\n");
		return LOOPBACK_SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
