#include "audit/asking.h"
#include "audit/mending.h"
#include "testkit/rules_lab.h"

/* Bends of that world. j is its first connection. */

#define BEND(name) static void name(struct world *w, struct judgement *j)

BEND(as_it_is) { (void)w; (void)j; }
BEND(is_tls13) { tls13(w, j); }
BEND(is_plaintext) { (void)w; plaintext(j); }
BEND(is_null_suite) { (void)w; j->verdict = VERDICT_PLAINTEXT; j->tls.cipher = 0x003b; }
BEND(is_attempt) {
	(void)w;
	plaintext(j);
	j->state = STATE_REFUSED;
	j->reason = REASON_PLAIN_TO_TLS;
}
BEND(is_attempt_asked_about) { is_attempt(w, j); w->policy.no_refused = true; }
BEND(is_unknown) { (void)w; j->verdict = VERDICT_UNKNOWN; j->state = STATE_NONE; j->has_tls = false; }
BEND(is_encrypted) { (void)w; j->verdict = VERDICT_ENCRYPTED; }
BEND(is_disputed_tls) { (void)w; j->verdict = VERDICT_ENCRYPTED; j->blind = BLIND_BIT(BLIND_OVERLAP); }
BEND(is_midstream) {
	(void)w;
	j->verdict = VERDICT_ENCRYPTED;
	j->blind = BLIND_BIT(BLIND_MIDSTREAM);
	j->tls = (struct judged_tls){ 0 };
}
BEND(is_refused) {
	(void)w;
	j->verdict = VERDICT_REFUSED;
	j->state = STATE_REFUSED;
	j->reason = REASON_ALERT;
}
BEND(is_mutual_refused) { (void)w; j->state = STATE_REFUSED; j->reason = REASON_COOKIE_MISMATCH; }
BEND(is_in_handshake) { (void)w; j->state = STATE_HANDSHAKE; }
BEND(not_asked) { (void)w; one_way(j, CERTIFICATE_NOT_REQUESTED); }
BEND(declined) { (void)w; one_way(j, CERTIFICATE_DECLINED); }
BEND(seen_is_asked) { tls13(w, j); w->policy.evidence = EVIDENCE_SEEN; }
BEND(no_proof) { (void)w; j->verdict = VERDICT_ONE_WAY; j->tls.client.proved = ANSWER_NO; }
BEND(proof_not_known) { (void)w; j->verdict = VERDICT_ENCRYPTED; j->tls.client.proved = ANSWER_ABSENT; }
BEND(client_signs_badly) { (void)w; j->tls.client.verified = ANSWER_NO; }
BEND(server_signs_badly) { (void)w; j->tls.server.verified = ANSWER_NO; }
BEND(both_sign_badly) { client_signs_badly(w, j); server_signs_badly(w, j); }
/* TLS for certain, and it ends before anybody finishes. */
BEND(not_accepted) { (void)w; j->verdict = VERDICT_ENCRYPTED; j->state = STATE_HANDSHAKE; }
BEND(bad_in_handshake) { not_accepted(w, j); server_signs_badly(w, j); }
BEND(not_checked) { (void)w; j->tls.server.verified = ANSWER_ABSENT; }
BEND(is_tls10) { (void)w; j->tls.version = 0x0301; }
BEND(is_tls12_of_13) { (void)j; w->policy.tls_min = 0x0304; }
BEND(is_draft) { (void)w; j->tls.version = 0x7f1c; }
BEND(static_rsa) { (void)w; j->tls.cipher = 0x009d; j->tls.group = 0; }
BEND(psk_alone) { tls13(w, j); j->tls.resumed = ANSWER_YES; j->tls.group = 0; }
BEND(unknown_suite) { (void)w; j->tls.cipher = 0xfefe; }
BEND(unknown_suite_encrypted) { is_encrypted(w, j); unknown_suite(w, j); }
BEND(hybrid) {
	tls13(w, j);
	w->policy.post_quantum = true;
	j->tls.group = 0x11ec;
	j->tls.post_quantum = ANSWER_YES;
}
BEND(x25519_alone) { tls13(w, j); w->policy.post_quantum = true; }
BEND(tls12_and_quanta) { (void)j; w->policy.post_quantum = true; }
BEND(unknown_group) { tls13(w, j); w->policy.post_quantum = true; j->tls.group = 0x7777; }
BEND(anonymous) { (void)w; one_way(j, CERTIFICATE_NOT_REQUESTED); j->tls.cipher = 0x00a7; }
BEND(export_suite) { (void)w; j->tls.cipher = 0x0003; }
BEND(rc4) { (void)w; j->tls.cipher = 0xc007; }
BEND(des) { (void)w; j->tls.cipher = 0x0009; }
BEND(triple_des) { (void)w; j->tls.cipher = 0xc008; }
BEND(integrity_only) { tls13(w, j); j->verdict = VERDICT_PLAINTEXT; j->tls.cipher = 0xc0b4; }

