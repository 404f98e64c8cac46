#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "audit/asking.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "report/sample.h"
#include "testkit/certify.h"

/* Each rule about certificates, put to connections whose certificates are made here. */

#define NOW (SAMPLE_AT_NS / 1000000000u)
#define DAY 86400

enum {
	CA, BETA, ALPHA, GAMMA, WEAK, WEAK_CA, OF_WEAK_CA, SHORT_CURVE, RSA_3072, SHA1, SHA1_ROOT,
	SHA224, EXPIRED, JUST_EXPIRED, EARLY, SOON, LONELY, LIKE_CA, STRANGER_CA, STRANGER,
	OLD_CA, OF_OLD_CA, NO_NAMES, WILD, HOSTILE, N_LAB
};

struct lab {
	struct certified v[N_LAB];
	struct certificate unreadable, unknown_key;
	struct trust *trust;
	struct policy policy;
	struct sample sample;
	struct inquiry q;
	struct judgement *j;
};

static void
certify_lab(struct certified *v)
{
	certify(&v[CA], &(struct recipe){ .common_name = "Lab CA", .ca = true }, NULL);
	certify(&v[BETA], &(struct recipe){ .common_name = "b", .names = "DNS:beta.lab" }, &v[CA]);
	certify(&v[ALPHA], &(struct recipe){ .common_name = "a", .names = "DNS:alpha.lab" }, &v[CA]);
	certify(&v[GAMMA], &(struct recipe){ .common_name = "g", .names = "DNS:gamma.lab" }, &v[CA]);
	certify(&v[WEAK], &(struct recipe){ .common_name = "weak", .key = "RSA-1024",
	    .names = "DNS:beta.lab" }, &v[CA]);
	certify(&v[WEAK_CA], &(struct recipe){ .common_name = "Weak CA", .key = "RSA-1024",
	    .ca = true }, NULL);
	certify(&v[OF_WEAK_CA], &(struct recipe){ .common_name = "beta.lab" }, &v[WEAK_CA]);
	certify(&v[SHORT_CURVE], &(struct recipe){ .common_name = "short", .key = "P-192" }, &v[CA]);
	certify(&v[RSA_3072], &(struct recipe){ .common_name = "rsa", .key = "RSA-3072" }, &v[CA]);
	certify(&v[SHA1], &(struct recipe){ .common_name = "old", .hash = "SHA1" }, &v[CA]);
	certify(&v[SHA1_ROOT], &(struct recipe){ .common_name = "Old Root", .hash = "SHA1",
	    .ca = true }, NULL);
	certify(&v[SHA224], &(struct recipe){ .common_name = "224", .hash = "SHA224" }, &v[CA]);
	certify(&v[EXPIRED], &(struct recipe){ .common_name = "expired", .names = "DNS:beta.lab",
	    .from = NOW - 90 * DAY, .until = NOW - 2 * DAY }, &v[CA]);
	certify(&v[JUST_EXPIRED], &(struct recipe){ .common_name = "just", .names = "DNS:beta.lab",
	    .from = NOW - 90 * DAY, .until = NOW - DAY / 2 }, &v[CA]);
	certify(&v[EARLY], &(struct recipe){ .common_name = "early", .names = "DNS:beta.lab",
	    .from = NOW + 2 * DAY, .until = NOW + 90 * DAY }, &v[CA]);
	certify(&v[SOON], &(struct recipe){ .common_name = "soon", .from = NOW - DAY,
	    .until = NOW + 7 * DAY }, &v[CA]);
	certify(&v[LONELY], &(struct recipe){ .common_name = "beta.lab" }, NULL);
	certify(&v[LIKE_CA], &(struct recipe){ .common_name = "Lab CA", .organisation = "Lab" }, &v[CA]);
	certify(&v[STRANGER_CA], &(struct recipe){ .common_name = "Other CA", .ca = true }, NULL);
	certify(&v[STRANGER], &(struct recipe){ .common_name = "beta.lab" }, &v[STRANGER_CA]);
	certify(&v[OLD_CA], &(struct recipe){ .common_name = "Old CA", .ca = true,
	    .from = NOW - 90 * DAY, .until = NOW - 2 * DAY }, &v[CA]);
	certify(&v[OF_OLD_CA], &(struct recipe){ .common_name = "beta.lab" }, &v[OLD_CA]);
	certify(&v[NO_NAMES], &(struct recipe){ .organisation = "Lab" }, &v[CA]);
	certify(&v[WILD], &(struct recipe){ .common_name = "*.lab" }, &v[CA]);
	certify(&v[HOSTILE], &(struct recipe){ .common_name = "x\033[31m\n<&>" }, &v[CA]);
}

