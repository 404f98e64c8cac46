/*
 * dist_hs - messages of the distribution handshake, without their length.
 *
 * source     OTP erts, "Distribution Protocol", section "Distribution
 *            Handshake". Version 5 (tag n) is what nodes before OTP 23 and
 *            those that dial without EPMD speak, version 6 is tag N.
 * secrets    challenges and digests are read past, and go nowhere.
 */
#ifndef DISSECTORS_DIST_HS_H
#define DISSECTORS_DIST_HS_H

#include "dissectors/dissector.h"

/* The longest that is believed: a name of 255 characters fits twice. */
#define HS_MESSAGE_MAX 2048u

enum hs_message {
	HS_NOTHING,		/* malformed, or not of this side */
	HS_NAME_5,
	HS_NAME_6,
	HS_STATUS,		/* the handshake goes on, or waits for an answer */
	HS_REFUSAL,		/* a status after which the server closes */
	HS_CHALLENGE,
	HS_COMPLEMENT,
	HS_REPLY,
	HS_ACK,
};

/* Tell what a message says. f has side, at and n. */
enum hs_message hs_tell(struct rd body, struct fact f, const struct port *out);

/* A message's length, its tag, and two bytes more: none is shorter. */
#define HS_HEAD 5u

/* Can a message of this side begin so? head: HS_HEAD bytes, or more. */
bool hs_head_is_plausible(enum side side, struct rd head);

/* Is this what a side says first: a whole send_name of a client, or a whole
 * status or challenge of a server? */
bool hs_body_is_plausible(enum side side, struct rd body);

#endif
