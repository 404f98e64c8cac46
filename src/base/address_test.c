#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/address.h"

static void
an_ipv4_mapped_address_is_its_ipv4_address(void **state)
{
	const uint8_t four[4] = { 10, 77, 0, 1 };
	const uint8_t six[16] = { [10] = 0xff, [11] = 0xff, 10, 77, 0, 1 };
	struct address a = address_ipv4(four), b = address_ipv6(six);

	(void)state;
	assert_int_equal(b.family, FAMILY_IPV4);
	assert_true(address_equal(&a, &b));
}

static void
addresses_are_written_as_people_write_them(void **state)
{
	static const struct {
		uint8_t six[16];
		const char *s;
	} cases[] = {
		{ { 0xfd, 0x77, [15] = 1 }, "fd77::1" },
		{ { [15] = 1 }, "::1" },
		{ { 0 }, "::" },
		{ { 0xfe, 0x80, [7] = 1, [15] = 2 }, "fe80:0:0:1::2" },
		{ { [10] = 0xff, [11] = 0xff, 192, 0, 2, 255 }, "192.0.2.255" },
		{ { 0x20, 1, 0x0d, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6 },
		  "2001:db8:1:2:3:4:5:6" },
	};
	char out[ADDRESS_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct address a = address_ipv6(cases[i].six);

		assert_string_equal(address_text(&a, out), cases[i].s);
	}
	assert_string_equal(address_text(&(struct address){ 0 }, out), "?");
}

static void
order_is_total(void **state)
{
	struct address a = address_ipv4((const uint8_t[4]){ 10, 0, 0, 1 });
	struct address b = address_ipv4((const uint8_t[4]){ 10, 0, 0, 2 });
	struct address c = address_ipv6((const uint8_t[16]){ 0 });

	(void)state;
	assert_true(address_compare(&a, &b) < 0);
	assert_true(address_compare(&b, &a) > 0);
	assert_true(address_compare(&b, &c) < 0);
	assert_true(address_compare(&c, &a) > 0);
	assert_int_equal(address_compare(&c, &c), 0);
	assert_false(address_equal(&a, &c));
}

static void
loopback_is_a_whole_network_in_ipv4_and_one_address_in_ipv6(void **state)
{
	struct address no = { 0 };
	struct address a = address_ipv4((const uint8_t[4]){ 127, 0, 1, 1 });
	struct address b = address_ipv4((const uint8_t[4]){ 128, 0, 0, 1 });
	struct address c = address_ipv6((const uint8_t[16]){ [15] = 1 });
	struct address d = address_ipv6((const uint8_t[16]){ [15] = 2 });
	struct address e = address_ipv6((const uint8_t[16]){ [10] = 0xff,
	    [11] = 0xff, 127, 0, 0, 1 });

	(void)state;
	assert_false(address_is_loopback(&no));
	assert_true(address_is_loopback(&a));
	assert_false(address_is_loopback(&b));
	assert_true(address_is_loopback(&c));
	assert_false(address_is_loopback(&d));
	assert_true(address_is_loopback(&e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv4_mapped_address_is_its_ipv4_address),
		cmocka_unit_test(addresses_are_written_as_people_write_them),
		cmocka_unit_test(order_is_total),
		cmocka_unit_test(loopback_is_a_whole_network_in_ipv4_and_one_address_in_ipv6),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