BEND(short_key) { show(w, &j->tls.server.chain, 2, FORGED_SHORT, FORGED_CA); }
BEND(sha1) { show(w, &j->tls.server.chain, 2, FORGED_SHA1, FORGED_CA); }
BEND(expired) { show(w, &j->tls.server.chain, 2, FORGED_EXPIRED, FORGED_CA); }
BEND(asks_expiry) {
	(void)j;
	w->policy.asks_expiry = true;
	w->policy.expires_in_ns = 14 * DAY * NSEC_PER_SEC;
}
BEND(expiring) { asks_expiry(w, j); j->first_ns += 290 * DAY * NSEC_PER_SEC; }
BEND(expiry_hidden) { asks_expiry(w, j); tls13(w, j); }
BEND(trusts) { (void)j; w->inquiry.trust = w->lab->trust; w->policy.ca = "ca.pem"; }
BEND(stranger) { trusts(w, j); show(w, &j->tls.server.chain, 2, FORGED_STRANGER, FORGED_OTHER_CA); }
BEND(chain_hidden) { trusts(w, j); tls13(w, j); }
BEND(shuffled) { show(w, &j->tls.server.chain, 3, FORGED_BETA, FORGED_OTHER_CA, FORGED_CA); }
BEND(other_host) { (void)w; j->tls.sni = str("gamma.lab"); j->end[SIDE_SERVER].node = str("b@gamma.lab"); }
BEND(namesake) { show(w, &j->tls.server.chain, 2, FORGED_NAMESAKE, FORGED_CA); }
BEND(self_signed) { show(w, &j->tls.server.chain, 1, FORGED_SELF_SIGNED); }
BEND(unreadable) { j->tls.server.chain = (struct chain){ 1, { &w->lab->unreadable } }; }
BEND(same_key_twice) { show(w, &j->tls.client.chain, 2, FORGED_BETA, FORGED_CA); }
BEND(same_key_somewhere) {
	w->j[1] = *j;
	w->j[1].end[SIDE_CLIENT].address = address_ipv4((uint8_t[]){ 10, 77, 0, 9 });
	w->snapshot.n_connections = 2;
}

BEND(expired_in_handshake) { not_accepted(w, j); expired(w, j); }
BEND(stranger_in_handshake) { not_accepted(w, j); stranger(w, j); }
BEND(short_key_in_handshake) { not_accepted(w, j); short_key(w, j); }
BEND(sha1_in_handshake) { not_accepted(w, j); sha1(w, j); }
BEND(other_host_in_handshake) { not_accepted(w, j); other_host(w, j); }
BEND(no_day) { w->snapshot.input.first_ns -= j->first_ns - 5; j->first_ns = 5; }
BEND(expired_and_no_day) { expired(w, j); no_day(w, j); }
BEND(expiring_and_no_day) { asks_expiry(w, j); no_day(w, j); }
BEND(trusts_and_no_day) { trusts(w, j); no_day(w, j); }
BEND(stranger_and_no_day) { stranger(w, j); no_day(w, j); }
BEND(last_second_without_a_day) { no_day(w, j); j->first_ns = 946684800 * NSEC_PER_SEC - 1; }
BEND(first_day) { (void)w; j->first_ns = 946684800 * NSEC_PER_SEC; }
BEND(shows_none) {
	(void)w;
	j->verdict = VERDICT_ENCRYPTED;
	j->tls.server.chain.n = j->tls.client.chain.n = 0;
	j->tls.server.state = j->tls.client.state = CERTIFICATE_ABSENT;
	j->tls.cipher = 0x00a9;		/* TLS_PSK_WITH_AES_256_GCM_SHA384 */
}
BEND(shows_none_of_the_keys_asked) { shows_none(w, j); w->policy.min_key_bits = 3072; }
BEND(shows_none_that_expires) { shows_none(w, j); asks_expiry(w, j); }

BEND(nothing_there) { (void)j; w->snapshot.n_connections = 0; }
BEND(three_expected) { (void)j; w->policy.expect_nodes = 3; }
BEND(shed) { (void)j; w->snapshot.n_connections = 0; w->snapshot.input.limits = 1; }
BEND(asks_ignored) { (void)j; w->policy.no_ignored_tls = true; }
BEND(ignored) { asks_ignored(w, j); w->snapshot.ignored_tls = 2; }
BEND(ignored_shed) { asks_ignored(w, j); w->snapshot.input.limits = 1; }
BEND(kernel_drops) { (void)j; w->snapshot.input.lost_kernel = 1; }
BEND(interface_drops) { (void)j; w->snapshot.input.lost_interface = 1; }
BEND(recorded_drops) { (void)j; w->snapshot.input.lost_recorded = 1; }
BEND(limits) { (void)j; w->snapshot.input.limits = 1; }
BEND(headless) { (void)j; w->snapshot.input.headless = 1; }
BEND(fragments) { (void)j; w->snapshot.input.fragments = 1; }

static const struct tunnel_count shown[] = { { "L2TP", true, 3 } },
    hidden[] = { { "L2TP", true, 3 }, { "ESP", false, 1 } };
