#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/map.h"

#include <stdlib.h>

/* [SipHash appendix A] and its authors' reference vectors: key 00 01 .. 0f,
 * message 00 01 .. of as many bytes as the row says. */
static void
siphash_is_as_published(void **state)
{
	static const uint8_t want[16][8] = {
		{ 0x31, 0x0e, 0x0e, 0xdd, 0x47, 0xdb, 0x6f, 0x72 },
		{ 0xfd, 0x67, 0xdc, 0x93, 0xc5, 0x39, 0xf8, 0x74 },
		{ 0x5a, 0x4f, 0xa9, 0xd9, 0x09, 0x80, 0x6c, 0x0d },
		{ 0x2d, 0x7e, 0xfb, 0xd7, 0x96, 0x66, 0x67, 0x85 },
		{ 0xb7, 0x87, 0x71, 0x27, 0xe0, 0x94, 0x27, 0xcf },
		{ 0x8d, 0xa6, 0x99, 0xcd, 0x64, 0x55, 0x76, 0x18 },
		{ 0xce, 0xe3, 0xfe, 0x58, 0x6e, 0x46, 0xc9, 0xcb },
		{ 0x37, 0xd1, 0x01, 0x8b, 0xf5, 0x00, 0x02, 0xab },
		{ 0x62, 0x24, 0x93, 0x9a, 0x79, 0xf5, 0xf5, 0x93 },
		{ 0xb0, 0xe4, 0xa9, 0x0b, 0xdf, 0x82, 0x00, 0x9e },
		{ 0xf3, 0xb9, 0xdd, 0x94, 0xc5, 0xbb, 0x5d, 0x7a },
		{ 0xa7, 0xad, 0x6b, 0x22, 0x46, 0x2f, 0xb3, 0xf4 },
		{ 0xfb, 0xe5, 0x0e, 0x86, 0xbc, 0x8f, 0x1e, 0x75 },
		{ 0x90, 0x3d, 0x84, 0xc0, 0x27, 0x56, 0xea, 0x14 },
		{ 0xee, 0xf2, 0x7a, 0x8e, 0x90, 0xca, 0x23, 0xf7 },
		{ 0xe5, 0x45, 0xbe, 0x49, 0x61, 0xca, 0x29, 0xa1 },
	};
	const uint64_t secret[2] = { 0x0706050403020100u, 0x0f0e0d0c0b0a0908u };
	uint8_t message[16];

	(void)state;
	for (uint8_t n = 0; n < 16; n++) {
		struct rd r = rd_of(want[n], 8);

		message[n] = n;
		assert_true(siphash(secret, (struct bytes){ message, n }) == rd_u64le(&r));
	}
}

struct entry {
	uint32_t key;
	bool     seen;
};

static struct bytes
key_of(const uint32_t *k)
{
	return (struct bytes){ (const uint8_t *)k, sizeof *k };
}

#define N 5000u

static void
what_was_put_is_there_and_nothing_else(void **state)
{
	struct entry *v = calloc(N, sizeof *v), *e;
	struct map m;
	uint32_t absent = N;

	(void)state;
	assert_non_null(v);
	map_init(&m);
	assert_null(map_get(&m, key_of(&absent)));
	assert_null(map_remove(&m, key_of(&absent)));
	for (uint32_t i = 0; i < N; i++) {
		v[i].key = i;
		assert_true(map_put(&m, key_of(&v[i].key), &v[i]));
	}
	assert_int_equal(m.n, N);
	for (uint32_t i = 0; i < N; i++)
		assert_ptr_equal(map_get(&m, key_of(&i)), &v[i]);
	assert_null(map_get(&m, key_of(&absent)));

	size_t n = 0;
	for (size_t i = 0; (e = map_next(&m, &i)) != NULL; n++) {
		assert_false(e->seen);
		e->seen = true;
	}
	assert_int_equal(n, N);
	map_free(&m);
	free(v);
}

static void
entries_may_be_removed_while_they_are_visited(void **state)
{
	struct entry *v = calloc(N, sizeof *v), *e;
	struct map m;
	size_t n = 0;

	(void)state;
	assert_non_null(v);
	map_init(&m);
	for (uint32_t i = 0; i < N; i++) {
		v[i].key = i;
		assert_true(map_put(&m, key_of(&v[i].key), &v[i]));
	}
	for (size_t i = 0; (e = map_next(&m, &i)) != NULL; n++)
		if (e->key % 3 != 0)
			assert_ptr_equal(map_remove(&m, key_of(&e->key)), e);
	assert_int_equal(n, N);
	for (uint32_t i = 0; i < N; i++)
		assert_ptr_equal(map_get(&m, key_of(&i)), i % 3 == 0 ? &v[i] : NULL);
	map_free(&m);
	free(v);
}

static void
coming_and_going_does_not_make_it_grow(void **state)
{
	struct entry *v = calloc(N, sizeof *v);
	struct map m;

	(void)state;
	assert_non_null(v);
	map_init(&m);
	for (uint32_t i = 0; i < 20 * N; i++) {
		struct entry *e = &v[i % N];

		if (i >= 10)
			assert_ptr_equal(map_remove(&m, key_of(&v[(i - 10) % N].key)),
			    &v[(i - 10) % N]);
		e->key = i;
		assert_true(map_put(&m, key_of(&e->key), e));
		assert_true(m.n_slots <= 32);
	}
	assert_int_equal(m.n, 10);
	map_free(&m);
	free(v);
}

static void
putting_again_replaces_value_and_key(void **state)
{
	struct entry *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
	struct map m;

	(void)state;
	assert_true(a != NULL && b != NULL);
	map_init(&m);
	assert_true(map_put(&m, key_of(&a->key), a));
	assert_true(map_put(&m, key_of(&b->key), b));
	free(a);
	assert_int_equal(m.n, 1);
	assert_ptr_equal(map_get(&m, key_of(&(uint32_t){ 0 })), b);
	map_free(&m);
	free(b);
}

static void
keys_may_be_of_any_length_also_none(void **state)
{
	struct map m;
	char one, two, three;

	(void)state;
	map_init(&m);
	assert_true(map_put(&m, (struct bytes){ NULL, 0 }, &one));
	assert_true(map_put(&m, (struct bytes){ (const uint8_t *)"a", 1 }, &two));
	assert_true(map_put(&m, (struct bytes){ (const uint8_t *)"a\0", 2 }, &three));
	assert_ptr_equal(map_get(&m, (struct bytes){ NULL, 0 }), &one);
	assert_ptr_equal(map_get(&m, (struct bytes){ (const uint8_t *)"a", 1 }), &two);
	assert_ptr_equal(map_get(&m, (struct bytes){ (const uint8_t *)"a\0", 2 }), &three);
	map_free(&m);
}

static void
two_maps_have_two_secrets(void **state)
{
	struct map a, b;

	(void)state;
	map_init(&a);
	map_init(&b);
	assert_memory_not_equal(a.secret, b.secret, sizeof a.secret);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash_is_as_published),
		cmocka_unit_test(what_was_put_is_there_and_nothing_else),
		cmocka_unit_test(entries_may_be_removed_while_they_are_visited),
		cmocka_unit_test(coming_and_going_does_not_make_it_grow),
		cmocka_unit_test(putting_again_replaces_value_and_key),
		cmocka_unit_test(keys_may_be_of_any_length_also_none),
		cmocka_unit_test(two_maps_have_two_secrets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
