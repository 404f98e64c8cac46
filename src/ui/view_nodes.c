#include "ui/view_nodes.h"

#include <stdlib.h>

#include "report/node_words.h"
#include "report/words.h"
#include "ui/node_fields.h"
#include "ui/view_connections.h"

struct node_view {
	struct sheet sheet;
	struct nodes nodes;		/* what the rows point to */
	struct rows rows;		/* by name, where they are alike otherwise */
	struct order order;
};

static void *
open_view(void)
{
	struct node_view *v = calloc(1, sizeof *v);

	if (v == NULL)
		return NULL;
	nodes_init(&v->nodes);
	sheet_open(&v->sheet, &node_fields, field_find(&node_fields, "worst"), false);
	return v;
}

static void
close_view(void *view)
{
	struct node_view *v = view;

	sheet_close(&v->sheet);
	nodes_free(&v->nodes);
	order_free(&v->order);
	rows_free(&v->rows);
	free(v);
}

static struct sheet *
sheet_of(void *view)
{
	return &((struct node_view *)view)->sheet;
}

static bool
refresh(void *view, const struct scene *s)
{
	struct node_view *v = view;
	bool ok = nodes_take(&v->nodes, s->snapshot);

	v->rows.n = 0;
	ok = ok && node_rows_take(&v->rows, &v->order, &v->nodes, s);
	return sheet_refresh(&v->sheet, v->rows.v, v->rows.n, s) && ok;
}

static void
draw(void *view, struct screen *screen, struct area a, const struct scene *s)
{
	struct node_view *v = view;

	sheet_draw(&v->sheet, screen, a, s);
	if (v->sheet.rows.n == 0 && a.height > 2)
		screen_put(screen, a.x + 1, a.y + 2, a.width, INK_FAINT, v->sheet.all.n == 0 ?
		    "no node has been seen yet" : "no row matches the filter");
}

static void
press(void *view, struct press p, const struct scene *s, struct request *r)
{
	struct node_view *v = view;
	struct text t = TEXT(r->text);

	if (!view_press_rows(&v->sheet, p, s, r))
		return;
	r->kind = REQUEST_SHOW;
	r->name = view_connections.name;
	node_put_query(&t, sheet_selected(&v->sheet)->what);
}

static void
put_certificate_hint(struct text *t, const struct node *node, const struct scene *s)
{
	const struct certificate *c = node->certificate;

	if (c == NULL && node->sealed)
		text_put(t, "; its certificate was encrypted");
	if (c == NULL || !c->readable)
		return;
	text_put(t, c->not_after * INT64_C(1000000000) < (int64_t)s->now_ns ?
	    "; certificate ended " : "; certificate until ");
	words_put_date(t, c->not_after);
	text_put(t, ", ");
	words_put_escaped(t, c->subject, s->style.utf8);
}

static void
put_hint(const void *view, struct text *t, const struct scene *s)
{
	const struct row *row = sheet_selected(&((const struct node_view *)view)->sheet);

	if (row == NULL)
		return;
	node_words_put_label(t, row->what, s->style.utf8);
	text_put(t, ": ");
	node_words_put_tally(t, &((const struct node *)row->what)->tally);
	put_certificate_hint(t, row->what, s);
}

static const struct help_line help[] = {
	{ "Enter", "the node's connections" },
	{ "Worst", "of all its connections; refused only where no other came up" },
	{ "Release", "of OTP, estimated from what the node says of itself in clear" },
	{ "Days", "until its certificate ends; below 0: it has ended" },
	{ "? 10.0.0.1", "nobody named the node there, or which of several it is" },
	{ NULL, NULL }
};

const struct view_kind view_nodes = {
	.name = "nodes",
	.title = "Nodes",
	.open = open_view,
	.close = close_view,
	.refresh = refresh,
	.draw = draw,
	.press = press,
	.put_hint = put_hint,
	.sheet = sheet_of,
	.help = help,
};
