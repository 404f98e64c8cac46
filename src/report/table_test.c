#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/layout.h"
#include "report/sample.h"
#include "report/table.h"

static struct sample s;

/* The table as printed; the caller frees. */
static char *
print(const struct table_style *style)
{
	char *out = NULL;
	size_t n;
	FILE *f = open_memstream(&out, &n);

	assert_non_null(f);
	assert_true(table_write(&s.snapshot, style, f));
	fclose(f);
	assert_int_equal(strlen(out), n);
	return out;
}

static void
must_print(const struct table_style *style, const char *want)
{
	char *out = print(style);

	assert_string_equal(out, want);
	free(out);
}

static void
nothing_is_one_line(void **state)
{
	const struct table_style style = { .width = 80, .utf8 = true, .numeric = true };

	(void)state;
	sample_open(&s);
	must_print(&style, "no distribution connections · 138 packets\n");
}

static void
the_lab_on_a_hundred_columns(void **state)
{
	const struct table_style style = { .width = 100, .utf8 = true, .numeric = true };

	(void)state;
	sample_lab(&s);
	s.connections[2].state = STATE_UP;
	must_print(&style,
"Module   Recv Sent Local Address   Foreign Address State   Nodes           Verdict   TLS Client\n"
"inet_tcp 7289 8623 10.77.0.1:46220 10.77.0.2:45979 closed  a@…ab -> b@b…ab plaintext -   -\n"
"inet_tls 7289 8623 10.77.0.1:46220 10.77.0.2:45979 closed  ? -> b@beta.lab mutual    1.2 alpha.lab\n"
"inet_tls 7289 8623 10.77.0.1:46220 10.77.0.2:45979 up      ? -> b@beta.lab mutual    1.3 sent\n"
"inet_tls 7289 8623 10.77.0.1:46220 10.77.0.2:45979 refused ? -> b@beta.lab refused   1.2 not-reached\n"
"inet_tls 7289 8623 10.77.0.1:46220 10.77.0.2:45979 up      ? -> b@beta.lab one-way   1.2 not-r…ested\n"
"5 connections: 1 plaintext, 2 mutual, 1 one-way, 1 refused · 138 packets · ignored: 2 TLS, 3 other,\n"
"  1 silent\n");
}

static void
the_two_nodes_of_the_lab_are_read_in_full_a_little_wider(void **state)
{
	const struct table_style style = { .width = 108, .numeric = true };

	(void)state;
	sample_open(&s);
	sample_add_plain(&s);
	sample_add_mutual(&s);
	must_print(&style,
"Module   Recv Sent Local Address   Foreign Address State  Nodes                     Verdict   TLS Client\n"
"inet_tcp 7289 8623 10.77.0.1:46220 10.77.0.2:45979 closed a@alpha.lab -> b@beta.lab plaintext -   -\n"
"inet_tls 7289 8623 10.77.0.1:46220 10.77.0.2:45979 closed ? -> b@beta.lab           mutual    1.2 alpha.lab\n"
"2 connections: 1 plaintext, 1 mutual; 138 packets\n");
}

static void
eighty_columns_show_what_matters(void **state)
{
	const struct table_style style = { .width = 80, .numeric = true };

	(void)state;
	sample_open(&s);
	sample_add_mutual(&s);
	must_print(&style,
"Local Address   Foreign Address State  Nodes           Verdict TLS Client\n"
"10.77.0.1:46220 10.77.0.2:45979 closed ? -> b@beta.lab mutual  1.2 alpha.lab\n"
"1 connection: 1 mutual; 138 packets\n");
}

static void
numbers_stand_to_the_right(void **state)
{
	const struct table_style style = { .numeric = true };
	char *out;

	(void)state;
	sample_open(&s);
	sample_add_plain(&s)->bytes[SIDE_CLIENT] = 7;
	sample_add_plain(&s)->bytes[SIDE_SERVER] = 999999;
	out = print(&style);
	assert_non_null(strstr(out, "Module     Recv Sent Local"));
	assert_non_null(strstr(out, "inet_tcp   7289    7 10."));
	assert_non_null(strstr(out, "inet_tcp 999999 8623 10."));
	free(out);
}