BEND(tunnels) {
	(void)j;
	w->snapshot.input.tunnels = 3;
	w->snapshot.input.tunnel_types = shown;
	w->snapshot.input.n_tunnel_types = 1;
}
BEND(damaged) { (void)j; w->snapshot.input.damage = "a.pcap: cut off\nat 40"; }
BEND(odd_link) {
	(void)j;
	w->link_type = (struct link_type_count){ 147, NULL, 5 };
	w->snapshot.input.n_link_types = 1;
}
BEND(live_and_blind) { (void)j; w->inquiry.live = true; }
BEND(live_and_whole) {
	live_and_blind(w, j);
	w->snapshot.input.lost_kernel = w->snapshot.input.lost_interface = 0;
}

static const char *const any_device[] = { "any" }, *const one_device[] = { "eth0" };
BEND(tunnels_on_any) {
	live_and_whole(w, j);
	tunnels(w, j);
	w->snapshot.input.sources = any_device;
	w->snapshot.input.n_sources = 1;
}
BEND(hidden_on_any) {
	tunnels_on_any(w, j);
	w->snapshot.input.tunnels = 4;
	w->snapshot.input.tunnel_types = hidden;
	w->snapshot.input.n_tunnel_types = 2;
}
BEND(tunnels_on_one) { tunnels_on_any(w, j); w->snapshot.input.sources = one_device; }
BEND(tunnels_in_a_file_any) { tunnels_on_any(w, j); w->inquiry.live = false; }

#define N_A RULE_DOES_NOT_APPLY