static struct trust *
trust_ca(const struct certified *ca)
{
	char path[] = "/tmp/rules_certificate_test.XXXXXX";
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");
	struct diag d = { "" };

	assert_non_null(f);
	certified_put_pem(ca, f);
	fclose(f);
	struct trust *t = trust_open(path, &d);
	unlink(path);
	assert_non_null(t);
	return t;
}

static int
setup(void **state)
{
	struct lab *l = calloc(1, sizeof *l);

	assert_non_null(l);
	certify_lab(l->v);
	l->unreadable = (struct certificate){ .der = { (const uint8_t *)"?", 1 } };
	l->unknown_key = l->v[BETA].is;
	l->unknown_key.key = "1.3.101.127";
	l->unknown_key.key_bits = l->unknown_key.key_strength = l->unknown_key.signature_strength = 0;
	l->trust = trust_ca(&l->v[CA]);
	*state = l;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *l = *state;

	trust_close(l->trust);
	for (int i = 0; i < N_LAB; i++)
		certified_free(&l->v[i]);
	free(l);
	return 0;
}

#define END (-1)

static struct chain
chain_of(const struct lab *l, const int *which)
{
	struct chain c = { 0 };

	for (; *which != END; which++)
		c.v[c.n++] = &l->v[*which].is;
	return c;
}

/* A policy that asks nothing, and a mutual connection from alpha to b@beta.lab that has
 * nothing wrong. */
static struct judgement *
begin(struct lab *l)
{
	l->policy = (struct policy){ .require = DEMAND_MUTUAL, .evidence = EVIDENCE_INFERRED };
	sample_open(&l->sample);
	l->q = (struct inquiry){ .policy = &l->policy, .snapshot = &l->sample.snapshot };
	l->j = sample_add_mutual(&l->sample);
	l->j->tls.server.chain = chain_of(l, (int[]){ BETA, CA, END });
	l->j->tls.client.chain = chain_of(l, (int[]){ ALPHA, CA, END });
	return l->j;
}

static void
answers(const struct lab *l, rule_question *ask, enum rule_answer a, const char *says)
{
	char buf[1500];
	struct text why = TEXT(buf);
	enum rule_answer got = ask(&l->q, l->j, &why);

	if (got != a || strstr(buf, says) == NULL)
		fail_msg("%s, not %s: \"%s\", not \"%s\"", rule_answer_word(got), rule_answer_word(a),
		    buf, says);
	if (a == RULE_PASS || a == RULE_DOES_NOT_APPLY)
		assert_string_equal(buf, "");
	else
		assert_true(buf[0] != '\0');
	for (const char *c = buf; *c != '\0'; c++)
		assert_true((unsigned char)*c >= ' ');
	if (a == RULE_FAIL || a == RULE_UNKNOWN) {	/* a short text does no harm */
		char small[20];
		struct text little = TEXT(small);

		assert_int_equal(ask(&l->q, l->j, &little), a);
	}
}

/* With this as the server's chain, and with this as the client's. */
static void
of_both_sides(struct lab *l, rule_question *ask, const int *chain, enum rule_answer a,
    const char *says)
{
	struct judged_tls before = l->j->tls;

	l->j->tls.server.chain = chain_of(l, chain);
	answers(l, ask, a, says);
	l->j->tls = before;
	l->j->tls.client.chain = chain_of(l, chain);
	answers(l, ask, a, says);
	l->j->tls = before;
}

static rule_question *const all_rules[] = {
	ask_weak_key, ask_weak_signature, ask_certificate_expired, ask_certificate_expiring,
	ask_chain_does_not_verify, ask_chain_out_of_order, ask_ca_and_leaf_share_cn,
	ask_self_signed, ask_host_mismatch, ask_verification_is_off, ask_one_key_on_several_nodes,
};

