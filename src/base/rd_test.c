#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/rd.h"

static void
both_byte_orders_are_read(void **state)
{
	static const uint8_t b[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct rd r;

	(void)state;
	r = rd_of(b, 8);
	assert_int_equal(rd_u16(&r), 0x0102);
	assert_int_equal(rd_u24(&r), 0x030405);
	r = rd_of(b, 8);
	assert_int_equal(rd_u32(&r), 0x01020304);
	r = rd_of(b, 8);
	assert_true(rd_u64(&r) == 0x0102030405060708u);
	assert_true(rd_done(&r));
	r = rd_of(b, 8);
	assert_int_equal(rd_u16le(&r), 0x0201);
	r = rd_of(b, 8);
	assert_int_equal(rd_u32le(&r), 0x04030201);
	r = rd_of(b, 8);
	assert_true(rd_u64le(&r) == 0x0807060504030201u);
	assert_true(rd_done(&r));
}

static void
a_read_that_does_not_fit_is_zero_and_sticks(void **state)
{
	static const uint8_t b[] = { 1, 2, 3 };
	struct rd r = rd_of(b, 3);

	(void)state;
	assert_int_equal(rd_u32le(&r), 0);
	assert_false(rd_ok(&r));
	assert_int_equal(rd_left(&r), 0);
	assert_int_equal(rd_u8(&r), 0);
	assert_int_equal(rd_take(&r, 0).n, 0);
	assert_false(rd_done(&r));
}

static void
a_vector_longer_than_its_reader_makes_both_bad(void **state)
{
	static const uint8_t b[] = { 0, 3, 'a', 'b' };
	struct rd r = rd_of(b, 4), v = rd_vec16(&r);

	(void)state;
	assert_false(rd_ok(&r));
	assert_false(rd_ok(&v));
	assert_int_equal(rd_left(&v), 0);
}

static void
an_empty_reader_is_done(void **state)
{
	struct rd r = rd_of(NULL, 0);

	(void)state;
	assert_true(rd_done(&r));
	assert_int_equal(rd_rest(&r).n, 0);
	assert_true(rd_done(&r));
	assert_true(bytes_equal((struct bytes){ NULL, 0 }, rd_rest(&r)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_byte_orders_are_read),
		cmocka_unit_test(a_read_that_does_not_fit_is_zero_and_sticks),
		cmocka_unit_test(a_vector_longer_than_its_reader_makes_both_bad),
		cmocka_unit_test(an_empty_reader_is_done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
