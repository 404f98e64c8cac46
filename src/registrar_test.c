#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "base/limits.h"
#include "net/netns.h"
#include "registrar.h"
#include "registrar_format.h"
#include "testkit/holder.h"
#include "testkit/loopback.h"

#define PORT 4370u
#define PATIENCE_MS 10000	/* only a failing test waits so long */
#define ABSENT "sockets that were there before are not known: "

static const struct identity nobody = { .uid = 65534, .gid = 65534 };

static struct registrar
started(const struct space *spaces, size_t n)
{
	struct registrar r;
	struct diag d = { "" };

	if (!registrar_start(&r, &nobody, spaces, n, &d))
		fail_msg("%s", d.line);
	assert_string_equal(d.line, "");
	return r;
}

/* It ends by itself when its socket does. */
static void
stop(struct registrar *r)
{
	int status;

	r->pid = 0;
	registrar_stop(r);
	assert_true(wait(&status) > 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* The number of steps in which something came. */
static unsigned
answered(struct registrar *r, uint64_t budget_ns)
{
	struct diag d = { "" };
	unsigned n = 0;

	assert_true(registrar_ask(r));
	for (;;) {
		struct pollfd p = { .fd = r->socket, .events = POLLIN };

		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		n++;
		enum paced came = registrar_step(r, budget_ns, &d);
		assert_string_equal(d.line, "");
		if (came == PACED_DONE)
			return n;
		assert_int_equal(came, PACED_MORE);
	}
}

/* The only child there is. */
static pid_t
child(void)
{
	char path[64], line[64] = "";
	FILE *f;

	snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof line, f));
	fclose(f);
	return (pid_t)strtol(line, NULL, 10);
}

static void
it_says_which_sockets_there_are_and_who_holds_them(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT);
	int client = loopback_connect("127.0.0.1", PORT), server = loopback_accept(listener);
	struct registrar r = started(NULL, 0);
	struct timespec now;

	(void)state;
	prctl(PR_SET_NAME, "a\n\x1b[2Jb");
	for (int i = 0; i < 2; i++) {
		answered(&r, PACE_WHOLE);
		clock_gettime(CLOCK_REALTIME, &now);
		uint64_t now_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
		assert_in_range(r.at_ns, now_ns - PATIENCE_MS * 1000000ull, now_ns);
		assert_false(r.sockets.owners_cut);
		assert_int_equal(r.sockets.n, 3);
		assert_int_equal(r.sockets.left_out, 0);
		for (size_t k = 0; k < 3; k++) {
			assert_int_equal(r.sockets.v[k].pid, getpid());
			assert_string_equal(r.sockets.v[k].comm, "a\n\x1b[2Jb");
		}
	}
	const struct socket_seen *s = loopback_find(&r.sockets, client);
	assert_int_equal(s->state, SOCKET_ESTABLISHED);
	assert_int_equal(s->remote_port, PORT);
	assert_int_equal(s->sent, 1);		/* its SYN */
	assert_int_equal(loopback_find(&r.sockets, server)->local_port, PORT);
	assert_int_equal(loopback_find(&r.sockets, listener)->state, SOCKET_LISTENING);
	close(client), close(server), close(listener);
	answered(&r, PACE_WHOLE);
	assert_int_equal(r.sockets.n, 0);
	stop(&r);
}

static uint64_t
status_of(pid_t pid, const char *name)
{
	char line[256], path[64];
	uint64_t value = UINT64_MAX;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtoull(line + strlen(name) + 1, NULL, 16);
	fclose(f);
	return value;
}

static unsigned
n_descriptors_of(pid_t pid)
{
	char path[64];
	const struct dirent *e;
	unsigned n = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", pid);
	dir = opendir(path);
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL)
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void
it_keeps_two_rights_and_two_descriptors(void **state)
{
	struct registrar r = started(NULL, 0);
	pid_t pid = child();
	uint64_t kept = UINT64_C(1) << CAP_SYS_PTRACE | UINT64_C(1) << CAP_DAC_READ_SEARCH;

	(void)state;
	assert_int_equal(status_of(pid, "Uid:"), 0x65534);	/* this one is in decimal */
	assert_int_equal(status_of(pid, "CapEff:"), kept);
	assert_int_equal(status_of(pid, "CapPrm:"), kept);
	assert_int_equal(status_of(pid, "CapInh:") | status_of(pid, "CapAmb:") |
	    status_of(pid, "CapBnd:"), 0);
	assert_int_equal(status_of(pid, "NoNewPrivs:"), 1);
	assert_int_equal(status_of(pid, "Seccomp:"), 2);	/* SECCOMP_MODE_FILTER */
	assert_int_equal(n_descriptors_of(pid), 2);
	stop(&r);
}

