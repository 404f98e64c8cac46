#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "audit/ini.h"
#include "audit/policy.h"

#define DAY_NS (86400u * UINT64_C(1000000000))

static struct policy p;

static int
open_policy(void **state)
{
	(void)state;
	policy_init(&p);
	return 0;
}

static int
close_policy(void **state)
{
	(void)state;
	policy_free(&p);
	return 0;
}

static bool
list_is(const struct policy_list *a, const struct policy_list *b)
{
	return a->n == b->n && a->v == b->v;
}

static bool
is_same(const struct policy *a, const struct policy *b)
{
	return a->require == b->require && a->evidence == b->evidence &&
	    a->tls_min == b->tls_min && a->ca == b->ca && a->hostname == b->hostname &&
	    a->min_key_bits == b->min_key_bits && a->asks_expiry == b->asks_expiry &&
	    a->expires_in_ns == b->expires_in_ns && a->forward_secrecy == b->forward_secrecy &&
	    a->post_quantum == b->post_quantum && list_is(&a->expect_node, &b->expect_node) &&
	    a->expect_nodes == b->expect_nodes &&
	    a->expect_connections == b->expect_connections && a->full_mesh == b->full_mesh &&
	    a->no_refused == b->no_refused && a->no_ignored_tls == b->no_ignored_tls &&
	    list_is(&a->allow_plaintext, &b->allow_plaintext) && a->waivers == b->waivers;
}

static bool
set(const char *name, const char *value, struct diag *d)
{
	const struct policy_key *key = policy_key_find(name);

	assert_non_null(key);
	*d = (struct diag){ .line = "" };
	bool ok = key->set(&p, value, d);
	assert_int_equal(ok, !diag_is_set(d));
	return ok;
}

static void
must_set(const char *name, const char *value)
{
	struct diag d;

	if (!set(name, value, &d))
		fail_msg("%s = %s: %s", name, value, d.line);
}

/* want: what is said after the quoted value, as it begins. */
static void
must_refuse(const char *name, const char *value, const char *want)
{
	char whole[600];
	struct policy before = p;
	struct diag d;

	assert_false(set(name, value, &d));
	snprintf(whole, sizeof whole, "'%s' %s", value, want);
	if (strncmp(d.line, whole, strlen(whole)) != 0)
		fail_msg("%s: %s", name, d.line);
	assert_null(strchr(d.line, '\n'));
	assert_true(is_same(&p, &before));
}

static void
the_keys_are_these(void **state)
{
	static const char *const names[N_POLICY_KEYS] = { "require", "evidence", "tls-min", "ca",
		"hostname", "min-key-bits", "expires-in", "forward-secrecy", "post-quantum",
		"expect-node", "expect-nodes", "expect-connections", "full-mesh", "no-refused",
		"no-ignored-tls", "allow-plaintext", "waivers" };

	(void)state;
	for (size_t i = 0; i < N_POLICY_KEYS; i++) {
		const struct policy_key *key = &policy_keys[i];

		assert_string_equal(key->name, names[i]);
		assert_ptr_equal(policy_key_find(names[i]), key);
		for (const char *line = key->help; line != NULL; line = strchr(line, '\n')) {
			line += *line == '\n';
			assert_in_range(strcspn(line, "\n"), 1, 56);
		}
	}
	assert_null(policy_key_find("tls_min"));
	assert_null(policy_key_find("Require"));
	assert_null(policy_key_find("requir"));
	assert_null(policy_key_find(""));
}

static void
without_words_it_demands_mutual(void **state)
{
	const struct policy want = { .require = DEMAND_MUTUAL, .evidence = EVIDENCE_INFERRED };

	(void)state;
	assert_true(is_same(&p, &want));
}

static void
words_are_taken(void **state)
{
	(void)state;
	must_set("require", "encrypted");
	assert_int_equal(p.require, DEMAND_ENCRYPTED);
	must_set("require", "mutual");
	assert_int_equal(p.require, DEMAND_MUTUAL);
	must_set("evidence", "seen");
	assert_int_equal(p.evidence, EVIDENCE_SEEN);
	must_set("evidence", "decrypted");
	assert_int_equal(p.evidence, EVIDENCE_DECRYPTED);
	must_set("evidence", "resumed");
	assert_int_equal(p.evidence, EVIDENCE_RESUMED);
	must_set("evidence", "inferred");
	assert_int_equal(p.evidence, EVIDENCE_INFERRED);
	must_set("tls-min", "1.2");
	assert_int_equal(p.tls_min, 0x0303);
	must_set("tls-min", "1.3");
	assert_int_equal(p.tls_min, 0x0304);
	must_set("ca", "a b/ca.pem");
	assert_string_equal(p.ca, "a b/ca.pem");
	must_set("waivers", "w.ini");
	assert_string_equal(p.waivers, "w.ini");
}