#define N_ALL (sizeof all_rules / sizeof *all_rules)

static void
ask_for_everything(struct lab *l)
{
	l->policy.asks_expiry = true;
	l->policy.expires_in_ns = 14ull * DAY * 1000000000u;
	l->policy.min_key_bits = 2048;
	l->q.trust = l->trust;
}

static void
collect_keys(struct lab *l)
{
	map_init(&l->q.keys);
	assert_true(certificate_keys_collect(&l->q));
}

static void
forget_keys(struct lab *l)
{
	map_free(&l->q.keys);
	arena_free(&l->q.arena);
}

/* All rules of it alike. */
static void
all_answer(struct lab *l, enum rule_answer a, const char *says)
{
	ask_for_everything(l);
	collect_keys(l);
	for (size_t i = 0; i < N_ALL; i++)
		answers(l, all_rules[i], a, says);
	forget_keys(l);
}

static void
nothing_wrong_passes_every_rule(void **state)
{
	struct lab *l = *state;

	begin(l);
	all_answer(l, RULE_PASS, "");
	l->j->verdict = VERDICT_ONE_WAY;
	l->j->tls.client.state = CERTIFICATE_NOT_REQUESTED;
	l->j->tls.client.chain.n = 0;
	all_answer(l, RULE_PASS, "");
}

static void
without_tls_no_rule_applies(void **state)
{
	struct lab *l = *state;

	begin(l)->verdict = VERDICT_REFUSED;
	all_answer(l, RULE_DOES_NOT_APPLY, "");
	l->j->verdict = VERDICT_UNKNOWN;
	all_answer(l, RULE_DOES_NOT_APPLY, "");
	l->j->verdict = VERDICT_PLAINTEXT;
	l->j->has_tls = false;
	all_answer(l, RULE_DOES_NOT_APPLY, "");
}

static void
what_was_not_asked_for_does_not_apply(void **state)
{
	struct lab *l = *state;

	begin(l)->tls.server.chain = chain_of(l, (int[]){ EXPIRED, END });
	answers(l, ask_certificate_expiring, RULE_DOES_NOT_APPLY, "");
	answers(l, ask_chain_does_not_verify, RULE_DOES_NOT_APPLY, "");
}

static void
what_is_hidden_is_not_known(void **state)
{
	struct lab *l = *state;

	begin(l);
	l->j->tls.version = 0x0304;
	l->j->tls.server.chain.n = l->j->tls.client.chain.n = 0;
	all_answer(l, RULE_UNKNOWN, "encrypted in TLS 1.3");
	l->j->tls.version = 0x0303;
	l->j->tls.server.state = CERTIFICATE_UNKNOWN;
	all_answer(l, RULE_UNKNOWN, "what certificate the server showed is not known");

	/* joined late: nothing is known, and that is not nothing shown */
	begin(l)->verdict = VERDICT_ENCRYPTED;
	l->j->tls = (struct judged_tls){ .version = 0 };
	all_answer(l, RULE_UNKNOWN, "not ");

	/* copies that differ */
	begin(l)->verdict = VERDICT_ENCRYPTED;
	l->j->blind = BLIND_BIT(BLIND_OVERLAP);
	l->j->tls.sni = words_bytes("delta.lab");
	l->j->tls.server.scheme = 0x0201;
	l->j->tls.server.chain = chain_of(l, (int[]){ EXPIRED, END });
	all_answer(l, RULE_UNKNOWN, "");

	/* a certificate that cannot be read */
	begin(l)->tls.server.chain = (struct chain){ 1, { &l->unreadable } };
	ask_for_everything(l);
	collect_keys(l);
	for (size_t i = 0; i < N_ALL; i++)
		if (all_rules[i] == ask_chain_does_not_verify)
			answers(l, all_rules[i], RULE_FAIL, "cannot be read");
		else if (all_rules[i] == ask_chain_out_of_order || all_rules[i] == ask_verification_is_off)
			answers(l, all_rules[i], RULE_UNKNOWN, "");
		else
			answers(l, all_rules[i], RULE_UNKNOWN, all_rules[i] == ask_host_mismatch ?
			    "may name or not name" : all_rules[i] == ask_ca_and_leaf_share_cn ?
			    "cannot be read or" : "cannot be read");
	forget_keys(l);
}

