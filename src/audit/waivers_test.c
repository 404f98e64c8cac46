#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "audit/rules.h"
#include "audit/waivers.h"

#define WAIVER(name) "[waiver " name "]\nrule = plaintext\nnode = a@b\nreason = r\n" \
	"expires = 2026-12-31\n"

/* What is said of this file, without its name; "" when it was read. */
static const char *
said(const char *text, struct waivers *w, struct diag *d)
{
	char path[] = "/tmp/beamtap-waivers-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	*d = (struct diag){ .line = "" };
	bool ok = waivers_read(w, path, d);
	unlink(path);
	assert_int_equal(ok, !diag_is_set(d));
	if (ok)
		return "";
	assert_int_equal(w->n, 0);
	assert_null(w->v);
	assert_null(w->arena.blocks);
	assert_memory_equal(d->line, path, sizeof path - 1);
	return d->line + sizeof path - 1;
}

static void
must_refuse(const char *text, const char *want)
{
	struct waivers w;
	struct diag d;

	assert_string_equal(said(text, &w, &d), want);
}

static void
must_read(const char *text, struct waivers *w)
{
	struct diag d;

	assert_string_equal(said(text, w, &d), "");
}

static void
a_waiver_is_what_was_written(void **state)
{
	struct waivers w;

	(void)state;
	must_read("# none\n", &w);
	assert_int_equal(w.n, 0);
	waivers_free(&w);

	must_read("[waiver  a b]\nexpires = 2026-12-31 ; soon\nreason = it's \"so\": a = b\n"
	    "node = '\"*@127.0.0.1\"'\nrule=plaintext\n", &w);
	assert_int_equal(w.n, 1);
	assert_string_equal(w.v[0].name, "a b");
	assert_string_equal(w.v[0].rule, "plaintext");
	assert_string_equal(w.v[0].node, "*@127.0.0.1");
	assert_string_equal(w.v[0].reason, "it's \"so\": a = b");
	assert_string_equal(w.v[0].expires, "2026-12-31");
	waivers_free(&w);
}

static void
there_may_be_many(void **state)
{
	char text[20 * 100] = "", name[16];
	struct waivers w;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 17; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "[waiver w%d]\nrule = plaintext\n"
		    "node = a@b%d\nreason = r\nexpires = 2026-12-31\n", i, i);
	must_read(text, &w);
	assert_int_equal(w.n, 17);
	for (int i = 0; i < 17; i++) {
		snprintf(name, sizeof name, "w%d", i);
		assert_string_equal(w.v[i].name, name);
		snprintf(name, sizeof name, "a@b%d", i);
		assert_string_equal(w.v[i].node, name);
		assert_int_equal(w.v[i].until_ns, w.v[0].until_ns);
	}
	waivers_free(&w);
}

/* Seconds as "date -u -d '2026-12-31 + 1 day' +%s" has them. */
static void
it_holds_through_its_last_day(void **state)
{
	static const struct {
		const char *day;
		uint64_t    until;
	} days[] = {
		{ "2026-12-31", UINT64_C(1798761600) }, { "2026-01-01", UINT64_C(1767312000) },
		{ "2028-02-28", UINT64_C(1835395200) }, { "2028-02-29", UINT64_C(1835481600) },
		{ "2028-03-01", UINT64_C(1835568000) }, { "2000-02-29", UINT64_C(951868800) },
		{ "2100-02-28", UINT64_C(4107542400) }, { "2100-03-01", UINT64_C(4107628800) },
		{ "2000-01-01", UINT64_C(946771200) }, { "2199-12-31", UINT64_C(7258118400) },
	};
	char text[200];
	struct waivers w;

	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		snprintf(text, sizeof text, "[waiver x]\nrule = plaintext\nnode = a@b\n"
		    "reason = r\nexpires = %s\n", days[i].day);
		must_read(text, &w);
		assert_int_equal(w.v[0].until_ns, days[i].until * 1000000000u);
		waivers_free(&w);
	}
}

static void
days_that_do_not_exist_are_errors(void **state)
{
	static const char *const none[] = { "2026-02-29", "2100-02-29", "2026-04-31",
		"2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32", "2026-1-1", "26-01-01",
		"2026/01/01", "2026-01-01T00:00:00Z", "2026-01-011", "02026-01-01", "31.12.2026",
		"never", "", "1999-12-31", "2200-01-01", "9999-12-31", "2026-12", "-026-01-01" };
	char text[200], want[200];

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		snprintf(text, sizeof text, "[waiver x]\nexpires = %s\n", none[i]);
		snprintf(want, sizeof want, ":2: expires: '%s' is not a day such as 2026-12-31",
		    none[i]);
		must_refuse(text, want);
	}
}

