#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/columns.h"
#include "report/sample.h"

static const struct cell_style utf8 = { .utf8 = true };
static const struct cell_style ascii = { .utf8 = false };

static struct sample s;

static int
open_sample(void **state)
{
	(void)state;
	sample_open(&s);
	return 0;
}

static const struct column *
column_of(const char *id)
{
	for (unsigned c = 0; c < N_COLUMNS; c++)
		if (strcmp(columns[c].id, id) == 0)
			return &columns[c];
	fail_msg("no column %s", id);
	return NULL;
}

static const char *
cell(const char *id, const struct judgement *j, const struct cell_style *style)
{
	static char b[CELL_MAX];
	struct text t = TEXT(b);

	column_of(id)->put(&t, j, style);
	return b;
}

static void
every_column_has_a_place_of_its_own(void **state)
{
	(void)state;
	for (unsigned c = 0; c < N_COLUMNS; c++) {
		size_t title = text_columns(columns[c].title);

		assert_true(columns[c].min <= columns[c].wanted);
		assert_true(title <= columns[c].wanted);
		assert_in_range(columns[c].priority, 1, N_COLUMNS);
		for (unsigned d = 0; d < c; d++) {
			assert_string_not_equal(columns[c].id, columns[d].id);
			assert_int_not_equal(columns[c].priority, columns[d].priority);
		}
	}
}

static void
a_row_in_the_clear(void **state)
{
	static const char *const want[N_COLUMNS] = {
		"inet_tcp", "7289", "8623", "10.77.0.1:46220", "10.77.0.2:45979", "closed", "",
		"a@alpha.lab -> b@beta.lab", "plaintext", "-", "-", "seen", "-",
		"epmd,handshake", "-",
	};
	const struct judgement *j = sample_add_plain(&s);

	(void)state;
	for (unsigned c = 0; c < N_COLUMNS; c++)
		assert_string_equal(cell(columns[c].id, j, &utf8), want[c]);
}

static void
a_row_in_tls(void **state)
{
	static const char *const want[N_COLUMNS] = {
		"inet_tls", "7289", "8623", "10.77.0.1:46220", "10.77.0.2:45979", "closed", "",
		"? -> b@beta.lab", "mutual", "1.2", "alpha.lab", "seen", "-",
		"epmd,lengths", "-",
	};
	const struct judgement *j = sample_add_mutual(&s);

	(void)state;
	for (unsigned c = 0; c < N_COLUMNS; c++)
		assert_string_equal(cell(columns[c].id, j, &utf8), want[c]);
}

static void
namespaces_are_named_as_far_as_they_are_known(void **state)
{
	static const struct { const char *client, *server, *want; } t[] = {
		{ "blue", "red", "blue -> red" }, { "blue", "blue", "blue" },
		{ "pid 7 (beam.smp)", NULL, "pid 7 (beam.smp)" }, { NULL, "red", "red" },
	};
	struct judgement *j = sample_add_mutual(&s);

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		j->end[SIDE_CLIENT].netns = t[i].client;
		j->end[SIDE_SERVER].netns = t[i].server;
		assert_string_equal(cell("netns", j, &utf8), t[i].want);
	}
}

static void
the_module_is_known_by_family_and_tls(void **state)
{
	const uint8_t octets[16] = { 0xfd, 0x77, [15] = 1 };
	struct judgement *plain = sample_add_plain(&s), *tls = sample_add_mutual(&s);
	struct judgement *unknown = sample_add(&s, VERDICT_UNKNOWN);

	(void)state;
	assert_string_equal(cell("module", unknown, &utf8), "?");
	plain->end[SIDE_SERVER].address = tls->end[SIDE_SERVER].address = address_ipv6(octets);
	assert_string_equal(cell("module", plain, &utf8), "inet6_tcp");
	assert_string_equal(cell("module", tls, &utf8), "inet6_tls");
	assert_string_equal(cell("foreign", tls, &utf8), "[fd77::1]:45979");
	tls->end[SIDE_SERVER].address = (struct address){ 0 };
	assert_string_equal(cell("module", tls, &utf8), "?");
	assert_string_equal(cell("foreign", tls, &utf8), "?:45979");
}

/* The client spoke the clear; that the server answered with TLS changes nothing. */
static void
plain_to_tls_is_inet_tcp(void **state)
{
	struct judgement *j = sample_add_plain(&s);

	(void)state;
	j->has_tls = true;
	assert_string_equal(cell("module", j, &utf8), "inet_tcp");
}