static void
other_words_are_errors(void **state)
{
	static const char *const none[] = { "", "Mutual", "mutual ", "none", "yes", "1.1", "1.4",
		"1.30", "TLSv1.3", "plaintext", "unknown" };

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		must_refuse("require", none[i], "is neither encrypted nor mutual");
		must_refuse("evidence", none[i],
		    "is not one of seen, decrypted, resumed and inferred");
		must_refuse("tls-min", none[i], "is neither 1.2 nor 1.3");
	}
	must_refuse("ca", "", "is not a file's name");
	must_refuse("waivers", "", "is not a file's name");
}

/* Values may come from a pull request. */
static void
errors_are_one_short_line(void **state)
{
	struct diag d;
	char value[3000];

	(void)state;
	assert_false(set("require", "a\n\x1b[2J", &d));
	assert_string_equal(d.line, "'a\\x0a\\x1b[2J' is neither encrypted nor mutual");
	memset(value, 'x', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	assert_false(set("tls-min", value, &d));
	assert_non_null(strstr(d.line, "xxx...' is neither 1.2 nor 1.3"));
}

static void
flags_are_yes_or_no(void **state)
{
	static const struct {
		const char *name;
		size_t at;
	} flags[] = {
		{ "hostname", offsetof(struct policy, hostname) },
		{ "forward-secrecy", offsetof(struct policy, forward_secrecy) },
		{ "post-quantum", offsetof(struct policy, post_quantum) },
		{ "full-mesh", offsetof(struct policy, full_mesh) },
		{ "no-refused", offsetof(struct policy, no_refused) },
		{ "no-ignored-tls", offsetof(struct policy, no_ignored_tls) },
	};
	size_t n_flags = 0;

	(void)state;
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		const struct policy zero = { .require = DEMAND_MUTUAL,
			.evidence = EVIDENCE_INFERRED };
		const bool *flag = (const bool *)((const char *)&p + flags[i].at);

		assert_null(policy_key_find(flags[i].name)->argument);
		must_set(flags[i].name, "yes");
		assert_true(*flag);
		must_set(flags[i].name, "no");
		assert_true(is_same(&p, &zero));
		must_set(flags[i].name, "true");
		assert_true(*flag);
		must_refuse(flags[i].name, "", "is neither yes nor no");
		must_refuse(flags[i].name, "on", "is neither yes nor no");
		must_refuse(flags[i].name, "0", "is neither yes nor no");
		must_set(flags[i].name, "false");
		assert_true(is_same(&p, &zero));
	}
	for (size_t i = 0; i < N_POLICY_KEYS; i++)
		n_flags += policy_keys[i].argument == NULL;
	assert_int_equal(n_flags, sizeof flags / sizeof *flags);
}

static void
numbers_are_decimal_and_bounded(void **state)
{
	static const struct {
		const char *name, *most, *more;
		size_t at;
	} numbers[] = {
		{ "min-key-bits", "65536", "65537", offsetof(struct policy, min_key_bits) },
		{ "expect-nodes", "100000", "100001", offsetof(struct policy, expect_nodes) },
		{ "expect-connections", "100000", "100001",
		  offsetof(struct policy, expect_connections) },
	};
	static const char *const none[] = { "", "0", "00", "-1", "+1", " 1", "1 ", "1x", "0x10",
		"1e3", "1.5", "4294967297", "18446744073709551617",
		"100000000000000000000000000000000000000000000000001" };

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		const unsigned *n = (const unsigned *)((const char *)&p + numbers[i].at);

		must_set(numbers[i].name, "1");
		assert_int_equal(*n, 1);
		must_set(numbers[i].name, "010");
		assert_int_equal(*n, 10);
		must_set(numbers[i].name, numbers[i].most);
		assert_int_equal(*n, strtoul(numbers[i].most, NULL, 10));
		must_refuse(numbers[i].name, numbers[i].more, "is not a number from 1 to ");
		for (size_t k = 0; k < sizeof none / sizeof *none; k++)
			must_refuse(numbers[i].name, none[k], "is not a number from 1 to ");
	}
}

