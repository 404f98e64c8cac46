/*
 * frag - fragments of IP, put together.
 *
 * Nothing is guessed. A datagram is given up, with all of its fragments, when two of
 * them differ where they overlap, contradict each other's lengths, or were not captured
 * whole; in IPv6 also when they overlap at all [RFC 5722]. Copies change nothing: a
 * capture of several interfaces has each fragment more than once. After a datagram was
 * whole, other bytes under its identification begin the next one.
 *
 * units      times are nanoseconds since the epoch, of packets; offsets are in bytes.
 * ownership  what became whole is good until frag_release().
 * limits     LIMIT_DATAGRAMS, LIMIT_FRAGMENT_BYTES; the oldest leaves first. A datagram
 *            has 30 s (IPv6: 60 s) to become whole.
 * failure    without memory a fragment is lost, and counted.
 * source     RFC 791 3.2, RFC 815; RFC 8200 4.5, RFC 5722.
 */
#ifndef NET_FRAG_H
#define NET_FRAG_H

#include "base/map.h"

struct datagram;

struct frag {
	struct map map;
	struct datagram *oldest, *newest;
	size_t   n, n_bytes;
	struct datagram *released;	/* out of the map; somebody may still read them */
	uint64_t lost;			/* fragments whose datagram did not become whole */
	uint64_t shed;			/* datagrams that a limit pushed out */
};

struct fragment {
	bool         v6;
	bool         more;		/* it is not the last */
	bool         wanted;		/* may be of a datagram that holds TCP, so far */
	uint8_t      protocol;		/* of what is in the datagram */
	struct bytes src, dst;		/* 4 or 16 bytes each */
	uint32_t     id;
	uint32_t     offset;
	struct bytes head;		/* before each fragment; that of offset 0 stays */
	uint32_t     next_at;		/* IPv6: where in head the protocol goes */
	struct bytes body;		/* as far as it was captured */
	uint32_t     body_len;		/* on the wire */
};

void frag_init(struct frag *f);
void frag_free(struct frag *f);

/* True: the datagram is whole, with its headers, as if it had never been divided. But for
 * the checksum of IPv4. */
bool frag_put(struct frag *f, const struct fragment *p, uint64_t at_ns, struct bytes *whole);

/* What became whole before is not looked at any more. */
void frag_free_released(struct frag *f);

static inline void
frag_release(struct frag *f)
{
	if (f->released != NULL)
		frag_free_released(f);
}

/* What is over its time is lost. */
void frag_expire(struct frag *f, uint64_t now_ns);

/* Nothing more will come: what is not whole is lost. */
void frag_end(struct frag *f);

#endif
