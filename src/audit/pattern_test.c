#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <cmocka.h>
#include <fnmatch.h>

#include "audit/pattern.h"

static struct bytes
str(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

static bool
matches(const char *pattern, const char *name)
{
	return pattern_matches(pattern, str(name));
}

/* As inet_pton() has it. */
static struct address
address(const char *s)
{
	uint8_t octets[16];

	if (inet_pton(AF_INET, s, octets) == 1)
		return address_ipv4(octets);
	assert_int_equal(inet_pton(AF_INET6, s, octets), 1);
	return address_ipv6(octets);
}

static bool
excepts(const char *pattern, const char *node, const char *server)
{
	struct address a = address(server);

	return pattern_excepts(pattern, str(node), &a);
}

/* The cases of couch_dist_tests.erl, apart from those whose words are the
 * policy's. */
static void
as_couchdb_matches(void **state)
{
	(void)state;
	assert_true(matches("node@127.0.0.1", "node@127.0.0.1"));
	assert_true(matches("a*2", "ab12"));
	assert_true(matches("a*2", "a12"));
	assert_true(matches("a*2", "a2"));
	assert_false(matches("a*2", "a"));
	assert_false(matches("a*2", "2"));
	assert_true(matches("a?2", "a12"));
	assert_true(matches("a?2", "ab2"));
	assert_false(matches("a?2", "a2"));
	assert_false(matches("a?2", "a"));
}

static void
everything_else_is_itself(void **state)
{
	(void)state;
	assert_false(matches("a@127.0.0.1", "a@127x0.0.1"));
	assert_false(matches("a@127.0.0.1", "a@127.0.0.11"));
	assert_false(matches("a@127.0.0.1", "xa@127.0.0.1"));
	assert_false(matches("a@[b]", "a@b"));
	assert_true(matches("a@[b]", "a@[b]"));
	assert_false(matches("A@b", "a@b"));
	assert_true(matches("", ""));
	assert_false(matches("", "a"));
	assert_true(matches("*", ""));
	assert_true(matches("*", "a@b"));
	/* a name that looks like a pattern */
	assert_false(matches("b@c", "*"));
	assert_false(matches("b@c", "b@?"));
	assert_true(matches("b@\?", "b@?"));
}

#define N_WORDS 341u	/* of up to four of four letters: 1 + 4 + 16 + 64 + 256 */

static const char *
word(unsigned i, char out[5])
{
	size_t n = 0;

	for (; i > 0; i = (i - 1) / 4)
		out[n++] = "a@*?"[(i - 1) % 4];
	out[n] = '\0';
	return out;
}

/* Every pattern of up to four characters against every name of as many: what libc's
 * fnmatch() says. */
static void
as_fnmatch_decides(void **state)
{
	unsigned n_matches = 0;
	char pattern[5], name[5];

	(void)state;
	for (unsigned i = 0; i < N_WORDS; i++) {
		for (unsigned k = 0; k < N_WORDS; k++) {
			bool want = fnmatch(word(i, pattern), word(k, name), 0) == 0;

			if (matches(pattern, name) != want)
				fail_msg("'%s' and '%s'", pattern, name);
			n_matches += want;
		}
	}
	assert_in_range(n_matches, N_WORDS, N_WORDS * N_WORDS / 2);
}

static void
one_character_is_one_of_utf_8_or_a_byte(void **state)
{
	static const char *const ones[] = {
		"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",	/* é, euro, emoji */
		"\xff", "\xc3", "\x80", "\xc1", "\xf5",
	};
	static const char *const others[] = {
		"", "ab", "\xc3\xa9\xa9", "\xc0\x80", "\xed\xa0\x80", "\xe0\x80\x80",
		"\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xe2\x82",
	};

	(void)state;
	for (size_t i = 0; i < sizeof ones / sizeof *ones; i++) {
		assert_true(matches("?", ones[i]));
		assert_false(matches("??", ones[i]));
		assert_true(matches("*?", ones[i]));
		assert_true(matches(ones[i], ones[i]));
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(matches("?", others[i]));
	assert_false(matches("\xc3?", "\xc3\xa9"));	/* no half of a character */
	assert_false(matches("*\xa9", "\xc3\xa9"));
	assert_true(matches("*\xc3\xa9", "a\xc3\xa9\xc3\xa9"));
}

/* Exponential matchers do not come back from this. */
static void
many_stars_take_no_longer(void **state)
{
	char pattern[201], name[511];

	(void)state;
	for (size_t i = 0; i < 200; i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[200] = '\0';
	memset(name, 'a', sizeof name);
	name[510] = 'b';
	assert_false(pattern_matches(pattern, (struct bytes){ (uint8_t *)name, 511 }));
	name[510] = 'a';
	assert_true(pattern_matches(pattern, (struct bytes){ (uint8_t *)name, 511 }));
}

/* What erl makes of these in an -args_file, and a shell of its own: init:get_argument/1
 * of OTP 25 was asked. */
static void
quotes_come_off(void **state)
{
	static const struct {
		const char *value, *want;
	} cases[] = {
		{ "a@b", "a@b" },
		{ "'a@b'", "a@b" },
		{ "\"a@b\"", "a@b" },
		{ "'\"a@b\"'", "a@b" },
		{ "\\\"a@b\\\"", "a@b" },
		{ "\"\\\"a@b\\\"\"", "a@b" },
		{ "''", "" },
		{ "", "" },
		{ "'", "'" },
		{ "\"a@b", "\"a@b" },
		{ "'a@b\"", "'a@b\"" },
		{ "\\\"a@b\"", "\\\"a@b\"" },
		{ "\\\"", "\\\"" },
		{ "a\"@\"b", "a\"@\"b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bytes got = pattern_unquote(cases[i].value);

		assert_true(bytes_equal(got, str(cases[i].want)));
		assert_true((const char *)got.p >= cases[i].value);
	}
}

static void
what_can_match_no_node_is_no_pattern(void **state)
{
	static const char *const good[] = { "a@b", "*@127.0.0.1", "*@*", "a?@b", "a@::1",
		"a-b_1@c.d,e", "\xc3\xa9@b" };
	static const struct {
		const char *pattern, *why;
	} bad[] = {
		{ "", "empty" }, { "*", "no host" }, { "clouseau", "no host" },
		{ "clouseau@", "no host" }, { "@127.0.0.1", "no node" }, { "@", "no host" },
		{ "a@b@c", "more than one" }, { "a@b,c@d", "more than one" },
		{ "a@b c@d", "space" }, { "a@b ", "space" }, { "a@b\n", "space" },
		{ "a@b\x7f", "space" }, { "a\"@b", "quote" }, { "'a@b", "quote" },
		{ "a@b\\", "quote" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_null(pattern_fault(str(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *fault = pattern_fault(str(bad[i].pattern));

		assert_non_null(fault);
		if (strstr(fault, bad[i].why) == NULL)
			fail_msg("'%s' %s", bad[i].pattern, fault);
	}
}

static void
a_host_that_is_an_address_must_be_the_servers(void **state)
{
	(void)state;
	assert_true(excepts("*@127.0.0.1", "clouseau@127.0.0.1", "127.0.0.1"));
	assert_false(excepts("*@127.0.0.1", "clouseau@127.0.0.1", "127.0.0.2"));
	assert_false(excepts("*@127.0.0.1", "clouseau@127.0.0.1", "10.0.0.1"));
	assert_false(excepts("*@127.0.0.1", "clouseau@127.0.0.1", "::1"));
	assert_false(excepts("*", "clouseau@127.0.0.1", "10.0.0.1"));
	assert_true(excepts("*", "clouseau@10.0.0.1", "10.0.0.1"));

	/* An IPv4-mapped address is that host [RFC 4291 2.5.5.2]; a compatible one is
	 * not. */
	assert_true(excepts("*@127.0.0.1", "a@127.0.0.1", "::ffff:127.0.0.1"));
	assert_true(excepts("*", "a@::ffff:10.0.0.1", "10.0.0.1"));
	assert_true(excepts("*", "a@::FFFF:a00:1", "::ffff:10.0.0.1"));
	assert_false(excepts("*", "a@::10.0.0.1", "10.0.0.1"));

	assert_true(excepts("*@::1", "a@::1", "::1"));
	assert_true(excepts("*", "a@0:0::0:1", "::1"));
	assert_false(excepts("*@::1", "a@::1", "127.0.0.1"));
	assert_false(excepts("*@::1", "a@::1", "::2"));
	assert_true(excepts("*", "a@fe80::1%eth0", "fe80::1"));
	assert_false(excepts("*", "a@fe80::1%eth0", "fe80::2"));

	/* what resolvers take for 127.0.0.1 */
	assert_true(excepts("*", "a@127.1", "127.0.0.1"));
	assert_false(excepts("*", "a@127.1", "10.0.0.1"));
	assert_false(excepts("*", "a@0x7f.0.0.1", "10.0.0.1"));
	assert_false(excepts("*", "a@2130706433", "10.0.0.1"));
	assert_false(excepts("*", "a@0177.0.0.01", "10.0.0.1"));
	assert_false(excepts("*", "a@255.255.255.255", "10.0.0.1"));

	/* neither an address nor a name */
	assert_false(excepts("*", "a@[::1]", "::1"));
	assert_false(excepts("*", "a@::1::", "::1"));
	assert_false(excepts("*", "a@b:4369", "10.0.0.1"));
}

static void
a_host_that_is_a_name_is_believed(void **state)
{
	(void)state;
	assert_true(excepts("clouseau@search.lab", "clouseau@search.lab", "10.0.0.1"));
	assert_true(excepts("*@search", "clouseau@search", "fd77::1"));
	assert_false(excepts("clouseau@search.lab", "clouseau@search.lab.evil", "10.0.0.1"));
	assert_false(excepts("clouseau@search.lab", "other@search.lab", "10.0.0.1"));
}

static void
a_name_that_is_not_whole_is_never_excepted(void **state)
{
	static const char *const nodes[] = { "", "b", "b@", "b@?", "@127.0.0.1", "@", "?",
		"b@c@127.0.0.1", "b@127.0.0.1@", "b @127.0.0.1", "b@127.0.0.1 ",
		"b@127.0.0.1 evil", "b@127.0.0.1\n", "b@127.0.0.1\x7f", "b\t@127.0.0.1" };
	static const char *const patterns[] = { "*", "*@*", "b@*", "b@?", "*@127.0.0.1", "?@?*",
		"*@127.0.0.1*" };

	(void)state;
	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
		for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++)
			if (excepts(patterns[k], nodes[i], "127.0.0.1"))
				fail_msg("'%s' excepts '%s'", patterns[k], nodes[i]);
}

static void
a_name_ends_where_its_bytes_end(void **state)
{
	struct address loopback = address("127.0.0.1"), other = address("10.0.0.1"), none = { 0 };
	static const char zero[] = "b@127.0.0.1\0.evil";
	uint8_t name[600], *exact = malloc(11);

	(void)state;
	assert_non_null(exact);
	memcpy(exact, "b@127.0.0.1", 11);
	assert_true(pattern_excepts("*@127.0.0.1", (struct bytes){ exact, 11 }, &loopback));
	free(exact);
	assert_false(pattern_excepts("*", (struct bytes){ (const uint8_t *)zero, sizeof zero - 1 },
	    &loopback));
	assert_false(pattern_excepts("*", (struct bytes){ (const uint8_t *)zero, sizeof zero - 1 },
	    &other));
	assert_false(pattern_excepts("*", (struct bytes){ NULL, 0 }, &loopback));
	assert_false(pattern_excepts("*", str("b@127.0.0.1"), &none));

	memset(name, 'h', sizeof name);
	memcpy(name, "b@", 2);
	assert_true(pattern_excepts("b@*", (struct bytes){ name, 511 }, &other));
	assert_false(pattern_excepts("b@*", (struct bytes){ name, 512 }, &other));
}

/* Names whose bytes are wild cards do not turn into patterns. */
static void
wild_cards_of_the_wire_are_characters(void **state)
{
	(void)state;
	assert_false(excepts("clouseau@127.0.0.1", "*@127.0.0.1", "127.0.0.1"));
	assert_false(excepts("clouseau@search", "clouseau@*", "10.0.0.1"));
	assert_false(excepts("clouseau@search", "clouseau@??????", "10.0.0.1"));
	assert_true(excepts("*@search", "*@search", "10.0.0.1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_couchdb_matches),
		cmocka_unit_test(everything_else_is_itself),
		cmocka_unit_test(as_fnmatch_decides),
		cmocka_unit_test(one_character_is_one_of_utf_8_or_a_byte),
		cmocka_unit_test(many_stars_take_no_longer),
		cmocka_unit_test(quotes_come_off),
		cmocka_unit_test(what_can_match_no_node_is_no_pattern),
		cmocka_unit_test(a_host_that_is_an_address_must_be_the_servers),
		cmocka_unit_test(a_host_that_is_a_name_is_believed),
		cmocka_unit_test(a_name_that_is_not_whole_is_never_excepted),
		cmocka_unit_test(a_name_ends_where_its_bytes_end),
		cmocka_unit_test(wild_cards_of_the_wire_are_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
