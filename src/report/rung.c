#include "report/rung.h"

#include "dissectors/names.h"
#include "report/words.h"

#define VERSION_TLS13 0x0304u

static const char *const names[N_MESSAGE_KINDS] = {
	[MESSAGE_NONE] = "?",
	[MESSAGE_CLIENT_HELLO] = "ClientHello",
	[MESSAGE_HELLO_RETRY_REQUEST] = "HelloRetryRequest",
	[MESSAGE_SERVER_HELLO] = "ServerHello",
	[MESSAGE_CERTIFICATE] = "Certificate",
	[MESSAGE_CERTIFICATE_STATUS] = "CertificateStatus",
	[MESSAGE_SERVER_KEY_EXCHANGE] = "ServerKeyExchange",
	[MESSAGE_CERTIFICATE_REQUEST] = "CertificateRequest",
	[MESSAGE_SERVER_HELLO_DONE] = "ServerHelloDone",
	[MESSAGE_CLIENT_KEY_EXCHANGE] = "ClientKeyExchange",
	[MESSAGE_CERTIFICATE_VERIFY] = "CertificateVerify",
	[MESSAGE_NEW_SESSION_TICKET] = "NewSessionTicket",
	[MESSAGE_CHANGE_CIPHER_SPEC] = "ChangeCipherSpec",
	[MESSAGE_ALERT] = "alert",
	[MESSAGE_OTHER_HANDSHAKE] = "handshake message",
	[MESSAGE_SEALED_HANDSHAKE] = "encrypted handshake record",
	[MESSAGE_SEALED_ALERT] = "encrypted alert record",
	[MESSAGE_SEALED_DATA] = "encrypted record",
	[MESSAGE_SEND_NAME] = "send_name",
	[MESSAGE_SEND_STATUS] = "send_status",
	[MESSAGE_SEND_CHALLENGE] = "send_challenge",
	[MESSAGE_SEND_COMPLEMENT] = "send_complement",
	[MESSAGE_SEND_CHALLENGE_REPLY] = "send_challenge_reply",
	[MESSAGE_SEND_CHALLENGE_ACK] = "send_challenge_ack",
	[MESSAGE_TLS_ALERT_TO_DIST] = "TLS alert",
};

static void
put_client_hello(struct text *t, const struct judgement *j, const struct message *m, bool utf8)
{
	text_put(t, ": offers ");
	words_put_version(t, m->code);
	if (m->more != 0) {
		text_put(t, ", key share ");
		words_put_group(t, m->more);
	}
	if (j->tls.sni.n > 0) {
		text_put(t, ", SNI ");
		words_put_wire(t, j->tls.sni, utf8);
	}
}

static void
put_server_hello(struct text *t, const struct judgement *j, const struct message *m)
{
	text_put(t, ": ");
	words_put_version(t, m->code);
	text_put(t, ", ");
	words_put_cipher(t, m->more);
	if (m->code >= VERSION_TLS13 && j->tls.group != 0) {
		text_put(t, ", ");
		words_put_group(t, j->tls.group);
	}
}

/* Whose is said where the chain could be read. */
static void
put_certificate(struct text *t, const struct judgement *j, const struct message *m, bool utf8)
{
	const struct chain *chain = m->side == SIDE_SERVER ? &j->tls.server.chain :
	    &j->tls.client.chain;

	if (m->code == 0) {
		text_put(t, ": empty");
		return;
	}
	text_putf(t, ": %s", m->code == 1 ? "" : "a chain of ");
	if (m->code > 1)
		text_putf(t, "%u, ", (unsigned)m->code);
	if (chain->n > 0 && chain->v[0]->readable && chain->v[0]->subject != NULL)
		words_put_escaped(t, chain->v[0]->subject, utf8);
	else
		text_put(t, "not read");
}

static void
put_signature(struct text *t, uint16_t scheme, enum answer verified)
{
	const char *name = tls_signature_name(scheme);

	if (name != NULL)
		text_putf(t, ", %s", name);
	switch (verified) {
	case ANSWER_ABSENT:
		break;
	case ANSWER_NO:
		text_put(t, ", signature wrong");
		break;
	case ANSWER_YES:
		text_put(t, ", signature verified");
		break;
	}
}

static void
put_alert(struct text *t, const struct message *m)
{
	text_put(t, ": ");
	words_put_alert_level(t, (uint8_t)m->code);
	text_put(t, " ");
	words_put_alert_description(t, (uint8_t)m->more);
}

