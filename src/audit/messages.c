#include "audit/messages.h"

#include <stdlib.h>

/* [RFC 5246 7.4], [RFC 8446 B.3] */
enum handshake_type { TYPE_NEW_SESSION_TICKET = 4, TYPE_CERTIFICATE_STATUS = 22 };

/* [RFC 8446 5.1] */
enum content_type { CONTENT_ALERT = 21, CONTENT_HANDSHAKE = 22, CONTENT_DATA = 23 };

/* The rest depends on what is in the fact. */
static const uint8_t kind_of[] = {
	[FACT_TLS_CLIENT_HELLO] = MESSAGE_CLIENT_HELLO,
	[FACT_TLS_CERTIFICATES] = MESSAGE_CERTIFICATE,
	[FACT_TLS_CERTIFICATE_REQUEST] = MESSAGE_CERTIFICATE_REQUEST,
	[FACT_TLS_SERVER_HELLO_DONE] = MESSAGE_SERVER_HELLO_DONE,
	[FACT_TLS_CERTIFICATE_VERIFY] = MESSAGE_CERTIFICATE_VERIFY,
	[FACT_TLS_CHANGE_CIPHER_SPEC] = MESSAGE_CHANGE_CIPHER_SPEC,
	[FACT_DIST_NAME] = MESSAGE_SEND_NAME,
	[FACT_DIST_STATUS] = MESSAGE_SEND_STATUS,
	[FACT_DIST_CHALLENGE] = MESSAGE_SEND_CHALLENGE,
	[FACT_DIST_COMPLEMENT] = MESSAGE_SEND_COMPLEMENT,
	[FACT_DIST_REPLY] = MESSAGE_SEND_CHALLENGE_REPLY,
	[FACT_DIST_ACK] = MESSAGE_SEND_CHALLENGE_ACK,
	[FACT_DIST_TLS_ALERT] = MESSAGE_TLS_ALERT_TO_DIST,
};

static enum message_kind
other_kind(uint8_t type)
{
	switch (type) {
	case TYPE_NEW_SESSION_TICKET:
		return MESSAGE_NEW_SESSION_TICKET;
	case TYPE_CERTIFICATE_STATUS:
		return MESSAGE_CERTIFICATE_STATUS;
	default:
		return MESSAGE_OTHER_HANDSHAKE;
	}
}

static enum message_kind
record_kind(const struct fact *f)
{
	if (!f->u.tls_record.sealed)
		return MESSAGE_NONE;	/* what is in it is a fact of its own */
	switch (f->u.tls_record.type) {
	case CONTENT_ALERT:
		return MESSAGE_SEALED_ALERT;
	case CONTENT_HANDSHAKE:
		return MESSAGE_SEALED_HANDSHAKE;
	case CONTENT_DATA:
		return MESSAGE_SEALED_DATA;
	default:
		return MESSAGE_NONE;
	}
}

static enum message_kind
message_kind(const struct fact *f)
{
	if (f->kind == FACT_TLS_SERVER_HELLO)
		return f->u.tls_hello.retry ? MESSAGE_HELLO_RETRY_REQUEST : MESSAGE_SERVER_HELLO;
	if (f->kind == FACT_TLS_KEY_EXCHANGE)
		return f->side == SIDE_CLIENT ? MESSAGE_CLIENT_KEY_EXCHANGE :
		    MESSAGE_SERVER_KEY_EXCHANGE;
	if (f->kind == FACT_TLS_OTHER_MESSAGE)
		return other_kind(f->u.tls_message.type);
	if (f->kind == FACT_TLS_ALERT && !f->u.tls_alert.sealed)
		return MESSAGE_ALERT;
	if (f->kind == FACT_TLS_RECORD)
		return record_kind(f);
	return f->kind < sizeof kind_of ? (enum message_kind)kind_of[f->kind] : MESSAGE_NONE;
}