static void
times_have_a_unit(void **state)
{
	static const struct {
		const char *value;
		uint64_t    seconds;
	} good[] = {
		{ "1s", 1 }, { "30s", 30 }, { "15m", 900 }, { "12h", 43200 }, { "14d", 1209600 },
		{ "2w", 1209600 }, { "36500d", UINT64_C(3153600000) }, { "5214w", UINT64_C(3153427200) },
		{ "3153600000s", UINT64_C(3153600000) },
	};
	static const char *const none[] = { "", "1", "s", "0s", "-1s", "1.5h", "1h30m", "1 s",
		" 1s", "1s ", "1S", "1y", "1ms", "36501d", "5215w", "3153600001s",
		"99999999999999999999s" };
	struct diag d = { .line = "" };
	uint64_t ns = 7;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(policy_duration(good[i].value, &ns, &d));
		assert_int_equal(ns, good[i].seconds * 1000000000u);
		must_set("expires-in", good[i].value);
		assert_true(p.asks_expiry);
		assert_int_equal(p.expires_in_ns, ns);
	}
	assert_false(diag_is_set(&d));
	policy_free(&p);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		must_refuse("expires-in", none[i], "is not a time such as 30s");
		assert_false(p.asks_expiry);
	}
}

/* What the list of a key holds: "a@b c@d" */
static void
must_hold(const struct policy_list *l, const char *want)
{
	char got[1000] = "";
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += (size_t)snprintf(got + n, sizeof got - n, "%s%s", i > 0 ? " " : "", l->v[i]);
	assert_string_equal(got, want);
}

static void
patterns_are_collected_and_forgotten(void **state)
{
	(void)state;
	for (int round = 0; round < 3; round++) {
		must_set("expect-node", "a@b");
		must_set("expect-node", "'*@c'");
		must_set("expect-node", "d?@e");
		must_set("expect-node", "f@g");
		must_set("expect-node", "h@i");
		must_set("allow-plaintext", "clouseau@127.0.0.1");
		must_hold(&p.expect_node, "a@b *@c d?@e f@g h@i");
		must_hold(&p.allow_plaintext, "clouseau@127.0.0.1");
		policy_forget(&p, policy_key_find("expect-node"));
		must_hold(&p.expect_node, "");
		must_hold(&p.allow_plaintext, "clouseau@127.0.0.1");
		policy_forget(&p, policy_key_find("allow-plaintext"));
		must_hold(&p.allow_plaintext, "");
	}
	must_set("require", "encrypted");
	policy_forget(&p, policy_key_find("require"));
	assert_int_equal(p.require, DEMAND_ENCRYPTED);
}

/* Patterns live on in a value that does not. */
static void
what_is_set_is_copied(void **state)
{
	char value[] = "clouseau@127.0.0.1";

	(void)state;
	must_set("allow-plaintext", value);
	must_set("ca", value);
	memset(value, '*', sizeof value - 1);
	must_hold(&p.allow_plaintext, "clouseau@127.0.0.1");
	assert_string_equal(p.ca, "clouseau@127.0.0.1");
}

/* As couch_dist.erl has it: true is all, false is none, quotes around are not part of
 * it. */
static void
plaintext_is_allowed_as_in_couchdb(void **state)
{
	(void)state;
	must_set("allow-plaintext", "false");
	must_set("allow-plaintext", "false");
	must_hold(&p.allow_plaintext, "");
	policy_forget(&p, policy_key_find("allow-plaintext"));
	must_set("allow-plaintext", "'\"clouseau@127.0.0.1\"'");
	must_set("allow-plaintext", "\\\"*@127.0.0.1\\\"");
	must_hold(&p.allow_plaintext, "clouseau@127.0.0.1 *@127.0.0.1");
	must_set("allow-plaintext", "true");
	must_set("allow-plaintext", "\"*\"");
	must_hold(&p.allow_plaintext, "clouseau@127.0.0.1 *@127.0.0.1 true *");
	must_refuse("allow-plaintext", "false", "contradicts the pattern");
}

static void
what_would_allow_by_mistake_is_an_error(void **state)
{
	(void)state;
	must_refuse("allow-plaintext", "", "is empty");
	must_refuse("allow-plaintext", "''", "is empty");
	must_refuse("allow-plaintext", "\"true\"", "may be a node's name to CouchDB");
	must_refuse("allow-plaintext", "'\"true\"'", "may be a node's name to CouchDB");
	must_refuse("allow-plaintext", "'false'", "may be a node's name to CouchDB");
	must_refuse("allow-plaintext", "yes", "names no host");
	must_refuse("allow-plaintext", "True", "names no host");
	must_refuse("allow-plaintext", "**", "names no host");
	must_refuse("allow-plaintext", "clouseau", "names no host");
	must_refuse("allow-plaintext", "clouseau@", "names no host");
	must_refuse("allow-plaintext", "@127.0.0.1", "names no node");
	must_refuse("allow-plaintext", "node2,node3", "names no host");
	must_refuse("allow-plaintext", "a@b,c@d", "is more than one node");
	must_refuse("allow-plaintext", "a@b c@d", "has a space inside");
	must_refuse("allow-plaintext", "\"a\"@b", "has a quote inside");
	must_refuse("expect-node", "*", "names no host");
	must_refuse("expect-node", "true", "names no host");
	must_hold(&p.allow_plaintext, "");
	must_set("allow-plaintext", "false");
	must_refuse("allow-plaintext", "true", "contradicts the false");
	must_refuse("allow-plaintext", "a@b", "contradicts the false");
	must_hold(&p.allow_plaintext, "");
}