static void
weak_evidence_shows_nothing(void **state)
{
	struct lab *l = *state;

	begin(l);
	l->j->tls.server.evidence = l->j->tls.client.evidence = EVIDENCE_RESUMED;
	l->j->tls.server.chain = chain_of(l, (int[]){ LONELY, END });
	answers(l, ask_self_signed, RULE_FAIL, "");
	l->policy.evidence = EVIDENCE_SEEN;
	answers(l, ask_self_signed, RULE_UNKNOWN, "--evidence");
}

static void
a_side_that_fails_is_more_than_one_not_known(void **state)
{
	struct lab *l = *state;

	begin(l)->tls.server.chain.n = 0;
	l->j->tls.client.chain = chain_of(l, (int[]){ LONELY, END });
	answers(l, ask_self_signed, RULE_FAIL, "the client's certificate (CN = beta.lab) is self-signed");
	l->j->tls.client.chain = chain_of(l, (int[]){ ALPHA, END });
	answers(l, ask_self_signed, RULE_UNKNOWN, "the server");
	l->j->tls.server.chain = l->j->tls.client.chain = chain_of(l, (int[]){ LONELY, END });
	answers(l, ask_self_signed, RULE_FAIL, "the server's certificate (CN = beta.lab) is self-signed; "
	    "the client's certificate (CN = beta.lab) is self-signed");
	of_both_sides(l, ask_self_signed, (int[]){ LONELY, END }, RULE_FAIL, "is self-signed");
}

/* Nobody showed anything, for certain. */
static void
nothing_shown_is_nothing_to_ask_about(void **state)
{
	struct lab *l = *state;

	begin(l)->verdict = VERDICT_ONE_WAY;
	l->j->tls.server.state = CERTIFICATE_ABSENT;
	l->j->tls.client.state = CERTIFICATE_NOT_REQUESTED;
	l->j->tls.server.chain.n = l->j->tls.client.chain.n = 0;
	ask_for_everything(l);
	collect_keys(l);
	for (size_t i = 0; i < N_ALL; i++)
		if (all_rules[i] == ask_host_mismatch || all_rules[i] == ask_weak_key ||
		    all_rules[i] == ask_certificate_expiring)
			answers(l, all_rules[i], RULE_UNKNOWN, "the server showed no certificate");
		else if (all_rules[i] == ask_chain_does_not_verify)
			answers(l, all_rules[i], RULE_FAIL, "the server showed no certificate");
		else
			answers(l, all_rules[i], RULE_DOES_NOT_APPLY, "");
	l->j->verdict = VERDICT_ENCRYPTED;	/* a shared key, say */
	answers(l, ask_chain_does_not_verify, RULE_UNKNOWN, "the server showed no certificate");
	forget_keys(l);
}

