#include "testkit/carriage.h"

#include <assert.h>

#include "audit/judgement.h"
#include "testkit/surgery.h"

#define EPMD_PORT    4369u
#define START_NS     1700000000000000000ull
#define N_SYNS       2u		/* SYN, SYN with ACK */
#define DISPLACED    8u		/* packets that another may overtake */
#define SKEWED_MAX   100u

/* Turns to parcels */

static bool
add(struct carriage *c, struct parcel p)
{
	if (c->n == CARRIAGE_PARCELS_MAX)
		return false;
	p.captured = p.n;
	c->v[c->n++] = p;
	return true;
}

static void
insert(struct carriage *c, size_t at, struct parcel p)
{
	if (!add(c, p))
		return;
	p = c->v[c->n - 1];
	memmove(&c->v[at + 1], &c->v[at], (c->n - 1 - at) * sizeof p);
	c->v[at] = p;
}

/* Sequence numbers that wrap within what is said, if so chosen. */
static void
choose_numbers(struct carriage *c, struct rd *by)
{
	for (int side = 0; side < 2; side++) {
		uint8_t how = rd_u8(by);
		size_t before = (size_t)how * c->d->n_said[side] / 255;
		c->isn[side] = how ? 0u - (uint32_t)before - 1 : side == SIDE_CLIENT ? 1000 : 2000000000;
	}
}

/* A short piece now and then, else all that is left. */
static size_t
choose_length(struct rd *by, size_t left)
{
	uint8_t how = rd_u8(by);
	size_t n = how < 64 ? left : how < 160 ? how - 63u : (how - 159u) * (how - 159u);

	return n < left ? n : left;
}

static void
cut_turn(struct carriage *c, const struct turn *t, struct rd *by)
{
	size_t at = t->at, left = t->n;

	do {
		/* The last place is for what must not be lost. */
		bool full = c->n + (c->d->n_turns + 1) >= CARRIAGE_PARCELS_MAX;
		size_t n = full || left == 0 ? left : choose_length(by, left);
		bool placed = add(c, (struct parcel){ .side = t->side, .at = at, .n = n,
			.acked = t->acked, .flags = TCP_ACK | (n == left ? t->flags : 0) });
		assert(placed);
		at += n;
		left -= n;
	} while (left > 0);
}

static bool
is_movable(const struct parcel *p)
{
	return !(p->flags & (TCP_SYN | TCP_RST));
}

/* Some overtake a few before them. */
static void
reorder(struct carriage *c, struct rd *by)
{
	for (size_t i = N_SYNS; i < c->n; i++) {
		uint8_t how = rd_u8(by);
		size_t to = i;
		if (how < 128 || !is_movable(&c->v[i]))
			continue;
		for (size_t n = how % DISPLACED + 1; n > 0 && is_movable(&c->v[to - 1]); n--)
			to--;
		struct parcel p = c->v[i];
		memmove(&c->v[to + 1], &c->v[to], (i - to) * sizeof p);
		c->v[to] = p;
	}
}

/* One side's packets all come before the other's: two mirror ports, badly merged. Not more
 * than may wait for the other side, see SESSION_PIECES. */
static void
skew(struct carriage *c, struct rd *by)
{
	uint8_t how = rd_u8(by);
	enum side first = how & 1 ? SIDE_SERVER : SIDE_CLIENT;
	size_t to = N_SYNS;

	if (how < 192 || c->n > SKEWED_MAX)
		return;
	for (size_t i = N_SYNS; i < c->n && is_movable(&c->v[i]); i++) {
		struct parcel p = c->v[i];
		if (p.side != first)
			continue;
		memmove(&c->v[to + 1], &c->v[to], (i - to) * sizeof p);
		c->v[to++] = p;
	}
}

/* What the packets up to one have brought of each side. */
struct progress {
	bool   have[2][DIALOGUE_BYTES_MAX];
	size_t whole[2];	/* all before was captured */
	size_t acked[2];	/* by its packets */
};

static void
progress_to(struct progress *w, const struct parcel *p)
{
	if (p->acked > w->acked[p->side])
		w->acked[p->side] = p->acked;
	for (size_t i = 0; i < p->captured && !p->probe && !p->spoiled; i++)
		w->have[p->side][p->at + i] = true;
	while (w->whole[p->side] < DIALOGUE_BYTES_MAX && w->have[p->side][w->whole[p->side]])
		w->whole[p->side]++;
}

/* Some of what was captured of a side, sent again in another piece; n 0: nothing was. */
static struct parcel
repetition(const struct progress *w, enum side side, struct rd *by)
{
	size_t whole = w->whole[side], back = rd_u8(by) * whole / 255, n;
	struct parcel p = { .side = side, .flags = TCP_ACK, .at = whole - back,
		.acked = w->acked[side], .again = true };

	n = choose_length(by, back);
	p.n = n;
	return p;
}

static struct parcel
keep_alive(const struct progress *w, enum side side)
{
	size_t whole = w->whole[side];

	return (struct parcel){ .side = side, .flags = TCP_ACK, .at = whole > 0 ? whole - 1 : 0,
		.n = whole > 0, .acked = w->acked[side], .again = true, .probe = true };
}

/* Copies by another interface, retransmissions, keep-alives. */
static void
repeat(struct carriage *c, struct rd *by)
{
	struct progress w = { .acked = { 0, 0 } };

	for (size_t i = 0; i < c->n && !(c->v[i].flags & TCP_RST); i++) {
		uint8_t how = rd_u8(by);
		enum side side = how & 8 ? SIDE_SERVER : SIDE_CLIENT;
		struct parcel p = c->v[i];
		progress_to(&w, &p);
		if (i < N_SYNS && how % 8 != 5)
			continue;
		switch (how % 8) {
		case 5:
			if (p.probe)
				break;
			p.again = true;
			p.interface = how >> 4 & 1;
			insert(c, i + 1 + (how >> 5) % (c->n - i), p);
			break;
		case 6:
			insert(c, i + 1, repetition(&w, side, by));
			break;
		case 7:
			insert(c, i + 1, keep_alive(&w, side));
			break;
		default:
			break;
		}
	}
}

