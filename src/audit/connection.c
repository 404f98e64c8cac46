#include "audit/connection.h"

#include <stdlib.h>

#include "audit/certificates.h"
#include "base/limits.h"

/* A connection's strings: two names, an SNI and two session ids, twice over. */
#define ARENA_LIMIT 8192u

struct connection *
connection_new(void)
{
	struct connection *c = calloc(1, sizeof *c);

	if (c != NULL)
		c->arena.limit = ARENA_LIMIT;
	return c;
}

void
connection_free(struct connection *c)
{
	if (c == NULL)
		return;
	free(c->tls.side[0].records);
	free(c->tls.side[1].records);
	transcript_end(&c->tls.transcript);
	messages_free(&c->messages);
	arena_free(&c->arena);
	free(c);
}

bool
transport_ended(const struct transport *t)
{
	return t->end[0].fin_ns || t->end[0].rst_ns || t->end[1].fin_ns || t->end[1].rst_ns;
}

/* Acknowledgements, bytes and packets count up all the time; that any came is news, and
 * what acknowledges something that was told. */
static bool
end_differs(const struct transport_end *a, const struct transport_end *b, uint64_t told)
{
	return a->port != b->port || !address_equal(&a->address, &b->address) ||
	    (a->bytes == 0) != (b->bytes == 0) || (a->packets == 0) != (b->packets == 0) ||
	    (a->acked != b->acked && a->acked < told) || a->syn != b->syn ||
	    a->fin_ns != b->fin_ns || a->rst_ns != b->rst_ns ||
	    a->fin_is_answer != b->fin_is_answer;
}

void
connection_carry(struct connection *c, const struct transport *now)
{
	const struct transport *then = &c->transport;

	if (then->flow != now->flow || then->spoken != now->spoken ||
	    then->on_epmd_port != now->on_epmd_port ||
	    then->sides_certain != now->sides_certain ||
	    end_differs(&then->end[0], &now->end[0], c->told[0]) ||
	    end_differs(&then->end[1], &now->end[1], c->told[1]))
		c->stale = true;
	c->transport = *now;
}

void
connection_trim(struct connection *c)
{
	transcript_end(&c->tls.transcript);
	for (int side = 0; side < 2; side++) {
		struct tls_side_facts *s = &c->tls.side[side];
		struct sealed_record *less;

		if (s->n_records > 0 &&
		    (less = realloc(s->records, s->n_records * sizeof *less)) != NULL)
			s->records = less;
	}
}

/* An arena's blocks double: up to half of it is room. */
size_t
connection_bytes(const struct connection *c)
{
	size_t n = sizeof *c + (c->arena.used > 0 ? 512 + 2 * (c->arena.used - 1) : 0);

	n += messages_bytes(&c->messages);
	for (int side = 0; side < 2; side++)
		n += c->tls.side[side].n_records * sizeof *c->tls.side[side].records;
	return n;
}

/* A string that is told more than once (the second ClientHello) is kept once. */
static void
keep(struct connection *c, struct bytes *place, struct bytes b)
{
	if (b.n == 0 || bytes_equal(*place, b))
		return;
	*place = arena_copy(&c->arena, b);
	if (place->n == 0)
		c->out_of_memory = true;
}

static void
script(struct connection *c, enum side side, enum script letter)
{
	char *s = c->tls.side[side].script;
	size_t n = strlen(s);

	if (n < SCRIPT_MAX)
		s[n] = (char)letter;
	else
		s[SCRIPT_MAX - 1] = SCRIPT_OTHER;
}

static void
client_hello(struct connection *c, const struct fact *f, const struct stamped *where)
{
	struct tls_facts *t = &c->tls;

	script(c, SIDE_CLIENT, SCRIPT_HELLO);
	if (!t->client_hello)
		t->hello_ns = where->at_ns;
	t->client_hello = true;
	t->offered_version = f->u.tls_hello.version;
	t->ticket_offered |= f->u.tls_hello.ticket;
	t->early_data |= f->u.tls_hello.early_data;
	t->compressed_certificates |= f->u.tls_hello.compressed_certificates;
	t->side[SIDE_CLIENT].hello_end = where->end;
	keep(c, &t->sni, f->u.tls_hello.sni);
	keep(c, &t->client_session_id, f->u.tls_hello.session_id);
}

static void
server_hello(struct connection *c, const struct fact *f, const struct stamped *where)
{
	struct tls_facts *t = &c->tls;

	script(c, SIDE_SERVER, f->u.tls_hello.retry ? SCRIPT_RETRY : SCRIPT_HELLO);
	t->retried |= f->u.tls_hello.retry;
	t->server_hello = true;
	t->version = f->u.tls_hello.version;
	t->cipher = f->u.tls_hello.cipher;
	t->psk_chosen = f->u.tls_hello.psk;
	/* A HelloRetryRequest names the group it wants; none is used unless the hello after
	 * it has a key_share too [RFC 8446 4.2.8]. */
	t->group = f->u.tls_hello.retry ? 0 : f->u.tls_hello.group;
	t->side[SIDE_SERVER].hello_end = where->end;
	keep(c, &t->server_session_id, f->u.tls_hello.session_id);
}

