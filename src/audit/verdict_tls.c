/*
 * verdict_tls - judgement of TLS: what is in the clear up to TLS 1.2.
 * source: RFC 5246 7.3, 7.4; RFC 8446 for what hides it.
 */
#include "audit/judging.h"
#include "dissectors/names.h"

#define VERSION_TLS13 0x0304
#define NSEC_PER_SEC  1000000000ull

bool
tls_is_certain(const struct connection *c)
{
	const struct tls_facts *t = &c->tls;
	bool client = t->client_hello || t->side[SIDE_CLIENT].n_records > 0;
	bool server = t->server_hello || t->side[SIDE_SERVER].n_records > 0;

	/* Joined late, records must go on without a break on both sides: a long
	 * frame in clear may have records inside. */
	if (c->transport.spoken == SPOKEN_SEARCHED)
		return client && server && !c->anomaly[0].any && !c->anomaly[1].any;
	return (client && server) || (t->server_hello && t->side[SIDE_SERVER].n_records > 0) ||
	    (t->client_hello && t->side[SIDE_CLIENT].n_records > 0);
}

/* Suites that prove an identity by something else than certificates, or hide nothing. */
static bool
suite_says(const struct connection *c, const char *what)
{
	const char *name = tls_cipher_name(c->tls.cipher);

	return c->tls.server_hello && name != NULL && strstr(name, what) != NULL;
}

/* [RFC 5246 A.5] NULL suites; [RFC 9150] integrity-only ones of TLS 1.3. */
static bool
suite_hides_nothing(const struct connection *c)
{
	return suite_says(c, "_WITH_NULL_") ||
	    (c->tls.server_hello && (c->tls.cipher == 0xc0b4 || c->tls.cipher == 0xc0b5));
}

static bool
suite_is_covered(const struct connection *c)
{
	return tls_cipher_name(c->tls.cipher) != NULL && !suite_says(c, "_PSK_") &&
	    !suite_says(c, "_SRP_") && !suite_says(c, "_KRB5_");
}

static void
fill_hellos(const struct connection *c, struct judged_tls *t)
{
	t->sni = c->tls.sni;
	if (!c->tls.server_hello)
		return;
	t->version = c->tls.version;
	t->cipher = c->tls.cipher;
	t->has_cipher = true;
	t->group = c->tls.group;
	if (t->group != 0)
		t->post_quantum = tls_group_is_post_quantum(t->group) ? ANSWER_YES : ANSWER_NO;
	t->server.state = CERTIFICATE_UNKNOWN;
	t->client.state = CERTIFICATE_UNKNOWN;
}

/* TLS <= 1.2: what each side showed, as far as it came. */
static void
fill_certificates(const struct connection *c, struct judged_tls *t, bool over)
{
	const struct tls_side_facts *server = &c->tls.side[SIDE_SERVER];
	const struct tls_side_facts *client = &c->tls.side[SIDE_CLIENT];
	const struct sealed_record *finished = connection_record(c, SIDE_SERVER, 22, 0);
	bool whole = nothing_lost_before(c, finished) &&
	    !connection_is_odd_before(c, SIDE_SERVER, finished);

	if (server->certificate_message || tls_server_flight_is_over(c))
		t->resumed = ANSWER_NO;
	if (server->certificate_message) {
		t->server.state = CERTIFICATE_SENT;
		t->server.evidence = EVIDENCE_SEEN;
		t->server.chain = server->chain;
	} else if (whole && tls_server_flight_is_over(c)) {
		t->server.state = CERTIFICATE_ABSENT;	/* an anonymous suite */
	} else if (over && whole && nothing_lost_before(c, NULL) && !tls_server_changed_cipher(c)) {
		t->server.state = CERTIFICATE_NOT_REACHED;
	}
	if (c->tls.certificate_request)
		t->client.requested = ANSWER_YES;
	else if (whole && tls_server_flight_is_over(c))
		t->client.requested = ANSWER_NO;
	if (t->client.requested != ANSWER_ABSENT)
		t->client.evidence = EVIDENCE_SEEN;
	if (client->certificate_message) {
		t->client.state = client->n_certificates ? CERTIFICATE_SENT : CERTIFICATE_DECLINED;
		t->client.evidence = EVIDENCE_SEEN;
		t->client.chain = client->chain;
	} else if (t->client.requested == ANSWER_NO) {
		t->client.state = CERTIFICATE_NOT_REQUESTED;
	} else if (t->client.requested == ANSWER_YES && over && nothing_lost_before(c, NULL)) {
		t->client.state = CERTIFICATE_NOT_REACHED;
	}
}

