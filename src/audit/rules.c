#include "audit/rules.h"

#include "audit/asking.h"

/* Asked by assertion.c, of each waiver. */
static enum rule_answer
ask_nobody(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	(void)q;
	(void)j;
	(void)why;
	return RULE_DOES_NOT_APPLY;
}

#define OTP_TLS "OTP ssl, \"Using TLS for Erlang Distribution\""
#define OPTIONS OTP_TLS ", \"Specifying TLS Options\""

const struct rule rules[N_RULES] = {
	{ "plaintext", SEVERITY_ERROR, SUBJECT_CONNECTION,
	  "The connection is not encrypted",
	  "Everything that the two nodes say to each other, and the handshake that a cookie "
	  "can be guessed from, is readable by whoever sees the packets.",
	  "start both nodes with -proto_dist inet_tls (inet6_tls) and -ssl_dist_optfile FILE in "
	  "vm.args; where it must stay plaintext, say so: --allow-plaintext 'NAME@HOST'",
	  OTP_TLS ", \"Specifying Distribution Module for net_kernel\"",
	  ask_plaintext, DEMANDED_ALWAYS, WEIGHT_VIOLATION, WEIGHT_UNPROVED, true },
	{ "plaintext-attempt", SEVERITY_ERROR, SUBJECT_CONNECTION,
	  "A node tried to connect without encryption",
	  "The attempt never came up, and yet the dialling node's name went over the wire in clear "
	  "before the other side could object.",
	  "start the dialling node with -proto_dist inet_tls (inet6_tls) and -ssl_dist_optfile FILE "
	  "in vm.args; short-lived ones too: rpc and remsh tools, CLI nodes, consoles",
	  OTP_TLS ", \"Specifying Distribution Module for net_kernel\"",
	  ask_plaintext_attempt, DEMANDED_ALWAYS, WEIGHT_VIOLATION, WEIGHT_UNPROVED, true },
	{ "not-mutual", SEVERITY_ERROR, SUBJECT_CONNECTION,
	  "The client did not authenticate",
	  "TLS hides the traffic, but the server took whoever dialled: only the cookie keeps "
	  "strangers out, and a cookie is no authentication.",
	  "in {server, [...]} of the ssl_dist optfile: {verify, verify_peer}, {fail_if_no_peer_cert, "
	  "true} and {cacertfile, ...}; in {client, [...]}: {certfile, ...} and {keyfile, ...}",
	  OPTIONS "; RFC 8446 4.3.2, RFC 5246 7.4.4",
	  ask_not_mutual, DEMANDED_MUTUAL, WEIGHT_VIOLATION, WEIGHT_UNPROVED, false },
	{ "client-key-not-proved", SEVERITY_ERROR, SUBJECT_CONNECTION,
	  "The client sent a certificate and did not prove that it is its own",
	  "A certificate is public. Only the CertificateVerify shows that the client has its key; "
	  "here TLS was completed without one.",
	  "find out what the client is, and what the server, which has to end such a handshake; and "
	  "let the server demand {verify, verify_peer}",
	  "RFC 5246 7.4.8, RFC 8446 4.4.3",
	  ask_client_key_not_proved, DEMANDED_MUTUAL, WEIGHT_VIOLATION, WEIGHT_NONE, false },
	{ "bad-signature", SEVERITY_ERROR, SUBJECT_CONNECTION,
	  "A signature of the handshake is wrong",
	  "The CertificateVerify or the ServerKeyExchange was signed by another key than the "
	  "certificate's, or over another handshake, and the peer went on regardless.",
	  "find out what accepted it, which TLS forbids; look for a proxy between the two nodes",
	  "RFC 5246 7.4.3, 7.4.8",
	  ask_bad_signature, DEMANDED_ALWAYS, WEIGHT_VIOLATION, WEIGHT_NONE, false },
	{ "tls-version", SEVERITY_WARNING, SUBJECT_CONNECTION,
	  "The TLS version is too old",
	  "TLS 1.0 and 1.1 are deprecated; --tls-min may ask for more than that.",
	  "in both lists of the ssl_dist optfile: {versions, ['tlsv1.3']}, or "
	  "{versions, ['tlsv1.3', 'tlsv1.2']}",
	  OPTIONS "; RFC 8996",
	  ask_tls_version, DEMANDED_TLS_MIN, WEIGHT_VIOLATION, WEIGHT_UNPROVED, false },
	{ "no-forward-secrecy", SEVERITY_WARNING, SUBJECT_CONNECTION,
	  "The key exchange has no forward secrecy",
	  "Whoever records the traffic now and gets the long-term key later can read all of it.",
	  "in both lists of the ssl_dist optfile: {versions, ['tlsv1.3']}, or {ciphers, ...} with "
	  "suites of ecdhe_ecdsa and ecdhe_rsa only",
	  OPTIONS "; RFC 9325 4.1",
	  ask_no_forward_secrecy, DEMANDED_FORWARD_SECRECY, WEIGHT_VIOLATION, WEIGHT_UNPROVED, false },
	{ "no-post-quantum", SEVERITY_NOTE, SUBJECT_CONNECTION,
	  "The key exchange is not post-quantum",
	  "Whoever records the traffic now may read it once there is a quantum computer for it.",
	  "in both lists of the ssl_dist optfile: {versions, ['tlsv1.3']} and {supported_groups, ...} "
	  "with an ML-KEM group first, where the OTP release and its OpenSSL have one",
	  OPTIONS "; FIPS 203; RFC 8446 4.2.7",
	  ask_no_post_quantum, DEMANDED_POST_QUANTUM, WEIGHT_VIOLATION, WEIGHT_UNPROVED, false },
	{ "weak-cipher", SEVERITY_ERROR, SUBJECT_CONNECTION,
	  "The cipher suite is weak",
	  "NULL, export, RC4, DES and 3DES suites do not keep secrets; anonymous ones let anybody "
	  "stand in the middle.",
	  "take {ciphers, ...} out of the ssl_dist optfile: the defaults have none of these; or "
	  "{versions, ['tlsv1.3']}",
	  OPTIONS "; RFC 9325 4.1",
	  ask_weak_cipher, DEMANDED_ALWAYS, WEIGHT_VIOLATION, WEIGHT_NONE, false },
	{ "weak-key", SEVERITY_WARNING, SUBJECT_CONNECTION,
	  "A certificate's key is too short",
	  "Keys of less than 112 bits of security are not to be used any more; --min-key-bits may ask "
	  "for longer ones.",
	  "issue the certificate for a new key: EC P-256, Ed25519, or RSA of 3072 bits; name it in "
	  "{certfile, ...} and {keyfile, ...} of the ssl_dist optfile",
	  "NIST SP 800-57 part 1, 5.6.1; RFC 9325 4.5",
	  ask_weak_key, DEMANDED_MIN_KEY_BITS, WEIGHT_VIOLATION, WEIGHT_UNPROVED, false },
	{ "weak-signature", SEVERITY_WARNING, SUBJECT_CONNECTION,
	  "A signature uses a weak hash",
	  "MD5 and SHA-1 collide: another certificate, or another handshake, may bear the same "
	  "signature.",
	  "have the CA sign with SHA-256 or better, and name the new certificate in {certfile, ...}; "
	  "for the handshake: {signature_algs, ...}, or {versions, ['tlsv1.3']}",
	  "RFC 9155; RFC 9325 4.5",
	  ask_weak_signature, DEMANDED_NONE, WEIGHT_NONE, WEIGHT_NONE, false },
	{ "certificate-expired", SEVERITY_ERROR, SUBJECT_CONNECTION,
	  "A certificate is not valid at this time",
	  "The connection is up on a certificate that had expired, or was not yet valid, at the time "
	  "of the packets.",
	  "issue a new certificate and name it in {certfile, ...} of the ssl_dist optfile; check the "
	  "clocks; the peer that accepted it needs {verify, verify_peer}",
	  "RFC 5280 4.1.2.5, 6.1.3",
	  ask_certificate_expired, DEMANDED_MUTUAL, WEIGHT_VIOLATION, WEIGHT_NONE, false },
	{ "certificate-expiring", SEVERITY_WARNING, SUBJECT_CONNECTION,
	  "A certificate expires soon",
	  "After that day a peer that verifies takes no new connection.",
	  "issue a new certificate, name it in {certfile, ...} of the ssl_dist optfile, and let the "
	  "nodes reconnect",
	  "RFC 5280 4.1.2.5",
	  ask_certificate_expiring, DEMANDED_EXPIRES_IN, WEIGHT_VIOLATION, WEIGHT_UNPROVED, false },
	{ "chain-does-not-verify", SEVERITY_ERROR, SUBJECT_CONNECTION,
	  "A certificate chain does not lead to the CA",
	  "What a side showed is not issued by the CA of --ca, at the time of the packets, or the "
	  "server showed nothing.",
	  "issue the certificate by that CA, with its intermediates in {certfile, ...}; and let both "
	  "lists of the ssl_dist optfile have {cacertfile, ...} with that CA",
	  "RFC 5280 6.1; " OPTIONS,
	  ask_chain_does_not_verify, DEMANDED_CA, WEIGHT_VIOLATION, WEIGHT_UNPROVED, false },
	{ "chain-out-of-order", SEVERITY_NOTE, SUBJECT_CONNECTION,
	  "A certificate chain is out of order",
	  "Each certificate has to be issued by the next; peers that take the rule at its word do not "
	  "find the way to the CA.",
	  "in the file of {certfile, ...}: the node's certificate first, then its issuer, then that "
	  "one's",
	  "RFC 5246 7.4.2; RFC 8446 4.4.2",
	  ask_chain_out_of_order, DEMANDED_NONE, WEIGHT_NONE, WEIGHT_NONE, false },
	{ "host-mismatch", SEVERITY_WARNING, SUBJECT_CONNECTION,
	  "The server's certificate does not name the host that was dialled",
	  "The SNI, the host of the node's name and the names in the certificate have to agree: else a "
	  "client that verifies would turn away, and one that does not takes any node for this one.",
	  "issue the certificate with the host of the node's name (what is right of the @) as a DNS "
	  "or IP subject alternative name",
	  "RFC 9525 6; " OPTIONS,
	  ask_host_mismatch, DEMANDED_HOSTNAME, WEIGHT_VIOLATION, WEIGHT_UNPROVED, false },
	{ "ca-and-leaf-share-cn", SEVERITY_WARNING, SUBJECT_CONNECTION,
	  "A certificate has the same name as its CA",
	  "Chains are built by name: a leaf with its issuer's name is taken for a self-signed one.",
	  "issue CA or certificate with another subject, such as CN = Lab CA for the CA and the "
	  "host for the node",
	  "RFC 5280 4.1.2.6, 6.1; OTP public_key, pkix_is_self_signed/1",
	  ask_ca_and_leaf_share_cn, DEMANDED_NONE, WEIGHT_NONE, WEIGHT_NONE, false },
	{ "self-signed", SEVERITY_NOTE, SUBJECT_CONNECTION,
	  "A certificate is self-signed",
	  "It proves a name to nobody who was not given this very certificate before.",
	  "issue the nodes' certificates by a CA of the cluster's, named in {cacertfile, ...}; or see "
	  "that exactly this certificate is in it",
	  "RFC 5280 6.1; " OPTIONS,
	  ask_self_signed, DEMANDED_NONE, WEIGHT_NONE, WEIGHT_NONE, false },
	{ "verification-is-off", SEVERITY_ERROR, SUBJECT_CONNECTION,
	  "A peer does not verify certificates",
	  "It completed a handshake with a certificate that {verify, verify_peer} does not accept: "
	  "expired, for another host, or not from the CA.",
	  "in both lists of its ssl_dist optfile: {verify, verify_peer} and {cacertfile, ...}; a server "
	  "does not verify unless told to, and before OTP 26 no client does either",
	  OPTIONS "; OTP ssl 11.0, release notes; RFC 5280 6.1",
	  ask_verification_is_off, DEMANDED_MUTUAL, WEIGHT_VIOLATION, WEIGHT_NONE, false },
	{ "one-key-on-several-nodes", SEVERITY_WARNING, SUBJECT_CONNECTION,
	  "Several nodes have the same key",
	  "Whoever takes it from one of them is all of them; and no certificate tells them apart.",
	  "give each node a key and certificate of its own in {certfile, ...} and {keyfile, ...}",
	  "NIST SP 800-57 part 1, 5.2; RFC 5280 4.2.1.6",
	  ask_one_key_on_several_nodes, DEMANDED_NONE, WEIGHT_NONE, WEIGHT_NONE, false },
	{ "refused", SEVERITY_NOTE, SUBJECT_CONNECTION,
	  "The connection never came up",
	  "It was tried and ended before the distribution was up. That proves nothing about how "
	  "protected it would have been.",
	  "see why: the alert, the cookie (-setcookie, ~/.erlang.cookie), -proto_dist of both nodes, "
	  "and their {cacertfile, ...}",
	  "OTP erts, \"Distribution Protocol\", \"Distribution Handshake\"",
	  ask_refused, DEMANDED_NO_REFUSED, WEIGHT_VIOLATION, WEIGHT_UNPROVED, false },
	{ "not-enough-seen", SEVERITY_ERROR, SUBJECT_INPUT,
	  "Less was seen than was to be judged",
	  "Without --expect-nodes, --expect-connections, --expect-node or --full-mesh at least one "
	  "connection has to be judged: an empty capture proves nothing. Live, nor does one beside a "
	  "node of this host with connections of which nothing has told whether they are distribution.",
	  "start beamtap before the nodes (beamtap check -- COMMAND), capture where their packets pass "
	  "(-i any), and name the ports that EPMD does not: --epmd-port, --dist-port, or epmd -names, run "
	  "where the node is while beamtap looks",
	  "OTP erts, \"Distribution Protocol\", \"EPMD Protocol\"",
	  ask_not_enough_seen, DEMANDED_ALWAYS, WEIGHT_UNPROVED, WEIGHT_UNPROVED, false },
	{ "ignored-tls", SEVERITY_WARNING, SUBJECT_INPUT,
	  "TLS was seen that may be distribution or not",
	  "Nothing said that these connections are distribution, so they were not judged.",
	  "name the ports of the nodes (--epmd-port, --dist-port), start beamtap before them, or let "
	  "-f leave other traffic out",
	  "OTP kernel, inet_dist_listen_min",
	  ask_ignored_tls, DEMANDED_NO_IGNORED_TLS, WEIGHT_UNPROVED, WEIGHT_UNPROVED, false },
	{ "packets-lost", SEVERITY_ERROR, SUBJECT_INPUT,
	  "Packets are missing from the capture",
	  "A packet that was lost may have been the one that opened a connection: that nothing wrong "
	  "was seen proves nothing then.",
	  "give the capture a larger buffer (-B), whole packets (-s 0) and a filter (-f); capture "
	  "again where a file is damaged or an interface went away, and inside of tunnels, at the "
	  "interface they end in (-i any)",
	  "pcap_stats(3PCAP); draft-ietf-opsawg-pcapng 4.6",
	  ask_packets_lost, DEMANDED_ALWAYS, WEIGHT_UNPROVED, WEIGHT_UNPROVED, false },
	{ "waiver-expired", SEVERITY_ERROR, SUBJECT_INPUT,
	  "A waiver has expired",
	  "What it covered was accepted until a day that was over when the last packet came. It covers "
	  "nothing any more.",
	  "mend what it was for and remove it from the file of --waivers, or agree on a later expires",
	  "doc/rules.md, \"Waivers\"",
	  ask_nobody, DEMANDED_ALWAYS, WEIGHT_VIOLATION, WEIGHT_UNPROVED, false },
};

