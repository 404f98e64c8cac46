/*
 * infer - what the lengths of encrypted records still tell: the distribution
 * handshake inside TLS, whose messages have fixed sizes.
 *
 * source     OTP erl_dist_protocol, "Distribution Handshake" (32-bit framing
 *            inside TLS); RFC 5288, 6655, 7905 (what each AEAD adds).
 * holds      for peers that do not pad to deceive. CBC hides exact lengths:
 *            there nothing is inferred.
 */
#ifndef AUDIT_INFER_H
#define AUDIT_INFER_H

#include "audit/connection.h"

enum inner_message {
	INNER_NAME,
	INNER_STATUS,
	INNER_TRUE,		/* the client's answer to the status alive */
	INNER_CHALLENGE,
	INNER_COMPLEMENT,
	INNER_REPLY,
	INNER_ACK,		/* it is distribution, and the cookies agree */
	N_INNER_MESSAGES
};

struct inner_handshake {
	const struct sealed_record *message[N_INNER_MESSAGES];	/* NULL: not there */
	enum dist_status status;	/* valid with INNER_STATUS */
	uint16_t challenge_length;	/* plain bytes; valid with INNER_CHALLENGE */
};

/* first: how many application data records of each side come before. */
struct inner_handshake infer_inner_handshake(const struct connection *c,
    const unsigned first[2]);

/* Bytes that sealing adds to a record's fragment; 0: not exact. */
unsigned infer_overhead(uint16_t version, uint16_t cipher);

const char *infer_inner_name(enum inner_message m);

/* The last that the server said before it waited for a reply, or refused. */
const struct sealed_record *infer_answered(const struct inner_handshake *h);

/* 5 or 6 when a node name of this length fits only one challenge; else 0. */
uint8_t infer_dist_version(const struct inner_handshake *h, size_t server_name_length);

#endif
