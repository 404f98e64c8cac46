/*
 * infer_tls13 - which message is in which encrypted record of a TLS 1.3
 * handshake, where each message has a record of its own.
 *
 * Position and count decide; sizes only check that a record can be what its
 * place makes it. What does not fit exactly is not inferred: .why says why.
 * doc/inference.md has the rules and why they are sound.
 *
 * source     RFC 8446 2, 4.3, 4.4, 5.2; the one-message-a-record habit of OTP
 *            and OpenSSL is measured, and checked here by the exact sizes of
 *            EncryptedExtensions' neighbours and both Finished.
 */
#ifndef AUDIT_INFER_TLS13_H
#define AUDIT_INFER_TLS13_H

#include "audit/infer.h"

enum flight {
	FLIGHT_NONE,		/* nothing of it yet */
	FLIGHT_PARTLY,		/* fits so far, not over */
	FLIGHT_FINISHED,	/* Finished is there */
	FLIGHT_ALERT,		/* an alert where a message was due */
	FLIGHT_ODD,		/* fits no shape */
};

enum client_answer {
	ANSWERED_NOTHING,		/* not asked */
	ANSWERED_CERTIFICATE,	/* Certificate and CertificateVerify */
	ANSWERED_EMPTY,		/* asked, and an empty Certificate */
};

enum why_not {
	WHY_NONE,
	WHY_PSK,
	WHY_EARLY_DATA,
	WHY_COMPRESSED,		/* compressed certificates were offered */
	WHY_SUITE,		/* the suite's sizes are not known */
	WHY_SHAPE,		/* coalesced, split, padded or unknown messages */
};

struct tls13_shape {
	enum why_not why;		/* WHY_NONE: inferred as far as it came */
	enum flight server, client;
	bool     requested;		/* valid once server is FLIGHT_FINISHED */
	enum client_answer answer;	/* valid once n_flight[SIDE_CLIENT] > 0 */
	unsigned n_flight[2];		/* records up to and with Finished (or the alert) */
	const struct sealed_record *finished[2];
	bool     server_alert;		/* the server's next record after its flight is an
					 * alert that acknowledges the client's flight, and its last */
	struct inner_handshake inner;	/* after both Finished */
};

struct tls13_shape infer_tls13(const struct connection *c);

/* What kinds of key make a signature that fills a CertificateVerify of this
 * fragment length: "RSA-2048", "EC-P-256"; NULL: none known. */
const char *infer_signature_key(uint16_t length, unsigned overhead);

/* What the n-th sealed record of a side is; NULL: not inferred. */
const char *infer_record_name(const struct tls13_shape *s, enum side side, unsigned n);

#endif
