/*
 * explain - the sentence for a tired operator: what happened, how we know,
 * what to look at. Only what the facts bear; numbers and names are quoted
 * from the wire, escaped.
 */
#include "audit/infer_tls13.h"
#include "audit/judging.h"
#include "base/text.h"
#include "dissectors/names.h"

#define NSEC_PER_SEC 1000000000ll

static const char *
side_name(enum side side)
{
	return side == SIDE_CLIENT ? "client" : "server";
}

static void
put_date(struct text *t, int64_t seconds)
{
	char buf[40];
	struct text date = TEXT(buf);

	if (seconds < 0)
		return;
	text_put_time(&date, (uint64_t)seconds * 1000000000ull, 0);
	text_putf(t, "%.10s", date.s);
}

static void
put_wire(struct text *t, const char *s)
{
	text_put_wire(t, (struct bytes){ (const uint8_t *)s, strlen(s) });
}

/* What in the peer's certificate goes with the alert: a fact beside it, the
 * alert itself says only its name. */
static void
put_certificate_hint(struct text *t, const struct judgement *j, uint8_t alert, int64_t now)
{
	bool by_client = j->tls.alert.from == SIDE_CLIENT;
	const struct chain *chain = by_client ? &j->tls.server.chain : &j->tls.client.chain;
	const struct certificate *leaf = chain->n ? chain->v[0] : NULL;

	if (leaf == NULL || !leaf->readable)
		return;
	switch (alert) {
	case 45:		/* certificate_expired */
		text_put(t, leaf->not_after < now ? ": expired " : ": it is not expired itself, it ends ");
		put_date(t, leaf->not_after);
		break;
	case 48:		/* unknown_ca */
		text_put(t, ": its issuer is not trusted there: ");
		put_wire(t, leaf->issuer);
		break;
	case 40:		/* handshake_failure */
	case 42:		/* bad_certificate */
		text_put(t, ": it names ");
		if (leaf->n_names > 0)
			put_wire(t, leaf->names[0]);
		else
			put_wire(t, leaf->subject);
		if (by_client && j->tls.sni.n > 0) {
			text_put(t, ", the client dialled ");
			text_put_wire(t, j->tls.sni);
		}
		break;
	default:
		break;
	}
}

/* RFC 8446 6.2: alerts 41 to 48 are about the peer's certificate. */
static bool
is_about_certificates(uint8_t alert)
{
	return alert >= 41 && alert <= 48;
}

static void
explain_alert(const struct connection *c, const struct judgement *j, struct text *t)
{
	enum side from = j->tls.alert.from;
	uint8_t alert = j->tls.alert.description;
	const char *name = tls_alert_name(alert);
	int64_t now = (int64_t)(c->tls.side[from].alert_ns / NSEC_PER_SEC);

	if (j->tls.alert.sealed) {
		text_putf(t, "%s sent an encrypted alert and the connection ended", side_name(from));
		return;
	}
	bool peer_showed = from == SIDE_CLIENT ? j->tls.server.chain.n > 0 : j->tls.client.chain.n > 0;
	if (from == SIDE_SERVER && j->tls.client.state == CERTIFICATE_DECLINED) {
		text_put(t, "server requires a client certificate and the client sent none");
	} else if (peer_showed && (is_about_certificates(alert) || alert == 40)) {
		text_putf(t, "%s rejected the %s's certificate", side_name(from),
		    side_name(side_other(from)));
		put_certificate_hint(t, j, alert, now);
	} else {
		text_putf(t, "%s ended the TLS handshake", side_name(from));
	}
	if (name != NULL)
		text_putf(t, " (alert %s)", name);
	else
		text_putf(t, " (alert %u)", alert);
}

/* Without a reason in the protocol: who ended it, and how far it was. */
static void
explain_closed(const struct connection *c, const struct judgement *j, struct text *t)
{
	const char *who = side_name(who_ended(c));
	const char *did = j->reason == REASON_RESET ? "reset" : "closed";

	if (j->has_tls && !c->tls.server_hello && c->anomaly[SIDE_SERVER].any)
		text_put(t, "the server answered the ClientHello with something that is not TLS");
	else if (j->has_tls && !c->tls.server_hello)
		text_putf(t, "%s %s the connection after the ClientHello, without an alert%s", who, did,
		    who_ended(c) == SIDE_SERVER ? "; a TLS server without a certificate does this" : "");
	else if (j->has_tls)
		text_putf(t, "%s %s the connection before the server sent any distribution data", who, did);
	else if (c->dist.challenge && !c->dist.reply)
		text_putf(t, "%s %s the connection after the server's challenge; nodes whose releases "
		    "lack flags the other requires do this", who, did);
	else
		text_putf(t, "%s %s the connection before the distribution handshake was over", who, did);
}