static const struct row {
	const char *rule;
	enum rule_answer answer;
	void (*bend)(struct world *w, struct judgement *j);
	const char *says;		/* a part of why; NULL: not looked at */
} rows[] = {
	{ "plaintext", RULE_PASS, as_it_is, NULL },
	{ "plaintext", RULE_PASS, is_tls13, NULL },
	{ "plaintext", RULE_PASS, is_encrypted, NULL },
	{ "plaintext", RULE_PASS, is_midstream, NULL },
	{ "plaintext", RULE_PASS, is_refused, NULL },
	{ "plaintext", RULE_FAIL, is_plaintext, "handshake is readable" },
	{ "plaintext", RULE_FAIL, is_null_suite, "TLS_RSA_WITH_NULL_SHA256" },
	{ "plaintext", RULE_UNKNOWN, is_unknown, NULL },
	{ "plaintext", RULE_UNKNOWN, unknown_suite, "0xfefe" },
	{ "plaintext", RULE_UNKNOWN, unknown_suite_encrypted, "0xfefe" },
	{ "plaintext", RULE_UNKNOWN, is_disputed_tls, NULL },
	{ "plaintext", N_A, is_attempt, NULL },
	{ "plaintext-attempt", RULE_FAIL, is_attempt, "never came up" },
	{ "plaintext-attempt", N_A, is_plaintext, NULL },
	{ "plaintext-attempt", N_A, is_refused, NULL },
	{ "not-mutual", RULE_PASS, as_it_is, NULL },
	{ "not-mutual", RULE_PASS, is_tls13, NULL },
	{ "not-mutual", RULE_FAIL, not_asked, "did not ask" },
	{ "not-mutual", RULE_FAIL, declined, "sent no certificate" },
	{ "not-mutual", RULE_FAIL, no_proof, "without proving" },
	{ "not-mutual", RULE_UNKNOWN, is_encrypted, "not known" },
	{ "not-mutual", RULE_UNKNOWN, seen_is_asked, "inferred" },
	{ "not-mutual", N_A, is_plaintext, NULL },
	{ "not-mutual", N_A, is_refused, NULL },
	{ "not-mutual", N_A, is_unknown, NULL },
	{ "client-key-not-proved", RULE_PASS, as_it_is, NULL },
	{ "client-key-not-proved", RULE_FAIL, no_proof, "anybody's" },
	{ "client-key-not-proved", RULE_UNKNOWN, proof_not_known, NULL },
	{ "client-key-not-proved", RULE_UNKNOWN, seen_is_asked, NULL },
	{ "client-key-not-proved", N_A, declined, NULL },
	{ "bad-signature", RULE_PASS, as_it_is, NULL },
	{ "bad-signature", RULE_PASS, not_asked, NULL },
	{ "bad-signature", RULE_FAIL, client_signs_badly, "CertificateVerify" },
	{ "bad-signature", RULE_FAIL, server_signs_badly, "ServerKeyExchange" },
	{ "bad-signature", RULE_FAIL, both_sign_badly, "CertificateVerify" },
	{ "bad-signature", RULE_FAIL, both_sign_badly, "ServerKeyExchange" },
	{ "bad-signature", RULE_UNKNOWN, bad_in_handshake, "accepted that was not seen" },
	{ "bad-signature", RULE_UNKNOWN, not_checked, NULL },
	{ "bad-signature", RULE_UNKNOWN, is_tls13, NULL },
	{ "bad-signature", N_A, is_refused, NULL },
	{ "tls-version", RULE_PASS, as_it_is, NULL },
	{ "tls-version", RULE_PASS, is_tls13, NULL },
	{ "tls-version", RULE_FAIL, is_tls10, "TLSv1 was negotiated, below TLSv1.2" },
	{ "tls-version", RULE_FAIL, is_tls12_of_13, "TLSv1.2 was negotiated, below TLSv1.3" },
	{ "tls-version", RULE_UNKNOWN, is_midstream, NULL },
	{ "tls-version", RULE_UNKNOWN, is_draft, "0x7f1c" },
	{ "tls-version", RULE_UNKNOWN, is_disputed_tls, NULL },
	{ "tls-version", N_A, is_plaintext, NULL },
	{ "no-forward-secrecy", RULE_PASS, as_it_is, NULL },
	{ "no-forward-secrecy", RULE_PASS, is_tls13, NULL },
	{ "no-forward-secrecy", RULE_FAIL, static_rsa, "TLS_RSA_WITH_AES_256_GCM_SHA384" },
	{ "no-forward-secrecy", RULE_FAIL, psk_alone, "pre-shared key alone" },
	{ "no-forward-secrecy", RULE_UNKNOWN, unknown_suite, "0xfefe" },
	{ "no-forward-secrecy", RULE_UNKNOWN, is_midstream, NULL },
	{ "no-post-quantum", RULE_PASS, hybrid, NULL },
	{ "no-post-quantum", RULE_FAIL, x25519_alone, "x25519 alone" },
	{ "no-post-quantum", RULE_FAIL, tls12_and_quanta, "TLSv1.2" },
	{ "no-post-quantum", RULE_UNKNOWN, unknown_group, "0x7777" },
	{ "no-post-quantum", N_A, as_it_is, NULL },
	{ "weak-cipher", RULE_PASS, as_it_is, NULL },
	{ "weak-cipher", RULE_PASS, is_tls13, NULL },
	{ "weak-cipher", RULE_FAIL, is_null_suite, "not encrypt" },
	{ "weak-cipher", RULE_FAIL, integrity_only, "not encrypt" },
	{ "weak-cipher", RULE_FAIL, anonymous, "nobody authenticates" },
	{ "weak-cipher", RULE_FAIL, export_suite, "40 or 56" },
	{ "weak-cipher", RULE_FAIL, rc4, "RC4" },
	{ "weak-cipher", RULE_FAIL, des, "DES" },
	{ "weak-cipher", RULE_FAIL, triple_des, "3DES" },
	{ "weak-cipher", RULE_UNKNOWN, unknown_suite, "0xfefe" },
	{ "weak-key", RULE_PASS, as_it_is, NULL },
	{ "weak-key", RULE_FAIL, short_key, "1024" },
	{ "weak-key", RULE_UNKNOWN, is_tls13, NULL },
	{ "weak-key", RULE_UNKNOWN, short_key_in_handshake, "accepted that was not seen" },
	{ "weak-key", RULE_UNKNOWN, shows_none_of_the_keys_asked, "showed no certificate" },
	{ "weak-key", N_A, shows_none, NULL },
	{ "weak-signature", RULE_PASS, as_it_is, NULL },
	{ "weak-signature", RULE_FAIL, sha1, NULL },
	{ "weak-signature", RULE_UNKNOWN, is_tls13, NULL },
	{ "weak-signature", RULE_UNKNOWN, sha1_in_handshake, "accepted that was not seen" },
	{ "certificate-expired", RULE_PASS, as_it_is, NULL },
	{ "certificate-expired", RULE_FAIL, expired, "expired" },
	{ "certificate-expired", RULE_UNKNOWN, is_tls13, NULL },
	{ "certificate-expired", RULE_UNKNOWN, expired_in_handshake, "accepted that was not seen" },
	{ "certificate-expired", RULE_UNKNOWN, no_day, "not known" },
	{ "certificate-expired", RULE_UNKNOWN, expired_and_no_day, "not known" },
	{ "certificate-expired", RULE_UNKNOWN, last_second_without_a_day, "not known" },
	{ "certificate-expired", RULE_FAIL, first_day, "not valid before" },
	{ "certificate-expiring", RULE_PASS, asks_expiry, NULL },
	{ "certificate-expiring", RULE_FAIL, expiring, "expires" },
	{ "certificate-expiring", RULE_UNKNOWN, expiry_hidden, NULL },
	{ "certificate-expiring", RULE_UNKNOWN, expiring_and_no_day, "not known" },
	{ "certificate-expiring", RULE_UNKNOWN, shows_none_that_expires, "showed no certificate" },
	{ "certificate-expiring", N_A, as_it_is, NULL },
	{ "chain-does-not-verify", RULE_PASS, trusts, NULL },
	{ "chain-does-not-verify", RULE_FAIL, stranger, NULL },
	{ "chain-does-not-verify", RULE_UNKNOWN, chain_hidden, NULL },
	{ "chain-does-not-verify", RULE_UNKNOWN, stranger_in_handshake, "accepted that was not seen" },
	{ "chain-does-not-verify", RULE_UNKNOWN, trusts_and_no_day, "no date" },
	{ "chain-does-not-verify", N_A, as_it_is, NULL },
	{ "chain-out-of-order", RULE_PASS, as_it_is, NULL },
	{ "chain-out-of-order", RULE_FAIL, shuffled, NULL },
	{ "chain-out-of-order", RULE_UNKNOWN, is_tls13, NULL },
	{ "host-mismatch", RULE_PASS, as_it_is, NULL },
	{ "host-mismatch", RULE_FAIL, other_host, "gamma.lab" },
	{ "host-mismatch", RULE_UNKNOWN, is_tls13, NULL },
	{ "host-mismatch", RULE_UNKNOWN, other_host_in_handshake, "accepted that was not seen" },
	{ "ca-and-leaf-share-cn", RULE_PASS, as_it_is, NULL },
	{ "ca-and-leaf-share-cn", RULE_FAIL, namesake, NULL },
	{ "ca-and-leaf-share-cn", RULE_UNKNOWN, is_tls13, NULL },
	{ "self-signed", RULE_PASS, as_it_is, NULL },
	{ "self-signed", RULE_FAIL, self_signed, NULL },
	{ "self-signed", RULE_UNKNOWN, unreadable, NULL },
	{ "verification-is-off", RULE_PASS, trusts, NULL },
	{ "verification-is-off", RULE_FAIL, expired, "expired" },
	{ "verification-is-off", RULE_FAIL, other_host, "gamma.lab" },
	{ "verification-is-off", RULE_FAIL, stranger, NULL },
	{ "verification-is-off", RULE_UNKNOWN, is_tls13, NULL },
	{ "verification-is-off", RULE_UNKNOWN, trusts_and_no_day, "day is not known" },
	{ "verification-is-off", RULE_UNKNOWN, expired_and_no_day, NULL },
	{ "verification-is-off", RULE_FAIL, stranger_and_no_day, "no CA of --ca issued" },
	{ "one-key-on-several-nodes", RULE_PASS, as_it_is, NULL },
	{ "one-key-on-several-nodes", RULE_FAIL, same_key_twice, NULL },
	{ "one-key-on-several-nodes", RULE_UNKNOWN, same_key_somewhere, NULL },
	{ "refused", RULE_PASS, as_it_is, NULL },
	{ "refused", RULE_FAIL, is_refused, "alert" },
	{ "refused", RULE_FAIL, is_mutual_refused, "cookie-mismatch" },
	{ "refused", N_A, is_attempt, NULL },
	{ "refused", RULE_FAIL, is_attempt_asked_about, "plain-to-tls" },
	{ "refused", RULE_UNKNOWN, is_unknown, NULL },
	{ "refused", RULE_UNKNOWN, is_in_handshake, "not come up yet" },
	{ "not-enough-seen", RULE_PASS, as_it_is, NULL },
	{ "not-enough-seen", RULE_PASS, is_plaintext, NULL },
	{ "not-enough-seen", RULE_FAIL, nothing_there, "no connection was judged" },
	{ "not-enough-seen", RULE_FAIL, is_refused, "no connection was judged" },
	{ "not-enough-seen", RULE_FAIL, is_unknown, "no connection was judged" },
	{ "not-enough-seen", RULE_FAIL, three_expected, "2 of 3 expected nodes" },
	{ "not-enough-seen", RULE_UNKNOWN, shed, "shed" },
	{ "ignored-tls", RULE_PASS, asks_ignored, NULL },
	{ "ignored-tls", RULE_FAIL, ignored, "2 TLS connections" },
	{ "ignored-tls", RULE_UNKNOWN, ignored_shed, NULL },
	{ "ignored-tls", N_A, as_it_is, NULL },
	{ "packets-lost", RULE_PASS, as_it_is, NULL },
	{ "packets-lost", RULE_PASS, live_and_whole, NULL },
	{ "packets-lost", RULE_FAIL, kernel_drops, "1 packet dropped by the kernel" },
	{ "packets-lost", RULE_FAIL, interface_drops, "interface" },
	{ "packets-lost", RULE_FAIL, recorded_drops, "file says" },
	{ "packets-lost", RULE_FAIL, limits, "limit" },
	{ "packets-lost", RULE_FAIL, headless, "headers" },
	{ "packets-lost", RULE_FAIL, fragments, "1 IP fragment that may hold TCP" },
	{ "packets-lost", RULE_UNKNOWN, tunnels, "3 packets of a tunnel (L2TP)" },
	{ "packets-lost", RULE_UNKNOWN, tunnels_on_one, "3 packets of a tunnel (L2TP)" },
	{ "packets-lost", RULE_UNKNOWN, tunnels_in_a_file_any, "3 packets of a tunnel (L2TP)" },
	{ "packets-lost", RULE_PASS, tunnels_on_any, NULL },
	{ "packets-lost", RULE_UNKNOWN, hidden_on_any, "1 packet of a tunnel (ESP), which is" },
	{ "packets-lost", RULE_FAIL, damaged, "cut off\\x0aat 40" },
	{ "packets-lost", RULE_FAIL, odd_link, "5 packets of link type 147" },
	{ "packets-lost", RULE_UNKNOWN, live_and_blind, "does not tell" },
};
#define N_ROWS (sizeof rows / sizeof *rows)

