#include "ui/list.h"

#define LIST_WHEEL_ROWS 3u
#define LIST_NEIGHBOURS 64u	/* how far the nearest row that is left is looked for */

/* The cursor is on the screen, and no blank line where a row could be. */
static void
keep_in_sight(struct list *l)
{
	size_t page = l->page > 0 ? l->page : 1;

	if (l->cursor >= l->n)
		l->cursor = l->n > 0 ? l->n - 1 : 0;
	if (l->top > l->cursor)
		l->top = l->cursor;
	if (l->cursor - l->top >= page)
		l->top = l->cursor - page + 1;
	if (l->n < page)
		l->top = 0;
	else if (l->top > l->n - page)
		l->top = l->n - page;
}

static bool
find(const struct row *rows, size_t n, uint64_t id, size_t *place)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].id == id) {
			*place = i;
			return true;
		}
	return false;
}

/* Where the row under the cursor went, or the nearest that is left. */
static bool
find_nearest(const struct list *l, const struct row *before, size_t n_before,
    const struct row *after, size_t n_after, size_t *place)
{
	for (size_t i = 0; i < LIST_NEIGHBOURS && l->cursor + i < n_before; i++)
		if (find(after, n_after, before[l->cursor + i].id, place))
			return true;
	for (size_t i = 1; i < LIST_NEIGHBOURS && i <= l->cursor; i++)
		if (find(after, n_after, before[l->cursor - i].id, place))
			return true;
	return false;
}

void
list_follow(struct list *l, const struct row *before, size_t n_before,
    const struct row *after, size_t n_after)
{
	size_t place, line = l->cursor - l->top;

	l->n = n_after;
	if (l->at_end) {
		l->cursor = n_after > 0 ? n_after - 1 : 0;
	} else if (l->moved && l->cursor < n_before &&
	    find_nearest(l, before, n_before, after, n_after, &place)) {
		l->cursor = place;
		/* At the top, what comes above is seen; further down, the row stays on its line. */
		if (l->top > 0)
			l->top = place > line ? place - line : 0;
	} else if (!l->moved) {
		l->cursor = l->top = 0;
	}
	keep_in_sight(l);
}

void
list_set_page(struct list *l, size_t page)
{
	l->page = page > 0 ? page : 1;
	keep_in_sight(l);
}

void
list_go(struct list *l, size_t place)
{
	l->cursor = place;
	l->moved = true;
	l->at_end = false;
	keep_in_sight(l);
}

static void
go_by(struct list *l, bool down, size_t rows)
{
	if (down)
		list_go(l, rows < l->n - l->cursor ? l->cursor + rows : l->n - 1);
	else
		list_go(l, l->cursor > rows ? l->cursor - rows : 0);
}

/* The rows pass under the cursor, which stays on its line where it can. */
static void
page_by(struct list *l, bool down, size_t rows)
{
	size_t line = l->cursor - l->top;

	go_by(l, down, rows);
	l->top = l->cursor > line ? l->cursor - line : 0;
	keep_in_sight(l);
}

static void
go_to_end(struct list *l)
{
	list_go(l, l->n - 1);
	l->at_end = true;
}

static bool
press_control(struct list *l, uint32_t letter)
{
	size_t half = l->page > 1 ? l->page / 2 : 1;

	switch (letter) {
	case 'D':
	case 'U':
		page_by(l, letter == 'D', half);
		return true;
	case 'F':
	case 'B':
		page_by(l, letter == 'F', l->page);
		return true;
	case 'N':
	case 'P':
		go_by(l, letter == 'N', 1);
		return true;
	default:
		return false;
	}
}

static bool
press_character(struct list *l, uint32_t c)
{
	switch (c) {
	case 'j':
	case 'k':
		go_by(l, c == 'j', 1);
		return true;
	case 'g':
		list_go(l, 0);
		return true;
	case 'G':
		go_to_end(l);
		return true;
	default:
		return false;
	}
}

static bool
is_motion(struct press p)
{
	struct list probe = { .n = 1, .page = 1 };

	return list_press(&probe, p);
}

bool
list_press(struct list *l, struct press p)
{
	if (l->n == 0)
		return is_motion(p);
	switch (p.kind) {
	case PRESS_UP:
	case PRESS_DOWN:
		go_by(l, p.kind == PRESS_DOWN, 1);
		return true;
	case PRESS_WHEEL_UP:
	case PRESS_WHEEL_DOWN:
		page_by(l, p.kind == PRESS_WHEEL_DOWN, LIST_WHEEL_ROWS);
		return true;
	case PRESS_PAGE_UP:
	case PRESS_PAGE_DOWN:
		page_by(l, p.kind == PRESS_PAGE_DOWN, l->page);
		return true;
	case PRESS_HOME:
		list_go(l, 0);
		return true;
	case PRESS_END:
		go_to_end(l);
		return true;
	case PRESS_CHARACTER:
		return press_character(l, p.code);
	case PRESS_CONTROL:
		return press_control(l, p.code);
	case PRESS_NONE: case PRESS_FUNCTION: case PRESS_ENTER: case PRESS_ESCAPE: case PRESS_TAB:
	case PRESS_BACK_TAB: case PRESS_BACKSPACE: case PRESS_DELETE: case PRESS_LEFT:
	case PRESS_RIGHT: case PRESS_CLICK: case PRESS_DOUBLE_CLICK:
		break;
	}
	return false;
}
