#include "report/json_connection.h"

#include "report/json_build.h"
#include "report/json_check.h"
#include "report/words.h"

/* A string of a certificate: ours to keep, but written by a stranger. */
static json_t *
foreign(const char *s)
{
	return s != NULL ? build_wire(words_bytes(s)) : json_null();
}

static json_t *
wire_or_null(struct bytes b)
{
	return b.n > 0 ? build_wire(b) : json_null();
}

static json_t *
evidence_or_null(enum evidence e)
{
	return build_word(e != EVIDENCE_NONE ? evidence_word(e) : NULL);
}

static json_t *
date(int64_t seconds)
{
	char s[32];
	struct text t = TEXT(s);

	words_put_date(&t, seconds);
	return build_text(&t);
}

static json_t *
names(const struct certificate *c)
{
	struct build b = build_list();

	for (uint16_t i = 0; i < c->n_names; i++)
		build_add(&b, foreign(c->names[i]));
	return build_done(&b);
}

/* All members, also of what is no certificate: then only its digest is known. */
static json_t *
certificate(const struct certificate *c)
{
	struct build b = build_object();
	bool ok = c->readable;
	char s[2 * sizeof c->sha256 + 1];
	struct text digest = TEXT(s);

	text_put_hex(&digest, (struct bytes){ c->sha256, sizeof c->sha256 });
	build_put(&b, "subject", foreign(ok ? c->subject : NULL));
	build_put(&b, "issuer", foreign(ok ? c->issuer : NULL));
	build_put(&b, "serial", foreign(ok ? c->serial : NULL));
	build_put(&b, "not_before", ok ? date(c->not_before) : json_null());
	build_put(&b, "not_after", ok ? date(c->not_after) : json_null());
	build_put(&b, "names", ok ? names(c) : json_null());
	build_put(&b, "key", foreign(ok ? c->key : NULL));
	build_put(&b, "signature", foreign(ok ? c->signature : NULL));
	build_put(&b, "sha256", build_text(&digest));
	build_put(&b, "self_signed", ok ? json_boolean(c->self_signed) : json_null());
	build_put(&b, "ca", ok ? json_boolean(c->ca) : json_null());
	return build_done(&b);
}

static void
put_chain(struct build *b, const struct chain *chain)
{
	const struct certificate *leaf = chain->n > 0 ? chain->v[0] : NULL;

	build_put(b, "subject", foreign(leaf != NULL && leaf->readable ? leaf->subject : NULL));
	if (leaf == NULL) {
		build_put(b, "chain", json_null());
		return;
	}
	struct build list = build_list();
	for (uint16_t i = 0; i < chain->n; i++)
		build_add(&list, certificate(chain->v[i]));
	build_put(b, "chain", build_done(&list));
}

static json_t *
server_certificate(const struct judged_tls *tls)
{
	struct build b = build_object();

	build_put(&b, "state", build_word(certificate_state_word(tls->server.state)));
	build_put(&b, "verified", build_answer(tls->server.verified));
	build_put(&b, "evidence", evidence_or_null(tls->server.evidence));
	put_chain(&b, &tls->server.chain);
	return build_done(&b);
}

static json_t *
client_certificate(const struct judged_tls *tls)
{
	struct build b = build_object();

	build_put(&b, "requested", build_answer(tls->client.requested));
	build_put(&b, "state", build_word(certificate_state_word(tls->client.state)));
	build_put(&b, "proved", build_answer(tls->client.proved));
	build_put(&b, "verified", build_answer(tls->client.verified));
	build_put(&b, "evidence", evidence_or_null(tls->client.evidence));
	put_chain(&b, &tls->client.chain);
	return build_done(&b);
}

static json_t *
alert(const struct judged_tls *tls)
{
	struct build b = build_object();
	char s[2][64];
	struct text level = TEXT(s[0]), description = TEXT(s[1]);

	if (!tls->alert.sealed) {
		words_put_alert_level(&level, tls->alert.level);
		words_put_alert_description(&description, tls->alert.description);
	}
	build_put(&b, "from", build_word(tls->alert.from == SIDE_CLIENT ? "client" : "server"));
	build_put(&b, "level", build_text(&level));
	build_put(&b, "description", build_text(&description));
	return build_done(&b);
}

static json_t *
records(const struct judged_records *r)
{
	struct build list = build_list();

	for (unsigned i = 0; i < r->n; i++) {
		struct build b = build_object();
		build_put(&b, "message", build_word(r->v[i].message));
		build_put(&b, "length", build_count(r->v[i].length));
		build_put(&b, "key", build_word(r->v[i].key));
		build_add(&list, build_done(&b));
	}
	return build_done(&list);
}

/* The records that an inference rests on; null where nothing was inferred. */
static json_t *
inferred_from(const struct judged_records by[2])
{
	struct build b;

	if (by[SIDE_CLIENT].n + by[SIDE_SERVER].n == 0)
		return json_null();
	b = build_object();
	build_put(&b, "server", records(&by[SIDE_SERVER]));
	build_put(&b, "client", records(&by[SIDE_CLIENT]));
	return build_done(&b);
}