static void
large_numbers_are_shortened_and_never_cut(void **state)
{
	static const struct { uint64_t n; const char *shown; } v[] = {
		{ 1000000, " 1.0M " }, { 9999999, " 9.9M " }, { 10000000, " 10.0M " },
		{ 99999999, " 99.9M " }, { 123456789, " 123M " }, { 4567890123, " 4.5G " },
		{ 45678901234, " 45.6G " }, { UINT64_MAX, " 18.4E " },
	};
	const struct table_style style = { .width = 100, .numeric = true };

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		sample_open(&s);
		sample_add_plain(&s)->bytes[SIDE_SERVER] = v[i].n;
		char *out = print(&style);
		if (strstr(out, v[i].shown) == NULL)
			fail_msg("%s", out);
		free(out);
	}
}

static void
only_the_verdict_is_coloured(void **state)
{
	const struct table_style plain = { .width = 40, .numeric = true };
	const struct table_style colour = { .width = 40, .numeric = true, .colour = true };
	char *out;

	(void)state;
	sample_open(&s);
	sample_add_plain(&s);
	sample_add_mutual(&s);
	sample_add(&s, VERDICT_UNKNOWN);
	must_print(&colour,
	    "Foreign Address State  Verdict\n"
	    "10.77.0.2:45979 closed \033[31mplaintext\033[0m\n"
	    "10.77.0.2:45979 closed \033[32mmutual\033[0m\n"
	    "10.77.0.2:45979 closed unknown\n"
	    "3 connections: 1 plaintext, 1 mutual, 1\n  unknown; 138 packets\n");
	out = print(&plain);
	assert_null(strchr(out, '\033'));
	free(out);
}

/* No line is wider than the screen, none ends in a space, and none has a byte
 * that could move the cursor. */
static void
must_be_tidy(const struct table_style *style)
{
	char *out = print(style), *next;
	unsigned width = style->width < LAYOUT_WIDTH_MIN ? LAYOUT_WIDTH_MIN : style->width;

	assert_true(out[0] != '\0' && out[strlen(out) - 1] == '\n');
	for (char *line = out; *line != '\0'; line = next) {
		next = strchr(line, '\n');
		*next++ = '\0';
		if (style->width > 0 && text_columns(line) > width)
			fail_msg("wider than %u: %s", width, line);
		size_t n = strlen(line);
		assert_true(n > 0 && line[n - 1] != ' ');
		for (size_t i = 0; i < n; i++) {
			assert_in_range((uint8_t)line[i], 0x20, style->utf8 ? 0xff : 0x7e);
			assert_int_not_equal(line[i], 0x7f);
		}
	}
	free(out);
}

static void
tidy_at_every_width(void)
{
	for (unsigned width = 0; width <= 200; width++)
		for (unsigned bits = 0; bits < 4; bits++)
			must_be_tidy(&(struct table_style){ .width = width, .numeric = true,
			    .utf8 = bits & 1, .verbose = bits & 2 });
}

static void
the_lab_fits_every_screen(void **state)
{
	(void)state;
	sample_lab(&s);
	tidy_at_every_width();
}

static void
every_word_fits_every_screen(void **state)
{
	(void)state;
	sample_all_words(&s);
	tidy_at_every_width();
}

static void
strangers_fit_every_screen(void **state)
{
	static struct certificate c[SAMPLE_N_HOSTILE];
	static uint8_t longest[255], wide[255];
	const struct link_type_count link_types[] = { { 147, NULL, 3 } };

	(void)state;
	sample_open(&s);
	memset(longest, 0xc3, sizeof longest);
	for (size_t i = 0; i < sizeof wide; i++)
		wide[i] = (uint8_t)"\xe6\x97\xa5"[i % 3];
	for (size_t i = 0; i < SAMPLE_N_HOSTILE; i++) {
		struct judgement *j = sample_add_mutual(&s);
		const char *h = sample_hostile[i];
		struct text t = TEXT(j->explanation);

		c[i] = sample_alpha;
		c[i].subject = c[i].issuer = c[i].common_name = c[i].serial = h;
		c[i].key = c[i].signature = c[i].names[0] = h;
		c[i].not_before = INT64_MIN;
		j->end[SIDE_CLIENT].node = words_bytes(h);
		j->end[SIDE_SERVER].node = i % 2 ? (struct bytes){ longest, sizeof longest } :
		    (struct bytes){ wide, sizeof wide };
		j->tls.sni = j->end[i % 2].node;
		j->tls.client.chain = j->tls.server.chain = (struct chain){ 1, { &c[i] } };
		text_put_wire(&t, words_bytes(h));
	}
	s.snapshot.input.damage = sample_hostile[0];
	s.snapshot.input.link_types = link_types;
	s.snapshot.input.n_link_types = 1;
	tidy_at_every_width();
}

