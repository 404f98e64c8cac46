/*
 * pack - bytes to be packed, and gzip of them.
 *
 * failure    the test fails.
 */
#ifndef TESTKIT_PACK_H
#define TESTKIT_PACK_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

/* Bytes that do not pack well, so that every part of the packed data matters: the caller's. */
static inline uint8_t *
pack_noise(size_t n)
{
	uint8_t *p = malloc(n);
	uint32_t x = 7;

	assert_non_null(p);
	for (size_t i = 0; i < n; i++) {
		x = x * 1103515245u + 12345u;
		p[i] = (uint8_t)(x >> 16);
	}
	return p;
}

/* One member: its length. */
static inline size_t
pack_gzip(const uint8_t *from, size_t n, uint8_t *to, size_t room)
{
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 9,
	    Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)from;
	z.avail_in = (uInt)n;
	z.next_out = to;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

#endif
