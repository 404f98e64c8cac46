#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "report/ladder.h"
#include "report/sample.h"

static struct sample s;
static struct message_block said[MESSAGES_MAX / MESSAGES_OF_BLOCK];
static unsigned n_said;
static uint32_t ends[2];		/* of what each side has said */

static void
begin(struct judgement *j)
{
	n_said = 0;
	ends[0] = ends[1] = 0;
	for (size_t i = 0; i + 1 < sizeof said / sizeof *said; i++)
		said[i].next = &said[i + 1];
	j->messages = said;
	j->n_messages = 0;
}

/* One more, which acknowledges all that the other side has said; a millisecond after the one
 * before. Its end. */
static uint32_t
say(struct judgement *j, enum side side, enum message_kind kind, uint32_t size, uint16_t code,
    uint16_t more)
{
	assert_true(n_said < MESSAGES_MAX);
	ends[side] += size;
	said[n_said / MESSAGES_OF_BLOCK].v[n_said % MESSAGES_OF_BLOCK] = (struct message){ .at_ns = j->first_ns + n_said * UINT64_C(1000000),
		.end = ends[side], .peer_acked = ends[!side], .size = size, .code = code, .more = more,
		.kind = (uint8_t)kind, .side = (uint8_t)side };
	j->n_messages = ++n_said;
	return ends[side];
}

/* A record, and what it was inferred to be. */
static void
infer(struct judgement *j, enum side side, const char *message, uint16_t length, const char *key)
{
	struct judged_records *r = &j->tls.inferred_from[side];
	uint32_t end = say(j, side, MESSAGE_SEALED_DATA, length, 0, 0);

	r->v[r->n++] = (struct judged_record){ message, length, key, end };
}

static const char *
drawn(const struct judgement *j, unsigned width, bool utf8)
{
	static char page[LADDER_RUNGS * LADDER_LINE_BYTES];
	struct text t = TEXT(page);
	struct ladder l;

	ladder_read(&l, j, utf8);
	for (unsigned i = 0; i < l.n; i++) {
		ladder_put_rung(&t, &l.rungs[i], width, utf8);
		text_put(&t, "\n");
	}
	assert_false(t.cut);
	return page;
}

static void
infer_inner(struct judgement *j)
{
	infer(j, SIDE_CLIENT, "send_name", 53, NULL);
	infer(j, SIDE_SERVER, "send_status", 29, NULL);
	infer(j, SIDE_SERVER, "send_challenge", 61, NULL);
	infer(j, SIDE_CLIENT, "send_challenge_reply", 47, NULL);
	infer(j, SIDE_SERVER, "send_challenge_ack", 43, NULL);
}

