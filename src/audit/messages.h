/*
 * messages - what both sides of a connection said to come to terms, one after the other:
 * handshake messages in clear, and the records of what was sealed.
 *
 * ownership  the list is in an arena. It grows by being copied there, so what a judgement
 *            was given stays where it is.
 * limits     MESSAGES_MAX, more only set .more; and of a side the first MESSAGES_DATA_MAX
 *            records of application data, more is bulk.
 */
#ifndef AUDIT_MESSAGES_H
#define AUDIT_MESSAGES_H

#include "base/arena.h"
#include "dissectors/fact.h"

#define MESSAGES_MAX 64u
#define MESSAGES_DATA_MAX 16u		/* the handshakes inside TLS have less */

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
	uint64_t end;			/* own offset */
	uint64_t peer_acked;
	uint32_t size;			/* bytes, with its header; of a record without */
	uint16_t code, more;		/* 0: none, or not said */
	uint8_t  kind, side;		/* enums */
};

struct messages {
	struct message *v;		/* each side's in its order */
	unsigned n;
	unsigned n_data[2];		/* MESSAGE_SEALED_DATA, by side */
	bool     more;
};

/* Takes in what a fact tells. False: memory is out. */
bool messages_fact(struct messages *m, struct arena *a, const struct fact *f,
    const struct stamped *where);

/* Was a said before b, by the other side? By what each had acknowledged, else by time. */
bool message_precedes(const struct message *a, const struct message *b);

#endif
