/*
 * layout - which columns are shown, and how wide each is.
 *
 * units      widths are terminal columns; between two table columns is one space.
 */
#ifndef REPORT_LAYOUT_H
#define REPORT_LAYOUT_H

#include "report/columns.h"

/* Narrower screens than this are written as if they had it. */
#define LAYOUT_WIDTH_MIN 40u

/*
 * width[c] for every column, 0: not shown, given how wide the widest cell or
 * title of each is; 0: it is not to be shown. Columns come by priority, and none comes before one that
 * did not fit, so a wider screen never loses a column. total 0: no bound.
 */
/* How wide a column is with one more cell; an empty one shows no column. */
unsigned layout_natural(unsigned natural, const char *title, const char *cell);

void layout_columns(const unsigned natural[N_COLUMNS], unsigned total, unsigned width[N_COLUMNS]);

#endif
