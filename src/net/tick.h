/*
 * tick - what the time stamps of a pcapng interface count, and since when.
 *
 * units      a tick is 10^-resolution seconds, or with the highest bit of
 *            resolution set 2^-(the rest) seconds.
 * limits     a time before 1970 is 1970; one after 2554 is the last in 64 bits.
 * source     draft-ietf-opsawg-pcapng 4.2, if_tsresol and if_tsoffset.
 */
#ifndef NET_TICK_H
#define NET_TICK_H

#include <stdint.h>

#define TICK_RESOLUTION_USUAL	6u	/* microseconds */

struct tick {
	uint8_t resolution;
	int64_t offset_s;	/* added to every time */
};

uint64_t tick_ns(const struct tick *t, uint64_t ticks);

/* Decimal digits of a second that such a time needs, at most 9. */
uint8_t tick_digits(const struct tick *t);

#endif
