#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "net/frag.h"

#define SECOND_NS	1000000000ull
#define BODY_LEN	40u

static const uint8_t head4[20] = { 0x45, 0, 0, 28, 0, 7, 0x20, 0, 64, 6 };
static const uint8_t head6[40] = { 0x60, 0, 0, 0, 0, 16, 44, 64 };
static const uint8_t hosts[32] = { 1, 2, 3, 4, [16] = 5, 6, 7, 8 };

enum kind { LAST, MORE, OTHER_LAST, OTHER_MORE };	/* other: its bytes are */

/* A part of one body. */
struct part {
	uint32_t offset, len;
	enum kind kind;
};

static struct fragment
fragment_of(bool v6, uint32_t id, struct part part, uint8_t body[BODY_LEN])
{
	for (unsigned i = 0; i < BODY_LEN; i++)
		body[i] = (uint8_t)(i ^ (part.kind >= OTHER_LAST ? 0x80 : 0));
	return (struct fragment){ .v6 = v6, .wanted = true, .protocol = 6,
		.more = part.kind == MORE || part.kind == OTHER_MORE,
		.src = { hosts, v6 ? 16 : 4 }, .dst = { hosts + 16, v6 ? 16 : 4 }, .id = id,
		.offset = part.offset,
		.head = { v6 ? head6 : head4, v6 ? sizeof head6 : sizeof head4 }, .next_at = 6,
		.body = { body + part.offset % BODY_LEN, part.len }, .body_len = part.len };
}

static bool
put(struct frag *f, bool v6, uint32_t id, struct part part, uint64_t at_ns, struct bytes *whole)
{
	uint8_t body[BODY_LEN];
	struct fragment p = fragment_of(v6, id, part, body);

	return frag_put(f, &p, at_ns, whole);
}

/* All that comes, what becomes whole, what is lost. */
struct row {
	struct part parts[6];		/* up to the first without a length */
	unsigned n_whole;		/* IPv4 */
	unsigned lost;
	unsigned n_whole6;
	unsigned lost6;
};

static const struct row rows[] = {
	/* In order, out of it, in many parts. */
	{ { { 0, 16, MORE }, { 16, 24, LAST } }, 1, 0, 1, 0 },
	{ { { 16, 24, LAST }, { 0, 16, MORE } },
	  1, 0, 1, 0 },
	{ { { 32, 8, LAST }, { 8, 8, MORE }, { 24, 8, MORE }, { 0, 8, MORE }, { 16, 8, MORE } },
	  1, 0, 1, 0 },
	{ { { 0, 8, MORE }, { 8, 29, LAST } }, 1, 0, 1, 0 },
	/* One is missing. */
	{ { { 0, 16, MORE }, { 24, 16, LAST } }, 0, 2, 0, 2 },
	{ { { 0, 16, MORE }, { 16, 16, MORE } }, 0, 2, 0, 2 },
	{ { { 16, 24, LAST } }, 0, 1, 0, 1 },
	/* Copies, before it is whole and after. */
	{ { { 0, 16, MORE }, { 0, 16, MORE }, { 16, 24, LAST }, { 16, 24, LAST }, { 0, 16, MORE } },
	  1, 0, 1, 0 },
	{ { { 16, 24, LAST }, { 16, 24, LAST }, { 0, 16, MORE } },
	  1, 0, 1, 0 },
	/* Overlaps of the same bytes: IPv6 has none. */
	{ { { 0, 24, MORE }, { 16, 24, LAST } }, 1, 0, 0, 2 },
	{ { { 0, 32, MORE }, { 8, 8, MORE }, { 32, 8, LAST } }, 1, 0, 0, 3 },
	{ { { 0, 8, MORE }, { 8, 8, MORE }, { 0, 16, MORE }, { 16, 24, LAST } }, 1, 0, 0, 4 },
	/* Of other bytes: what comes afterwards is lost too. */
	{ { { 0, 24, MORE }, { 16, 24, OTHER_LAST }, { 24, 16, LAST } }, 0, 3, 0, 3 },
	{ { { 0, 16, MORE }, { 0, 16, OTHER_MORE }, { 16, 24, LAST } }, 0, 3, 0, 3 },
	/* Lengths that contradict each other, or no unit's multiple. */
	{ { { 0, 16, MORE }, { 24, 16, LAST }, { 16, 16, LAST } }, 0, 3, 0, 3 },
	{ { { 24, 16, LAST }, { 32, 16, MORE } }, 0, 2, 0, 2 },
	{ { { 24, 16, MORE }, { 0, 8, LAST } }, 0, 2, 0, 2 },
	{ { { 24, 16, MORE }, { 24, 16, LAST } }, 0, 2, 0, 2 },
	{ { { 0, 12, MORE }, { 16, 8, LAST } }, 0, 2, 0, 2 },
	/* [RFC 791 3.1] 65535 bytes with its header, [RFC 8200 3] without. */
	{ { { 65512, 3, LAST }, { 0, 8, MORE } }, 0, 2, 0, 2 },
	{ { { 65512, 4, LAST }, { 0, 8, MORE } }, 0, 2, 0, 2 },
	{ { { 65528, 8, LAST }, { 0, 8, MORE } }, 0, 2, 0, 2 },
};

