#include "descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
treat(int fd, bool on_exec)
{
	if (!on_exec)
		return close(fd) == 0;

	int flags = fcntl(fd, F_GETFD);
	return flags >= 0 && fcntl(fd, F_SETFD, flags | FD_CLOEXEC) == 0;
}

/* -1 for "." and "..". */
static int
descriptor_of(const struct dirent *entry)
{
	char *end;
	long n = strtol(entry->d_name, &end, 10);

	return end != entry->d_name && *end == '\0' && n >= 0 && n <= INT_MAX ? (int)n : -1;
}

/* Linux before 5.11 [close_range(2)], and sandboxes that know no new call. */
static bool
treat_each(int first, bool on_exec)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	bool ok = dir != NULL;

	while (dir != NULL && (errno = 0, entry = readdir(dir)) != NULL) {
		int fd = descriptor_of(entry);

		if (fd >= first && fd != dirfd(dir))
			ok = treat(fd, on_exec) && ok;
	}
	ok = ok && errno == 0;
	if (dir != NULL)
		closedir(dir);
	return ok;
}

static bool
treat_from(int first, bool on_exec, struct diag *d)
{
	if (close_range((unsigned)first, ~0u, on_exec ? CLOSE_RANGE_CLOEXEC : 0) == 0 ||
	    treat_each(first, on_exec))
		return true;
	diag_set(d, "cannot close what a child must not have: %s", strerror(errno));
	return false;
}

bool
descriptors_close_from(int first, struct diag *d)
{
	return treat_from(first, false, d);
}

bool
descriptors_close_on_exec_from(int first, struct diag *d)
{
	return treat_from(first, true, d);
}
