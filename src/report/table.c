#include "report/table.h"

#include "report/columns.h"
#include "report/cut.h"
#include "report/details.h"
#include "report/layout.h"
#include "report/recorded.h"
#include "report/summary.h"
#include "report/wrap.h"

struct table {
	const struct table_style *style;
	struct cell_style cell;
	unsigned width[N_COLUMNS];	/* 0: not shown */
	unsigned last;			/* the last column that is shown */
	FILE    *out;
};

static void
measure(struct table *t, const struct snapshot *s)
{
	unsigned natural[N_COLUMNS];

	for (unsigned c = 0; c < N_COLUMNS; c++)
		natural[c] = columns[c].optional ? 0 : (unsigned)text_columns(columns[c].title);
	for (size_t i = 0; i < s->n_connections; i++)
		for (unsigned c = 0; c < N_COLUMNS; c++) {
			char b[CELL_MAX];
			struct text cell = TEXT(b);

			columns[c].put(&cell, s->connections[i], &t->cell);
			natural[c] = layout_natural(natural[c], columns[c].title, b);
		}
	layout_columns(natural, t->style->width, t->width);
	for (unsigned c = 0; c < N_COLUMNS; c++)
		if (t->width[c] > 0)
			t->last = c;
}

/* Nothing for what is not alarming or good: a colour must mean something. */
static const char *
colour_of(enum verdict v)
{
	switch (v) {
	case VERDICT_PLAINTEXT: return "\033[31m";	/* red */
	case VERDICT_ONE_WAY:   return "\033[33m";	/* yellow */
	case VERDICT_ENCRYPTED: return "\033[36m";	/* cyan */
	case VERDICT_MUTUAL:    return "\033[32m";	/* green */
	case VERDICT_REFUSED:   return "\033[35m";	/* magenta */
	case VERDICT_NONE:
	case VERDICT_UNKNOWN:
	case N_VERDICTS:        break;
	}
	return "";
}

static void
write_cell(const struct table *t, unsigned c, const char *s, const char *colour)
{
	char b[CELL_MAX];
	struct text cell = TEXT(b);
	unsigned width = t->width[c];

	if (columns[c].cut != NULL)
		columns[c].cut(&cell, s, width, t->cell.utf8);
	else
		cut_put(&cell, s, width, t->cell.utf8);
	size_t taken = text_columns(b);
	int pad = taken < width ? (int)(width - taken) : 0;

	fprintf(t->out, "%*s%s%s%s", columns[c].right ? pad : 0, "", colour, b,
	    colour[0] != '\0' ? "\033[0m" : "");
	if (c != t->last)
		fprintf(t->out, "%*s ", columns[c].right ? 0 : pad, "");
}

static void
write_titles(const struct table *t)
{
	for (unsigned c = 0; c < N_COLUMNS; c++)
		if (t->width[c] > 0)
			write_cell(t, c, columns[c].title, "");
	putc('\n', t->out);
}

static void
write_row(const struct table *t, const struct judgement *j)
{
	for (unsigned c = 0; c < N_COLUMNS; c++) {
		char b[CELL_MAX];
		struct text cell = TEXT(b);
		bool coloured = t->style->colour && columns[c].by_verdict;

		if (t->width[c] == 0)
			continue;
		columns[c].put(&cell, j, &t->cell);
		write_cell(t, c, b, coloured ? colour_of(j->verdict) : "");
	}
	putc('\n', t->out);
}

static void
write_summary(const struct snapshot *s, bool utf8, struct wrap *w)
{
	char b[SUMMARY_MAX];
	struct text t = TEXT(b);

	summary_put(&t, s, utf8);
	wrap_line(w, 0, b);
}

bool
table_write(const struct snapshot *s, const struct table_style *style, FILE *out)
{
	struct services *services = style->numeric ? NULL : services_open();
	struct table t = { .style = style, .out = out,
	    .cell = { .utf8 = style->utf8, .services = services } };
	struct wrap w = { .out = out, .width = style->width };

	if (w.width > 0 && w.width < LAYOUT_WIDTH_MIN)
		w.width = LAYOUT_WIDTH_MIN;
	if (s->n_connections > 0) {
		measure(&t, s);
		write_titles(&t);
	}
	for (size_t i = 0; i < s->n_connections && !ferror(out); i++) {
		write_row(&t, s->connections[i]);
		if (style->verbose)
			details_write(s->connections[i], style->utf8, &w);
	}
	if (style->verbose)
		recorded_write(s->input.remarks, style->utf8, &w);
	write_summary(s, style->utf8, &w);
	services_free(services);
	return fflush(out) == 0 && !ferror(out);
}
