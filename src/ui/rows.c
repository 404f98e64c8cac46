#include "ui/rows.h"

#include <stdlib.h>

bool
rows_make_room(struct rows *r, size_t n)
{
	size_t room = n + n / 4 + 64;
	struct row *v;

	if (n <= r->room)
		return true;
	if ((v = realloc(r->v, room * sizeof *v)) == NULL)
		return false;
	r->v = v;
	r->room = room;
	return true;
}

void
rows_free(struct rows *r)
{
	free(r->v);
	*r = (struct rows){ 0 };
}

void
rows_turn(struct rows *shown, struct rows *before)
{
	struct rows old = *before;

	*before = *shown;
	*shown = old;
	shown->n = 0;
}
