/*
 * The mutations that leave packets as they are: which of them there are, how
 * often, in which order and when.
 */
#include "testkit/mutate.h"

#include <assert.h>

#include "testkit/surgery.h"

#define MS 1000000ull
#define SECOND (1000 * MS)
#define EPMD_PORT 4369

static bool
is_epmd(const struct packet *p)
{
	struct anatomy a;

	return anatomy_of(p, &a) && (a.s.src_port == EPMD_PORT || a.s.dst_port == EPMD_PORT);
}

/* Met again at another interface, at once; or retransmitted later. */
static void
duplicate(struct mutant *m)
{
	struct packets *p = &m->packets;
	bool elsewhere = dice_percent(&m->dice, 50), all = dice_percent(&m->dice, 20);
	unsigned percent = all ? 100 : 10;

	for (size_t i = 0; i < p->n; i++) {
		if (!dice_percent(&m->dice, percent))
			continue;
		struct packet copy = p->v[i];
		size_t at = elsewhere || all ? i + 1 : dice_between(&m->dice, i + 1, p->n);
		while (p->v[at - 1].at_ns > copy.at_ns + APART_MAX)
			at--;
		copy.interface += elsewhere;
		copy.at_ns = p->v[at - 1].at_ns;
		packets_insert(p, at, copy);
		i += at == i + 1;
	}
}

/* A packet overtakes a few that were captured just before it. */
static void
reorder(struct mutant *m)
{
	struct packets *p = &m->packets;

	for (size_t to = 0, from; to + 3 < p->n; to = from + 1) {
		uint64_t at_ns[4];
		from = to + dice_between(&m->dice, 1, 3);
		if (dice_percent(&m->dice, 85) || p->v[from].at_ns > p->v[to].at_ns + 10 * MS)
			continue;
		for (size_t i = to; i <= from; i++)
			at_ns[i - to] = p->v[i].at_ns;
		packets_move(p, from, to);
		for (size_t i = to; i <= from; i++)
			p->v[i].at_ns = at_ns[i - to];
	}
}

static void
delay_one(struct mutant *m, size_t from, uint64_t by_ns)
{
	struct packets *p = &m->packets;
	size_t to = from;

	p->v[from].at_ns += by_ns;
	while (to + 1 < p->n && p->v[to + 1].at_ns <= p->v[from].at_ns)
		to++;
	packets_move(p, from, to);
}

static void
delay(struct mutant *m)
{
	static const uint64_t most[] = { MS, 50 * MS, 2 * SECOND, APART_MAX };

	for (size_t n = dice_between(&m->dice, 1, 5); n > 0 && m->packets.n > 0; n--)
		delay_one(m, dice_below(&m->dice, m->packets.n),
		    dice_below(&m->dice, most[dice_below(&m->dice, 4)]));
}

/* Far out of order, with times that rise all the same. */
static void
shuffle(struct mutant *m)
{
	struct packets *p = &m->packets;

	for (size_t n = dice_between(&m->dice, 1, 20); n > 0 && p->n > 1; n--) {
		size_t to = dice_below(&m->dice, p->n), from = dice_below(&m->dice, p->n);
		uint64_t apart = p->v[to].at_ns > p->v[from].at_ns ?
		    p->v[to].at_ns - p->v[from].at_ns : p->v[from].at_ns - p->v[to].at_ns;
		if (apart > APART_MAX)
			continue;
		struct packet swap = p->v[to];
		p->v[to] = p->v[from];
		p->v[from] = swap;
		p->v[from].at_ns = p->v[to].at_ns;
		p->v[to].at_ns = swap.at_ns;
	}
}

static void
drop_one(struct mutant *m)
{
	if (m->packets.n > 0)
		packets_remove(&m->packets, dice_below(&m->dice, m->packets.n), 1);
}

static void
drop(struct mutant *m)
{
	static const unsigned percents[] = { 1, 3, 10, 30, 60, 90 };
	unsigned percent = percents[dice_below(&m->dice, 6)];
	struct packets *p = &m->packets;

	for (size_t i = p->n; i-- > 0;)
		if (dice_percent(&m->dice, percent))
			packets_remove(p, i, 1);
}

static void
drop_burst(struct mutant *m)
{
	struct packets *p = &m->packets;

	if (p->n == 0)
		return;
	size_t at = dice_below(&m->dice, p->n), n = dice_between(&m->dice, 2, 40);
	packets_remove(p, at, n < p->n - at ? n : p->n - at);
}

/* From some packet on, those with payload are missing, or those without. */
static void
drop_kind(struct mutant *m, bool with_payload)
{
	struct packets *p = &m->packets;
	size_t from = dice_below(&m->dice, p->n + 1);
	unsigned percent = dice_percent(&m->dice, 50) ? 100 : 50;
	struct anatomy a;

	for (size_t i = p->n; i-- > from;)
		if (anatomy_of(&p->v[i], &a) && (a.s.payload_len > 0) == with_payload &&
		    !(a.s.flags & (TCP_SYN | TCP_FIN | TCP_RST)) && dice_percent(&m->dice, percent))
			packets_remove(p, i, 1);
}

static void
drop_payloads(struct mutant *m)
{
	drop_kind(m, true);
}

static void
drop_acks(struct mutant *m)
{
	drop_kind(m, false);
}

static void
cut(struct mutant *m)
{
	size_t n = dice_below(&m->dice, m->packets.n + 1);

	packets_remove(&m->packets, n, m->packets.n - n);
}

