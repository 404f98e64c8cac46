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

struct inner_handshake {
	bool     possible;		/* this cipher shows exact lengths */
	bool     status_seen;		/* a name, and a status that acknowledges it */
	enum dist_status status;
	uint16_t name_length;		/* plain bytes of send_name, with framing */
	uint16_t challenge_length;	/* plain bytes of the challenge; 0: none */
	uint64_t reply_end;		/* client's offset; 0: no reply */
	const struct sealed_record *answered;	/* the server's last record before the
						 * reply, or its refusal; NULL: none */
	bool     complete;		/* up to the server's ack: it is distribution, and
					 * the cookies agree */
};

/* first: how many application data records of each side come before. */
struct inner_handshake infer_inner_handshake(const struct connection *c,
    const unsigned first[2]);

/* Bytes that sealing adds to a record's fragment; 0: not exact. */
unsigned infer_overhead(uint16_t version, uint16_t cipher);

/* 5 or 6 when a node name of this length fits only one challenge; else 0. */
uint8_t infer_dist_version(const struct inner_handshake *h, size_t server_name_length);

#endif
