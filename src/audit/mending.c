#include "audit/mending.h"

#include "audit/asking.h"

/* In the order in which they are worth mending. */
static const struct {
	enum blind blind;
	const char *why, *mend;
} blindnesses[] = {
	{ BLIND_ONE_DIRECTION, "only one direction of it was captured",
	    "capture both directions: on one of the two hosts (-i any), or on a mirror port that "
	    "has both" },
	{ BLIND_SNAPLEN, "its packets were cut short by the capture",
	    "capture whole packets (-s 0)" },
	{ BLIND_DROPPED, "packets of it were dropped by the capture",
	    "give the capture a larger buffer (-B), or a filter (-f)" },
	{ BLIND_GAP, "bytes of it were never captured",
	    "give the capture a larger buffer (-B), and capture on one of the two hosts" },
	{ BLIND_OVERLAP, "two copies of its bytes differ",
	    "find out who sent the other copy: a broken middlebox, or somebody who injects packets" },
	{ BLIND_LIMIT, "a limit of beamtap was reached",
	    "let beamtap see less at once: a filter (-f), or a shorter capture" },
	{ BLIND_MIDSTREAM, "its handshake is older than the capture",
	    "start beamtap before the nodes, or let the pair reconnect: erlang:disconnect_node/1 on "
	    "one of them, with the other's name" },
	{ BLIND_NO_KEYS, "no key is at hand", NULL },
};
#define N_BLINDNESSES (sizeof blindnesses / sizeof *blindnesses)

static const char still_in_handshake[] = "it was still in its handshake when the capture ended";

static bool
is_tls13(const struct judgement *j)
{
	return j->has_tls && j->tls.version >= 0x0304;
}

static void
put_clause(struct text *t, const char *clause)
{
	text_putf(t, "%s%s", t->n > 0 ? "; " : "", clause);
}

void
mending_put_blindness(struct text *why, const struct judgement *j)
{
	for (size_t i = 0; i < N_BLINDNESSES; i++) {
		if (j->blind & BLIND_BIT(blindnesses[i].blind)) {
			put_clause(why, blindnesses[i].why);
			text_putf(why, " (%s)", blind_word(blindnesses[i].blind));
		}
	}
	if (j->state == STATE_HANDSHAKE)
		put_clause(why, still_in_handshake);
}

static void
put_unknown(struct text *t, const struct rule *rule, const struct policy *p,
    const struct judgement *j)
{
	for (size_t i = 0; i < N_BLINDNESSES; i++)
		if ((j->blind & BLIND_BIT(blindnesses[i].blind)) && blindnesses[i].mend != NULL)
			put_clause(t, blindnesses[i].mend);
	if (j->state == STATE_HANDSHAKE)
		put_clause(t, "let the capture go on until the nodes are connected");
	if (t->n > 0)
		return;
	if (j->reason == REASON_NOT_DISTRIBUTION)
		put_clause(t, "if nothing of Erlang listens there, take its port out of --dist-port, or "
		    "out of EPMD");
	else if (rule->ask == ask_not_mutual && rules_verdict(p, j) != j->verdict)
		put_clause(t, "take weaker evidence (--evidence), or give the nodes {versions, "
		    "['tlsv1.2']} in the ssl_dist optfile of a test: who authenticated is readable there");
	else if (is_tls13(j))
		put_clause(t, "TLS 1.3 hides this from everybody but the two nodes; with {versions, "
		    "['tlsv1.2']} in the ssl_dist optfile of a test it is readable");
	else if (j->blind == 0 && j->has_tls)
		put_clause(t, rule->mend);	/* all was seen, and shows nothing better */
	else
		put_clause(t, "let beamtap see it from its first packet: start beamtap before the nodes, "
		    "or let the pair reconnect (erlang:disconnect_node/1)");
}

static const char *
closer_mend(const struct rule *rule, const struct judgement *j)
{
	/* CouchDB's search node does this: it has no TLS of its own, and its
	 * no_tls pattern lets CouchDB dial it, not the other way round. */
	if (rule->ask == ask_plaintext_attempt && j->reason == REASON_PLAIN_TO_TLS)
		return "let the dialling node use TLS towards this one: -proto_dist inet_tls and "
		    "-ssl_dist_optfile in its vm.args; a CouchDB search node needs its own -proto_dist, "
		    "or the -couch_dist no_tls patterns of both must agree: no exception covers a "
		    "plaintext attempt into a TLS node";
	if (rule->ask == ask_not_mutual && j->tls.client.state == CERTIFICATE_DECLINED)
		return "in the ssl_dist optfile of the server: {fail_if_no_peer_cert, true} beside "
		    "{verify, verify_peer}; in {client, [...]} of the client: {certfile, ...} and "
		    "{keyfile, ...}";
	if (rule->ask == ask_refused && j->reason == REASON_SIMULTANEOUS)
		return "nothing, where the other connection of the two came up: both nodes dialled at "
		    "once; else take --no-refused back";
	return NULL;
}

void
mending_put(struct text *mend, const struct rule *rule, const struct policy *p,
    const struct judgement *j, enum rule_answer answer)
{
	const char *closer = j != NULL && answer == RULE_FAIL ? closer_mend(rule, j) : NULL;

	if (j != NULL && answer == RULE_UNKNOWN)
		put_unknown(mend, rule, p, j);
	else
		text_put(mend, closer != NULL ? closer : rule->mend);
}