static void
a_port_has_its_service_name(void **state)
{
	char line[] = "epmd 4369/tcp\n";
	FILE *in = fmemopen(line, strlen(line), "r");
	struct services *services = services_read(in);
	struct cell_style named = { .utf8 = true, .services = services };
	struct judgement *j = sample_add_plain(&s);

	(void)state;
	fclose(in);
	j->end[SIDE_SERVER].port = 4369;
	assert_string_equal(cell("foreign", j, &named), "10.77.0.2:epmd");
	assert_string_equal(cell("local", j, &named), "10.77.0.1:46220");
	assert_string_equal(cell("foreign", j, &utf8), "10.77.0.2:4369");
	services_free(services);
}

static void
a_client_certificate_is_a_name_or_a_state(void **state)
{
	static const char *const want[] = {
		"-", "sent", "declined", "not-requested", "not-reached", "unknown",
	};
	struct judgement *j = sample_add_sealed(&s);

	(void)state;
	for (int c = CERTIFICATE_ABSENT; c <= CERTIFICATE_UNKNOWN; c++) {
		j->tls.client.state = (enum certificate_state)c;
		assert_string_equal(cell("client", j, &utf8), want[c]);
	}
	j->tls.client.state = CERTIFICATE_SENT;
	j->tls.client.chain = (struct chain){ 1, { &sample_unreadable } };
	assert_string_equal(cell("client", j, &utf8), "sent");
}

static void
a_name_that_reads_as_one_of_our_words_comes_with_its_subject(void **state)
{
	struct certificate c = sample_alpha;
	struct judgement *j = sample_add_mutual(&s);

	(void)state;
	j->tls.client.chain = (struct chain){ 1, { &c } };
	c.subject = "CN = declined";
	c.common_name = "declined";
	assert_string_equal(cell("client", j, &utf8), "CN = declined");
	c.subject = "CN = -";
	c.common_name = "-";
	assert_string_equal(cell("client", j, &utf8), "CN = -");
	c.subject = "O = Lab";
	c.common_name = NULL;
	assert_string_equal(cell("client", j, &utf8), "O = Lab");
	c.subject = "";
	assert_string_equal(cell("client", j, &utf8), "sent");
	c.subject = NULL;
	assert_string_equal(cell("client", j, &utf8), "sent");
}

static void
a_version_is_short_under_its_title(void **state)
{
	struct judgement *j = sample_add_mutual(&s);

	(void)state;
	j->tls.version = 0x0304;
	assert_string_equal(cell("tls", j, &utf8), "1.3");
	j->tls.version = 0x0300;
	assert_string_equal(cell("tls", j, &utf8), "SSLv3");
	j->tls.version = 0x7f1c;
	assert_string_equal(cell("tls", j, &utf8), "0x7f1c");
	j->tls.version = 0;
	assert_string_equal(cell("tls", j, &utf8), "?");
}

static void
lists_have_every_word(void **state)
{
	struct judgement *j = sample_add(&s, VERDICT_UNKNOWN);

	(void)state;
	j->known_by = j->blind = ~0u;
	assert_string_equal(cell("known_by", j, &utf8),
	    "epmd,port,handshake,frames,lengths,decrypted");
	assert_string_equal(cell("blind", j, &utf8),
	    "midstream,gap,one-direction,snaplen,no-keys,limit,overlap,dropped");
	j->known_by = j->blind = 0;
	assert_string_equal(cell("known_by", j, &utf8), "-");
	assert_string_equal(cell("blind", j, &utf8), "-");
}

static void
a_node_name_cannot_draw_columns(void **state)
{
	struct judgement *j = sample_add(&s, VERDICT_UNKNOWN);

	(void)state;
	j->end[SIDE_CLIENT].node = words_bytes(" x -> y  mutual\033[2K\n");
	assert_string_equal(cell("nodes", j, &utf8),
	    "\\x20x\\x20->\\x20y\\x20\\x20mutual\\x1b[2K\\x0a -> b@beta.lab");
}

static void
a_common_name_cannot_draw_columns(void **state)
{
	struct certificate c = sample_alpha;
	struct judgement *j = sample_add_mutual(&s);

	(void)state;
	j->tls.client.chain = (struct chain){ 1, { &c } };
	c.common_name = "Alpha Node";
	assert_string_equal(cell("client", j, &utf8), "Alpha Node");
	c.common_name = " a  b   c ";
	assert_string_equal(cell("client", j, &utf8),
	    "\\x20a\\x20\\x20b\\x20\\x20\\x20c\\x20");
	c.common_name = " ";
	assert_string_equal(cell("client", j, &utf8), "\\x20");
}

