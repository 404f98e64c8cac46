#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"

static char path[] = "/tmp/confine_test.XXXXXX";

/* What did not hold of a process that is confined; NULL: all did. */
#define NEED(x) do { if (!(x)) return #x; } while (0)

static const char *
confined(int fd, pid_t other)
{
	struct diag d = { "" };
	char b[256];
	DIR *dir;
	int s;

	NEED(confine_to_looking(&d));
	NEED(!diag_is_set(&d));
	/* What is left: to list, to read, to take memory, and what is open stays open. */
	NEED((dir = opendir("/proc/self/fd")) != NULL);
	NEED(readdir(dir) != NULL);
	NEED(readlinkat(dirfd(dir), "0", b, sizeof b) > 0);
	closedir(dir);
	NEED((s = open("/proc/self/comm", O_RDONLY | O_CLOEXEC)) >= 0);
	NEED(read(s, b, sizeof b) > 0 && close(s) == 0);
	char *large = malloc(8u << 20);
	NEED(large != NULL);
	memset(large, 1, 8u << 20);
	free(large);
	NEED(send(fd, "x", 1, 0) == 1);
	/* And what is not. */
	NEED(open(path, O_RDWR) < 0 && errno == EPERM);
	NEED(open(path, O_WRONLY) < 0 && errno == EPERM);
	NEED(open("/tmp/confine_test.new", O_RDONLY | O_CREAT, 0600) < 0 && errno == EPERM);
	NEED(open(path, O_RDONLY | O_TRUNC) < 0 && errno == EPERM);
	NEED(unlink(path) < 0 && errno == EPERM);
	NEED(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM);
	NEED(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
	NEED(kill(other, SIGTERM) < 0 && errno == EPERM);
	NEED(ptrace(PTRACE_ATTACH, other, NULL, NULL) < 0 && errno == EPERM);
	NEED(fork() < 0 && errno == EPERM);
	NEED(execl("/bin/true", "true", (char *)NULL) < 0 && errno == EPERM);
	return NULL;
}

static void
looking_is_all_that_is_left(void **state)
{
	int ends[2], fd;
	char said[256] = "";
	pid_t pid, other;

	(void)state;
	assert_true((fd = mkstemp(path)) >= 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	if ((other = fork()) == 0)
		for (;;)
			pause();
	if ((pid = fork()) == 0) {
		const char *wrong = confined(ends[1], other);

		if (wrong == NULL)
			wrong = "nothing";
		send(ends[1], wrong, strlen(wrong), 0);
		_exit(0);
	}
	assert_int_equal(recv(ends[0], said, 1, 0), 1);
	assert_string_equal(said, "x");
	assert_true(recv(ends[0], said, sizeof said - 1, 0) > 0);
	assert_string_equal(said, "nothing");
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	kill(other, SIGKILL);
	assert_int_equal(waitpid(other, NULL, 0), other);
	assert_int_equal(unlink(path), 0);
	close(fd), close(ends[0]), close(ends[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looking_is_all_that_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
