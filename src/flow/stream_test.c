#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "flow/stream.h"

#define MAX 400000u

/* What the stream delivered: bytes at their offsets, gaps as zeroes. */
struct log {
	uint8_t  got[MAX];
	bool     have[MAX];
	uint32_t ack[MAX];		/* that each byte was told with */
	uint64_t at;
	bool     deaf;			/* .bytes and .gap say that nobody listens */
	unsigned n_gaps, n_differs, n_missed;
	uint64_t lost;
	enum blind why;
	struct stamp last;
};

static bool
on_bytes(void *owner, enum side side, struct bytes b, struct stamp when)
{
	struct log *l = owner;

	(void)side;
	assert_true(l->at + b.n <= MAX);
	for (size_t i = 0; i < b.n; i++) {
		l->got[l->at + i] = b.p[i];
		l->have[l->at + i] = true;
		l->ack[l->at + i] = when.ack;
	}
	l->at += b.n;
	l->last = when;
	return !l->deaf;
}

static bool
on_gap(void *owner, enum side side, uint64_t n, enum blind why)
{
	struct log *l = owner;

	(void)side;
	l->n_gaps++;
	l->lost += n;
	l->at += n;
	l->why = why;
	return !l->deaf;
}

static void
on_blind(void *owner, enum side side, uint64_t at, enum blind why)
{
	struct log *l = owner;

	(void)side;
	(void)at;
	if (why == BLIND_OVERLAP)
		l->n_differs++;
	else
		l->n_missed++;
}

struct bench {
	struct stream s;
	struct log *log;
	size_t memory;
};

static void
open_bench(struct bench *b)
{
	b->log = calloc(1, sizeof *b->log);
	assert_non_null(b->log);
	b->memory = 0;
	stream_init(&b->s, (struct stream_port){ .owner = b->log, .memory = &b->memory, .bytes = on_bytes,
		.gap = on_gap, .blind = on_blind });
}

static void
close_bench(struct bench *b)
{
	stream_free(&b->s);
	assert_int_equal(b->memory, 0);
	free(b->log);
}

static uint8_t
byte_at(uint64_t at)
{
	return (uint8_t)(at * 31 + (at >> 8) * 7);
}

/* A segment of the true talk, in a heap block of its exact size. */
static void
put_stamped(struct bench *b, uint32_t base, uint64_t at, uint32_t captured, uint32_t len,
    struct stamp when)
{
	uint8_t *p = malloc(captured ? captured : 1);

	assert_non_null(p);
	for (uint32_t i = 0; i < captured; i++)
		p[i] = byte_at(at + i);
	stream_put(&b->s, base + (uint32_t)at, (struct bytes){ p, captured }, len, when);
	free(p);
}

static void
put(struct bench *b, uint32_t base, uint64_t at, uint32_t len)
{
	put_stamped(b, base, at, len, len, (struct stamp){ 0 });
}

static void
assert_whole(const struct bench *b, uint64_t n)
{
	assert_int_equal(b->log->at, n);
	assert_int_equal(b->log->n_gaps, 0);
	assert_int_equal(b->log->n_differs, 0);
	for (uint64_t i = 0; i < n; i++) {
		assert_true(b->log->have[i]);
		assert_int_equal(b->log->got[i], byte_at(i));
	}
}

static void
any_order_of_segments_gives_the_same_bytes(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 200; seed++) {
		struct { uint32_t at, len; } cut[120];
		struct bench b;
		uint32_t base = 0xffffff00u + seed * 17;	/* wraps in most rounds */
		unsigned n = 0, r = seed;

		open_bench(&b);
		stream_base(&b.s, base, true);
		for (uint32_t at = 0; at < 4000 && n < 60; n++) {
			uint32_t len = 1 + (r = r * 1103515245u + 12345u) / 65536 % 99;
			cut[n].at = at;
			cut[n].len = len;
			at += len;
		}
		uint32_t total = cut[n - 1].at + cut[n - 1].len;
		for (unsigned i = 0; i < 60; i++, n++) {	/* retransmissions, overlapping */
			cut[n].at = (r = r * 1103515245u + 12345u) / 65536 % total;
			cut[n].len = 1 + (r = r * 1103515245u + 12345u) / 65536 % (total - cut[n].at);
		}
		for (unsigned i = n - 1; i > 0; i--) {
			unsigned j = (r = r * 1103515245u + 12345u) / 65536 % (i + 1);
			uint32_t at = cut[i].at, len = cut[i].len;
			cut[i] = cut[j];
			cut[j].at = at;
			cut[j].len = len;
		}
		for (unsigned i = 0; i < n; i++)
			put(&b, base, cut[i].at, cut[i].len);
		assert_whole(&b, total);
		assert_int_equal(stream_length(&b.s), total);
		assert_int_equal(b.s.n_held, 0);
		assert_int_equal(b.s.held_bytes, 0);
		close_bench(&b);
	}
}

