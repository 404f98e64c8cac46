/*
 * table - every TCP connection in the input: finds the flow of a segment,
 * counts, and passes payload through stream and session.
 *
 * A new initial sequence number under the same key is a new connection. A
 * packet met twice (another interface, a bridge, a mirror port) counts once.
 *
 * units      times are nanoseconds since the epoch.
 * ownership  the table owns its flows; .closed is the last call about a flow,
 *            after which it is gone. flow->user is the owner's.
 * limits     LIMIT_FLOWS flows; the one idle for longest leaves first. Ended
 *            flows stay FLOW_LINGER_NS for what comes late.
 */
#ifndef FLOW_TABLE_H
#define FLOW_TABLE_H

#include "base/map.h"
#include "flow/key.h"
#include "flow/session.h"
#include "flow/stream.h"

#define FLOW_LINGER_NS  60000000000ull
#define FLOW_RECENT     16u	/* packets remembered to recognise a second copy */

struct table;

struct sighting {
	uint64_t fingerprint;
	uint64_t at_ns;
	uint32_t vantage;
};

struct flow_end {
	struct address address;
	uint16_t port;
	struct stream stream;
	uint64_t packets;
	bool     syn;			/* sent a SYN */
	bool     syn_ack;		/* sent a SYN with ACK */
	uint32_t isn;
	uint64_t fin_ns, rst_ns;	/* 0: none */
	uint32_t fin_seq, fin_ack;	/* of the FIN, when there is one */
};

struct flow;

struct flow_queue {		/* by last packet */
	struct flow *newest, *oldest;
	size_t n;
};

struct flow {
	uint64_t number;		/* 1, 2, ... as they begin */
	struct flow_key key;
	struct table *table;
	struct flow_end end[2];
	struct session session;
	uint64_t first_ns, last_ns;
	uint64_t first_payload_ns;	/* 0: none */
	uint16_t source;		/* which input met it first */
	unsigned gaps;			/* holes where somebody listened */
	struct sighting recent[FLOW_RECENT];
	unsigned n_recent;
	struct flow_queue *queue;
	struct flow *newer, *older;	/* in queue */
	bool     adopted;		/* no packet told of it at first: table_adopt() */
	bool     touched;
	struct flow *touched_next, *touched_before;
	void *user;
	uint64_t mark;			/* the owner's too; 0 at first */
};

struct table_port {
	void *owner;
	/* A new flow: which end is the server as far as ports tell (0, 1), and
	 * whether this is EPMD's port. Asked once, before the first fact. */
	int  (*server_end)(void *owner, const struct flow *f, bool *epmd);
	void (*fact)(void *owner, struct flow *f, const struct fact *fact,
	    const struct stamped *where);
	void (*closed)(void *owner, struct flow *f);
};

struct table {
	struct table_port out;
	struct map flows;
	struct flow_queue open, ended;
	size_t   memory;		/* held and remembered by all streams */
	struct flow *touched_first, *touched_last;
	uint64_t begun;			/* flows so far */
	uint64_t shed;			/* open flows that a limit pushed out */
	uint64_t duplicates;		/* packets met twice */
};

void table_init(struct table *t, struct table_port out);

/* What a segment was to the table. */
struct carried {
	uint64_t flow;			/* its number */
	bool     heard;			/* judgement may rest on it: no mere bulk data */
	uint64_t offset;		/* of its payload in its sender's stream */
};

/* False when memory is out. */
bool table_segment(struct table *t, const struct segment *s, uint64_t at_ns,
    uint16_t source, struct carried *out);

/* Who is connected to whom, as somebody else knows who need not see a packet: a kernel. */
struct connected {
	struct address client, server;
	uint16_t client_port, server_port;
	uint16_t zone;			/* as a segment's */
	bool     certain;		/* who is the client */
};

/* The flow of it, made where there is none, as that of an input. at_ns: when it was there
 * for sure; a SYN from before is its own, read late. NULL: memory is out. */
struct flow *table_adopt(struct table *t, const struct connected *c, uint64_t at_ns,
    uint16_t source);

/* NULL: there is none. */
struct flow *table_find(const struct table *t, const struct connected *c);

/* It is over, and no packet will tell. */
void table_forget(struct table *t, struct flow *f);

/* As if it had had a packet, for table_next_touched(). */
void table_touch(struct table *t, struct flow *f);

/* A flow that had a packet since it was told here last, the one that waits for longest;
 * NULL: none. */
struct flow *table_next_touched(struct table *t);

/* Live, time goes by without packets: closes at most so many of those that ended, are
 * over the time that they stay, and takes them off. */
void table_idle(struct table *t, uint64_t now_ns, unsigned *most);

/* The input ended: give up on holes, decide what can be decided, and close
 * every flow. */
void table_end(struct table *t);
void table_free(struct table *t);

/* Did this end send its FIN in answer to the other's? Capture order may lie. A FIN that was
 * not captured is one more than its end's bytes, and acknowledged. */
static inline bool
flow_fin_is_answer(const struct flow *f, int end)
{
	const struct flow_end *e = &f->end[end], *other = &f->end[!end];

	if (!e->fin_ns)
		return false;
	if (other->fin_ns)
		return e->fin_ack == other->fin_seq + 1;
	return other->stream.based && (other->stream.from_start || other->stream.high > 0) &&
	    stream_offset(&other->stream, e->fin_ack) == other->stream.high + 1;
}

static inline bool
flow_ended(const struct flow *f)
{
	return f->end[0].fin_ns || f->end[1].fin_ns || f->end[0].rst_ns || f->end[1].rst_ns;
}

#endif
