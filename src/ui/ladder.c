#include "ui/ladder.h"

#include <assert.h>

#include "report/columns.h"
#include "report/cut.h"
#include "report/words.h"

#define VERSION_TLS13 0x0304u
#define MARGIN 2u		/* beside the two lines */
#define SHAFT 2u		/* at least, at either end of a label */

/* One more rung, and its label to be written. */
static struct text
add(struct ladder *l, enum rung_kind kind, enum side from)
{
	assert(l->n < LADDER_RUNGS);
	struct rung *r = &l->rungs[l->n++];
	*r = (struct rung){ .kind = kind, .from = from };
	return TEXT(r->label);
}

static void
message(struct ladder *l, enum side from, const char *label)
{
	struct text t = add(l, RUNG_MESSAGE, from);

	text_put(&t, label);
}

static void
note(struct ladder *l, const char *label)
{
	struct text t = add(l, RUNG_NOTE, SIDE_CLIENT);

	text_put(&t, label);
}

/*
 * A ClientHello was there: its server name was read, or the verdict rests on its
 * (RFC 5246 7.3 and RFC 8446 2 begin with one), or nothing but it was.
 */
static bool
has_client_hello(const struct judgement *j)
{
	const struct judged_tls *t = &j->tls;

	if (t->sni.n > 0 || j->verdict == VERDICT_MUTUAL || j->verdict == VERDICT_ONE_WAY)
		return true;
	if (!t->has_cipher)
		return j->state == STATE_HANDSHAKE || j->state == STATE_REFUSED;
	return t->version >= VERSION_TLS13 &&
	    t->inferred_from[SIDE_CLIENT].n + t->inferred_from[SIDE_SERVER].n > 0;
}

static void
read_hellos(struct ladder *l, const struct judgement *j, bool utf8)
{
	if (has_client_hello(j)) {
		struct text t = add(l, RUNG_MESSAGE, SIDE_CLIENT);

		text_put(&t, "ClientHello");
		if (j->tls.sni.n > 0) {
			text_put(&t, ", SNI ");
			words_put_wire(&t, j->tls.sni, utf8);
		}
	}
	if (j->tls.has_cipher) {
		struct text t = add(l, RUNG_MESSAGE, SIDE_SERVER);

		text_put(&t, "ServerHello, ");
		words_put_version(&t, j->tls.version);
	}
}

static void
certificate(struct ladder *l, enum side from, const struct chain *chain)
{
	struct text t = add(l, RUNG_MESSAGE, from);

	text_put(&t, "Certificate");
	if (chain->n > 1)
		text_putf(&t, ", a chain of %u", (unsigned)chain->n);
}

static void
signed_message(struct ladder *l, enum side from, const char *name, enum answer verified)
{
	struct text t = add(l, RUNG_MESSAGE, from);

	text_put(&t, name);
	switch (verified) {
	case ANSWER_ABSENT:
		break;
	case ANSWER_NO:
		text_put(&t, ", signature wrong");
		break;
	case ANSWER_YES:
		text_put(&t, ", signature verified");
		break;
	}
}

/* [RFC 5246 7.3] A verdict that rests on what was seen, of both sides' certificates,
 * rests on a full handshake to its end. */
static bool
is_full_course(const struct judgement *j)
{
	return j->evidence == EVIDENCE_SEEN &&
	    (j->verdict == VERDICT_MUTUAL || j->verdict == VERDICT_ONE_WAY);
}

/* The server's flight up to TLS 1.2, as far as it is in clear. A group is named by the
 * ServerKeyExchange there. */
static void
read_server_flight(struct ladder *l, const struct judgement *j)
{
	const struct judged_tls *t = &j->tls;
	bool signature = t->server.evidence == EVIDENCE_SEEN &&
	    (t->server.verified != ANSWER_ABSENT || t->server.scheme != 0);

	if (t->server.state == CERTIFICATE_SENT && t->server.evidence == EVIDENCE_SEEN)
		certificate(l, SIDE_SERVER, &t->server.chain);
	if (signature || t->group != 0)
		signed_message(l, SIDE_SERVER, "ServerKeyExchange",
		    signature ? t->server.verified : ANSWER_ABSENT);
	if (t->client.requested == ANSWER_YES && t->client.evidence == EVIDENCE_SEEN)
		message(l, SIDE_SERVER, "CertificateRequest");
	if (is_full_course(j))
		message(l, SIDE_SERVER, "ServerHelloDone");
}

