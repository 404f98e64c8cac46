#include "ui/page.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/layout.h"
#include "report/wrap.h"

#define PAGE_WHEEL_LINES 3u

void
page_empty(struct page *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->lines[i].s);
	p->n = 0;
}

void
page_free(struct page *p)
{
	page_empty(p);
	free(p->lines);
	*p = (struct page){ 0 };
}

static bool
make_room(struct page *p)
{
	size_t room = p->room > 0 ? 2 * p->room : 64;

	if (p->n < p->room)
		return true;
	struct page_line *lines = realloc(p->lines, room * sizeof *lines);
	if (lines == NULL)
		return false;
	p->lines = lines;
	p->room = room;
	return true;
}

bool
page_add(struct page *p, enum ink ink, const char *line)
{
	char *s = make_room(p) ? strdup(line) : NULL;

	if (s == NULL)
		return false;
	p->lines[p->n++] = (struct page_line){ s, (uint8_t)ink };
	return true;
}

/* Takes s apart. */
static bool
add_lines(struct page *p, enum ink ink, char *s)
{
	char *rest = s, *line;

	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL)
		if (!page_add(p, ink, line))
			return false;
	return true;
}

static bool
add_paragraph(struct page *p, const char *s, unsigned width)
{
	unsigned indent = (unsigned)strspn(s, " ");
	char *lines = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&lines, &size);

	if (out == NULL)
		return false;
	struct wrap w = { .out = out,
		.width = width < LAYOUT_WIDTH_MIN ? LAYOUT_WIDTH_MIN : width };
	wrap_line(&w, indent, s + indent);
	bool ok = !ferror(out);
	ok = fclose(out) == 0 && ok;
	ok = ok && add_lines(p, indent == 0 ? INK_STRONG : INK_NONE, lines);
	free(lines);
	return ok;
}

bool
page_add_text(struct page *p, const char *text, unsigned width)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		char *line = strndup(text, n);
		bool ok = line != NULL && add_paragraph(p, line, width);

		free(line);
		if (!ok)
			return false;
		text += n + (text[n] == '\n');
	}
	return true;
}

static size_t
last_top(const struct page *p)
{
	return p->n > p->height ? p->n - p->height : 0;
}

static void
go_by(struct page *p, bool down, size_t lines)
{
	size_t end = last_top(p);

	if (!down)
		p->top -= lines < p->top ? lines : p->top;
	else
		p->top = lines < end - p->top ? p->top + lines : end;
}

void
page_draw(struct page *p, struct screen *s, struct area a)
{
	p->height = a.height;
	if (p->top > last_top(p))
		p->top = last_top(p);
	for (size_t i = p->top; i < p->n && a.height > 0; i++) {
		struct area line = area_top(&a, 1);

		screen_put(s, line.x, line.y, line.width, p->lines[i].ink, p->lines[i].s);
	}
}

static bool
press_letter(struct page *p, struct press what)
{
	size_t half = p->height > 1 ? p->height / 2 : 1;

	if (what.kind == PRESS_CONTROL) {
		if (what.code == 0 || what.code > 0x7f || strchr("DUFB", (int)what.code) == NULL)
			return false;
		go_by(p, what.code == 'D' || what.code == 'F',
		    what.code == 'D' || what.code == 'U' ? half : p->height);
		return true;
	}
	switch (what.code) {
	case 'j':
	case 'k':
		go_by(p, what.code == 'j', 1);
		return true;
	case 'g':
	case 'G':
		p->top = what.code == 'g' ? 0 : last_top(p);
		return true;
	default:
		return false;
	}
}

bool
page_press(struct page *p, struct press what)
{
	if (p->top > last_top(p))
		p->top = last_top(p);
	switch (what.kind) {
	case PRESS_UP:
	case PRESS_DOWN:
	case PRESS_ENTER:
		go_by(p, what.kind != PRESS_UP, 1);
		return true;
	case PRESS_WHEEL_UP:
	case PRESS_WHEEL_DOWN:
		go_by(p, what.kind == PRESS_WHEEL_DOWN, PAGE_WHEEL_LINES);
		return true;
	case PRESS_PAGE_UP:
	case PRESS_PAGE_DOWN:
		go_by(p, what.kind == PRESS_PAGE_DOWN, p->height);
		return true;
	case PRESS_HOME:
	case PRESS_END:
		p->top = what.kind == PRESS_HOME ? 0 : last_top(p);
		return true;
	case PRESS_CHARACTER:
	case PRESS_CONTROL:
		return press_letter(p, what);
	case PRESS_NONE: case PRESS_FUNCTION: case PRESS_ESCAPE: case PRESS_TAB:
	case PRESS_BACK_TAB: case PRESS_BACKSPACE: case PRESS_DELETE: case PRESS_LEFT:
	case PRESS_RIGHT: case PRESS_CLICK: case PRESS_DOUBLE_CLICK:
		break;
	}
	return false;
}