static void
a_strangers_name_is_harmless_and_leaves_room(void **state)
{
	char name[60000];
	struct certificate c;
	struct lab *l = *state;

	begin(l);
	of_both_sides(l, ask_ca_and_leaf_share_cn, (int[]){ HOSTILE, END }, RULE_PASS, "");
	c = l->v[LONELY].is;
	memset(name, '\033', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	c.subject = name;
	l->j->tls.server.chain = (struct chain){ 1, { &c } };
	answers(l, ask_self_signed, RULE_FAIL, "...) is self-signed");
	l->q.trust = l->trust;
	answers(l, ask_chain_does_not_verify, RULE_FAIL, "..., the first in the chain)");
}

static void
weak_key(void **state)
{
	struct lab *l = *state;

	begin(l);
	of_both_sides(l, ask_weak_key, (int[]){ WEAK, END }, RULE_FAIL,
	    "certificate (CN = weak) has a key of RSA-1024, 1024 bits, less than 2048");
	of_both_sides(l, ask_weak_key, (int[]){ OF_WEAK_CA, WEAK_CA, END }, RULE_FAIL,
	    "certificate 2 of the ");
	of_both_sides(l, ask_weak_key, (int[]){ SHORT_CURVE, END }, RULE_FAIL,
	    "bits of security, less than the 112 of RSA-2048");
	of_both_sides(l, ask_weak_key, (int[]){ RSA_3072, CA, END }, RULE_PASS, "");

	/* [NIST SP 800-57 1, table 2] P-256 is as RSA-3072, not as RSA-7680 */
	static const struct { unsigned bits; int chain; enum rule_answer a; } asked[] = {
		{ 1024, WEAK, RULE_PASS }, { 1025, WEAK, RULE_FAIL }, { 1024, SHORT_CURVE, RULE_PASS },
		{ 3072, RSA_3072, RULE_PASS }, { 3073, RSA_3072, RULE_FAIL }, { 3072, BETA, RULE_PASS },
		{ 4096, BETA, RULE_PASS }, { 7679, BETA, RULE_PASS }, { 7680, BETA, RULE_FAIL },
		{ 4096, RSA_3072, RULE_FAIL }, { 1, WEAK, RULE_PASS }, { UINT32_MAX, BETA, RULE_FAIL },
	};
	l->j->tls.client.state = CERTIFICATE_DECLINED;
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		l->policy.min_key_bits = asked[i].bits;
		l->j->tls.server.chain = chain_of(l, (int[]){ asked[i].chain, END });
		answers(l, ask_weak_key, asked[i].a, "");
	}
	l->j->tls.server.chain = (struct chain){ 1, { &l->unknown_key } };
	answers(l, ask_weak_key, RULE_UNKNOWN, "not known, 1.3.101.127");
	l->j->tls.server.chain.n = 0;
	while (l->j->tls.server.chain.n < TLS_CHAIN_MAX)
		l->j->tls.server.chain.v[l->j->tls.server.chain.n++] = &l->v[RSA_3072].is;
	l->policy.min_key_bits = 2048;
	answers(l, ask_weak_key, RULE_UNKNOWN, "more certificates than are kept");
}

static void
weak_signature(void **state)
{
	struct lab *l = *state;

	begin(l);
	of_both_sides(l, ask_weak_signature, (int[]){ SHA1, CA, END }, RULE_FAIL,
	    "(CN = old) is signed with ecdsa-with-SHA1, ");
	of_both_sides(l, ask_weak_signature, (int[]){ SHA224, CA, END }, RULE_PASS, "");
	of_both_sides(l, ask_weak_signature, (int[]){ BETA, SHA1_ROOT, END }, RULE_PASS, "");
	l->j->tls.server.chain = (struct chain){ 1, { &l->unknown_key } };
	answers(l, ask_weak_signature, RULE_UNKNOWN, "not known, ");

	/* [RFC 5246 7.4.1.4.1, RFC 8446 4.2.3] what the handshake was signed with */
	static const struct { uint16_t scheme; enum rule_answer a; const char *says; } schemes[] = {
		{ 0x0101, RULE_FAIL, " signed the handshake over MD5 (scheme 0x0101)" },
		{ 0x0201, RULE_FAIL, " signed the handshake over SHA-1 (scheme 0x0201)" },
		{ 0x0203, RULE_FAIL, "SHA-1" }, { 0x0303, RULE_PASS, "" }, { 0x0403, RULE_PASS, "" },
		{ 0x0804, RULE_PASS, "" }, { 0x0807, RULE_PASS, "" }, { 0, RULE_PASS, "" },
	};
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		begin(l)->tls.server.scheme = schemes[i].scheme;
		answers(l, ask_weak_signature, schemes[i].a, schemes[i].says);
		begin(l)->tls.client.scheme = schemes[i].scheme;
		answers(l, ask_weak_signature, schemes[i].a, schemes[i].says);
	}
}

