/*
 * noise - packets between two ends that no TCP would send: any payload, any numbers, any
 * order, as bytes say.
 *
 * ownership  the list is the caller's.
 * limits     NOISE_PACKETS_MAX packets, of 255 bytes of payload.
 */
#ifndef TESTKIT_NOISE_H
#define TESTKIT_NOISE_H

#include "testkit/packets.h"

#define NOISE_PACKETS_MAX 2048u

void noise_make(struct packets *out, struct rd from);

#endif
