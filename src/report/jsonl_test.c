#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/json_connection.h"
#include "report/jsonl.h"
#include "report/sample.h"

static struct sample s;

static char *
print(const struct judgement *j, size_t *n)
{
	char *out = NULL;
	FILE *f = open_memstream(&out, n);

	assert_non_null(f);
	assert_true(jsonl_write(j, 6, f));
	fclose(f);
	return out;
}

static void
a_connection_is_one_line_and_says_the_same(void **state)
{
	const struct findings none = { 0 };
	size_t n;

	(void)state;
	sample_open(&s);
	sample_add_plain(&s);
	sample_add_mutual(&s);
	for (size_t i = 0; i < s.snapshot.n_connections; i++) {
		char *line = print(&s.connections[i], &n);
		json_t *is = json_loadb(line, n, JSON_REJECT_DUPLICATES, NULL);
		json_t *whole = json_connection(&s.connections[i], 6, &none);

		assert_non_null(is);
		assert_true(json_equal(is, whole));
		assert_ptr_equal(memchr(line, '\n', n), line + n - 1);
		json_decref(is);
		json_decref(whole);
		free(line);
	}
}

static void
no_stranger_ends_a_line(void **state)
{
	size_t n;

	(void)state;
	sample_open(&s);
	for (size_t i = 0; i < SAMPLE_N_HOSTILE; i++) {
		struct judgement *j = sample_add_plain(&s);
		char *line;

		j->end[SIDE_SERVER].node = words_bytes(sample_hostile[i]);
		line = print(j, &n);
		for (size_t k = 0; k + 1 < n; k++)
			assert_true((unsigned char)line[k] >= 0x20 && line[k] != 0x7f);
		assert_int_equal(line[n - 1], '\n');
		free(line);
	}
}

static void
what_cannot_be_written_is_no_success(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	sample_open(&s);
	assert_false(jsonl_write(sample_add_plain(&s), 6, full));
	fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_is_one_line_and_says_the_same),
		cmocka_unit_test(no_stranger_ends_a_line),
		cmocka_unit_test(what_cannot_be_written_is_no_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
