#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/sample.h"
#include "ui/connection_fields.h"
#include "ui/query.h"
#include "ui/rates.h"

struct bench {
	struct sample sample;
	struct scene scene;
};

static void
open_bench(struct bench *b)
{
	sample_lab(&b->sample);
	b->scene = (struct scene){ .snapshot = &b->sample.snapshot, .live = true,
		.now_ns = SAMPLE_AT_NS + UINT64_C(90000000000), .style = { .utf8 = true } };
}

static void
assert_cell(const struct bench *b, const struct seen *seen, const char *id, const char *want)
{
	const struct field *f = &connection_fields.v[field_find(&connection_fields, id)];
	char cell[CELL_MAX];
	struct text t = TEXT(cell);

	f->put(&t, f, seen, &b->scene);
	assert_string_equal(cell, want);
}

/* The numbers of the connections that match: "1 4 ". */
static void
assert_matches(const struct bench *b, const char *filter, const char *want)
{
	struct query q;
	struct query_error e;
	char ids[128];
	struct text t = TEXT(ids);

	if (!query_parse(&q, filter, &connection_fields, &e))
		fail_msg("%s: at %zu: %s", filter, e.at, e.why.line);
	for (size_t i = 0; i < scene_n_connections(&b->scene); i++) {
		const struct seen seen = { .connection = scene_connection(&b->scene, i) };
		if (query_matches(&q, &seen, &b->scene))
			text_putf(&t, "%u ", (unsigned)seen.connection->id);
	}
	const struct seen listener = { .listener = &b->sample.epmd[0] };
	if (query_matches(&q, &listener, &b->scene))
		text_put(&t, "listener ");
	assert_string_equal(ids, want);
}

static void
a_listener_says_what_is_known_of_it(void **state)
{
	static struct bench b;
	const struct seen seen = { .listener = b.sample.epmd };

	(void)state;
	open_bench(&b);
	assert_cell(&b, &seen, "module", "?");
	assert_cell(&b, &seen, "local", "10.77.0.2:45979");
	assert_cell(&b, &seen, "foreign", "*:*");
	assert_cell(&b, &seen, "state", "ACCEPTING");
	assert_cell(&b, &seen, "nodes", "b@?");
	assert_cell(&b, &seen, "known_by", "epmd");
	assert_cell(&b, &seen, "verdict", "-");
	assert_cell(&b, &seen, "age", "-");
	assert_cell(&b, &seen, "recv", "-");
	b.sample.epmd[0].node = words_bytes("x\033[2J  y");
	assert_cell(&b, &seen, "nodes", "x\\x1b[2J\\x20\\x20y@?");
	assert_cell(&b, &seen, "node", "x\\x1b[2J\\x20\\x20y@?");
}

static void
the_ended_do_not_age(void **state)
{
	static struct bench b;
	struct seen seen = { .connection = &b.sample.connections[0] };

	(void)state;
	open_bench(&b);
	assert_cell(&b, &seen, "age", "2s");		/* closed after that */
	assert_cell(&b, &seen, "idle", "1m28s");
	seen.connection = &b.sample.connections[4];	/* up */
	assert_cell(&b, &seen, "age", "1m30s");
	b.scene.now_ns = 0;				/* a clock that was set back */
	assert_cell(&b, &seen, "age", "0s");
}

static void
rates_are_of_the_side_that_sent(void **state)
{
	static struct bench b;
	struct rates r = { 0 };
	const struct seen seen = { .connection = &b.sample.connections[1] };

	(void)state;
	open_bench(&b);
	assert_cell(&b, &seen, "recv_rate", "-");
	b.scene.rates = &r;
	rates_look(&r, &b.sample.snapshot, 1000000000u);
	assert_cell(&b, &seen, "recv_rate", "-");
	b.sample.connections[1].bytes[SIDE_SERVER] += 5000;
	rates_look(&r, &b.sample.snapshot, 3000000000u);
	assert_cell(&b, &seen, "recv_rate", "2.5k");
	assert_cell(&b, &seen, "sent_rate", "0");
	rates_free(&r);
}

static void
filters_know_more_than_columns(void **state)
{
	static struct bench b;

	(void)state;
	open_bench(&b);
	assert_matches(&b, "verdict!=mutual node~alpha", "1 ");
	assert_matches(&b, "node=b@beta.lab", "1 2 3 4 5 ");
	assert_matches(&b, "node=b@?", "listener ");
	assert_matches(&b, "port=45979 host=10.77.0.2", "1 2 3 4 5 listener ");
	assert_matches(&b, "port=46220", "1 2 3 4 5 ");
	assert_matches(&b, "tls<1.3", "2 4 5 ");
	assert_matches(&b, "tls>=1.3 or state=accepting", "3 listener ");
	assert_matches(&b, "explanation~certificate_expired", "4 ");
	assert_matches(&b, "age>1m state!=closed", "3 5 ");
	assert_matches(&b, "recv>7k and client=alpha.lab", "2 ");
	assert_matches(&b, "cipher~aes_256_gcm not group~mlkem", "2 4 5 ");
	assert_matches(&b, "id<=2", "1 2 ");
}

/* What a stranger sent is one line of what a terminal may be shown, in every field. */
static void
no_field_says_anything_raw(void **state)
{
	static struct bench b;

	(void)state;
	open_bench(&b);
	sample_judged_hostile(&b.sample);
	for (unsigned utf8 = 0; utf8 < 2; utf8++)
		for (size_t i = 0; i < scene_n_connections(&b.scene); i++)
			for (unsigned k = 0; k < connection_fields.n; k++) {
				const struct field *f = &connection_fields.v[k];
				const struct seen seen = { .connection = scene_connection(&b.scene, i) };
				char cell[CELL_MAX];
				struct text t = TEXT(cell);

				b.scene.style.utf8 = utf8;
				f->put(&t, f, &seen, &b.scene);
				for (size_t n = 0; n < t.n; n++) {
					assert_true((unsigned char)cell[n] >= ' ' ||
					    (cell[n] == '\n' && f->title == NULL));
					assert_true((unsigned char)cell[n] < 0x7f ||
					    (utf8 && (unsigned char)cell[n] > 0x7f));
				}
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listener_says_what_is_known_of_it),
		cmocka_unit_test(the_ended_do_not_age),
		cmocka_unit_test(rates_are_of_the_side_that_sent),
		cmocka_unit_test(filters_know_more_than_columns),
		cmocka_unit_test(no_field_says_anything_raw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
