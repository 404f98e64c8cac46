#include "courier.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "descriptors.h"

struct errand {
	pid_t to;
	int   signal;
};

static ssize_t
receive(int fd, void *out, size_t size)
{
	ssize_t n;

	while ((n = recv(fd, out, size, 0)) < 0 && errno == EINTR)
		;
	return n;
}

static bool
tell(int fd, const void *what, size_t size)
{
	ssize_t n;

	while ((n = send(fd, what, size, MSG_NOSIGNAL)) < 0 && errno == EINTR)
		;
	return n == (ssize_t)size;
}

/* The answer to an errand is an errno. */
static void
serve(void)
{
	pid_t bound = 0;
	struct errand e;

	while (receive(0, &e, sizeof e) == (ssize_t)sizeof e) {
		int answer = EPERM;

		if (bound == 0)
			bound = e.to;
		if (e.to == bound && bound > 0)
			answer = kill(bound, e.signal) == 0 ? 0 : errno;
		if (!tell(0, &answer, sizeof answer))
			return;
	}
}

static _Noreturn void
be_courier(int fd, const struct identity *as)
{
	struct diag d = { 0 };
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (fd != 0 && dup2(fd, 0) < 0)
		diag_set(&d, "cannot pass signals on: %s", strerror(errno));
	else if (descriptors_close_from(1, &d))
		privs_give_up(as, &d);
	if (tell(0, &d, sizeof d) && !diag_is_set(&d))
		serve();
	_exit(0);
}

bool
courier_start(struct courier *c, const struct identity *as, struct diag *d)
{
	struct diag said = { 0 };
	int ends[2];
	pid_t pid;

	*c = (struct courier){ -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		diag_set(d, "cannot start a process: %s", strerror(errno));
		return false;
	}
	if ((pid = fork()) == 0)
		be_courier(ends[1], as);
	if (pid < 0)
		diag_set(&said, "cannot start a process: %s", strerror(errno));
	close(ends[1]);
	c->socket = ends[0];
	if (pid > 0 && receive(c->socket, &said, sizeof said) != (ssize_t)sizeof said)
		diag_set(&said, "a process ended before its time");
	if (!diag_is_set(&said))
		return true;
	diag_set(d, "%s", said.line);
	courier_stop(c);
	return false;
}

bool
courier_send(const struct courier *c, pid_t to, int signal)
{
	const struct errand e = { to, signal };
	int answer = EPIPE;

	if (c->socket < 0 || !tell(c->socket, &e, sizeof e) ||
	    receive(c->socket, &answer, sizeof answer) != (ssize_t)sizeof answer)
		answer = EPIPE;
	errno = answer;
	return answer == 0;
}

void
courier_stop(struct courier *c)
{
	if (c->socket >= 0)
		close(c->socket);
	c->socket = -1;
}
