/*
 * grid - which columns are on the screen, how wide each is, and how titles and
 * rows are drawn.
 *
 * Unscrolled, columns come by their priority, squeezed alike, as in `show`; what has
 * no room is left out. Scrolled, all columns are there from the left, as wide as they
 * want and for as far as the screen goes; then from the second, and so on.
 *
 * Widths only grow until grid_forget(): columns do not dance while rows scroll by.
 *
 * units      widths are cells; one blank between two columns.
 */
#ifndef UI_GRID_H
#define UI_GRID_H

#include "ui/field.h"
#include "ui/screen.h"

struct grid {
	struct fields fields;
	unsigned chosen[FIELDS_MAX];	/* fields with a title, in the order of the screen */
	unsigned n_chosen;
	unsigned first;			/* 0: not scrolled; 1: from the first column; ... */
	unsigned natural[FIELDS_MAX];	/* by field: its widest cell so far */
	unsigned width[FIELDS_MAX];	/* by place in chosen; 0: not shown */
	unsigned x[FIELDS_MAX];		/* by place: where it begins */
};

void grid_open(struct grid *g, const struct fields *fields);	/* chosen: all but the extra ones */
void grid_forget(struct grid *g);
void grid_measure(struct grid *g, const void *what, const struct scene *s);
void grid_lay_out(struct grid *g, unsigned total);

/* The titles, with "^" or "v" ("▲", "▼") on the one that orders the rows. */
void grid_draw_titles(const struct grid *g, struct screen *s, struct area line, unsigned sorted,
    bool descending);
void grid_draw_row(const struct grid *g, struct screen *s, struct area line,
    const struct row *row, bool selected, const struct scene *scene);

/* The field of the column that is drawn at x of its area; FIELD_NONE. */
unsigned grid_field_at(const struct grid *g, unsigned x);

unsigned grid_n_hidden(const struct grid *g);	/* chosen, and not on the screen */

/* To the right, or left; stays where there is nothing more to be seen. */
void grid_scroll(struct grid *g, int places);

#endif
