/*
 * sheet - a whole table on the screen: rows that are filtered, ordered, scrolled,
 * searched and selected. A view gives it fields and rows, and is done.
 *
 * ownership  rows are copied, what they point to is borrowed until the next
 *            sheet_refresh(); sheet_close() frees.
 * failure    sheet_refresh() false: memory is out, and the rows are those given, neither
 *            filtered nor ordered any further than there was memory for.
 */
#ifndef UI_SHEET_H
#define UI_SHEET_H

#include "ui/grid.h"
#include "ui/list.h"
#include "ui/order.h"
#include "ui/query.h"
#include "ui/rows.h"

struct sheet {
	struct fields fields;
	struct grid grid;
	struct list list;
	struct order order;
	unsigned sorted;		/* field; FIELD_NONE: as the view gives them */
	bool     descending;
	unsigned first_sorted;		/* as the view was opened */
	bool     first_descending;
	struct query query;
	char     filter[QUERY_BYTES];	/* as written */
	struct rows all, rows, before;	/* as given; shown; shown before that */
	struct area area;		/* where it was drawn: for the mouse */
};

void sheet_open(struct sheet *s, const struct fields *fields, unsigned sorted, bool descending);
void sheet_close(struct sheet *s);

bool sheet_refresh(struct sheet *s, const struct row *rows, size_t n, const struct scene *scene);

/* Filter and order anew what was given last: after sorted, descending or filter changed. */
bool sheet_again(struct sheet *s, const struct scene *scene);

/* False: e says what is wrong, and the filter is as it was. */
bool sheet_set_filter(struct sheet *s, const char *text, struct query_error *e);

/* Numbers begin with the largest, text with its first; the same again: the other way. */
void sheet_sort(struct sheet *s, unsigned field);

void sheet_draw(struct sheet *s, struct screen *screen, struct area a, const struct scene *scene);

enum sheet_answer {
	SHEET_NOT_MINE,
	SHEET_MOVED,		/* the cursor, or columns: draw */
	SHEET_SORTED,		/* a title was clicked: sheet_again() */
	SHEET_OPENED,		/* Enter or a double click on the selected row */
};
enum sheet_answer sheet_press(struct sheet *s, struct press p);

const struct row *sheet_selected(const struct sheet *s);	/* NULL: no rows */

/* To the next row (direction 1, from the one after the cursor; 0: from the cursor) or
 * the one before (-1) that holds the word, round the end. False: there is none. */
bool sheet_search(struct sheet *s, const char *word, int direction, const struct scene *scene);

#endif
