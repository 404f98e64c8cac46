#include "flow/table.h"

#include <stdlib.h>

#include "base/limits.h"

/* Two copies of one packet from one place: a mirror port sees both sides of a
 * switch within this. A retransmission comes later (RFC 8985: 10 ms or more). */
#define COPY_NS 1000000ull

/* A SYN so little behind the bytes we joined at is theirs: captures of several
 * queues shuffle. The next connection's number is ahead; RFC 6528 3. */
#define LATE_SYN_BYTES (1u << 20)

void
table_init(struct table *t, struct table_port out)
{
	*t = (struct table){ .out = out };
	map_init(&t->flows);
}

static struct bytes
key_bytes(const struct flow_key *k)
{
	return (struct bytes){ k->octets, sizeof k->octets };
}

static void
unlink_flow(struct flow *f)
{
	struct flow_queue *q = f->queue;

	*(f->newer ? &f->newer->older : &q->newest) = f->older;
	*(f->older ? &f->older->newer : &q->oldest) = f->newer;
	q->n--;
	f->queue = NULL;
}

static void
queue_newest(struct flow_queue *q, struct flow *f)
{
	f->queue = q;
	f->older = q->newest;
	f->newer = NULL;
	*(q->newest ? &q->newest->newer : &q->oldest) = f;
	q->newest = f;
	q->n++;
}

static void
touch(struct table *t, struct flow *f)
{
	if (f->touched)
		return;
	f->touched = true;
	f->touched_next = NULL;
	f->touched_before = t->touched_last;
	*(t->touched_last ? &t->touched_last->touched_next : &t->touched_first) = f;
	t->touched_last = f;
}

static void
untouch(struct table *t, struct flow *f)
{
	struct flow *before = f->touched_before, *next = f->touched_next;

	if (!f->touched)
		return;
	f->touched = false;
	*(before ? &before->touched_next : &t->touched_first) = next;
	*(next ? &next->touched_before : &t->touched_last) = before;
}

void
table_touch(struct table *t, struct flow *f)
{
	touch(t, f);
}

struct flow *
table_next_touched(struct table *t)
{
	struct flow *f = t->touched_first;

	if (f != NULL)
		untouch(t, f);
	return f;
}

static void
close_flow(struct table *t, struct flow *f)
{
	stream_end(&f->end[0].stream);
	stream_end(&f->end[1].stream);
	session_end(&f->session);
	t->out.closed(t->out.owner, f);
	map_remove(&t->flows, key_bytes(&f->key));
	unlink_flow(f);
	untouch(t, f);
	session_free(&f->session);
	stream_free(&f->end[0].stream);
	stream_free(&f->end[1].stream);
	free(f);
}

static void
on_fact(void *owner, const struct fact *fact, const struct stamped *where)
{
	struct flow *f = owner;

	f->table->out.fact(f->table->out.owner, f, fact, where);
}

static uint64_t
on_acked(void *owner, int end, uint32_t ack)
{
	const struct flow *f = owner;

	return stream_offset(&f->end[!end].stream, ack);
}

/* stream's "side" is the end's number here: sides may not be known yet. */
static bool
on_bytes(void *owner, enum side end, struct bytes b, struct stamp when)
{
	struct flow *f = owner;

	return session_bytes(&f->session, (int)end, b, when, f->end[end].stream.from_start);
}

static bool
on_gap(void *owner, enum side end, uint64_t n, enum blind why)
{
	struct flow *f = owner;

	f->gaps++;
	return session_gap(&f->session, (int)end, n, why);
}

static void
on_blind(void *owner, enum side end, uint64_t at, enum blind why)
{
	struct flow *f = owner;
	struct fact fact = { .kind = FACT_BLIND, .side = f->session.side_of[end] };
	struct stamped where = { .at_ns = f->last_ns, .start = at, .end = at,
	    .peer_acked = stream_offset(&f->end[!end].stream, f->end[end].stream.last.ack) };

	fact.u.blind.why = why;
	on_fact(f, &fact, &where);
}

