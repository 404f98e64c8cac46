#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "testkit/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A test of the tests: a talk that is wrong must be found wrong. */

struct file {
	char path[32];
};

static const char *
written(struct file *f, const char *text)
{
	strcpy(f->path, "/tmp/script_test.XXXXXX");
	int fd = mkstemp(f->path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return f->path;
}

static void
pushes_are_bytes_as_written(void **state)
{
	static const char wanted[] = "\x01\xab" "a\"\n\\\x07" "\x00\x05" "hi\x00\x01j" "\x00\x00\x00\x02xy" "zz" "\x02";
	struct script *s = malloc(sizeof *s);
	struct diag d = { .line = "" };
	struct file f;

	(void)state;
	assert_non_null(s);
	assert_true(script_load(s, written(&f, "# a talk\n\ndissector: epmd\n"
	    "client: 01ab \"a\\\"\\n\\\\\\x07\" u16[ \"hi\" u16[\"j\"] ] u32[ \"xy\" ]\n"
	    "\t\"z\"*2 02\n"
	    "server gap 17\n"
	    "expect:\nserver blind gap n=17\n"), &d));
	assert_int_equal(s->n_lines, 2);
	assert_int_equal(s->lines[0].side, SIDE_CLIENT);
	assert_int_equal(s->lines[0].n, sizeof wanted - 1);
	assert_memory_equal(s->lines[0].p, wanted, sizeof wanted - 1);
	assert_true(s->lines[1].gap);
	assert_true(s->lines[1].n_gap == 17);
	assert_string_equal(s->want[SIDE_SERVER].s, "server blind gap n=17\n");
	assert_string_equal(s->want[SIDE_CLIENT].s, "");
	script_free(s);
	free(s);
	unlink(f.path);
}

static void
mistakes_are_named_with_their_line(void **state)
{
	static const char *const mistakes[] = {
		"dissector: none\n", "dissector: epmd\nclient: 0\n", "dissector: epmd\nclient: \"abc\n",
		"dissector: epmd\nclient: u16[ 00\n", "dissector: epmd\nclient: 00 ]\n",
		"dissector: epmd\nclient: \"\\q\"\n", "dissector: epmd\nclient 00\n",
		"dissector: epmd\nnobody: 00\n", "dissector: epmd\nclient: 00*0\n",
		"dissector: epmd\nclient: 00*99999999\n", "dissector: epmd\nclient: 00\n",
		"expect:\n", "dissector: epmd\nexpect:\nnobody knows\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		struct diag d = { .line = "" };
		struct file f;

		assert_false(talk_play_file(written(&f, mistakes[i]), &d));
		if (strstr(d.line, f.path) == NULL)
			fail_msg("%s%s", mistakes[i], d.line);
		unlink(f.path);
	}
}

static void
other_facts_than_wanted_fail(void **state)
{
	static const char talk[] = "dissector: epmd\nclient: u16[ \"zb\" ]\nexpect:\n";
	static const struct { const char *wants; bool good; } rows[] = {
		{ "client epmd.port_request name=b\n", true },
		{ "client epmd.port_request name=c\n", false },
		{ "client epmd.port_request name=b\nserver epmd.port_answer result=1\n", false },
		{ "server epmd.port_request name=b\n", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct diag d = { .line = "" };
		char text[256];
		struct file f;

		snprintf(text, sizeof text, "%s%s", talk, rows[i].wants);
		assert_int_equal(talk_play_file(written(&f, text), &d), rows[i].good);
		assert_int_equal(diag_is_set(&d), !rows[i].good);
		unlink(f.path);
	}
}

/* A dissector that tells how much it was shown. */
static struct step
tattling_feed(void *state, enum side side, struct rd in, const struct port *out)
{
	struct fact f = { .kind = FACT_BLIND, .side = side };

	(void)state;
	f.u.blind.why = BLIND_LIMIT;
	f.u.blind.n = rd_left(&in);
	out->fact(out->owner, &f);
	return (struct step){ STEP_PAST, rd_left(&in) };
}

static void
a_dissector_that_sees_cuts_is_seen(void **state)
{
	static const struct dissector tattling = { .name = "tattling", .feed = tattling_feed };
	static const uint8_t bytes[] = "four";
	struct talk *whole = malloc(sizeof *whole), *cut = malloc(sizeof *cut);

	(void)state;
	assert_true(whole != NULL && cut != NULL);
	talk_open(whole, &tattling);
	talk_open(cut, &tattling);
	talk_say(whole, SIDE_CLIENT, (struct bytes){ bytes, 4 });
	talk_say_in_pieces(cut, SIDE_CLIENT, (struct bytes){ bytes, 4 }, 2);
	assert_true(talk_same(whole, whole));
	assert_false(talk_same(whole, cut));
	talk_close(whole);
	talk_close(cut);
	free(whole);
	free(cut);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pushes_are_bytes_as_written),
		cmocka_unit_test(mistakes_are_named_with_their_line),
		cmocka_unit_test(other_facts_than_wanted_fail),
		cmocka_unit_test(a_dissector_that_sees_cuts_is_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
