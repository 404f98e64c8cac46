#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "watch.h"

#define MS 1000000ull

/* A device that is a pipe: each byte is a batch, an 'E' an error. */
struct fake {
	int      pipe[2];
	bool     endless;		/* a link that is never quiet */
	bool     barren;		/* readable, and nothing comes */
	bool     own_clock;		/* which a look moves on by a millisecond */
	bool     grows;			/* behind another descriptor, that is not there at first */
	int      idle[2];
	unsigned steps, batches, looks, asked;
	bool     dry;
	/* What happens when. */
	unsigned signal_at_step[2];
	unsigned signal_at_dry_look;	/* SIGUSR1, at that look at the clock after the end */
	unsigned late;			/* packets that come when it is asked for descriptors */
	uint64_t clock;
};

static sigset_t before;
static int signals;

static enum got
fake_step(void *owner, struct diag *d)
{
	struct fake *f = owner;
	char byte;
	ssize_t n;

	f->steps++;
	for (unsigned i = 0; i < 2; i++)
		if (f->steps == f->signal_at_step[i])
			kill(getpid(), SIGTERM);
	if (f->endless)
		return GOT_SOME;
	if (f->barren)
		return GOT_NOTHING;
	assert_false(f->dry);
	n = read(f->pipe[0], &byte, 1);
	if (n < 0) {
		assert_int_equal(errno, EAGAIN);
		return GOT_NOTHING;
	}
	f->dry = n == 0 || byte == 'E';
	if (n == 0)
		return GOT_END;
	if (byte == 'E') {
		diag_set(d, "fake: failed");
		return GOT_ERROR;
	}
	f->batches++;
	return GOT_SOME;
}

static size_t
fake_descriptors(void *owner, int *out, size_t max)
{
	struct fake *f = owner;

	assert_false(f->dry);
	if (max == 0)
		return 1;
	f->asked++;
	if (f->late > 0) {
		f->late--;
		assert_int_equal(write(f->pipe[1], ".", 1), 1);
	}
	if (!f->grows) {
		*out = f->pipe[0];
		return 1;
	}
	out[0] = f->idle[0];
	if (max > 1)
		out[1] = f->pipe[0];
	return 2;
}

static uint64_t
fake_now(void *owner)
{
	struct fake *f = owner;
	struct timespec t;

	if (f->dry && f->looks++ == f->signal_at_dry_look)
		kill(getpid(), SIGUSR1);
	if (f->own_clock)
		return f->clock += MS;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 * MS + (uint64_t)t.tv_nsec;
}

static void
open_fake(struct fake *f, const char *bytes)
{
	*f = (struct fake){ .signal_at_dry_look = UINT32_MAX };
	assert_int_equal(pipe2(f->pipe, O_NONBLOCK | O_CLOEXEC), 0);
	assert_int_equal(pipe2(f->idle, O_CLOEXEC), 0);
	assert_int_equal(write(f->pipe[1], bytes, strlen(bytes)), strlen(bytes));
}

static void
end_of_devices(struct fake *f)
{
	close(f->pipe[1]);
	f->pipe[1] = -1;
}

static void
close_fake(struct fake *f)
{
	close(f->pipe[0]);
	close(f->idle[0]);
	close(f->idle[1]);
	if (f->pipe[1] >= 0)
		close(f->pipe[1]);
}

static struct watch
watch_of(struct fake *f)
{
	return (struct watch){
		.port = { f, fake_step, fake_descriptors, fake_now },
		.signals = signals,
		.unread = true,
	};
}

static void
run_to_the_end(struct watch *w)
{
	struct diag d = { 0 };

	assert_true(watch_run(w, &d));
	assert_false(diag_is_set(&d));
}

static void
a_signal_ends_it_and_all_is_read(void **state)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

	(void)state;
	for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
		struct fake f;
		struct watch w;

		open_fake(&f, "some packets that wait in the kernel");
		w = watch_of(&f);
		kill(getpid(), ending[i]);
		run_to_the_end(&w);
		assert_int_equal(f.batches, 36);
		assert_false(w.unread);
		close_fake(&f);
	}
}