static bool
be_daemon(void)
{
	return setgid(1) == 0 && setuid(1) == 0;
}

static void
it_sees_what_other_users_hold_and_what_has_ended_is_nobodys(void **state)
{
	int listener = loopback_listen("127.0.0.1", PORT);
	pid_t pid = holder_start(NULL, be_daemon);
	struct registrar r = started(NULL, 0);

	(void)state;
	close(listener);
	answered(&r, PACE_WHOLE);
	assert_int_equal(r.sockets.n, 1);
	assert_int_equal(r.sockets.v[0].pid, pid);
	holder_end(pid);
	answered(&r, PACE_WHOLE);
	assert_int_equal(r.sockets.n, 0);
	stop(&r);
}

static bool
listen_there(void *fd, struct diag *d)
{
	(void)d;
	*(int *)fd = loopback_listen("127.0.0.1", PORT + 1);
	return true;
}

static void
it_lists_the_namespaces_it_was_told_of(void **state)
{
	struct diag d = { "" };
	int home = netns_open("/proc/self/ns/net", &d), there, fd, ours;
	char asked[2][8] = { "there", "home" };

	(void)state;
	ours = loopback_listen("127.0.0.1", PORT);
	assert_true(loopback_alone());
	there = netns_open("/proc/self/ns/net", &d);
	assert_int_equal(setns(home, CLONE_NEWNET), 0);
	assert_true(netns_run(there, "there", listen_there, &fd, &d));

	struct registrar r = started((struct space[]){
		{ .fd = there, .asked = asked[0] }, { .fd = home, .asked = asked[1] } }, 2);
	close(there), close(home);
	answered(&r, PACE_WHOLE);
	assert_int_equal(r.sockets.n, 2);
	assert_int_equal(loopback_find(&r.sockets, fd)->space, 0);
	assert_int_equal(loopback_find(&r.sockets, ours)->space, 1);
	close(fd), close(ours);
	stop(&r);
}

static void
it_says_why_it_cannot_begin(void **state)
{
	char asked[] = "none";
	struct space none = { .fd = open("/dev/null", O_RDONLY | O_CLOEXEC), .asked = asked };
	struct registrar r;
	struct diag d = { "" };

	(void)state;
	assert_false(registrar_start(&r, &nobody, &none, 1, &d));
	assert_string_equal(d.line, ABSENT "--netns none: cannot enter it: Invalid argument");
	assert_false(registrar_ask(&r));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);	/* it is gone */
	assert_int_equal(errno, ECHILD);
	close(none.fd);
}

static void
none_is_left_behind(void **state)
{
	struct registrar r = started(NULL, 0);

	(void)state;
	assert_int_equal(waitpid(r.pid, NULL, WNOHANG), 0);
	registrar_stop(&r);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void
a_long_answer_comes_in_parts(void **state)
{
	enum { N = 800 };	/* 337 fit in a message */
	struct registrar r = started(NULL, 0);
	int v[N];

	(void)state;
	for (int i = 0; i < N; i++)
		v[i] = loopback_listen("127.0.0.1", (uint16_t)(PORT + (unsigned)i));
	assert_int_equal(answered(&r, 0), 4);
	assert_int_equal(r.sockets.n, N);
	for (int i = 0; i < N; i++) {
		assert_int_equal(loopback_find(&r.sockets, v[i])->pid, getpid());
		close(v[i]);
	}
	stop(&r);
}

static void
when_it_is_killed_it_is_absent(void **state)
{
	(void)state;
	for (int asked = 0; asked < 2; asked++) {
		struct registrar r = started(NULL, 0);
		struct diag d = { "" };
		pid_t pid = child();

		assert_int_equal(kill(pid, SIGSTOP), 0);	/* it does not answer */
		if (asked)
			assert_true(registrar_ask(&r));
		assert_int_equal(registrar_step(&r, PACE_WHOLE, &d), PACED_MORE);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_int_equal(registrar_step(&r, PACE_WHOLE, &d), PACED_FAILED);
		assert_string_equal(d.line, ABSENT "the process that looks for them has ended");
		assert_int_equal(r.socket, -1);
		assert_false(registrar_ask(&r));
		d = (struct diag){ "" };
		assert_int_equal(registrar_step(&r, PACE_WHOLE, &d), PACED_FAILED);
		assert_string_equal(d.line, ABSENT "no process looks for them");
		registrar_stop(&r);
	}
}

/* A process that starts one and ends, and leaves the socket open in another. */
static void
start_and_end(int tell)
{
	struct registrar r = started(NULL, 0);
	pid_t keeper = fork();

	if (keeper == 0)
		for (;;)
			pause();
	if (write(tell, &keeper, sizeof keeper) != sizeof keeper || r.socket < 0)
		_exit(1);
	_exit(0);
}

static void
it_ends_with_its_parent(void **state)
{
	int ends[2], status, n_ended = 0;
	bool by_signal = false;
	pid_t keeper, parent, pid;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(ends), 0);
	if ((parent = fork()) == 0)
		start_and_end(ends[1]);
	assert_int_equal(read(ends[0], &keeper, sizeof keeper), sizeof keeper);
	while (n_ended < 2) {			/* the parent and the registrar */
		assert_true((pid = wait(&status)) > 0);
		assert_int_not_equal(pid, keeper);
		by_signal |= pid != parent && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
		n_ended++;
	}
	assert_true(by_signal);
	assert_int_equal(kill(keeper, SIGKILL), 0);
	assert_int_equal(waitpid(keeper, NULL, 0), keeper);
	close(ends[0]), close(ends[1]);
}