static enum answer
answer_of(enum signature_check said)
{
	switch (said) {
	case SIGNATURE_NOT_CHECKED: return ANSWER_ABSENT;
	case SIGNATURE_BAD:         return ANSWER_NO;
	case SIGNATURE_GOOD:        return ANSWER_YES;
	}
	return ANSWER_ABSENT;
}

/* What was signed is what RFC 5246 7.3 has before the signature: only where the
 * course is one of its, and the bytes are all there and the only ones. */
static void
fill_signatures(const struct connection *c, struct judged_tls *t, enum course course)
{
	const enum signature_check *by = c->tls.transcript.by;

	if (course == COURSE_ODD || course == COURSE_RESUMED || is_contested(c) ||
	    !nothing_lost_before(c, tls_server_data(c)))
		return;
	t->server.verified = answer_of(by[SIDE_SERVER]);
	t->server.scheme = c->tls.exchange_scheme;
	t->client.verified = answer_of(by[SIDE_CLIENT]);
	t->client.scheme = c->tls.verify_scheme;
}

/* An abbreviated handshake stands on the session that it resumes. */
static void
fill_resumed(const struct connection *c, struct judged_tls *t)
{
	const struct session_facts *s = c->tls.resumed_from;

	t->resumed = ANSWER_YES;
	t->client.requested = ANSWER_ABSENT;
	t->client.state = t->server.state = CERTIFICATE_UNKNOWN;
	t->client.evidence = t->server.evidence = EVIDENCE_NONE;
	if (s == NULL)
		return;
	t->client.requested = s->requested ? ANSWER_YES : ANSWER_NO;
	t->client.state = s->client_state;
	t->client.proved = s->proved;
	t->client.chain = s->chain[SIDE_CLIENT];
	t->server.state = s->chain[SIDE_SERVER].n ? CERTIFICATE_SENT : CERTIFICATE_UNKNOWN;
	t->server.chain = s->chain[SIDE_SERVER];
	t->client.verified = s->verified[SIDE_CLIENT];
	t->client.scheme = s->scheme[SIDE_CLIENT];
	t->server.verified = s->verified[SIDE_SERVER];
	t->server.scheme = s->scheme[SIDE_SERVER];
	t->client.evidence = t->server.evidence = EVIDENCE_RESUMED;
}

/* A finished full handshake: who authenticated? RFC 5246 7.4.6, 7.4.8. */
static enum verdict
verdict_of_full(const struct connection *c, struct judged_tls *t)
{
	bool verified = strchr(c->tls.side[SIDE_CLIENT].script, SCRIPT_CERTIFICATE_VERIFY) != NULL;

	if (t->client.state == CERTIFICATE_SENT)
		t->client.proved = verified ? ANSWER_YES : ANSWER_NO;
	if (!suite_is_covered(c))
		return VERDICT_ENCRYPTED;
	return t->client.state == CERTIFICATE_SENT && verified ? VERDICT_MUTUAL : VERDICT_ONE_WAY;
}

void
settle(struct judgement *j, enum verdict v, enum evidence e)
{
	j->verdict = v;
	j->evidence = e;
}

/* Refused, and the alert that goes with it if one was sent. */
void
settle_refused(const struct connection *c, struct judgement *j, enum evidence e)
{
	const struct tls_side_facts *s = c->tls.side;

	settle(j, VERDICT_REFUSED, e);
	j->state = STATE_REFUSED;
	j->reason = j->tls.alert.present || s[SIDE_CLIENT].sealed_alert || s[SIDE_SERVER].sealed_alert
	    ? REASON_ALERT : reason_of_end(c);
	if (j->reason == REASON_ALERT && !j->tls.alert.present) {
		j->tls.alert.present = j->tls.alert.sealed = true;
		j->tls.alert.from = s[SIDE_SERVER].sealed_alert ? SIDE_SERVER : SIDE_CLIENT;
	}
}

bool
tls_is_over(const struct connection *c, const struct judged_tls *t)
{
	return transport_ended(&c->transport) || (t->alert.present && t->alert.level == 2);
}

