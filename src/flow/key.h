/*
 * key - which conversation a segment belongs to, the same for both directions.
 *
 * The key is addresses (with the zone of a loopback address) and ports; a new initial
 * sequence number under the same key is a new connection (table.h). Interface, VLAN and
 * tunnel are not part of it.
 */
#ifndef FLOW_KEY_H
#define FLOW_KEY_H

#include "net/decode.h"

struct flow_key {
	uint8_t octets[2 + 1 + 2 * (16 + 2)];	/* zone, family, lower end, higher end */
};

/* Returns which end sent the segment: 0 the lower, 1 the higher. */
int key_of(const struct segment *s, struct flow_key *out);

#endif