static void
a_full_handshake_and_what_is_inferred_inside(void **state)
{
	char sides[256];
	struct text t = TEXT(sides);

	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_mutual(&s);
	j->tls.server.verified = j->tls.client.verified = ANSWER_YES;
	begin(j);
	say(j, SIDE_CLIENT, MESSAGE_CLIENT_HELLO, 258, 0x0303, 0);
	say(j, SIDE_SERVER, MESSAGE_SERVER_HELLO, 87, 0x0303, 0xc02c);
	say(j, SIDE_SERVER, MESSAGE_CERTIFICATE, 1306, 2, 0);
	say(j, SIDE_SERVER, MESSAGE_SERVER_KEY_EXCHANGE, 144, 29, 0x0403);
	say(j, SIDE_SERVER, MESSAGE_CERTIFICATE_REQUEST, 146, 0, 0);
	say(j, SIDE_SERVER, MESSAGE_SERVER_HELLO_DONE, 4, 0, 0);
	say(j, SIDE_CLIENT, MESSAGE_CERTIFICATE, 1309, 2, 0);
	say(j, SIDE_CLIENT, MESSAGE_CLIENT_KEY_EXCHANGE, 37, 0, 0);
	say(j, SIDE_CLIENT, MESSAGE_CERTIFICATE_VERIFY, 79, 0x0403, 0);
	say(j, SIDE_CLIENT, MESSAGE_CHANGE_CIPHER_SPEC, 1, 0, 0);
	say(j, SIDE_CLIENT, MESSAGE_SEALED_HANDSHAKE, 40, 0, 0);
	say(j, SIDE_SERVER, MESSAGE_CHANGE_CIPHER_SPEC, 1, 0, 0);
	say(j, SIDE_SERVER, MESSAGE_SEALED_HANDSHAKE, 40, 0, 0);
	infer_inner(j);
	ladder_put_sides(&t, 90);
	assert_string_equal(sides,
"          client                                                                   server");
	assert_string_equal(drawn(j, 90, false),
"  +0.000  |-- ClientHello, 258 bytes: offers TLSv1.2, SNI beta.lab -------------------->|\n"
"  +0.001  |<-- ServerHello, 87 bytes: TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA3~ --|\n"
"  +0.002  |<----------- Certificate, 1306 bytes: a chain of 2, O = Lab, CN = beta.lab --|\n"
"  +0.003  |<-- ServerKeyExchange, 144 bytes: x25519, ecdsa_secp256r1_sha256, signatu~ --|\n"
"  +0.004  |<------------------------------------------- CertificateRequest, 146 bytes --|\n"
"  +0.005  |<------------------------------------------------ ServerHelloDone, 4 bytes --|\n"
"  +0.006  |-- Certificate, 1309 bytes: a chain of 2, O = Lab, CN = alpha.lab ---------->|\n"
"  +0.007  |-- ClientKeyExchange, 37 bytes --------------------------------------------->|\n"
"  +0.008  |-- CertificateVerify, 79 bytes, ecdsa_secp256r1_sha256, signature verifi~ -->|\n"
"  +0.009  |-- ChangeCipherSpec, 1 byte ------------------------------------------------>|\n"
"  +0.010  |-- Finished (encrypted), 40 bytes ------------------------------------------>|\n"
"  +0.011  |<------------------------------------------------ ChangeCipherSpec, 1 byte --|\n"
"  +0.012  |<------------------------------------------ Finished (encrypted), 40 bytes --|\n"
"  +0.013  |.. send_name, inferred: 53 bytes ...........................................>|\n"
"  +0.014  |<...................................... send_status ok, inferred: 29 bytes ..|\n"
"  +0.015  |<...................................... send_challenge, inferred: 61 bytes ..|\n"
"  +0.016  |.. send_challenge_reply, inferred: 47 bytes ................................>|\n"
"  +0.017  |<.................................. send_challenge_ack, inferred: 43 bytes ..|\n"
"          |   distribution handshake complete (inferred)                                |\n"
"          |   closed                                                                    |\n");
}

/* Every rung of what is encrypted says that it is inferred, and from which length: also on a
 * narrow screen. */
static void
everything_sealed_is_marked_as_inferred(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_sealed(&s);
	begin(j);
	say(j, SIDE_CLIENT, MESSAGE_CLIENT_HELLO, 512, 0x0304, 29);
	say(j, SIDE_SERVER, MESSAGE_SERVER_HELLO, 122, 0x0304, 0x1301);
	infer(j, SIDE_SERVER, "CertificateVerify", 281, "RSA-2048");
	infer(j, SIDE_SERVER, "Finished", 69, NULL);
	infer(j, SIDE_CLIENT, "Certificate", 1849, NULL);
	infer_inner(j);
	say(j, SIDE_CLIENT, MESSAGE_SEALED_DATA, 300, 0, 0);
	say(j, SIDE_SERVER, MESSAGE_SEALED_DATA, 300, 0, 0);
	assert_string_equal(drawn(j, 67, true),
"  +0.000  │── ClientHello, 512 bytes: offers TLSv1.3, key sh… ──>│\n"
"  +0.001  │<── ServerHello, 122 bytes: TLSv1.3, TLS_AES_128_G… ──│\n"
"  +0.002  │<┄┄ CertificateVerify, inferred: 281 bytes, RSA-20… ┄┄│\n"
"  +0.003  │<┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ Finished, inferred: 69 bytes ┄┄│\n"
"  +0.004  │┄┄ Certificate, inferred: 1849 bytes ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄>│\n"
"  +0.005  │┄┄ send_name, inferred: 53 bytes ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄>│\n"
"  +0.006  │<┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ send_status ok, inferred: 29 bytes ┄┄│\n"
"  +0.007  │<┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ send_challenge, inferred: 61 bytes ┄┄│\n"
"  +0.008  │┄┄ send_challenge_reply, inferred: 47 bytes ┄┄┄┄┄┄┄┄┄>│\n"
"  +0.009  │<┄┄┄┄┄┄┄┄┄┄┄ send_challenge_ack, inferred: 43 bytes ┄┄│\n"
"          │   encrypted data                                     │\n"
"          │   distribution handshake complete (inferred)         │\n"
"          │   closed                                             │\n");
}

