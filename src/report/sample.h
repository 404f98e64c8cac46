/*
 * sample - snapshots for the tests of this room: the lab's two nodes, every
 * word there is, and strings a stranger might send.
 *
 * ownership  what is in a struct sample lives as long as it; nothing is freed.
 */
#ifndef REPORT_SAMPLE_H
#define REPORT_SAMPLE_H

#include "audit/assertion.h"
#include "report/words.h"

#define SAMPLE_AT_NS 1700000000123456789u	/* 2023-11-14T22:13:20.123456789Z */
#define SAMPLE_MAX 512u

struct sample {
	struct snapshot snapshot;
	struct judgement connections[SAMPLE_MAX];
	const struct judgement *listed[SAMPLE_MAX];
	struct epmd_entry epmd[1];
	struct policy policy;
	struct assertion assertion;
	struct finding findings[2 * SAMPLE_MAX];
	struct waiver_use waivers[3];
};

static const char *const sample_sources[] = { "a.pcap" };

static const struct certificate sample_ca = {
	.readable = true, .sha256 = { 0xca }, .subject = "O = Lab, CN = Lab CA",
	.issuer = "O = Lab, CN = Lab CA", .common_name = "Lab CA", .serial = "01",
	.not_before = 1690000000, .not_after = 2000000000, .key = "RSA-2048",
	.signature = "sha256WithRSAEncryption", .self_signed = true, .ca = true,
};
static const struct certificate sample_alpha = {
	.readable = true, .sha256 = { 0xa1, 0xfa }, .subject = "O = Lab, CN = alpha.lab",
	.issuer = "O = Lab, CN = Lab CA", .common_name = "alpha.lab", .serial = "0A",
	.not_before = 1690000000, .not_after = 1790000000, .key = "EC-P-256",
	.signature = "sha256WithRSAEncryption", .n_names = 2,
	.names = { "DNS:alpha.lab", "IP Address:10.77.0.1" },
};
static const struct certificate sample_beta = {
	.readable = true, .sha256 = { 0xbe, 0x7a }, .subject = "O = Lab, CN = beta.lab",
	.issuer = "O = Lab, CN = Lab CA", .common_name = "beta.lab", .serial = "0B",
	.not_before = 1690000000, .not_after = 1790000000, .key = "EC-P-256",
	.signature = "sha256WithRSAEncryption", .n_names = 1, .names = { "DNS:beta.lab" },
};
static const struct certificate sample_unreadable = { .sha256 = { 0xff, 0x01 } };

/* What strangers send instead of names. */
static const char *const sample_hostile[] = {
	"\033[31mred\033[0m", "two\nlines\r\n", "tab\tand\bbell\a", "\xff\xfe\x80not utf-8",
	"\xc3", "\xc2\x9b" "1m", "\xe2\x80\xae" "gnp.exe", "back\\slash \\x1b", "\"quoted\" {}",
	"a b c    mutual", "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e@\xe6\x9d\xb1\xe4\xba\xac",
	"z\xcc\x81\xcc\x82\xcc\x83", "", "-> x", " -> ", "mutual", "<&>'",
	"x # TODO", "x\\ # SKIP all", "]]>&#10;<!--", "::error::x", "##[stop-commands]x",
	"%0A::error::x", "`` ` |a|", "[x](http://x.lab) @x www.x.lab <b>", "{0} {{1}} [y](1)",
	"\xf0\x9f\xbf\xbe", "'it''s' \"x\": - {", "100% a:b,c",
};
#define SAMPLE_N_HOSTILE (sizeof sample_hostile / sizeof *sample_hostile)

