#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "report/sample.h"
#include "ui/ladder.h"

static struct sample s;

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
note_record(struct judgement *j, enum side side, const char *message, uint16_t length,
    const char *key)
{
	struct judged_records *r = &j->tls.inferred_from[side];

	r->v[r->n++] = (struct judged_record){ message, length, key };
}

static void
note_inner(struct judgement *j)
{
	note_record(j, SIDE_CLIENT, "send_name", 53, NULL);
	note_record(j, SIDE_SERVER, "send_status", 29, NULL);
	note_record(j, SIDE_SERVER, "send_challenge", 61, NULL);
	note_record(j, SIDE_CLIENT, "send_challenge_reply", 47, NULL);
	note_record(j, SIDE_SERVER, "send_challenge_ack", 43, NULL);
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
	note_inner(j);
	ladder_put_sides(&t, 70);
	assert_string_equal(sides,
"  client                                                      server");
	assert_string_equal(drawn(j, 70, false),
"  |-- ClientHello, SNI beta.lab ---------------------------------->|\n"
"  |<--------------------------------------- ServerHello, TLSv1.2 --|\n"
"  |<---------------------------------- Certificate, a chain of 2 --|\n"
"  |<---------------------- ServerKeyExchange, signature verified --|\n"
"  |<----------------------------------------- CertificateRequest --|\n"
"  |<-------------------------------------------- ServerHelloDone --|\n"
"  |-- Certificate, a chain of 2 ---------------------------------->|\n"
"  |-- ClientKeyExchange ------------------------------------------>|\n"
"  |-- CertificateVerify, signature verified ---------------------->|\n"
"  |-- ChangeCipherSpec, Finished (encrypted) --------------------->|\n"
"  |<--------------------- ChangeCipherSpec, Finished (encrypted) --|\n"
"  |.. send_name (inferred: 53 bytes) .............................>|\n"
"  |<........................ send_status ok (inferred: 29 bytes) ..|\n"
"  |<........................ send_challenge (inferred: 61 bytes) ..|\n"
"  |.. send_challenge_reply (inferred: 47 bytes) ..................>|\n"
"  |<.................... send_challenge_ack (inferred: 43 bytes) ..|\n"
"  |   distribution handshake complete (inferred)                   |\n"
"  |   closed                                                       |\n");
}

/* Both sides' flights, in the protocol's order, and every rung after the hellos says
 * that it is inferred, and from which length: also on a narrow screen. */
static void
everything_sealed_is_marked_as_inferred(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_sealed(&s);
	note_record(j, SIDE_SERVER, "EncryptedExtensions", 27, NULL);
	note_record(j, SIDE_SERVER, "CertificateRequest", 272, NULL);
	note_record(j, SIDE_SERVER, "Certificate", 1850, NULL);
	note_record(j, SIDE_SERVER, "CertificateVerify", 281, "RSA-2048");
	note_record(j, SIDE_SERVER, "Finished", 69, NULL);
	note_record(j, SIDE_CLIENT, "Certificate", 1849, NULL);
	note_record(j, SIDE_CLIENT, "CertificateVerify", 281, "RSA-2048");
	note_record(j, SIDE_CLIENT, "Finished", 69, NULL);
	note_inner(j);
	assert_string_equal(drawn(j, 60, true),
"  │── ClientHello, SNI beta.lab ────────────────────────>│\n"
"  │<───────────────────────────── ServerHello, TLSv1.3 ──│\n"
"  │<┄┄┄┄┄┄┄┄┄ EncryptedExtensions (inferred: 27 bytes) ┄┄│\n"
"  │<┄┄┄┄┄┄┄┄┄ CertificateRequest (inferred: 272 bytes) ┄┄│\n"
"  │<┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ Certificate (inferred: 1850 bytes) ┄┄│\n"
"  │<┄┄ CertificateVerify (inferred: 281 bytes, RSA-20… ┄┄│\n"
"  │<┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ Finished (inferred: 69 bytes) ┄┄│\n"
"  │┄┄ Certificate (inferred: 1849 bytes) ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄>│\n"
"  │┄┄ CertificateVerify (inferred: 281 bytes, RSA-20… ┄┄>│\n"
"  │┄┄ Finished (inferred: 69 bytes) ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄>│\n"
"  │┄┄ send_name (inferred: 53 bytes) ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄>│\n"
"  │<┄┄┄┄┄┄┄┄┄┄┄┄┄┄ send_status ok (inferred: 29 bytes) ┄┄│\n"
"  │<┄┄┄┄┄┄┄┄┄┄┄┄┄┄ send_challenge (inferred: 61 bytes) ┄┄│\n"
"  │┄┄ send_challenge_reply (inferred: 47 bytes) ┄┄┄┄┄┄┄┄>│\n"
"  │<┄┄┄┄┄┄┄┄┄┄ send_challenge_ack (inferred: 43 bytes) ┄┄│\n"
"  │   distribution handshake complete (inferred)         │\n"
"  │   closed                                             │\n");
}