/* A chain is kept whole or not at all: its first is taken for the leaf. */
static void
certificates(struct connection *c, const struct fact *f, struct certificates *store)
{
	struct tls_side_facts *s = &c->tls.side[f->side];

	script(c, f->side, SCRIPT_CERTIFICATE);
	if (s->certificate_message)
		return;			/* the script breaks the rules already */
	s->certificate_message = true;
	s->n_certificates = f->u.tls_certificates.n;
	for (uint16_t i = 0; i < s->n_certificates && i < TLS_CHAIN_MAX; i++) {
		const struct certificate *one =
		    certificates_intern(store, f->u.tls_certificates.der[i]);
		if (one == NULL) {
			s->chain.n = 0;
			return;
		}
		s->chain.v[s->chain.n++] = one;
	}
}

static void
key_exchange(struct connection *c, const struct fact *f)
{
	script(c, f->side, SCRIPT_KEY_EXCHANGE);
	if (f->side == SIDE_CLIENT)
		return;
	c->tls.group = f->u.tls_key_exchange.group;
	c->tls.exchange_scheme = f->u.tls_key_exchange.scheme;
}

/* What was just told may complete what a signature is over. */
static void
signatures(struct connection *c, const struct fact *f, struct transcripts *transcripts)
{
	const struct chain *chain = &c->tls.side[f->side].chain;
	bool leaf = f->kind == FACT_TLS_CERTIFICATES && chain->n > 0;

	transcript_fact(&c->tls.transcript, transcripts, f, leaf ? chain->v[0] : NULL);
}

static void
sealed_record(struct connection *c, const struct fact *f, const struct stamped *where)
{
	struct tls_side_facts *s = &c->tls.side[f->side];
	uint8_t type = f->u.tls_record.type;

	if (type == 22)
		script(c, f->side, SCRIPT_SEALED_HANDSHAKE);
	else if (type == 23 && connection_record(c, f->side, 23, 0) == NULL)
		script(c, f->side, SCRIPT_DATA);
	else if (type != 21 && type != 23)
		script(c, f->side, SCRIPT_OTHER);
	if (s->n_records == LIMIT_SEALED_RECORDS)
		return;
	if ((s->n_records & (s->n_records - 1)) == 0) {	/* 0, 1, 2, 4, 8, ...: grow */
		size_t room = s->n_records ? 2 * s->n_records : 1;
		struct sealed_record *more = realloc(s->records, room * sizeof *more);
		if (more == NULL) {
			c->out_of_memory = true;
			return;
		}
		s->records = more;
	}
	s->records[s->n_records++] = (struct sealed_record){
		.at_ns = where->at_ns, .end = where->end,
		.peer_acked = where->peer_acked, .length = f->u.tls_record.length, .type = type };
}

const struct sealed_record *
connection_record(const struct connection *c, enum side side, uint8_t type, unsigned n)
{
	const struct tls_side_facts *s = &c->tls.side[side];

	for (unsigned i = 0; i < s->n_records; i++)
		if (s->records[i].type == type && n-- == 0)
			return &s->records[i];
	return NULL;
}

bool
connection_is_odd_before(const struct connection *c, enum side side,
    const struct sealed_record *until)
{
	if (until == NULL)
		return c->anomaly[side].any;
	return c->anomaly[side].any &&
	    c->anomaly[side].at < (side == SIDE_SERVER ? sealed_record_start(until) : until->peer_acked);
}

static void
alert(struct connection *c, const struct fact *f, const struct stamped *where)
{
	struct tls_side_facts *s = &c->tls.side[f->side];

	if (f->u.tls_alert.sealed) {
		script(c, f->side, SCRIPT_SEALED_ALERT);
		s->sealed_alert = true;
		return;
	}
	script(c, f->side, SCRIPT_ALERT);
	if (s->alert && s->alert_level == 2)
		return;
	s->alert = true;
	s->alert_level = f->u.tls_alert.level;
	s->alert_description = f->u.tls_alert.description;
	s->alert_ns = where->at_ns;
}

static void
other_message(struct connection *c, const struct fact *f)
{
	enum script letter = SCRIPT_OTHER;

	if (f->side == SIDE_SERVER && f->u.tls_message.type == 4)
		letter = SCRIPT_TICKET;
	else if (f->side == SIDE_SERVER && f->u.tls_message.type == 22)
		letter = SCRIPT_CERTIFICATE_STATUS;
	script(c, f->side, letter);
}

static void
dist_status(struct connection *c, const struct fact *f)
{
	if (f->side == SIDE_CLIENT)
		return;			/* its answer to "alive" */
	c->dist.status = true;
	c->dist.what = f->u.dist_status.status;
	keep(c, &c->dist.assigned_name, f->u.dist_status.name);
}