static void
a_datagram_is_whole_or_lost(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
		const struct row *r = &rows[i / 2];
		bool v6 = i % 2;
		unsigned n_whole = 0;
		struct frag f;

		frag_init(&f);
		for (const struct part *p = r->parts; p < r->parts + 6 && p->len > 0; p++) {
			struct bytes whole = { 0 };

			n_whole += put(&f, v6, 7, *p, SECOND_NS, &whole);
		}
		frag_end(&f);
		if (n_whole != (v6 ? r->n_whole6 : r->n_whole) ||
		    f.lost != (v6 ? r->lost6 : r->lost))
			fail_msg("row %zu, IPv%d: whole %u, lost %llu", i / 2, v6 ? 6 : 4, n_whole,
			    (unsigned long long)f.lost);
		assert_int_equal(f.n_bytes, 0);
		frag_free(&f);
	}
}

static void
it_has_its_headers_as_if_never_divided(void **state)
{
	struct bytes whole;
	struct frag f;

	(void)state;
	frag_init(&f);
	for (int v6 = 0; v6 < 2; v6++) {
		const uint8_t *head = v6 ? head6 : head4;
		size_t head_len = v6 ? sizeof head6 : sizeof head4;

		assert_false(put(&f, v6, 7, (struct part){ 16, 24, LAST }, 1, &whole));
		assert_true(put(&f, v6, 7, (struct part){ 0, 16, MORE }, 1, &whole));
		assert_int_equal(whole.n, head_len + BODY_LEN);
		for (unsigned i = 0; i < BODY_LEN; i++)
			assert_int_equal(whole.p[head_len + i], i);
		struct rd r = rd_of(whole.p + (v6 ? 4 : 2), 2);
		assert_int_equal(rd_u16(&r), v6 ? BODY_LEN : 20 + BODY_LEN);
		if (v6)
			assert_int_equal(whole.p[6], 6);
		else
			assert_int_equal(whole.p[6] | whole.p[7], 0);
		assert_memory_equal(whole.p + 8, head + 8, head_len - 8);
	}
	frag_free(&f);
}

/* [RFC 791 3.2] has 16 bits for them; a busy sender begins again. */
static void
other_bytes_after_it_was_whole_are_the_next_one(void **state)
{
	struct bytes whole;
	struct frag f;

	(void)state;
	frag_init(&f);
	for (int other = 0; other < 2; other++) {
		struct part first = { 0, 16, other ? OTHER_MORE : MORE },
		    last = { 16, 24, other ? OTHER_LAST : LAST };

		assert_false(put(&f, false, 7, first, 1, &whole));
		assert_true(put(&f, false, 7, last, 1, &whole));
		assert_int_equal(whole.p[20], other ? 0x80 : 0);
	}
	frag_end(&f);
	assert_int_equal(f.lost, 0);
	frag_free(&f);
}

static void
identification_protocol_and_hosts_keep_datagrams_apart(void **state)
{
	uint8_t body[BODY_LEN];
	struct bytes whole;
	struct frag f;

	(void)state;
	frag_init(&f);
	assert_false(put(&f, false, 7, (struct part){ 0, 16, MORE }, 1, &whole));
	for (int i = 0; i < 3; i++) {
		struct fragment p = fragment_of(false, 7, (struct part){ 16, 24, LAST }, body);

		p.id += i == 0;
		p.protocol = i == 1 ? 17 : p.protocol;
		p.dst.p = i == 2 ? hosts + 17 : p.dst.p;
		assert_false(frag_put(&f, &p, 1, &whole));
	}
	assert_true(put(&f, false, 7, (struct part){ 16, 24, LAST }, 1, &whole));
	frag_end(&f);
	assert_int_equal(f.lost, 3);
	frag_free(&f);
}