static void
explain_reason(const struct connection *c, const struct judgement *j, struct text *t)
{
	switch (j->reason) {
	case REASON_COOKIE_MISMATCH:
		text_put(t, "cookies differ: the server got the client's reply to its challenge and "
		    "closed without an answer; set the same cookie on both nodes");
		break;
	case REASON_NOT_ALLOWED:
		text_put(t, "server does not allow this node: its allow list, or flags it requires");
		break;
	case REASON_SIMULTANEOUS:
		text_put(t, "both nodes dialled at the same time and this connection lost (nok); "
		    "the other one carries on");
		break;
	case REASON_PLAIN_TO_TLS:
		text_put(t, "plaintext node dialled a TLS port: its name went out in clear and the server "
		    "answered with a TLS alert; start the client with -proto_dist inet_tls");
		break;
	case REASON_TLS_TO_PLAIN:
		text_put(t, "no answer to the ClientHello, and the client gave up; "
		    "a plaintext node does this when a TLS node dials it");
		break;
	case REASON_NO_ANSWER:
		text_put(t, "the ClientHello was never acknowledged");
		break;
	case REASON_ALERT:
		explain_alert(c, j, t);
		break;
	case REASON_RESET:
	case REASON_CLOSED:
		explain_closed(c, j, t);
		break;
	case REASON_NOT_DISTRIBUTION:
		text_put(t, "the port is labelled as distribution, but its first bytes are "
		    "neither a distribution handshake nor TLS");
		break;
	case REASON_NONE:
		break;
	}
}

/* TLS 1.3 encrypts certificates; why did the records not tell either? */
static const char *
why_not_inferred(const struct connection *c, const struct judgement *j)
{
	struct tls13_shape s = infer_tls13(c);

	switch (s.why) {
	case WHY_PSK:
		return "TLS 1.3 with a pre-shared key: who authenticated when it was made cannot be told";
	case WHY_EARLY_DATA:
		return "TLS 1.3 with early data offered: its records do not tell who authenticated";
	case WHY_COMPRESSED:
		return "TLS 1.3 with compressed certificates offered: "
		    "their sizes do not tell who authenticated";
	case WHY_SUITE:
		return "TLS 1.3 with a cipher suite whose record sizes are not known here";
	case WHY_SHAPE:
		return "TLS 1.3, and the handshake's records do not hold one message each: "
		    "they do not tell who authenticated";
	case WHY_NONE:
		break;
	}
	if (j->state == STATE_HANDSHAKE)
		return "the TLS handshake is not over, or the server has not accepted the client yet";
	return "TLS 1.3, and the server's part of the distribution handshake inside was not "
	    "recognised: it is not certain that it accepted the client";
}

static void
explain_encrypted(const struct connection *c, const struct judgement *j, struct text *t)
{
	if (c->transport.spoken == SPOKEN_SEARCHED && is_of_this_host(c))
		text_put(t, "its handshake was not captured: who authenticated cannot be told; "
		    "erlang:disconnect_node/1 on one of the nodes makes them show it again");
	else if (c->transport.spoken == SPOKEN_SEARCHED)
		text_put(t, "joined after the handshake: who authenticated cannot be told");
	else if ((j->blind & ~BLIND_BIT(BLIND_NO_KEYS)) != 0)
		text_put(t, "parts of the handshake were not captured or cannot be trusted: "
		    "who authenticated cannot be told");
	else if (c->tls.server_hello && c->tls.version >= 0x0304)
		text_put(t, why_not_inferred(c, j));
	else if (j->state == STATE_HANDSHAKE)
		text_put(t, "the TLS handshake is not over");
	else if (j->tls.resumed == ANSWER_YES)
		text_put(t, "resumes a TLS session that was not captured whole: who authenticated "
		    "then cannot be told");
	else
		text_put(t, "this course of the TLS handshake is not one that tells who authenticated");
}

void
explain(const struct connection *c, struct judgement *j)
{
	struct text t = TEXT(j->explanation);

	if (j->reason != REASON_NONE)
		explain_reason(c, j, &t);
	else if (j->verdict == VERDICT_ENCRYPTED)
		explain_encrypted(c, j, &t);
	else if (j->verdict == VERDICT_PLAINTEXT && j->has_tls)
		text_put(&t, "TLS with a cipher suite that does not encrypt: everything is readable");
	else if (is_only_adopted(c) && is_of_this_host(c))
		text_put(&t, "the kernel lists it, and no packet of it was seen yet; "
		    "nodes tick within a minute, and that tells plaintext from TLS");
	else if (is_only_adopted(c))
		text_put(&t, "the kernel listed it, and it was gone before a packet of it was seen");
	else if (j->verdict == VERDICT_UNKNOWN)
		text_put(&t, "what was captured of it does not tell what it is");
}
