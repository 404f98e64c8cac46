/*
 * messages - what both sides of a connection said to come to terms, one after the other:
 * handshake messages in clear, and the records of what was sealed.
 *
 * ownership  messages_free(). They stay where they are: a judgement that was given the
 *            first n of them can still be read when there are more.
 * limits     MESSAGES_MAX, more only set .more; and of a side the first MESSAGES_DATA_MAX
 *            records of application data, and nothing beyond 4 GiB: that is bulk.
 */
#ifndef AUDIT_MESSAGES_H
#define AUDIT_MESSAGES_H

#include "dissectors/fact.h"

#define MESSAGES_MAX 64u
#define MESSAGES_DATA_MAX 12u		/* the handshakes inside TLS have less */

enum message_kind {
	MESSAGE_NONE,
	MESSAGE_CLIENT_HELLO,		/* .code: highest version offered, .more: key share */
	MESSAGE_HELLO_RETRY_REQUEST,	/* .code: version, .more: group */
	MESSAGE_SERVER_HELLO,		/* .code: version, .more: cipher */
	MESSAGE_CERTIFICATE,		/* .code: how many */
	MESSAGE_CERTIFICATE_STATUS,
	MESSAGE_SERVER_KEY_EXCHANGE,	/* .code: group, .more: signature scheme */
	MESSAGE_CERTIFICATE_REQUEST,
	MESSAGE_SERVER_HELLO_DONE,
	MESSAGE_CLIENT_KEY_EXCHANGE,
	MESSAGE_CERTIFICATE_VERIFY,	/* .code: signature scheme */
	MESSAGE_NEW_SESSION_TICKET,
	MESSAGE_CHANGE_CIPHER_SPEC,
	MESSAGE_ALERT,			/* .code: level, .more: description */
	MESSAGE_OTHER_HANDSHAKE,	/* .code: its type */
	MESSAGE_SEALED_HANDSHAKE,	/* a record */
	MESSAGE_SEALED_ALERT,		/* a record */
	MESSAGE_SEALED_DATA,		/* a record */
	MESSAGE_SEND_NAME,		/* .code: version */
	MESSAGE_SEND_STATUS,		/* .code: enum dist_status */
	MESSAGE_SEND_CHALLENGE,		/* .code: version */
	MESSAGE_SEND_COMPLEMENT,
	MESSAGE_SEND_CHALLENGE_REPLY,
	MESSAGE_SEND_CHALLENGE_ACK,
	MESSAGE_TLS_ALERT_TO_DIST,	/* .code: description */
	N_MESSAGE_KINDS
};

struct message {
	uint64_t at_ns;
	uint32_t end;			/* own offset */
	uint32_t peer_acked;
	uint32_t size;			/* bytes, with its header; of a record without */
	uint16_t code, more;		/* 0: none, or not said */
	uint8_t  kind, side;		/* enums */
};

#define MESSAGES_OF_BLOCK 8u

struct message_block {
	struct message v[MESSAGES_OF_BLOCK];
	struct message_block *next;
};

struct messages {
	struct message_block *first, *last;	/* each side's in its order */
	unsigned n;
	unsigned n_data[2];		/* MESSAGE_SEALED_DATA, by side */
	bool     more;
};

/* Number i, from 0: there must be that many. */
static inline const struct message *
message_at(const struct message_block *first, unsigned i)
{
	for (; i >= MESSAGES_OF_BLOCK; i -= MESSAGES_OF_BLOCK)
		first = first->next;
	return &first->v[i];
}

/* Takes in what a fact tells. False: memory is out. */
bool messages_fact(struct messages *m, const struct fact *f, const struct stamped *where);
void messages_free(struct messages *m);

/* Memory that they take. */
size_t messages_bytes(const struct messages *m);

/* Was a said before b, by the other side? By what each had acknowledged, else by time. */
bool message_precedes(const struct message *a, const struct message *b);

#endif
