#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "testkit/bench.h"

#define SEC BENCH_SEC

#define ECDHE_GCM 0xc02c	/* TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 */
#define ECDHE_PSK 0xc035	/* TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA */
#define RSA_NULL  0x003b	/* TLS_RSA_WITH_NULL_SHA256 */

static void
open_bench(struct bench *b)
{
	bench_open(b, 0x0303, ECDHE_GCM);
}

static void
expect(const char *talk, enum verdict v, enum certificate_state client, enum answer proved)
{
	struct bench b;

	open_bench(&b);
	bench_play(&b, talk);
	bench_judge(&b);
	assert_int_equal(b.j.verdict, v);
	assert_int_equal(b.j.tls.client.state, client);
	assert_int_equal(b.j.tls.client.proved, proved);
	bench_close(&b);
}

static void
the_four_courses_of_tls_1_2_are_told_apart(void **state)
{
	(void)state;
	expect("cH sHCKRD cCKVSF sSFA", VERDICT_MUTUAL, CERTIFICATE_SENT, ANSWER_YES);
	expect("cH sHCKRD cCKVSF sTSFA", VERDICT_MUTUAL, CERTIFICATE_SENT, ANSWER_YES);
	expect("cH sHCKRD ccKSF sSFA", VERDICT_ONE_WAY, CERTIFICATE_DECLINED, ANSWER_ABSENT);
	expect("cH sHCKD cKSF sSFA", VERDICT_ONE_WAY, CERTIFICATE_NOT_REQUESTED, ANSWER_ABSENT);
	expect("cH sHCKRD cCKSF sSFA", VERDICT_ONE_WAY, CERTIFICATE_SENT, ANSWER_NO);
}

static void
until_the_servers_finished_nothing_is_mutual(void **state)
{
	static const char *const talks[] = { "cH sH", "cH sHCKRD", "cH sHCKRD cCKV",
		"cH sHCKRD cCKVSF", "cH sHCKRD cCKVSF sS" };

	(void)state;
	for (size_t i = 0; i < sizeof talks / sizeof *talks; i++) {
		struct bench b;
		open_bench(&b);
		bench_play(&b, talks[i]);
		assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);
		assert_int_equal(b.j.state, STATE_HANDSHAKE);
		bench_fin(&b, SIDE_SERVER);
		assert_int_equal(bench_judge(&b)->verdict, VERDICT_REFUSED);
		bench_close(&b);
	}
}

/* Every subset of a mutual handshake's messages, in order: only the whole of
 * what proves it is mutual. 'T' and the client's data are not needed for it. */
static void
no_subset_of_a_mutual_handshake_is_mutual(void **state)
{
	static const char client[] = "HCKVSF", server[] = "HCKRD", server_end[] = "SFA";
	unsigned n_mutual = 0;

	(void)state;
	for (unsigned set = 0; set < 1u << 14; set++) {
		struct bench b;
		unsigned bit = 0, of_client = 0;

		open_bench(&b);
		if (set & 1u << bit++)
			bench_say(&b, SIDE_CLIENT, client[0]);
		for (size_t i = 0; server[i] != '\0'; i++)
			if (set & 1u << bit++)
				bench_say(&b, SIDE_SERVER, server[i]);
		for (size_t i = 1; client[i] != '\0'; i++, of_client++)
			if (set & 1u << bit++)
				bench_say(&b, SIDE_CLIENT, client[i]);
		for (size_t i = 0; server_end[i] != '\0'; i++)
			if (set & 1u << bit++)
				bench_say(&b, SIDE_SERVER, server_end[i]);
		/* The last bit is the data, which comes after the proof. */
		bool whole = (set | 1u << 13) == (1u << 14) - 1;
		bool mutual = bench_judge(&b)->verdict == VERDICT_MUTUAL;
		assert_int_equal(mutual, whole);
		n_mutual += mutual;
		bench_close(&b);
	}
	assert_int_equal(n_mutual, 2);
}

