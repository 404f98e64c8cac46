/*
 * feeder - carry one side of a byte stream to a dissector.
 *
 * The only room that buffers for dissectors and the only one that obeys
 * STEP_*: sequence numbers end before it, protocols begin after it.
 *
 * units      offsets count bytes of the side's stream, from its first.
 * ownership  feeder_init() takes nothing; feeder_free() frees the held bytes.
 * limits     holds at most DX_NEED_MAX bytes; asking for more is a quit, and
 *            FACT_BLIND says so.
 */
#ifndef FLOW_FEEDER_H
#define FLOW_FEEDER_H

#include "dissectors/dissector.h"

/* When and where bytes came: the packet's time, and how much of the other
 * side's stream that packet acknowledged. */
struct stamp {
	uint64_t at_ns;
	uint32_t ack;		/* as on the wire, until the bytes are delivered */
	uint64_t peer_acked;	/* then as an offset in the other side's stream */
};

struct feeder {
	const struct dissector *dx;
	void        *state;		/* of dx, shared by both sides */
	struct port  out;
	enum side    side;
	bool         quit;
	uint64_t     at;		/* offset of the first byte shown or held */
	uint64_t     skip;		/* bytes from at on that are dropped unseen */
	size_t       need;		/* do not show before this many are held */
	uint8_t     *held;
	size_t       n_held;
	struct stamp first;		/* of the packet that brought byte at */
	struct stamp last;		/* of the packet that is being pushed */
};

void feeder_init(struct feeder *f, const struct dissector *dx, void *state,
    enum side side, struct port out);
void feeder_push(struct feeder *f, struct bytes b, struct stamp when);	/* in order */
void feeder_gap(struct feeder *f, uint64_t n);	/* n bytes never came; 0: joined here */
void feeder_free(struct feeder *f);

#endif
