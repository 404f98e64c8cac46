#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui/bench_fields.h"
#include "ui/settings.h"

struct place {
	char directory[64], path[128];
};

static int
open_place(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	assert_non_null(p);
	strcpy(p->directory, "/tmp/beamtap-settings-XXXXXX");
	assert_non_null(mkdtemp(p->directory));
	snprintf(p->path, sizeof p->path, "%s/deep/beamtap/top.ini", p->directory);
	*state = p;
	return 0;
}

static int
close_place(void **state)
{
	struct place *p = *state;
	char b[160];

	unlink(p->path);
	snprintf(b, sizeof b, "%s/deep/beamtap", p->directory);
	rmdir(b);
	snprintf(b, sizeof b, "%s/deep", p->directory);
	rmdir(b);
	assert_int_equal(rmdir(p->directory), 0);	/* nothing else was left there */
	free(p);
	return 0;
}

static void
write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void
what_was_chosen_comes_back(void **state)
{
	struct place *p = *state;
	struct settings before = { .view = "nodes", .numeric = true }, after;
	struct sheet chosen, anew;
	struct diag d = { 0 };

	sheet_open(&chosen, &bench_fields, 0, false);
	chosen.grid.chosen[0] = field_find(&bench_fields, "spare");
	chosen.grid.chosen[1] = field_find(&bench_fields, "name");
	chosen.grid.n_chosen = 2;
	sheet_sort(&chosen, field_find(&bench_fields, "size"));
	settings_keep(&before, "connections", &chosen);
	assert_true(settings_write(&before, p->path, &d));
	assert_true(settings_read(&after, p->path, &d));
	assert_true(settings_equal(&before, &after));

	sheet_open(&anew, &bench_fields, 0, false);
	settings_apply(&after, "nodes", &anew);
	assert_int_equal(anew.grid.n_chosen, 4);
	settings_apply(&after, "connections", &anew);
	assert_int_equal(anew.grid.n_chosen, 2);
	assert_memory_equal(anew.grid.chosen, chosen.grid.chosen, 2 * sizeof *chosen.grid.chosen);
	assert_int_equal(anew.sorted, field_find(&bench_fields, "size"));
	assert_true(anew.descending);
	sheet_close(&chosen);
	sheet_close(&anew);
}

/* More than inih takes in one line. */
static void
many_columns_come_back(void **state)
{
	struct place *p = *state;
	struct settings before = { .n_sheets = 1, .sheets = { { .view = "wide" } } }, after;
	struct diag d = { 0 };

	for (unsigned i = 0; i < FIELDS_MAX; i++)
		snprintf(before.sheets[0].columns[i], SETTINGS_ID_MAX, "a_column_of_23_bytes_%02u", i);
	before.sheets[0].n_columns = FIELDS_MAX;
	assert_true(settings_write(&before, p->path, &d));
	if (!settings_read(&after, p->path, &d))
		fail_msg("%s", d.line);
	assert_true(settings_equal(&before, &after));
}

static void
what_nobody_chose_is_not_remembered(void **state)
{
	struct settings s = { 0 };
	const struct settings none = { 0 };
	struct sheet sheet;

	(void)state;
	sheet_open(&sheet, &bench_fields, 0, false);
	settings_keep(&s, "connections", &sheet);
	assert_true(settings_equal(&s, &none));
	sheet_sort(&sheet, 2);
	settings_keep(&s, "connections", &sheet);
	assert_false(settings_equal(&s, &none));
	sheet.sorted = 0;
	sheet.descending = false;
	settings_keep(&s, "connections", &sheet);
	assert_true(settings_equal(&s, &none));
	sheet_close(&sheet);
}

static void
a_broken_file_is_said_and_what_was_good_stays(void **state)
{
	struct place *p = *state;
	struct settings s = { 0 };
	struct diag d = { 0 };

	assert_true(settings_write(&s, p->path, &d));
	write_file(p->path, "[top]\nnumeric = yes\n[connections]\nsort = -recv\ncolours = blue\n");
	assert_false(settings_read(&s, p->path, &d));
	assert_non_null(strstr(d.line, "top.ini:5: "));
	assert_true(s.numeric);
	assert_string_equal(s.sheets[0].sorted, "recv");
	assert_true(s.sheets[0].descending);
}

static void
strange_names_are_refused_or_passed_over(void **state)
{
	static const char *const broken[] = {
		"[top]\nview = \033[2J\n", "[top]\nnumeric = maybe\n", "view = x\n",
		"[c]\nsort = a b\n", "[c]\ncolumns = a,b\n", "[c]\nsort = -\n",
		"[A]\nsort = x\n", "[c]\ncolumns = abcdefghijklmnopqrstuvwxyz\n", "columns\n",
		"[a]\nsort = x\n[b]\nsort = x\n[c]\nsort = x\n[d]\nsort = x\n[e]\nsort = x\n",
	};
	struct place *p = *state;
	struct settings s = { 0 };
	struct sheet sheet;
	struct diag d = { 0 };

	assert_true(settings_write(&s, p->path, &d));
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct diag why = { 0 };

		write_file(p->path, broken[i]);
		if (settings_read(&s, p->path, &why))
			fail_msg("taken: %s", broken[i]);
	}
	write_file(p->path, "[c]\ncolumns = name nothing alias name size\nsort = nothing\n");
	assert_true(settings_read(&s, p->path, &d));
	sheet_open(&sheet, &bench_fields, 2, false);
	settings_apply(&s, "c", &sheet);
	assert_int_equal(sheet.grid.n_chosen, 2);
	assert_int_equal(sheet.sorted, 2);
	sheet_close(&sheet);
}

static void
no_file_is_no_error_and_no_directory_one_to_write(void **state)
{
	struct place *p = *state;
	struct settings s;
	struct diag d = { 0 };

	assert_true(settings_read(&s, p->path, &d));
	assert_true(settings_read(&s, "/dev/null/top.ini", &d));
	assert_false(settings_write(&s, "/dev/null/beamtap/top.ini", &d));
	assert_non_null(strstr(d.line, "/dev/null/beamtap/top.ini"));
}

static void
its_place_is_where_xdg_says(void **state)
{
	char path[SETTINGS_PATH_MAX];

	(void)state;
	unsetenv("SUDO_UID");
	setenv("HOME", "/home/ada", 1);
	setenv("XDG_CONFIG_HOME", "/etc/ada", 1);
	assert_true(settings_path(path));
	assert_string_equal(path, "/etc/ada/beamtap/top.ini");
	setenv("XDG_CONFIG_HOME", "relative", 1);
	assert_true(settings_path(path));
	assert_string_equal(path, "/home/ada/.config/beamtap/top.ini");
	unsetenv("XDG_CONFIG_HOME");
	assert_true(settings_path(path));
	setenv("SUDO_UID", "1000", 1);
	assert_false(settings_path(path));
	unsetenv("SUDO_UID");
	unsetenv("HOME");
	assert_false(settings_path(path));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_chosen_comes_back, open_place, close_place),
		cmocka_unit_test_setup_teardown(many_columns_come_back, open_place, close_place),
		cmocka_unit_test(what_nobody_chose_is_not_remembered),
		cmocka_unit_test_setup_teardown(a_broken_file_is_said_and_what_was_good_stays, open_place,
		    close_place),
		cmocka_unit_test_setup_teardown(strange_names_are_refused_or_passed_over, open_place,
		    close_place),
		cmocka_unit_test_setup_teardown(no_file_is_no_error_and_no_directory_one_to_write,
		    open_place, close_place),
		cmocka_unit_test(its_place_is_where_xdg_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
