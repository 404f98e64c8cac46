/*
 * rd - read borrowed bytes, never past their end. The only way to read what
 * came off the wire or out of a capture file.
 *
 * units      every count is in bytes; integers are in network order unless
 *            the name ends in "le".
 * ownership  a reader borrows; the bytes must outlive it and all its slices.
 * failure    sticky. A read that does not fit returns zero (or an empty
 *            slice), sets .bad and drains the reader, so a loop over
 *            rd_left() always ends, and one rd_ok() or rd_done() after a run
 *            of reads is enough.
 */
#ifndef BASE_RD_H
#define BASE_RD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *p;
	size_t         n;
};

struct rd {
	const uint8_t *at;	/* next unread byte */
	const uint8_t *end;	/* one past the last */
	bool           bad;	/* some read did not fit */
};

static inline struct rd
rd_of(const void *p, size_t n)
{
	const uint8_t *b = p;

	return (struct rd){ .at = b, .end = n ? b + n : b, .bad = false };
}

static inline struct rd rd_bytes(struct bytes b)       { return rd_of(b.p, b.n); }
static inline size_t    rd_left(const struct rd *r)    { return (size_t)(r->end - r->at); }
static inline bool      rd_ok(const struct rd *r)      { return !r->bad; }
static inline bool      rd_done(const struct rd *r)    { return !r->bad && r->at == r->end; }

/* The one bounds check: n bytes to read, or NULL and a drained, bad reader. */
static inline const uint8_t *
rd_need(struct rd *r, size_t n)
{
	const uint8_t *p = r->at;

	if (n > rd_left(r)) {
		r->at = r->end;
		r->bad = true;
		return NULL;
	}
	if (n)
		r->at += n;
	return p;
}

static inline uint8_t
rd_u8(struct rd *r)
{
	const uint8_t *p = rd_need(r, 1);

	return p ? p[0] : 0;
}

static inline uint16_t
rd_u16(struct rd *r)
{
	const uint8_t *p = rd_need(r, 2);

	return (uint16_t)(p ? p[0] << 8 | p[1] : 0);
}

static inline uint32_t
rd_u24(struct rd *r)
{
	const uint8_t *p = rd_need(r, 3);

	return p ? (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2] : 0;
}

static inline uint32_t
rd_u32(struct rd *r)
{
	const uint8_t *p = rd_need(r, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline uint64_t
rd_u64(struct rd *r)
{
	uint64_t high = rd_u32(r);

	return high << 32 | rd_u32(r);
}

static inline uint16_t
rd_u16le(struct rd *r)
{
	const uint8_t *p = rd_need(r, 2);

	return (uint16_t)(p ? p[1] << 8 | p[0] : 0);
}

static inline uint32_t
rd_u32le(struct rd *r)
{
	const uint8_t *p = rd_need(r, 4);

	return p ? (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[1] << 8 | p[0] : 0;
}

static inline uint64_t
rd_u64le(struct rd *r)
{
	uint64_t low = rd_u32le(r);

	return low | (uint64_t)rd_u32le(r) << 32;
}

static inline struct bytes
rd_take(struct rd *r, size_t n)
{
	const uint8_t *p = rd_need(r, n);

	return p ? (struct bytes){ p, n } : (struct bytes){ r->end, 0 };
}

/* The next n bytes as a reader of their own; both are bad if they do not fit. */
static inline struct rd
rd_sub(struct rd *r, size_t n)
{
	struct bytes b = rd_take(r, n);

	return (struct rd){ .at = b.p, .end = b.n ? b.p + b.n : b.p, .bad = r->bad };
}

static inline struct rd rd_vec8(struct rd *r)  { return rd_sub(r, rd_u8(r)); }
static inline struct rd rd_vec16(struct rd *r) { return rd_sub(r, rd_u16(r)); }
static inline struct rd rd_vec24(struct rd *r) { return rd_sub(r, rd_u24(r)); }

static inline struct bytes
rd_rest(struct rd *r)
{
	return rd_take(r, rd_left(r));
}

static inline bool
bytes_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

#endif
