/*
 * stream - one direction of a TCP connection, put in order.
 *
 * Turns segments into contiguous bytes: reordered segments wait, retransmitted
 * bytes are dropped after a comparison with what was delivered, what never
 * comes is told as a gap. Sequence numbers end here.
 *
 * units      offsets are 64-bit and count payload bytes from the stream's base:
 *            the byte after the SYN, or the first byte that was seen.
 * ownership  bytes handed to .bytes are borrowed for the call. stream_free()
 *            frees what is held.
 * limits     LIMIT_HELD_BYTES and LIMIT_HELD_SEGMENTS wait for a hole to be
 *            filled, LIMIT_PAST_BYTES are remembered for comparison, also when
 *            nobody listens any more. What lies further ahead than any window
 *            is no part of the stream [RFC 7323 2.3].
 * source     RFC 9293 3.4, 3.10.7.4.
 */
#ifndef FLOW_STREAM_H
#define FLOW_STREAM_H

#include "flow/feeder.h"

/* A hole that the peer has acknowledged is not waited for longer than this. */
#define STREAM_PATIENCE_NS 1000000000ull

struct stream_port {
	void *owner;
	enum side side;
	size_t   *memory;	/* bytes held and remembered by all streams together */
	/* Both return whether anybody still listens to this side. */
	bool     (*bytes)(void *owner, enum side side, struct bytes b, struct stamp when);
	bool     (*gap)(void *owner, enum side side, uint64_t n, enum blind why);
	/* Offset at cannot be trusted: a copy says otherwise than what was
	 * delivered (BLIND_OVERLAP), or bytes came that lie before the base. */
	void     (*blind)(void *owner, enum side side, uint64_t at, enum blind why);
};

struct held;

struct stream {
	struct stream_port out;
	bool     based;		/* base is known */
	bool     from_start;	/* base is the byte after the SYN */
	bool     missed;	/* bytes before the base came, too late */
	uint32_t base;		/* sequence number of offset 0 */
	bool     deaf;		/* nobody listens: count, compare and forget */
	uint64_t next;		/* all before is delivered or given up */
	uint64_t high;		/* end of what was seen */
	uint64_t acked;		/* what the peer acknowledged */
	bool     finished;	/* FIN was seen, the stream ends at fin_at */
	uint64_t fin_at;
	struct held *held;	/* by offset */
	unsigned n_held;
	size_t   held_bytes;
	uint64_t hole_since_ns;	/* when the first of held came */
	uint8_t *past;		/* delivered bytes, ending at past_end: a ring */
	size_t   n_past, past_size, past_at;	/* past_at: its oldest byte */
	uint64_t past_end;
	struct stamp last;	/* of the packet delivered last */
};

void stream_init(struct stream *s, struct stream_port out);
void stream_free(struct stream *s);

/* Offset 0 is at this sequence number. Only the first call counts, but
 * a start (SYN) beats a guess as long as nothing was delivered. */
void stream_base(struct stream *s, uint32_t seq, bool from_start);

/* A segment's payload: len bytes on the wire, of which b were captured. */
void stream_put(struct stream *s, uint32_t seq, struct bytes b, uint32_t len,
    struct stamp when);

/* A FIN that stood at seq; and the peer's acknowledgement. */
void stream_fin(struct stream *s, uint32_t seq);
void stream_acked(struct stream *s, uint32_t ack, uint64_t at_ns);

/* Nothing more will come: give up on all holes. */
void stream_end(struct stream *s);

/* How many bytes the stream has had so far, seen or acknowledged. */
uint64_t stream_length(const struct stream *s);

/* May bytes at seq still matter: to a listener, or to be compared? */
bool stream_cares(const struct stream *s, uint32_t seq);

/* The 64-bit offset of a sequence number near the stream's present;
 * before the base: 0. */
uint64_t stream_offset(const struct stream *s, uint32_t seq);

#endif
