/*
 * forge - for tests: build capture files byte by byte, and read a source to
 * its end.
 *
 * ownership  forge_free() frees what was built; haul_free() what was read.
 */
#ifndef NET_FORGE_H
#define NET_FORGE_H

#include <assert.h>
#include <stdlib.h>

#include "net/order.h"
#include "net/source.h"

struct forge {
	enum order order;
	uint8_t   *p;
	size_t     n;
	size_t     open;	/* where the pcapng block being built begins */
};

static inline void
forge_put(struct forge *f, const void *p, size_t n)
{
	if (n == 0)
		return;
	f->p = realloc(f->p, f->n + n);
	assert(f->p != NULL);
	memcpy(f->p + f->n, p, n);
	f->n += n;
}

static inline void
forge_int(struct forge *f, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t shift = f->order == ORDER_LITTLE ? i : n - 1 - i;
		uint8_t b = (uint8_t)(v >> 8 * shift);

		forge_put(f, &b, 1);
	}
}

static inline void forge_u8(struct forge *f, uint8_t v)   { forge_int(f, v, 1); }
static inline void forge_u16(struct forge *f, uint16_t v) { forge_int(f, v, 2); }
static inline void forge_u32(struct forge *f, uint32_t v) { forge_int(f, v, 4); }
static inline void forge_u64(struct forge *f, uint64_t v) { forge_int(f, v, 8); }

static inline void
forge_fill(struct forge *f, uint8_t v, size_t n)
{
	while (n-- > 0)
		forge_u8(f, v);
}

/* Overwrite four bytes that are there already. */
static inline void
forge_patch(struct forge *f, size_t at, uint32_t v)
{
	struct forge four = { .order = f->order };

	assert(at + 4 <= f->n);
	forge_u32(&four, v);
	memcpy(f->p + at, four.p, 4);
	free(four.p);
}

static inline struct bytes
forge_bytes(const struct forge *f)
{
	return (struct bytes){ f->p, f->n };
}

static inline void
forge_free(struct forge *f)
{
	free(f->p);
	*f = (struct forge){ 0 };
}

/* pcap */

static inline void
forge_pcap(struct forge *f, uint32_t magic, uint32_t link_type, uint32_t snaplen)
{
	forge_u32(f, magic);
	forge_u16(f, 2);
	forge_u16(f, 4);
	forge_u64(f, 0);
	forge_u32(f, snaplen);
	forge_u32(f, link_type);
}

static inline void
forge_record(struct forge *f, uint32_t s, uint32_t fraction, uint32_t wire_len,
    const char *captured)
{
	forge_u32(f, s);
	forge_u32(f, fraction);
	forge_u32(f, (uint32_t)strlen(captured));
	forge_u32(f, wire_len);
	forge_put(f, captured, strlen(captured));
}

/* pcapng */

static inline void
forge_begin(struct forge *f, uint32_t type)
{
	f->open = f->n;
	forge_u32(f, type);
	forge_u32(f, 0);
}

static inline void
forge_end(struct forge *f)
{
	uint32_t len;

	forge_fill(f, 0, (4 - f->n % 4) % 4);
	len = (uint32_t)(f->n - f->open) + 4;
	forge_u32(f, len);
	forge_patch(f, f->open + 4, len);
}

static inline void
forge_option(struct forge *f, uint16_t code, const void *value, size_t n)
{
	forge_u16(f, code);
	forge_u16(f, (uint16_t)n);
	forge_put(f, value, n);
	forge_fill(f, 0, (4 - n % 4) % 4);
}

static inline void
forge_option_u64(struct forge *f, uint16_t code, uint64_t v)
{
	forge_u16(f, code);
	forge_u16(f, 8);
	forge_u64(f, v);
}

static inline void
forge_section(struct forge *f)
{
	forge_begin(f, 0x0a0d0d0a);
	forge_u32(f, 0x1a2b3c4d);
	forge_u16(f, 1);
	forge_u16(f, 0);
	forge_u64(f, UINT64_MAX);
	forge_end(f);
}

