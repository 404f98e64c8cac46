#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"

static sigset_t before;		/* what was blocked before SIGCHLD was */

static struct identity
oneself(void)
{
	return (struct identity){ .uid = getuid(), .gid = getgid() };
}

/* Starts it with its standard output in a pipe; the pipe's other end. */
static int
start(struct command *c, char *const argv[], const struct identity *who)
{
	struct diag d = { 0 };
	int ends[2], ours;

	fflush(NULL);
	assert_int_equal(pipe(ends), 0);
	assert_true((ours = dup(STDOUT_FILENO)) >= 0);
	dup2(ends[1], STDOUT_FILENO);
	close(ends[1]);
	bool ok = command_start(c, argv, who, &before, &d);
	dup2(ours, STDOUT_FILENO);
	close(ours);
	assert_true(ok);
	assert_false(diag_is_set(&d));
	return ends[0];
}

static void
await(int fd, const char *want)
{
	char said[4096];
	size_t at = 0;
	ssize_t n = 1;

	while (at < strlen(want) && (n = read(fd, said + at, strlen(want) - at)) > 0)
		at += (size_t)n;
	said[at] = '\0';
	assert_string_equal(said, want);
}

static void
await_end(int fd, const char *want)
{
	char byte;

	await(fd, want);
	assert_int_equal(read(fd, &byte, 1), 0);
	close(fd);
}

static int
status_of(struct command *c)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (!command_ended(c))
		sigwaitinfo(&child, NULL);
	return c->status;
}

static void
sh(char *argv[4], const char *script)
{
	argv[0] = (char *)(uintptr_t)"sh";
	argv[1] = (char *)(uintptr_t)"-c";
	argv[2] = (char *)(uintptr_t)script;
	argv[3] = NULL;
}

static void
its_status_is_as_in_a_shell(void **state)
{
	static const struct {
		const char *script;
		int want;
	} cases[] = {
		{ "true", 0 },
		{ "exit 3", 3 },
		{ "exit 255", 255 },
		{ "kill -TERM $$", 143 },
		{ "kill -KILL $$", 137 },
		{ "kill -INT $$", 130 },
	};
	struct identity who = oneself();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct command c;
		char *argv[4];

		sh(argv, cases[i].script);
		close(start(&c, argv, &who));
		assert_int_equal(status_of(&c), cases[i].want);
		assert_true(command_ended(&c));
	}
}

static void
what_cannot_be_executed_has_a_status_and_a_reason(void **state)
{
	static const struct {
		const char *name;
		int want;
		const char *reason;
	} cases[] = {
		{ "/no/such/command", 127, "/no/such/command: No such file or directory" },
		{ "no-such-command-here", 127, "no-such-command-here: No such file or directory" },
		{ "", 127, ": No such file or directory" },
		{ "/etc/passwd", 126, "/etc/passwd: Permission denied" },
		{ "/", 126, "/: Permission denied" },
		{ "/etc/passwd/x", 126, "/etc/passwd/x: Not a directory" },
	};
	struct identity who = oneself();

	(void)state;
	/* A place to look in that is forbidden would be the reason instead. */
	assert_int_equal(setenv("PATH", "/usr/bin:/bin", 1), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *argv[2] = { (char *)(uintptr_t)cases[i].name, NULL };
		struct command c;
		struct diag d = { 0 };

		assert_true(command_start(&c, argv, &who, &before, &d));
		assert_string_equal(d.line, cases[i].reason);
		assert_true(command_ended(&c));
		assert_int_equal(c.status, cases[i].want);
		command_signal(&c, SIGTERM, false);	/* reaches nobody */
	}
}

static void
one_that_is_stopped_has_not_ended(void **state)
{
	struct identity who = oneself();
	struct command c;
	siginfo_t info;
	char *argv[4];
	int out;

	(void)state;
	sh(argv, "kill -STOP $$; exit 5");
	out = start(&c, argv, &who);
	assert_int_equal(waitid(P_PID, (id_t)c.pid, &info, WSTOPPED | WNOWAIT), 0);
	assert_false(command_ended(&c));
	command_signal(&c, SIGCONT, false);
	assert_int_equal(status_of(&c), 5);
	close(out);
}