/* A judgement does not say which of challenge, reply and ack were read. */
static void
plaintext_shows_what_the_judgement_says_and_no_more(void **state)
{
	(void)state;
	sample_open(&s);
	assert_string_equal(drawn(sample_add_plain(&s), 50, false),
"  |-- send_name, version 6 ------------------->|\n"
"  |<------------------------- send_status ok --|\n"
"  |   distribution handshake complete          |\n"
"  |   closed                                   |\n");

	struct judgement *j = sample_add_plain(&s);
	j->dist = (struct judged_dist){ .version = 0, .status = DIST_STATUS_NONE,
	    .complete = ANSWER_ABSENT, .evidence = EVIDENCE_SEEN };
	j->state = STATE_UP;
	j->blind = BLIND_BIT(BLIND_MIDSTREAM) | BLIND_BIT(BLIND_GAP) | BLIND_BIT(BLIND_NO_KEYS);
	assert_string_equal(drawn(j, 50, false),
"  |   no message of it is known                |\n"
"  |   not all was seen: midstream, gap         |\n"
"  |   up                                       |\n");
}

static void
refusals_end_with_what_tells_them(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_plain(&s);
	j->dist.complete = ANSWER_NO;
	j->state = STATE_REFUSED;
	j->reason = REASON_COOKIE_MISMATCH;
	assert_string_equal(drawn(j, 50, false),
"  |-- send_name, version 6 ------------------->|\n"
"  |<------------------------- send_status ok --|\n"
"  |-- send_challenge_reply ------------------->|\n"
"  |   refused: cookie-mismatch                 |\n");

	j->dist.status = DIST_STATUS_NONE;
	j->reason = REASON_PLAIN_TO_TLS;
	assert_string_equal(drawn(j, 50, false),
"  |-- send_name, version 6 ------------------->|\n"
"  |<------------------------------ TLS alert --|\n"
"  |   refused: plain-to-tls                    |\n");

	assert_string_equal(drawn(sample_add_refused(&s), 60, false),
"  |-- ClientHello, SNI beta.lab ------------------------>|\n"
"  |<----------------------------- ServerHello, TLSv1.2 --|\n"
"  |<------------------------ Certificate, a chain of 2 --|\n"
"  |<-------------------------------- ServerKeyExchange --|\n"
"  |<------------------------------- CertificateRequest --|\n"
"  |-- alert, fatal certificate_expired ----------------->|\n"
"  |   refused: alert                                     |\n");
}

/* What a resumed session stands on was said in another connection. */
static void
a_resumed_session_shows_no_certificates(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_mutual(&s);
	j->evidence = j->tls.client.evidence = j->tls.server.evidence = EVIDENCE_RESUMED;
	j->tls.client.verified = j->tls.server.verified = ANSWER_YES;
	j->tls.resumed = ANSWER_YES;
	j->has_dist = false;
	assert_string_equal(drawn(j, 60, false),
"  |-- ClientHello, SNI beta.lab ------------------------>|\n"
"  |<----------------------------- ServerHello, TLSv1.2 --|\n"
"  |<----------- ChangeCipherSpec, Finished (encrypted) --|\n"
"  |-- ChangeCipherSpec, Finished (encrypted) ----------->|\n"
"  |   a session is resumed                               |\n"
"  |   closed                                             |\n");
}