/* [OTP dist: send_name, send_challenge] */
static void
put_dist_node(struct text *t, const struct judgement *j, const struct message *m, bool utf8)
{
	struct release release = j->dist.release[m->side];

	text_putf(t, ": version %u", (unsigned)m->code);
	if (j->end[m->side].node.n > 0) {
		text_put(t, ", ");
		words_put_wire(t, j->end[m->side].node, utf8);
	}
	if (release_is_known(release)) {
		text_put(t, ", OTP ");
		release_put(t, release);
	}
	if (j->dist.hidden[m->side] == ANSWER_YES)
		text_put(t, ", hidden");
}

/* [RFC 5246 7.4.9] Up to TLS 1.2 the first that a side encrypts is its Finished. */
static bool
is_finished(const struct judgement *j, const struct message *m)
{
	for (unsigned i = 0; i < j->n_messages; i++) {
		const struct message *one = message_at(j->messages, i);

		if (one->side == m->side && one->kind == MESSAGE_SEALED_HANDSHAKE)
			return one == m && j->tls.version < VERSION_TLS13;
	}
	return false;
}

static void
put_rest(struct text *t, const struct judgement *j, const struct message *m, bool utf8)
{
	switch ((enum message_kind)m->kind) {
	case MESSAGE_CLIENT_HELLO:
		put_client_hello(t, j, m, utf8);
		break;
	case MESSAGE_HELLO_RETRY_REQUEST:
		text_put(t, ": wants ");
		words_put_group(t, m->more);
		break;
	case MESSAGE_SERVER_HELLO:
		put_server_hello(t, j, m);
		break;
	case MESSAGE_CERTIFICATE:
		put_certificate(t, j, m, utf8);
		break;
	case MESSAGE_SERVER_KEY_EXCHANGE:
		text_put(t, ": ");
		words_put_group(t, m->code);
		put_signature(t, m->more, j->tls.server.verified);
		break;
	case MESSAGE_CERTIFICATE_VERIFY:
		put_signature(t, m->code, j->tls.client.verified);
		break;
	case MESSAGE_ALERT:
		put_alert(t, m);
		break;
	case MESSAGE_OTHER_HANDSHAKE:
		text_putf(t, " of type %u", (unsigned)m->code);
		break;
	case MESSAGE_SEND_NAME:
	case MESSAGE_SEND_CHALLENGE:
		put_dist_node(t, j, m, utf8);
		break;
	case MESSAGE_SEND_STATUS:
		if (dist_status_word((enum dist_status)m->code) != NULL)
			text_putf(t, ": %s", dist_status_word((enum dist_status)m->code));
		break;
	case MESSAGE_TLS_ALERT_TO_DIST:
		text_put(t, ": ");
		words_put_alert_description(t, (uint8_t)m->code);
		break;
	case MESSAGE_NONE: case MESSAGE_CERTIFICATE_STATUS: case MESSAGE_CERTIFICATE_REQUEST:
	case MESSAGE_SERVER_HELLO_DONE: case MESSAGE_CLIENT_KEY_EXCHANGE:
	case MESSAGE_NEW_SESSION_TICKET: case MESSAGE_CHANGE_CIPHER_SPEC:
	case MESSAGE_SEALED_HANDSHAKE: case MESSAGE_SEALED_ALERT: case MESSAGE_SEALED_DATA:
	case MESSAGE_SEND_COMPLEMENT: case MESSAGE_SEND_CHALLENGE_REPLY:
	case MESSAGE_SEND_CHALLENGE_ACK: case N_MESSAGE_KINDS:
		break;
	}
}

void
rung_put_message(struct text *t, const struct judgement *j, const struct message *m, bool utf8)
{
	bool finished = m->kind == MESSAGE_SEALED_HANDSHAKE && is_finished(j, m);

	text_putf(t, "%s, %u byte%s", finished ? "Finished (encrypted)" : names[m->kind],
	    (unsigned)m->size, m->size == 1 ? "" : "s");
	put_rest(t, j, m, utf8);
}

void
rung_put_inferred(struct text *t, const struct judgement *j, const struct judged_record *r)
{
	text_put(t, r->message);
	if (j->has_dist && strcmp(r->message, "send_status") == 0 &&
	    dist_status_word(j->dist.status) != NULL)
		text_putf(t, " %s", dist_status_word(j->dist.status));
	text_putf(t, ", inferred: %u bytes", (unsigned)r->length);
	if (r->key != NULL)
		text_putf(t, ", %s", r->key);
}