static void
what_comes_late_is_read(void **state)
{
	struct fake f;
	struct watch w;

	(void)state;
	open_fake(&f, "");
	w = watch_of(&f);
	f.late = 5;
	kill(getpid(), SIGTERM);
	run_to_the_end(&w);
	assert_int_equal(f.batches, 5);
	assert_false(w.unread);
	close_fake(&f);
}

/* The one that becomes readable was not there when the watch began. */
static void
a_descriptor_that_is_new_is_waited_for(void **state)
{
	struct fake f;
	struct watch w;

	(void)state;
	open_fake(&f, "");
	w = watch_of(&f);
	f.grows = true;
	f.late = 1;
	f.signal_at_step[0] = 3;	/* after that came */
	alarm(10);			/* else it waits for ever */
	run_to_the_end(&w);
	alarm(0);
	assert_int_equal(f.batches, 1);
	close_fake(&f);
}

static void
time_ends_an_idle_watch(void **state)
{
	struct fake f;
	struct watch w;

	(void)state;
	open_fake(&f, "abc");
	w = watch_of(&f);
	w.duration_ns = 1 * MS;
	run_to_the_end(&w);
	assert_int_equal(f.batches, 3);
	assert_false(w.unread);
	assert_true(f.steps < 20);	/* it waits, it does not ask again and again */
	close_fake(&f);
}

/* 100 ms, then the ten seconds that a backlog may take; each look at the clock takes one. */
static void
a_flood_keeps_neither_time_nor_signals_away(void **state)
{
	struct fake f;
	struct watch w;

	(void)state;
	open_fake(&f, "");
	f.endless = f.own_clock = true;
	w = watch_of(&f);
	w.duration_ns = 100 * MS;
	kill(getpid(), SIGUSR1);	/* without a command: nobody's, it ends nothing */
	run_to_the_end(&w);
	assert_true(w.unread);		/* the kernel's buffer never was empty */
	assert_in_range(f.clock / MS, 10100, 10110);
	close_fake(&f);

	open_fake(&f, "");
	f.endless = f.own_clock = true;
	f.signal_at_step[0] = 100;
	w = watch_of(&f);
	run_to_the_end(&w);
	assert_true(w.unread);
	assert_in_range(f.clock / MS, 10000, 10010);
	close_fake(&f);
}

/* One second from the end, when the buffer was empty meanwhile: the link is busy, but all
 * from before the end is known. */
static void
a_busy_link_does_not_hold_it(void **state)
{
	struct fake f;
	struct watch w;

	(void)state;
	open_fake(&f, "");
	f.own_clock = true;
	f.late = 1000000;
	kill(getpid(), SIGTERM);
	w = watch_of(&f);
	run_to_the_end(&w);
	assert_false(w.unread);
	assert_in_range(f.clock / MS, 1000, 1010);
	assert_true(f.batches > 100);
	close_fake(&f);
}

static void
a_second_signal_ends_it_at_once(void **state)
{
	struct fake f;
	struct watch w;

	(void)state;
	open_fake(&f, "");
	f.endless = true;
	f.signal_at_step[0] = 100;
	f.signal_at_step[1] = 1000;
	w = watch_of(&f);
	run_to_the_end(&w);
	assert_in_range(f.steps, 1000, 1016);
	assert_true(w.unread);
	close_fake(&f);
}

static void
it_ends_with_the_last_device(void **state)
{
	struct fake f;
	struct watch w;
	struct diag d = { 0 };

	(void)state;
	open_fake(&f, "abc");
	end_of_devices(&f);
	w = watch_of(&f);
	run_to_the_end(&w);
	assert_int_equal(f.batches, 3);
	assert_false(w.unread);
	close_fake(&f);

	open_fake(&f, "abcE");
	w = watch_of(&f);
	assert_false(watch_run(&w, &d));
	assert_string_equal(d.line, "fake: failed");
	close_fake(&f);
}

