#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "testkit/talk.h"

#include "base/limits.h"
#include "dissectors/dist_hs.h"

#include <stdlib.h>

/* Talks of both sides are in fixtures/talks; here is what has no talk. */

#define PROBE(side, literal) \
	dx_dist.probe((side), rd_of((literal), sizeof (literal) - 1))

#define NAME_6(name) "\x00\x1aN\x00\x00\x00\x0d\x07\xdf\x7f\xbdkkkk\x00\x0b" name

static void
a_client_is_known_by_a_whole_send_name(void **state)
{
	static const char name[] = NAME_6("a@alpha.lab");

	(void)state;
	for (size_t n = 1; n < sizeof name - 1; n++)
		assert_int_equal(dx_dist.probe(SIDE_CLIENT, rd_of(name, n)), FIT_MORE);
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("a@alpha.lab")), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("a@alpha.lab") "more"), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("\xc3\xa4@alphalab")), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("\xe4@alpha.lab")), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x12n\x00\x05\x07\xdf\x7f\xbd" "a@alpha.lab"), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x10n\x00\x05\x07\xdf\x7f\xbd" "alpha.lab"), FIT_YES);
	/* DFLAG_NAME_ME: only a host */
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x18N\x00\x00\x00\x0f\x07\xdf\x7f\xbdkkkk\x00\x09" "alpha.lab"), FIT_YES);
	/* data after the name */
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x14N\x00\x00\x00\x0d\x07\xdf\x7f\xbdkkkk\x00\x03" "a@bxy"), FIT_YES);
}

/* A name with strange characters must not hide its connection. */
static void
a_hostile_name_fits_too(void **state)
{
	(void)state;
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("a@alpha lab")), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("a@alpha\x1blab")), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("a@alpha\x85lab")), FIT_YES);
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("a@alpha\x00lab")), FIT_YES);
}

static void
what_is_nearly_a_send_name_does_not_fit(void **state)
{
	(void)state;
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("a_alpha.lab")), FIT_NO);
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("a@@lpha.lab")), FIT_NO);
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("@aalpha.lab")), FIT_NO);
	assert_int_equal(PROBE(SIDE_CLIENT, NAME_6("aalpha.lab@")), FIT_NO);
	/* the name is longer than the message */
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x1aN\x00\x00\x00\x0d\x07\xdf\x7f\xbdkkkk\x00\x0c" "a@alpha.labx"), FIT_NO);
	/* no DFLAG_HANDSHAKE_23 */
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x1aN\x00\x00\x00\x0d\x06\xdf\x7f\xbdkkkk\x00\x0b" "a@alpha.lab"), FIT_NO);
	/* no DFLAG_EXTENDED_REFERENCES */
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x12n\x00\x05\x07\xdf\x7f\xb9" "a@alpha.lab"), FIT_NO);
	/* version 4 */
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x12n\x00\x04\x07"), FIT_NO);
	/* too short, too long */
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x0fN\x00\x00"), FIT_NO);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x08\x01N\x00\x00"), FIT_NO);
	/* what a server says */
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x03sok"), FIT_NO);
	/* what a client says later */
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x05strue"), FIT_NO);
	assert_int_equal(PROBE(SIDE_CLIENT, "\x00\x15rchaldigestdigestdige"), FIT_NO);
}

static void
a_server_is_known_by_a_status_or_a_challenge(void **state)
{
	static const char challenge[] = "\x00\x1dN\x00\x00\x00\x0d\x07\xdf\x7f\xbd" "chalkkkk\x00\x0a" "b@beta.lab";

	(void)state;
	for (size_t n = 1; n < sizeof challenge - 1; n++)
		assert_int_equal(dx_dist.probe(SIDE_SERVER, rd_of(challenge, n)), FIT_MORE);
	assert_int_equal(dx_dist.probe(SIDE_SERVER, rd_of(challenge, sizeof challenge - 1)), FIT_YES);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x03sok"), FIT_YES);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x04snok"), FIT_YES);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x0csnot_allowed"), FIT_YES);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x10sok_simultaneous"), FIT_YES);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x06salive"), FIT_YES);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x10snamed:\x00\x03x@ykkkk"), FIT_YES);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x03so"), FIT_MORE);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x03sox"), FIT_NO);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x04sokk"), FIT_NO);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x05strue"), FIT_NO);
	assert_int_equal(PROBE(SIDE_SERVER, "\x00\x11" "adigestdigestdige"), FIT_NO);
}