const struct rule *
rule_find(const char *id)
{
	for (size_t i = 0; i < N_RULES; i++)
		if (strcmp(rules[i].id, id) == 0)
			return &rules[i];
	return NULL;
}

const char *
severity_word(enum severity s)
{
	switch (s) {
	case SEVERITY_NONE:    break;
	case SEVERITY_NOTE:    return "note";
	case SEVERITY_WARNING: return "warning";
	case SEVERITY_ERROR:   return "error";
	}
	return "none";
}

const char *
rule_answer_word(enum rule_answer a)
{
	switch (a) {
	case RULE_DOES_NOT_APPLY: break;
	case RULE_PASS:           return "pass";
	case RULE_FAIL:           return "fail";
	case RULE_UNKNOWN:        return "unknown";
	}
	return "does-not-apply";
}

static bool
is_demanded(enum demanded by, const struct policy *p)
{
	switch (by) {
	case DEMANDED_NONE:            break;
	case DEMANDED_ALWAYS:          return true;
	case DEMANDED_MUTUAL:          return p->require != DEMAND_ENCRYPTED;
	case DEMANDED_TLS_MIN:         return p->tls_min != 0;
	case DEMANDED_FORWARD_SECRECY: return p->forward_secrecy;
	case DEMANDED_POST_QUANTUM:    return p->post_quantum;
	case DEMANDED_MIN_KEY_BITS:    return p->min_key_bits != 0;
	case DEMANDED_EXPIRES_IN:      return p->asks_expiry;
	case DEMANDED_CA:              return p->ca != NULL;
	case DEMANDED_HOSTNAME:        return p->hostname;
	case DEMANDED_NO_REFUSED:      return p->no_refused;
	case DEMANDED_NO_IGNORED_TLS:  return p->no_ignored_tls;
	}
	return false;
}

