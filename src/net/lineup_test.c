#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/lineup.h"

static struct lineup l;

static int
begin(void **state)
{
	(void)state;
	return lineup_init(&l, 3) ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	lineup_free(&l);
	return 0;
}

static void
put(size_t lane, uint64_t at_ns, const char *text)
{
	char bytes[32];
	const struct packet p = { .at_ns = at_ns, .interface = (uint32_t)lane,
		.captured = { (const uint8_t *)bytes, strlen(text) } };

	strcpy(bytes, text);
	assert_true(lineup_put(&l, lane, &p));
	memset(bytes, 'x', sizeof bytes);	/* it was copied */
}

/* The oldest is this one, and leaves. */
static void
assert_next(size_t lane, const char *text)
{
	const struct packet *p = lineup_oldest(&l);

	assert_non_null(p);
	assert_int_equal(p->interface, lane);
	assert_int_equal(p->captured.n, strlen(text));
	assert_int_equal(lineup_take(&l), lane);
	if (p->captured.n > 0)
		assert_memory_equal(p->captured.p, text, p->captured.n);	/* still there */
}

static void
the_oldest_of_all_lanes_comes_first(void **state)
{
	(void)state;
	assert_null(lineup_oldest(&l));
	put(0, 5, "five");
	put(0, 9, "nine");
	put(2, 4, "four");
	put(1, 7, "");
	put(2, 8, "eight");
	assert_next(2, "four");
	assert_next(0, "five");
	assert_next(1, "");
	assert_true(lineup_is_empty(&l, 1));
	put(1, 6, "late");
	assert_next(1, "late");
	assert_next(2, "eight");
	assert_next(0, "nine");
	assert_null(lineup_oldest(&l));
	assert_int_equal(l.n_busy, 0);
	assert_int_equal(l.bytes, 0);
	lineup_forget(&l);
}

/* A lane's own order is kept, whatever its clock says. */
static void
a_lane_keeps_its_order(void **state)
{
	(void)state;
	put(0, 9, "a");
	put(0, 1, "b");
	put(1, 5, "c");
	assert_int_equal(l.lanes[0].n, 2);
	assert_next(1, "c");
	assert_next(0, "a");
	assert_next(0, "b");
}

static void
it_says_when_it_is_full(void **state)
{
	static uint8_t big[1u << 20];
	const struct packet p = { .captured = { big, sizeof big } };
	unsigned n = 0;

	(void)state;
	while (!lineup_is_full(&l)) {
		assert_true(lineup_put(&l, n % 3, &p));
		n++;
	}
	assert_int_equal(n, LINEUP_BYTES / sizeof big);
	lineup_take(&l);
	assert_false(lineup_is_full(&l));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_oldest_of_all_lanes_comes_first, begin, end),
		cmocka_unit_test_setup_teardown(a_lane_keeps_its_order, begin, end),
		cmocka_unit_test_setup_teardown(it_says_when_it_is_full, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
