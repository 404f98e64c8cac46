/*
 * order - integers of a capture file, which are in the byte order of the
 * machine that wrote it.
 */
#ifndef NET_ORDER_H
#define NET_ORDER_H

#include "base/rd.h"

enum order { ORDER_BIG, ORDER_LITTLE };

static inline uint16_t
order_u16(enum order o, struct rd *r)
{
	return o == ORDER_LITTLE ? rd_u16le(r) : rd_u16(r);
}

static inline uint32_t
order_u32(enum order o, struct rd *r)
{
	return o == ORDER_LITTLE ? rd_u32le(r) : rd_u32(r);
}

static inline uint64_t
order_u64(enum order o, struct rd *r)
{
	return o == ORDER_LITTLE ? rd_u64le(r) : rd_u64(r);
}

#endif
