#include "ui/view.h"

bool
view_press_rows(struct sheet *rows, struct press p, const struct scene *s, struct request *r)
{
	r->kind = REQUEST_NONE;
	switch (sheet_press(rows, p)) {
	case SHEET_NOT_MINE:
		r->kind = REQUEST_NOT_MINE;
		break;
	case SHEET_SORTED:
		sheet_again(rows, s);
		break;
	case SHEET_OPENED:
		return sheet_selected(rows) != NULL;
	case SHEET_MOVED:
		break;
	}
	return false;
}