static json_t *
tls_object(const struct judged_tls *tls)
{
	struct build b = build_object();
	char s[3][96];
	struct text version = TEXT(s[0]), cipher = TEXT(s[1]), group = TEXT(s[2]);

	if (tls->version != 0)
		words_put_version(&version, tls->version);
	if (tls->has_cipher)
		words_put_cipher(&cipher, tls->cipher);
	if (tls->group != 0)
		words_put_group(&group, tls->group);
	build_put(&b, "version", build_text(&version));
	build_put(&b, "cipher", build_text(&cipher));
	build_put(&b, "group", build_text(&group));
	build_put(&b, "post_quantum", build_answer(tls->post_quantum));
	build_put(&b, "sni", wire_or_null(tls->sni));
	build_put(&b, "resumed", build_answer(tls->resumed));
	build_put(&b, "server_certificate", server_certificate(tls));
	build_put(&b, "client_certificate", client_certificate(tls));
	build_put(&b, "alert", tls->alert.present ? alert(tls) : json_null());
	build_put(&b, "inferred_from", inferred_from(tls->inferred_from));
	return build_done(&b);
}

static json_t *
dist_object(const struct judged_dist *dist)
{
	struct build b = build_object();

	build_put(&b, "version", dist->version != 0 ? build_count(dist->version) : json_null());
	build_put(&b, "status", build_word(dist_status_word(dist->status)));
	build_put(&b, "complete", build_answer(dist->complete));
	build_put(&b, "evidence", evidence_or_null(dist->evidence));
	return build_done(&b);
}

static json_t *
owner_or_null(const struct owner *o)
{
	struct build b;

	if (o->pid == 0)
		return json_null();
	b = build_object();
	build_put(&b, "pid", build_count(o->pid));
	build_put(&b, "command", build_wire(words_bytes(o->comm)));
	return build_done(&b);
}

static json_t *
end_object(const struct judged_end *end, const struct owner *owner)
{
	struct build b = build_object();
	char ip[ADDRESS_TEXT_MAX];

	build_put(&b, "ip", build_word(address_text(&end->address, ip)));
	build_put(&b, "port", build_count(end->port));
	build_put(&b, "node", wire_or_null(end->node));
	build_put(&b, "owner", owner_or_null(owner));
	build_put(&b, "netns", build_word(end->netns));
	return build_done(&b);
}

/* What each side sent goes to the other. */
static json_t *
both_ways(const uint64_t sent[2])
{
	struct build b = build_object();

	build_put(&b, "to_server", build_count(sent[SIDE_CLIENT]));
	build_put(&b, "to_client", build_count(sent[SIDE_SERVER]));
	return build_done(&b);
}

static json_t *
known_by(unsigned bits)
{
	struct build b = build_list();

	for (unsigned one = 1; one <= KNOWN_BY_DECRYPTED; one <<= 1)
		if (bits & one)
			build_add(&b, build_word(known_by_word((enum known_by)one)));
	return build_done(&b);
}

static json_t *
blind(unsigned bits)
{
	struct build b = build_list();

	for (int why = BLIND_NONE + 1; why <= BLIND_DROPPED; why++)
		if (bits & BLIND_BIT(why))
			build_add(&b, build_word(blind_word((enum blind)why)));
	return build_done(&b);
}

json_t *
json_connection(const struct judgement *j, unsigned digits, const struct findings *f)
{
	struct build b = build_object();

	build_put(&b, "id", build_count(j->id));
	build_put(&b, "first", build_time(j->first_ns, digits));
	build_put(&b, "last", build_time(j->last_ns, digits));
	build_put(&b, "client", end_object(&j->end[SIDE_CLIENT], &j->owner[SIDE_CLIENT]));
	build_put(&b, "server", end_object(&j->end[SIDE_SERVER], &j->owner[SIDE_SERVER]));
	build_put(&b, "known_by", known_by(j->known_by));
	build_put(&b, "verdict", build_word(verdict_word(j->verdict)));
	build_put(&b, "evidence", build_word(evidence_word(j->evidence)));
	build_put(&b, "state", build_word(state_word(j->state)));
	build_put(&b, "reason", build_word(reason_word(j->reason)));
	build_put(&b, "explanation", build_word(j->explanation[0] != '\0' ? j->explanation : NULL));
	build_put(&b, "bytes", both_ways(j->bytes));
	build_put(&b, "packets", both_ways(j->packets));
	build_put(&b, "tls", j->has_tls ? tls_object(&j->tls) : json_null());
	build_put(&b, "dist", j->has_dist ? dist_object(&j->dist) : json_null());
	build_put(&b, "blind", blind(j->blind));
	build_put(&b, "findings", json_findings(f));
	return build_done(&b);
}