enum weight
rule_weight(const struct rule *r, const struct policy *p, enum rule_answer answer)
{
	switch (answer) {
	case RULE_FAIL:
		return is_demanded(r->demanded, p) ? r->fail : WEIGHT_NONE;
	case RULE_UNKNOWN:
		return is_demanded(r->demanded, p) ? r->unknown : WEIGHT_NONE;
	case RULE_DOES_NOT_APPLY:
	case RULE_PASS:
		break;
	}
	return WEIGHT_NONE;
}

/* What rests on too little counts as encrypted; what is readable stays readable. */
enum verdict
rules_verdict(const struct policy *p, const struct judgement *j)
{
	enum evidence least = p->evidence > EVIDENCE_INFERRED ? p->evidence : EVIDENCE_INFERRED;

	switch (j->verdict) {
	case VERDICT_MUTUAL:
	case VERDICT_ONE_WAY:
	case VERDICT_REFUSED:
		return j->evidence < least ? VERDICT_ENCRYPTED : j->verdict;
	case VERDICT_NONE:
		return VERDICT_UNKNOWN;
	case VERDICT_PLAINTEXT:
	case VERDICT_ENCRYPTED:
	case VERDICT_UNKNOWN:
	case N_VERDICTS:
		break;
	}
	return j->verdict;
}

bool
rules_know_day(uint64_t at_ns)
{
	return at_ns >= 946684800u * 1000000000ull;	/* 2000-01-01 00:00:00 UTC */
}

bool
rules_prepare(struct inquiry *q)
{
	map_init(&q->keys);
	return certificate_keys_collect(q);
}

void
rules_done(struct inquiry *q)
{
	map_free(&q->keys);
	arena_free(&q->arena);
}
