/*
 * elsewhere - network namespaces in tests: how they are made, and which one it is.
 *
 * failure    the test fails.
 */
#ifndef TESTKIT_ELSEWHERE_H
#define TESTKIT_ELSEWHERE_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

static inline void
elsewhere_shell(const char *command)
{
	assert_int_equal(system(command), 0);
}

static inline uint64_t
elsewhere_inode(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_ino;
}

/* For holder_start(): in a new one. */
static inline bool
elsewhere_go(void)
{
	return unshare(CLONE_NEWNET) == 0;
}

#endif