/* Swapping any two neighbours of one side's flight breaks RFC 5246 7.3. */
static void
messages_out_of_order_prove_nothing(void **state)
{
	static const char flights[][8] = { "HCKRD", "CKVSF", "SFA" };

	(void)state;
	for (size_t which = 0; which < 3; which++) {
		for (size_t i = 0; flights[which][i + 1] != '\0'; i++) {
			struct bench b;
			char flight[3][8];
			memcpy(flight, flights, sizeof flight);
			char swap = flight[which][i];
			flight[which][i] = flight[which][i + 1];
			flight[which][i + 1] = swap;
			open_bench(&b);
			bench_play(&b, "cH");
			for (const char *s = flight[0]; *s; s++)
				bench_say(&b, SIDE_SERVER, *s);
			for (const char *s = flight[1]; *s; s++)
				bench_say(&b, SIDE_CLIENT, *s);
			for (const char *s = flight[2]; *s; s++)
				bench_say(&b, SIDE_SERVER, *s);
			assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);
			bench_close(&b);
		}
	}
}

/* Arrival order lies; acknowledgements do not. */
static void
a_finished_that_has_not_seen_the_clients_is_no_proof(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	bench_play(&b, "cH sHCKRD sSFA cCKVSF");
	assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);
	bench_close(&b);
}

static void
a_loss_before_the_servers_data_allows_encrypted_at_most(void **state)
{
	static const enum blind losses[] = { BLIND_GAP, BLIND_SNAPLEN, BLIND_OVERLAP, BLIND_LIMIT };

	(void)state;
	for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
		for (int side = 0; side < 2; side++) {
			for (int after = 0; after < 2; after++) {
				struct bench b;
				struct fact f = { .kind = FACT_BLIND };
				f.u.blind.why = losses[i];
				open_bench(&b);
				bench_play(&b, "cH sHCKRD cCKVSF sSF");
				if (after)
					bench_play(&b, "cA sA");
				bench_tell(&b, (enum side)side, f, 10);
				if (!after)
					bench_play(&b, "cA sA");
				bench_judge(&b);
				assert_int_equal(b.j.verdict, after ? VERDICT_MUTUAL : VERDICT_ENCRYPTED);
				if (!after)
					assert_true(b.j.blind & BLIND_BIT(losses[i]));
				bench_close(&b);
			}
		}
	}
}

static void
one_direction_alone_proves_nothing(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	bench_play(&b, "cH sHCKRD cCKVSF sSFA");
	b.c->transport.end[SIDE_CLIENT].packets = 0;
	assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);
	assert_true(b.j.blind & BLIND_BIT(BLIND_ONE_DIRECTION));
	bench_close(&b);
}

static void
an_end_before_the_servers_data_is_a_refusal(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	bench_play(&b, "cH sHCKRD cCKVSF sSF");
	assert_int_equal(bench_judge(&b)->verdict, VERDICT_MUTUAL);
	assert_int_equal(b.j.state, STATE_HANDSHAKE);
	bench_fin(&b, SIDE_SERVER);
	assert_int_equal(bench_judge(&b)->verdict, VERDICT_REFUSED);
	assert_int_equal(b.j.reason, REASON_CLOSED);
	bench_close(&b);
}

static void
an_alert_in_clear_names_who_and_what(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	bench_play(&b, "cH sHCKRD cL");
	assert_int_equal(bench_judge(&b)->verdict, VERDICT_REFUSED);
	assert_int_equal(b.j.reason, REASON_ALERT);
	assert_int_equal(b.j.tls.alert.from, SIDE_CLIENT);
	assert_int_equal(b.j.tls.alert.description, 45);
	assert_int_equal(b.j.tls.client.state, CERTIFICATE_NOT_REACHED);
	assert_non_null(strstr(b.j.explanation, "client rejected the server's certificate"));
	bench_close(&b);
}

static void
suites_without_certificates_or_encryption_are_not_mutual(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	b.cipher = ECDHE_PSK;
	bench_play(&b, "cH sHCKRD cCKVSF sSFA");
	assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);
	bench_close(&b);
	open_bench(&b);
	b.cipher = RSA_NULL;
	bench_play(&b, "cH sHCRD cCKVSF sSFA");
	assert_int_equal(bench_judge(&b)->verdict, VERDICT_PLAINTEXT);
	bench_close(&b);
}

/* A handshake message after both Finished is a renegotiation: who is
 * authenticated then is hidden. */
static void
a_renegotiation_takes_the_verdict_back(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	bench_play(&b, "cH sHCKD cKSF sSF cFA sA");
	assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);
	bench_close(&b);
}

