#include "ui/state.h"

void
menus_open_sort(struct ui *u)
{
	const struct sheet *sheet = state_sheet(u);

	menu_open(&u->menu, "Sort by", "Enter: sort  Esc: back", false);
	for (unsigned i = 0; i < sheet->fields.n; i++) {
		const struct field *f = &sheet->fields.v[i];

		if (f->title == NULL)
			continue;
		if (i == sheet->sorted)
			u->menu.list.cursor = u->menu.n;
		menu_add(&u->menu, f->title, i, i == sheet->sorted);
	}
	u->mode = MODE_SORT;
}

static bool
is_chosen(const struct sheet *sheet, unsigned field)
{
	for (unsigned i = 0; i < sheet->grid.n_chosen; i++)
		if (sheet->grid.chosen[i] == field)
			return true;
	return false;
}

/* Those on the screen first, in their order. */
void
menus_open_columns(struct ui *u)
{
	const struct sheet *sheet = state_sheet(u);
	const struct field *v = sheet->fields.v;

	menu_open(&u->menu, "Columns", "Space: show  J K: move  Enter: done", true);
	for (unsigned i = 0; i < sheet->grid.n_chosen; i++)
		menu_add(&u->menu, v[sheet->grid.chosen[i]].title, sheet->grid.chosen[i], true);
	for (unsigned i = 0; i < sheet->fields.n; i++)
		if (v[i].title != NULL && !is_chosen(sheet, i))
			menu_add(&u->menu, v[i].title, i, false);
	u->mode = MODE_COLUMNS;
}

static void
take_columns(struct ui *u)
{
	struct sheet *sheet = state_sheet(u);
	unsigned n = 0;

	for (unsigned i = 0; i < u->menu.n; i++)
		if (u->menu.items[i].marked)
			sheet->grid.chosen[n++] = u->menu.items[i].value;
	sheet->grid.n_chosen = n;
	sheet->grid.first = 0;
	grid_forget(&sheet->grid);
}

/* One stays: a table without columns has nothing to say. */
static void
toggle(struct ui *u)
{
	struct menu_item *item = menu_selected(&u->menu);
	bool was = item->marked;
	unsigned n = 0;

	item->marked = !was;
	for (unsigned i = 0; i < u->menu.n; i++)
		n += u->menu.items[i].marked;
	if (n == 0)
		item->marked = was;
}

static void
press_columns(struct ui *u, struct press p)
{
	switch (press_key(p)) {
	case ' ':
		toggle(u);
		break;
	case 'J':
	case PRESS_F(8):
		menu_move(&u->menu, 1);
		break;
	case 'K':
	case PRESS_F(7):
		menu_move(&u->menu, -1);
		break;
	default:
		if (menu_press(&u->menu, p) && p.kind == PRESS_CLICK)
			toggle(u);
		break;
	}
	take_columns(u);
}

static void
sort_by_selected(struct ui *u)
{
	sheet_sort(state_sheet(u), menu_selected(&u->menu)->value);
	state_again(u);
	u->mode = MODE_VIEW;
}

void
menus_press(struct ui *u, struct press p)
{
	uint32_t key = press_key(p);

	if (p.kind == PRESS_ESCAPE || key == 'q' || key == PRESS_F(10)) {
		u->mode = MODE_VIEW;
	} else if (u->mode == MODE_COLUMNS) {
		if (p.kind == PRESS_ENTER)
			u->mode = MODE_VIEW;
		else
			press_columns(u, p);
	} else if (p.kind == PRESS_ENTER) {
		sort_by_selected(u);
	} else if (menu_press(&u->menu, p) && p.kind == PRESS_CLICK) {
		sort_by_selected(u);
	}
}
