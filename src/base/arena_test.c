#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"

static void
what_is_taken_is_zero_and_aligned_and_stays(void **state)
{
	struct arena a = { 0 };
	uint8_t *got[200];

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		size_t n = i * 7 % 300;

		got[i] = arena_take(&a, n);
		assert_non_null(got[i]);
		assert_int_equal((uintptr_t)got[i] % _Alignof(max_align_t), 0);
		for (size_t j = 0; j < n; j++)
			assert_int_equal(got[i][j], 0);
		memset(got[i], (int)i, n);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t j = 0; j < i * 7 % 300; j++)
			assert_int_equal(got[i][j], (uint8_t)i);
	arena_free(&a);
	assert_int_equal(a.used, 0);
	assert_non_null(arena_take(&a, 1));
	arena_free(&a);
}

static void
more_than_a_block_is_a_block_of_its_own(void **state)
{
	struct arena a = { 0 };
	uint8_t *p = arena_take(&a, 10), *q = arena_take(&a, 1000000);

	(void)state;
	assert_non_null(p);
	assert_non_null(q);
	q[999999] = 1;
	assert_true(a.used >= 1000010);
	arena_free(&a);
}

static void
the_limit_holds_and_loses_nothing(void **state)
{
	struct arena a = { .limit = 1024 };
	uint8_t *p = arena_take(&a, 1000);

	(void)state;
	assert_non_null(p);
	memset(p, 7, 1000);
	assert_null(arena_take(&a, 100));
	assert_null(arena_take(&a, SIZE_MAX));
	assert_null(arena_take(&a, SIZE_MAX - 4096));
	assert_true(a.used <= 1024);
	assert_int_equal(p[999], 7);
	assert_non_null(arena_take(&a, 8));
	arena_free(&a);
}

static void
a_copy_is_a_copy(void **state)
{
	struct arena a = { .limit = 64 };
	uint8_t was[] = { 1, 2, 3 };
	struct bytes b = arena_copy(&a, (struct bytes){ was, sizeof was });
	uint8_t large[100] = { 0 };

	(void)state;
	was[0] = 9;
	assert_int_equal(b.n, 3);
	assert_memory_equal(b.p, ((const uint8_t[]){ 1, 2, 3 }), 3);
	b = arena_copy(&a, (struct bytes){ large, sizeof large });
	assert_null(b.p);
	assert_int_equal(b.n, 0);
	assert_int_equal(arena_copy(&a, (struct bytes){ NULL, 0 }).n, 0);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_taken_is_zero_and_aligned_and_stays),
		cmocka_unit_test(more_than_a_block_is_a_block_of_its_own),
		cmocka_unit_test(the_limit_holds_and_loses_nothing),
		cmocka_unit_test(a_copy_is_a_copy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
