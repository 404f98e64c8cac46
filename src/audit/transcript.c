#include "audit/transcript.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"

#define VERSION_TLS13 0x0304
#define HELLO_REQUEST 0		/* RFC 5246 7.4.1.1: in no transcript */
#define RANDOM_LENGTH 32u

/* Where bytes are in their side's. */
struct place {
	size_t at, n;			/* n 0: not there */
};

struct side_messages {
	uint8_t *b;
	size_t   n, room;
	const struct certificate *leaf;
	size_t   n_hello;		/* of its hello, which comes first; 0: not yet */
	uint8_t  random[RANDOM_LENGTH];
	struct place signature;
	uint16_t scheme;
	bool     done;			/* nothing more is needed of it */
};

struct handshake_messages {
	struct transcripts *store;
	uint16_t version;
	struct side_messages side[2];
	struct place parameters;	/* of the server */
	size_t   before_verify;		/* bytes of the client */
	bool     requested;
	bool     checked[2];		/* once is enough, whatever came of it */
};

void
transcripts_init(struct transcripts *s, signature_checker *check)
{
	*s = (struct transcripts){ .check = check };
}

void
transcript_end(struct transcript *t)
{
	struct handshake_messages *m = t->messages;

	t->over = true;
	if (m == NULL)
		return;
	assert(m->store->held >= m->side[0].room + m->side[1].room);
	m->store->held -= m->side[0].room + m->side[1].room;
	free(m->side[0].b);
	free(m->side[1].b);
	free(m);
	t->messages = NULL;
}

static void
shed(struct transcript *t)
{
	t->messages->store->shed++;
	transcript_end(t);
}

#define ROOM_AT_FIRST 1024u

/* Room for n more bytes. False: no memory, or a bound. */
static bool
make_room(struct handshake_messages *m, struct side_messages *s, size_t n)
{
	size_t room = s->room ? s->room : ROOM_AT_FIRST;
	size_t kept = m->side[0].n + m->side[1].n;

	if (n > LIMIT_TRANSCRIPT_BYTES - kept)
		return false;
	while (room < s->n + n)
		room *= 2;
	if (room == s->room)
		return true;
	if (room - s->room > LIMIT_TRANSCRIPT_TOTAL - m->store->held)
		return false;
	uint8_t *more = realloc(s->b, room);
	if (more == NULL)
		return false;
	m->store->held += room - s->room;
	s->b = more;
	s->room = room;
	return true;
}

/* A whole message. False: the transcript is over. */
static bool
keep(struct transcript *t, const struct fact *f)
{
	struct side_messages *s = &t->messages->side[f->side];

	if (f->message.n == 0) {
		transcript_end(t);
		return false;
	}
	if (!make_room(t->messages, s, f->message.n)) {
		shed(t);
		return false;
	}
	memcpy(s->b + s->n, f->message.p, f->message.n);
	s->n += f->message.n;
	return true;
}

/* Where part of f's message, which was just kept, is kept. */
static struct place
place_of(const struct side_messages *s, const struct fact *f, struct bytes part)
{
	if (part.n == 0)
		return (struct place){ 0, 0 };
	assert(part.p >= f->message.p && part.n <= f->message.n &&
	    (size_t)(part.p - f->message.p) <= f->message.n - part.n);
	return (struct place){ s->n - f->message.n + (size_t)(part.p - f->message.p), part.n };
}

static struct bytes
bytes_at(const struct side_messages *s, struct place p)
{
	return (struct bytes){ s->b + p.at, p.n };
}

static void
begin(struct transcript *t, struct transcripts *s)
{
	if ((t->messages = calloc(1, sizeof *t->messages)) == NULL) {
		s->shed++;
		t->over = true;
		return;
	}
	t->messages->store = s;
}

static void
hello(struct transcript *t, const struct fact *f)
{
	struct side_messages *s = &t->messages->side[f->side];
	bool of_server = f->side == SIDE_SERVER;

	if (s->n > 0 || f->u.tls_hello.random.n != RANDOM_LENGTH ||
	    (of_server && (f->u.tls_hello.version >= VERSION_TLS13 || f->u.tls_hello.retry))) {
		transcript_end(t);
		return;
	}
	s->n_hello = f->message.n;
	memcpy(s->random, f->u.tls_hello.random.p, RANDOM_LENGTH);
	if (of_server)
		t->messages->version = f->u.tls_hello.version;
	keep(t, f);
}

static void
key_exchange(struct transcript *t, const struct fact *f)
{
	struct handshake_messages *m = t->messages;
	struct side_messages *s = &m->side[f->side];

	if (!keep(t, f) || f->side != SIDE_SERVER)
		return;
	m->parameters = place_of(s, f, f->u.tls_key_exchange.parameters);
	s->signature = place_of(s, f, f->u.tls_key_exchange.signature);
	s->scheme = f->u.tls_key_exchange.scheme;
}

static void
certificate_verify(struct transcript *t, const struct fact *f)
{
	struct handshake_messages *m = t->messages;
	struct side_messages *s = &m->side[f->side];

	m->before_verify = s->n;
	if (!keep(t, f))
		return;
	s->signature = place_of(s, f, f->u.tls_signature.signature);
	s->scheme = f->u.tls_signature.scheme;
	s->done = true;
}

static enum signature_check
check(struct handshake_messages *m, enum side by, const struct bytes *parts, size_t n_parts)
{
	const struct side_messages *s = &m->side[by];

	m->checked[by] = true;
	if (s->leaf == NULL || s->signature.n == 0)
		return SIGNATURE_NOT_CHECKED;
	return m->store->check(s->leaf->der, m->version, s->scheme, parts, n_parts,
	    bytes_at(s, s->signature));
}

