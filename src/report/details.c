#include "report/details.h"

#include "report/columns.h"
#include "report/words.h"

#define DIGEST_SHOWN 8u		/* bytes of a SHA-256: enough to find it in the JSON */

static void
write_explanation(const struct judgement *j, bool utf8, struct wrap *w)
{
	char s[4 * EXPLANATION_MAX];
	struct text t = TEXT(s);

	if (j->explanation[0] == '\0')
		return;
	words_put_escaped(&t, j->explanation, utf8);
	wrap_line(w, DETAILS_INDENT, t.s);
}

static void
write_evidence(const struct judgement *j, struct wrap *w)
{
	char s[512];
	struct text t = TEXT(s);

	text_putf(&t, "evidence: %s", evidence_word(j->evidence));
	text_put(&t, "; known by: ");
	columns_put_known_by(&t, j->known_by, ", ");
	if (j->blind != 0) {
		text_put(&t, "; blind: ");
		columns_put_blind(&t, j->blind, ", ");
	}
	wrap_line(w, DETAILS_INDENT, t.s);
}

static void
write_session(const struct judged_tls *tls, bool utf8, struct wrap *w)
{
	char s[CELL_MAX];
	struct text t = TEXT(s);

	if (tls->version != 0)
		words_put_version(&t, tls->version);
	else
		text_put(&t, "TLS of unknown version");
	if (tls->has_cipher) {
		text_put(&t, ", ");
		words_put_cipher(&t, tls->cipher);
	}
	if (tls->group != 0) {
		text_put(&t, ", group ");
		words_put_group(&t, tls->group);
	}
	if (tls->post_quantum == ANSWER_YES)
		text_put(&t, " (post-quantum)");
	if (tls->resumed == ANSWER_YES)
		text_put(&t, ", resumed");
	if (tls->sni.n > 0) {
		text_put(&t, ", SNI ");
		words_put_wire(&t, tls->sni, utf8);
	}
	wrap_line(w, DETAILS_INDENT, t.s);
}

static void
write_alert(const struct judged_tls *tls, struct wrap *w)
{
	char s[256];
	struct text t = TEXT(s);

	if (!tls->alert.present)
		return;
	text_putf(&t, "alert from the %s: ", tls->alert.from == SIDE_CLIENT ? "client" : "server");
	if (tls->alert.sealed) {
		text_put(&t, "encrypted");
	} else {
		words_put_alert_level(&t, tls->alert.level);
		text_put(&t, " ");
		words_put_alert_description(&t, tls->alert.description);
	}
	wrap_line(w, DETAILS_INDENT, t.s);
}

static void
put_foreign(struct text *t, const char *before, const char *s, bool utf8)
{
	if (s == NULL)
		return;
	text_put(t, before);
	words_put_wire(t, words_bytes(s), utf8);
}

static void
put_validity(struct text *t, const struct certificate *c)
{
	text_put(t, "valid ");
	if (!words_put_date(t, c->not_before))
		text_put(t, "?");
	text_put(t, " to ");
	if (!words_put_date(t, c->not_after))
		text_put(t, "?");
}

static void
write_names(const struct certificate *c, bool utf8, struct wrap *w)
{
	if (c->n_names == 0)
		return;
	wrap_begin(w, DETAILS_INDENT + 4);
	wrap_put(w, "names");
	for (uint16_t i = 0; i < c->n_names; i++) {
		char s[CELL_MAX];
		struct text t = TEXT(s);

		put_foreign(&t, " ", c->names[i], utf8);
		if (i + 1 < c->n_names)
			text_put(&t, ",");
		wrap_put(w, t.s);
	}
	wrap_end(w);
}

static void
write_certificate(const struct certificate *c, bool utf8, struct wrap *w)
{
	char s[CELL_MAX];
	struct text t = TEXT(s);

	if (!c->readable)
		text_put(&t, "not a readable certificate");
	else if (c->subject == NULL || c->subject[0] == '\0')
		text_put(&t, "without a subject");
	else
		put_foreign(&t, "", c->subject, utf8);
	wrap_line(w, DETAILS_INDENT + 2, t.s);

	/* A stranger's string comes last: should it fill the line, nothing else is lost. */
	t = TEXT(s);
	text_put(&t, "sha256 ");
	text_put_hex(&t, (struct bytes){ c->sha256, DIGEST_SHOWN });
	text_put(&t, utf8 ? "…" : "...");
	if (c->readable) {
		text_put(&t, "; ");
		put_validity(&t, c);
		text_put(&t, c->ca ? "; CA" : "");
		text_put(&t, c->self_signed ? "; self-signed" : "");
		put_foreign(&t, "; ", c->key, utf8);
		put_foreign(&t, "; issuer ", c->issuer, utf8);
	}
	wrap_line(w, DETAILS_INDENT + 4, t.s);
	if (c->readable)
		write_names(c, utf8, w);
}