static void
a_hole_is_told_once_nothing_can_fill_it(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 1000, true);
	put(&b, 1000, 0, 10);
	put(&b, 1000, 30, 10);
	assert_int_equal(b.log->at, 10);
	stream_end(&b.s);
	assert_int_equal(b.log->n_gaps, 1);
	assert_int_equal(b.log->lost, 20);
	assert_int_equal(b.log->why, BLIND_GAP);
	assert_int_equal(b.log->at, 40);
	close_bench(&b);
}

static void
an_acknowledged_hole_is_given_up_after_a_second(void **state)
{
	struct bench b;
	struct stamp late = { .at_ns = 5000000000ull };

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	put(&b, 0, 0, 10);
	put_stamped(&b, 0, 30, 10, 10, late);
	stream_acked(&b.s, 40, late.at_ns + STREAM_PATIENCE_NS);
	assert_int_equal(b.log->n_gaps, 0);
	stream_acked(&b.s, 40, late.at_ns + STREAM_PATIENCE_NS + 1);
	assert_int_equal(b.log->n_gaps, 1);
	assert_int_equal(b.log->at, 40);
	close_bench(&b);
}

static void
bytes_that_only_the_peer_saw_are_a_gap_and_count(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 7, true);
	put(&b, 7, 0, 10);
	stream_acked(&b.s, 7 + 25, 0);
	assert_int_equal(stream_length(&b.s), 25);
	stream_end(&b.s);
	assert_int_equal(b.log->lost, 15);
	close_bench(&b);
}

static void
a_fin_is_no_byte(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 7, true);
	put(&b, 7, 0, 10);
	stream_fin(&b.s, 17);
	stream_acked(&b.s, 18, 0);
	stream_end(&b.s);
	assert_int_equal(stream_length(&b.s), 10);
	assert_int_equal(b.log->n_gaps, 0);
	close_bench(&b);
}

static void
bytes_before_a_fin_that_never_came_are_a_gap(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 7, true);
	put(&b, 7, 0, 10);
	stream_fin(&b.s, 7 + 17);
	stream_end(&b.s);
	assert_int_equal(stream_length(&b.s), 17);
	assert_int_equal(b.log->lost, 7);
	close_bench(&b);
}

static void
a_fin_may_come_after_its_acknowledgement(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 7, true);
	put(&b, 7, 0, 10);
	stream_acked(&b.s, 18, 0);
	stream_fin(&b.s, 17);
	stream_end(&b.s);
	assert_int_equal(stream_length(&b.s), 10);
	assert_int_equal(b.log->n_gaps, 0);
	close_bench(&b);
}

static void
bytes_cut_by_the_snaplen_are_a_gap_of_their_own_kind(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	put_stamped(&b, 0, 0, 60, 100, (struct stamp){ 0 });
	assert_int_equal(b.log->n_gaps, 1);
	assert_int_equal(b.log->why, BLIND_SNAPLEN);
	assert_int_equal(b.log->lost, 40);
	put(&b, 0, 100, 5);
	assert_int_equal(b.log->at, 105);
	close_bench(&b);
}

static void
a_retransmission_that_differs_is_told(void **state)
{
	struct bench b;
	uint8_t other[10] = { 0 };

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	put(&b, 0, 0, 100);
	put(&b, 0, 20, 10);
	assert_int_equal(b.log->n_differs, 0);
	stream_put(&b.s, 20, (struct bytes){ other, sizeof other }, sizeof other, (struct stamp){ 0 });
	assert_int_equal(b.log->n_differs, 1);
	assert_int_equal(b.log->got[20], byte_at(20));	/* the first copy stays */
	close_bench(&b);
}

static void
held_copies_that_differ_are_told_too(void **state)
{
	struct bench b;
	uint8_t other[10] = { 0 };

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	put(&b, 0, 20, 10);
	stream_put(&b.s, 25, (struct bytes){ other, sizeof other }, sizeof other, (struct stamp){ 0 });
	put(&b, 0, 0, 20);
	assert_int_equal(b.log->n_differs, 1);
	assert_int_equal(b.log->at, 35);
	close_bench(&b);
}

