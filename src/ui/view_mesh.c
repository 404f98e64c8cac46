#include "ui/view_mesh.h"

#include <ctype.h>
#include <stdlib.h>

#include "report/cut.h"
#include "report/node_words.h"
#include "ui/node_fields.h"
#include "ui/view_connections.h"

#define CELL_WIDTH 2u
#define LABEL_MIN 8u			/* of a row's */
#define LEGEND_FROM 8u			/* lines: less has no room for it */

struct mesh_view {
	struct nodes nodes;		/* what the rows point to */
	struct rows rows, before;	/* nodes in order of their names; as they were */
	struct order order;
	struct list down, across;	/* the cursor, both among rows */
	unsigned digits, label;		/* widths: a node's number, its name */
	struct area cells;		/* where they were drawn: for the mouse */
};

static const struct node *
node_of(const struct row *row)
{
	return row->what;
}

static void *
open_view(void)
{
	struct mesh_view *v = calloc(1, sizeof *v);

	if (v != NULL)
		nodes_init(&v->nodes);
	return v;
}

static void
close_view(void *view)
{
	struct mesh_view *v = view;

	nodes_free(&v->nodes);
	order_free(&v->order);
	rows_free(&v->rows);
	rows_free(&v->before);
	free(v);
}

/* What is known */

static void
measure(struct mesh_view *v, const struct scene *s)
{
	v->label = LABEL_MIN;
	for (size_t i = 0; i < v->rows.n; i++) {
		char b[CELL_MAX];
		struct text t = TEXT(b);

		node_words_put_label(&t, v->rows.v[i].what, s->style.utf8);
		unsigned width = (unsigned)text_columns(b);
		v->label = width > v->label ? width : v->label;
	}
	v->digits = 1;
	for (size_t most = v->rows.n; most > 9; most /= 10)
		v->digits++;
}

static bool
refresh(void *view, const struct scene *s)
{
	struct mesh_view *v = view;
	bool ok = nodes_take(&v->nodes, s->snapshot);

	rows_turn(&v->rows, &v->before);
	ok = ok && node_rows_take(&v->rows, &v->order, &v->nodes, s);
	list_follow(&v->down, v->before.v, v->before.n, v->rows.v, v->rows.n);
	list_follow(&v->across, v->before.v, v->before.n, v->rows.v, v->rows.n);
	measure(v, s);
	return ok;
}

static const struct pair *
pair_at(const struct mesh_view *v, size_t row, size_t column)
{
	return nodes_pair(&v->nodes, node_of(&v->rows.v[row]), node_of(&v->rows.v[column]));
}

/* Drawing */

static char
letter_of(enum verdict v)
{
	switch (v) {
	case VERDICT_PLAINTEXT: return 'P';
	case VERDICT_ONE_WAY:   return 'O';
	case VERDICT_UNKNOWN:   return 'U';
	case VERDICT_ENCRYPTED: return 'E';
	case VERDICT_REFUSED:   return 'R';
	case VERDICT_MUTUAL:    return 'M';
	case VERDICT_NONE:
	case N_VERDICTS:        break;
	}
	return '?';
}

static void
draw_cell(const struct mesh_view *v, struct screen *screen, unsigned x, unsigned y, size_t row,
    size_t column)
{
	const struct pair *pair = pair_at(v, row, column);
	bool selected = row == v->down.cursor && column == v->across.cursor;
	unsigned ink = INK_FAINT;
	char b[8];
	struct text t = TEXT(b);

	if (pair != NULL) {
		enum verdict worst = tally_worst(&pair->tally);
		char letter = letter_of(worst);

		ink = ink_of_verdict(worst);
		text_putf(&t, "%c", pair->tally.open_by_verdict[worst] > 0 ? letter : tolower(letter));
	} else {
		text_put(&t, row == column ? "\\" : screen->utf8 ? "·" : ".");
	}
	screen_put(screen, x, y, 1, selected ? ink | INK_INVERSE : ink, b);
}

/* The number of a node, a digit a line; of the one under the cursor stronger. */
static void
draw_numbers(const struct mesh_view *v, struct screen *screen, struct area lines)
{
	for (size_t i = v->across.top; i < v->rows.n; i++) {
		unsigned x = lines.x + (unsigned)(i - v->across.top) * CELL_WIDTH;
		unsigned ink = i == v->across.cursor ? INK_STRONG : INK_TITLE;
		size_t number = i + 1;

		if (x >= lines.x + lines.width)
			break;
		for (unsigned line = v->digits; line-- > 0 && number > 0; number /= 10) {
			char b[2] = { (char)('0' + number % 10), '\0' };

			if (line < lines.height)
				screen_put(screen, x, lines.y + line, 1, ink, b);
		}
	}
}

static void
draw_label(const struct mesh_view *v, struct screen *screen, struct area line, size_t row,
    const struct scene *s)
{
	unsigned ink = row == v->down.cursor ? INK_STRONG : INK_NONE;
	char whole[CELL_MAX], cut[CELL_MAX];
	struct text t = TEXT(whole), fitting = TEXT(cut);

	text_putf(&t, "%*zu ", (int)v->digits, row + 1);
	node_words_put_label(&t, v->rows.v[row].what, s->style.utf8);
	cut_put(&fitting, whole, line.width, screen->utf8);
	screen_put(screen, line.x, line.y, line.width, ink, cut);
}

