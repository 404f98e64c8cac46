#include "flow/feeder.h"

#include <assert.h>
#include <stdlib.h>

void
feeder_init(struct feeder *f, const struct dissector *dx, void *state,
    enum side side, struct port out)
{
	*f = (struct feeder){ .dx = dx, .state = state, .side = side, .out = out };
}

void
feeder_free(struct feeder *f)
{
	free(f->held);
	f->held = NULL;
	f->n_held = 0;
}

static void
give_up(struct feeder *f)
{
	f->quit = true;
	feeder_free(f);
}

/* Stop for want of room, and say so: what is not judged is never silent. */
static void
give_up_blind(struct feeder *f, uint64_t n)
{
	struct fact fact = { .kind = FACT_BLIND, .side = f->side };

	fact.u.blind.why = BLIND_LIMIT;
	fact.u.blind.n = n;
	f->out.fact(f->out.owner, &fact);
	give_up(f);
}

/* Drop from the front of b what a pending skip covers. */
static struct bytes
drop_skipped(struct feeder *f, struct bytes b)
{
	size_t n = f->skip < b.n ? (size_t)f->skip : b.n;

	f->skip -= n;
	f->at += n;
	return (struct bytes){ n ? b.p + n : b.p, b.n - n };
}

/* Obey one step on b, which was shown; returns what is left of b to show. */
static struct bytes
obey(struct feeder *f, struct step s, struct bytes b)
{
	switch (s.verb) {
	case STEP_PAST:
		assert(s.n > 0);
		f->skip = s.n;
		return drop_skipped(f, b);
	case STEP_NEED:
		assert(s.n > b.n);
		if (s.n <= DX_NEED_MAX) {
			f->need = (size_t)s.n;
			return b;
		}
		give_up_blind(f, s.n);
		break;
	case STEP_QUIT:
		give_up(f);
		break;
	}
	return (struct bytes){ NULL, 0 };
}

static struct bytes
show(struct feeder *f, struct bytes b)
{
	f->need = 0;
	while (!f->quit && b.n > 0 && f->need == 0)
		b = obey(f, f->dx->feed(f->state, f->side, rd_bytes(b), &f->out), b);
	return b;
}

/* Append to the held bytes; false when memory is out. */
static bool
hold(struct feeder *f, struct bytes b)
{
	uint8_t *p;

	if (b.n == 0)
		return true;
	if ((p = realloc(f->held, f->n_held + b.n)) == NULL)
		return false;
	memcpy(p + f->n_held, b.p, b.n);
	f->held = p;
	f->n_held += b.n;
	return true;
}

/* Show the held bytes, now that there are as many as were needed. What stays
 * held keeps its first stamp: it may be older than the packet, never younger. */
static bool
show_held(struct feeder *f)
{
	uint8_t *whole = f->held;
	struct bytes b = { whole, f->n_held };

	f->held = NULL;
	f->n_held = 0;
	bool kept = hold(f, show(f, b));
	free(whole);
	return kept;
}

void
feeder_push(struct feeder *f, struct bytes b, struct stamp when)
{
	f->last = when;
	/* Finish the message that the last packet cut, if there is one. */
	while (!f->quit && f->n_held > 0 && b.n > 0) {
		size_t want = f->need - f->n_held;
		struct bytes head = { b.p, b.n < want ? b.n : want };

		if (!hold(f, head)) {
			give_up_blind(f, f->need);
			return;
		}
		b = (struct bytes){ b.p + head.n, b.n - head.n };
		if (f->n_held < f->need)
			return;
		if (!show_held(f)) {
			give_up_blind(f, f->need);
			return;
		}
		b = drop_skipped(f, b);
	}
	if (f->quit || b.n == 0)
		return;
	b = drop_skipped(f, b);
	f->first = when;
	b = show(f, b);		/* straight from the packet */
	if (!f->quit && !hold(f, b))
		give_up_blind(f, f->need);
}

void
feeder_gap(struct feeder *f, uint64_t n)
{
	uint64_t cut = f->n_held;

	if (f->quit)
		return;
	if (n > 0 && cut == 0 && n <= f->skip) {
		f->skip -= n;		/* the loss lies in bulk nobody wanted */
		f->at += n;
		return;
	}
	/* What was held of the message that the loss cut is lost with it. */
	feeder_free(f);
	f->at += cut + f->skip;
	n = n > f->skip ? n - f->skip : n;
	f->skip = 0;
	struct step s = f->dx->gap(f->state, f->side, n, &f->out);
	if (s.verb == STEP_QUIT)
		give_up(f);
	else
		f->at += n;
}