static void
long_addresses_are_cut_but_the_verdict_is_not(void **state)
{
	const struct table_style style = { .width = 40, .numeric = true };
	uint8_t octets[16];

	(void)state;
	sample_open(&s);
	memset(octets, 0x21, sizeof octets);
	struct judgement *j = sample_add_plain(&s);
	j->end[SIDE_CLIENT].address = j->end[SIDE_SERVER].address = address_ipv6(octets);
	must_print(&style,
	    "Foreign Address         State  Verdict\n"
	    "[2121:2121:~2121]:45979 closed plaintext\n"
	    "1 connection: 1 plaintext; 138 packets\n");
	tidy_at_every_width();
}

static void
details_tell_the_whole_story(void **state)
{
	const struct table_style style = { .width = 90, .numeric = true, .verbose = true };
	char *out, *details;

	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_refused(&s);
	j->blind = BLIND_BIT(BLIND_GAP) | BLIND_BIT(BLIND_SNAPLEN);
	out = print(&style);
	details = strchr(strchr(out, '\n') + 1, '\n') + 1;
	assert_string_equal(details,
"    the client refused the server's certificate: certificate_expired\n"
"    evidence: seen; known by: epmd; blind: gap, snaplen\n"
"    TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, group x25519, SNI beta.lab\n"
"    server certificate: sent (seen)\n"
"      O = Lab, CN = beta.lab\n"
"        sha256 be7a000000000000...; valid 2023-07-22T04:26:40Z to 2026-09-21T14:13:20Z;\n"
"          EC-P-256; issuer O = Lab, CN = Lab CA\n"
"        names DNS:beta.lab\n"
"      O = Lab, CN = Lab CA\n"
"        sha256 ca00000000000000...; valid 2023-07-22T04:26:40Z to 2033-05-18T03:33:20Z;\n"
"          CA; self-signed; RSA-2048; issuer O = Lab, CN = Lab CA\n"
"    client certificate: not-reached (seen)\n"
"    alert from the client: fatal certificate_expired\n"
"1 connection: 1 refused; 138 packets\n");
	free(out);
}

static void
details_of_what_is_not_known(void **state)
{
	const struct table_style style = { .width = 90, .numeric = true, .verbose = true };
	char *out;

	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add(&s, VERDICT_ENCRYPTED);
	j->has_tls = j->has_dist = true;
	j->tls.alert.present = j->tls.alert.sealed = true;
	j->tls.server.state = CERTIFICATE_SENT;
	j->tls.server.chain = (struct chain){ 1, { &sample_unreadable } };
	out = print(&style);
	assert_string_equal(strchr(strchr(out, '\n') + 1, '\n') + 1,
	    "    evidence: seen; known by: epmd\n"
	    "    TLS of unknown version\n"
	    "    server certificate: sent\n"
	    "      not a readable certificate\n"
	    "        sha256 ff01000000000000...\n"
	    "    alert from the client: encrypted\n"
	    "    distribution: handshake not known to be complete\n"
	    "1 connection: 1 encrypted; 138 packets\n");
	free(out);
}

static void
a_full_disk_is_a_failure(void **state)
{
	const struct table_style style = { .width = 80, .numeric = true };
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (full == NULL)
		skip();
	sample_lab(&s);
	assert_false(table_write(&s.snapshot, &style, full));
	fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_one_line),
		cmocka_unit_test(the_lab_on_a_hundred_columns),
		cmocka_unit_test(the_two_nodes_of_the_lab_are_read_in_full_a_little_wider),
		cmocka_unit_test(eighty_columns_show_what_matters),
		cmocka_unit_test(numbers_stand_to_the_right),
		cmocka_unit_test(large_numbers_are_shortened_and_never_cut),
		cmocka_unit_test(only_the_verdict_is_coloured),
		cmocka_unit_test(the_lab_fits_every_screen),
		cmocka_unit_test(every_word_fits_every_screen),
		cmocka_unit_test(strangers_fit_every_screen),
		cmocka_unit_test(long_addresses_are_cut_but_the_verdict_is_not),
		cmocka_unit_test(details_tell_the_whole_story),
		cmocka_unit_test(details_of_what_is_not_known),
		cmocka_unit_test(a_full_disk_is_a_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