static void
draw_legend(struct screen *screen, struct area line)
{
	unsigned x = 0;

	for (unsigned rank = 1; rank <= verdict_rank(VERDICT_MUTUAL); rank++)
		for (int i = VERDICT_PLAINTEXT; i < N_VERDICTS; i++) {
			enum verdict v = (enum verdict)i;
			char b[64];
			struct text t = TEXT(b);

			if (verdict_rank(v) != rank)
				continue;
			text_putf(&t, "%c %s", letter_of(v), verdict_word(v));
			x += screen_put(screen, line.x + x, line.y, line.width - x, ink_of_verdict(v), b) + 2;
			x = x < line.width ? x : line.width;
		}
	screen_put(screen, line.x + x, line.y, line.width - x, INK_FAINT, "small=ended");
}

static void
draw(void *view, struct screen *screen, struct area a, const struct scene *s)
{
	struct mesh_view *v = view;
	unsigned left = v->digits + 1 + v->label;

	if (v->rows.n == 0) {
		if (a.height > 2)
			screen_put(screen, a.x + 1, a.y + 2, a.width, INK_FAINT, "no node has been seen yet");
		return;
	}
	left = left < a.width / 2 ? left : a.width / 2;
	if (a.height >= LEGEND_FROM)
		draw_legend(screen, (struct area){ a.x, a.y + --a.height, a.width, 1 });
	struct area titles = area_top(&a, v->digits < a.height ? v->digits : a.height);
	titles.x += left + 1;
	titles.width -= left + 1;
	v->cells = (struct area){ titles.x, a.y, titles.width, a.height };
	list_set_page(&v->down, a.height > 0 ? a.height : 1);
	list_set_page(&v->across, (titles.width + 1) / CELL_WIDTH);
	draw_numbers(v, screen, titles);
	for (size_t row = v->down.top; row < v->rows.n && a.height > 0; row++) {
		struct area line = area_top(&a, 1);

		draw_label(v, screen, (struct area){ line.x, line.y, left, 1 }, row, s);
		for (size_t column = v->across.top; column < v->rows.n; column++) {
			unsigned x = (unsigned)(column - v->across.top) * CELL_WIDTH;

			if (x >= titles.width)
				break;
			draw_cell(v, screen, titles.x + x, line.y, row, column);
		}
	}
}

/* Pressing */

static void
put_pair_query(const struct mesh_view *v, struct text *t)
{
	const struct row *a = &v->rows.v[v->down.cursor], *b = &v->rows.v[v->across.cursor];

	node_put_query(t, node_of(a));
	if (a == b)
		return;
	text_put(t, " ");
	node_put_query(t, node_of(b));
}

static void
open_pair(const struct mesh_view *v, struct request *r)
{
	struct text t = TEXT(r->text);

	if (v->rows.n == 0)
		return;
	if (v->down.cursor != v->across.cursor && pair_at(v, v->down.cursor, v->across.cursor) == NULL) {
		r->kind = REQUEST_SAY;
		text_put(&t, "no connection between these two has been seen");
		return;
	}
	r->kind = REQUEST_SHOW;
	r->name = view_connections.name;
	put_pair_query(v, &t);
}

static void
click(struct mesh_view *v, struct press p, struct request *r)
{
	size_t row = v->down.top + (p.y - v->cells.y);
	size_t column = v->across.top + (p.x - v->cells.x) / CELL_WIDTH;

	if (!area_has(v->cells, p.x, p.y) || row >= v->rows.n || column >= v->rows.n) {
		r->kind = REQUEST_NOT_MINE;
		return;
	}
	list_go(&v->down, row);
	list_go(&v->across, column);
	if (p.kind == PRESS_DOUBLE_CLICK)
		open_pair(v, r);
}

/* A motion along the row is one along the column, turned. */
static bool
turned(struct press *p)
{
	if (p->kind == PRESS_LEFT || press_key(*p) == 'H')
		p->kind = PRESS_UP;
	else if (p->kind == PRESS_RIGHT || press_key(*p) == 'l' || press_key(*p) == 'L')
		p->kind = PRESS_DOWN;
	else
		return false;
	return true;
}

static void
press(void *view, struct press p, const struct scene *s, struct request *r)
{
	struct mesh_view *v = view;

	(void)s;
	r->kind = REQUEST_NONE;
	if (p.kind == PRESS_CLICK || p.kind == PRESS_DOUBLE_CLICK)
		click(v, p, r);
	else if (p.kind == PRESS_ENTER)
		open_pair(v, r);
	else if (!list_press(turned(&p) ? &v->across : &v->down, p))
		r->kind = REQUEST_NOT_MINE;
}

static void
put_hint(const void *view, struct text *t, const struct scene *s)
{
	const struct mesh_view *v = view;
	const struct pair *pair;

	if (v->rows.n == 0)
		return;
	const struct node *a = node_of(&v->rows.v[v->down.cursor]);
	const struct node *b = node_of(&v->rows.v[v->across.cursor]);
	node_words_put_label(t, a, s->style.utf8);
	if (a == b) {
		text_put(t, ": ");
		node_words_put_tally(t, &a->tally);
		return;
	}
	text_put(t, " and ");
	node_words_put_label(t, b, s->style.utf8);
	text_put(t, ": ");
	if ((pair = pair_at(v, v->down.cursor, v->across.cursor)) != NULL)
		node_words_put_tally(t, &pair->tally);
	else
		text_put(t, "no connection");
}

static const struct help_line help[] = {
	{ "arrows j k H l", "from pair to pair" },
	{ "Enter", "the connections of the pair; on the diagonal: of the node" },
	{ "P O U E R M", "the worst of a pair's connections; R only where no other came up" },
	{ "small letters", "all connections of that verdict have ended" },
	{ NULL, NULL }
};

const struct view_kind view_mesh = {
	.name = "mesh",
	.title = "Mesh",
	.open = open_view,
	.close = close_view,
	.refresh = refresh,
	.draw = draw,
	.press = press,
	.put_hint = put_hint,
	.help = help,
};