static void
read_client_flight(struct ladder *l, const struct judgement *j)
{
	const struct judged_tls *t = &j->tls;
	bool seen = t->client.evidence == EVIDENCE_SEEN;

	if (seen && t->client.state == CERTIFICATE_SENT)
		certificate(l, SIDE_CLIENT, &t->client.chain);
	if (seen && t->client.state == CERTIFICATE_DECLINED)
		message(l, SIDE_CLIENT, "Certificate, empty");
	if (is_full_course(j))
		message(l, SIDE_CLIENT, "ClientKeyExchange");
	if (seen && (t->client.proved == ANSWER_YES || t->client.verified != ANSWER_ABSENT))
		signed_message(l, SIDE_CLIENT, "CertificateVerify", t->client.verified);
}

/* The certificates of a resumed session are another handshake's: here there are none. */
static void
read_until_tls12(struct ladder *l, const struct judgement *j)
{
	static const char finished[] = "ChangeCipherSpec, Finished (encrypted)";
	bool is_resumed = j->evidence == EVIDENCE_RESUMED;

	if (!is_resumed) {
		read_server_flight(l, j);
		read_client_flight(l, j);
	}
	if (is_resumed || is_full_course(j)) {
		message(l, is_resumed ? SIDE_SERVER : SIDE_CLIENT, finished);
		message(l, is_resumed ? SIDE_CLIENT : SIDE_SERVER, finished);
	}
}

/* [OTP dist] what is said inside, in its order. */
static const char *const inner[] = { "send_name", "send_status", "send_status true",
	"send_challenge", "send_complement", "send_challenge_reply", "send_challenge_ack" };
#define N_INNER (sizeof inner / sizeof *inner)

/* The server's flight, then the client's, an alert, and the handshake inside. */
static size_t
stage(enum side side, const struct judged_record *r)
{
	if (strcmp(r->message, "alert") == 0)
		return 2;
	for (size_t i = 0; i < N_INNER; i++)
		if (strcmp(r->message, inner[i]) == 0)
			return 3 + i;
	return side == SIDE_SERVER ? 0 : 1;
}

static void
inferred(struct ladder *l, const struct judgement *j, enum side from,
    const struct judged_record *r)
{
	struct text t = add(l, RUNG_MESSAGE, from);

	l->rungs[l->n - 1].is_inferred = true;
	text_put(&t, r->message);
	if (j->has_dist && strcmp(r->message, "send_status") == 0 &&
	    dist_status_word(j->dist.status) != NULL)
		text_putf(&t, " %s", dist_status_word(j->dist.status));
	text_putf(&t, " (inferred: %u bytes", (unsigned)r->length);
	if (r->key != NULL)
		text_putf(&t, ", %s", r->key);
	text_put(&t, ")");
}

static void
read_inferred(struct ladder *l, const struct judgement *j)
{
	const struct judged_records *client = &j->tls.inferred_from[SIDE_CLIENT];
	const struct judged_records *server = &j->tls.inferred_from[SIDE_SERVER];

	for (unsigned c = 0, s = 0; c < client->n || s < server->n;) {
		bool by_server = c == client->n || (s < server->n &&
		    stage(SIDE_SERVER, &server->v[s]) <= stage(SIDE_CLIENT, &client->v[c]));

		if (by_server)
			inferred(l, j, SIDE_SERVER, &server->v[s++]);
		else
			inferred(l, j, SIDE_CLIENT, &client->v[c++]);
	}
}

/* An alert that is inferred is a rung already. */
static void
read_alert(struct ladder *l, const struct judged_tls *t)
{
	const struct judged_records *r = &t->inferred_from[t->alert.from];

	for (unsigned i = 0; i < r->n; i++)
		if (strcmp(r->v[i].message, "alert") == 0)
			return;
	if (!t->alert.present)
		return;
	struct text label = add(l, RUNG_MESSAGE, t->alert.from);
	text_put(&label, t->alert.sealed ? "alert (encrypted)" : "alert, ");
	if (!t->alert.sealed) {
		words_put_alert_level(&label, t->alert.level);
		text_put(&label, " ");
		words_put_alert_description(&label, t->alert.description);
	}
}

/* What could be read of the distribution's own handshake: its version is send_name's,
 * and reason says what else there was. [OTP dist: send_challenge_reply] */
static void
read_dist(struct ladder *l, const struct judgement *j)
{
	if (j->dist.version != 0) {
		struct text t = add(l, RUNG_MESSAGE, SIDE_CLIENT);

		text_putf(&t, "send_name, version %u", (unsigned)j->dist.version);
	}
	if (j->reason == REASON_PLAIN_TO_TLS)
		message(l, SIDE_SERVER, "TLS alert");
	if (dist_status_word(j->dist.status) != NULL) {
		struct text t = add(l, RUNG_MESSAGE, SIDE_SERVER);

		text_putf(&t, "send_status %s", dist_status_word(j->dist.status));
	}
	if (j->reason == REASON_COOKIE_MISMATCH)
		message(l, SIDE_CLIENT, "send_challenge_reply");
}