static inline void
sample_open(struct sample *s)
{
	*s = (struct sample){ 0 };
	for (size_t i = 0; i < sizeof s->listed / sizeof *s->listed; i++)
		s->listed[i] = &s->connections[i];
	s->snapshot = (struct snapshot){
		.input = {
			.sources = sample_sources, .n_sources = 1, .packets = 138, .bytes = 29153,
			.first_ns = SAMPLE_AT_NS, .last_ns = SAMPLE_AT_NS + 3000000000u,
			.time_digits = 6, .lost_kernel = UNKNOWN_COUNT,
			.lost_interface = UNKNOWN_COUNT, .lost_recorded = UNKNOWN_COUNT,
		},
		.connections = s->listed,
		.epmd = s->epmd,
	};
}

/* One more connection from alpha to beta, about which nothing is known yet. */
static inline struct judgement *
sample_add(struct sample *s, enum verdict verdict)
{
	struct judgement *j = &s->connections[s->snapshot.n_connections++];

	s->snapshot.n_by_verdict[verdict]++;
	*j = (struct judgement){
		.id = (uint32_t)s->snapshot.n_connections, .verdict = verdict,
		.first_ns = SAMPLE_AT_NS, .last_ns = SAMPLE_AT_NS + 2000000000u,
		.end = {
			{ .address = address_ipv4((uint8_t[]){ 10, 77, 0, 1 }), .port = 46220 },
			{ .address = address_ipv4((uint8_t[]){ 10, 77, 0, 2 }), .port = 45979,
			  .node = words_bytes("b@beta.lab") },
		},
		.bytes = { 8623, 7289 }, .packets = { 40, 38 },
		.known_by = KNOWN_BY_EPMD, .evidence = EVIDENCE_SEEN, .state = STATE_CLOSED,
	};
	return j;
}

static inline struct judgement *
sample_add_plain(struct sample *s)
{
	struct judgement *j = sample_add(s, VERDICT_PLAINTEXT);

	j->end[SIDE_CLIENT].node = words_bytes("a@alpha.lab");
	j->known_by |= KNOWN_BY_HANDSHAKE;
	j->has_dist = true;
	j->dist = (struct judged_dist){ .version = 6, .status = DIST_STATUS_OK,
	    .complete = ANSWER_YES, .evidence = EVIDENCE_SEEN,
	    .release = { { 25, 27 }, { 23, 23 } }, .hidden = { ANSWER_NO, ANSWER_NO } };
	return j;
}

static inline struct judgement *
sample_add_mutual(struct sample *s)
{
	struct judgement *j = sample_add(s, VERDICT_MUTUAL);

	j->known_by |= KNOWN_BY_LENGTHS;
	j->has_tls = true;
	j->tls = (struct judged_tls){
		.version = 0x0303, .cipher = 0xc02c, .has_cipher = true, .group = 0x001d,
		.post_quantum = ANSWER_NO, .sni = words_bytes("beta.lab"), .resumed = ANSWER_NO,
		.server = { .state = CERTIFICATE_SENT, .evidence = EVIDENCE_SEEN,
		    .chain = { 2, { &sample_beta, &sample_ca } } },
		.client = { .requested = ANSWER_YES, .state = CERTIFICATE_SENT, .proved = ANSWER_YES,
		    .evidence = EVIDENCE_SEEN, .chain = { 2, { &sample_alpha, &sample_ca } } },
	};
	j->has_dist = true;
	j->dist = (struct judged_dist){ .version = 6, .status = DIST_STATUS_OK,
	    .complete = ANSWER_YES, .evidence = EVIDENCE_INFERRED };
	return j;
}

/* TLS 1.3 without keys: everything after ServerHello is told by lengths. */
static inline struct judgement *
sample_add_sealed(struct sample *s)
{
	struct judgement *j = sample_add_mutual(s);

	j->evidence = EVIDENCE_INFERRED;
	j->tls.version = 0x0304;
	j->tls.cipher = 0x1302;
	j->tls.group = 0x11ec;
	j->tls.post_quantum = ANSWER_YES;
	j->tls.server.evidence = j->tls.client.evidence = EVIDENCE_INFERRED;
	j->tls.server.chain.n = j->tls.client.chain.n = 0;
	return j;
}

