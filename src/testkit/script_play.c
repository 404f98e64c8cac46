#include "testkit/script.h"

#include <stdlib.h>

/* A longer push is cut near its ends, and now and then between. */
#define CUT_ALL 4096u
#define ENDS    64u
#define STRIDE  4999u

static size_t
next_cut(size_t at, size_t n)
{
	if (n <= CUT_ALL || at < ENDS || n - at <= ENDS)
		return at + 1;
	return n - at > STRIDE + ENDS ? at + STRIDE : n - ENDS;
}

static void
play_line(const struct script_line *l, size_t number, struct script_way way, struct talk *t)
{
	struct bytes b = { l->p, l->n };

	if (l->gap) {
		talk_gap(t, l->side, l->n_gap);
	} else if (way.piece > 0) {
		talk_say_in_pieces(t, l->side, b, way.piece);
	} else if (way.cut_line == number && way.cut_at < l->n) {
		talk_say(t, l->side, (struct bytes){ b.p, way.cut_at });
		talk_say(t, l->side, (struct bytes){ b.p + way.cut_at, b.n - way.cut_at });
	} else {
		talk_say(t, l->side, b);
	}
}

void
script_play(const struct script *s, struct script_way way, struct talk *t)
{
	static const enum side orders[][2] = {
		[ORDER_CLIENT_FIRST] = { SIDE_CLIENT, SIDE_SERVER },
		[ORDER_SERVER_FIRST] = { SIDE_SERVER, SIDE_CLIENT },
	};

	talk_open(t, s->dx);
	for (int turn = 0; turn < (way.order == ORDER_AS_WRITTEN ? 1 : 2); turn++)
		for (size_t i = 0; i < s->n_lines; i++)
			if (way.order == ORDER_AS_WRITTEN || s->lines[i].side == orders[way.order][turn])
				play_line(&s->lines[i], i + 1, way, t);
	talk_close(t);
}

static bool
is_wanted(const struct script *s, const struct talk *t, const char *path, struct diag *d)
{
	for (int i = SIDE_CLIENT; i <= SIDE_SERVER; i++)
		if (strcmp(t->told.log[i].s, s->want[i].s) != 0) {
			diag_set(d, "%s: the facts are\n%s\ninstead of\n%s", path, t->told.log[i].s, s->want[i].s);
			return false;
		}
	return true;
}

static bool
plays_the_same(const struct script *s, struct script_way way, const struct talk *whole,
    struct talk *t, const char *path, struct diag *d)
{
	script_play(s, way, t);
	if (talk_same(whole, t))
		return true;
	diag_set(d, "%s: other facts with order %d, pieces %zu, cut in push %zu after %zu:\n%s%s\n%s%s",
	    path, (int)way.order, way.piece, way.cut_line, way.cut_at,
	    t->told.log[SIDE_CLIENT].s, t->told.log[SIDE_SERVER].s,
	    t->told.where[SIDE_CLIENT].s, t->told.where[SIDE_SERVER].s);
	return false;
}

static bool
cuts_do_not_matter(const struct script *s, const struct talk *whole, struct talk *t,
    const char *path, struct diag *d)
{
	static const size_t pieces[] = { 1, 2, 3, 5, 16, 1448 };

	for (size_t i = 0; i < s->n_lines; i++)
		for (size_t n = s->lines[i].n, at = 1; at < n; at = next_cut(at, n)) {
			struct script_way way = { .cut_line = i + 1, .cut_at = at };

			if (!plays_the_same(s, way, whole, t, path, d))
				return false;
		}
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
		if (!plays_the_same(s, (struct script_way){ .piece = pieces[i] }, whole, t, path, d))
			return false;
	return true;
}

static bool
order_does_not_matter(const struct script *s, const struct talk *whole, struct talk *t,
    const char *path, struct diag *d)
{
	static const enum script_order orders[] = { ORDER_CLIENT_FIRST, ORDER_SERVER_FIRST };

	for (size_t i = 0; i < 2; i++)
		for (size_t piece = 0; piece < 2; piece++)
			if (!plays_the_same(s, (struct script_way){ .order = orders[i], .piece = piece },
			    whole, t, path, d))
				return false;
	return true;
}

bool
talk_play_file(const char *path, struct diag *d)
{
	struct script *s = malloc(sizeof *s);
	struct talk *whole = malloc(sizeof *whole), *t = malloc(sizeof *t);
	bool good = false;

	if (s == NULL || whole == NULL || t == NULL) {
		diag_set(d, "%s: no memory", path);
	} else if (script_load(s, path, d)) {
		script_play(s, (struct script_way){ 0 }, whole);
		good = is_wanted(s, whole, path, d) && cuts_do_not_matter(s, whole, t, path, d) &&
		    order_does_not_matter(s, whole, t, path, d);
		script_free(s);
	}
	free(s);
	free(whole);
	free(t);
	return good;
}