/* A ClientHello that no ServerHello answered. */
static void
judge_unanswered(const struct connection *c, struct judgement *j)
{
	const struct transport_end *client = &c->transport.end[SIDE_CLIENT];
	uint64_t gave_up = client->fin_ns ? client->fin_ns : client->rst_ns;

	settle(j, VERDICT_UNKNOWN, EVIDENCE_NONE);
	if (!nothing_lost_before(c, NULL))
		return;
	j->state = STATE_HANDSHAKE;
	if (!tls_is_over(c, &j->tls))
		return;
	settle_refused(c, j, EVIDENCE_SEEN);
	if (j->reason != REASON_CLOSED || who_ended(c) != SIDE_CLIENT ||
	    c->transport.end[SIDE_SERVER].bytes > 0)
		return;
	if (client->acked < c->tls.side[SIDE_CLIENT].hello_end)
		j->reason = REASON_NO_ANSWER;
	else if (gave_up >= c->tls.hello_ns + NSEC_PER_SEC)
		j->reason = REASON_TLS_TO_PLAIN;
}

/* More records than a TLS handshake, the distribution handshake inside and an
 * alert have together: Certificate, CertificateVerify, Finished, name,
 * complement, reply, alert of a client; up to TLS 1.2 status and challenge of a
 * server. Losses only make fewer of them. */
#define CLIENT_HANDSHAKES 7u
#define SERVER_HANDSHAKE  2u

static bool
many_records_prove_up(const struct connection *c)
{
	bool until_tls12 = c->tls.server_hello && c->tls.version < VERSION_TLS13;

	if (is_contested(c))
		return false;
	return connection_record(c, SIDE_CLIENT, 23, CLIENT_HANDSHAKES) != NULL ||
	    (until_tls12 && connection_record(c, SIDE_SERVER, 23, SERVER_HANDSHAKE) != NULL);
}

/* Did the distribution inside come up? By the lengths of its handshake, or,
 * where these are hidden or odd, by a third answer to a second request. */
static bool
inner_is_up(const struct connection *c, const struct inner_handshake *h,
    const unsigned first[2])
{
	const struct sealed_record *second =
	    connection_record(c, SIDE_CLIENT, 23, first[SIDE_CLIENT] + 1);
	const struct sealed_record *third =
	    connection_record(c, SIDE_SERVER, 23, first[SIDE_SERVER] + 2);

	return h->message[INNER_ACK] != NULL || (second && third && third->peer_acked >= second->end);
}

static enum reason
inner_refusal(const struct connection *c, const struct inner_handshake *h)
{
	const struct sealed_record *reply = h->message[INNER_REPLY];

	if (h->status == DIST_STATUS_NOK)
		return REASON_SIMULTANEOUS;
	if (h->status == DIST_STATUS_NOT_ALLOWED)
		return REASON_NOT_ALLOWED;
	if (reply != NULL && who_ended(c) == SIDE_SERVER &&
	    c->transport.end[SIDE_CLIENT].acked >= reply->end)
		return REASON_COOKIE_MISMATCH;
	return reason_of_end(c);
}

void
note_record(struct judgement *j, enum side side, const char *message,
    const struct sealed_record *record, const char *key)
{
	struct judged_records *r = &j->tls.inferred_from[side];

	if (r->n < JUDGED_RECORDS_MAX)
		r->v[r->n++] = (struct judged_record){ message, record->length, key, record->end };
}

static void
note_inner(struct judgement *j, const struct inner_handshake *h)
{
	for (unsigned m = 0; m < N_INNER_MESSAGES; m++) {
		bool by_server = m == INNER_STATUS || m == INNER_CHALLENGE || m == INNER_ACK;
		if (h->message[m] != NULL)
			note_record(j, by_server ? SIDE_SERVER : SIDE_CLIENT,
			    infer_inner_name((enum inner_message)m), h->message[m], NULL);
	}
}

void
judge_inner(const struct connection *c, const struct inner_handshake *h,
    const unsigned first[2], struct judgement *j)
{
	bool ended = transport_ended(&c->transport);
	bool up = inner_is_up(c, h, first);

	if (h->message[INNER_STATUS] != NULL) {
		note_inner(j, h);
		j->has_dist = true;
		j->dist.status = h->status;
		if (h->message[INNER_ACK] != NULL)
			j->dist.complete = ANSWER_YES;
		else if (nothing_lost_before(c, NULL))
			j->dist.complete = ANSWER_NO;
		j->dist.evidence = EVIDENCE_INFERRED;
		j->dist.version = infer_dist_version(h, j->end[SIDE_SERVER].node.n);
	}
	if (up) {
		j->state = ended ? STATE_CLOSED : STATE_UP;
	} else if (nothing_lost_before(c, NULL)) {
		j->state = ended ? STATE_REFUSED : STATE_HANDSHAKE;
		if (ended)
			j->reason = inner_refusal(c, h);
	}
}