static void
certificate_expired(void **state)
{
	struct lab *l = *state;
	const struct certificate *soon = &l->v[SOON].is;

	begin(l);
	of_both_sides(l, ask_certificate_expired, (int[]){ EXPIRED, CA, END }, RULE_FAIL,
	    "(CN = expired) expired on 2023-11-12 22:13:20 UTC; this was on 2023-11-14 22:13:20 UTC");
	of_both_sides(l, ask_certificate_expired, (int[]){ EARLY, CA, END }, RULE_FAIL,
	    "(CN = early) is not valid before 2023-11-16 22:13:20 UTC; this was on");
	of_both_sides(l, ask_certificate_expired, (int[]){ OF_OLD_CA, OLD_CA, END }, RULE_FAIL,
	    "certificate 2 of the ");

	/* [RFC 5280 4.1.2.5] from the first second to the last, both inclusive */
	l->j->tls.client.state = CERTIFICATE_DECLINED;
	l->j->tls.server.chain = chain_of(l, (int[]){ SOON, CA, END });
	const struct { int64_t at; enum rule_answer a; } times[] = {
		{ soon->not_before - 1, RULE_FAIL }, { soon->not_before, RULE_PASS },
		{ soon->not_after, RULE_PASS }, { soon->not_after + 1, RULE_FAIL },
	};
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		l->j->first_ns = (uint64_t)times[i].at * 1000000000u;
		answers(l, ask_certificate_expired, times[i].a, "");
	}
}

static void
certificate_expiring(void **state)
{
	struct lab *l = *state;

	begin(l);
	ask_for_everything(l);
	of_both_sides(l, ask_certificate_expiring, (int[]){ SOON, CA, END }, RULE_FAIL,
	    "(CN = soon) expires on 2023-11-21 22:13:20 UTC; --expires-in asks that it be valid on "
	    "2023-11-28 22:13:20 UTC");
	of_both_sides(l, ask_certificate_expiring, (int[]){ EXPIRED, CA, END }, RULE_FAIL, "expired on");
	of_both_sides(l, ask_certificate_expiring, (int[]){ EARLY, CA, END }, RULE_FAIL, "not valid before");
	l->policy.expires_in_ns = 7ull * DAY * 1000000000u;
	of_both_sides(l, ask_certificate_expiring, (int[]){ SOON, CA, END }, RULE_PASS, "");
	l->policy.expires_in_ns = UINT64_MAX;
	of_both_sides(l, ask_certificate_expiring, (int[]){ SOON, CA, END }, RULE_FAIL, "expires on");
}

static void
chain_does_not_verify(void **state)
{
	struct lab *l = *state;

	begin(l);
	ask_for_everything(l);
	of_both_sides(l, ask_chain_does_not_verify, (int[]){ BETA, END }, RULE_PASS, "");
	of_both_sides(l, ask_chain_does_not_verify, (int[]){ STRANGER, STRANGER_CA, END }, RULE_FAIL,
	    "'s chain: self-signed certificate in certificate chain (CN = Other CA, the second in the "
	    "chain)");
	of_both_sides(l, ask_chain_does_not_verify, (int[]){ EXPIRED, END }, RULE_FAIL,
	    "'s chain: certificate has expired (CN = expired, the first in the chain)");
	l->j->first_ns -= 3ull * DAY * 1000000000u;
	of_both_sides(l, ask_chain_does_not_verify, (int[]){ EXPIRED, END }, RULE_PASS, "");
	while (l->j->tls.server.chain.n < TLS_CHAIN_MAX)
		l->j->tls.server.chain.v[l->j->tls.server.chain.n++] = &l->v[STRANGER].is;
	l->j->tls.server.chain.v[0] = &l->v[STRANGER].is;
	answers(l, ask_chain_does_not_verify, RULE_UNKNOWN, "not all of it was kept");
}

static void
chain_out_of_order(void **state)
{
	struct lab *l = *state;

	begin(l);
	of_both_sides(l, ask_chain_out_of_order, (int[]){ BETA, CA, END }, RULE_PASS, "");
	of_both_sides(l, ask_chain_out_of_order, (int[]){ BETA, STRANGER_CA, CA, END }, RULE_FAIL,
	    "'s chain of 3: not every certificate is issued by the next");
}

static void
ca_and_leaf_share_cn(void **state)
{
	struct lab *l = *state;

	begin(l);
	of_both_sides(l, ask_ca_and_leaf_share_cn, (int[]){ LIKE_CA, END }, RULE_FAIL,
	    "(O = Lab, CN = Lab CA) has the common name of a CA");
	of_both_sides(l, ask_ca_and_leaf_share_cn, (int[]){ BETA, CA, END }, RULE_PASS, "");
}

