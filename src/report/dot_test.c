#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/dot.h"
#include "report/sample.h"

static char *
written(const struct snapshot *s)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_true(dot_write(s, out));
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
a_pair_is_an_edge_with_its_verdicts(void **state)
{
	struct sample s;

	(void)state;
	sample_open(&s);
	sample_add_plain(&s);
	sample_add_mutual(&s);
	sample_add_mutual(&s);
	struct judgement *j = sample_add_refused(&s);
	j->end[SIDE_CLIENT].address.octets[3] = 9;
	char *text = written(&s.snapshot);
	assert_string_equal(text,
"graph beamtap {\n"
"\tnode [shape=box, style=rounded];\n"
"\tn1 [label=\"a@alpha.lab\", color=red];\n"
"\tn2 [label=\"b@beta.lab\", color=red];\n"
"\tn3 [label=\"? 10.77.0.9\", color=gray50];\n"
"\tn1 -- n2 [label=\"1 plaintext, 2 mutual\", color=red, fontcolor=red];\n"
"\tn3 -- n2 [label=\"1 refused\", color=gray50, fontcolor=gray50, style=dotted];\n"
"}\n");
	free(text);
}

/* Every quotation mark opens or closes a string, and no backslash is alone. */
static void
names_stay_in_their_strings(void **state)
{
	struct sample s;

	(void)state;
	for (size_t i = 0; i < SAMPLE_N_HOSTILE; i++) {
		sample_open(&s);
		sample_add_plain(&s)->end[SIDE_CLIENT].node = words_bytes(sample_hostile[i]);
		char *text = written(&s.snapshot);
		bool within = false;
		unsigned n_lines = 0;
		for (const char *c = text; *c != '\0'; c++) {
			if (within && *c == '\\') {
				assert_true(c[1] == '\\' || c[1] == '"');
				c++;
			} else if (*c == '"') {
				within = !within;
			} else if (*c == '\n') {
				assert_false(within);
				n_lines++;
			} else {
				assert_true((unsigned char)*c >= 0x20 || *c == '\t');
			}
		}
		assert_int_equal(n_lines, 6);
		free(text);
	}
}

static void
nobody_is_a_graph_too(void **state)
{
	struct sample s;

	(void)state;
	sample_open(&s);
	char *text = written(&s.snapshot);
	assert_string_equal(text, "graph beamtap {\n\tnode [shape=box, style=rounded];\n}\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_is_an_edge_with_its_verdicts),
		cmocka_unit_test(names_stay_in_their_strings),
		cmocka_unit_test(nobody_is_a_graph_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