static void
a_resumption_of_nothing_known_is_encrypted(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	bench_play(&b, "cH sHSF cSFA sA");
	assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);
	assert_int_equal(b.j.tls.resumed, ANSWER_YES);
	bench_close(&b);
}

static void
a_resumption_is_what_it_resumes(void **state)
{
	for (int mutual = 0; mutual < 2; mutual++) {
		struct session_facts s = { .mutual = mutual, .requested = mutual,
			.client_state = mutual ? CERTIFICATE_SENT : CERTIFICATE_NOT_REQUESTED };
		struct bench b;

		(void)state;
		open_bench(&b);
		b.c->tls.resumed_from = &s;
		bench_play(&b, "cH sHSF cSFA");
		assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);	/* not accepted yet */
		bench_play(&b, "sA");
		assert_int_equal(bench_judge(&b)->verdict, mutual ? VERDICT_MUTUAL : VERDICT_ONE_WAY);
		assert_int_equal(b.j.evidence, EVIDENCE_RESUMED);
		assert_int_equal(b.j.tls.client.state, s.client_state);
		bench_close(&b);
	}
}

/* Both signatures were checked; what was asked for in between does not matter here. */
static void
expect_verified(struct bench *b, enum answer server, enum answer client)
{
	b->c->tls.transcript.by[SIDE_SERVER] = SIGNATURE_GOOD;
	b->c->tls.transcript.by[SIDE_CLIENT] = SIGNATURE_BAD;
	b->c->tls.exchange_scheme = 0x0804;
	b->c->tls.verify_scheme = 0x0403;
	bench_judge(b);
	assert_int_equal(b->j.tls.server.verified, server);
	assert_int_equal(b->j.tls.server.scheme, server ? 0x0804 : 0);
	assert_int_equal(b->j.tls.client.verified, client);
	assert_int_equal(b->j.tls.client.scheme, client ? 0x0403 : 0);
}

static void
a_checked_signature_is_told_where_the_course_is_whole(void **state)
{
	static const char *const whole[] = { "cH sHCKRD cCKV", "cH sHCKRD cCKV sL",
		"cH sHCKRD cCKVSF sSFA" };
	static const char *const odd[] = { "cH sHCKRD cCKVSF sSFAF", "cHH sHCKRD cCKV",
		"cH sHKCRD cCKV", "cH sHCKD cCKVSF sSFA", "cH sHSF cSFA sA" };

	(void)state;
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		struct bench b;
		open_bench(&b);
		bench_play(&b, whole[i]);
		expect_verified(&b, ANSWER_YES, ANSWER_NO);
		bench_close(&b);
	}
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct bench b;
		open_bench(&b);
		bench_play(&b, odd[i]);
		expect_verified(&b, ANSWER_ABSENT, ANSWER_ABSENT);
		bench_close(&b);
	}
}

