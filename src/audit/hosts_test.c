#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "audit/hosts.h"
#include "base/limits.h"

static struct address
ip(uint32_t last)
{
	const uint8_t octets[4] = { 10, (uint8_t)(last >> 16), (uint8_t)(last >> 8), (uint8_t)last };

	return address_ipv4(octets);
}

static void
only_what_sends_and_never_arrives_is_own(void **state)
{
	static const uint8_t loopback[4] = { 127, 0, 0, 1 };
	struct address own = ip(1), remote = ip(2), pod = ip(3), lo = address_ipv4(loopback);
	struct hosts h;

	(void)state;
	hosts_init(&h);
	hosts_note(&h, 0, &own, SEEN_SENDING);
	hosts_note(&h, 0, &remote, SEEN_ARRIVING);
	hosts_note(&h, 0, &pod, SEEN_ARRIVING);		/* forwarded: in at one interface ... */
	hosts_note(&h, 0, &pod, SEEN_SENDING);		/* ... and out at another */
	assert_true(hosts_is_own(&h, 0, &own));
	assert_false(hosts_is_own(&h, 0, &remote));
	assert_false(hosts_is_own(&h, 0, &pod));
	assert_true(hosts_is_own(&h, 0, &lo));
	assert_false(hosts_is_own(&h, 1, &own));	/* another input, another host */
	hosts_free(&h);
}

static void
what_talks_over_loopback_is_own(void **state)
{
	struct address own = ip(1);
	struct hosts h;

	(void)state;
	hosts_init(&h);
	hosts_note(&h, 0, &own, SEEN_ARRIVING);
	assert_false(hosts_is_own(&h, 0, &own));
	hosts_note(&h, 0, &own, SEEN_ON_LOOPBACK);
	assert_true(hosts_is_own(&h, 0, &own));
	hosts_free(&h);
}

static void
addresses_are_bounded(void **state)
{
	struct hosts h;

	(void)state;
	hosts_init(&h);
	for (uint32_t i = 0; i < LIMIT_HOST_ADDRESSES + 100; i++) {
		struct address a = ip(i);
		hosts_note(&h, 0, &a, SEEN_SENDING);
	}
	assert_int_equal(h.by_address.n, LIMIT_HOST_ADDRESSES);
	hosts_free(&h);
}

/* Of several inputs: whose it is, a kernel's word before what packets make believe. */
static void
an_address_is_of_one_input(void **state)
{
	const struct address a = address_ipv4((uint8_t[]){ 10, 0, 0, 7 });
	struct hosts h;
	uint16_t found;

	(void)state;
	hosts_init(&h);
	assert_false(hosts_find(&h, 1, &a, &found));
	hosts_note(&h, 2, &a, SEEN_SENDING);
	assert_true(hosts_find(&h, 1, &a, &found));
	assert_int_equal(found, 2);
	hosts_note(&h, 3, &a, SEEN_SENDING);
	assert_false(hosts_find(&h, 1, &a, &found));	/* or the other's */
	assert_true(hosts_find(&h, 3, &a, &found));
	assert_int_equal(found, 3);
	hosts_note(&h, 2, &a, SEEN_ON_HOST);
	assert_true(hosts_find(&h, 1, &a, &found));
	assert_int_equal(found, 2);
	hosts_note(&h, 4, &a, SEEN_ON_HOST);
	assert_false(hosts_find(&h, 1, &a, &found));
	hosts_free(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_of_one_input),
		cmocka_unit_test(only_what_sends_and_never_arrives_is_own),
		cmocka_unit_test(what_talks_over_loopback_is_own),
		cmocka_unit_test(addresses_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