static void
plaintext_is_read(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_plain(&s);
	begin(j);
	say(j, SIDE_CLIENT, MESSAGE_SEND_NAME, 28, 6, 0);
	say(j, SIDE_SERVER, MESSAGE_SEND_STATUS, 5, DIST_STATUS_OK, 0);
	say(j, SIDE_SERVER, MESSAGE_SEND_CHALLENGE, 31, 6, 0);
	say(j, SIDE_CLIENT, MESSAGE_SEND_CHALLENGE_REPLY, 23, 0, 0);
	say(j, SIDE_SERVER, MESSAGE_SEND_CHALLENGE_ACK, 19, 0, 0);
	assert_string_equal(drawn(j, 81, false),
"  +0.000  |-- send_name, 28 bytes: version 6, a@alpha.lab, OTP 25-27 --------->|\n"
"  +0.001  |<--------------------------------------- send_status, 5 bytes: ok --|\n"
"  +0.002  |<-------- send_challenge, 31 bytes: version 6, b@beta.lab, OTP 23 --|\n"
"  +0.003  |-- send_challenge_reply, 23 bytes --------------------------------->|\n"
"  +0.004  |<----------------------------------- send_challenge_ack, 19 bytes --|\n"
"          |   distribution handshake complete                                  |\n"
"          |   closed                                                           |\n");
}

static void
refusals_end_with_what_tells_them(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_refused(&s);
	begin(j);
	say(j, SIDE_CLIENT, MESSAGE_CLIENT_HELLO, 258, 0x0303, 0);
	say(j, SIDE_SERVER, MESSAGE_CERTIFICATE, 900, 1, 0);
	say(j, SIDE_CLIENT, MESSAGE_ALERT, 2, 2, 45);
	assert_string_equal(drawn(j, 81, false),
"  +0.000  |-- ClientHello, 258 bytes: offers TLSv1.2, SNI beta.lab ----------->|\n"
"  +0.001  |<----------------- Certificate, 900 bytes: O = Lab, CN = beta.lab --|\n"
"  +0.002  |-- alert, 2 bytes: fatal certificate_expired ---------------------->|\n"
"          |   refused: alert                                                   |\n");

	j = sample_add_plain(&s);
	j->dist.complete = ANSWER_NO;
	j->state = STATE_REFUSED;
	j->reason = REASON_PLAIN_TO_TLS;
	begin(j);
	say(j, SIDE_CLIENT, MESSAGE_SEND_NAME, 28, 5, 0);
	say(j, SIDE_SERVER, MESSAGE_TLS_ALERT_TO_DIST, 7, 10, 0);
	assert_string_equal(drawn(j, 81, false),
"  +0.000  |-- send_name, 28 bytes: version 5, a@alpha.lab, OTP 25-27 --------->|\n"
"  +0.001  |<------------------------- TLS alert, 7 bytes: unexpected_message --|\n"
"          |   refused: plain-to-tls                                            |\n");
}

/* Merged captures: what the client acknowledged comes before it, whatever the clocks say. */
static void
acknowledgements_order_the_sides(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_plain(&s);
	j->dist = (struct judged_dist){ .version = 0 };
	begin(j);
	say(j, SIDE_CLIENT, MESSAGE_SEND_NAME, 28, 6, 0);
	say(j, SIDE_SERVER, MESSAGE_SEND_STATUS, 5, DIST_STATUS_OK, 0);
	said[0].v[0].at_ns += 50000000;
	const char *page = drawn(j, 81, false);
	assert_true(strstr(page, "send_name") < strstr(page, "send_status"));
	assert_non_null(strstr(page, "  +0.050  |-- send_name"));
}

static void
what_was_not_seen_is_said(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_plain(&s);
	begin(j);
	j->dist = (struct judged_dist){ .version = 0 };
	j->state = STATE_UP;
	j->blind = BLIND_BIT(BLIND_MIDSTREAM) | BLIND_BIT(BLIND_GAP) | BLIND_BIT(BLIND_NO_KEYS);
	assert_string_equal(drawn(j, 63, false),
"          |   no message of it is known                      |\n"
"          |   not all was seen: midstream, gap               |\n"
"          |   up                                             |\n");
	j->more_messages = true;
	j->state = STATE_NONE;
	assert_non_null(strstr(drawn(j, 63, false), "   what followed was not kept  "));
	assert_non_null(strstr(drawn(j, 63, false), "   what became of it is not known  "));
}

