/*
 * source - packets from anywhere, a batch at a time.
 *
 * units      at_ns is nanoseconds since the epoch, UTC.
 * ownership  a batch borrows; its bytes live until the next source_next() or
 *            source_close() on the same source.
 * order      packets come in the order of the input.
 * failure    GOT_ERROR fills d (nothing of this input can be used).
 *            A damaged or cut input is not an error: all packets before the
 *            damage are delivered, then GOT_END, and source->damage says what
 *            is wrong and at which byte offset.
 */
#ifndef NET_SOURCE_H
#define NET_SOURCE_H

#include "base/diag.h"
#include "base/rd.h"

#define BATCH_MAX 32u

struct packet {
	uint64_t     at_ns;
	struct bytes captured;	/* from the link header on */
	uint32_t     wire_len;	/* bytes the packet had on the wire */
	uint32_t     link_type;	/* LINKTYPE_*, as in the file format's registry */
	uint32_t     interface;	/* index of the interface within its source */
	uint16_t     source;	/* which input, counted from 0 */
	uint8_t      time_digits; /* decimal digits of at_ns that mean something: 0 to 9 */
};

struct batch {
	unsigned      n;
	struct packet v[BATCH_MAX];
};

enum got {
	GOT_SOME,
	GOT_NOTHING,		/* nothing now: a live source, which never waits */
	GOT_END,
	GOT_ERROR,
};

struct source;

struct source_ops {
	enum got (*next)(struct source *s, struct batch *b, struct diag *d);
	void     (*close)(struct source *s);	/* frees s */
};

struct remarks;

/* The first member of every real source. */
struct source {
	const struct source_ops *ops;
	struct diag damage;
	struct remarks *remarks;	/* where to put what is no packet, borrowed; NULL: nowhere.
					 * Set before the first source_next(). */
};

static inline enum got
source_next(struct source *s, struct batch *b, struct diag *d)
{
	b->n = 0;
	return s->ops->next(s, b, d);
}

static inline void
source_close(struct source *s)
{
	if (s != NULL)
		s->ops->close(s);
}

#endif