/* resolution and offset_s as options, unless 6 and 0. */
static inline void
forge_interface(struct forge *f, uint16_t link_type, uint32_t snaplen,
    uint8_t resolution, int64_t offset_s)
{
	forge_begin(f, 1);
	forge_u16(f, link_type);
	forge_u16(f, 0);
	forge_u32(f, snaplen);
	forge_u16(f, 2);		/* if_name, of an odd length */
	forge_u16(f, 3);
	forge_put(f, "eth", 4);
	if (resolution != 6) {
		forge_u16(f, 9);
		forge_u16(f, 1);
		forge_u8(f, resolution);
		forge_fill(f, 0, 3);
	}
	if (offset_s != 0) {
		forge_u16(f, 14);
		forge_u16(f, 8);
		forge_u64(f, (uint64_t)offset_s);
	}
	if (resolution != 6 || offset_s != 0)
		forge_u32(f, 0);	/* opt_endofopt, which may be left out */
	forge_end(f);
}

static inline void
forge_enhanced(struct forge *f, uint32_t interface, uint64_t ticks,
    uint32_t wire_len, const char *captured)
{
	forge_begin(f, 6);
	forge_u32(f, interface);
	forge_u32(f, (uint32_t)(ticks >> 32));
	forge_u32(f, (uint32_t)ticks);
	forge_u32(f, (uint32_t)strlen(captured));
	forge_u32(f, wire_len);
	forge_put(f, captured, strlen(captured));
	forge_end(f);
}

static inline void
forge_simple(struct forge *f, uint32_t wire_len, const char *captured)
{
	forge_begin(f, 3);
	forge_u32(f, wire_len);
	forge_put(f, captured, strlen(captured));
	forge_end(f);
}

static inline void
forge_obsolete(struct forge *f, uint16_t interface, uint64_t ticks,
    uint32_t wire_len, const char *captured)
{
	forge_begin(f, 2);
	forge_u16(f, interface);
	forge_u16(f, 7);		/* drops */
	forge_u32(f, (uint32_t)(ticks >> 32));
	forge_u32(f, (uint32_t)ticks);
	forge_u32(f, (uint32_t)strlen(captured));
	forge_u32(f, wire_len);
	forge_put(f, captured, strlen(captured));
	forge_end(f);
}

/* What came out of a source: packets with copies of their bytes. */

#define HAUL_MAX 512u

struct haul {
	size_t        n;
	size_t        n_batches;
	struct packet v[HAUL_MAX];
	enum got      last;		/* GOT_END or GOT_ERROR */
	struct diag   error;
	struct diag   damage;
};

/* Reads s to its end and closes it. */
static inline struct haul
haul_of(struct source *s)
{
	struct haul h = { .n = 0 };
	struct batch b;

	while ((h.last = source_next(s, &b, &h.error)) == GOT_SOME) {
		assert(b.n > 0 && b.n <= BATCH_MAX && h.n + b.n <= HAUL_MAX);
		for (unsigned i = 0; i < b.n; i++) {
			struct packet p = b.v[i];
			uint8_t *copy = malloc(p.captured.n + 1);

			assert(copy != NULL && p.wire_len >= p.captured.n);
			if (p.captured.n > 0)
				memcpy(copy, p.captured.p, p.captured.n);
			copy[p.captured.n] = '\0';
			p.captured.p = copy;
			h.v[h.n++] = p;
		}
		h.n_batches++;
	}
	h.damage = s->damage;
	enum got again = source_next(s, &b, &h.error);
	assert(again == h.last);	/* an end stays the end */
	source_close(s);
	return h;
}

static inline void
haul_free(struct haul *h)
{
	for (size_t i = 0; i < h->n; i++)
		free((void *)(uintptr_t)h->v[i].captured.p);
	h->n = 0;
}

static inline const char *
haul_text(const struct haul *h, size_t i)
{
	return (const char *)h->v[i].captured.p;
}

#endif
