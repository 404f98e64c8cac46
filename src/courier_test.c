#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "courier.h"

static pid_t
sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	assert_true(pid > 0);
	return pid;
}

static int
end_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

static struct courier
courier_of(uid_t uid, gid_t gid)
{
	struct identity who = { .uid = uid, .gid = gid };
	struct courier c;
	struct diag d = { 0 };

	assert_true(courier_start(&c, &who, &d));
	return c;
}

static void
it_signals_the_one_process_named_first(void **state)
{
	pid_t first = sleeper(), second = sleeper();
	struct courier c = courier_of(getuid(), getgid());

	(void)state;
	assert_true(courier_send(&c, first, 0));
	assert_false(courier_send(&c, second, SIGTERM));
	assert_int_equal(errno, EPERM);
	assert_true(courier_send(&c, first, SIGTERM));
	assert_int_equal(end_of(first), SIGTERM);
	assert_int_equal(kill(second, SIGKILL), 0);
	assert_int_equal(end_of(second), SIGKILL);	/* and not SIGTERM */
	courier_stop(&c);
	assert_false(courier_send(&c, first, 0));
}

static void
never_a_group_of_processes(void **state)
{
	pid_t first = sleeper();
	struct courier c = courier_of(getuid(), getgid());

	(void)state;
	assert_false(courier_send(&c, -1, 0));
	assert_int_equal(errno, EPERM);
	assert_false(courier_send(&c, first, 0));	/* bound for good */
	courier_stop(&c);
	kill(first, SIGKILL);
	end_of(first);
}

static void
it_has_a_users_rights_and_no_more(void **state)
{
	pid_t of_root;
	struct courier c;

	(void)state;
	if (getuid() != 0)
		skip();
	of_root = sleeper();
	c = courier_of(65534, 65534);
	assert_false(courier_send(&c, of_root, SIGTERM));
	assert_int_equal(errno, EPERM);
	courier_stop(&c);
	kill(of_root, SIGKILL);
	assert_int_equal(end_of(of_root), SIGKILL);
}

/* A pipe whose other end it would hold never ends. */
static void
it_holds_no_descriptor_of_ours_and_ends_with_its_socket(void **state)
{
	int ends[2], status;
	struct courier c;
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	c = courier_of(getuid(), getgid());
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
	courier_stop(&c);
	assert_true(wait(&status) > 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int
reap_all(void **state)
{
	(void)state;
	while (wait(NULL) > 0)
		;
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(it_signals_the_one_process_named_first, reap_all),
		cmocka_unit_test_teardown(never_a_group_of_processes, reap_all),
		cmocka_unit_test_teardown(it_has_a_users_rights_and_no_more, reap_all),
		cmocka_unit_test_teardown(it_holds_no_descriptor_of_ours_and_ends_with_its_socket,
		    reap_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
