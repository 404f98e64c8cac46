#include "command.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"

enum {
	STATUS_NOT_EXECUTABLE = 126,
	STATUS_NOT_FOUND = 127,
	STATUS_SIGNAL = 128,
};

/* What the child tells when it does not become the command. */
struct regret {
	int exec_error;		/* 0: it did not come so far, why says */
	struct diag why;
};

static _Noreturn void
be_command(char *const argv[], const struct identity *who, const sigset_t *blocked_before,
    int tell)
{
	struct regret r = { 0 };
	ssize_t n;

	if (descriptors_close_on_exec_from(STDERR_FILENO + 1, &r.why) &&
	    privs_become(who, &r.why)) {
		sigprocmask(SIG_SETMASK, blocked_before, NULL);
		execvp(argv[0], argv);
		r.exec_error = errno;
	}
	/* Less than PIPE_BUF: whole or not at all. */
	while ((n = write(tell, &r, sizeof r)) < 0 && errno == EINTR)
		;
	_exit(STATUS_NOT_EXECUTABLE);
}

/* Waits for exec, which closes the pipe, or for the regret. */
static bool
regrets(int from, struct regret *out)
{
	ssize_t n;

	while ((n = read(from, out, sizeof *out)) < 0 && errno == EINTR)
		;
	return n == (ssize_t)sizeof *out;
}

static int
as_in_a_shell(int wait_status)
{
	return WIFSIGNALED(wait_status) ? STATUS_SIGNAL + WTERMSIG(wait_status) :
	    WEXITSTATUS(wait_status);
}

static void
wait_for(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Where SIGCHLD is ignored, nobody can be waited for. */
static void
want_children_back(void)
{
	const struct sigaction usual = { .sa_handler = SIG_DFL };

	sigaction(SIGCHLD, &usual, NULL);
}

/* The child, and the pipe's end that it may write to. */
static bool
fork_command(struct command *c, char *const argv[], const struct identity *who,
    const sigset_t *blocked_before, int *from, struct diag *d)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0) {
		diag_set(d, "cannot start %s: %s", argv[0], strerror(errno));
		return false;
	}
	if ((c->pid = fork()) == 0)
		be_command(argv, who, blocked_before, ends[1]);
	if (c->pid < 0)
		diag_set(d, "cannot start %s: %s", argv[0], strerror(errno));
	close(ends[1]);
	if (c->pid < 0)
		close(ends[0]);
	*from = ends[0];
	return c->pid > 0;
}

bool
command_start(struct command *c, char *const argv[], const struct identity *who,
    const sigset_t *blocked_before, struct diag *d)
{
	struct regret r;
	int from;

	*c = (struct command){ .courier = { -1 } };
	want_children_back();
	if (!courier_start(&c->courier, who, d))
		return false;
	if (!fork_command(c, argv, who, blocked_before, &from, d)) {
		courier_stop(&c->courier);
		return false;
	}
	courier_send(&c->courier, c->pid, 0);
	bool sorry = regrets(from, &r);
	close(from);
	if (!sorry)
		return true;
	wait_for(c->pid);
	courier_stop(&c->courier);
	c->ended = true;
	c->status = r.exec_error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
	if (r.exec_error != 0)
		diag_set(d, "%s: %s", argv[0], strerror(r.exec_error));
	else
		diag_set(d, "cannot start %s: %s", argv[0], r.why.line);
	return r.exec_error != 0;
}

static bool
ended(struct command *c, int how)
{
	int status;
	pid_t pid;

	if (c->ended)
		return true;
	while ((pid = waitpid(c->pid, &status, how)) < 0 && errno == EINTR)
		;
	assert(pid == 0 || pid == c->pid);	/* nobody else waits for it */
	if (pid == 0)
		return false;
	c->ended = true;
	c->status = as_in_a_shell(status);
	courier_stop(&c->courier);
	return true;
}

bool
command_ended(struct command *c)
{
	return ended(c, WNOHANG);
}

void
command_stop(struct command *c)
{
	command_signal(c, SIGTERM, false);
	ended(c, 0);
}

/* A command that has made a process group of its own was not in the terminal's. */
void
command_signal(const struct command *c, int signal, bool from_terminal)
{
	if (c->ended || (from_terminal && getpgid(c->pid) == getpgrp()))
		return;
	if (!courier_send(&c->courier, c->pid, signal))
		kill(c->pid, signal);
}