/* Copies that differ anywhere; a loss or an odd byte before the server's data. */
static void
where_bytes_are_in_doubt_no_signature_is_told(void **state)
{
	static const struct { enum fact_kind kind; enum blind why; bool after, told; } v[] = {
		{ FACT_BLIND,   BLIND_GAP,     false, false },
		{ FACT_BLIND,   BLIND_GAP,     true,  true },
		{ FACT_BLIND,   BLIND_OVERLAP, false, false },
		{ FACT_BLIND,   BLIND_OVERLAP, true,  false },
		{ FACT_ANOMALY, BLIND_NONE,    false, false },
		{ FACT_ANOMALY, BLIND_NONE,    true,  true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		for (int side = 0; side < 2; side++) {
			struct fact f = { .kind = v[i].kind };
			struct bench b;
			open_bench(&b);
			if (v[i].kind == FACT_BLIND)
				f.u.blind.why = v[i].why;
			bench_play(&b, v[i].after ? "cH sHCKRD cCKVSF sSF cA sA" : "cH sHCKRD cCKVSF sSF");
			bench_tell(&b, (enum side)side, f, 10);
			if (!v[i].after)
				bench_play(&b, "cA sA");
			expect_verified(&b, v[i].told ? ANSWER_YES : ANSWER_ABSENT,
			    v[i].told ? ANSWER_NO : ANSWER_ABSENT);
			bench_close(&b);
		}
	}
}

/* A session carries what was verified in it, and not what was bad. */
static void
a_resumed_session_was_verified_once(void **state)
{
	struct session_facts s;
	struct bench first, second;

	(void)state;
	open_bench(&first);
	bench_play(&first, "cH sHCKRD cCKVSF sSFA");
	expect_verified(&first, ANSWER_YES, ANSWER_NO);
	assert_true(verdict_session(first.c, &s));
	assert_int_equal(s.verified[SIDE_SERVER], ANSWER_YES);
	assert_int_equal(s.verified[SIDE_CLIENT], ANSWER_ABSENT);
	open_bench(&second);
	second.c->tls.resumed_from = &s;
	bench_play(&second, "cH sHSF cSFA sA");
	bench_judge(&second);
	assert_int_equal(second.j.tls.server.verified, ANSWER_YES);
	assert_int_equal(second.j.tls.server.scheme, 0x0804);
	assert_int_equal(second.j.tls.client.verified, ANSWER_ABSENT);
	assert_int_equal(second.j.tls.client.scheme, 0);
	bench_close(&second);
	bench_close(&first);
}

static void
an_unanswered_client_hello_is_judged_by_who_gave_up_and_when(void **state)
{
	static const struct { bool acked; uint64_t wait_ns; enum side by; enum reason reason; } v[] = {
		{ true, 7 * SEC, SIDE_CLIENT, REASON_TLS_TO_PLAIN },
		{ true, SEC / 2, SIDE_CLIENT, REASON_CLOSED },
		{ false, 7 * SEC, SIDE_CLIENT, REASON_NO_ANSWER },
		{ true, 7 * SEC, SIDE_SERVER, REASON_CLOSED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct bench b;
		open_bench(&b);
		bench_play(&b, "cH");
		assert_int_equal(bench_judge(&b)->verdict, VERDICT_UNKNOWN);
		b.at_ns += v[i].wait_ns;
		bench_fin(&b, v[i].by);
		b.c->transport.end[SIDE_CLIENT].acked = v[i].acked ? b.sent[SIDE_CLIENT] : 0;
		assert_int_equal(bench_judge(&b)->verdict, VERDICT_REFUSED);
		assert_int_equal(b.j.reason, v[i].reason);
		bench_close(&b);
	}
}

/* TLS 1.2 GCM: 24 bytes more than the plain message. [wire.md's table is
 * measured; the sizes are OTP's erl_dist_protocol] */
static void
inner_handshake(struct bench *b, uint16_t name, uint16_t status, uint16_t challenge, uint16_t reply,
    uint16_t ack)
{
	bench_play(b, "cH sHCKRD cCKVSF sSF");
	if (name)
		bench_sealed(b, SIDE_CLIENT, 23, (uint16_t)(name + 24));
	if (status)
		bench_sealed(b, SIDE_SERVER, 23, (uint16_t)(status + 24));
	if (challenge)
		bench_sealed(b, SIDE_SERVER, 23, (uint16_t)(challenge + 24));
	if (reply)
		bench_sealed(b, SIDE_CLIENT, 23, (uint16_t)(reply + 24));
	if (ack)
		bench_sealed(b, SIDE_SERVER, 23, (uint16_t)(ack + 24));
}

static void
the_inner_handshake_is_known_by_its_lengths(void **state)
{
	static const struct {
		uint16_t name, status, challenge, reply, ack;
		bool known;
		enum connection_state open;
		enum reason when_closed;	/* by the server */
	} v[] = {
		{ 30, 7, 33, 25, 21, true, STATE_UP, REASON_NONE },
		{ 30, 20, 33, 25, 21, true, STATE_UP, REASON_NONE },
		{ 30, 40, 33, 25, 21, true, STATE_UP, REASON_NONE },		/* named: */
		{ 30, 7, 33, 25, 0, false, STATE_HANDSHAKE, REASON_COOKIE_MISMATCH },
		{ 30, 8, 0, 0, 0, false, STATE_HANDSHAKE, REASON_SIMULTANEOUS },
		{ 30, 16, 0, 0, 0, false, STATE_HANDSHAKE, REASON_NOT_ALLOWED },
		{ 30, 7, 33, 0, 0, false, STATE_HANDSHAKE, REASON_CLOSED },
		{ 30, 7, 33, 25, 22, false, STATE_UP, REASON_NONE },		/* data, no ack */
		{ 30, 9, 33, 25, 21, false, STATE_UP, REASON_NONE },		/* no such status */
		{ 30, 7, 33, 26, 21, false, STATE_UP, REASON_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct bench b;
		open_bench(&b);
		inner_handshake(&b, v[i].name, v[i].status, v[i].challenge, v[i].reply, v[i].ack);
		bench_judge(&b);
		assert_int_equal(b.j.verdict, VERDICT_MUTUAL);
		assert_int_equal(!!(b.j.known_by & KNOWN_BY_LENGTHS), v[i].known);
		assert_int_equal(b.j.state, v[i].open);
		bench_fin(&b, SIDE_SERVER);
		bench_judge(&b);
		assert_int_equal(b.j.verdict, VERDICT_MUTUAL);
		assert_int_equal(b.j.reason, v[i].when_closed);
		assert_int_equal(b.j.state, v[i].when_closed ? STATE_REFUSED : STATE_CLOSED);
		bench_close(&b);
	}
}

/* The client's own FIN was not captured. */
static void
a_server_that_closes_in_answer_found_no_wrong_cookie(void **state)
{
	(void)state;
	for (int is_answer = 0; is_answer < 2; is_answer++) {
		struct bench b;
		open_bench(&b);
		inner_handshake(&b, 30, 7, 33, 25, 0);
		bench_fin(&b, SIDE_SERVER);
		b.c->transport.end[SIDE_SERVER].fin_is_answer = is_answer;
		bench_judge(&b);
		assert_int_equal(b.j.state, STATE_REFUSED);
		assert_int_equal(b.j.reason, is_answer ? REASON_CLOSED : REASON_COOKIE_MISMATCH);
		bench_close(&b);
	}
}

static void
a_full_node_name_needs_a_name_and_a_host(void **state)
{
	static const struct port_facts epmd[2] = { [SIDE_SERVER] = { .by_epmd = true,
		.node = { (const uint8_t *)"b", 1 } } };
	struct bench b;

	(void)state;
	open_bench(&b);
	bench_play(&b, "cH sHCKD cKSF sSFA");
	verdict_judge(b.c, epmd, &b.arena, &b.j);
	assert_int_equal(b.j.end[SIDE_SERVER].node.n, 10);
	assert_memory_equal(b.j.end[SIDE_SERVER].node.p, "b@beta.lab", 10);
	assert_int_equal(b.j.end[SIDE_CLIENT].node.n, 0);
	b.c->tls.sni.n = 0;
	verdict_judge(b.c, epmd, &b.arena, &b.j);
	assert_int_equal(b.j.end[SIDE_SERVER].node.n, 3);
	assert_memory_equal(b.j.end[SIDE_SERVER].node.p, "b@?", 3);
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_four_courses_of_tls_1_2_are_told_apart),
		cmocka_unit_test(until_the_servers_finished_nothing_is_mutual),
		cmocka_unit_test(no_subset_of_a_mutual_handshake_is_mutual),
		cmocka_unit_test(messages_out_of_order_prove_nothing),
		cmocka_unit_test(a_finished_that_has_not_seen_the_clients_is_no_proof),
		cmocka_unit_test(a_loss_before_the_servers_data_allows_encrypted_at_most),
		cmocka_unit_test(one_direction_alone_proves_nothing),
		cmocka_unit_test(an_end_before_the_servers_data_is_a_refusal),
		cmocka_unit_test(an_alert_in_clear_names_who_and_what),
		cmocka_unit_test(suites_without_certificates_or_encryption_are_not_mutual),
		cmocka_unit_test(a_renegotiation_takes_the_verdict_back),
		cmocka_unit_test(a_resumption_of_nothing_known_is_encrypted),
		cmocka_unit_test(a_resumption_is_what_it_resumes),
		cmocka_unit_test(a_checked_signature_is_told_where_the_course_is_whole),
		cmocka_unit_test(where_bytes_are_in_doubt_no_signature_is_told),
		cmocka_unit_test(a_resumed_session_was_verified_once),
		cmocka_unit_test(an_unanswered_client_hello_is_judged_by_who_gave_up_and_when),
		cmocka_unit_test(the_inner_handshake_is_known_by_its_lengths),
		cmocka_unit_test(a_server_that_closes_in_answer_found_no_wrong_cookie),
		cmocka_unit_test(a_full_node_name_needs_a_name_and_a_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