/* [OTP dist: send_name] version 5 has room for the lower half only. */
static void
note_flags(struct connection *c, const struct fact *f)
{
	c->dist.flags[f->side] = f->u.dist_node.flags;
	c->dist.flags_whole[f->side] = f->u.dist_node.version >= 6;
}

static void
dist_name(struct connection *c, const struct fact *f)
{
	c->dist.name = true;
	c->dist.version = f->u.dist_node.version;
	note_flags(c, f);
	keep(c, &c->dist.client_name, f->u.dist_node.name);
}

static void
dist_challenge(struct connection *c, const struct fact *f)
{
	c->dist.challenge = true;
	note_flags(c, f);
	keep(c, &c->dist.server_name, f->u.dist_node.name);
}

static void
blind(struct connection *c, const struct fact *f, const struct stamped *where)
{
	struct blind_spot spot = { f->u.blind.why, f->side, where->start, where->peer_acked };

	for (unsigned i = 0; i < c->n_blind; i++)
		if (c->blind[i].why == spot.why && c->blind[i].side == spot.side) {
			if (spot.at < c->blind[i].at)	/* copies come in any order */
				c->blind[i] = spot;
			return;
		}
	if (c->n_blind < BLIND_SPOTS_MAX)
		c->blind[c->n_blind++] = spot;
}

void
connection_fact(struct connection *c, const struct fact *f, const struct stamped *where,
    struct certificates *store, struct transcripts *transcripts)
{
	c->stale = true;
	if (where->end > c->told[f->side])
		c->told[f->side] = where->end;
	switch (f->kind) {
	case FACT_TLS_RECORD:
		if (f->u.tls_record.sealed)
			sealed_record(c, f, where);
		break;
	case FACT_TLS_CLIENT_HELLO:
		client_hello(c, f, where);
		break;
	case FACT_TLS_SERVER_HELLO:
		server_hello(c, f, where);
		break;
	case FACT_TLS_CERTIFICATES:
		certificates(c, f, store);
		break;
	case FACT_TLS_CERTIFICATE_REQUEST:
		script(c, f->side, SCRIPT_CERTIFICATE_REQUEST);
		c->tls.certificate_request = true;
		break;
	case FACT_TLS_KEY_EXCHANGE:
		key_exchange(c, f);
		break;
	case FACT_TLS_SERVER_HELLO_DONE:
		script(c, f->side, SCRIPT_HELLO_DONE);
		break;
	case FACT_TLS_CERTIFICATE_VERIFY:
		script(c, f->side, SCRIPT_CERTIFICATE_VERIFY);
		c->tls.verify_scheme = f->u.tls_signature.scheme;
		break;
	case FACT_TLS_CHANGE_CIPHER_SPEC:
		script(c, f->side, SCRIPT_CHANGE_CIPHER);
		break;
	case FACT_TLS_ALERT:
		alert(c, f, where);
		break;
	case FACT_TLS_OTHER_MESSAGE:
		other_message(c, f);
		break;
	case FACT_DIST_NAME:
		c->dist.name_end = where->end;
		dist_name(c, f);
		break;
	case FACT_DIST_STATUS:
		dist_status(c, f);
		break;
	case FACT_DIST_CHALLENGE:
		c->dist.challenge_end = where->end;
		dist_challenge(c, f);
		break;
	case FACT_DIST_COMPLEMENT:
		c->dist.complement = true;
		c->dist.flags[f->side] |= f->u.dist_node.flags;
		c->dist.flags_whole[f->side] = true;
		break;
	case FACT_DIST_REPLY:
		c->dist.reply = true;
		c->dist.reply_end = where->end;
		c->dist.reply_ns = where->at_ns;
		break;
	case FACT_DIST_ACK:
		c->dist.ack = true;
		break;
	case FACT_DIST_FRAME:
		c->dist.frames[f->side] |= f->u.dist_frame == DIST_FRAME_CONTROL;
		c->dist.ticks[f->side] |= f->u.dist_frame == DIST_FRAME_TICK;
		break;
	case FACT_DIST_TLS_ALERT:
		c->dist.tls_alert = true;
		c->dist.tls_alert_description = f->u.tls_alert.description;
		break;
	case FACT_ANOMALY:
		if (!c->anomaly[f->side].any || where->start < c->anomaly[f->side].at)
			c->anomaly[f->side].at = where->start;
		c->anomaly[f->side].any = true;
		break;
	case FACT_BLIND:
		blind(c, f, where);
		break;
	case FACT_NONE:
		break;
	case FACT_EPMD_ALIVE_REQUEST:
	case FACT_EPMD_ALIVE_ANSWER:
	case FACT_EPMD_PORT_REQUEST:
	case FACT_EPMD_PORT_ANSWER:
	case FACT_EPMD_NAMES_REQUEST:
	case FACT_EPMD_NAMES_LINE:
	case FACT_EPMD_COMMAND:
		c->epmd = true;
		break;
	}
	signatures(c, f, transcripts);
	if (!messages_fact(&c->messages, f, where))
		c->out_of_memory = true;
}