static void
init_end(struct flow *f, int end, const struct address *a, uint16_t port)
{
	f->end[end].address = *a;
	f->end[end].port = port;
	stream_init(&f->end[end].stream, (struct stream_port){
		.owner = f, .side = (enum side)end, .memory = &f->table->memory,
		.bytes = on_bytes, .gap = on_gap, .blind = on_blind });
}

static struct flow *
open_flow(struct table *t, const struct flow_key *key, const struct segment *s, int sender,
    uint64_t at_ns, uint16_t source)
{
	struct flow *f = calloc(1, sizeof *f);
	bool epmd = false;

	if (f == NULL)
		return NULL;
	f->number = ++t->begun;
	f->key = *key;
	f->table = t;
	f->first_ns = at_ns;
	f->source = source;
	init_end(f, sender, &s->src, s->src_port);
	init_end(f, !sender, &s->dst, s->dst_port);
	if (!map_put(&t->flows, key_bytes(&f->key), f)) {
		free(f);
		return NULL;
	}
	queue_newest(&t->open, f);
	int server = t->out.server_end(t->out.owner, f, &epmd);
	bool certain = s->flags & TCP_SYN;
	if (certain) {
		int destination = s->flags & TCP_ACK ? sender : !sender;
		epmd = epmd && server == destination;
		server = destination;
	}
	session_init(&f->session, (struct session_port){ .owner = f, .fact = on_fact,
	    .acked = on_acked },
	    server, certain, epmd);
	return f;
}

/* [RFC 9293 3.10.7.3] an answer to a SYN acknowledges it; what does not is
 * nobody's, and must not end the connection that is there. */
static bool
is_stray_syn(const struct flow *f, const struct segment *s, int sender)
{
	const struct flow_end *e = &f->end[sender], *peer = &f->end[!sender];

	return (s->flags & TCP_ACK) && peer->syn && !flow_ended(f) &&
	    (s->ack != peer->isn + 1 || (e->syn && e->isn != s->seq));
}

/* [RFC 9293 3.10.7], [RFC 5961 3.2] a RST that its receiver would not believe: it answers
 * another SYN than the peer's, or does not stand where its own side is, by what that has sent
 * or the peer has acknowledged (of a FIN one more). */
static bool
is_stray_rst(const struct flow *f, const struct segment *s, int sender)
{
	const struct stream *own = &f->end[sender].stream;
	const struct flow_end *peer = &f->end[!sender];
	uint64_t low = own->acked < own->high ? own->acked : own->high;
	uint64_t high = own->acked < own->high ? own->high : own->acked;

	if (!own->based)
		return peer->syn && (s->flags & TCP_ACK) && s->ack != peer->isn + 1;
	int64_t at = (int64_t)high + (int32_t)(s->seq - (own->base + (uint32_t)high));
	return at < (int64_t)low || at > (int64_t)high + 1;
}

/* [RFC 9293 3.5] is this SYN the start of another connection? */
static bool
is_another_connection(const struct flow *f, const struct segment *s, int sender)
{
	const struct flow_end *e = &f->end[sender];

	if (!(s->flags & TCP_SYN) || is_stray_syn(f, s, sender))
		return false;
	if (f->adopted)
		return true;		/* that one was there long before */
	if (e->syn)
		return e->isn != s->seq;
	if ((s->flags & TCP_ACK) && f->end[!sender].syn)
		return s->ack != f->end[!sender].isn + 1;
	/* Joined in mid-stream: a SYN is a new start, unless it came late. */
	uint32_t behind = e->stream.base - (s->seq + 1);
	bool only_reset = f->first_payload_ns == 0 && !f->end[!sender].syn &&
	    (f->end[0].rst_ns || f->end[1].rst_ns);
	return only_reset || (e->stream.based && behind > LATE_SYN_BYTES);
}

/* Of an adopted one, its own SYN: nobody but that tells when it began. */
static bool
is_read_late(const struct flow *f, uint64_t at_ns)
{
	return f->end[0].packets + f->end[1].packets == 0 && at_ns <= f->first_ns;
}

