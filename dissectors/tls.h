/*
 * tls - what the rooms of the TLS dissector share: tls_rec (records, the way
 * in), tls_hs (handshake messages), tls_ext (extensions of the hellos).
 *
 * Reads TLS 1.0 to 1.3 (and SSL 3.0, which frames alike): RFC 5246, RFC 8446.
 * Each side is read on its own, without a look at the other: captures lie
 * about the order of the two.
 */
#ifndef DISSECTORS_TLS_H
#define DISSECTORS_TLS_H

#include "dissectors/dissector.h"

enum tls_content {		/* RFC 8446 5.1, RFC 6520 */
	TLS_CHANGE_CIPHER_SPEC = 20,
	TLS_ALERT              = 21,
	TLS_HANDSHAKE          = 22,
	TLS_APPLICATION_DATA   = 23,
	TLS_HEARTBEAT          = 24,
};

enum tls_message {		/* RFC 8446 4, RFC 5246 7.4 */
	TLS_HELLO_REQUEST       = 0,
	TLS_CLIENT_HELLO        = 1,
	TLS_SERVER_HELLO        = 2,
	TLS_NEW_SESSION_TICKET  = 4,
	TLS_CERTIFICATE         = 11,
	TLS_SERVER_KEY_EXCHANGE = 12,
	TLS_CERTIFICATE_REQUEST = 13,
	TLS_SERVER_HELLO_DONE   = 14,
	TLS_CERTIFICATE_VERIFY  = 15,
	TLS_CLIENT_KEY_EXCHANGE = 16,
	TLS_CERTIFICATE_STATUS  = 22,
};

#define TLS_MESSAGE_HEADER 4u		/* type u8, length u24 */

struct tls_side {
	bool     changed_cipher;	/* ChangeCipherSpec was seen */
	bool     exchanged_keys;	/* ClientKeyExchange was seen */
	bool     retry;			/* HelloRetryRequest: another hello in clear follows */
	bool     searching;		/* lost the place, looking for a record */
	bool     resumed_search;	/* found it again: what is in records is not looked at */
	uint16_t cipher, version;	/* of the ServerHello */
	uint32_t n_sealed;		/* sealed records walked */
	uint32_t n_searched;		/* bytes */
};

struct tls_state {
	struct tls_side side[2];
};

/* One whole handshake message. f has side, at and n; its facts go out. */
void tls_message(struct tls_side *s, struct fact f, uint8_t type, struct rd body,
    const struct port *out);

/* True when b is exactly one well-formed ClientHello message. */
bool tls_is_client_hello(struct rd b);

/* Extensions of a hello, into f->u.tls_hello. False: malformed. */
bool tls_extensions(struct rd extensions, bool of_server, struct fact *f);

#endif