static const struct message_block sample_refused_messages = { .v = {
	{ SAMPLE_AT_NS, 258, 0, 258, 0x0303, 0, MESSAGE_CLIENT_HELLO, SIDE_CLIENT },
	{ SAMPLE_AT_NS + 1000000, 87, 258, 87, 0x0303, 0xc02c, MESSAGE_SERVER_HELLO, SIDE_SERVER },
	{ SAMPLE_AT_NS + 1000000, 999, 258, 912, 2, 0, MESSAGE_CERTIFICATE, SIDE_SERVER },
	{ SAMPLE_AT_NS + 9000000, 265, 999, 2, 2, 45, MESSAGE_ALERT, SIDE_CLIENT },
} };

static inline struct judgement *
sample_add_refused(struct sample *s)
{
	struct judgement *j = sample_add_mutual(s);

	s->snapshot.n_by_verdict[VERDICT_MUTUAL]--;
	s->snapshot.n_by_verdict[VERDICT_REFUSED]++;
	j->verdict = VERDICT_REFUSED;
	j->state = STATE_REFUSED;
	j->reason = REASON_ALERT;
	j->known_by = KNOWN_BY_EPMD;
	strcpy(j->explanation, "the client refused the server's certificate: certificate_expired");
	j->tls.client.state = CERTIFICATE_NOT_REACHED;
	j->tls.client.proved = ANSWER_ABSENT;
	j->tls.client.chain.n = 0;
	j->tls.alert.present = true;
	j->tls.alert.from = SIDE_CLIENT;
	j->tls.alert.level = 2;
	j->tls.alert.description = 45;
	j->has_dist = false;
	j->messages = &sample_refused_messages;
	j->n_messages = 4;
	return j;
}

/* What a lab afternoon looks like. */
static inline void
sample_lab(struct sample *s)
{
	struct judgement *j;

	sample_open(s);
	sample_add_plain(s);
	sample_add_mutual(s);
	sample_add_sealed(s)->state = STATE_HANDSHAKE;
	sample_add_refused(s);
	j = sample_add_mutual(s);
	s->snapshot.n_by_verdict[VERDICT_MUTUAL]--;
	s->snapshot.n_by_verdict[VERDICT_ONE_WAY]++;
	j->verdict = VERDICT_ONE_WAY;
	j->tls.client.requested = ANSWER_NO;
	j->tls.client.state = CERTIFICATE_NOT_REQUESTED;
	j->tls.client.proved = ANSWER_ABSENT;
	j->tls.client.chain.n = 0;
	j->state = STATE_UP;
	s->snapshot.ignored_tls = 2;
	s->snapshot.ignored_other = 3;
	s->snapshot.silent = 1;
	s->snapshot.n_epmd = 1;
	s->epmd[0] = (struct epmd_entry){ .port = 45979,
	    .host = s->connections[0].end[SIDE_SERVER].address, .node = words_bytes("b"),
	    .type = 77, .highest = 6, .how = EPMD_HOW_PORT2, .at_ns = SAMPLE_AT_NS,
	    .listening = true };
}

