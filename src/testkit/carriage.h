/*
 * carriage - a dialogue as captured packets: cut, reordered, repeated and numbered as a
 * list of choices says; and harmed, when that is asked for.
 *
 * Whatever the choices are, the packets are ones that two honest hosts can have sent and a
 * capture can have recorded. Choices that are used up are zero, and nothing is done: without
 * any, each turn comes in one packet.
 *
 * units      offsets as in dialogue.h. A packet comes CARRIAGE_STEP_NS after the one before.
 * ownership  the dialogue is borrowed; carriage_free() frees the packets.
 * limits     CARRIAGE_PARCELS_MAX packets: what would be more is not cut or repeated.
 */
#ifndef TESTKIT_CARRIAGE_H
#define TESTKIT_CARRIAGE_H

#include "base/text.h"
#include "testkit/dialogue.h"

#define CARRIAGE_CLIENT_PORT 40000u
#define CARRIAGE_SERVER_PORT 9100u	/* or EPMD's */
#define CARRIAGE_STEP_NS     100000u
#define CARRIAGE_PARCELS_MAX 1024u

struct parcel {
	enum side side;
	uint8_t  flags;
	size_t   at, n;
	size_t   captured;	/* of n */
	size_t   acked;
	bool     again;		/* its bytes were in a packet before */
	bool     probe;		/* a keep-alive: its byte is garbage [RFC 9293 3.8.4] */
	uint8_t  spoiled;	/* its last byte differs from what was said by this; 0: not */
	uint32_t interface;
};

struct carriage {
	const struct dialogue *d;
	uint32_t isn[2];
	struct parcel v[CARRIAGE_PARCELS_MAX];
	size_t   n;
	unsigned harm;		/* BLIND_BIT()s that may come of it */
	bool     joined;	/* a SYN is lost: offsets may count from elsewhere */
	bool     contested;	/* two copies differ, and either may have come first */
	struct packets packets;
};

/* Nothing that matters is lost: all facts must be told. */
void carriage_make(struct carriage *c, const struct dialogue *d, struct rd *by);

/* Packets are lost or cut off, or bytes are sent again that differ. */
void carriage_make_lossy(struct carriage *c, const struct dialogue *d, struct rd *by);

/* "c0+28 s0+5:28", a word a packet: who, from where on, how much, how much of the other
 * side's it acknowledges. */
void carriage_put(struct text *t, const struct carriage *c);

void carriage_free(struct carriage *c);

#endif