/* Answers that a rule does not have. */
static const struct { const char *rule; enum rule_answer answer; const char *why; } never[] = {
	{ "plaintext-attempt", RULE_PASS, "without an attempt there is nothing to ask" },
	{ "plaintext-attempt", RULE_UNKNOWN, "\"plaintext\" is the one that does not know" },
	{ "waiver-expired", RULE_PASS, "assertion_test.c: asked of each waiver" },
	{ "waiver-expired", RULE_FAIL, "assertion_test.c" },
	{ "waiver-expired", RULE_UNKNOWN, "assertion_test.c" },
};
#define N_NEVER (sizeof never / sizeof *never)

static void
check_row(struct lab *lab, const struct row *r)
{
	const struct rule *rule = rule_find(r->rule);
	struct world w;
	char buf[4096];
	struct text why = TEXT(buf);

	assert_non_null(rule);
	world_open(&w, lab);
	r->bend(&w, &w.j[0]);
	assert_true(rules_prepare(&w.inquiry));
	enum rule_answer answer = rule->ask(&w.inquiry,
	    rule->subject == SUBJECT_CONNECTION ? &w.j[0] : NULL, &why);
	if (answer != r->answer)
		fail_msg("row %d: %s answers %s, not %s: %s", (int)(r - rows), r->rule,
		    rule_answer_word(answer), rule_answer_word(r->answer), why.s);
	if (answer == RULE_FAIL || answer == RULE_UNKNOWN) {
		assert_true(why.n > 0);
		assert_null(strchr(why.s, '\n'));
	}
	if (r->says != NULL && strstr(why.s, r->says) == NULL)
		fail_msg("row %d: \"%s\" does not say \"%s\"", (int)(r - rows), why.s, r->says);
	rules_done(&w.inquiry);
	policy_free(&w.policy);
}

