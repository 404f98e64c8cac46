#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cli.h"

#define ARGS_MAX 24

static enum cli_answer
parse(const char *line, struct cli *c, struct diag *d)
{
	static char words[256];
	char *argv[ARGS_MAX + 1] = { "beamtap" };
	int argc = 1;

	strncpy(words, line, sizeof words - 1);
	for (char *w = strtok(words, " "); w != NULL && argc < ARGS_MAX; w = strtok(NULL, " "))
		argv[argc++] = w;
	*d = (struct diag){ .line = "" };
	return cli_parse(argc, argv, c, d);
}

static void
options_are_taken(void **state)
{
	struct cli c;
	struct diag d;

	(void)state;
	assert_int_equal(parse("show -r a.pcap -r - -vn -o json --width 100 --epmd-port 4370 "
	    "--dist-port 9100-9105", &c, &d), CLI_SHOW);
	assert_int_equal(c.n_files, 2);
	assert_string_equal(c.files[0], "a.pcap");
	assert_string_equal(c.files[1], "-");
	assert_true(c.verbose && c.numeric);
	assert_int_equal(c.format, FORMAT_JSON);
	assert_int_equal(c.width, 100);
	assert_int_equal(c.n_epmd_ports, 1);
	assert_int_equal(c.epmd_ports[0].to, 4370);
	assert_int_equal(c.n_dist_ports, 1);
	assert_int_equal(c.dist_ports[0].from, 9100);
	assert_int_equal(c.dist_ports[0].to, 9105);
	cli_free(&c);
}

static void
help_and_version_are_asked_for(void **state)
{
	static const struct { const char *line; enum cli_answer answer; } v[] = {
		{ "", CLI_NO_COMMAND }, { "--help", CLI_HELP }, { "help", CLI_HELP },
		{ "--version", CLI_VERSION }, { "show --help", CLI_HELP_SHOW },
		{ "show --version", CLI_VERSION }, { "show -r x --help", CLI_HELP_SHOW },
	};
	struct cli c;
	struct diag d;

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		assert_int_equal(parse(v[i].line, &c, &d), v[i].answer);
		cli_free(&c);
	}
}

/* A mistake is named: the option, and what is wrong with it. */
static void
mistakes_are_named(void **state)
{
	static const struct { const char *line, *named; } v[] = {
		{ "top", "top: no such command" },
		{ "--keylog", "--keylog: no such command" },
		{ "show", "no input" },
		{ "show a.pcap", "a.pcap: give capture files with -r" },
		{ "show -r", "-r: an argument is missing" },
		{ "show -r a -x", "-x: no such option" },
		{ "show -r a --keylog k", "--keylog: no such option" },
		{ "show -r a --width", "--width: an argument is missing" },
		{ "show -r a --width 5", "--width: '5'" },
		{ "show -r a --width 100x", "--width: '100x'" },
		{ "show -r a -o xml", "-o: 'xml'" },
		{ "show -r a --epmd-port 0", "--epmd-port: '0'" },
		{ "show -r a --dist-port 9-1", "--dist-port: '9-1'" },
		{ "show -r - -r -", "-r -: standard input" },
	};
	struct cli c;
	struct diag d;

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		assert_int_equal(parse(v[i].line, &c, &d), CLI_USAGE);
		if (strstr(d.line, v[i].named) == NULL)
			fail_msg("%s: %s", v[i].line, d.line);
		cli_free(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_taken),
		cmocka_unit_test(help_and_version_are_asked_for),
		cmocka_unit_test(mistakes_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
