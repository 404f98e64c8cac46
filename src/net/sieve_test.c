#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/sieve.h"

#define LINKTYPE_ETHERNET 1u
#define LINKTYPE_RAW 101u
#define N_PACKETS 100u

/* UDP from port 7000 + i, a second apart; every tenth without an Ethernet header. */
struct row {
	struct source source;
	uint8_t bytes[N_PACKETS][42];
	unsigned at, step;
	uint32_t odd_link_type;
};

static enum got
row_next(struct source *source, struct batch *b, struct diag *d)
{
	struct row *r = (struct row *)source;

	(void)d;
	if (r->at == N_PACKETS)
		return GOT_END;
	for (; b->n < r->step && r->at < N_PACKETS; r->at++) {
		bool odd = r->odd_link_type != 0 && r->at % 10 == 9;
		size_t skip = odd ? 14 : 0;

		b->v[b->n++] = (struct packet){ .at_ns = r->at * UINT64_C(1000000000),
			.captured = { r->bytes[r->at] + skip, 42 - skip }, .wire_len = (uint32_t)(42 - skip),
			.link_type = odd ? r->odd_link_type : LINKTYPE_ETHERNET };
	}
	return GOT_SOME;
}

static void
row_close(struct source *source)
{
	(void)source;
}

static void
row_open(struct row *r, unsigned step)
{
	static const struct source_ops ops = { row_next, row_close };

	*r = (struct row){ .source.ops = &ops, .step = step };
	for (unsigned i = 0; i < N_PACKETS; i++) {
		static const uint8_t head[] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 28, 0, 0,
			0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2 };
		uint16_t port = (uint16_t)(7000 + i);

		for (size_t k = 0; k < sizeof head; k++)
			r->bytes[i][k] = head[k];
		r->bytes[i][34] = (uint8_t)(port >> 8);
		r->bytes[i][35] = (uint8_t)port;
		r->bytes[i][39] = 8;
	}
}

/* The numbers of the first and last packet that come through, and how many do. */
struct passed {
	unsigned first, last, n;
	uint64_t left_out;
};

static struct passed
sift(struct row *r, struct sieve_options o)
{
	struct passed p = { .first = N_PACKETS };
	struct diag d = { 0 };
	struct batch b;
	struct source *s = sieve_open(&r->source, &o, &d);
	enum got got;

	if (s == NULL)
		fail_msg("%s", d.line);
	while ((got = source_next(s, &b, &d)) == GOT_SOME)
		for (unsigned i = 0; i < b.n; i++) {
			unsigned number = (unsigned)(b.v[i].at_ns / 1000000000u);

			p.first = number < p.first ? number : p.first;
			p.last = number;
			p.n++;
		}
	if (got != GOT_END)
		fail_msg("%s", d.line);
	p.left_out = sieve_left_out(s);
	source_close(s);
	return p;
}

#define passes(o, f, l, count, left) do { \
	for (unsigned step_ = 1; step_ <= BATCH_MAX; step_ += 7) { \
		struct row r_; \
		row_open(&r_, step_); \
		struct passed p_ = sift(&r_, (struct sieve_options)o); \
		assert_int_equal(p_.first, f); \
		assert_int_equal(p_.last, l); \
		assert_int_equal(p_.n, count); \
		if ((left) >= 0) \
			assert_int_equal(p_.left_out, left); \
	} \
} while (0)
#define O(...) { __VA_ARGS__ }

static void
what_is_asked_for_comes_through(void **state)
{
	(void)state;
	passes(O(.since_ns = UINT64_C(10000000000)), 10, 99, 90, 10);
	passes(O(.until_ns = UINT64_C(10000000000)), 0, 9, 10, 90);
	passes(O(.since_ns = UINT64_C(10000000000), .until_ns = UINT64_C(20000000000)), 10, 19, 10, 90);
	passes(O(.count = 7), 0, 6, 7, -1);
	passes(O(.count = 1000), 0, 99, 100, 0);
	passes(O(.expression = "udp src port 7042"), 42, 42, 1, 99);
	passes(O(.expression = "udp src portrange 7010-7019", .count = 3), 10, 12, 3, -1);
	passes(O(.expression = "udp src portrange 7010-7019", .since_ns = UINT64_C(15000000000)), 15, 19, 5, 95);
	passes(O(.expression = "tcp"), N_PACKETS, 0, 0, 100);
}

/* The count is of what was asked for, and nothing is read after it. */
static void
enough_is_enough(void **state)
{
	struct row r;

	(void)state;
	row_open(&r, 1);
	struct passed p = sift(&r, (struct sieve_options){ .expression = "udp", .count = 5 });
	assert_int_equal(p.n, 5);
	assert_int_equal(r.at, 5);
}

/* Each link type has a program of its own; what makes no sense for one is no packet that
 * does not match. */
static void
every_link_type_is_asked(void **state)
{
	struct sieve_options o = { .expression = "udp" };
	struct diag d = { 0 };
	struct batch b;
	struct row r;
	enum got got;

	(void)state;
	row_open(&r, 10);
	r.odd_link_type = LINKTYPE_RAW;
	assert_int_equal(sift(&r, o).n, N_PACKETS);

	row_open(&r, 10);
	r.odd_link_type = LINKTYPE_RAW;
	o.expression = "ether host 02:00:00:00:00:01";
	struct source *s = sieve_open(&r.source, &o, &d);
	assert_non_null(s);
	while ((got = source_next(s, &b, &d)) == GOT_SOME)
		;
	assert_int_equal(got, GOT_ERROR);
	assert_non_null(strstr(d.line, "-f: "));	/* and libpcap's own words */
	assert_non_null(strstr(d.line, " (for link type RAW)"));
	source_close(s);
}

static void
a_mistake_is_said_at_once(void **state)
{
	static const struct { const char *expression, *says; } v[] = {
		{ "prot 80", "-f: can't parse filter expression: syntax error (for link type EN10MB)" },
		{ "host nowhere.invalid", "-f: unknown host 'nowhere.invalid' (for link type EN10MB)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct sieve_options o = { .expression = v[i].expression };
		struct diag d = { 0 };
		struct row r;
		row_open(&r, 1);
		assert_null(sieve_open(&r.source, &o, &d));
		assert_string_equal(d.line, v[i].says);
	}
}

/* What is wrong with what is sifted is wrong with what comes out. */
static void
damage_is_passed_on(void **state)
{
	struct sieve_options o = { .count = 1000 };
	struct diag d = { 0 };
	struct batch b;
	struct row r;

	(void)state;
	row_open(&r, 10);
	struct source *s = sieve_open(&r.source, &o, &d);
	diag_set(&r.source.damage, "it ends here");
	assert_int_equal(source_next(s, &b, &d), GOT_SOME);
	assert_string_equal(s->damage.line, "it ends here");
	source_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked_for_comes_through),
		cmocka_unit_test(enough_is_enough),
		cmocka_unit_test(every_link_type_is_asked),
		cmocka_unit_test(a_mistake_is_said_at_once),
		cmocka_unit_test(damage_is_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