static void
other_protocols_do_not_fit(void **state)
{
	(void)state;
	for (int side = SIDE_CLIENT; side <= SIDE_SERVER; side++) {
		assert_int_equal(PROBE((enum side)side, "\x16"), FIT_NO);
		assert_int_equal(PROBE((enum side)side, "\x16\x03\x01\x02\x00\x01\x00"), FIT_NO);
		assert_int_equal(PROBE((enum side)side, "\x15\x03\x03\x00\x02\x02\x0a"), FIT_NO);
		assert_int_equal(PROBE((enum side)side, "GET / HTTP/1.1\n"), FIT_NO);
		assert_int_equal(PROBE((enum side)side, "SSH-2.0-OpenSSH_9.2\n"), FIT_NO);
		assert_int_equal(PROBE((enum side)side, "\x00\x00\x00\x00\x00\x00"), FIT_NO);
		assert_int_equal(PROBE((enum side)side, "\x00\x02zb"), FIT_MORE);
		assert_int_equal(PROBE((enum side)side, "\x00\x02zbx"), FIT_NO);
	}
}

/* A search keeps little in hand, and ends where it says. */
static void
random_bytes_have_no_frames(void **state)
{
	enum { N = LIMIT_SEARCH_BYTES + 4096 };
	struct talk t;
	uint8_t *p = malloc(N);
	uint64_t x = 88172645463325252u;

	(void)state;
	assert_non_null(p);
	for (int round = 0; round < 8; round++) {
		for (size_t i = 0; i < N; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			/* one bit in eight set: many zeros, as bulk data has */
			p[i] = (uint8_t)(x & x >> 8 & x >> 16);
		}
		talk_open(&t, &dx_dist);
		talk_gap(&t, SIDE_SERVER, 0);
		talk_say_in_pieces(&t, SIDE_SERVER, (struct bytes){ p, N }, 1448);
		assert_string_equal(t.told.log[SIDE_SERVER].s,
		    "server blind midstream n=0\nserver blind limit n=65536\n");
		talk_close(&t);
	}
	free(p);
}

/* Every byte of a challenge, a reply and an ack is secret but for the name
 * and what stands around it: change one, and no fact may change. */
static void
challenges_and_digests_enter_no_fact(void **state)
{
	static const char said[] = "\x00\x03sok"
	    "\x00\x1dN\x00\x00\x00\x0d\x07\xdf\x7f\xbd" "CHALkkkk\x00\x0a" "b@beta.lab"
	    "\x00\x11" "aDIGESTDIGESTDIGE";
	static const char wanted[] = "server dist.status ok\n"
	    "server dist.challenge version=6 flags=0xd07df7fbd creation=1802201963 name=b@beta.lab\n"
	    "server dist.ack\n";
	char changed[sizeof said - 1];

	(void)state;
	memcpy(changed, said, sizeof changed);
	for (size_t i = 0; i < sizeof changed; i++)
		if (said[i] >= 'A' && said[i] <= 'Z' && said[i] != 'N')
			changed[i] = '!';
	for (int i = 0; i < 2; i++) {
		struct talk t;

		talk_open(&t, &dx_dist);
		talk_say(&t, SIDE_SERVER, (struct bytes){ (const uint8_t *)(i ? changed : said), sizeof changed });
		assert_string_equal(t.told.log[SIDE_SERVER].s, wanted);
		talk_close(&t);
	}
}

static void
a_message_too_long_is_not_held(void **state)
{
	static const uint8_t head[] = { (HS_MESSAGE_MAX + 1) >> 8, (HS_MESSAGE_MAX + 1) & 0xff, 'N' };
	struct talk t;

	(void)state;
	talk_open(&t, &dx_dist);
	talk_say(&t, SIDE_CLIENT, (struct bytes){ head, sizeof head });
	assert_true(t.side[SIDE_CLIENT].quit);
	assert_string_equal(t.told.log[SIDE_CLIENT].s,
	    "client anomaly bad-length OTP dist: Distribution Handshake\n");
	talk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_is_known_by_a_whole_send_name),
		cmocka_unit_test(a_hostile_name_fits_too),
		cmocka_unit_test(what_is_nearly_a_send_name_does_not_fit),
		cmocka_unit_test(a_server_is_known_by_a_status_or_a_challenge),
		cmocka_unit_test(other_protocols_do_not_fit),
		cmocka_unit_test(random_bytes_have_no_frames),
		cmocka_unit_test(challenges_and_digests_enter_no_fact),
		cmocka_unit_test(a_message_too_long_is_not_held),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