static void
a_terminal_without_utf8_gets_ascii(void **state)
{
	struct judgement *j = sample_add(&s, VERDICT_UNKNOWN);

	(void)state;
	j->end[SIDE_CLIENT].node = words_bytes("\xc3\xa9@x");
	assert_string_equal(cell("nodes", j, &utf8), "\xc3\xa9@x -> b@beta.lab");
	assert_string_equal(cell("nodes", j, &ascii), "\\xc3\\xa9@x -> b@beta.lab");
}

static void
a_name_without_end_ends(void **state)
{
	static uint8_t endless[65535];
	struct judgement *j = sample_add(&s, VERDICT_UNKNOWN);

	(void)state;
	memset(endless, 0x80, sizeof endless);
	j->end[SIDE_CLIENT].node = (struct bytes){ endless, sizeof endless };
	assert_true(strlen(cell("nodes", j, &utf8)) < CELL_MAX);
}

static const char *
cut_nodes(const char *nodes, unsigned width)
{
	static char b[CELL_MAX];
	struct text t = TEXT(b);

	column_of("nodes")->cut(&t, nodes, width, true);
	assert_true(text_columns(b) <= width);
	return b;
}

static void
two_nodes_share_a_narrow_column(void **state)
{
	(void)state;
	assert_string_equal(cut_nodes("a@alpha.lab -> b@beta.lab", 25), "a@alpha.lab -> b@beta.lab");
	assert_string_equal(cut_nodes("a@alpha.lab -> b@beta.lab", 24), "a@alp….lab -> b@beta.lab");
	assert_string_equal(cut_nodes("a@alpha.lab -> b@beta.lab", 15), "a@…ab -> b@b…ab");
	assert_string_equal(cut_nodes("? -> rabbit@a-long-name.cluster", 15), "? -> rabbi…ster");
	assert_string_equal(cut_nodes("rabbit@a-long-name.cluster -> ?", 15), "rabbi…ster -> ?");
	assert_string_equal(cut_nodes("Nodes", 3), "N…s");
	for (unsigned width = 0; width < 30; width++)
		cut_nodes("a@alpha.lab -> b@beta.lab", width);
}

static void
no_cell_has_a_control_character(void **state)
{
	struct certificate c = sample_alpha;
	struct judgement *j = sample_add_mutual(&s);

	(void)state;
	j->tls.client.chain = (struct chain){ 1, { &c } };
	for (size_t i = 0; i < SAMPLE_N_HOSTILE; i++) {
		j->end[SIDE_CLIENT].node = j->end[SIDE_SERVER].node = words_bytes(sample_hostile[i]);
		c.common_name = c.subject = sample_hostile[i];
		for (unsigned column = 0; column < N_COLUMNS; column++)
			for (const char *p = cell(columns[column].id, j, &ascii); *p != '\0'; p++)
				assert_in_range(*p, 0x20, 0x7e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_has_a_place_of_its_own),
		cmocka_unit_test_setup(a_row_in_the_clear, open_sample),
		cmocka_unit_test_setup(a_row_in_tls, open_sample),
		cmocka_unit_test_setup(namespaces_are_named_as_far_as_they_are_known,
		    open_sample),
		cmocka_unit_test_setup(the_module_is_known_by_family_and_tls, open_sample),
		cmocka_unit_test_setup(plain_to_tls_is_inet_tcp, open_sample),
		cmocka_unit_test_setup(a_port_has_its_service_name, open_sample),
		cmocka_unit_test_setup(a_client_certificate_is_a_name_or_a_state, open_sample),
		cmocka_unit_test_setup(a_name_that_reads_as_one_of_our_words_comes_with_its_subject,
		    open_sample),
		cmocka_unit_test_setup(a_version_is_short_under_its_title, open_sample),
		cmocka_unit_test_setup(lists_have_every_word, open_sample),
		cmocka_unit_test_setup(a_node_name_cannot_draw_columns, open_sample),
		cmocka_unit_test_setup(a_common_name_cannot_draw_columns, open_sample),
		cmocka_unit_test_setup(a_terminal_without_utf8_gets_ascii, open_sample),
		cmocka_unit_test_setup(a_name_without_end_ends, open_sample),
		cmocka_unit_test(two_nodes_share_a_narrow_column),
		cmocka_unit_test_setup(no_cell_has_a_control_character, open_sample),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
