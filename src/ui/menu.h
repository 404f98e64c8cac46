/*
 * menu - a box with items, one under the cursor: sorting and columns.
 */
#ifndef UI_MENU_H
#define UI_MENU_H

#include "ui/list.h"
#include "ui/screen.h"

struct menu_item {
	const char *text;		/* ours, or escaped */
	bool        marked;
	unsigned    value;
};

struct menu {
	const char *title, *foot;	/* foot: what keys do */
	struct menu_item items[FIELDS_MAX];
	unsigned    n;
	bool        marks;		/* "[x]" before each */
	struct list list;
	struct area area;		/* where the items were drawn */
};

void menu_open(struct menu *m, const char *title, const char *foot, bool marks);
void menu_add(struct menu *m, const char *text, unsigned value, bool marked);
bool menu_press(struct menu *m, struct press p);	/* motion, or a click on an item */
void menu_move(struct menu *m, int by);			/* the item under the cursor, up or down */
void menu_draw(struct menu *m, struct screen *s, struct area a);

static inline struct menu_item *
menu_selected(struct menu *m)
{
	return m->n > 0 ? &m->items[m->list.cursor] : NULL;
}

#endif