static void
every_rule_answers_as_its_rows_say(void **state)
{
	for (size_t i = 0; i < N_ROWS; i++)
		check_row(*state, &rows[i]);
}

static bool
has_row(const char *rule, enum rule_answer answer)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (strcmp(rows[i].rule, rule) == 0 && rows[i].answer == answer)
			return true;
	for (size_t i = 0; i < N_NEVER; i++)
		if (strcmp(never[i].rule, rule) == 0 && never[i].answer == answer)
			return true;
	return false;
}

static void
every_rule_has_a_row_for_every_answer(void **state)
{
	static const enum rule_answer answers[] = { RULE_PASS, RULE_FAIL, RULE_UNKNOWN };

	(void)state;
	for (size_t i = 0; i < N_RULES; i++)
		for (size_t k = 0; k < 3; k++)
			if (!has_row(rules[i].id, answers[k]))
				fail_msg("%s has no row for %s", rules[i].id, rule_answer_word(answers[k]));
}

static void
the_ids_are_a_contract(void **state)
{
	static const char *const ids[N_RULES] = { "plaintext", "plaintext-attempt", "not-mutual",
		"client-key-not-proved", "bad-signature", "tls-version", "no-forward-secrecy",
		"no-post-quantum", "weak-cipher", "weak-key", "weak-signature", "certificate-expired",
		"certificate-expiring", "chain-does-not-verify", "chain-out-of-order", "host-mismatch",
		"ca-and-leaf-share-cn", "self-signed", "verification-is-off",
		"one-key-on-several-nodes", "refused", "not-enough-seen", "ignored-tls", "packets-lost",
		"waiver-expired" };

	(void)state;
	for (size_t i = 0; i < N_RULES; i++) {
		const struct rule *r = &rules[i];
		assert_string_equal(r->id, ids[i]);
		assert_ptr_equal(rule_find(ids[i]), r);
		assert_true(r->severity != SEVERITY_NONE && r->ask != NULL);
		assert_true(strlen(r->title) > 10 && strlen(r->sentence) > 20 && strlen(r->mend) > 20 &&
		    strlen(r->source) > 5);
		assert_null(strchr(r->title, '\n'));
	}
	assert_null(rule_find("plain"));
}

