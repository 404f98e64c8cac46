#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"

/* An old kernel: close_range(2) is not there. */
static bool
forbid_close_range(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof filter / sizeof *filter, filter };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 &&
	    close_range(1000, 1000, 0) < 0 && errno == ENOSYS;
}

/* Of a child that opens some, far apart, and treats those from the second on; the number
 * of what does not hold. */
static int
treated_wrongly(bool old_kernel)
{
	const int below = dup2(0, 100), first = dup2(0, 101), far = dup2(0, 1000);
	struct diag d = { 0 };

	if (below != 100 || first != 101 || far != 1000)
		return 1;
	if (old_kernel && !forbid_close_range())
		return 2;
	if (!descriptors_close_on_exec_from(first, &d) || diag_is_set(&d))
		return 3;
	if (fcntl(below, F_GETFD) != 0 || fcntl(first, F_GETFD) != FD_CLOEXEC ||
	    fcntl(far, F_GETFD) != FD_CLOEXEC)
		return 4;
	if (!descriptors_close_from(first, &d) || diag_is_set(&d))
		return 5;
	if (fcntl(below, F_GETFD) != 0 || fcntl(first, F_GETFD) >= 0 || fcntl(far, F_GETFD) >= 0)
		return 6;
	return 0;
}

static int
in_a_child(bool old_kernel)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(treated_wrongly(old_kernel));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
all_from_a_number_on_are_closed(void **state)
{
	(void)state;
	assert_int_equal(in_a_child(false), 0);
}

static void
an_old_kernel_closes_them_one_by_one(void **state)
{
	(void)state;
	assert_int_equal(in_a_child(true), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_from_a_number_on_are_closed),
		cmocka_unit_test(an_old_kernel_closes_them_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