/* Keys of the example that are not the policy's: options of capture and output. */
static const char *const front_keys[] = { "interface", "filter", "buffer-size", "snapshot-length",
	"no-promiscuous-mode", "user", "write", "duration", "ready-file", "epmd-port", "dist-port",
	"output", "json", "junit", "sarif", "sarif-location", "tap" };

static bool
is_front_key(const char *name)
{
	for (size_t i = 0; i < sizeof front_keys / sizeof *front_keys; i++)
		if (strcmp(front_keys[i], name) == 0)
			return true;
	return false;
}

static bool
take(void *owner, const char *section, const char *name, const char *value, struct diag *d)
{
	const struct policy_key *key = policy_key_find(name);

	(void)owner;
	assert_string_equal(section, "check");
	assert_true(key != NULL || is_front_key(name));
	return key == NULL || key->set(&p, value, d);
}

static const char *
example(char out[4096])
{
	const char *top = getenv("srcdir");

	snprintf(out, 4096, "%s/fixtures/policy/beamtap.ini", top != NULL ? top : ".");
	return out;
}

static void
the_example_is_read(void **state)
{
	struct diag d = { .line = "" };
	char path[4096];

	(void)state;
	if (!ini_read(example(path), take, NULL, &d))
		fail_msg("%s", d.line);
	assert_int_equal(p.require, DEMAND_MUTUAL);
	assert_int_equal(p.evidence, EVIDENCE_INFERRED);
	assert_int_equal(p.tls_min, 0x0303);
	assert_string_equal(p.ca, "tls/ca.pem");
	assert_true(p.hostname && p.forward_secrecy && p.full_mesh && p.no_refused);
	assert_false(p.post_quantum || p.no_ignored_tls);
	assert_int_equal(p.min_key_bits, 2048);
	assert_true(p.asks_expiry);
	assert_int_equal(p.expires_in_ns, 14 * DAY_NS);
	must_hold(&p.expect_node, "couchdb@db1.lab couchdb@db?.lab");
	assert_int_equal(p.expect_nodes, 3);
	assert_int_equal(p.expect_connections, 3);
	must_hold(&p.allow_plaintext, "clouseau@127.0.0.1");
	assert_string_equal(p.waivers, "fixtures/policy/waivers.ini");
}

/* Each has a line of its own, in use or as a comment. */
static void
the_example_has_every_key(void **state)
{
	bool has_key[N_POLICY_KEYS] = { false }, has_front[sizeof front_keys / sizeof *front_keys] =
	    { false };
	char path[4096], line[256], name[64];
	FILE *f = fopen(example(path), "r");

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line + (*line == ';'), "%63[a-z-] =", name) != 1)
			continue;
		for (size_t i = 0; i < N_POLICY_KEYS; i++)
			has_key[i] |= strcmp(policy_keys[i].name, name) == 0;
		for (size_t i = 0; i < sizeof front_keys / sizeof *front_keys; i++)
			has_front[i] |= strcmp(front_keys[i], name) == 0;
	}
	fclose(f);
	for (size_t i = 0; i < N_POLICY_KEYS; i++)
		if (!has_key[i])
			fail_msg("%s is missing", policy_keys[i].name);
	for (size_t i = 0; i < sizeof front_keys / sizeof *front_keys; i++)
		if (!has_front[i])
			fail_msg("%s is missing", front_keys[i]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_policy, close_policy)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_keys_are_these),
		TEST(without_words_it_demands_mutual),
		TEST(words_are_taken),
		TEST(other_words_are_errors),
		TEST(errors_are_one_short_line),
		TEST(flags_are_yes_or_no),
		TEST(numbers_are_decimal_and_bounded),
		TEST(times_have_a_unit),
		TEST(patterns_are_collected_and_forgotten),
		TEST(what_is_set_is_copied),
		TEST(plaintext_is_allowed_as_in_couchdb),
		TEST(what_would_allow_by_mistake_is_an_error),
		TEST(the_example_is_read),
		TEST(the_example_has_every_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
