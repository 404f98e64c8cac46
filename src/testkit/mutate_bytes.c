/*
 * The mutations that write to packets.
 */
#include "testkit/mutate.h"
#include "testkit/surgery.h"

/* A random packet with at least n bytes of payload, all of them captured;
 * false: not found. */
static bool
pick_payload(struct mutant *m, size_t n, size_t *at, struct anatomy *a)
{
	const struct packets *p = &m->packets;

	for (unsigned tries = 0; tries < 20 && p->n > 0; tries++) {
		*at = dice_below(&m->dice, p->n);
		if (anatomy_of(&p->v[*at], a) && anatomy_is_whole(a) && a->s.payload.n >= n)
			return true;
	}
	return false;
}

static struct packet
piece(struct mutant *m, const struct packet *p, const struct anatomy *a, size_t from, size_t to)
{
	return surgery_payload(&m->packets, p, a, a->s.seq + (uint32_t)from,
	    (struct bytes){ a->s.payload.p + from, to - from });
}

void
mutate_split(struct mutant *m)
{
	struct packets *p = &m->packets;
	struct anatomy a;
	size_t at;

	/* A single byte that is sent again may be a keep-alive's, which is garbage. */
	size_t least = m->contradicted ? 2 : 1;

	for (size_t n = dice_between(&m->dice, 1, 30); n > 0; n--) {
		if (!pick_payload(m, 2 * least, &at, &a) || a.s.flags & (TCP_SYN | TCP_FIN | TCP_RST))
			continue;
		size_t middle = dice_between(&m->dice, least, a.s.payload.n - least);
		struct packet whole = p->v[at];
		p->v[at] = piece(m, &whole, &a, 0, middle);
		packets_insert(p, at + 1, piece(m, &whole, &a, middle, a.s.payload.n));
	}
}

static bool
goes_on(const struct anatomy *a, const struct anatomy *b)
{
	return address_equal(&a->s.src, &b->s.src) && a->s.src_port == b->s.src_port &&
	    address_equal(&a->s.dst, &b->s.dst) && a->s.dst_port == b->s.dst_port &&
	    b->s.seq == a->s.seq + a->s.payload_len && b->s.ack == a->s.ack &&
	    b->s.payload.n > 0 && anatomy_is_whole(b) &&
	    !(b->s.flags & (TCP_SYN | TCP_FIN | TCP_RST));
}

/* The packet that a network card would have joined to this one. */
static size_t
successor(const struct packets *p, size_t at, const struct anatomy *a, struct anatomy *b)
{
	for (size_t i = at + 1; i < p->n && i < at + 8; i++)
		if (anatomy_of(&p->v[i], b) && goes_on(a, b))
			return i;
	return 0;
}

void
mutate_coalesce(struct mutant *m)
{
	struct packets *p = &m->packets;
	struct anatomy a, b;
	size_t at, next;

	for (size_t n = dice_between(&m->dice, 1, 30); n > 0; n--) {
		if (!pick_payload(m, 1, &at, &a) || a.s.flags & (TCP_SYN | TCP_FIN | TCP_RST) ||
		    (next = successor(p, at, &a, &b)) == 0)
			continue;
		size_t both = a.s.payload.n + b.s.payload.n;
		uint8_t *payload = packets_take(p, both);
		memcpy(payload, a.s.payload.p, a.s.payload.n);
		memcpy(payload + a.s.payload.n, b.s.payload.p, b.s.payload.n);
		p->v[next] = surgery_payload(p, &p->v[next], &b, a.s.seq,
		    (struct bytes){ payload, both });
		packets_remove(p, at, 1);
	}
}

/* Sequence numbers from another start, often just before they wrap. The blocks
 * of selective acknowledgements stay: nobody reads them. */
