#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "dissectors/etf.h"

#include <stdlib.h>

struct row {
	const char *what;
	const char *p;
	size_t      n;
};

#define ROW(what, literal) { (what), (literal), sizeof (literal) - 1 }

/* What OTP's term_to_binary() makes of one term of every kind, without the
 * version byte; the old kinds by the document's tables. */
static const struct row terms[] = {
	ROW("17",               "a\x11"),
	ROW("-1",               "b\xff\xff\xff\xff"),
	ROW("1.5",              "F\x3f\xf8\0\0\0\0\0\0"),
	ROW("1.5, old",         "c1.50000000000000000000e+00\0\0\0\0\0"),
	ROW("1 bsl 64",         "n\x09\0\0\0\0\0\0\0\0\0\1"),
	ROW("large big",        "o\0\0\0\2\1\1\2"),
	ROW("ok",               "w\2ok"),
	ROW("ok, two bytes",    "v\0\2ok"),
	ROW("ok, Latin-1",      "s\2ok"),
	ROW("\xf6, Latin-1",    "d\0\1\xf6"),
	ROW("\xc3\xb6",         "w\2\xc3\xb6"),
	ROW("''",               "w\0"),
	ROW("cached",           "R\2"),
	ROW("[]",               "j"),
	ROW("\"abc\"",          "k\0\3abc"),
	ROW("[a|b]",            "l\0\0\0\1w\1aw\1b"),
	ROW("{}",               "h\0"),
	ROW("{a,{}}",           "h\2w\1ah\0"),
	ROW("{1}, large",       "i\0\0\0\1a\1"),
	ROW("#{a => 1}",        "t\0\0\0\1w\1aa\1"),
	ROW("<<1,2>>",          "m\0\0\0\2\1\2"),
	ROW("<<1:3>>",          "M\0\0\0\1\3\x20"),
	ROW("pid",              "XR\0\0\0\0\1\0\0\0\0\0\0\0\1"),
	ROW("pid, old",         "gd\0\3n@h\0\0\0\1\0\0\0\0\1"),
	ROW("port",             "YR\0\0\0\0\1\0\0\0\1"),
	ROW("port, old",        "fR\0\0\0\0\1\1"),
	ROW("port, v4",         "xR\0\0\0\0\0\0\0\0\1\0\0\0\1"),
	ROW("reference",        "Z\0\3R\1\0\0\0\1\0\0\0\1\0\0\0\2\0\0\0\3"),
	ROW("reference, old",   "r\0\1R\1\1\0\0\0\1"),
	ROW("reference, older", "eR\1\0\0\0\1\1"),
	ROW("fun m:f/1",        "qw\1mw\1fa\1"),
	ROW("fun",              "p\0\0\0\x06\1\2"),
};

static const struct row not_terms[] = {
	ROW("nothing",                "") ,
	ROW("no such tag",            "\x05"),
	ROW("a version byte",         "\x83" "a\1"),
	ROW("a local term",           "y\0"),
	ROW("an old fun",             "u\0\0\0\0"),
	ROW("a reference of 6 words", "Z\0\6R\1\0\0\0\1\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5\0\0\0\6"),
	ROW("a reference of nothing", "Z\0\0R\1\0\0\0\1"),
	ROW("an uncached atom",       "R\3"),
	ROW("an atom of no UTF-8",    "w\2\xc3("),
	ROW("an atom cut in UTF-8",   "w\1\xc3"),
	ROW("a long Latin-1 atom",    "d\1\0"),
	ROW("a pid of no atom",       "Xa\1\0\0\0\1\0\0\0\0\0\0\0\1"),
	ROW("a sign of 2",            "n\1\2\1"),
	ROW("nine bits",              "M\0\0\0\1\x09\1"),
	ROW("a fun of 3 bytes",       "p\0\0\0\3"),
	ROW("a tuple of 4 billion",   "i\xff\xff\xff\xff" "jjjj"),
	ROW("a list of 4 billion",    "l\xff\xff\xff\xff" "jjjj"),
	ROW("a map of 4 billion",     "t\xff\xff\xff\xff" "jjjj"),
	ROW("a binary of 4 billion",  "m\xff\xff\xff\xff" "jjjj"),
};

