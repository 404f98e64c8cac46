#include "testkit/dialogue.h"

#include <stdlib.h>

#include "testkit/script.h"
#include "testkit/surgery.h"

#define EPMD_PORT 4369

static void
name_it(struct dialogue *d, const char *name, unsigned number)
{
	struct text t = TEXT(d->name);

	text_putf(&t, number > 0 ? "%s, connection %u" : "%s", name, number);
}

/* A side says more. False: no room. */
static bool
say(struct dialogue *d, enum side side, struct bytes b, size_t acked, uint8_t flags)
{
	struct turn *last = d->n_turns > 0 ? &d->turns[d->n_turns - 1] : NULL;
	size_t at = d->n_said[side];

	if (b.n > DIALOGUE_BYTES_MAX - at || d->n_turns == DIALOGUE_TURNS_MAX)
		return false;
	if (b.n > 0)
		memcpy(d->said[side] + at, b.p, b.n);
	d->n_said[side] += b.n;
	if (last != NULL && last->side == side && last->acked == acked && last->flags == 0 &&
	    last->n > 0 && b.n > 0 && flags == 0)
		last->n += b.n;
	else
		d->turns[d->n_turns++] =
		    (struct turn){ side, flags, at + d->finished[side], b.n, acked };
	d->finished[side] |= flags & TCP_FIN;
	return true;
}

/* FINs of both, and their acknowledgements. */
static bool
hang_up(struct dialogue *d)
{
	static const struct bytes nothing;
	size_t client = d->n_said[SIDE_CLIENT], server = d->n_said[SIDE_SERVER];

	return say(d, SIDE_CLIENT, nothing, server, TCP_FIN) &&
	    say(d, SIDE_SERVER, nothing, client + 1, TCP_FIN) &&
	    say(d, SIDE_CLIENT, nothing, server + 1, 0);
}

static bool
say_script(struct dialogue *d, const struct script *s)
{
	static const struct bytes nothing;

	d->on_epmd_port = s->dx == &dx_epmd;
	for (size_t i = 0; i < s->n_lines; i++) {
		const struct script_line *l = &s->lines[i];
		enum side other = side_other(l->side);
		if (l->gap || !say(d, l->side, (struct bytes){ l->p, l->n }, d->n_said[other], 0) ||
		    !say(d, other, nothing, d->n_said[l->side], 0))
			return false;
	}
	return d->n_turns > 0 && hang_up(d);
}

bool
dialogue_of_talk(struct dialogue *d, struct told *fed, const char *path, const char *name,
    struct diag *why)
{
	struct script *s = malloc(sizeof *s);
	struct talk *t = malloc(sizeof *t);
	bool good = false;

	memset(d, 0, sizeof *d);
	name_it(d, name, 0);
	if (s == NULL || t == NULL) {
		diag_set(why, "%s: no memory", path);
	} else if (script_load(s, path, why)) {
		good = say_script(d, s);
		script_play(s, (struct script_way){ 0 }, t);
		told_copy(fed, &t->told);
		script_free(s);
	}
	free(t);
	free(s);
	return good;
}

static bool
is_same_end(const struct address *a, uint16_t a_port, const struct address *b, uint16_t b_port)
{
	return a_port == b_port && address_equal(a, b);
}

/* Who sent s, if it belongs to the connection that syn opened? */
static bool
is_part_of(const struct segment *s, const struct segment *syn, enum side *sender)
{
	bool to = is_same_end(&s->src, s->src_port, &syn->src, syn->src_port) &&
	    is_same_end(&s->dst, s->dst_port, &syn->dst, syn->dst_port);
	bool back = is_same_end(&s->src, s->src_port, &syn->dst, syn->dst_port) &&
	    is_same_end(&s->dst, s->dst_port, &syn->src, syn->src_port);

	*sender = back ? SIDE_SERVER : SIDE_CLIENT;
	return to || back;
}

/* The place of the n-th SYN, and what it is; p->n: there are not so many. */
static size_t
find_syn(const struct packets *p, unsigned n, struct anatomy *syn)
{
	for (size_t i = 0; i < p->n; i++)
		if (anatomy_of(&p->v[i], syn) &&
		    (syn->s.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && n-- == 0)
			return i;
	return p->n;
}

static bool
take(struct dialogue *d, const struct segment *s, enum side side, const uint32_t first[2])
{
	size_t at = s->seq - first[side], acked = s->ack - first[side_other(side)];
	size_t next = d->n_said[side] + d->finished[side];

	if (at > next)
		return false;
	if (at < next)
		return at + s->payload.n <= next;	/* said already, or a keep-alive */
	return say(d, side, s->payload, s->flags & TCP_ACK ? acked : 0,
	    s->flags & (TCP_FIN | TCP_RST));
}

bool
dialogue_of_packets(struct dialogue *d, const struct packets *p, unsigned n, const char *name)
{
	struct anatomy syn, a;
	size_t i = find_syn(p, n, &syn);
	uint32_t first[2] = { syn.s.seq + 1, 0 };
	bool answered = false;
	enum side side;

	memset(d, 0, sizeof *d);
	name_it(d, name, n + 1);
	if (i == p->n)
		return false;
	d->on_epmd_port = syn.s.dst_port == EPMD_PORT;
	for (i++; i < p->n && d->n_turns < DIALOGUE_TURNS_MAX; i++) {
		if (!anatomy_of(&p->v[i], &a) || !is_part_of(&a.s, &syn.s, &side))
			continue;
		if (a.s.flags & TCP_SYN) {
			if (answered)
				break;
			answered = true;
			first[SIDE_SERVER] = a.s.seq + 1;
		} else if (!answered || !anatomy_is_whole(&a) || !take(d, &a.s, side, first)) {
			break;
		}
	}
	return d->n_turns > 0 && d->n_said[SIDE_CLIENT] + d->n_said[SIDE_SERVER] > 0;
}