void
mutate_renumber(struct mutant *m)
{
	struct packets *p = &m->packets;
	struct anatomy first, a;
	uint32_t by[2];

	if (p->n == 0 || !anatomy_of(&p->v[dice_below(&m->dice, p->n)], &first))
		return;
	by[0] = (uint32_t)dice_next(&m->dice);
	by[1] = (uint32_t)dice_next(&m->dice);
	if (dice_percent(&m->dice, 80)) {
		by[0] = (uint32_t)-dice_below(&m->dice, 4000) - first.s.seq;
		by[1] = (uint32_t)-dice_below(&m->dice, 4000) - first.s.ack;
	}
	for (size_t i = 0; i < p->n; i++) {
		if (!anatomy_of(&p->v[i], &a))
			continue;
		bool there = a.s.src_port == first.s.src_port && a.s.dst_port == first.s.dst_port;
		bool back = a.s.src_port == first.s.dst_port && a.s.dst_port == first.s.src_port;
		if (there || back)
			surgery_renumber(p, i, &a, by[back], by[!back]);
	}
}

void
mutate_link_type(struct mutant *m)
{
	static const uint32_t types[] = { 0, 1, 101, 113 };
	uint32_t type = types[dice_below(&m->dice, 4)];

	for (size_t i = 0; i < m->packets.n; i++)
		m->packets.v[i] = surgery_link(&m->packets, &m->packets.v[i], type);
}

static void
truncate(struct mutant *m, size_t from, size_t to)
{
	size_t snaplen = dice_between(&m->dice, from, to);
	unsigned percent = dice_percent(&m->dice, 70) ? 100 : 10;

	for (size_t i = 0; i < m->packets.n; i++) {
		struct bytes *b = &m->packets.v[i].captured;
		if (b->n > snaplen && dice_percent(&m->dice, percent))
			b->n = snaplen;
	}
}

/* All headers remain. */
void
mutate_snaplen(struct mutant *m)
{
	truncate(m, 120, 1200);
}

void
mutate_stub(struct mutant *m)
{
	truncate(m, 20, 120);
}

/* Other bytes for a part of a payload: noise, zeroes, a flipped bit, or what
 * somebody else said. */
static void
write_others(struct mutant *m, uint8_t *b, size_t n)
{
	size_t kind = dice_below(&m->dice, 4), at;
	struct anatomy a;

	if (kind == 0) {
		memset(b, 0, n);
	} else if (kind == 1) {
		b[dice_below(&m->dice, n)] ^= (uint8_t)(1u << dice_below(&m->dice, 8));
	} else if (kind == 2 && m->other != NULL && m->other->n > 0) {
		at = dice_below(&m->dice, m->other->n);
		if (anatomy_of(&m->other->v[at], &a) && a.s.payload.n > 0)
			memcpy(b, a.s.payload.p, n < a.s.payload.n ? n : a.s.payload.n);
	} else {
		for (size_t i = 0; i < n; i++)
			b[i] = (uint8_t)dice_next(&m->dice);
	}
}

void
mutate_overlap(struct mutant *m)
{
	struct packets *p = &m->packets;
	struct anatomy a;
	size_t at;

	for (size_t n = dice_between(&m->dice, 1, 4); n > 0; n--) {
		if (!pick_payload(m, 2, &at, &a))
			continue;
		size_t from = 0, to = a.s.payload.n;
		if (dice_percent(&m->dice, 60)) {
			from = dice_below(&m->dice, to - 1);
			to = dice_between(&m->dice, from + 2, to);
		}
		m->contradicted = true;
		uint8_t *b = packets_take(p, to - from);
		memcpy(b, a.s.payload.p + from, to - from);
		write_others(m, b, to - from);
		struct packet new = surgery_payload(p, &p->v[at], &a, a.s.seq + (uint32_t)from,
		    (struct bytes){ b, to - from });
		size_t place = at;
		if (dice_percent(&m->dice, 50))
			place = dice_between(&m->dice, at + 1, at + 10 < p->n ? at + 10 : p->n);
		while (place > at && p->v[place - 1].at_ns > p->v[at].at_ns + APART_MAX)
			place--;
		if (place > 0)
			new.at_ns = p->v[place - 1].at_ns;
		packets_insert(p, place, new);
	}
}