/* Where nothing certain can be said but that it is TLS. */
void
settle_encrypted(const struct connection *c, struct judgement *j)
{
	const unsigned from_first[2] = { 0, 0 };
	bool ended = transport_ended(&c->transport);

	settle(j, suite_hides_nothing(c) ? VERDICT_PLAINTEXT : VERDICT_ENCRYPTED, EVIDENCE_SEEN);
	if (many_records_prove_up(c))
		j->state = ended ? STATE_CLOSED : STATE_UP;
	else if (!ended && nothing_lost_before(c, NULL) && c->tls.client_hello)
		j->state = STATE_HANDSHAKE;
	if (c->tls.version >= VERSION_TLS13 || tls_server_data(c) == NULL)
		return;
	struct inner_handshake inner = infer_inner_handshake(c, from_first);
	if (inner.message[INNER_ACK] != NULL)
		judge_inner(c, &inner, from_first, j);
}

static void
judge_finished(const struct connection *c, struct judgement *j, enum course course)
{
	const unsigned from_first[2] = { 0, 0 };
	enum verdict v = VERDICT_ENCRYPTED;
	enum evidence e = EVIDENCE_SEEN;

	if (tls_server_data(c) == NULL && transport_ended(&c->transport)) {
		settle_refused(c, j, EVIDENCE_SEEN);
		return;
	}
	if (course == COURSE_FULL) {
		v = verdict_of_full(c, &j->tls);
	} else if (c->tls.resumed_from != NULL && tls_server_data(c) != NULL) {
		v = c->tls.resumed_from->mutual ? VERDICT_MUTUAL : VERDICT_ONE_WAY;
		e = EVIDENCE_RESUMED;
	}
	if (suite_hides_nothing(c))
		v = VERDICT_PLAINTEXT;		/* authenticated perhaps, readable for certain */
	settle(j, v, e);
	struct inner_handshake inner = infer_inner_handshake(c, from_first);
	judge_inner(c, &inner, from_first, j);
}

static void
judge_until_tls12(const struct connection *c, struct judgement *j)
{
	enum course course = tls_course(c);
	bool over = tls_is_over(c, &j->tls);

	fill_certificates(c, &j->tls, over);
	fill_signatures(c, &j->tls, course);
	if (course == COURSE_RESUMED)
		fill_resumed(c, &j->tls);
	if (course == COURSE_ODD || !nothing_lost_before(c, tls_server_data(c))) {
		settle_encrypted(c, j);
	} else if (course != COURSE_UNFINISHED) {
		judge_finished(c, j, course);
	} else if (over) {
		settle_refused(c, j, EVIDENCE_SEEN);
	} else {
		settle(j, VERDICT_ENCRYPTED, EVIDENCE_SEEN);
		j->state = STATE_HANDSHAKE;
	}
}

/* The first alert in clear that says that it is over. */
static void
fill_alert(const struct connection *c, struct judged_tls *t)
{
	const struct tls_side_facts *s = c->tls.side;
	enum side from = s[SIDE_CLIENT].alert ? SIDE_CLIENT : SIDE_SERVER;

	if (s[0].alert && s[1].alert)
		from = s[0].alert_ns <= s[1].alert_ns ? (enum side)0 : (enum side)1;
	if (!s[from].alert)
		return;
	t->alert.present = true;
	t->alert.from = from;
	t->alert.level = s[from].alert_level;
	t->alert.description = s[from].alert_description;
}

void
judge_tls(const struct connection *c, struct judgement *j)
{
	j->has_tls = true;
	fill_hellos(c, &j->tls);
	fill_alert(c, &j->tls);
	if (!tls_is_certain(c)) {
		if (c->tls.client_hello)
			judge_unanswered(c, j);
		else
			settle(j, VERDICT_UNKNOWN, EVIDENCE_NONE);
	} else if (!c->tls.server_hello || c->transport.spoken == SPOKEN_SEARCHED) {
		if (c->tls.side[SIDE_CLIENT].certificate_message)
			fill_certificates(c, &j->tls, false);
		settle_encrypted(c, j);
	} else if (c->tls.version >= VERSION_TLS13) {
		judge_tls13(c, j);
	} else {
		judge_until_tls12(c, j);
	}
	/* A warning that ended nothing is not the alert that format.md means. */
	if (j->verdict != VERDICT_REFUSED && j->tls.alert.level != 2)
		j->tls.alert.present = false;
}
