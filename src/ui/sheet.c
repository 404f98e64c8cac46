#include "ui/sheet.h"

void
sheet_open(struct sheet *s, const struct fields *fields, unsigned sorted, bool descending)
{
	struct query_error e;

	*s = (struct sheet){ .fields = *fields, .sorted = sorted, .descending = descending,
		.first_sorted = sorted, .first_descending = descending };
	grid_open(&s->grid, fields);
	query_parse(&s->query, "", fields, &e);
}

void
sheet_close(struct sheet *s)
{
	rows_free(&s->all);
	rows_free(&s->rows);
	rows_free(&s->before);
	order_free(&s->order);
	*s = (struct sheet){ 0 };
}

bool
sheet_again(struct sheet *s, const struct scene *scene)
{
	bool ok = true;

	rows_turn(&s->rows, &s->before);
	for (size_t i = 0; i < s->all.n; i++)
		if (query_is_empty(&s->query) || query_matches(&s->query, s->all.v[i].what, scene))
			s->rows.v[s->rows.n++] = s->all.v[i];
	if (s->sorted != FIELD_NONE)
		ok = order_rows(&s->order, s->rows.v, s->rows.n, &s->fields.v[s->sorted],
		    s->descending, scene);
	list_follow(&s->list, s->before.v, s->before.n, s->rows.v, s->rows.n);
	return ok;
}

bool
sheet_refresh(struct sheet *s, const struct row *rows, size_t n, const struct scene *scene)
{
	bool ok = rows_make_room(&s->all, n) && rows_make_room(&s->rows, n) &&
	    rows_make_room(&s->before, n);

	/* What the rows pointed to may be gone: none is kept. */
	s->all.n = ok ? n : 0;
	if (s->all.n > 0)
		memcpy(s->all.v, rows, n * sizeof *rows);
	return sheet_again(s, scene) && ok;
}

bool
sheet_set_filter(struct sheet *s, const char *text, struct query_error *e)
{
	struct query q;

	if (!query_parse(&q, text, &s->fields, e))
		return false;
	s->query = q;
	size_t n = strlen(text);
	memcpy(s->filter, text, n + 1);
	return true;
}

void
sheet_sort(struct sheet *s, unsigned field)
{
	s->descending = s->sorted == field ? !s->descending : s->fields.v[field].right;
	s->sorted = field;
}

void
sheet_draw(struct sheet *s, struct screen *screen, struct area a, const struct scene *scene)
{
	s->area = a;
	struct area titles = area_top(&a, 1);

	list_set_page(&s->list, a.height);
	for (size_t i = s->list.top; i < s->rows.n && i - s->list.top < a.height; i++)
		grid_measure(&s->grid, s->rows.v[i].what, scene);
	grid_lay_out(&s->grid, a.width);
	if (titles.height > 0)
		grid_draw_titles(&s->grid, screen, titles, s->sorted, s->descending);
	for (size_t i = s->list.top; i < s->rows.n && a.height > 0; i++) {
		struct area line = area_top(&a, 1);

		grid_draw_row(&s->grid, screen, line, &s->rows.v[i], i == s->list.cursor, scene);
	}
}

static enum sheet_answer
click(struct sheet *s, struct press p)
{
	if (!area_has(s->area, p.x, p.y))
		return SHEET_NOT_MINE;
	if (p.y == s->area.y) {
		unsigned field = grid_field_at(&s->grid, p.x - s->area.x);

		if (field == FIELD_NONE)
			return SHEET_NOT_MINE;
		sheet_sort(s, field);
		return SHEET_SORTED;
	}
	size_t place = s->list.top + (p.y - s->area.y - 1);
	if (place >= s->rows.n)
		return SHEET_NOT_MINE;
	list_go(&s->list, place);
	return p.kind == PRESS_DOUBLE_CLICK ? SHEET_OPENED : SHEET_MOVED;
}

static enum sheet_answer
scroll_columns(struct sheet *s, int places)
{
	grid_scroll(&s->grid, places);
	return SHEET_MOVED;
}

enum sheet_answer
sheet_press(struct sheet *s, struct press p)
{
	if (p.kind == PRESS_CLICK || p.kind == PRESS_DOUBLE_CLICK)
		return click(s, p);
	if (p.kind == PRESS_ENTER)
		return s->rows.n > 0 ? SHEET_OPENED : SHEET_MOVED;
	if (p.kind == PRESS_LEFT || press_key(p) == 'H')
		return scroll_columns(s, -1);
	if (p.kind == PRESS_RIGHT || press_key(p) == 'l' || press_key(p) == 'L')
		return scroll_columns(s, 1);
	return list_press(&s->list, p) ? SHEET_MOVED : SHEET_NOT_MINE;
}

const struct row *
sheet_selected(const struct sheet *s)
{
	return s->rows.n > 0 ? &s->rows.v[s->list.cursor] : NULL;
}

bool
sheet_search(struct sheet *s, const char *word, int direction, const struct scene *scene)
{
	char needle[QUERY_BYTES];

	query_fold(needle, sizeof needle, word);
	for (size_t i = 0; i < s->rows.n; i++) {
		size_t step = direction == 0 ? i : i + 1;
		size_t place = direction < 0 ? s->rows.n - step % s->rows.n : step;

		place = (s->list.cursor + place) % s->rows.n;
		if (query_row_has(&s->fields, s->rows.v[place].what, scene, needle)) {
			list_go(&s->list, place);
			return true;
		}
	}
	return false;
}
