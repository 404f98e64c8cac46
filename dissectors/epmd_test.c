#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "testkit/talk.h"

/* Talks of both sides are in fixtures/talks; here is what has no talk. */

static enum fit
probe(enum side side, const char *p, size_t n)
{
	return dx_epmd.probe(side, rd_of(p, n));
}

#define PROBE(side, literal) probe((side), (literal), sizeof (literal) - 1)

static void
a_request_is_known_by_length_and_tag(void **state)
{
	(void)state;
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00"), FIT_MORE);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x02"), FIT_MORE);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x02z"), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x01n"), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x01" "d"), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x01k"), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x0ex"), FIT_YES);

	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x0dx"), FIT_NO);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x1anx"), FIT_NO);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x00n"), FIT_NO);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x20\x20z"), FIT_NO);
}

static void
an_answer_is_known_by_tag_and_result(void **state)
{
	(void)state;
	assert_int_equal(PROBE(SIDE_SERVER, "v"), FIT_MORE);
	assert_int_equal(PROBE(SIDE_SERVER, "v\x00\x01\x02\x03"), FIT_MORE);
	assert_int_equal(PROBE(SIDE_SERVER, "v\x00\x01\x02\x03\x04"), FIT_YES);
	assert_int_equal(PROBE(SIDE_SERVER, "y\x01\x01\x02"), FIT_YES);
	assert_int_equal(PROBE(SIDE_SERVER, "w\x01"), FIT_YES);
	assert_int_equal(PROBE(SIDE_SERVER, "w\x00"), FIT_MORE);
	assert_int_equal(PROBE(SIDE_SERVER, "w\x00\x98\xcbM\x00\x00\x06\x00\x05\x00\x01"), FIT_YES);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x00\x11"), FIT_MORE);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x00\x11\x11"), FIT_YES);

	assert_int_equal(PROBE(SIDE_SERVER, "welcome"), FIT_NO);
	assert_int_equal(PROBE(SIDE_SERVER, "version"), FIT_NO);
	assert_int_equal(PROBE(SIDE_SERVER, "OK"), FIT_NO);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x01\x11\x11"), FIT_NO);
}

/* TLS on the port mapper's own port is not the port mapper's protocol. */
static void
other_protocols_do_not_fit(void **state)
{
	(void)state;
	for (int side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		assert_int_equal(PROBE((enum side)side, "\x16\x03\x01\x02\x00\x01\x00"), FIT_NO);
		assert_int_equal(PROBE((enum side)side, "GET / HTTP/1.1\n"), FIT_NO);
		assert_int_equal(PROBE((enum side)side, "SSH-2.0-OpenSSH_9.2\n"), FIT_NO);
		assert_int_equal(PROBE((enum side)side, "\x00\x1aN\x00\x00\x00\x0d"), FIT_NO);
		assert_int_equal(PROBE((enum side)side, "\xff\xff\xff\xff\xff\xff"), FIT_NO);
	}
}

static void
a_request_beyond_the_bound_is_not_held(void **state)
{
	struct talk t;
	uint8_t head[] = { 0xff, 0xff, 'z', 'a', 'b' };

	(void)state;
	talk_open(&t, &dx_epmd);
	talk_say(&t, SIDE_CLIENT, (struct bytes){ head, sizeof head });
	assert_int_equal(t.side[SIDE_CLIENT].n_held, 0);
	assert_int_equal(t.side[SIDE_CLIENT].skip, 2 + 0xffff - sizeof head);
	talk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_known_by_length_and_tag),
		cmocka_unit_test(an_answer_is_known_by_tag_and_result),
		cmocka_unit_test(other_protocols_do_not_fit),
		cmocka_unit_test(a_request_beyond_the_bound_is_not_held),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