static void
copies_that_wait_are_compared_before_they_are_dropped(void **state)
{
	struct bench b;
	uint8_t other[10] = { 0 };

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	b.log->deaf = true;
	put(&b, 0, 20, 10);
	stream_put(&b.s, 20, (struct bytes){ other, sizeof other }, sizeof other, (struct stamp){ 0 });
	stream_acked(&b.s, 30, 5 * STREAM_PATIENCE_NS);
	stream_end(&b.s);
	put(&b, 0, 0, 20);
	assert_int_equal(b.log->n_differs, 0);	/* a gap was told, nothing delivered */
	close_bench(&b);

	open_bench(&b);
	stream_base(&b.s, 0, true);
	put(&b, 0, 20, 10);
	stream_put(&b.s, 20, (struct bytes){ other, sizeof other }, sizeof other, (struct stamp){ 0 });
	put(&b, 0, 0, 10);
	b.log->deaf = true;
	put(&b, 0, 10, 15);		/* reaches into what waits */
	assert_int_equal(b.log->n_differs, 1);
	assert_int_equal(b.s.n_held, 0);
	close_bench(&b);
}

static void
a_keep_alive_with_its_garbage_byte_is_no_difference(void **state)
{
	struct bench b;
	uint8_t garbage = (uint8_t)~byte_at(99);

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	put(&b, 0, 0, 100);
	stream_put(&b.s, 99, (struct bytes){ &garbage, 1 }, 1, (struct stamp){ 0 });
	assert_int_equal(b.log->n_differs, 0);
	assert_int_equal(b.log->at, 100);
	close_bench(&b);
}

static void
bulk_that_nobody_listens_to_is_counted(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	b.log->deaf = true;
	put(&b, 0, 0, 10);
	put(&b, 0, 3000, 100);		/* 10 to 3000 never come */
	assert_int_equal(b.s.n_held, 0);
	assert_int_equal(stream_length(&b.s), 3100);
	for (uint64_t at = 3100; at < 10ull << 30; at += 1u << 29)
		stream_put(&b.s, (uint32_t)at, (struct bytes){ NULL, 0 }, 1u << 29, (struct stamp){ 0 });
	assert_true(stream_length(&b.s) >= 10ull << 30);	/* wraps twice, still right */
	stream_end(&b.s);
	assert_int_equal(b.log->n_gaps, 0);
	assert_int_equal(b.log->at, 10);
	close_bench(&b);
}

static void
what_was_heard_is_compared_also_when_nobody_listens_any_more(void **state)
{
	struct bench b;
	uint8_t other[10] = { 0 };

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	b.log->deaf = true;
	put(&b, 0, 0, 100);
	assert_true(stream_cares(&b.s, 99));
	assert_false(stream_cares(&b.s, 100));
	for (uint64_t at = 100; at < 100000; at += 1000)
		put(&b, 0, at, 1000);
	put(&b, 0, 20, 10);
	assert_int_equal(b.log->n_differs, 0);
	stream_put(&b.s, 20, (struct bytes){ other, sizeof other }, sizeof other, (struct stamp){ 0 });
	assert_int_equal(b.log->n_differs, 1);
	close_bench(&b);
}

/* A forged SYN: everything lies before its number. */
static void
a_syn_that_was_not_this_connections_hides_nothing(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 50000, true);
	put(&b, 0, 0, 100);
	put(&b, 0, 100, 100);
	assert_whole(&b, 200);
	assert_false(b.s.from_start);
	close_bench(&b);
}

static void
what_lies_far_ahead_does_not_make_the_rest_a_loss(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	put(&b, 0, 0, 10);
	for (unsigned i = 0; i < 2 * LIMIT_HELD_SEGMENTS; i++)
		put(&b, 0, (i % 2 ? 1u << 30 : 1u << 29) + 1000 + 2 * i, 1);
	put(&b, 0, 10, 10);
	assert_whole(&b, 20);
	close_bench(&b);
}

/* Two bytes of the talk are sent again, the second one changed. */
static bool
change_is_noticed(struct bench *b, uint64_t at)
{
	unsigned before = b->log->n_differs;

	stream_put(&b->s, (uint32_t)at - 1, (struct bytes){ (const uint8_t[]){ byte_at(at - 1),
		(uint8_t)(byte_at(at) + 1) }, 2 }, 2, (struct stamp){ 0 });
	return b->log->n_differs > before;
}