/* [RFC 5246 7.4.3] over both randoms and the parameters */
static enum signature_check
check_server(struct handshake_messages *m)
{
	const struct side_messages *c = &m->side[SIDE_CLIENT], *s = &m->side[SIDE_SERVER];
	const struct bytes parts[] = { { c->random, RANDOM_LENGTH }, { s->random, RANDOM_LENGTH },
		bytes_at(s, m->parameters) };

	return check(m, SIDE_SERVER, parts, sizeof parts / sizeof *parts);
}

/* [RFC 5246 7.4.8] over all messages before: the client's hello, the server's
 * flight, and the client's flight until then. */
static enum signature_check
check_client(struct handshake_messages *m)
{
	const struct side_messages *c = &m->side[SIDE_CLIENT], *s = &m->side[SIDE_SERVER];
	const struct bytes parts[] = { { c->b, c->n_hello }, { s->b, s->n },
		{ c->b + c->n_hello, m->before_verify - c->n_hello } };

	return check(m, SIDE_CLIENT, parts, sizeof parts / sizeof *parts);
}

/* What can be checked now is; when there is nothing left for it, all is given back. */
static void
settle(struct transcript *t)
{
	struct handshake_messages *m = t->messages;
	const struct side_messages *c = &m->side[SIDE_CLIENT], *s = &m->side[SIDE_SERVER];

	if (!m->checked[SIDE_SERVER] && c->n_hello > 0 && s->n_hello > 0 && s->signature.n > 0)
		t->by[SIDE_SERVER] = check_server(m);
	if (!m->checked[SIDE_CLIENT] && c->n_hello > 0 && c->signature.n > 0 && s->n_hello > 0 && s->done)
		t->by[SIDE_CLIENT] = check_client(m);
	bool server_settled = m->checked[SIDE_SERVER] || (s->done && s->signature.n == 0);
	bool client_settled = m->checked[SIDE_CLIENT] || (s->done && !m->requested) ||
	    (c->done && c->signature.n == 0);
	if (server_settled && client_settled)
		transcript_end(t);
}

static void
take(struct transcript *t, const struct fact *f, const struct certificate *leaf)
{
	struct handshake_messages *m = t->messages;
	struct side_messages *s = &m->side[f->side];

	if (f->kind == FACT_TLS_CLIENT_HELLO || f->kind == FACT_TLS_SERVER_HELLO) {
		hello(t, f);
		return;
	}
	if (f->kind == FACT_TLS_KEY_EXCHANGE) {
		key_exchange(t, f);
		return;
	}
	if (f->kind == FACT_TLS_CERTIFICATE_VERIFY) {
		certificate_verify(t, f);
		return;
	}
	m->requested |= f->kind == FACT_TLS_CERTIFICATE_REQUEST;
	s->done |= f->kind == FACT_TLS_SERVER_HELLO_DONE;
	if (leaf != NULL)
		s->leaf = leaf;
	keep(t, f);
}

static void
message(struct transcript *t, struct transcripts *s, const struct fact *f,
    const struct certificate *leaf)
{
	if (t->messages == NULL)
		begin(t, s);
	if (t->messages != NULL && !t->messages->side[f->side].done)
		take(t, f, leaf);
	if (t->messages != NULL)
		settle(t);
}

/* The side's keys come into use. A client that did not prove its key before has
 * nothing to check; a server whose flight is not over resumes a session. */
static void
change_cipher_spec(struct transcript *t, enum side side)
{
	if (t->messages == NULL || (side == SIDE_SERVER && !t->messages->side[side].done)) {
		transcript_end(t);
		return;
	}
	t->messages->side[side].done = true;
	settle(t);
}

/* Bytes of a side are lost, or break a rule. */
static void
loss(struct transcript *t, enum side side)
{
	if (t->messages == NULL || !t->messages->side[side].done)
		transcript_end(t);
}

void
transcript_fact(struct transcript *t, struct transcripts *s, const struct fact *f,
    const struct certificate *leaf)
{
	if (t->over || s->check == NULL)
		return;
	switch (f->kind) {
	case FACT_TLS_CLIENT_HELLO:
	case FACT_TLS_SERVER_HELLO:
	case FACT_TLS_CERTIFICATES:
	case FACT_TLS_CERTIFICATE_REQUEST:
	case FACT_TLS_KEY_EXCHANGE:
	case FACT_TLS_SERVER_HELLO_DONE:
	case FACT_TLS_CERTIFICATE_VERIFY:
		message(t, s, f, leaf);
		break;
	case FACT_TLS_OTHER_MESSAGE:
		if (f->u.tls_message.type != HELLO_REQUEST)
			message(t, s, f, leaf);
		else
			transcript_end(t);
		break;
	case FACT_TLS_CHANGE_CIPHER_SPEC:
		change_cipher_spec(t, f->side);
		break;
	case FACT_ANOMALY:
	case FACT_BLIND:
		loss(t, f->side);
		break;
	case FACT_NONE:
	case FACT_EPMD_ALIVE_REQUEST:
	case FACT_EPMD_ALIVE_ANSWER:
	case FACT_EPMD_PORT_REQUEST:
	case FACT_EPMD_PORT_ANSWER:
	case FACT_EPMD_NAMES_REQUEST:
	case FACT_EPMD_NAMES_LINE:
	case FACT_EPMD_COMMAND:
	case FACT_DIST_NAME:
	case FACT_DIST_STATUS:
	case FACT_DIST_CHALLENGE:
	case FACT_DIST_COMPLEMENT:
	case FACT_DIST_REPLY:
	case FACT_DIST_ACK:
	case FACT_DIST_FRAME:
	case FACT_DIST_TLS_ALERT:
	case FACT_TLS_RECORD:
	case FACT_TLS_ALERT:
		break;
	}
}