/* Connections that between them have every word of every enum. */
static inline void
sample_all_words(struct sample *s)
{
	sample_open(s);
	for (unsigned i = 0; i < 12; i++) {
		struct judgement *j = sample_add_mutual(s);

		s->snapshot.n_by_verdict[VERDICT_MUTUAL]--;
		j->verdict = (enum verdict)(VERDICT_PLAINTEXT + i % (VERDICT_UNKNOWN - VERDICT_NONE));
		s->snapshot.n_by_verdict[j->verdict]++;
		j->evidence = (enum evidence)(i % (EVIDENCE_SEEN + 1));
		j->state = (enum connection_state)(STATE_HANDSHAKE + i % STATE_REFUSED);
		j->reason = (enum reason)(i % (REASON_NOT_DISTRIBUTION + 1));
		j->tls.client.state = (enum certificate_state)(i % (CERTIFICATE_UNKNOWN + 1));
		j->tls.server.state = i % 2 ? CERTIFICATE_UNKNOWN : CERTIFICATE_NOT_REACHED;
		j->tls.client.requested = (enum answer)(i % 3);
		j->tls.client.proved = (enum answer)((i + 1) % 3);
		j->tls.client.verified = (enum answer)((i + 2) % 3);
		j->tls.server.verified = (enum answer)(i % 3);
		j->tls.post_quantum = j->tls.resumed = (enum answer)(i % 3);
		j->tls.client.evidence = j->tls.server.evidence = j->dist.evidence = j->evidence;
		j->dist.status = (enum dist_status)(i % (DIST_STATUS_OTHER + 1));
		j->dist.complete = (enum answer)(i % 3);
		j->dist.version = (uint8_t)(i % 3 == 0 ? 0 : 4 + i % 3);
		j->known_by = 1u << i % 6;
		j->blind = i % 9 ? BLIND_BIT(i % 9) : 0;
		j->tls.alert.present = i % 2 == 0;
		j->tls.alert.sealed = i % 4 == 0;
		j->tls.alert.from = (enum side)(i / 2 % 2);
		j->tls.alert.level = (uint8_t)i;
		j->tls.alert.description = (uint8_t)(i * 10);
		j->has_tls = i != 6;
		j->has_dist = i != 7;
		j->tls.server.chain.v[0] = i % 2 ? &sample_unreadable : &sample_beta;
	}
	s->connections[1].known_by = s->connections[2].blind = ~0u;
}

static const char *const sample_patterns[] = { "clouseau@127.0.0.1", "*@10.0.0.*" };
static const char *sample_demands[] = { "--require mutual", "--tls-min 1.3" };
static const char *sample_relaxations[] = { "--allow-plaintext clouseau@127.0.0.1",
    "-f 'ip proto \\tcp'" };

static const struct waiver sample_waivers[] = {
	{ "search-node", "plaintext", "c@gamma.lab", "no TLS in clouseau 2.22", "2030-12-31",
	    1924992000000000000u },
	{ "old-ring", "not-mutual", "b@beta.lab", "until the new CA is out", "2023-01-31",
	    1675209600000000000u },
	{ "spare", "weak-key", "z@zeta.lab", "replaced in spring", "2030-03-31",
	    1901232000000000000u },
};

/* Opens an assertion over what is in the snapshot. */
static inline struct assertion *
sample_assert(struct sample *s, enum outcome outcome)
{
	s->policy = (struct policy){ .require = DEMAND_MUTUAL, .evidence = EVIDENCE_INFERRED,
	    .tls_min = 0x0304 };
	s->assertion = (struct assertion){
		.snapshot = &s->snapshot, .policy = &s->policy, .outcome = outcome,
		.findings = s->findings, .demands = sample_demands, .n_demands = 2,
		.relaxations = sample_relaxations, .waivers = s->waivers,
	};
	return &s->assertion;
}

/* One more finding: connections in their order, then (j NULL) the input. What it
 * says is the test's, so that rules may be worded anew. */
static inline struct finding *
sample_find(struct sample *s, const struct judgement *j, const char *rule,
    enum rule_answer answer, enum weight weight, const char *why)
{
	struct finding *f = &s->findings[s->assertion.n_findings++];

	*f = (struct finding){ .rule = rule_find(rule), .connection = j, .answer = answer,
	    .weight = weight, .why = why, .mend = answer == RULE_PASS ? "" : "do the right thing" };
	s->assertion.n_violations += weight == WEIGHT_VIOLATION;
	s->assertion.n_unproved += weight == WEIGHT_UNPROVED;
	return f;
}

/* The lab's afternoon, and a node under an exception and one under a waiver, judged:
 * each word of weight, answer, exception and waiver is there. */