static void
write_chain(const struct chain *chain, bool utf8, struct wrap *w)
{
	for (uint16_t i = 0; i < chain->n; i++)
		write_certificate(chain->v[i], utf8, w);
}

/* "not proved" is a finding; what is not known is not mentioned. */
static void
put_answer(struct text *t, enum answer a, const char *yes, const char *no)
{
	switch (a) {
	case ANSWER_ABSENT:
		break;
	case ANSWER_NO:
		text_putf(t, ", %s", no);
		break;
	case ANSWER_YES:
		text_putf(t, ", %s", yes);
		break;
	}
}

static void
put_evidence(struct text *t, enum evidence e)
{
	if (e != EVIDENCE_NONE)
		text_putf(t, " (%s)", evidence_word(e));
}

static void
write_server(const struct judged_tls *tls, bool utf8, struct wrap *w)
{
	char s[256];
	struct text t = TEXT(s);
	const char *state = certificate_state_word(tls->server.state);

	if (state == NULL)
		return;
	text_putf(&t, "server certificate: %s", state);
	put_answer(&t, tls->server.verified, "signature verified", "signature wrong");
	put_evidence(&t, tls->server.evidence);
	wrap_line(w, DETAILS_INDENT, t.s);
	write_chain(&tls->server.chain, utf8, w);
}

static void
write_client(const struct judged_tls *tls, bool utf8, struct wrap *w)
{
	char s[256];
	struct text t = TEXT(s);
	const char *state = certificate_state_word(tls->client.state);

	if (state == NULL)
		return;
	text_putf(&t, "client certificate: %s", state);
	put_answer(&t, tls->client.proved, "proved", "not proved");
	put_answer(&t, tls->client.verified, "signature verified", "signature wrong");
	put_evidence(&t, tls->client.evidence);
	wrap_line(w, DETAILS_INDENT, t.s);
	write_chain(&tls->client.chain, utf8, w);
}

/* "server: EncryptedExtensions 23, CertificateRequest 272, ..." */
static void
write_records(const struct judged_records *r, const char *side, struct wrap *w)
{
	char s[1024];
	struct text t = TEXT(s);

	if (r->n == 0)
		return;
	text_putf(&t, "inferred from records of the %s:", side);
	for (unsigned i = 0; i < r->n; i++) {
		text_putf(&t, "%s %s %u", i ? "," : "", r->v[i].message, (unsigned)r->v[i].length);
		if (r->v[i].key != NULL)
			text_putf(&t, " (%s)", r->v[i].key);
	}
	wrap_line(w, DETAILS_INDENT, t.s);
}

static void
write_dist(const struct judged_dist *dist, struct wrap *w)
{
	char s[256];
	struct text t = TEXT(s);

	text_put(&t, "distribution");
	if (dist->version != 0)
		text_putf(&t, " version %u", (unsigned)dist->version);
	text_put(&t, ":");
	if (dist_status_word(dist->status) != NULL)
		text_putf(&t, " status %s,", dist_status_word(dist->status));
	switch (dist->complete) {
	case ANSWER_ABSENT:
		text_put(&t, " handshake not known to be complete");
		break;
	case ANSWER_NO:
		text_put(&t, " handshake not complete");
		break;
	case ANSWER_YES:
		text_put(&t, " handshake complete");
		break;
	}
	put_evidence(&t, dist->evidence);
	wrap_line(w, DETAILS_INDENT, t.s);
}

void
details_write_verdict(const struct judgement *j, bool utf8, struct wrap *w)
{
	write_explanation(j, utf8, w);
	write_evidence(j, w);
}

void
details_write_tls(const struct judgement *j, bool utf8, struct wrap *w)
{
	if (!j->has_tls)
		return;
	write_session(&j->tls, utf8, w);
	write_server(&j->tls, utf8, w);
	write_client(&j->tls, utf8, w);
	write_alert(&j->tls, w);
}

void
details_write_dist(const struct judgement *j, struct wrap *w)
{
	if (j->has_dist)
		write_dist(&j->dist, w);
}

void
details_write(const struct judgement *j, bool utf8, struct wrap *w)
{
	details_write_verdict(j, utf8, w);
	details_write_tls(j, utf8, w);
	if (j->has_tls) {
		write_records(&j->tls.inferred_from[SIDE_SERVER], "server", w);
		write_records(&j->tls.inferred_from[SIDE_CLIENT], "client", w);
	}
	details_write_dist(j, w);
}