static void
read_codes(const struct fact *f, struct message *m)
{
	switch ((enum message_kind)m->kind) {
	case MESSAGE_CLIENT_HELLO:
		m->code = f->u.tls_hello.version;
		m->more = f->u.tls_hello.n_shares > 0 ? f->u.tls_hello.shares[0] : 0;
		break;
	case MESSAGE_HELLO_RETRY_REQUEST:
	case MESSAGE_SERVER_HELLO:
		m->code = f->u.tls_hello.version;
		m->more = f->u.tls_hello.retry ? f->u.tls_hello.group : f->u.tls_hello.cipher;
		break;
	case MESSAGE_CERTIFICATE:
		m->code = f->u.tls_certificates.n;
		break;
	case MESSAGE_SERVER_KEY_EXCHANGE:
		m->code = f->u.tls_key_exchange.group;
		m->more = f->u.tls_key_exchange.scheme;
		break;
	case MESSAGE_CERTIFICATE_VERIFY:
		m->code = f->u.tls_signature.scheme;
		break;
	case MESSAGE_ALERT:
		m->code = f->u.tls_alert.level;
		m->more = f->u.tls_alert.description;
		break;
	case MESSAGE_OTHER_HANDSHAKE:
		m->code = f->u.tls_message.type;
		break;
	case MESSAGE_SEALED_HANDSHAKE:
	case MESSAGE_SEALED_ALERT:
	case MESSAGE_SEALED_DATA:
		m->size = f->u.tls_record.length;
		break;
	case MESSAGE_SEND_NAME:
	case MESSAGE_SEND_CHALLENGE:
		m->code = f->u.dist_node.version;
		break;
	case MESSAGE_SEND_STATUS:
		m->code = (uint16_t)f->u.dist_status.status;
		break;
	case MESSAGE_TLS_ALERT_TO_DIST:
		m->code = f->u.tls_alert.description;
		break;
	case MESSAGE_NONE: case MESSAGE_CERTIFICATE_STATUS: case MESSAGE_CERTIFICATE_REQUEST:
	case MESSAGE_SERVER_HELLO_DONE: case MESSAGE_CLIENT_KEY_EXCHANGE:
	case MESSAGE_NEW_SESSION_TICKET: case MESSAGE_CHANGE_CIPHER_SPEC:
	case MESSAGE_SEND_COMPLEMENT: case MESSAGE_SEND_CHALLENGE_REPLY:
	case MESSAGE_SEND_CHALLENGE_ACK: case N_MESSAGE_KINDS:
		break;
	}
}

static bool
append(struct messages *m, const struct message *one)
{
	if (m->n % MESSAGES_OF_BLOCK == 0) {
		struct message_block *block = calloc(1, sizeof *block);

		if (block == NULL)
			return false;
		if (m->last != NULL)
			m->last->next = block;
		else
			m->first = block;
		m->last = block;
	}
	m->last->v[m->n++ % MESSAGES_OF_BLOCK] = *one;
	return true;
}

bool
messages_fact(struct messages *m, const struct fact *f, const struct stamped *where)
{
	struct message one = { .at_ns = where->at_ns, .end = (uint32_t)where->end,
		.peer_acked = (uint32_t)where->peer_acked, .kind = (uint8_t)message_kind(f),
		.side = (uint8_t)f->side,
		.size = (uint32_t)(f->message.n > 0 ? f->message.n : where->end - where->start) };

	if (one.kind == MESSAGE_NONE || where->end > UINT32_MAX || where->peer_acked > UINT32_MAX)
		return true;
	if (one.kind == MESSAGE_SEALED_DATA && m->n_data[f->side] == MESSAGES_DATA_MAX)
		return true;
	if (m->n == MESSAGES_MAX) {
		m->more = true;
		return true;
	}
	m->n_data[f->side] += one.kind == MESSAGE_SEALED_DATA;
	read_codes(f, &one);
	return append(m, &one);
}

void
messages_free(struct messages *m)
{
	while (m->first != NULL) {
		struct message_block *block = m->first;

		m->first = block->next;
		free(block);
	}
	*m = (struct messages){ 0 };
}

size_t
messages_bytes(const struct messages *m)
{
	size_t n_blocks = (m->n + MESSAGES_OF_BLOCK - 1) / MESSAGES_OF_BLOCK;

	return n_blocks * sizeof(struct message_block);
}

bool
message_precedes(const struct message *a, const struct message *b)
{
	if (b->peer_acked >= a->end)
		return true;
	if (a->peer_acked >= b->end)
		return false;
	return a->at_ns <= b->at_ns;
}