static void
read_unseen(struct ladder *l, const struct judgement *j)
{
	unsigned blind = j->blind & ~BLIND_BIT(BLIND_NO_KEYS);

	if (blind == 0)
		return;
	struct text t = add(l, RUNG_NOTE, SIDE_CLIENT);
	text_put(&t, "not all was seen: ");
	columns_put_blind(&t, blind, ", ");
}

static void
read_outcome(struct ladder *l, const struct judgement *j)
{
	struct text t = add(l, RUNG_NOTE, SIDE_CLIENT);

	switch (j->state) {
	case STATE_NONE:
		text_put(&t, "what became of it is not known");
		break;
	case STATE_HANDSHAKE:
		text_put(&t, "the handshake is not over");
		break;
	case STATE_UP:
		text_put(&t, "up");
		break;
	case STATE_CLOSED:
		text_put(&t, "closed");
		break;
	case STATE_REFUSED:
		text_put(&t, "refused");
		if (reason_word(j->reason) != NULL)
			text_putf(&t, ": %s", reason_word(j->reason));
		break;
	}
}

void
ladder_read(struct ladder *l, const struct judgement *j, bool utf8)
{
	l->n = 0;
	if (j->has_tls) {
		read_hellos(l, j, utf8);
		if (j->tls.version < VERSION_TLS13)
			read_until_tls12(l, j);
		read_inferred(l, j);
		read_alert(l, &j->tls);
	} else if (j->has_dist) {
		read_dist(l, j);
	}
	if (l->n == 0)
		note(l, "no message of it is known");
	if (j->has_tls && j->tls.resumed == ANSWER_YES)
		note(l, "a session is resumed");
	read_unseen(l, j);
	if (j->has_dist && j->dist.complete == ANSWER_YES)
		note(l, j->dist.evidence == EVIDENCE_INFERRED ?
		    "distribution handshake complete (inferred)" :
		    "distribution handshake complete");
	read_outcome(l, j);
}

/* Cells between the two lines. */
static unsigned
span(unsigned width)
{
	if (width < LADDER_WIDTH_MIN)
		width = LADDER_WIDTH_MIN;
	if (width > LADDER_WIDTH_MAX)
		width = LADDER_WIDTH_MAX;
	return width - 2 * MARGIN - 2;
}

static void
repeat(struct text *t, const char *s, size_t n)
{
	while (n-- > 0)
		text_put(t, s);
}

/* Its head: where something is inferred, that comes before how it is known. */
static void
put_label(struct text *t, const char *s, unsigned width, bool utf8)
{
	size_t n = strlen(s), taken;
	bool fits = text_columns(s) <= width;
	size_t head = fits ? n : cut_head(s, n, width - 1, &taken);

	text_putf(t, "%.*s%s", (int)head, s, fits ? "" : utf8 ? "…" : "~");
}

void
ladder_put_sides(struct text *line, unsigned width)
{
	text_putf(line, "%*s%s%*s", (int)MARGIN, "", "client",
	    (int)(span(width) + 2 - strlen("client")), "server");
}

void
ladder_put_rung(struct text *line, const struct rung *r, unsigned width, bool utf8)
{
	const char *edge = utf8 ? "│" : "|";
	const char *shaft = r->is_inferred ? (utf8 ? "┄" : ".") : (utf8 ? "─" : "-");
	bool arrow = r->kind == RUNG_MESSAGE, left = arrow && r->from == SIDE_SERVER;
	unsigned room = span(width);
	char b[sizeof r->label + sizeof "…"];
	struct text label = TEXT(b);

	/* A head, a shaft at either end, and blanks around the label. */
	put_label(&label, r->label, room - 2 * SHAFT - 3, utf8);
	size_t rest = room - SHAFT - 2 - text_columns(b) - (arrow ? 1 : 0);

	repeat(line, " ", MARGIN);
	text_put(line, edge);
	if (left)
		text_put(line, "<");
	repeat(line, arrow ? shaft : " ", left ? rest : SHAFT);
	text_putf(line, " %s ", b);
	repeat(line, arrow ? shaft : " ", left ? SHAFT : rest);
	if (arrow && !left)
		text_put(line, ">");
	text_put(line, edge);
}