static void
time_runs_out(void **state)
{
	struct bytes whole;
	struct frag f;

	(void)state;
	frag_init(&f);
	for (int v6 = 0; v6 < 2; v6++) {
		uint64_t time = v6 ? 60 * SECOND_NS : 30 * SECOND_NS, start = 100 * SECOND_NS;

		put(&f, v6, 7, (struct part){ 0, 16, MORE }, start, &whole);
		assert_true(put(&f, v6, 7, (struct part){ 16, 24, LAST }, start + time, &whole));
		put(&f, v6, 8, (struct part){ 0, 16, MORE }, start, &whole);
		assert_false(put(&f, v6, 8, (struct part){ 16, 24, LAST }, start + time + 1,
		    &whole));
	}
	assert_int_equal(f.lost, 2);
	/* A capture of several interfaces may go back a little. */
	put(&f, false, 9, (struct part){ 0, 16, MORE }, 200 * SECOND_NS, &whole);
	assert_true(put(&f, false, 9, (struct part){ 16, 24, LAST }, 199 * SECOND_NS, &whole));
	frag_expire(&f, 1000 * SECOND_NS);
	assert_int_equal(f.lost, 4);
	assert_int_equal(f.n, 0);
	frag_free(&f);
}

static void
what_was_cut_off_is_never_whole(void **state)
{
	uint8_t body[BODY_LEN];
	struct bytes whole;
	struct frag f;

	(void)state;
	frag_init(&f);
	struct fragment p = fragment_of(false, 7, (struct part){ 0, 16, MORE }, body);
	p.body.n = 15;
	assert_false(frag_put(&f, &p, 1, &whole));
	assert_false(put(&f, false, 7, (struct part){ 16, 24, LAST }, 1, &whole));
	assert_false(put(&f, false, 7, (struct part){ 0, 16, MORE }, 1, &whole));
	assert_int_equal(f.lost, 3);
	frag_free(&f);
}

/* UDP: the first says to what port. */
static void
what_holds_no_tcp_is_not_missed(void **state)
{
	uint8_t body[BODY_LEN];
	struct bytes whole;
	struct frag f;

	(void)state;
	frag_init(&f);
	put(&f, false, 7, (struct part){ 24, 16, LAST }, 1, &whole);
	struct fragment p = fragment_of(false, 7, (struct part){ 0, 16, MORE }, body);
	p.wanted = false;
	assert_false(frag_put(&f, &p, 1, &whole));
	put(&f, false, 7, (struct part){ 16, 8, MORE }, 1, &whole);
	assert_int_equal(f.n_bytes > 0, f.n > 0);
	/* The next one of the same identification may be wanted. */
	assert_false(put(&f, false, 7, (struct part){ 0, 16, MORE }, 1, &whole));
	assert_true(put(&f, false, 7, (struct part){ 16, 24, LAST }, 1, &whole));
	frag_end(&f);
	assert_int_equal(f.lost, 0);
	frag_free(&f);
}

static void
bounds_hold(void **state)
{
	uint8_t body[BODY_LEN];
	struct bytes whole;
	struct frag f;

	(void)state;
	frag_init(&f);
	for (uint32_t id = 0; id < LIMIT_DATAGRAMS + 10; id++)
		put(&f, false, id, (struct part){ 0, 16, MORE }, 1, &whole);
	assert_int_equal(f.n, LIMIT_DATAGRAMS);
	assert_int_equal(f.shed, 10);
	assert_int_equal(f.lost, 10);
	/* The newest is still there. */
	assert_true(put(&f, false, LIMIT_DATAGRAMS + 9, (struct part){ 16, 24, LAST }, 1, &whole));
	frag_end(&f);
	f.shed = 0;
	for (uint32_t id = 0; id < LIMIT_DATAGRAMS; id++) {
		struct fragment p = fragment_of(false, id, (struct part){ 0, 16, MORE }, body);

		p.offset = 65480;		/* far on: as much room as can be */
		frag_put(&f, &p, 1, &whole);
		assert_true(f.n_bytes <= LIMIT_FRAGMENT_BYTES);
	}
	assert_true(f.shed > 0);
	frag_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_datagram_is_whole_or_lost),
		cmocka_unit_test(it_has_its_headers_as_if_never_divided),
		cmocka_unit_test(other_bytes_after_it_was_whole_are_the_next_one),
		cmocka_unit_test(identification_protocol_and_hosts_keep_datagrams_apart),
		cmocka_unit_test(time_runs_out),
		cmocka_unit_test(what_was_cut_off_is_never_whole),
		cmocka_unit_test(what_holds_no_tcp_is_not_missed),
		cmocka_unit_test(bounds_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
