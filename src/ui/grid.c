#include "ui/grid.h"

#include "report/cut.h"
#include "report/layout.h"

void
grid_open(struct grid *g, const struct fields *fields)
{
	*g = (struct grid){ .fields = *fields };
	for (unsigned i = 0; i < fields->n; i++)
		if (fields->v[i].title != NULL && !fields->v[i].extra)
			g->chosen[g->n_chosen++] = i;
	grid_forget(g);
}

static const struct field *
at_place(const struct grid *g, unsigned place)
{
	return &g->fields.v[g->chosen[place]];
}

void
grid_forget(struct grid *g)
{
	for (unsigned i = 0; i < g->fields.n; i++)
		g->natural[i] = g->fields.v[i].title == NULL || g->fields.v[i].optional ? 0 :
		    (unsigned)text_columns(g->fields.v[i].title);
}

void
grid_measure(struct grid *g, const void *what, const struct scene *s)
{
	for (unsigned place = 0; place < g->n_chosen; place++) {
		const struct field *f = at_place(g, place);
		unsigned *natural = &g->natural[g->chosen[place]];
		char b[CELL_MAX];
		struct text cell = TEXT(b);

		if (*natural >= f->wanted)
			continue;
		f->put(&cell, f, what, s);
		*natural = layout_natural(*natural, f->title, b);
	}
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned
wanted(const struct grid *g, unsigned place)
{
	return least(g->natural[g->chosen[place]], at_place(g, place)->wanted);
}

static unsigned
floor_of(const struct grid *g, unsigned place)
{
	return least(wanted(g, place), at_place(g, place)->min);
}

static bool
is_there(const struct grid *g, unsigned place)
{
	return g->natural[g->chosen[place]] > 0;
}

/* The column that comes next by its priority and has no width yet. */
static unsigned
next_by_priority(const struct grid *g)
{
	unsigned best = FIELD_NONE;

	for (unsigned place = 0; place < g->n_chosen; place++)
		if (g->width[place] == 0 && is_there(g, place) && (best == FIELD_NONE ||
		    at_place(g, place)->priority < at_place(g, best)->priority))
			best = place;
	return best;
}

/* A cell each in turn, so that all are squeezed alike. */
static void
widen(struct grid *g, unsigned room)
{
	for (bool grew = true; room > 0 && grew;) {
		grew = false;
		for (unsigned place = 0; place < g->n_chosen && room > 0; place++) {
			if (g->width[place] == 0 || g->width[place] >= wanted(g, place))
				continue;
			g->width[place]++;
			room--;
			grew = true;
		}
	}
}

/* What is left of room when that column gets this width. False: no room. */
static bool
give(struct grid *g, unsigned place, unsigned width, bool is_first, unsigned *room)
{
	unsigned need = width + (is_first ? 0 : 1);

	if (need > *room)
		return false;
	g->width[place] = width;
	*room -= need;
	return true;
}

/* As report/layout.h: the core is squeezed, the rest comes only when the core has all
 * the room it wants. */
static void
choose_by_priority(struct grid *g, unsigned room)
{
	unsigned lacks = 0, place;
	bool is_first = true;

	while ((place = next_by_priority(g)) != FIELD_NONE) {
		bool core = at_place(g, place)->priority <= COLUMNS_CORE;
		unsigned spare = core || lacks > room ? room : room - lacks;

		if (!core && lacks > room)
			break;
		if (!give(g, place, core ? floor_of(g, place) : wanted(g, place), is_first, &spare))
			break;
		room = core ? spare : spare + lacks;
		lacks += wanted(g, place) - g->width[place];
		is_first = false;
	}
	widen(g, room);
}

static void
choose_from_first(struct grid *g, unsigned total)
{
	unsigned used = 0;

	for (unsigned place = g->first - 1; place < g->n_chosen; place++) {
		unsigned gap = used > 0 ? 1 : 0;

		if (!is_there(g, place))
			continue;
		if (floor_of(g, place) + gap > total - used)
			break;
		g->width[place] = least(wanted(g, place), total - used - gap);
		used += g->width[place] + gap;
	}
}

void
grid_lay_out(struct grid *g, unsigned total)
{
	unsigned x = 0;

	memset(g->width, 0, sizeof g->width);
	if (g->first == 0)
		choose_by_priority(g, total);
	else
		choose_from_first(g, total);
	for (unsigned place = 0; place < g->n_chosen; place++) {
		g->x[place] = x;
		x += g->width[place] > 0 ? g->width[place] + 1 : 0;
	}
}

static void
draw_cell(struct screen *s, struct area line, unsigned x, unsigned width, bool right,
    unsigned ink, const char *text)
{
	unsigned taken = (unsigned)text_columns(text);

	if (right && taken < width)
		x += width - taken;
	screen_put(s, line.x + x, line.y, width, ink, text);
}

/* Of the column that orders the rows: the sign is never what is cut. */
static void
put_sorted_title(struct text *t, const char *title, unsigned width, bool utf8, bool descending)
{
	static const char *const signs[2][2] = { { "^", "v" }, { "▲", "▼" } };

	cut_put(t, title, width - 1, utf8);
	text_put(t, signs[utf8][descending]);
}

void
grid_draw_titles(const struct grid *g, struct screen *s, struct area line, unsigned sorted,
    bool descending)
{
	screen_clear(s, (struct area){ line.x, line.y, line.width, 1 }, INK_TITLE);
	for (unsigned place = 0; place < g->n_chosen; place++) {
		const struct field *f = at_place(g, place);
		bool is_sorted = g->chosen[place] == sorted;
		unsigned width = g->width[place];
		char b[CELL_MAX];
		struct text title = TEXT(b);

		if (width == 0)
			continue;
		/* The sign may stand in the gap before the next column. */
		if (is_sorted && text_columns(f->title) + 1 > width && g->x[place] + width < line.width)
			width++;
		if (is_sorted)
			put_sorted_title(&title, f->title, width, s->utf8, descending);
		else
			cut_put(&title, f->title, width, s->utf8);
		draw_cell(s, line, g->x[place], width, f->right, is_sorted ? INK_SORTED : INK_TITLE,
		    b);
	}
}

void
grid_draw_row(const struct grid *g, struct screen *s, struct area line,
    const struct row *row, bool selected, const struct scene *scene)
{
	unsigned inverse = selected ? INK_INVERSE : 0;

	if (selected)
		screen_clear(s, (struct area){ line.x, line.y, line.width, 1 }, inverse);
	for (unsigned place = 0; place < g->n_chosen; place++) {
		const struct field *f = at_place(g, place);
		char whole[CELL_MAX], fitting[CELL_MAX];
		struct text cell = TEXT(whole), t = TEXT(fitting);
		unsigned width = g->width[place];

		if (width == 0)
			continue;
		f->put(&cell, f, row->what, scene);
		if (f->cut != NULL)
			f->cut(&t, whole, width, s->utf8);
		else
			cut_put(&t, whole, width, s->utf8);
		draw_cell(s, line, g->x[place], width, f->right,
		    (f->by_verdict ? (unsigned)ink_of_verdict(row->verdict) : INK_NONE) | inverse,
		    fitting);
	}
}

unsigned
grid_field_at(const struct grid *g, unsigned x)
{
	for (unsigned place = 0; place < g->n_chosen; place++)
		if (g->width[place] > 0 && x >= g->x[place] && x - g->x[place] <= g->width[place])
			return g->chosen[place];
	return FIELD_NONE;
}

unsigned
grid_n_hidden(const struct grid *g)
{
	unsigned n = 0;

	for (unsigned place = 0; place < g->n_chosen; place++)
		n += g->width[place] == 0 && is_there(g, place);
	return n;
}

void
grid_scroll(struct grid *g, int places)
{
	bool shows_last = g->n_chosen == 0 || g->width[g->n_chosen - 1] > 0;

	if (places < 0)
		g->first -= least(g->first, (unsigned)-places);
	else if (g->first > 0 ? !shows_last : grid_n_hidden(g) > 0)
		g->first = least(g->first + (unsigned)places, g->n_chosen);
}