static void
all_four_keys_are_needed_once(void **state)
{
	static const struct {
		const char *key, *line;
	} keys[] = {
		{ "rule", "rule = plaintext\n" }, { "node", "node = a@b\n" },
		{ "reason", "reason = r\n" }, { "expires", "expires = 2026-12-31\n" },
	};
	char text[300], want[100];

	(void)state;
	for (size_t without = 0; without < 4; without++) {
		size_t n = (size_t)snprintf(text, sizeof text, "%s", WAIVER("a") "\n[waiver b]\n");

		for (size_t i = 0; i < 4; i++)
			if (i != without)
				n += (size_t)snprintf(text + n, sizeof text - n, "%s", keys[i].line);
		snprintf(want, sizeof want, ":7: [waiver b] has no %s", keys[without].key);
		must_refuse(text, want);
		snprintf(text + n, sizeof text - n, "\n%s", WAIVER("c"));
		must_refuse(text, want);

		snprintf(text, sizeof text, "%s%s", WAIVER("a"), keys[without].line);
		snprintf(want, sizeof want, ":6: %s: this is the second in [waiver a]",
		    keys[without].key);
		must_refuse(text, want);
	}
	must_refuse("[waiver a]\n", ":1: [waiver a] has no rule");
	must_refuse("[waiver a]\nreason = r\n  and more\n",
	    ":3: reason: this is the second in [waiver a] (an indented line is one more value"
	    " of the name before it)");
}

static void
what_is_not_known_is_an_error(void **state)
{
	(void)state;
	must_refuse("rule = plaintext\n", ":1: rule: this is before the first [waiver NAME]");
	must_refuse(WAIVER("a") "rules = x\n",
	    ":6: rules: no such key; a waiver has rule, node, reason and expires");
	must_refuse("[check]\nrequire = mutual\n",
	    ":1: [check] is no section of this file; write [waiver NAME]");
	must_refuse("[waiver]\n", ":1: [waiver] is no section of this file; write [waiver NAME]");
	must_refuse("[waiver ]\n", ":1: [waiver ] is no section of this file; write [waiver NAME]");
	must_refuse("[waivers a]\n",
	    ":1: [waivers a] is no section of this file; write [waiver NAME]");
	must_refuse("[Waiver a]\n",
	    ":1: [Waiver a] is no section of this file; write [waiver NAME]");
	must_refuse(WAIVER("a") WAIVER("b") WAIVER("a"),
	    ":11: there is a waiver 'a' already, in line 1");
	must_refuse("[waiver a]\n[waiver a]\n", ":2: there is a waiver 'a' already, in line 1");
}

static void
a_node_needs_a_host_and_a_reason_words(void **state)
{
	(void)state;
	must_refuse("[waiver a]\nnode = clouseau\n", ":2: node: 'clouseau' names no host; write"
	    " NAME@HOST, such as clouseau@127.0.0.1 or *@127.0.0.1");
	must_refuse("[waiver a]\nnode = *\n", ":2: node: '*' names no host; write"
	    " NAME@HOST, such as clouseau@127.0.0.1 or *@127.0.0.1");
	must_refuse("[waiver a]\nnode =\n", ":2: node: '' is empty; write NAME@HOST");
	must_refuse("[waiver a]\nnode = a@b c@d\n",
	    ":2: node: 'a@b c@d' has a space inside; write one pattern a value");
	must_refuse("[waiver a]\nreason =\n",
	    ":2: reason: '' is no reason; say why this is accepted");
	must_refuse("[waiver a]\nreason = ; because\n",
	    ":2: reason: '' is no reason; say why this is accepted");
}

static void
only_rules_about_connections_are_waived(void **state)
{
	char text[300], want[300];
	size_t n_waivable = 0;

	(void)state;
	must_refuse("[waiver a]\nrule = plain-text\n",
	    ":2: rule: 'plain-text' is no rule; 'beamtap rules' lists them");
	must_refuse("[waiver a]\nrule = *\n", ":2: rule: '*' is no rule; 'beamtap rules' lists them");
	must_refuse("[waiver a]\nrule =\n", ":2: rule: '' is no rule; 'beamtap rules' lists them");
	must_refuse("[waiver a]\nrule = packets-lost\n", ":2: rule: 'packets-lost' is about what"
	    " was seen, not about a connection; it cannot be waived");
	for (size_t i = 0; i < N_RULES; i++) {
		struct waivers w;
		struct diag d;

		snprintf(text, sizeof text, "[waiver x]\nrule = %s\nnode = a@b\nreason = r\n"
		    "expires = 2026-12-31\n", rules[i].id);
		snprintf(want, sizeof want, ":2: rule: '%s' is about", rules[i].id);
		const char *said_so = said(text, &w, &d);
		if (rules[i].subject == SUBJECT_INPUT) {
			assert_memory_equal(said_so, want, strlen(want));
			continue;
		}
		assert_string_equal(said_so, "");
		assert_string_equal(w.v[0].rule, rules[i].id);
		waivers_free(&w);
		n_waivable++;
	}
	assert_in_range(n_waivable, 15, N_RULES - 1);
}