/* A step costs a wait of ten milliseconds after the first few, so in fifty there cannot be
 * many, however slow or fast the machine. */
static void
a_descriptor_that_yields_nothing_burns_no_time(void **state)
{
	struct fake f;
	struct watch w;

	(void)state;
	open_fake(&f, ".");
	f.barren = true;
	w = watch_of(&f);
	w.duration_ns = 50 * MS;
	run_to_the_end(&w);
	assert_true(f.steps < 250);
	assert_false(w.unread);
	close_fake(&f);
}

static void
start(struct command *c, const char *script)
{
	struct identity who = { .uid = getuid(), .gid = getgid() };
	char *argv[] = { (char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c",
		(char *)(uintptr_t)script, NULL };
	struct diag d = { 0 };

	fflush(NULL);
	assert_true(command_start(c, argv, &who, &before, &d));
}

static void
the_commands_end_ends_it(void **state)
{
	struct fake f;
	struct watch w;
	struct command c;

	(void)state;
	open_fake(&f, "abc");
	w = watch_of(&f);
	w.command = &c;
	start(&c, "exit 3");
	run_to_the_end(&w);
	assert_true(c.ended);
	assert_int_equal(c.status, 3);
	assert_int_equal(f.batches, 3);
	assert_false(w.unread);
	close_fake(&f);
}

static void
a_command_that_never_began_ends_it(void **state)
{
	struct command c = { .ended = true, .status = 127, .courier = { -1 } };
	struct fake f;
	struct watch w;

	(void)state;
	open_fake(&f, "abc");
	w = watch_of(&f);
	w.command = &c;
	run_to_the_end(&w);
	assert_int_equal(f.batches, 3);
	close_fake(&f);
}

/* It ends by the signal itself, so the signal must have come to it; and we are still here. */
static void
signals_are_passed_on_to_the_command(void **state)
{
	static const int passed_on[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };

	(void)state;
	for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
		struct fake f;
		struct watch w;
		struct command c;

		open_fake(&f, "");
		w = watch_of(&f);
		w.command = &c;
		start(&c, "ulimit -c 0; exec cat <&0 >/dev/null 2>&1");
		kill(getpid(), passed_on[i]);
		run_to_the_end(&w);
		assert_int_equal(c.status, 128 + passed_on[i]);
		close_fake(&f);
	}
}

static void
time_that_is_over_terminates_the_command(void **state)
{
	struct fake f;
	struct watch w;
	struct command c;

	(void)state;
	open_fake(&f, "");
	w = watch_of(&f);
	w.command = &c;
	w.duration_ns = 1 * MS;
	start(&c, "exec cat");
	run_to_the_end(&w);
	assert_int_equal(c.status, 128 + SIGTERM);
	close_fake(&f);
}

/* The command ends only by a signal that is sent after the devices have gone. */
static void
a_command_is_waited_for_when_every_device_is_gone(void **state)
{
	static const char *const bytes[] = { "abc", "abcE" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fake f;
		struct watch w;
		struct command c;
		struct diag d = { 0 };

		open_fake(&f, bytes[i]);
		end_of_devices(&f);
		f.signal_at_dry_look = 0;
		w = watch_of(&f);
		w.command = &c;
		start(&c, "exec cat");
		assert_int_equal(watch_run(&w, &d), i == 0);
		assert_int_equal(diag_is_set(&d), i == 1);
		assert_true(c.ended);
		assert_int_equal(c.status, 128 + SIGUSR1);
		assert_int_equal(f.batches, 3);
		close_fake(&f);
	}
}