#define N_REFS 3

/* In a block of exactly its size. */
static bool
skips(const char *p, size_t n, size_t *left)
{
	char *own = malloc(n + 1);

	assert_non_null(own);
	memmove(own + 1, p, n);		/* so that an empty one is at the end, too */
	struct rd r = rd_of(own + 1, n);
	bool good = etf_skip(&r, 1, N_REFS);
	*left = rd_left(&r);
	free(own);
	return good;
}

static void
a_term_is_skipped_to_its_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		char more[128];
		size_t left;

		if (!skips(terms[i].p, terms[i].n, &left) || left != 0)
			fail_msg("%s: %zu left", terms[i].what, left);
		memcpy(more, terms[i].p, terms[i].n);
		more[terms[i].n] = 'j';
		assert_true(skips(more, terms[i].n + 1, &left));
		assert_int_equal(left, 1);
	}
}

static void
a_term_that_is_cut_is_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
		for (size_t n = 0; n < terms[i].n; n++) {
			size_t left;

			if (skips(terms[i].p, n, &left))
				fail_msg("%s: whole after %zu bytes", terms[i].what, n);
		}
}

static void
what_is_no_term_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof not_terms / sizeof *not_terms; i++) {
		size_t left;

		if (skips(not_terms[i].p, not_terms[i].n, &left))
			fail_msg("%s", not_terms[i].what);
	}
}

/* A stack that grew with the nesting would be gone long before its end. */
static void
depth_costs_nothing(void **state)
{
	const size_t depth = 1u << 22;
	uint8_t *p = malloc(2 * depth + 1);

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < depth; i++) {
		p[2 * i] = ETF_SMALL_TUPLE;
		p[2 * i + 1] = 1;
	}
	p[2 * depth] = 'j';
	struct rd r = rd_of(p, 2 * depth + 1);
	assert_true(etf_skip(&r, 1, 0));
	assert_true(rd_done(&r));
	free(p);
}

static void
a_tuple_tells_its_arity(void **state)
{
	struct rd r = rd_of("h\3", 2);

	(void)state;
	assert_int_equal(etf_tuple(&r), 3);
	r = rd_of("i\0\0\1\0", 5);
	assert_int_equal(etf_tuple(&r), 256);
	r = rd_of("j", 1);
	assert_int_equal(etf_tuple(&r), 0);
	assert_false(rd_ok(&r));
}

static void
atom_text_is_utf8_of_255_characters(void **state)
{
	uint8_t p[2 * 256];

	(void)state;
	for (size_t i = 0; i < 256; i++) {
		p[2 * i] = 0xc3;
		p[2 * i + 1] = 0xb6;
	}
	assert_true(etf_is_atom_text((struct bytes){ p, 2 * 255 }));
	assert_false(etf_is_atom_text((struct bytes){ p, 2 * 256 }));
	assert_true(etf_is_atom_text((struct bytes){ NULL, 0 }));
	assert_false(etf_is_atom_text((struct bytes){ (const uint8_t *)"\x80", 1 }));
	assert_false(etf_is_atom_text((struct bytes){ (const uint8_t *)"\xc0\x80", 2 }));
	assert_true(etf_is_atom_text((struct bytes){ (const uint8_t *)"\xf0\x9f\x90\xa2", 4 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_term_is_skipped_to_its_end),
		cmocka_unit_test(a_term_that_is_cut_is_none),
		cmocka_unit_test(what_is_no_term_is_refused),
		cmocka_unit_test(depth_costs_nothing),
		cmocka_unit_test(a_tuple_tells_its_arity),
		cmocka_unit_test(atom_text_is_utf8_of_255_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