static const char *
found(const struct waivers *w, const char *rule, const char *server, const uint8_t ip[4])
{
	struct judgement j = { .id = 1 };

	j.end[SIDE_CLIENT].node = (struct bytes){ (const uint8_t *)"clouseau@127.0.0.1", 18 };
	j.end[SIDE_CLIENT].address = address_ipv4((const uint8_t[]){ 127, 0, 0, 1 });
	j.end[SIDE_SERVER].node = (struct bytes){ (const uint8_t *)server, strlen(server) };
	j.end[SIDE_SERVER].address = address_ipv4(ip);
	const struct waiver *one = waivers_find(w, rule, &j);
	return one != NULL ? one->name : "";
}

static void
it_covers_a_rule_and_a_server(void **state)
{
	static const uint8_t loopback[] = { 127, 0, 0, 1 }, other[] = { 10, 0, 0, 1 };
	struct waivers w;

	(void)state;
	must_read("[waiver one]\nrule = plaintext\nnode = clouseau@127.0.0.1\nreason = r\n"
	    "expires = 2020-01-01\n"
	    "[waiver two]\nrule = plaintext\nnode = c*@*\nreason = r\nexpires = 2030-01-01\n"
	    "[waiver three]\nrule = weak-key\nnode = *@*\nreason = r\nexpires = 2030-01-01\n", &w);
	assert_string_equal(found(&w, "plaintext", "clouseau@127.0.0.1", loopback), "one");
	assert_string_equal(found(&w, "plaintext", "c@search.lab", other), "two");
	assert_string_equal(found(&w, "weak-key", "c@search.lab", other), "three");
	assert_string_equal(found(&w, "tls-version", "c@search.lab", other), "");

	/* somebody else's address, no whole name, and no name at all: the client's is no
	 * server's */
	assert_string_equal(found(&w, "plaintext", "clouseau@127.0.0.1", other), "");
	assert_string_equal(found(&w, "plaintext", "clouseau@?", loopback), "");
	assert_string_equal(found(&w, "plaintext", "", loopback), "");
	waivers_free(&w);
	assert_string_equal(found(&w, "plaintext", "clouseau@127.0.0.1", loopback), "");
}

static void
the_example_is_read(void **state)
{
	const char *top = getenv("srcdir");
	struct diag d = { .line = "" };
	struct waivers w;
	char path[4096];

	(void)state;
	snprintf(path, sizeof path, "%s/fixtures/policy/waivers.ini", top != NULL ? top : ".");
	if (!waivers_read(&w, path, &d))
		fail_msg("%s", d.line);
	assert_int_equal(w.n, 2);
	assert_string_equal(w.v[0].name, "search-node");
	assert_string_equal(w.v[0].rule, "plaintext");
	assert_string_equal(w.v[0].node, "clouseau@127.0.0.1");
	assert_string_equal(w.v[0].reason,
	    "clouseau 2.22 speaks no TLS; it listens on loopback only");
	assert_string_equal(w.v[1].name, "old-database");
	assert_string_equal(w.v[1].node, "couchdb@db?.lab");
	waivers_free(&w);
}

static void
no_file_is_an_error(void **state)
{
	struct diag d = { .line = "" };
	struct waivers w;

	(void)state;
	assert_false(waivers_read(&w, "/nonexistent/waivers.ini", &d));
	assert_string_equal(d.line, "/nonexistent/waivers.ini: No such file or directory");
	waivers_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_waiver_is_what_was_written),
		cmocka_unit_test(there_may_be_many),
		cmocka_unit_test(it_holds_through_its_last_day),
		cmocka_unit_test(days_that_do_not_exist_are_errors),
		cmocka_unit_test(all_four_keys_are_needed_once),
		cmocka_unit_test(what_is_not_known_is_an_error),
		cmocka_unit_test(a_node_needs_a_host_and_a_reason_words),
		cmocka_unit_test(only_rules_about_connections_are_waived),
		cmocka_unit_test(it_covers_a_rule_and_a_server),
		cmocka_unit_test(the_example_is_read),
		cmocka_unit_test(no_file_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