static void
host_mismatch(void **state)
{
	struct lab *l = *state;

	begin(l)->tls.server.chain = chain_of(l, (int[]){ GAMMA, END });
	answers(l, ask_host_mismatch, RULE_FAIL,
	    "the server's certificate (CN = g) does not name beta.lab");
	begin(l)->tls.sni = words_bytes("gamma.lab");
	answers(l, ask_host_mismatch, RULE_FAIL, "the client asked for gamma.lab, and the node's host is "
	    "beta.lab; the server's certificate (CN = b) does not name gamma.lab");

	/* the host may be known from either, in any case of letters */
	begin(l)->tls.sni = words_bytes("BETA.lab");
	answers(l, ask_host_mismatch, RULE_PASS, "");
	begin(l)->tls.sni = words_bytes("");
	answers(l, ask_host_mismatch, RULE_PASS, "");
	begin(l)->end[SIDE_SERVER].node = words_bytes("b@?");
	answers(l, ask_host_mismatch, RULE_PASS, "");
	l->j->tls.sni = words_bytes("");
	answers(l, ask_host_mismatch, RULE_UNKNOWN, "neither an SNI nor the host");
	begin(l)->tls.sni = words_bytes("");
	l->j->end[SIDE_SERVER].node = words_bytes("b@gamma.lab");
	answers(l, ask_host_mismatch, RULE_FAIL, "does not name gamma.lab");

	/* what one reader of wildcards takes and another does not */
	begin(l)->tls.server.chain = chain_of(l, (int[]){ WILD, END });
	answers(l, ask_host_mismatch, RULE_UNKNOWN, "may name or not name beta.lab");
	begin(l)->tls.sni = (struct bytes){ (const uint8_t *)"beta.lab\0.evil", 14 };
	l->j->end[SIDE_SERVER].node = words_bytes("b@?");
	answers(l, ask_host_mismatch, RULE_UNKNOWN, "beta.lab\\x00.evil");

	/* TLS 1.3: two of three can be compared, and to agree is not enough */
	begin(l)->tls.version = 0x0304;
	l->j->tls.server.chain.n = 0;
	answers(l, ask_host_mismatch, RULE_UNKNOWN, "encrypted in TLS 1.3");
	l->j->tls.sni = words_bytes("gamma.lab");
	answers(l, ask_host_mismatch, RULE_FAIL, "the client asked for gamma.lab");

	/* the client's certificate names no host that anybody asked for */
	begin(l)->tls.client.chain = chain_of(l, (int[]){ GAMMA, END });
	answers(l, ask_host_mismatch, RULE_PASS, "");
}

static void
verification_is_off_by_time(void **state)
{
	struct lab *l = *state;

	begin(l);
	ask_for_everything(l);
	l->j->tls.server.chain = chain_of(l, (int[]){ EXPIRED, CA, END });
	answers(l, ask_verification_is_off, RULE_FAIL,
	    "the client accepted the server's certificate (CN = expired), which expired on 2023-11-12");
	l->j->tls.server.chain = chain_of(l, (int[]){ EARLY, CA, END });
	answers(l, ask_verification_is_off, RULE_FAIL, "which is not valid before 2023-11-16");
	begin(l)->tls.client.chain = chain_of(l, (int[]){ EXPIRED, CA, END });
	ask_for_everything(l);
	answers(l, ask_verification_is_off, RULE_FAIL,
	    "the server accepted the client's certificate (CN = expired), which expired on");

	/* a client that did not authenticate was not accepted by it */
	l->j->verdict = VERDICT_ONE_WAY;
	answers(l, ask_verification_is_off, RULE_PASS, "");

	/* clocks differ */
	begin(l)->tls.server.chain = chain_of(l, (int[]){ JUST_EXPIRED, CA, END });
	ask_for_everything(l);
	answers(l, ask_verification_is_off, RULE_UNKNOWN, "as clocks may be");

	/* a CA that was renewed under its name and key */
	l->j->tls.sni = words_bytes("beta.lab");
	l->j->tls.server.chain = chain_of(l, (int[]){ OF_OLD_CA, OLD_CA, END });
	answers(l, ask_verification_is_off, RULE_UNKNOWN, "though a CA of --ca may have issued it");

	/* accepted when the session began, whenever that was */
	begin(l)->tls.server.chain = chain_of(l, (int[]){ EXPIRED, CA, END });
	ask_for_everything(l);
	l->j->tls.resumed = ANSWER_YES;
	answers(l, ask_verification_is_off, RULE_UNKNOWN, "when the session began");
}

