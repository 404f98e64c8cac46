#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "cli.h"

#define ARGS_MAX 32

static enum cli_answer
parse(const char *line, struct cli *c, struct diag *d)
{
	static char words[512];
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
	    "--dist-port 9100-9105", &c, &d), CLI_RUN);
	assert_int_equal(c.command, COMMAND_SHOW);
	assert_int_equal(c.files.n, 2);
	assert_string_equal(c.files.v[0], "a.pcap");
	assert_string_equal(c.files.v[1], "-");
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
		{ "--version", CLI_VERSION }, { "show --help", CLI_HELP },
		{ "show --version", CLI_VERSION }, { "show -r x --help", CLI_HELP },
		{ "check --help", CLI_HELP }, { "rules --help", CLI_HELP },
		{ "check -D", CLI_DEVICES }, { "rules", CLI_RUN }, { "check", CLI_RUN },
		{ "top --help", CLI_HELP }, { "top", CLI_RUN }, { "top -r a -n", CLI_RUN },
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
		{ "tap", "tap: no such command" },
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
		{ "show -r a -i any", "-i: is for live capture" },
		{ "show --duration 5s", "no input" },
		{ "show -i any -- true", "true: give capture files with -r" },
		{ "show -i any --ready-file file", "--ready-file: no such option" },
		{ "show -r a -o tap", "-o: 'tap'" },
		{ "show -r a --require mutual", "--require: no such option" },
		{ "rules a", "a: no argument is taken" },
		{ "check a.pcap", "a.pcap: give capture files with -r, a command after --" },
		{ "check --", "--: a command is missing" },
		{ "check -o table", "-o: 'table'" },
		{ "check --require one-way", "--require: 'one-way'" },
		{ "check --tls-min 1.1", "--tls-min: '1.1'" },
		{ "check --hostname=perhaps", "--hostname: 'perhaps'" },
		{ "check --duration 30", "--duration: '30'" },
		{ "check -s 262145", "-s: '262145'" },
		{ "check -B 0", "-B: '0'" },
		{ "check -r a -i any", "-i: is for live capture" },
		{ "check -r a --duration 3s", "--duration: is for live capture" },
		{ "show -r a -c 0", "-c: '0'" },
		{ "top -r a -c 1", "-c: no such option" },
		{ "show -r a --since yesterday", "--since: 'yesterday'" },
		{ "check -i any --since 2026-11-21", "--since: is for capture files" },
		{ "top --until 2026-11-21", "--until: is for capture files" },
		{ "show -r a --since 2026-11-21 --until 2026-11-21T00:00", "--until: is not after --since" },
		{ "show -r a -d 0", "-d: '0'" },
		{ "show -r a --netns blue", "--netns: is for live capture" },
		{ "show -r a -d 1 -o json", "-d: is for text" },
		{ "check -r a -- true", "--: is for live capture" },
		{ "check --sarif-location x", "--sarif-location: is for --sarif" },
		{ "check --policy /nowhere/beamtap.ini", "/nowhere/beamtap.ini" },
		{ "check --policy /dev/null --policy /dev/null", "--policy: given twice" },
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

static void
a_command_comes_after_two_dashes(void **state)
{
	struct cli c;
	struct diag d;

	(void)state;
	assert_int_equal(parse("check -i lo -i eth0 --duration 90s -- make -C x check", &c, &d), CLI_RUN);
	assert_int_equal(c.devices.n, 2);
	assert_string_equal(c.devices.v[1], "eth0");
	assert_true(c.duration_ns == 90000000000u);
	assert_string_equal(c.child[0], "make");
	assert_string_equal(c.child[1], "-C");
	assert_null(c.child[4]);
	cli_free(&c);
}

/* parse(line) with a policy file of this text */
static enum cli_answer
with_policy(const char *policy, const char *line, struct cli *c, struct diag *d)
{
	char path[] = "/tmp/beamtap-cli-test.XXXXXX", whole[512];
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, policy, strlen(policy)), strlen(policy));
	close(fd);
	snprintf(whole, sizeof whole, "check --policy %s %s", path, line);
	enum cli_answer answer = parse(whole, c, d);
	unlink(path);
	return answer;
}

static void
the_command_line_overrides_a_policy(void **state)
{
	static const char policy[] = "[check]\nrequire = encrypted\ntls-min = 1.2\nhostname = yes\n"
	    "full-mesh = yes\nexpect-node = a@x\nexpect-node = b@x\nepmd-port = 4370\n"
	    "output = tap\nduration = 5m\n";
	struct cli c;
	struct diag d;

	(void)state;
	assert_int_equal(with_policy(policy, "", &c, &d), CLI_RUN);
	assert_int_equal(c.policy.require, DEMAND_ENCRYPTED);
	assert_int_equal(c.policy.tls_min, 0x0303);
	assert_true(c.policy.hostname && c.policy.full_mesh);
	assert_int_equal(c.policy.expect_node.n, 2);
	assert_int_equal(c.n_epmd_ports, 1);
	assert_int_equal(c.format, FORMAT_TAP);
	assert_true(c.duration_ns == 300000000000u);
	cli_free(&c);

	assert_int_equal(with_policy(policy, "--require mutual --tls-min 1.3 --hostname=no "
	    "--expect-node c@x --epmd-port 4371 --epmd-port 4372 -o text", &c, &d), CLI_RUN);
	assert_int_equal(c.policy.require, DEMAND_MUTUAL);
	assert_int_equal(c.policy.tls_min, 0x0304);
	assert_true(!c.policy.hostname && c.policy.full_mesh);
	assert_int_equal(c.policy.expect_node.n, 1);
	assert_string_equal(c.policy.expect_node.v[0], "c@x");
	assert_int_equal(c.n_epmd_ports, 2);
	assert_int_equal(c.epmd_ports[0].from, 4371);
	assert_int_equal(c.format, FORMAT_TEXT);
	cli_free(&c);
}

static void
mistakes_in_a_policy_are_named(void **state)
{
	static const struct { const char *policy, *named; } v[] = {
		{ "[check]\nrequire = mutual\nrequired = x\n", ":3: required: no such option" },
		{ "[check]\nrequire = none\n", ":2: require: 'none'" },
		{ "[check]\nrequire = mutual\nrequire = mutual\n", ":3: require: given twice" },
		{ "[chek]\nrequire = mutual\n", ":1: [chek]: a policy has one section" },
		{ "require = mutual\n", ":1: require: this stands before [check]" },
		{ "[chek]\n", ":1: [chek]: a policy has one section" },
		{ "[check]\n[more]\n", ":2: [more]: a policy has one section" },
		{ "", "there is no [check] in it" },
		{ "; require = mutual\n", "there is no [check] in it" },
		{ "[check]\nread = a.pcap\n", ":2: read: no such option" },
		{ "[check]\npolicy = other.ini\n", ":2: policy: no such option" },
		{ "[check]\nrequire mutual\n", ":2:" },
	};
	struct cli c;
	struct diag d;

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		/* also where the command line says otherwise */
		assert_int_equal(with_policy(v[i].policy, "--require mutual", &c, &d), CLI_USAGE);
		if (strstr(d.line, v[i].named) == NULL)
			fail_msg("%s: %s", v[i].policy, d.line);
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
		cmocka_unit_test(a_command_comes_after_two_dashes),
		cmocka_unit_test(the_command_line_overrides_a_policy),
		cmocka_unit_test(mistakes_in_a_policy_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