static void
one_that_is_made_to_stop_is_waited_for(void **state)
{
	struct identity who = oneself();
	struct command c;
	char *argv[4];
	int out;

	(void)state;
	sh(argv, "trap 'kill $!; echo; exit 9' TERM; sleep 600 & echo; wait");
	out = start(&c, argv, &who);
	await(out, "\n");
	command_stop(&c);
	assert_true(c.ended);
	assert_int_equal(c.status, 9);
	await(out, "\n");
	close(out);
}

static void
others_that_end_are_not_taken_for_it(void **state)
{
	struct identity who = oneself();
	struct command c;
	char *argv[] = { (char *)(uintptr_t)"cat", NULL };
	int in[2], ours = dup(STDIN_FILENO), out;
	siginfo_t info;
	pid_t other;

	(void)state;
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	dup2(in[0], STDIN_FILENO);
	out = start(&c, argv, &who);
	dup2(ours, STDIN_FILENO);
	close(ours);
	close(in[0]);
	if ((other = fork()) == 0)
		_exit(9);
	assert_int_equal(waitid(P_PID, (id_t)other, &info, WEXITED | WNOWAIT), 0);
	assert_false(command_ended(&c));
	assert_int_equal(write(in[1], "hello", 5), 5);
	close(in[1]);
	await_end(out, "hello");		/* our standard streams */
	assert_int_equal(status_of(&c), 0);
	assert_int_equal(waitpid(other, NULL, 0), other);
}

static void
it_finds_signals_as_we_found_them(void **state)
{
	struct identity who = oneself();
	struct command c;
	char *argv[4], *blocked[] = { (char *)(uintptr_t)"grep", (char *)(uintptr_t)"SigBlk",
		(char *)(uintptr_t)"/proc/self/status", NULL };

	(void)state;
	signal(SIGHUP, SIG_IGN);		/* nohup */
	signal(SIGCHLD, SIG_IGN);
	sh(argv, "kill -HUP $$; echo alive");
	await_end(start(&c, argv, &who), "alive\n");
	assert_int_equal(status_of(&c), 0);	/* not lost although SIGCHLD was ignored */
	signal(SIGHUP, SIG_DFL);
	/* No shell: some unblock by themselves. */
	await_end(start(&c, blocked, &who), "SigBlk:\t0000000000000000\n");
	assert_int_equal(status_of(&c), 0);
}

static void
it_has_none_of_our_descriptors(void **state)
{
	struct identity who = oneself();
	struct command c;
	char *argv[4];

	(void)state;
	assert_int_equal(dup2(0, 77), 77);	/* as libpcap leaves them */
	sh(argv, "[ -e /proc/$$/fd/2 ] && [ ! -e /proc/$$/fd/77 ] && echo none");
	await_end(start(&c, argv, &who), "none\n");
	assert_int_equal(status_of(&c), 0);
	close(77);
}

/* Busy, since a signal just before a wait would not interrupt it; not longer than we live. */
static const char obedient[] =
	"trap 'echo int' INT; trap 'echo term; exit 7' TERM; echo ready;"
	"while [ -d /proc/$PPID ]; do :; done";

static void
signals_are_passed_on_unless_the_terminal_did(void **state)
{
	struct identity who = oneself();
	struct command c;
	char *argv[4];
	int out;

	(void)state;
	sh(argv, obedient);
	out = start(&c, argv, &who);
	await(out, "ready\n");
	assert_int_equal(getpgid(c.pid), getpgrp());
	command_signal(&c, SIGTERM, true);	/* has it already: nothing happens */
	command_signal(&c, SIGINT, false);
	await(out, "int\n");
	command_signal(&c, SIGTERM, false);
	await_end(out, "term\n");
	assert_int_equal(status_of(&c), 7);
}

