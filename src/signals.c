#include "signals.h"

#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>

int
signals_open(const int *which, size_t n, sigset_t *blocked_before, struct diag *d)
{
	struct sigaction now;
	sigset_t ours;
	int fd;

	sigemptyset(&ours);
	/* An ignored signal would be read here all the same, once it is blocked. */
	for (size_t i = 0; i < n; i++)
		if (sigaction(which[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			sigaddset(&ours, which[i]);
	if (sigprocmask(SIG_BLOCK, &ours, blocked_before) != 0 ||
	    (fd = signalfd(-1, &ours, SFD_NONBLOCK | SFD_CLOEXEC)) < 0) {
		diag_set(d, "cannot wait for signals: %s", strerror(errno));
		return -1;
	}
	return fd;
}
