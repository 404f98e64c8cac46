/*
 * list - a cursor in rows that come, go and change their order.
 *
 * The cursor is on a row, not on a place: after a refresh it is on the same row,
 * and where that has gone on the nearest that is left (the one after it, else the
 * one before). Until somebody moves it, it stays on the first.
 *
 * units      places count rows from 0. page is how many are on the screen.
 */
#ifndef UI_LIST_H
#define UI_LIST_H

#include "ui/field.h"
#include "ui/press.h"

struct list {
	size_t   n;		/* rows */
	size_t   cursor;	/* place, less than n; 0 for no rows */
	size_t   top;		/* place of the first on the screen */
	size_t   page;		/* at least 1 once drawn */
	bool     moved;		/* by somebody */
	bool     at_end;	/* moved to the last row: stays there while rows are added */
};

/* Rows were before, and are now. */
void list_follow(struct list *l, const struct row *before, size_t n_before,
    const struct row *after, size_t n_after);
void list_set_page(struct list *l, size_t page);
void list_go(struct list *l, size_t place);

/* Moves by arrows, paging, Home, End, j k g G ^D ^U ^F ^B and the wheel. False: not
 * a motion. */
bool list_press(struct list *l, struct press p);

#endif