/* Answers of a stranger's. */

static struct registrar
asking(int *stranger)
{
	int ends[2];
	struct registrar r = { .asked = true, .question = 7, .n_spaces = 2 };

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	r.socket = ends[0];
	*stranger = ends[1];
	return r;
}

static enum paced
answers(struct registrar *r, int from, const struct format *f, size_t n)
{
	struct diag d = { "" };
	enum paced came;

	assert_int_equal(send(from, f->b, n, 0), n);
	came = registrar_step(r, 0, &d);
	if (came == PACED_FAILED)
		assert_string_equal(d.line, ABSENT "the answer makes no sense");
	return came;
}

static void
assert_refused(const struct format *f, size_t n)
{
	int stranger;
	struct registrar r = asking(&stranger);

	assert_int_equal(answers(&r, stranger, f, n), PACED_FAILED);
	assert_int_equal(r.socket, -1);
	assert_false(registrar_ask(&r));
	close(stranger);
}

static struct socket_seen
sample(void)
{
	return (struct socket_seen){ .state = SOCKET_ESTABLISHED,
		.local = address_ipv4((uint8_t[]){ 10, 0, 0, 1 }), .local_port = 4369,
		.remote = address_ipv6((uint8_t[16]){ 0xfd, 0x77, [15] = 2 }), .remote_port = 65535,
		.space = 1, .uid = 0x01020304, .inode = 0x0102030405060708, .cookie = UINT64_MAX,
		.sent = 1ull << 63, .received = 3, .pid = 42, .comm = "fifteen letters" };
}

static struct format
telling_of(struct socket_seen s)
{
	struct format f;

	format_begin(&f, FORMAT_SOCKETS, 7);
	format_put_socket(&f, &s);
	return f;
}

static struct format
ending(uint32_t n, uint8_t cut)
{
	struct format f;

	format_begin(&f, FORMAT_END, 7);
	format_put(&f, 1700000000123456789u, 8);
	format_put(&f, n, 4);
	format_put(&f, 5, 8);
	format_put(&f, cut, 1);
	format_put(&f, 0, 1);
	return f;
}

static void
what_is_said_arrives(void **state)
{
	int stranger;
	struct registrar r = asking(&stranger);
	struct socket_seen s = sample();
	struct format told = telling_of(s), end = ending(1, 1);
	struct socket_seen *v;

	(void)state;
	assert_int_equal(told.n, FORMAT_HEAD_LEN + FORMAT_SOCKET_LEN);
	assert_int_equal(answers(&r, stranger, &told, told.n), PACED_MORE);
	assert_int_equal(answers(&r, stranger, &end, end.n), PACED_DONE);
	assert_int_equal(r.sockets.n, 1);
	v = r.sockets.v;
	assert_true(v->state == s.state && v->local_port == s.local_port &&
	    v->remote_port == s.remote_port && v->space == s.space && v->uid == s.uid &&
	    v->inode == s.inode && v->cookie == s.cookie && v->sent == s.sent &&
	    v->received == s.received && v->pid == s.pid);
	assert_true(address_equal(&v->local, &s.local) && address_equal(&v->remote, &s.remote));
	assert_string_equal(v->comm, s.comm);
	assert_int_equal(r.at_ns, 1700000000123456789u);
	assert_int_equal(r.sockets.left_out, 5);
	assert_true(r.sockets.owners_cut);
	registrar_stop(&r);
	close(stranger);
}