/* Parcels to packets */

static struct bytes
payload_of(struct carriage *c, const struct parcel *p)
{
	uint8_t *b = packets_take(&c->packets, p->n);

	if (p->n > 0) {
		memcpy(b, c->d->said[p->side] + p->at, p->n);
		b[p->n - 1] ^= p->probe ? 0xff : p->spoiled;
	}
	return (struct bytes){ b, p->captured };
}

static void
pack(struct carriage *c)
{
	uint16_t server = c->d->on_epmd_port ? EPMD_PORT : CARRIAGE_SERVER_PORT;
	const uint16_t ports[2] = { CARRIAGE_CLIENT_PORT, server };
	const uint8_t hosts[2][4] = { { 10, 77, 0, 1 }, { 10, 77, 0, 2 } };

	for (size_t i = 0; i < c->n; i++) {
		const struct parcel *p = &c->v[i];
		enum side to = side_other(p->side);
		uint32_t first = c->isn[p->side] + (p->flags & TCP_SYN ? 0 : 1);
		struct packet packet = surgery_forge(&c->packets, &(struct segment){
			.src = address_ipv4(hosts[p->side]), .dst = address_ipv4(hosts[to]),
			.src_port = ports[p->side], .dst_port = ports[to],
			.seq = first + (uint32_t)p->at, .flags = p->flags, .window = 500,
			.ack = p->flags & TCP_ACK ? c->isn[to] + 1 + (uint32_t)p->acked : 0,
			.payload = payload_of(c, p), .payload_len = (uint32_t)p->n });
		packet.at_ns = START_NS + i * CARRIAGE_STEP_NS;
		packet.interface = p->interface;
		packets_insert(&c->packets, c->packets.n, packet);
	}
}

static void
begin(struct carriage *c, const struct dialogue *d, struct rd *by)
{
	memset(c, 0, sizeof *c);
	c->d = d;
	choose_numbers(c, by);
	add(c, (struct parcel){ .side = SIDE_CLIENT, .flags = TCP_SYN });
	add(c, (struct parcel){ .side = SIDE_SERVER, .flags = TCP_SYN | TCP_ACK });
	for (size_t i = 0; i < d->n_turns; i++)
		cut_turn(c, &d->turns[i], by);
	skew(c, by);
	reorder(c, by);
	repeat(c, by);
}

void
carriage_make(struct carriage *c, const struct dialogue *d, struct rd *by)
{
	begin(c, d, by);
	pack(c);
}

/* Harm */

#define LOSS (BLIND_BIT(BLIND_GAP) | BLIND_BIT(BLIND_MIDSTREAM) | BLIND_BIT(BLIND_ONE_DIRECTION))

static void
lose(struct carriage *c, struct rd *by)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		uint8_t how = rd_u8(by);
		struct parcel p = c->v[i];
		/* What a keep-alive repeats must have come. */
		if (how >= 224 || p.probe) {
			c->harm |= LOSS;
			c->joined |= (p.flags & TCP_SYN) != 0;
			continue;
		}
		if (how >= 208 && p.n > 0) {
			p.captured = p.n * (how - 208u) / 16;
			c->harm |= LOSS | BLIND_BIT(BLIND_SNAPLEN);
		}
		c->v[n++] = p;
	}
	c->n = n;
}

/* Bytes are sent again, and differ: after the true ones were captured, or else nobody can
 * tell which of the two the receiver took. */
static void
spoil(struct carriage *c, struct rd *by)
{
	struct progress w = { .acked = { 0, 0 } };

	for (size_t i = 0; i < c->n; i++) {
		uint8_t how = rd_u8(by);
		progress_to(&w, &c->v[i]);
		if (how < 224)
			continue;
		struct parcel p = repetition(&w, how & 1 ? SIDE_SERVER : SIDE_CLIENT, by);
		p.spoiled = 1 + (how >> 1 & 15);
		if (p.n < 2)
			continue;	/* one byte may be a keep-alive's */
		c->harm |= BLIND_BIT(BLIND_OVERLAP) | BLIND_BIT(BLIND_LIMIT);
		/* Before the true ones only where more than one is new: a byte alone that differs is
		 * taken for a keep-alive's. */
		size_t to = rd_u8(by) < 192 || c->v[i].n == 1 ? i + 1 : i;
		c->contested |= to == i;
		insert(c, to, p);
		i++;
	}
}

void
carriage_make_lossy(struct carriage *c, const struct dialogue *d, struct rd *by)
{
	begin(c, d, by);
	lose(c, by);
	spoil(c, by);
	pack(c);
}

void
carriage_put(struct text *t, const struct carriage *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct parcel *p = &c->v[i];
		text_putf(t, "%c%zu+%zu:%zu", p->side == SIDE_CLIENT ? 'c' : 's', p->at, p->n, p->acked);
		text_put(t, p->flags & TCP_SYN ? "SYN" : p->flags & TCP_FIN ? "FIN" :
		    p->flags & TCP_RST ? "RST" : "");
		text_put(t, p->probe ? "(keep-alive)" : p->spoiled ? "(differs)" :
		    p->captured < p->n ? "(cut off)" : p->again ? "(again)" : "");
		text_put(t, " ");
	}
	text_put(t, "\n");
}

void
carriage_free(struct carriage *c)
{
	packets_free(&c->packets);
}
