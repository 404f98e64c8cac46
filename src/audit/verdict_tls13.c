/*
 * verdict_tls13 - judgement of TLS 1.3 without keys: certificates are
 * encrypted, and only the shape of the records tells who authenticated.
 * doc/inference.md has the rules; infer_tls13 has the shapes.
 */
#include "audit/infer_tls13.h"
#include "audit/judging.h"

/* What is in clear must be hellos, and ChangeCipherSpec for middleboxes; then
 * sealed records. [RFC 8446 2, 4.1.4, D.4] */
static bool
script_is(const struct connection *c, enum side side, const char *hellos)
{
	for (const char *s = c->tls.side[side].script; *s != '\0'; s++) {
		if (*s == SCRIPT_CHANGE_CIPHER || *s == SCRIPT_ALERT)
			continue;
		if (*hellos != '\0' && *s == *hellos)
			hellos++;
		else if (*hellos != '\0' || *s != SCRIPT_DATA)
			return false;
	}
	return *hellos == '\0';
}

static bool
clear_part_is_legal(const struct connection *c, const struct sealed_record *until)
{
	return !connection_is_odd_before(c, SIDE_CLIENT, until) &&
	    !connection_is_odd_before(c, SIDE_SERVER, until) &&
	    script_is(c, SIDE_CLIENT, c->tls.retried ? "HH" : "H") &&
	    script_is(c, SIDE_SERVER, c->tls.retried ? "hH" : "H");
}

/* The server's part of the inner handshake: what it says to the client's name
 * and, where it lets it go on, its challenge with the client's reply to it.
 * The reply tells a challenge from two tickets that happen to have its size. */
static bool
server_accepted(const struct inner_handshake *h)
{
	return h->message[INNER_REPLY] != NULL || (h->message[INNER_STATUS] != NULL &&
	    (h->status == DIST_STATUS_NOK || h->status == DIST_STATUS_NOT_ALLOWED));
}

static void
fill_inferred(const struct tls13_shape *s, struct judged_tls *t, bool over)
{
	if (s->server == FLIGHT_FINISHED) {
		t->server.state = CERTIFICATE_SENT;
		t->server.evidence = t->client.evidence = EVIDENCE_INFERRED;
		t->client.requested = s->requested ? ANSWER_YES : ANSWER_NO;
		if (!s->requested)
			t->client.state = CERTIFICATE_NOT_REQUESTED;
		else if (s->n_flight[SIDE_CLIENT] > 0)
			t->client.state = s->answer == ANSWERED_EMPTY ? CERTIFICATE_DECLINED : CERTIFICATE_SENT;
		else if (s->client == FLIGHT_ALERT || (over && s->client == FLIGHT_NONE))
			t->client.state = CERTIFICATE_NOT_REACHED;
	}
}

/* Over, and it is certain that the server never said anything inside. */
static bool
is_refused(const struct connection *c, const struct tls13_shape *s)
{
	const struct sealed_record *more =
	    connection_record(c, SIDE_SERVER, 23, s->n_flight[SIDE_SERVER]);

	if (!nothing_lost_before(c, NULL))
		return false;
	if (s->client == FLIGHT_ALERT || s->server == FLIGHT_ALERT)
		return true;
	return more == NULL || (s->client == FLIGHT_FINISHED && s->server_alert);
}

/* Who sent the encrypted alert, if one ended it. */
static void
fill_sealed_alert(const struct tls13_shape *s, struct judgement *j)
{
	bool by_client = s->client == FLIGHT_ALERT;

	if (!by_client && s->server != FLIGHT_ALERT && !s->server_alert)
		return;
	j->reason = REASON_ALERT;
	j->tls.alert.present = j->tls.alert.sealed = true;
	j->tls.alert.from = by_client ? SIDE_CLIENT : SIDE_SERVER;
}

static void
note_records(const struct connection *c, const struct tls13_shape *s, struct judgement *j)
{
	unsigned overhead = infer_overhead(c->tls.version, c->tls.cipher);

	for (int side = 0; side < 2; side++) {
		const struct sealed_record *r;
		for (unsigned n = 0; (r = connection_record(c, (enum side)side, 23, n)) != NULL; n++) {
			const char *name = infer_record_name(s, (enum side)side, n);
			bool proof = name != NULL && strcmp(name, "CertificateVerify") == 0;
			if (name != NULL)
				note_record(j, (enum side)side, name, r,
				    proof ? infer_signature_key(r->length, overhead) : NULL);
		}
	}
}

static void
judge_accepted(const struct connection *c, const struct tls13_shape *s, struct judgement *j)
{
	bool mutual = s->answer == ANSWERED_CERTIFICATE;
	unsigned first[2] = { s->n_flight[SIDE_CLIENT], s->n_flight[SIDE_SERVER] };

	if (mutual)
		j->tls.client.proved = ANSWER_YES;
	settle(j, mutual ? VERDICT_MUTUAL : VERDICT_ONE_WAY, EVIDENCE_INFERRED);
	judge_inner(c, &s->inner, first, j);
}

void
judge_tls13(const struct connection *c, struct judgement *j)
{
	struct tls13_shape s = infer_tls13(c);
	bool over = tls_is_over(c, &j->tls);

	j->tls.resumed = s.why == WHY_PSK ? ANSWER_YES : ANSWER_NO;
	if (s.why != WHY_NONE || !clear_part_is_legal(c, infer_answered(&s.inner))) {
		settle_encrypted(c, j);
		return;
	}
	bool nothing_lost = nothing_lost_before(c, infer_answered(&s.inner));
	if (nothing_lost) {
		fill_inferred(&s, &j->tls, over);
		note_records(c, &s, j);
	}
	if (nothing_lost && server_accepted(&s.inner)) {
		judge_accepted(c, &s, j);
	} else if (over && is_refused(c, &s)) {
		settle_refused(c, j, j->tls.alert.present ? EVIDENCE_SEEN : EVIDENCE_INFERRED);
		if (j->reason != REASON_ALERT)
			fill_sealed_alert(&s, j);
	} else {
		settle_encrypted(c, j);
	}
}
