#include "testkit/talk.h"

#include <assert.h>
#include <stdlib.h>

static void
on_fact(void *owner, const struct fact *f)
{
	struct talk *t = owner;

	told_put(&t->told, f, t->side[f->side].at + f->at);
}

void
talk_open(struct talk *t, const struct dissector *dx)
{
	struct port out = { .owner = t, .fact = on_fact };

	assert(dx->state_len <= sizeof t->state);
	memset(t->state, 0, sizeof t->state);
	for (int i = SIDE_CLIENT; i <= SIDE_SERVER; i++)
		feeder_init(&t->side[i], dx, t->state, (enum side)i, out);
	told_open(&t->told);
}

void
talk_close(struct talk *t)
{
	feeder_free(&t->side[SIDE_CLIENT]);
	feeder_free(&t->side[SIDE_SERVER]);
}

void
talk_say(struct talk *t, enum side side, struct bytes b)
{
	if (b.n == 0)
		return;
	uint8_t *own = malloc(b.n);
	assert(own != NULL);
	memcpy(own, b.p, b.n);
	feeder_push(&t->side[side], (struct bytes){ own, b.n }, (struct stamp){ 0 });
	free(own);
}

void
talk_say_in_pieces(struct talk *t, enum side side, struct bytes b, size_t piece)
{
	while (b.n > 0) {
		size_t n = b.n < piece ? b.n : piece;

		talk_say(t, side, (struct bytes){ b.p, n });
		b = (struct bytes){ b.p + n, b.n - n };
	}
}

void
talk_gap(struct talk *t, enum side side, uint64_t n)
{
	feeder_gap(&t->side[side], n);
}

bool
talk_same(const struct talk *a, const struct talk *b)
{
	return told_same(&a->told, &b->told);
}

struct fuzz {
	enum side side;
	bool      joined;	/* begins with a gap of unknown length */
	bool      torn;		/* a gap where it is cut */
	size_t    cut, piece;
	struct bytes rest;
};

static void
fuzz_play(struct talk *t, const struct dissector *dx, const struct fuzz *f, size_t piece)
{
	struct bytes head = { f->rest.p, f->cut };
	struct bytes tail = { f->rest.p + f->cut, f->rest.n - f->cut };

	talk_open(t, dx);
	if (f->joined)
		talk_gap(t, f->side, 0);
	if (f->torn) {
		talk_say_in_pieces(t, f->side, head, piece);
		talk_gap(t, f->side, f->cut % 7 + 1);
		talk_say_in_pieces(t, f->side, tail, piece);
	} else {
		talk_say_in_pieces(t, f->side, f->rest, piece);
	}
	talk_close(t);
}

void
talk_fuzz(const struct dissector *dx, const uint8_t *p, size_t n)
{
	struct talk whole, other;
	struct rd r = rd_of(p, n);
	uint8_t flags = rd_u8(&r);
	size_t cut = rd_u16(&r), piece = 2u + rd_u8(&r);

	if (!rd_ok(&r) || rd_left(&r) == 0)
		return;
	struct fuzz f = { flags & 1 ? SIDE_SERVER : SIDE_CLIENT, flags & 2, flags & 4, 0, piece, rd_rest(&r) };
	f.cut = cut % (f.rest.n + 1);
	fuzz_play(&whole, dx, &f, f.rest.n);
	const size_t pieces[] = { 1, piece, f.cut ? f.cut : 1 };
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		fuzz_play(&other, dx, &f, pieces[i]);
		if (!talk_same(&whole, &other))
			__builtin_trap();
	}
	dx->probe(f.side, rd_bytes(f.rest));
}
