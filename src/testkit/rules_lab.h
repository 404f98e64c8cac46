/*
 * rules_lab - a world for the tests of the rules: certificates, and a connection
 * between two nodes that passes whatever can be asked of it.
 *
 * ownership  what is in a struct world lives as long as its lab; rules_lab_close().
 */
#ifndef TESTKIT_RULES_LAB_H
#define TESTKIT_RULES_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "audit/rules.h"
#include "testkit/certify.h"

#define NSEC_PER_SEC 1000000000ull
#define NOW_S 1700000000
#define DAY 86400

enum { FORGED_CA, FORGED_ALPHA, FORGED_BETA, FORGED_OTHER_CA, FORGED_STRANGER, FORGED_EXPIRED,
    FORGED_SELF_SIGNED, FORGED_NAMESAKE, FORGED_SHORT, FORGED_SHA1, N_FORGED };

struct lab {
	struct certified v[N_FORGED];
	struct certificate unreadable;
	struct trust *trust;
};

static inline struct bytes
str(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

/* issuer -1: it signs itself. The key is of P-256, the hash SHA256, unless told. */
static inline void
forge(struct lab *lab, unsigned which, const char *cn, int issuer, int days, const char *key,
    const char *hash)
{
	bool ca = strstr(cn, "CA") != NULL;
	char names[64];

	snprintf(names, sizeof names, "DNS:%s", cn);
	certify(&lab->v[which], &(struct recipe){ .common_name = cn, .names = ca ? NULL : names,
		.ca = ca, .from = NOW_S - 100 * DAY, .until = NOW_S + (int64_t)days * DAY, .key = key,
		.hash = hash }, issuer < 0 ? NULL : &lab->v[issuer]);
}

static inline void
open_trust(struct lab *lab)
{
	char path[] = "/tmp/rules_test.XXXXXX";
	int fd = mkstemp(path);
	struct diag d = { 0 };

	assert_true(fd >= 0);
	FILE *out = fdopen(fd, "w");
	assert_non_null(out);
	certified_put_pem(&lab->v[FORGED_CA], out);
	assert_int_equal(fclose(out), 0);
	lab->trust = trust_open(path, &d);
	unlink(path);
	assert_non_null(lab->trust);
}

static inline int
rules_lab_open(void **state)
{
	struct lab *lab = calloc(1, sizeof *lab);

	assert_non_null(lab);
	forge(lab, FORGED_CA, "Lab CA", -1, 1000, NULL, NULL);
	forge(lab, FORGED_ALPHA, "alpha.lab", FORGED_CA, 300, NULL, NULL);
	forge(lab, FORGED_BETA, "beta.lab", FORGED_CA, 300, NULL, NULL);
	forge(lab, FORGED_OTHER_CA, "Other CA", -1, 1000, NULL, NULL);
	forge(lab, FORGED_STRANGER, "beta.lab", FORGED_OTHER_CA, 300, NULL, NULL);
	forge(lab, FORGED_EXPIRED, "beta.lab", FORGED_CA, -5, NULL, NULL);
	forge(lab, FORGED_SELF_SIGNED, "beta.lab", -1, 300, NULL, NULL);
	forge(lab, FORGED_NAMESAKE, "Lab CA", FORGED_CA, 300, NULL, NULL);
	forge(lab, FORGED_SHORT, "beta.lab", FORGED_CA, 300, "RSA-1024", NULL);
	forge(lab, FORGED_SHA1, "beta.lab", FORGED_CA, 300, NULL, "SHA1");
	lab->unreadable = (struct certificate){ .der = str("no certificate") };
	open_trust(lab);
	*state = lab;
	return 0;
}

static inline int
rules_lab_close(void **state)
{
	struct lab *lab = *state;

	for (unsigned i = 0; i < N_FORGED; i++)
		certified_free(&lab->v[i]);
	trust_close(lab->trust);
	free(lab);
	return 0;
}

struct world {
	struct lab *lab;
	struct snapshot snapshot;
	struct judgement j[3];
	const struct judgement *listed[3];
	struct policy policy;
	struct inquiry inquiry;
	struct link_type_count link_type;
};

static inline void
show(struct world *w, struct chain *c, unsigned n, ...)
{
	va_list ap;

	va_start(ap, n);
	c->n = (uint16_t)n;
	for (unsigned i = 0; i < n; i++)
		c->v[i] = &w->lab->v[va_arg(ap, int)].is;
	va_end(ap);
}

static inline struct judgement
mutual(uint32_t id)
{
	return (struct judgement){
		.id = id, .first_ns = NOW_S * NSEC_PER_SEC, .last_ns = (NOW_S + 2) * NSEC_PER_SEC,
		.end = { { .address = address_ipv4((uint8_t[]){ 10, 77, 0, 1 }), .port = 46220 },
			{ .address = address_ipv4((uint8_t[]){ 10, 77, 0, 2 }), .port = 45979,
			  .node = str("b@beta.lab") } },
		.known_by = KNOWN_BY_EPMD, .verdict = VERDICT_MUTUAL, .evidence = EVIDENCE_SEEN,
		.state = STATE_UP, .has_tls = true,
		.tls = { .version = 0x0303, .cipher = 0xc02c, .has_cipher = true, .group = 0x001d,
			.post_quantum = ANSWER_NO, .sni = str("beta.lab"), .resumed = ANSWER_NO,
			.server = { .state = CERTIFICATE_SENT, .evidence = EVIDENCE_SEEN,
				.verified = ANSWER_YES },
			.client = { .requested = ANSWER_YES, .state = CERTIFICATE_SENT,
				.proved = ANSWER_YES, .verified = ANSWER_YES, .evidence = EVIDENCE_SEEN } },
	};
}

static inline void
world_open(struct world *w, struct lab *lab)
{
	*w = (struct world){ .lab = lab };
	policy_init(&w->policy);
	for (size_t i = 0; i < 3; i++)
		w->listed[i] = &w->j[i];
	w->j[0] = mutual(1);
	show(w, &w->j[0].tls.server.chain, 2, FORGED_BETA, FORGED_CA);
	show(w, &w->j[0].tls.client.chain, 2, FORGED_ALPHA, FORGED_CA);
	w->snapshot = (struct snapshot){ .connections = w->listed, .n_connections = 1,
		.input = { .packets = 100, .first_ns = w->j[0].first_ns, .last_ns = w->j[0].last_ns,
			.lost_kernel = UNKNOWN_COUNT, .lost_interface = UNKNOWN_COUNT,
			.lost_recorded = UNKNOWN_COUNT, .link_types = &w->link_type } };
	w->inquiry = (struct inquiry){ .policy = &w->policy, .snapshot = &w->snapshot };
}

static inline void
tls13(struct world *w, struct judgement *j)
{
	(void)w;
	j->evidence = EVIDENCE_INFERRED;
	j->tls.version = 0x0304;
	j->tls.cipher = 0x1302;
	j->tls.server.chain.n = j->tls.client.chain.n = 0;
	j->tls.server.evidence = j->tls.client.evidence = EVIDENCE_INFERRED;
	j->tls.server.verified = j->tls.client.verified = ANSWER_ABSENT;
}

static inline void
one_way(struct judgement *j, enum certificate_state state)
{
	j->verdict = VERDICT_ONE_WAY;
	j->tls.client.state = state;
	j->tls.client.proved = j->tls.client.verified = ANSWER_ABSENT;
	j->tls.client.chain.n = 0;
}

static inline void
plaintext(struct judgement *j)
{
	j->verdict = VERDICT_PLAINTEXT;
	j->has_tls = false;
	j->tls = (struct judged_tls){ 0 };
	j->known_by |= KNOWN_BY_HANDSHAKE;
}

#endif