/* What asks for a rule, and what its answers weigh then and else. */
static void
weights_are_the_policys(void **state)
{
	enum { V = WEIGHT_VIOLATION, U = WEIGHT_UNPROVED, N = WEIGHT_NONE };
	static const struct {
		const char *rule;
		int fail, unknown;		/* --require mutual, nothing else */
		int fail_encrypted, unknown_encrypted;
		int fail_asked, unknown_asked;	/* with everything asked for */
	} v[] = {
		{ "plaintext", V, U, V, U, V, U },
		{ "plaintext-attempt", V, U, V, U, V, U },
		{ "not-mutual", V, U, N, N, V, U },
		{ "client-key-not-proved", V, N, N, N, V, N },
		{ "bad-signature", V, N, V, N, V, N },
		{ "tls-version", N, N, N, N, V, U },
		{ "no-forward-secrecy", N, N, N, N, V, U },
		{ "no-post-quantum", N, N, N, N, V, U },
		{ "weak-cipher", V, N, V, N, V, N },
		{ "weak-key", N, N, N, N, V, U },
		{ "weak-signature", N, N, N, N, N, N },
		{ "certificate-expired", V, N, N, N, V, N },
		{ "certificate-expiring", N, N, N, N, V, U },
		{ "chain-does-not-verify", N, N, N, N, V, U },
		{ "chain-out-of-order", N, N, N, N, N, N },
		{ "host-mismatch", N, N, N, N, V, U },
		{ "ca-and-leaf-share-cn", N, N, N, N, N, N },
		{ "self-signed", N, N, N, N, N, N },
		{ "verification-is-off", V, N, N, N, V, N },
		{ "one-key-on-several-nodes", N, N, N, N, N, N },
		{ "refused", N, N, N, N, V, U },
		{ "not-enough-seen", U, U, U, U, U, U },
		{ "ignored-tls", N, N, N, N, U, U },
		{ "packets-lost", U, U, U, U, U, U },
		{ "waiver-expired", V, U, V, U, V, U },
	};
	struct policy mutual_only, encrypted, all;

	(void)state;
	policy_init(&mutual_only);
	policy_init(&encrypted);
	encrypted.require = DEMAND_ENCRYPTED;
	policy_init(&all);
	all.tls_min = 0x0304;
	all.ca = "ca.pem";
	all.min_key_bits = 3072;
	all.hostname = all.asks_expiry = all.forward_secrecy = all.post_quantum = true;
	all.full_mesh = all.no_refused = all.no_ignored_tls = true;
	assert_int_equal(sizeof v / sizeof *v, N_RULES);
	for (size_t i = 0; i < N_RULES; i++) {
		const struct rule *r = rule_find(v[i].rule);
		assert_non_null(r);
		assert_int_equal(rule_weight(r, &mutual_only, RULE_FAIL), v[i].fail);
		assert_int_equal(rule_weight(r, &mutual_only, RULE_UNKNOWN), v[i].unknown);
		assert_int_equal(rule_weight(r, &encrypted, RULE_FAIL), v[i].fail_encrypted);
		assert_int_equal(rule_weight(r, &encrypted, RULE_UNKNOWN), v[i].unknown_encrypted);
		assert_int_equal(rule_weight(r, &all, RULE_FAIL), v[i].fail_asked);
		assert_int_equal(rule_weight(r, &all, RULE_UNKNOWN), v[i].unknown_asked);
		assert_int_equal(rule_weight(r, &all, RULE_PASS), N);
		assert_int_equal(rule_weight(r, &all, RULE_DOES_NOT_APPLY), N);
	}
}

static void
evidence_that_is_too_weak_makes_it_encrypted(void **state)
{
	static const enum evidence all[] = { EVIDENCE_NONE, EVIDENCE_INFERRED, EVIDENCE_RESUMED,
		EVIDENCE_DECRYPTED, EVIDENCE_SEEN };
	struct policy p;

	(void)state;
	policy_init(&p);
	for (size_t least = 0; least < 5; least++) {
		for (size_t has = 0; has < 5; has++) {
			for (int v = 0; v < N_VERDICTS; v++) {
				struct judgement j = { .verdict = (enum verdict)v, .evidence = all[has] };
				bool enough = has >= least && has > 0;
				bool rests = v == VERDICT_MUTUAL || v == VERDICT_ONE_WAY || v == VERDICT_REFUSED;
				enum verdict want = v == VERDICT_NONE ? VERDICT_UNKNOWN
				    : rests && !enough ? VERDICT_ENCRYPTED : (enum verdict)v;
				p.evidence = all[least];
				assert_int_equal(rules_verdict(&p, &j), want);
				/* A refusal proves nothing, on whatever evidence. */
				if (v == VERDICT_REFUSED)
					assert_false(is_judged(&p, &j));
			}
		}
	}
}

/* One suite of each kind of key exchange that RFC 5246, 8422, 4279, 5489, 5054, 8492,
 * 2712 and 9189 define. */
