#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outputs.h"

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
assert_has(const char *path, const char *text)
{
	char got[64] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	got[fread(got, 1, sizeof got - 1, f)] = '\0';
	assert_int_equal(fclose(f), 0);
	assert_string_equal(got, text);
}

/* A directory of its own: "old" has text, "link" and "hard" lead to it, "ca" holds it. */
static int
enter(void **state)
{
	static char directory[64];

	snprintf(directory, sizeof directory, "/tmp/outputs_test.XXXXXX");
	if (mkdtemp(directory) == NULL || chdir(directory) != 0)
		return -1;
	put("old", "yesterday");
	*state = directory;
	return symlink("old", "link") == 0 && link("old", "hard") == 0 && mkdir("ca", 0700) == 0 &&
	    symlink("../old", "ca/ca.pem") == 0 ? 0 : -1;
}

static int
leave(void **state)
{
	static const char *const made[] = { "old", "link", "hard", "ca/ca.pem", "new", "other" };

	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		unlink(made[i]);
	unsetenv("GITHUB_STEP_SUMMARY");
	return rmdir("ca") == 0 && chdir("/") == 0 && rmdir(*state) == 0 ? 0 : -1;
}

static void
assert_refused(const struct cli *c, const char *why)
{
	struct outputs o = { { NULL } };
	struct diag d = { 0 };

	assert_false(outputs_open(&o, c, &d));
	assert_string_equal(d.line, why);
	outputs_close(&o);
	assert_has("old", "yesterday");
}

static void
what_is_read_is_not_written(void **state)
{
	const char *input[] = { "hard" };
	const struct cli_list files = { input, 1 };

	(void)state;
	assert_refused(&(struct cli){ .json = "old", .files = files },
	    "--json: old is also the file of -r");
	assert_refused(&(struct cli){ .junit = "link", .files = files },
	    "--junit: link is also the file of -r");
	assert_refused(&(struct cli){ .write = "hard", .policy_file = "link" },
	    "-w: hard is also the file of --policy");
	assert_refused(&(struct cli){ .sarif = "old", .policy.ca = "old" },
	    "--sarif: old is also the file of --ca");
	assert_refused(&(struct cli){ .sarif = "old", .policy.ca = "ca" },
	    "--sarif: old is also the file of --ca");
	assert_refused(&(struct cli){ .tap = "old", .policy.waivers = "hard" },
	    "--tap: old is also the file of --waivers");
	assert_refused(&(struct cli){ .ready_file = "old", .policy_file = "hard" },
	    "--ready-file: old is also the file of --policy");
	assert_int_equal(setenv("GITHUB_STEP_SUMMARY", "old", 1), 0);
	assert_refused(&(struct cli){ .files = files },
	    "GITHUB_STEP_SUMMARY: old is also the file of -r");
}

static void
standard_input_is_read_too(void **state)
{
	const char *input[] = { "-" };
	int before = dup(STDIN_FILENO), file = open("old", O_RDONLY);

	(void)state;
	assert_int_equal(dup2(file, STDIN_FILENO), STDIN_FILENO);
	assert_refused(&(struct cli){ .json = "link", .files = { input, 1 } },
	    "--json: link is also the file of -r");
	assert_int_equal(dup2(before, STDIN_FILENO), STDIN_FILENO);
	close(before);
	close(file);
}

static void
no_two_outputs_are_one_file(void **state)
{
	(void)state;
	assert_refused(&(struct cli){ .json = "old", .tap = "hard" },
	    "--tap: hard is also the file of --json");
	assert_refused(&(struct cli){ .json = "new", .write = "./new" },
	    "-w: ./new is also the file of --json");
	assert_refused(&(struct cli){ .junit = "old", .ready_file = "link" },
	    "--ready-file: link is also the file of --junit");
	assert_refused(&(struct cli){ .junit = "other", .ready_file = "other" },
	    "--ready-file: other is also the file of --junit");
}

static void
a_device_may_be_many_outputs(void **state)
{
	const char *input[] = { "/dev/null" };
	struct outputs o = { { NULL } };
	struct diag d = { 0 };

	(void)state;
	assert_true(outputs_open(&o, &(struct cli){ .json = "/dev/null", .tap = "/dev/null",
	    .files = { input, 1 } }, &d));
	assert_non_null(o.file[OUTPUT_JSON]);
	assert_non_null(o.file[OUTPUT_TAP]);
	outputs_close(&o);
}

/* Whatever goes wrong afterwards, or with another output. */
static void
nothing_old_is_left(void **state)
{
	struct outputs o = { { NULL } };
	struct diag d = { 0 };

	(void)state;
	put("new", "yesterday");
	put("other", "");
	assert_false(outputs_open(&o, &(struct cli){ .json = "nowhere/a", .junit = "-",
	    .sarif = "old", .tap = "new", .ready_file = "other" }, &d));
	assert_string_equal(d.line, "--json: nowhere/a: No such file or directory");
	outputs_close(&o);
	assert_has("old", "");
	assert_has("new", "");
	assert_int_not_equal(access("other", F_OK), 0);
}

static void
the_summary_is_added_to(void **state)
{
	struct outputs o = { { NULL } };
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(setenv("GITHUB_STEP_SUMMARY", "old", 1), 0);
	assert_true(outputs_open(&o, &(struct cli){ .json = "" }, &d));
	assert_true(fputs(", today", o.file[OUTPUT_SUMMARY]) >= 0);
	outputs_close(&o);
	assert_has("old", "yesterday, today");
}

static void
a_ready_file_is_made_and_never_found(void **state)
{
	const struct cli c = { .ready_file = "new" };
	struct diag d = { 0 };

	(void)state;
	assert_true(outputs_make_ready(&(struct cli){ .json = "old" }, &d));
	assert_true(outputs_make_ready(&c, &d));
	assert_has("new", "");
	assert_false(outputs_make_ready(&c, &d));
	assert_string_equal(d.line, "--ready-file: new: File exists");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_read_is_not_written, enter, leave),
		cmocka_unit_test_setup_teardown(standard_input_is_read_too, enter, leave),
		cmocka_unit_test_setup_teardown(no_two_outputs_are_one_file, enter, leave),
		cmocka_unit_test_setup_teardown(a_device_may_be_many_outputs, enter, leave),
		cmocka_unit_test_setup_teardown(nothing_old_is_left, enter, leave),
		cmocka_unit_test_setup_teardown(the_summary_is_added_to, enter, leave),
		cmocka_unit_test_setup_teardown(a_ready_file_is_made_and_never_found, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