static void
verification_is_off_by_name(void **state)
{
	struct lab *l = *state;

	begin(l)->tls.server.chain = chain_of(l, (int[]){ GAMMA, CA, END });
	ask_for_everything(l);
	answers(l, ask_verification_is_off, RULE_FAIL, "the client accepted the server's certificate "
	    "(CN = g), which does not name the host it asked for, beta.lab");
	l->j->tls.resumed = ANSWER_YES;
	answers(l, ask_verification_is_off, RULE_UNKNOWN, "");
	l->j->tls.resumed = ANSWER_NO;
	l->j->tls.sni = words_bytes("");
	answers(l, ask_verification_is_off, RULE_UNKNOWN, "for which host it asked is not known");
	begin(l)->tls.server.chain = chain_of(l, (int[]){ WILD, CA, END });
	ask_for_everything(l);
	answers(l, ask_verification_is_off, RULE_UNKNOWN, "may or may not name");

	/* no server asks a client for a name */
	begin(l)->tls.client.chain = chain_of(l, (int[]){ NO_NAMES, CA, END });
	ask_for_everything(l);
	answers(l, ask_verification_is_off, RULE_PASS, "");
}

static void
verification_is_off_by_ca(void **state)
{
	struct lab *l = *state;

	begin(l);
	answers(l, ask_verification_is_off, RULE_UNKNOWN, "cannot be told without --ca");
	ask_for_everything(l);
	l->j->tls.client.chain = chain_of(l, (int[]){ STRANGER, STRANGER_CA, END });
	answers(l, ask_verification_is_off, RULE_FAIL, "the server accepted the client's certificate "
	    "(CN = beta.lab), which no CA of --ca issued");
	l->j->tls.resumed = ANSWER_YES;
	answers(l, ask_verification_is_off, RULE_FAIL, "which no CA of --ca issued");
	begin(l)->tls.server.chain = (struct chain){ 1, { &l->unreadable } };
	ask_for_everything(l);
	answers(l, ask_verification_is_off, RULE_UNKNOWN, "cannot be read");

	/* shown is not accepted */
	begin(l)->verdict = VERDICT_ENCRYPTED;
	ask_for_everything(l);
	l->j->tls.server.chain = chain_of(l, (int[]){ STRANGER, STRANGER_CA, END });
	answers(l, ask_verification_is_off, RULE_UNKNOWN, "not proved that the handshake was completed");
	l->j->verdict = VERDICT_MUTUAL;
	answers(l, ask_verification_is_off, RULE_FAIL, "");
	l->j->evidence = EVIDENCE_RESUMED;
	l->policy.evidence = EVIDENCE_SEEN;
	answers(l, ask_verification_is_off, RULE_UNKNOWN, "not proved");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_wrong_passes_every_rule),
		cmocka_unit_test(without_tls_no_rule_applies),
		cmocka_unit_test(what_was_not_asked_for_does_not_apply),
		cmocka_unit_test(what_is_hidden_is_not_known),
		cmocka_unit_test(weak_evidence_shows_nothing),
		cmocka_unit_test(a_side_that_fails_is_more_than_one_not_known),
		cmocka_unit_test(nothing_shown_is_nothing_to_ask_about),
		cmocka_unit_test(a_strangers_name_is_harmless_and_leaves_room),
		cmocka_unit_test(weak_key),
		cmocka_unit_test(weak_signature),
		cmocka_unit_test(certificate_expired),
		cmocka_unit_test(certificate_expiring),
		cmocka_unit_test(chain_does_not_verify),
		cmocka_unit_test(chain_out_of_order),
		cmocka_unit_test(ca_and_leaf_share_cn),
		cmocka_unit_test(host_mismatch),
		cmocka_unit_test(verification_is_off_by_time),
		cmocka_unit_test(verification_is_off_by_name),
		cmocka_unit_test(verification_is_off_by_ca),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
