#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/merge.h"

#include "net/forge.h"

/* A source that takes its last batch away as soon as it may. */
struct fake {
	struct source   source;
	const uint64_t *times;
	size_t          n, at;
	unsigned        batch;		/* packets at a time */
	uint16_t        number;
	bool            fails;		/* at its end */
	uint8_t        *lent;
};

static enum got
fake_next(struct source *s, struct batch *b, struct diag *d)
{
	struct fake *f = (struct fake *)s;

	free(f->lent);
	f->lent = NULL;
	if (f->at == f->n && f->fails) {
		diag_set(d, "fake: failed");
		return GOT_ERROR;
	}
	if (f->at == f->n) {
		diag_set(&f->source.damage, "fake %u: damaged", f->number);
		return GOT_END;
	}
	f->lent = malloc(f->batch);
	assert_non_null(f->lent);
	while (b->n < f->batch && f->at < f->n) {
		f->lent[b->n] = (uint8_t)f->at;
		b->v[b->n] = (struct packet){
			.at_ns = f->times[f->at++],
			.captured = { f->lent + b->n, 1 },
			.wire_len = 1,
			.source = f->number,
		};
		b->n++;
	}
	return GOT_SOME;
}

static void
fake_close(struct source *s)
{
	free(((struct fake *)s)->lent);
}

static const struct source_ops fake_ops = { fake_next, fake_close };

static void
packets_come_in_the_order_of_their_times(void **state)
{
	static const uint64_t a[] = { 1, 4, 4, 9, 10 }, b[] = { 2, 4, 5, 20, 21, 22 }, c[] = { 0 };
	static const struct { uint64_t at; uint16_t source; } want[] = {
		{ 0, 2 }, { 1, 0 }, { 2, 1 }, { 4, 0 }, { 4, 0 }, { 4, 1 }, { 5, 1 },
		{ 9, 0 }, { 10, 0 }, { 20, 1 }, { 21, 1 }, { 22, 1 },
	};

	(void)state;
	for (unsigned batch = 1; batch <= BATCH_MAX; batch++) {
		struct fake v[] = {
			{ { .ops = &fake_ops }, a, 5, 0, batch, 0, false, NULL },
			{ { .ops = &fake_ops }, b, 6, 0, batch, 1, false, NULL },
			{ { .ops = &fake_ops }, c, 1, 0, batch, 2, false, NULL },
			{ { .ops = &fake_ops }, c, 0, 0, batch, 3, false, NULL },
		};
		struct source *all[] = { &v[0].source, &v[1].source, &v[2].source, &v[3].source };
		struct haul h = haul_of(merge_open(all, NULL, 4));

		assert_int_equal(h.n, 12);
		assert_int_equal(h.last, GOT_END);
		for (size_t i = 0; i < 12; i++) {
			assert_int_equal(h.v[i].at_ns, want[i].at);
			assert_int_equal(h.v[i].source, want[i].source);
		}
		assert_string_equal(v[3].source.damage.line, "fake 3: damaged");
		assert_false(diag_is_set(&h.damage));
		haul_free(&h);
		for (size_t i = 0; i < 4; i++)
			source_close(all[i]);
	}
}

/* Each packet says its place in its source, so that a wrong or stale byte, or
 * one out of turn, is seen. */
static void
many_sources_are_one(void **state)
{
	enum { N = 40, EACH = 10 };
	static uint64_t times[N][EACH];
	static struct fake v[N];
	struct source *all[N];
	uint32_t x = 7;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		uint64_t at = 0;

		for (size_t j = 0; j < EACH; j++) {
			x = x * 1103515245u + 12345u;
			times[i][j] = at += x >> 24 & 15;
		}
		v[i] = (struct fake){ .source.ops = &fake_ops, .times = times[i], .n = EACH,
			.batch = 1 + (unsigned)i % 7, .number = (uint16_t)i };
		all[i] = &v[i].source;
	}
	struct haul h = haul_of(merge_open(all, NULL, N));
	uint8_t next[N] = { 0 };

	assert_int_equal(h.n, N * EACH);
	for (size_t i = 0; i < h.n; i++) {
		assert_int_equal(h.v[i].captured.p[0], next[h.v[i].source]++);
		if (i > 0 && h.v[i].at_ns == h.v[i - 1].at_ns)
			assert_true(h.v[i].source >= h.v[i - 1].source);
		else if (i > 0)
			assert_true(h.v[i].at_ns > h.v[i - 1].at_ns);
	}
	haul_free(&h);
	for (size_t i = 0; i < N; i++)
		source_close(all[i]);
}

/* Asked in order, each no earlier than its packets are wanted. */
static void
what_is_not_due_is_not_asked(void **state)
{
	static const uint64_t a[] = { 10, 11, 12 }, b[] = { 20, 21, 35 }, c[] = { 30, 40 };
	static const uint64_t due[] = { 0, 10, 20, 30 };
	struct fake v[] = {
		{ { .ops = &fake_ops }, a, 0, 0, 1, 0, false, NULL },
		{ { .ops = &fake_ops }, a, 3, 0, 2, 1, false, NULL },
		{ { .ops = &fake_ops }, b, 3, 0, 2, 2, false, NULL },
		{ { .ops = &fake_ops }, c, 2, 0, 2, 3, false, NULL },
	};
	static const uint64_t want[] = { 10, 11, 12, 20, 21, 30, 35, 40 };
	struct source *all[] = { &v[0].source, &v[1].source, &v[2].source, &v[3].source };
	struct source *m = merge_open(all, due, 4);
	struct diag d = { "" };
	struct batch batch;
	size_t n = 0;

	(void)state;
	while (source_next(m, &batch, &d) == GOT_SOME)
		for (unsigned i = 0; i < batch.n; i++, n++) {
			assert_true(n < 8);
			assert_int_equal(batch.v[i].at_ns, want[n]);
			for (unsigned j = 1; j < 4; j++)
				assert_true(v[j].at == 0 || due[j] <= batch.v[batch.n - 1].at_ns);
		}
	assert_int_equal(n, 8);
	source_close(m);
	for (unsigned i = 0; i < 4; i++)
		source_close(all[i]);
}

static void
an_error_is_passed_on(void **state)
{
	static const uint64_t a[] = { 1, 2 };
	struct fake v[] = {
		{ { .ops = &fake_ops }, a, 2, 0, 1, 0, false, NULL },
		{ { .ops = &fake_ops }, a, 1, 0, 1, 1, true, NULL },
	};
	struct source *all[] = { &v[0].source, &v[1].source }, *m = merge_open(all, NULL, 2);
	struct diag d = { "" };
	struct batch b;
	enum got got;

	(void)state;
	while ((got = source_next(m, &b, &d)) == GOT_SOME)
		;
	assert_int_equal(got, GOT_ERROR);
	assert_string_equal(d.line, "fake: failed");
	source_close(m);
	source_close(all[0]);
	source_close(all[1]);
}

static void
nothing_merged_is_the_end(void **state)
{
	struct haul h = haul_of(merge_open(NULL, NULL, 0));

	(void)state;
	assert_int_equal(h.n, 0);
	assert_int_equal(h.last, GOT_END);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_come_in_the_order_of_their_times),
		cmocka_unit_test(many_sources_are_one),
		cmocka_unit_test(what_is_not_due_is_not_asked),
		cmocka_unit_test(an_error_is_passed_on),
		cmocka_unit_test(nothing_merged_is_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