/* The payload counts where it is compared: a copy with other bytes is no
 * copy, and must come to be compared. */
static uint64_t
fingerprint(const struct table *t, const struct flow *f, const struct segment *s, int sender)
{
	bool matters = s->payload.n > 0 && stream_cares(&f->end[sender].stream, s->seq);
	uint64_t payload = matters ? siphash(t->flows.secret, s->payload) : 0;
	uint32_t words[] = { s->seq, s->ack, s->payload_len,
	    (uint32_t)s->flags << 16 | s->window, (uint32_t)sender << 16 | s->ip_id,
	    (uint32_t)(payload >> 32), (uint32_t)payload };
	uint8_t head[sizeof words + 40];	/* [RFC 9293 3.1] the most options there can be */
	size_t options = s->options.n < 40 ? s->options.n : 40;

	memcpy(head, words, sizeof words);
	if (options > 0)
		memcpy(head + sizeof words, s->options.p, options);
	return siphash(t->flows.secret, (struct bytes){ head, sizeof words + options });
}

/* Was this very packet met already, at another place or a moment ago? */
static bool
met_before(struct table *t, struct flow *f, const struct segment *s, int sender,
    uint64_t at_ns)
{
	uint64_t print = fingerprint(t, f, s, sender);
	unsigned n = f->n_recent < FLOW_RECENT ? f->n_recent : FLOW_RECENT;

	for (unsigned i = 0; i < n; i++) {
		const struct sighting *seen = &f->recent[i];
		if (seen->fingerprint == print && (seen->vantage != s->vantage ||
		    s->ip_id != 0 || at_ns - seen->at_ns < COPY_NS))
			return true;
	}
	f->recent[f->n_recent++ % FLOW_RECENT] =
	    (struct sighting){ print, at_ns, s->vantage };
	return false;
}

static void
syn(struct flow *f, const struct segment *s, int sender)
{
	struct flow_end *e = &f->end[sender];

	e->syn = true;
	e->isn = s->seq;
	if (s->flags & TCP_ACK)
		e->syn_ack = true;
	session_know_client(&f->session, s->flags & TCP_ACK ? !sender : sender);
	stream_base(&e->stream, s->seq + 1, true);
	if (s->flags & TCP_ACK)
		stream_base(&f->end[!sender].stream, s->ack, true);
}

static void
segment(struct flow *f, const struct segment *s, int sender, uint64_t at_ns)
{
	struct flow_end *e = &f->end[sender], *peer = &f->end[!sender];
	struct stamp when = { .at_ns = at_ns, .ack = s->ack };
	uint32_t seq = s->seq;

	if (s->flags & TCP_RST && is_stray_rst(f, s, sender))
		return;
	if (s->flags & TCP_SYN) {
		if (is_stray_syn(f, s, sender))
			return;
		syn(f, s, sender);
		seq++;
	}
	if (s->flags & TCP_ACK)
		stream_acked(&peer->stream, s->ack, at_ns);
	if (s->payload_len > 0 && !(s->flags & TCP_RST)) {
		if (f->first_payload_ns == 0)
			f->first_payload_ns = at_ns;
		stream_put(&e->stream, seq, s->payload, s->payload_len, when);
	}
	if (s->flags & TCP_FIN) {
		stream_fin(&e->stream, seq + s->payload_len);
		if (e->fin_ns == 0) {
			e->fin_ns = at_ns;
			e->fin_seq = seq + s->payload_len;
			e->fin_ack = s->ack;
		}
	}
	if (s->flags & TCP_RST && e->rst_ns == 0) {
		stream_base(&e->stream, seq, false);
		e->rst_ns = at_ns;
	}
}

static bool
is_over(const struct table *t, uint64_t now_ns)
{
	return t->ended.oldest != NULL && t->ended.oldest->last_ns + FLOW_LINGER_NS < now_ns;
}

void
table_idle(struct table *t, uint64_t now_ns, unsigned *most)
{
	for (; is_over(t, now_ns) && *most > 0; --*most)
		close_flow(t, t->ended.oldest);
}