static void
the_newest_of_the_past_is_compared_wherever_it_lies(void **state)
{
	static const uint32_t lens[] = { 1447, 1, 4096, 30000, LIMIT_PAST_BYTES - 1,
		LIMIT_PAST_BYTES };

	(void)state;
	for (size_t k = 0; k < sizeof lens / sizeof *lens; k++) {
		struct bench b;
		uint64_t n = 0, from;

		open_bench(&b);
		while (n < 2 * LIMIT_PAST_BYTES + 777) {
			put(&b, 0, n, lens[k]);
			n += lens[k];
		}
		from = n - LIMIT_PAST_BYTES;
		assert_int_equal(b.s.past_size, LIMIT_PAST_BYTES);
		for (uint64_t at = 0; at + 3000 < n; at += 777)
			put(&b, 0, at, 3000);
		put(&b, 0, from, LIMIT_PAST_BYTES);
		assert_whole(&b, n);
		for (uint64_t at = from; at < n; at += at < n - 80 && at > from + 80 ? 79 : 1)
			assert_true(change_is_noticed(&b, at));
		assert_false(change_is_noticed(&b, from - 1));
		close_bench(&b);
	}
}

static void
joined_in_the_middle_counts_from_there(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	put(&b, 500, 100, 10);
	put(&b, 500, 50, 20);		/* older than where we joined */
	put(&b, 500, 110, 10);
	assert_false(b.s.from_start);
	assert_int_equal(b.log->n_missed, 1);
	assert_int_equal(stream_length(&b.s), 20);
	assert_int_equal(b.log->got[0], byte_at(100));
	close_bench(&b);
}

/* The first packet of a shuffled capture may acknowledge what comes later. */
static void
a_base_guessed_from_an_acknowledgement_moves_back(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_acked(&b.s, 1000 + 50, 0);
	stream_acked(&b.s, 1000 + 20, 0);
	put(&b, 1000, 0, 30);
	put(&b, 1000, 30, 20);
	assert_whole(&b, 50);
	assert_int_equal(b.s.acked, 50);
	stream_end(&b.s);
	assert_int_equal(b.log->n_gaps, 0);
	close_bench(&b);
}

static void
waiting_bytes_are_bounded(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	put(&b, 0, 0, 1);
	for (uint64_t at = 2; at < 2 + 3 * (uint64_t)LIMIT_HELD_SEGMENTS; at += 2) {
		put(&b, 0, at, 1);
		assert_true(b.s.n_held <= LIMIT_HELD_SEGMENTS);
	}
	for (uint64_t at = 5000; at < MAX - 2000; at += 1400) {
		put(&b, 0, at, 1300);
		assert_true(b.s.held_bytes <= LIMIT_HELD_BYTES);
	}
	assert_true(b.log->n_gaps > 0);
	close_bench(&b);
}

/* A copy that fills a hole was first sent before what waits behind the hole:
 * it must not be credited with what only the copy acknowledges. */
static void
a_late_copy_acknowledges_no_more_than_what_follows_it(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	put_stamped(&b, 0, 10, 10, 10, (struct stamp){ .ack = 100 });
	put_stamped(&b, 0, 0, 10, 10, (struct stamp){ .ack = 500 });
	assert_int_equal(b.log->at, 20);
	assert_int_equal(b.log->last.ack, 100);
	close_bench(&b);
}

static void
assert_acks(const struct bench *b, uint64_t from, uint64_t to, uint32_t ack)
{
	for (uint64_t i = from; i < to; i++)
		assert_int_equal(b->log->ack[i], ack);
}

/* One segment fills the hole and repeats all that waits behind it. */
static void
what_waits_keeps_its_acknowledgements_when_a_copy_covers_it(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	put_stamped(&b, 0, 0, 10, 10, (struct stamp){ .ack = 100 });
	put_stamped(&b, 0, 20, 10, 10, (struct stamp){ .ack = 200 });
	put_stamped(&b, 0, 30, 10, 10, (struct stamp){ .ack = 300 });
	put_stamped(&b, 0, 5, 40, 40, (struct stamp){ .ack = 400 });
	assert_whole(&b, 45);
	assert_acks(&b, 0, 10, 100);
	assert_acks(&b, 10, 30, 200);
	assert_acks(&b, 30, 40, 300);
	assert_acks(&b, 40, 45, 400);
	close_bench(&b);
}