static void
forward_secrecy_is_the_key_exchanges(void **state)
{
	static const struct { uint16_t cipher; enum rule_answer answer; } v[] = {
		{ 0xc02f, RULE_PASS }, { 0x009e, RULE_PASS }, { 0xc035, RULE_PASS },	/* ECDHE, DHE */
		{ 0x00a6, RULE_PASS }, { 0xc018, RULE_PASS }, { 0xc01d, RULE_PASS },	/* anon, SRP */
		{ 0xc0ab, RULE_PASS }, { 0xc0b0, RULE_PASS },	/* PSK_DHE_, ECCPWD */
		{ 0x002f, RULE_FAIL }, { 0x0030, RULE_FAIL }, { 0x0036, RULE_FAIL },	/* RSA, DH_DSS */
		{ 0xc004, RULE_FAIL }, { 0xc00e, RULE_FAIL },	/* ECDH_ECDSA, ECDH_RSA */
		{ 0x008c, RULE_FAIL }, { 0x0094, RULE_FAIL }, { 0x001e, RULE_FAIL },	/* PSK, KRB5 */
		{ 0xc100, RULE_FAIL }, { 0x00ff, RULE_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct world w;
		char buf[512];
		struct text why = TEXT(buf);

		world_open(&w, *state);
		w.j[0].tls.cipher = v[i].cipher;
		assert_int_equal(ask_no_forward_secrecy(&w.inquiry, &w.j[0], &why), v[i].answer);
	}
}

/* Under --require encrypted nobody has to authenticate: an anonymous suite is not
 * weak for that, but for what else is weak in it. */
static void
anonymous_suites_are_weak_where_identity_counts(void **state)
{
	static const struct { uint16_t cipher; enum rule_answer mutual, encrypted; } v[] = {
		{ 0x00a7, RULE_FAIL, N_A }, { 0x0018, RULE_FAIL, RULE_FAIL },
		{ 0xc017, RULE_FAIL, RULE_FAIL }, { 0xc015, RULE_FAIL, RULE_FAIL },
	};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		for (int encrypted = 0; encrypted < 2; encrypted++) {
			struct world w;
			char buf[512];
			struct text why = TEXT(buf);

			world_open(&w, *state);
			w.policy.require = encrypted ? DEMAND_ENCRYPTED : DEMAND_MUTUAL;
			w.j[0].tls.cipher = v[i].cipher;
			assert_int_equal(ask_weak_cipher(&w.inquiry, &w.j[0], &why),
			    encrypted ? v[i].encrypted : v[i].mutual);
		}
	}
}

static void
every_blindness_has_its_sentence_and_its_mend(void **state)
{
	static const enum blind all[] = { BLIND_MIDSTREAM, BLIND_GAP, BLIND_ONE_DIRECTION,
		BLIND_SNAPLEN, BLIND_NO_KEYS, BLIND_LIMIT, BLIND_OVERLAP, BLIND_DROPPED };
	static const char *const mends[] = { "erlang:disconnect_node/1", "-B", "both directions", "-s 0",
		"TLS 1.3 hides", "filter", "who sent the other copy", "-B" };
	const struct rule *rule = rule_find("not-mutual");
	struct policy p;

	(void)state;
	policy_init(&p);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct judgement j = mutual(1);
		char buf[1024], word[32];
		struct text t = TEXT(buf);

		j.verdict = VERDICT_ENCRYPTED;
		j.tls.version = 0x0304;
		j.blind = BLIND_BIT(all[i]);
		mending_put_blindness(&t, &j);
		snprintf(word, sizeof word, "(%s)", blind_word(all[i]));
		assert_non_null(strstr(t.s, word));
		t = TEXT(buf);
		mending_put(&t, rule, &p, &j, RULE_UNKNOWN);
		assert_non_null(strstr(t.s, mends[i]));
	}
	struct judgement j = mutual(1);
	char buf[1024];
	struct text t = TEXT(buf);
	j.state = STATE_HANDSHAKE;
	mending_put_blindness(&t, &j);
	assert_string_equal(t.s, "it was still in its handshake when the capture ended");
}

static void
a_connection_is_named_without_harm(void **state)
{
	static const uint8_t v6[16] = { 0xfd, [15] = 1 };
	struct judgement j = mutual(1);
	char buf[256];
	struct text t = TEXT(buf);

	(void)state;
	put_connection(&t, &j);
	assert_string_equal(t.s, "10.77.0.1:46220 -> b@beta.lab (10.77.0.2:45979)");
	j.end[SIDE_CLIENT].address = address_ipv6(v6);
	j.end[SIDE_SERVER].node = str("b\033[31m@x");
	t = TEXT(buf);
	put_connection(&t, &j);
	assert_string_equal(t.s, "[fd00::1]:46220 -> b\\x1b[31m@x (10.77.0.2:45979)");
}

static void
the_documentation_has_every_rule(void **state)
{
	const char *top = getenv("srcdir");
	char path[1024], heading[64];
	static char doc[1 << 16];

	(void)state;
	snprintf(path, sizeof path, "%s/doc/rules.md", top != NULL ? top : ".");
	FILE *in = fopen(path, "r");
	assert_non_null(in);
	doc[fread(doc, 1, sizeof doc - 1, in)] = '\0';
	fclose(in);
	for (size_t i = 0; i < N_RULES; i++) {
		snprintf(heading, sizeof heading, "\n### `%s`\n", rules[i].id);
		if (strstr(doc, heading) == NULL)
			fail_msg("doc/rules.md has no heading for %s", rules[i].id);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ids_are_a_contract),
		cmocka_unit_test(every_rule_has_a_row_for_every_answer),
		cmocka_unit_test(every_rule_answers_as_its_rows_say),
		cmocka_unit_test(weights_are_the_policys),
		cmocka_unit_test(evidence_that_is_too_weak_makes_it_encrypted),
		cmocka_unit_test(forward_secrecy_is_the_key_exchanges),
		cmocka_unit_test(anonymous_suites_are_weak_where_identity_counts),
		cmocka_unit_test(every_blindness_has_its_sentence_and_its_mend),
		cmocka_unit_test(a_connection_is_named_without_harm),
		cmocka_unit_test(the_documentation_has_every_rule),
	};

	return cmocka_run_group_tests(tests, rules_lab_open, rules_lab_close);
}