static void
an_answer_that_is_cut_is_refused(void **state)
{
	struct format told = telling_of(sample()), end = ending(0, 0);

	(void)state;
	for (size_t n = 1; n < told.n; n++)
		assert_refused(&told, n);
	told.b[told.n] = 0;
	assert_refused(&told, told.n + 1);
	for (size_t n = 1; n < end.n; n++)
		assert_refused(&end, n);
	end.b[end.n] = 0;
	assert_refused(&end, end.n + 1);
}

static void
a_socket_that_cannot_be_is_refused(void **state)
{
	static const struct { size_t at; uint8_t value; } bytes[] = {
		{ 0, 0 }, { 0, 3 }, { 0, 255 },		/* state */
		{ 0, SOCKET_LISTENING },		/* with a remote end */
		{ 1, FAMILY_NONE }, { 1, 3 },		/* family */
		{ 6, 1 },				/* a fifth octet of IPv4 */
		{ 20, FAMILY_NONE }, { 20, FAMILY_IPV4 },
		{ 40, 2 },				/* space */
		{ 92, 0 },				/* comm: bytes after its end */
		{ 96, 'x' },				/* comm: no end */
	};

	(void)state;
	for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
		struct format f = telling_of(sample());

		f.b[FORMAT_HEAD_LEN + bytes[i].at] = bytes[i].value;
		assert_refused(&f, f.n);
	}
	struct socket_seen s = sample();
	s.pid = 0;				/* nobody's, and with a name */
	struct format f = telling_of(s);
	assert_refused(&f, f.n);
}

static void
an_answer_to_another_question_or_to_none_is_refused(void **state)
{
	struct format f = telling_of(sample());
	int stranger;
	struct registrar r = asking(&stranger);
	struct diag d = { "" };

	(void)state;
	f.b[4] ^= 1;
	assert_refused(&f, f.n);
	f = telling_of(sample());
	f.b[0] = FORMAT_READY;
	assert_refused(&f, FORMAT_HEAD_LEN);
	f.b[0] = 9;
	assert_refused(&f, f.n);
	f = ending(1, 0);			/* of none that was told */
	assert_refused(&f, f.n);
	f = ending(0, 2);
	assert_refused(&f, f.n);
	f = ending(0, 0);
	assert_int_equal(answers(&r, stranger, &f, f.n), PACED_DONE);
	assert_int_equal(answers(&r, stranger, &f, f.n), PACED_FAILED);
	close(stranger);
	r = asking(&stranger);
	format_begin(&f, FORMAT_FAILED, 7);
	format_put(&f, 0x1b5b324aull << 16 | 0x6f6fu, 6);
	assert_int_equal(send(stranger, f.b, f.n, 0), f.n);
	assert_int_equal(registrar_step(&r, PACE_WHOLE, &d), PACED_FAILED);
	assert_string_equal(d.line, ABSENT "\\x1b[2Joo");
	close(stranger);
}

static void
more_sockets_than_there_may_be_are_refused(void **state)
{
	int stranger;
	struct registrar r = asking(&stranger);
	struct format f = telling_of(sample());

	(void)state;
	while (f.n + FORMAT_SOCKET_LEN <= sizeof f.b)
		format_put_socket(&f, &(struct socket_seen){ .state = SOCKET_LISTENING,
			.local = address_ipv4((uint8_t[4]){ 0 }) });
	for (size_t n = 0; n + 337 <= LIMIT_SOCKETS; n += 337)
		assert_int_equal(answers(&r, stranger, &f, f.n), PACED_MORE);
	assert_int_equal(answers(&r, stranger, &f, f.n), PACED_FAILED);
	close(stranger);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_says_which_sockets_there_are_and_who_holds_them),
		cmocka_unit_test(it_keeps_two_rights_and_two_descriptors),
		cmocka_unit_test(it_sees_what_other_users_hold_and_what_has_ended_is_nobodys),
		cmocka_unit_test(it_lists_the_namespaces_it_was_told_of),
		cmocka_unit_test(it_says_why_it_cannot_begin),
		cmocka_unit_test(none_is_left_behind),
		cmocka_unit_test(a_long_answer_comes_in_parts),
		cmocka_unit_test(when_it_is_killed_it_is_absent),
		cmocka_unit_test(it_ends_with_its_parent),
		cmocka_unit_test(what_is_said_arrives),
		cmocka_unit_test(an_answer_that_is_cut_is_refused),
		cmocka_unit_test(a_socket_that_cannot_be_is_refused),
		cmocka_unit_test(an_answer_to_another_question_or_to_none_is_refused),
		cmocka_unit_test(more_sockets_than_there_may_be_are_refused),
	};

	if (!loopback_alone()) {
		fprintf(stderr, "this test makes network namespaces: run it as root\n");
		return LOOPBACK_SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