/* The copy waits too, and begins before them. */
static void
a_copy_that_waits_acknowledges_no_more_than_what_it_covers(void **state)
{
	struct bench b;
	uint8_t other[10] = { 0 };

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	put_stamped(&b, 0, 30, 10, 10, (struct stamp){ .ack = 200 });
	put_stamped(&b, 0, 50, 10, 10, (struct stamp){ .ack = 300 });
	put_stamped(&b, 0, 20, 50, 50, (struct stamp){ .ack = 400 });
	put_stamped(&b, 0, 0, 20, 20, (struct stamp){ .ack = 400 });
	assert_whole(&b, 70);
	assert_acks(&b, 0, 40, 200);
	assert_acks(&b, 40, 60, 300);
	assert_acks(&b, 60, 70, 400);
	stream_put(&b.s, 60, (struct bytes){ other, sizeof other }, sizeof other, (struct stamp){ 0 });
	assert_int_equal(b.log->n_differs, 1);
	close_bench(&b);
}

/* Pieces of what waits may end before what is told now: those say nothing about it. */
static void
what_ends_before_a_byte_does_not_bound_its_acknowledgement(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	stream_base(&b.s, 0, true);
	put_stamped(&b, 0, 5, 15, 15, (struct stamp){ .ack = 100 });
	put_stamped(&b, 0, 10, 10, 10, (struct stamp){ .ack = 100 });
	put_stamped(&b, 0, 20, 20, 20, (struct stamp){ .ack = 200 });
	put_stamped(&b, 0, 15, 25, 25, (struct stamp){ .ack = 300 });
	put_stamped(&b, 0, 0, 5, 5, (struct stamp){ .ack = 300 });
	assert_whole(&b, 40);
	assert_acks(&b, 0, 20, 100);
	assert_acks(&b, 20, 40, 200);
	close_bench(&b);

	open_bench(&b);
	stream_base(&b.s, 0, true);
	put_stamped(&b, 0, 5, 25, 25, (struct stamp){ .ack = 200 });	/* captured first, sent later */
	put_stamped(&b, 0, 5, 5, 5, (struct stamp){ .ack = 100 });
	put_stamped(&b, 0, 0, 5, 5, (struct stamp){ .ack = 100 });
	assert_whole(&b, 30);
	assert_acks(&b, 0, 10, 100);
	assert_acks(&b, 10, 30, 200);
	close_bench(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_of_segments_gives_the_same_bytes),
		cmocka_unit_test(a_hole_is_told_once_nothing_can_fill_it),
		cmocka_unit_test(an_acknowledged_hole_is_given_up_after_a_second),
		cmocka_unit_test(bytes_that_only_the_peer_saw_are_a_gap_and_count),
		cmocka_unit_test(a_fin_is_no_byte),
		cmocka_unit_test(bytes_before_a_fin_that_never_came_are_a_gap),
		cmocka_unit_test(a_fin_may_come_after_its_acknowledgement),
		cmocka_unit_test(bytes_cut_by_the_snaplen_are_a_gap_of_their_own_kind),
		cmocka_unit_test(a_retransmission_that_differs_is_told),
		cmocka_unit_test(held_copies_that_differ_are_told_too),
		cmocka_unit_test(copies_that_wait_are_compared_before_they_are_dropped),
		cmocka_unit_test(a_keep_alive_with_its_garbage_byte_is_no_difference),
		cmocka_unit_test(bulk_that_nobody_listens_to_is_counted),
		cmocka_unit_test(what_was_heard_is_compared_also_when_nobody_listens_any_more),
		cmocka_unit_test(a_syn_that_was_not_this_connections_hides_nothing),
		cmocka_unit_test(what_lies_far_ahead_does_not_make_the_rest_a_loss),
		cmocka_unit_test(the_newest_of_the_past_is_compared_wherever_it_lies),
		cmocka_unit_test(joined_in_the_middle_counts_from_there),
		cmocka_unit_test(a_base_guessed_from_an_acknowledgement_moves_back),
		cmocka_unit_test(waiting_bytes_are_bounded),
		cmocka_unit_test(a_late_copy_acknowledges_no_more_than_what_follows_it),
		cmocka_unit_test(what_waits_keeps_its_acknowledgements_when_a_copy_covers_it),
		cmocka_unit_test(a_copy_that_waits_acknowledges_no_more_than_what_it_covers),
		cmocka_unit_test(what_ends_before_a_byte_does_not_bound_its_acknowledgement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