static void
signals_ignored_before_stay_ignored(void **state)
{
	sigset_t was, now;
	struct diag d = { 0 };
	int fd;

	(void)state;
	sigprocmask(SIG_SETMASK, &before, &was);
	signal(SIGHUP, SIG_IGN);
	fd = watch_signals(&now, &d);
	assert_true(fd >= 0);
	assert_int_equal(sigismember(&now, SIGINT), 0);	/* as it was before */
	sigprocmask(SIG_BLOCK, NULL, &now);
	assert_int_equal(sigismember(&now, SIGHUP), 0);
	assert_int_equal(sigismember(&now, SIGINT), 1);
	close(fd);
	signal(SIGHUP, SIG_DFL);
	sigprocmask(SIG_SETMASK, &was, NULL);
}

/* In a session of its own with a terminal: standard input of a watch around a command that
 * tells of its signals. Its status is the command's. */
static int
watch_on_terminal(const char *slave)
{
	struct fake f;
	struct watch w;
	struct command c;
	struct diag d = { 0 };

	setsid();
	int terminal = open(slave, O_RDWR);

	if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0) != 0)
		return 100;
	open_fake(&f, "");
	w = watch_of(&f);
	w.command = &c;
	start(&c, "trap 'echo int' INT; trap 'echo term; exit 7' TERM; echo ready;"
	    "while [ -d /proc/$PPID ]; do :; done");
	return watch_run(&w, &d) ? c.status : 101;
}

static void
await(int fd, const char *want)
{
	char said[64];
	size_t at = 0;
	ssize_t n = 1;

	while (at < strlen(want) && (n = read(fd, said + at, strlen(want) - at)) > 0)
		at += (size_t)n;
	said[at] = '\0';
	assert_string_equal(said, want);
}

static void
what_the_terminal_sent_is_not_sent_again(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), out[2], in[2], status;
	char byte;
	pid_t pid;

	(void)state;
	assert_true(master >= 0);
	assert_int_equal(grantpt(master) | unlockpt(master), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC) | pipe2(in, O_CLOEXEC), 0);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		close(in[1]);
		close(out[0]);
		_exit(watch_on_terminal(ptsname(master)));
	}
	close(out[1]);
	close(in[0]);
	await(out[0], "ready\n");
	/* The watch sees ^C only when the command has told of it, and takes it before
	 * SIGTERM: if it were passed on, a second "int" would come before "term". */
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_int_equal(write(master, "\003", 1), 1);
	await(out[0], "int\n");
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(kill(pid, SIGCONT), 0);
	await(out[0], "term\n");
	assert_int_equal(read(out[0], &byte, 1), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 7 << 8);
	close(in[1]);
	close(out[0]);
	close(master);
}

/* Commands read a standard input that never ends. */
static int
begin(void **state)
{
	struct diag d = { 0 };
	int in[2];

	(void)state;
	/* A caller may ignore these: nohup, or a shell that puts us into the background. */
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	sigemptyset(&before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	signals = watch_signals(&before, &d);
	return signals < 0 || pipe2(in, O_CLOEXEC) != 0 || dup2(in[0], STDIN_FILENO) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_ends_it_and_all_is_read),
		cmocka_unit_test(what_comes_late_is_read),
		cmocka_unit_test(a_descriptor_that_is_new_is_waited_for),
		cmocka_unit_test(time_ends_an_idle_watch),
		cmocka_unit_test(a_flood_keeps_neither_time_nor_signals_away),
		cmocka_unit_test(a_busy_link_does_not_hold_it),
		cmocka_unit_test(a_second_signal_ends_it_at_once),
		cmocka_unit_test(it_ends_with_the_last_device),
		cmocka_unit_test(a_descriptor_that_yields_nothing_burns_no_time),
		cmocka_unit_test(the_commands_end_ends_it),
		cmocka_unit_test(a_command_that_never_began_ends_it),
		cmocka_unit_test(signals_are_passed_on_to_the_command),
		cmocka_unit_test(time_that_is_over_terminates_the_command),
		cmocka_unit_test(a_command_is_waited_for_when_every_device_is_gone),
		cmocka_unit_test(signals_ignored_before_stay_ignored),
		cmocka_unit_test(what_the_terminal_sent_is_not_sent_again),
	};
	return cmocka_run_group_tests(tests, begin, NULL);
}
