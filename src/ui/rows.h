/*
 * rows - a row array that grows.
 *
 * ownership  rows_free() frees v, not what its rows point to.
 * failure    rows_make_room() false: memory is out, and the rows are as they were.
 */
#ifndef UI_ROWS_H
#define UI_ROWS_H

#include "ui/field.h"

struct rows {
	struct row *v;
	size_t n, room;
};

bool rows_make_room(struct rows *r, size_t n);
void rows_free(struct rows *r);

/* What was shown is from now on what was shown before; shown is empty, with the room of
 * the other. */
void rows_turn(struct rows *shown, struct rows *before);

#endif