/* Ended flows leave after a while, and idle ones when there are too many. */
static void
make_room(struct table *t, uint64_t now_ns)
{
	while (is_over(t, now_ns))
		close_flow(t, t->ended.oldest);
	while (t->open.n + t->ended.n > LIMIT_FLOWS || t->memory > LIMIT_HELD_TOTAL) {
		t->shed += t->ended.oldest == NULL;
		close_flow(t, t->ended.oldest ? t->ended.oldest : t->open.oldest);
	}
}

/* What opens or ends a connection, what somebody listens to or compares, and
 * what acknowledges that. */
static bool
is_heard(const struct flow *f, const struct segment *s, int sender)
{
	return (s->flags & (TCP_SYN | TCP_FIN | TCP_RST)) || !f->end[!sender].stream.deaf ||
	    stream_cares(&f->end[sender].stream, s->seq);
}

/* The first byte that is seen of a side is its offset 0. */
static uint64_t
offset_of(const struct flow *f, const struct segment *s, int sender)
{
	const struct stream *stream = &f->end[sender].stream;
	uint32_t seq = s->seq + (s->flags & TCP_SYN ? 1 : 0);

	return stream->based ? stream_offset(stream, seq) : 0;
}

bool
table_segment(struct table *t, const struct segment *s, uint64_t at_ns, uint16_t source,
    struct carried *out)
{
	struct flow_key key;
	int sender = key_of(s, &key);
	struct flow *f = map_get(&t->flows, key_bytes(&key));

	if (f != NULL && is_another_connection(f, s, sender)) {
		if (is_read_late(f, at_ns))
			f->adopted = false;
		close_flow(t, f);
		f = NULL;
	}
	if (f == NULL && (f = open_flow(t, &key, s, sender, at_ns, source)) == NULL)
		return false;
	*out = (struct carried){ .flow = f->number, .heard = is_heard(f, s, sender),
	    .offset = offset_of(f, s, sender) };
	if (met_before(t, f, s, sender, at_ns)) {
		t->duplicates++;
		return true;
	}
	if (f->adopted && at_ns < f->first_ns)
		f->first_ns = at_ns;
	f->last_ns = at_ns > f->last_ns ? at_ns : f->last_ns;
	f->end[sender].packets++;
	segment(f, s, sender, at_ns);
	unlink_flow(f);
	queue_newest(flow_ended(f) ? &t->ended : &t->open, f);
	touch(t, f);
	bool ok = !f->session.out_of_memory;
	make_room(t, at_ns);
	return ok;
}

/* As its SYN would have it. */
static struct segment
opening(const struct connected *c)
{
	return (struct segment){ .src = c->client, .src_port = c->client_port, .dst = c->server,
		.dst_port = c->server_port, .zone = c->zone, .flags = c->certain ? TCP_SYN : 0 };
}

struct flow *
table_find(const struct table *t, const struct connected *c)
{
	const struct segment s = opening(c);
	struct flow_key key;

	key_of(&s, &key);
	return map_get(&t->flows, key_bytes(&key));
}

struct flow *
table_adopt(struct table *t, const struct connected *c, uint64_t at_ns, uint16_t source)
{
	const struct segment s = opening(c);
	struct flow *f = table_find(t, c);
	struct flow_key key;
	int client = key_of(&s, &key);

	if (f != NULL || (f = open_flow(t, &key, &s, client, at_ns, source)) == NULL)
		return f;
	f->adopted = true;
	f->last_ns = at_ns;
	touch(t, f);
	make_room(t, at_ns);
	return f;
}

void
table_forget(struct table *t, struct flow *f)
{
	close_flow(t, f);
}

void
table_end(struct table *t)
{
	while (t->ended.oldest != NULL)
		close_flow(t, t->ended.oldest);
	while (t->open.oldest != NULL)
		close_flow(t, t->open.oldest);
}

void
table_free(struct table *t)
{
	table_end(t);
	map_free(&t->flows);
}