/* Nothing shows that there was a ClientHello, or a Finished. */
static void
what_is_not_certain_is_not_drawn(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_mutual(&s);
	j->verdict = VERDICT_ENCRYPTED;
	j->tls = (struct judged_tls){ .version = 0x0303, .cipher = 0xc02c, .has_cipher = true };
	j->has_dist = false;
	j->state = STATE_NONE;
	assert_string_equal(drawn(j, 60, false),
"  |<----------------------------- ServerHello, TLSv1.2 --|\n"
"  |   what became of it is not known                     |\n");

	j->tls = (struct judged_tls){ 0 };
	assert_string_equal(drawn(j, 60, false),
"  |   no message of it is known                          |\n"
"  |   what became of it is not known                     |\n");

	/* Only what was read itself shows a handshake to its end. */
	struct judgement *mutual = sample_add_mutual(&s);
	assert_non_null(strstr(drawn(mutual, 60, false), "ServerHelloDone"));
	mutual->evidence = EVIDENCE_DECRYPTED;
	assert_null(strstr(drawn(mutual, 60, false), "ServerHelloDone"));
	assert_null(strstr(drawn(mutual, 60, false), "Finished"));

	/* A refusal that rests on nothing else rests on a ClientHello. */
	j->verdict = VERDICT_REFUSED;
	j->state = STATE_REFUSED;
	j->reason = REASON_TLS_TO_PLAIN;
	assert_string_equal(drawn(j, 60, false),
"  |-- ClientHello -------------------------------------->|\n"
"  |   refused: tls-to-plain                              |\n");
}

static void
an_alert_is_drawn_once(void **state)
{
	(void)state;
	sample_open(&s);
	struct judgement *j = sample_add_sealed(&s);
	j->verdict = VERDICT_REFUSED;
	j->state = STATE_REFUSED;
	j->reason = REASON_ALERT;
	j->has_dist = false;
	j->tls.alert.present = j->tls.alert.sealed = true;
	j->tls.alert.from = SIDE_SERVER;
	assert_non_null(strstr(drawn(j, 60, false), " alert (encrypted) --|\n"));
	note_record(j, SIDE_SERVER, "Finished", 69, NULL);
	note_record(j, SIDE_CLIENT, "Finished", 69, NULL);
	note_record(j, SIDE_SERVER, "alert", 19, NULL);
	assert_string_equal(drawn(j, 60, false),
"  |-- ClientHello, SNI beta.lab ------------------------>|\n"
"  |<----------------------------- ServerHello, TLSv1.3 --|\n"
"  |<.................... Finished (inferred: 69 bytes) ..|\n"
"  |.. Finished (inferred: 69 bytes) ....................>|\n"
"  |<....................... alert (inferred: 19 bytes) ..|\n"
"  |   refused: alert                                     |\n");
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
		for (unsigned n = 0; n < JUDGED_RECORDS_MAX; n++) {
			note_record(j, SIDE_CLIENT, n % 2 ? "send_name" : "?", 65535, "RSA-16384");
			note_record(j, SIDE_SERVER, n % 2 ? "send_challenge" : "alert", 1, NULL);
		}
		ladder_read(&l, j, utf8);
		assert_true(l.n > 1);
		for (unsigned r = 0; r < l.n; r++) {
			char line[LADDER_LINE_BYTES];
			struct text t = TEXT(line);

			ladder_put_rung(&t, &l.rungs[r], width, utf8);
			assert_false(t.cut);
			unsigned want = width < LADDER_WIDTH_MIN ? LADDER_WIDTH_MIN :
			    width > LADDER_WIDTH_MAX ? LADDER_WIDTH_MAX : width;
			assert_int_equal(text_columns(line), want - 2);
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
	page = drawn(j, 60, false);
	assert_int_equal(strcspn(page, "\n"), 58);
	assert_int_equal(strncmp(page, "  |-- ClientHello, SNI \\xff", 27), 0);
	assert_int_equal(strncmp(page + 52, "~ -->|\n", 7), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_handshake_and_what_is_inferred_inside),
		cmocka_unit_test(everything_sealed_is_marked_as_inferred),
		cmocka_unit_test(plaintext_shows_what_the_judgement_says_and_no_more),
		cmocka_unit_test(refusals_end_with_what_tells_them),
		cmocka_unit_test(a_resumed_session_shows_no_certificates),
		cmocka_unit_test(what_is_not_certain_is_not_drawn),
		cmocka_unit_test(an_alert_is_drawn_once),
		cmocka_unit_test(lines_are_as_wide_as_the_ladder),
		cmocka_unit_test(the_longest_name_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
