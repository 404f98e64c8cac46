#include "ui/menu.h"

void
menu_open(struct menu *m, const char *title, const char *foot, bool marks)
{
	*m = (struct menu){ .title = title, .foot = foot, .marks = marks };
}

void
menu_add(struct menu *m, const char *text, unsigned value, bool marked)
{
	if (m->n == FIELDS_MAX)
		return;
	m->items[m->n++] = (struct menu_item){ .text = text, .marked = marked, .value = value };
	m->list.n = m->n;
}

bool
menu_press(struct menu *m, struct press p)
{
	if (p.kind != PRESS_CLICK && p.kind != PRESS_DOUBLE_CLICK)
		return list_press(&m->list, p);
	if (!area_has(m->area, p.x, p.y) || m->list.top + (p.y - m->area.y) >= m->n)
		return false;
	list_go(&m->list, m->list.top + (p.y - m->area.y));
	return true;
}

void
menu_move(struct menu *m, int by)
{
	size_t from = m->list.cursor, to = from + (size_t)by;

	if (to >= m->n)		/* also what is before the first */
		return;
	struct menu_item moved = m->items[from];
	m->items[from] = m->items[to];
	m->items[to] = moved;
	list_go(&m->list, to);
}

static unsigned
widest(const struct menu *m)
{
	size_t width = text_columns(m->title) + 2;

	if (width < text_columns(m->foot))
		width = text_columns(m->foot);
	for (unsigned i = 0; i < m->n; i++) {
		size_t item = text_columns(m->items[i].text) + (m->marks ? 4 : 0);

		if (width < item)
			width = item;
	}
	return (unsigned)width;
}

static void
draw_item(const struct menu *m, size_t i, struct screen *s, struct area line)
{
	unsigned inverse = i == m->list.cursor ? INK_INVERSE : 0;
	char b[256];
	struct text t = TEXT(b);

	if (m->marks)
		text_put(&t, m->items[i].marked ? "[x] " : "[ ] ");
	text_put(&t, m->items[i].text);
	screen_put_padded(s, line.x, line.y, line.width,
	    (!m->marks && m->items[i].marked ? (unsigned)INK_STRONG : INK_NONE) | inverse, b);
}

void
menu_draw(struct menu *m, struct screen *s, struct area a)
{
	unsigned width = widest(m) + 4, height = m->n + 3;

	if (width > a.width)
		width = a.width;
	if (height > a.height)
		height = a.height;
	if (width < 6 || height < 4)
		return;
	struct area box = { a.x + (a.width - width) / 2, a.y, width, height };
	screen_clear(s, box, INK_NONE);
	screen_frame(s, box, INK_NONE);
	screen_put(s, box.x + 2, box.y, width - 4, INK_STRONG, m->title);
	screen_put(s, box.x + 2, box.y + height - 2, width - 4, INK_FAINT, m->foot);

	m->area = (struct area){ box.x + 2, box.y + 1, width - 4, height - 3 };
	list_set_page(&m->list, m->area.height);
	struct area left = m->area;
	for (size_t i = m->list.top; i < m->n && left.height > 0; i++)
		draw_item(m, i, s, area_top(&left, 1));
}