static void
midstream(struct mutant *m)
{
	packets_remove(&m->packets, 0, dice_below(&m->dice, m->packets.n + 1));
}

static void
cut_both_ends(struct mutant *m)
{
	cut(m);
	midstream(m);
}

/* All that one host sent is missing. */
static void
one_direction(struct mutant *m)
{
	struct packets *p = &m->packets;
	struct anatomy who, a;

	if (p->n == 0 || !anatomy_of(&p->v[dice_below(&m->dice, p->n)], &who))
		return;
	for (size_t i = p->n; i-- > 0;)
		if (anatomy_of(&p->v[i], &a) && address_equal(&a.s.src, &who.s.src))
			packets_remove(p, i, 1);
}

static void
no_epmd(struct mutant *m)
{
	for (size_t i = m->packets.n; i-- > 0;)
		if (is_epmd(&m->packets.v[i]))
			packets_remove(&m->packets, i, 1);
}

/* Two conversations under one name, or a label for another's port: such
 * recordings were never made on one network. */
static bool
share_an_end(const struct packets *one, const struct packets *two)
{
	struct anatomy a, b;

	for (size_t i = 0; i < one->n; i++) {
		if (!anatomy_of(&one->v[i], &a))
			continue;
		for (size_t j = 0; j < two->n; j++)
			if (anatomy_of(&two->v[j], &b) && a.s.src_port != EPMD_PORT &&
			    (a.s.src_port == b.s.src_port || a.s.src_port == b.s.dst_port))
				return true;
	}
	return false;
}

/* The second recording, as a second input that begins at start_ns. */
static void
merge_at(struct mutant *m, uint64_t start_ns)
{
	struct packets *p = &m->packets;
	size_t at = 0;

	for (size_t i = 0; i < m->other->n; i++) {
		struct packet new = m->other->v[i];
		new.source = 1;
		new.at_ns = start_ns + (new.at_ns - m->other->v[0].at_ns);
		while (at < p->n && p->v[at].at_ns <= new.at_ns)
			at++;
		packets_insert(p, at++, new);
	}
	m->merged = true;
}

static bool
may_merge(const struct mutant *m)
{
	return m->other != NULL && m->other->n > 0 && m->packets.n > 0 && !m->merged &&
	    !share_an_end(&m->packets, m->other);
}

/* One after the other. */
static void
join(struct mutant *m)
{
	const struct packets *p = &m->packets, *o = m->other;
	uint64_t apart = dice_between(&m->dice, 1, 600) * SECOND;

	if (!may_merge(m))
		return;
	if (dice_percent(&m->dice, 50))
		merge_at(m, p->v[p->n - 1].at_ns + apart);
	else
		merge_at(m, p->v[0].at_ns - apart - (o->v[o->n - 1].at_ns - o->v[0].at_ns));
}

/* At the same time. Both have their own b at the same address. */
static void
merge(struct mutant *m)
{
	const struct packets *p = &m->packets;

	if (may_merge(m))
		merge_at(m, p->v[0].at_ns +
		    dice_below(&m->dice, p->v[p->n - 1].at_ns - p->v[0].at_ns + 1));
}

#define LOSS (BLIND_BY(BLIND_GAP) | BLIND_BY(BLIND_MIDSTREAM) | BLIND_BY(BLIND_ONE_DIRECTION))

const struct mutation mutations[] = {
	{ "duplicate", duplicate, 0, false, 0 },
	{ "reorder", reorder, 0, false, BLIND_BY(BLIND_MIDSTREAM) | BLIND_BY(BLIND_GAP) },
	{ "split", mutate_split, 0, false, 0 },
	{ "coalesce", mutate_coalesce, 0, false, 0 },
	{ "renumber", mutate_renumber, 0, false, 0 },
	{ "join", join, 0, false, 0 },
	{ "merge", merge, HARM_LABELS, false, 0 },
	{ "link-type", mutate_link_type, HARM_LABELS, false, 0 },
	{ "no-epmd", no_epmd, HARM_LABELS, false, 0 },
	{ "delay", delay, HARM_TIME, false, LOSS },
	{ "shuffle", shuffle, HARM_TIME, false, LOSS | BLIND_BY(BLIND_LIMIT) },
	{ "drop-one", drop_one, HARM_BYTES, false, LOSS },
	{ "drop", drop, HARM_BYTES, false, LOSS },
	{ "drop-burst", drop_burst, HARM_BYTES, false, LOSS },
	{ "drop-payloads", drop_payloads, HARM_BYTES, false, LOSS },
	{ "drop-acks", drop_acks, HARM_BYTES, false, LOSS },
	{ "cut", cut, HARM_BYTES, false, LOSS },
	{ "midstream", midstream, HARM_BYTES, false, LOSS },
	{ "both-ends", cut_both_ends, HARM_BYTES, false, LOSS },
	{ "one-direction", one_direction, HARM_BYTES, false, LOSS },
	{ "snaplen", mutate_snaplen, HARM_BYTES, false, BLIND_BY(BLIND_SNAPLEN) },
	{ "stub", mutate_stub, HARM_BYTES, false, LOSS | BLIND_BY(BLIND_SNAPLEN) },
	{ "overlap", mutate_overlap, HARM_BYTES, true, BLIND_BY(BLIND_OVERLAP) | BLIND_BY(BLIND_LIMIT) },
};
const size_t n_mutations = sizeof mutations / sizeof *mutations;