static void
the_terminals_signal_did_not_reach_a_group_of_its_own(void **state)
{
	struct identity who = oneself();
	struct command c;
	char *argv[] = { (char *)(uintptr_t)"setsid", (char *)(uintptr_t)"sh",
		(char *)(uintptr_t)"-c", (char *)(uintptr_t)obedient, NULL };
	int out;

	(void)state;
	out = start(&c, argv, &who);
	await(out, "ready\n");
	assert_true(getpgid(c.pid) != getpgrp());
	command_signal(&c, SIGTERM, true);
	await_end(out, "term\n");
	assert_int_equal(status_of(&c), 7);
}

/* Root's command, and we are nobody: only the courier can. */
static void
signals_are_passed_on_after_rights_are_given_up(void **state)
{
	const struct identity daemon = { 1, 1, "daemon", "/", "/bin/sh" };
	const struct identity root = { .name = "root" }, nobody = { .uid = 65534, .gid = 65534 };
	const struct identity *const commands[] = { &daemon, &root };

	(void)state;
	if (getuid() != 0)
		skip();
	for (size_t i = 0; i < 2; i++) {
		pid_t pid;
		int status;

		fflush(NULL);
		if ((pid = fork()) == 0) {
			struct command c;
			struct diag d = { 0 };
			char *argv[4];

			sh(argv, obedient);
			int out = start(&c, argv, commands[i]);
			await(out, "ready\n");
			if (!privs_give_up(&nobody, &d) || kill(c.pid, SIGTERM) == 0)
				_exit(1);
			command_signal(&c, SIGTERM, false);
			await_end(out, "term\n");
			_exit(status_of(&c));
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 7 << 8);
	}
}

static void
it_is_the_invoking_users(void **state)
{
	const struct identity daemon = { 1, 1, "daemon", "/daemons", "/bin/sh" };
	struct command c;
	char *argv[4];

	(void)state;
	if (getuid() != 0)
		skip();
	sh(argv, "id -u; id -G; echo $HOME $USER");
	await_end(start(&c, argv, &daemon), "1\n1\n/daemons daemon\n");
	assert_int_equal(status_of(&c), 0);
}

static void
become_nobody_and_try(void)
{
	const struct identity nobody = { .uid = 65534, .gid = 65534 };
	const struct identity daemon = { 1, 1, "daemon", "/", "/bin/sh" };
	char *argv[] = { (char *)(uintptr_t)"true", NULL };
	struct command c;
	struct diag d = { 0 };

	if (!privs_give_up(&nobody, &d))
		_exit(1);
	if (command_start(&c, argv, &daemon, &before, &d) || !diag_is_set(&d))
		_exit(2);
	_exit(0);
}

static void
a_user_that_cannot_be_had_starts_nothing(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (getuid() != 0)
		skip();
	if ((pid = fork()) == 0)
		become_nobody_and_try();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_status_is_as_in_a_shell),
		cmocka_unit_test(what_cannot_be_executed_has_a_status_and_a_reason),
		cmocka_unit_test(one_that_is_stopped_has_not_ended),
		cmocka_unit_test(one_that_is_made_to_stop_is_waited_for),
		cmocka_unit_test(others_that_end_are_not_taken_for_it),
		cmocka_unit_test(it_finds_signals_as_we_found_them),
		cmocka_unit_test(it_has_none_of_our_descriptors),
		cmocka_unit_test(signals_are_passed_on_unless_the_terminal_did),
		cmocka_unit_test(the_terminals_signal_did_not_reach_a_group_of_its_own),
		cmocka_unit_test(signals_are_passed_on_after_rights_are_given_up),
		cmocka_unit_test(it_is_the_invoking_users),
		cmocka_unit_test(a_user_that_cannot_be_had_starts_nothing),
	};
	sigset_t child;

	sigemptyset(&before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
