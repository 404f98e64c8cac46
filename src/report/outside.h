/*
 * outside - for tests: what a program that is not ours makes of what we wrote.
 *
 * The command finds the text in "$FILE" and the source tree in "$TOP".
 */
#ifndef REPORT_OUTSIDE_H
#define REPORT_OUTSIDE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTSIDE_MISSING 77	/* also what a shell answers: 127 */

/* Its exit status; OUTSIDE_MISSING: the program is not installed. */
static inline int
outside_run(const char *text, size_t n, const char *command)
{
	const char *top = getenv("srcdir");
	char file[] = "/tmp/beamtap-test-XXXXXX", line[8192];
	int fd = mkstemp(file);

	if (fd < 0 || write(fd, text, n) != (ssize_t)n)
		return -1;
	close(fd);
	snprintf(line, sizeof line, "FILE='%s' TOP='%s'; export FILE TOP; %s", file,
	    top != NULL ? top : ".", command);
	int status = system(line);
	unlink(file);
	if (!WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status) == 127 ? OUTSIDE_MISSING : WEXITSTATUS(status);
}

#endif
