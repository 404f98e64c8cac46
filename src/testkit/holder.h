/*
 * holder - a process that has copies of our descriptors and does nothing, until it is
 * ended, or we end.
 *
 * failure    the test fails.
 */
#ifndef TESTKIT_HOLDER_H
#define TESTKIT_HOLDER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* It calls itself name (NULL: as we do), and is what become makes of it (NULL: what we are)
 * when this returns. */
static inline pid_t
holder_start(const char *name, bool (*become)(void))
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		if (become != NULL && !become())
			_exit(1);
		/* Last, for a change of user takes it back. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (name != NULL)
			prctl(PR_SET_NAME, name);
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 0);
	close(ready[0]);
	return pid;
}

static inline void
holder_end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

#endif
