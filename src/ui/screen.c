#include "ui/screen.h"

#include <stdlib.h>

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The character at s into one, "?" for what a cell may not hold; bytes of s it took. */
static size_t
next(const char *s, char one[5], unsigned *width)
{
	char wire[17];
	struct text t = TEXT(wire);
	size_t n = 1;

	memset(one, 0, 5);
	one[0] = s[0];
	while (n < 4 && (unsigned char)s[0] >= 0xc0 && is_continuation(s[n])) {
		one[n] = s[n];
		n++;
	}
	/* What base/text would escape harms; but the backslash is its own here. */
	text_put_wire(&t, (struct bytes){ (const uint8_t *)one, n });
	if (one[0] != '\\' && strcmp(wire, one) != 0)
		memcpy(one, "?", 2);
	*width = (unsigned)text_columns(one);
	return n;
}

bool
screen_resize(struct screen *s, unsigned width, unsigned height)
{
	if (width > SCREEN_SIDE_MAX)
		width = SCREEN_SIDE_MAX;
	if (height > SCREEN_SIDE_MAX)
		height = SCREEN_SIDE_MAX;
	struct cell *cells = calloc((size_t)width * height + 1, sizeof *cells);

	if (cells == NULL)
		return false;
	free(s->cells);
	s->cells = cells;
	s->width = width;
	s->height = height;
	screen_clear(s, (struct area){ 0, 0, width, height }, INK_NONE);
	return true;
}

void
screen_free(struct screen *s)
{
	free(s->cells);
	*s = (struct screen){ 0 };
}

static struct cell *
at(struct screen *s, unsigned x, unsigned y)
{
	return &s->cells[(size_t)y * s->width + x];
}

static void
blank(struct cell *c, unsigned ink)
{
	*c = (struct cell){ .s = " ", .width = 1, .ink = (uint8_t)ink };
}

/* Half a wide character is none. */
static void
break_wide(struct screen *s, unsigned x, unsigned y)
{
	struct cell *c = at(s, x, y);

	if (c->width == 0 && x > 0)
		blank(c - 1, c[-1].ink);
	if (c->width == 2 && x + 1 < s->width)
		blank(c + 1, c[1].ink);
}

static void
set(struct screen *s, unsigned x, unsigned y, const char *one, unsigned width, unsigned ink)
{
	struct cell *c = at(s, x, y);

	break_wide(s, x, y);
	if (width == 2)
		break_wide(s, x + 1, y);
	*c = (struct cell){ .width = (uint8_t)width, .ink = (uint8_t)ink };
	memcpy(c->s, one, strlen(one));
	if (width == 2)
		c[1] = (struct cell){ .width = 0, .ink = (uint8_t)ink };
}

static void
draw_over(struct cell *c, const char *mark)
{
	size_t n = strlen(c->s), more = strlen(mark);

	if (n + more < SCREEN_CELL_BYTES)
		memcpy(c->s + n, mark, more + 1);
}

void
screen_clear(struct screen *s, struct area a, unsigned ink)
{
	for (unsigned y = a.y; y < s->height && y - a.y < a.height; y++)
		for (unsigned x = a.x; x < s->width && x - a.x < a.width; x++)
			set(s, x, y, " ", 1, ink);
}

unsigned
screen_put(struct screen *s, unsigned x, unsigned y, unsigned width, unsigned ink,
    const char *text)
{
	unsigned taken = 0, last = 0, columns;

	if (y >= s->height || x >= s->width)
		return 0;
	if (width > s->width - x)
		width = s->width - x;
	while (*text != '\0') {
		char one[5];

		text += next(text, one, &columns);
		if (columns > width - taken)
			break;
		if (columns > 0) {
			set(s, x + taken, y, one, columns, ink);
			last = taken;
			taken += columns;
		} else if (taken > 0) {
			draw_over(at(s, x + last, y), one);
		}
	}
	return taken;
}

void
screen_put_padded(struct screen *s, unsigned x, unsigned y, unsigned width, unsigned ink,
    const char *text)
{
	unsigned taken = screen_put(s, x, y, width, ink, text);

	screen_clear(s, (struct area){ x + taken, y, width - taken, 1 }, ink);
}

void
screen_frame(struct screen *s, struct area a, unsigned ink)
{
	static const char *const plain[] = { "-", "|", "+", "+", "+", "+" };
	static const char *const lines[] = { "─", "│", "┌", "┐", "└", "┘" };
	const char *const *v = s->utf8 ? lines : plain;

	if (a.width < 2 || a.height < 2)
		return;
	unsigned right = a.x + a.width - 1, bottom = a.y + a.height - 1;
	for (unsigned x = a.x + 1; x < right; x++) {
		screen_put(s, x, a.y, 1, ink, v[0]);
		screen_put(s, x, bottom, 1, ink, v[0]);
	}
	for (unsigned y = a.y + 1; y < bottom; y++) {
		screen_put(s, a.x, y, 1, ink, v[1]);
		screen_put(s, right, y, 1, ink, v[1]);
	}
	screen_put(s, a.x, a.y, 1, ink, v[2]);
	screen_put(s, right, a.y, 1, ink, v[3]);
	screen_put(s, a.x, bottom, 1, ink, v[4]);
	screen_put(s, right, bottom, 1, ink, v[5]);
}

void
screen_line(const struct screen *s, unsigned y, struct text *t)
{
	unsigned end = s->width;

	if (y >= s->height)
		return;
	const struct cell *line = &s->cells[(size_t)y * s->width];
	while (end > 0 && strcmp(line[end - 1].s, " ") == 0)
		end--;
	for (unsigned x = 0; x < end; x++)
		text_put(t, line[x].s);
}

enum ink
ink_of_verdict(enum verdict v)
{
	switch (v) {
	case VERDICT_PLAINTEXT: return INK_PLAINTEXT;
	case VERDICT_MUTUAL:    return INK_MUTUAL;
	case VERDICT_ONE_WAY:   return INK_ONE_WAY;
	case VERDICT_ENCRYPTED: return INK_ENCRYPTED;
	case VERDICT_REFUSED:   return INK_REFUSED;
	case VERDICT_UNKNOWN:   return INK_UNKNOWN;
	case VERDICT_NONE:
	case N_VERDICTS:        break;
	}
	return INK_NONE;
}
