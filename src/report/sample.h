/*
 * sample - snapshots for the tests of this room: the lab's two nodes, every
 * word there is, and strings a stranger might send.
 *
 * ownership  what is in a struct sample lives as long as it; nothing is freed.
 */
#ifndef REPORT_SAMPLE_H
#define REPORT_SAMPLE_H

#include "audit/snapshot.h"
#include "report/words.h"

#define SAMPLE_AT_NS 1700000000123456789u	/* 2023-11-14T22:13:20.123456789Z */
#define SAMPLE_MAX 64u

struct sample {
	struct snapshot snapshot;
	struct judgement connections[SAMPLE_MAX];
	struct epmd_entry epmd[1];
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
};
#define SAMPLE_N_HOSTILE (sizeof sample_hostile / sizeof *sample_hostile)

static inline void
sample_open(struct sample *s)
{
	*s = (struct sample){ 0 };
	s->snapshot = (struct snapshot){
		.input = {
			.sources = sample_sources, .n_sources = 1, .packets = 138, .bytes = 29153,
			.first_ns = SAMPLE_AT_NS, .last_ns = SAMPLE_AT_NS + 3000000000u,
			.time_digits = 6, .lost_kernel = UNKNOWN_COUNT,
			.lost_interface = UNKNOWN_COUNT, .lost_recorded = UNKNOWN_COUNT,
		},
		.connections = s->connections,
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
			{ address_ipv4((uint8_t[]){ 10, 77, 0, 1 }), 46220, { NULL, 0 } },
			{ address_ipv4((uint8_t[]){ 10, 77, 0, 2 }), 45979, words_bytes("b@beta.lab") },
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
	j->dist = (struct judged_dist){ 6, DIST_STATUS_OK, ANSWER_YES, EVIDENCE_SEEN };
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
		.server = { CERTIFICATE_SENT, EVIDENCE_SEEN, { 2, { &sample_beta, &sample_ca } } },
		.client = { ANSWER_YES, CERTIFICATE_SENT, ANSWER_YES, ANSWER_ABSENT,
		    EVIDENCE_SEEN, { 2, { &sample_alpha, &sample_ca } } },
	};
	j->has_dist = true;
	j->dist = (struct judged_dist){ 6, DIST_STATUS_OK, ANSWER_YES, EVIDENCE_INFERRED };
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
	s->epmd[0] = (struct epmd_entry){ s->connections[0].end[SIDE_SERVER].address, 45979,
	    words_bytes("b"), 77, EPMD_HOW_PORT2, SAMPLE_AT_NS };
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

#endif