static inline void
sample_judged(struct sample *s)
{
	struct judgement *c = s->connections;

	sample_lab(s);
	sample_add_plain(s)->end[SIDE_SERVER].node = words_bytes("clouseau@127.0.0.1");
	sample_add_plain(s)->end[SIDE_SERVER].node = words_bytes("c@gamma.lab");
	sample_assert(s, OUTCOME_VIOLATION)->n_relaxations = 2;
	s->assertion.n_waivers = 3;
	s->assertion.n_advice = 1;
	s->policy.allow_plaintext.v = (const char **)(uintptr_t)sample_patterns;
	s->policy.allow_plaintext.n = 2;
	s->waivers[0] = (struct waiver_use){ &sample_waivers[0], 1, false };
	s->waivers[1] = (struct waiver_use){ &sample_waivers[1], 0, true };
	s->waivers[2] = (struct waiver_use){ &sample_waivers[2], 0, false };

	sample_find(s, &c[0], "plaintext", RULE_FAIL, WEIGHT_VIOLATION,
	    "a distribution handshake could be read (seen)")->mend =
	    "start b@beta.lab with -proto_dist inet_tls";
	sample_find(s, &c[0], "not-mutual", RULE_FAIL, WEIGHT_VIOLATION, "nobody authenticated");
	sample_find(s, &c[1], "plaintext", RULE_PASS, WEIGHT_NONE, "");
	sample_find(s, &c[1], "not-mutual", RULE_PASS, WEIGHT_NONE, "");
	sample_find(s, &c[1], "self-signed", RULE_FAIL, WEIGHT_NONE,
	    "the server's certificate is signed with its own key");
	sample_find(s, &c[2], "plaintext", RULE_PASS, WEIGHT_NONE, "");
	sample_find(s, &c[2], "not-mutual", RULE_UNKNOWN, WEIGHT_UNPROVED,
	    "the handshake is not over");
	sample_find(s, &c[2], "weak-key", RULE_UNKNOWN, WEIGHT_NONE, "TLS 1.3 hides the certificates");
	sample_find(s, &c[3], "plaintext", RULE_PASS, WEIGHT_NONE, "");
	sample_find(s, &c[4], "not-mutual", RULE_FAIL, WEIGHT_VIOLATION,
	    "the server did not ask the client for a certificate (seen)");
	sample_find(s, &c[5], "plaintext", RULE_FAIL, WEIGHT_NONE,
	    "a distribution handshake could be read (seen)")->exception = sample_patterns[0];
	sample_find(s, &c[6], "plaintext", RULE_FAIL, WEIGHT_NONE,
	    "a distribution handshake could be read (seen)")->waiver = &sample_waivers[0];
	sample_find(s, NULL, "packets-lost", RULE_UNKNOWN, WEIGHT_UNPROVED,
	    "the kernel does not say how many packets it dropped");
	sample_find(s, NULL, "not-enough-seen", RULE_PASS, WEIGHT_NONE, "");
	sample_find(s, NULL, "waiver-expired", RULE_FAIL, WEIGHT_VIOLATION,
	    "waiver old-ring was until 2023-01-31")->waiver = &sample_waivers[1];
}

/* What a stranger can put into a judged connection: names, and the sentence that
 * quotes them, which the rules escape. */
static inline void
sample_judged_hostile(struct sample *s)
{
	static char why[SAMPLE_N_HOSTILE][256];

	sample_open(s);
	sample_assert(s, OUTCOME_VIOLATION);
	for (size_t i = 0; i < SAMPLE_N_HOSTILE; i++) {
		struct judgement *j = sample_add_plain(s);
		struct text t = TEXT(why[i]);

		j->end[SIDE_CLIENT].node = j->end[SIDE_SERVER].node = words_bytes(sample_hostile[i]);
		text_put(&t, "the server calls itself ");
		text_put_wire(&t, words_bytes(sample_hostile[i]));
		sample_find(s, j, "plaintext", RULE_FAIL, WEIGHT_VIOLATION, why[i]);
	}
}

#endif