/* Where nothing was inferred, the first records are shown for who can read more out of them. */
static void
records_that_told_nothing_are_shown(void **state)
{
	const char *page;
	size_t n = 0;

	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_sealed(&s);
	begin(j);
	for (unsigned i = 0; i < MESSAGES_DATA_MAX; i++)
		say(j, SIDE_SERVER, MESSAGE_SEALED_DATA, 100 + i, 0, 0);
	say(j, SIDE_CLIENT, MESSAGE_SEALED_ALERT, 19, 0, 0);
	page = drawn(j, 63, false);
	assert_non_null(strstr(page, "encrypted record, 107 bytes"));
	assert_null(strstr(page, "encrypted record, 108 bytes"));
	for (const char *at = page; (at = strstr(at, "   encrypted data ")) != NULL; at++)
		n++;
	assert_int_equal(n, 1);
	assert_non_null(strstr(page, "-- encrypted alert record, 19 bytes "));
	assert_null(strstr(page, "inferred:"));
}

static void
a_retry_asks_for_a_group(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_sealed(&s);
	begin(j);
	say(j, SIDE_CLIENT, MESSAGE_CLIENT_HELLO, 1500, 0x0304, 4588);
	say(j, SIDE_SERVER, MESSAGE_HELLO_RETRY_REQUEST, 88, 0x0304, 24);
	const char *page = drawn(j, 110, false);
	assert_non_null(strstr(page, "offers TLSv1.3, key share X25519MLKEM768, SNI beta.lab "));
	assert_non_null(strstr(page, "HelloRetryRequest, 88 bytes: wants secp384r1 "));
}

/* Whatever a stranger sends, and every word there is: lines of one width, harmless. */
static void
lines_are_as_wide_as_the_ladder(void **state)
{
	(void)state;
	for (size_t i = 0; i < 12 * SAMPLE_N_HOSTILE; i++) {
		bool utf8 = i % 2 == 0;
		unsigned width = (unsigned)(i % 130);
		struct ladder l;

		sample_all_words(&s);
		struct judgement *j = &s.connections[i % 12];
		j->tls.sni = words_bytes(sample_hostile[i / 12]);
		begin(j);
		for (int kind = MESSAGE_CLIENT_HELLO; kind < N_MESSAGE_KINDS; kind++)
			say(j, (enum side)(kind % 2), (enum message_kind)kind, UINT32_MAX, (uint16_t)i,
			    (uint16_t)(i * 7));
		infer(j, SIDE_CLIENT, "CertificateVerify", 65535, "RSA-16384");
		ladder_read(&l, j, utf8);
		assert_true(l.n > 1);
		for (unsigned r = 0; r < l.n; r++) {
			char line[LADDER_LINE_BYTES];
			struct text t = TEXT(line);

			ladder_put_rung(&t, &l.rungs[r], width, utf8);
			assert_false(t.cut);
			unsigned want = width < LADDER_WIDTH_MIN ? LADDER_WIDTH_MIN :
			    width > LADDER_WIDTH_MAX ? LADDER_WIDTH_MAX : width;
			assert_int_equal(text_columns(line), want - 1);
			for (const char *c = line; *c != '\0'; c++) {
				assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
				assert_true(utf8 || (unsigned char)*c < 0x80);
			}
		}
	}
}

/* A name that fills its label does not push the end of the line away. */
static void
the_longest_name_is_cut(void **state)
{
	static char name[256];
	const char *page;

	(void)state;
	memset(name, '\xff', sizeof name - 1);
	sample_open(&s);
	struct judgement *j = sample_add_refused(&s);
	j->tls.sni = words_bytes(name);
	begin(j);
	say(j, SIDE_CLIENT, MESSAGE_CLIENT_HELLO, 258, 0x0303, 0);
	page = drawn(j, 100, false);
	assert_int_equal(strcspn(page, "\n"), 99);
	assert_non_null(strstr(page, "SNI \\xff\\xff"));
	assert_int_equal(strncmp(page + 93, "~ -->|\n", 7), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_handshake_and_what_is_inferred_inside),
		cmocka_unit_test(everything_sealed_is_marked_as_inferred),
		cmocka_unit_test(plaintext_is_read),
		cmocka_unit_test(refusals_end_with_what_tells_them),
		cmocka_unit_test(acknowledgements_order_the_sides),
		cmocka_unit_test(what_was_not_seen_is_said),
		cmocka_unit_test(records_that_told_nothing_are_shown),
		cmocka_unit_test(a_retry_asks_for_a_group),
		cmocka_unit_test(lines_are_as_wide_as_the_ladder),
		cmocka_unit_test(the_longest_name_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
