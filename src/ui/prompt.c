#include "ui/prompt.h"

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

void
prompt_set(struct prompt *p, const char *s)
{
	struct text t = TEXT(p->s);

	text_put(&t, s);
	p->n = p->at = t.n;
}

static size_t
before(const struct prompt *p, size_t at)
{
	while (at > 0 && is_continuation(p->s[--at]))
		;
	return at;
}

static size_t
after(const struct prompt *p, size_t at)
{
	if (at < p->n)
		at++;
	while (at < p->n && is_continuation(p->s[at]))
		at++;
	return at;
}

static void
cut_out(struct prompt *p, size_t from, size_t to)
{
	memmove(p->s + from, p->s + to, p->n - to + 1);
	p->n -= to - from;
	p->at = from;
}

/* [RFC 3629 3] */
static size_t
encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | (c >> 18 & 0x07));
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static void
insert(struct prompt *p, uint32_t c)
{
	char one[4];
	size_t n = encode(c, one);

	if (p->n + n >= sizeof p->s)
		return;
	memmove(p->s + p->at + n, p->s + p->at, p->n - p->at + 1);
	memcpy(p->s + p->at, one, n);
	p->n += n;
	p->at += n;
}

static size_t
word_before(const struct prompt *p)
{
	size_t at = p->at;

	while (at > 0 && p->s[at - 1] == ' ')
		at--;
	while (at > 0 && p->s[at - 1] != ' ')
		at--;
	return at;
}

static bool
press_control(struct prompt *p, uint32_t letter)
{
	switch (letter) {
	case 'A':
		p->at = 0;
		return true;
	case 'E':
		p->at = p->n;
		return true;
	case 'U':
		cut_out(p, 0, p->at);
		return true;
	case 'K':
		cut_out(p, p->at, p->n);
		return true;
	case 'W':
		cut_out(p, word_before(p), p->at);
		return true;
	default:
		return false;
	}
}

bool
prompt_press(struct prompt *p, struct press key)
{
	switch (key.kind) {
	case PRESS_CHARACTER:
		insert(p, key.code);
		return true;
	case PRESS_CONTROL:
		return press_control(p, key.code);
	case PRESS_BACKSPACE:
		cut_out(p, before(p, p->at), p->at);
		return true;
	case PRESS_DELETE:
		cut_out(p, p->at, after(p, p->at));
		return true;
	case PRESS_LEFT:
		p->at = before(p, p->at);
		return true;
	case PRESS_RIGHT:
		p->at = after(p, p->at);
		return true;
	case PRESS_HOME:
		p->at = 0;
		return true;
	case PRESS_END:
		p->at = p->n;
		return true;
	case PRESS_NONE: case PRESS_FUNCTION: case PRESS_ENTER: case PRESS_ESCAPE: case PRESS_TAB:
	case PRESS_BACK_TAB: case PRESS_UP: case PRESS_DOWN: case PRESS_PAGE_UP:
	case PRESS_PAGE_DOWN: case PRESS_CLICK: case PRESS_DOUBLE_CLICK: case PRESS_WHEEL_UP:
	case PRESS_WHEEL_DOWN:
		break;
	}
	return false;
}

/* The columns that s up to n bytes takes. */
static unsigned
columns_to(const struct prompt *p, size_t from, size_t to)
{
	char b[PROMPT_BYTES];

	memcpy(b, p->s + from, to - from);
	b[to - from] = '\0';
	return (unsigned)text_columns(b);
}

void
prompt_draw(const struct prompt *p, const char *label, struct screen *s, struct area line)
{
	unsigned x = line.x, end = line.x + line.width;
	size_t from = 0;

	x += screen_put(s, x, line.y, line.width, INK_STRONG, label);
	x += screen_put(s, x, line.y, end - x, INK_STRONG, ": ");
	while (from < p->at && columns_to(p, from, p->at) + 1 > end - x)
		from = after(p, from);
	screen_put_padded(s, x, line.y, end - x, INK_NONE, p->s + from);
	x += columns_to(p, from, p->at);
	char under[8] = " ";
	size_t n = after(p, p->at) - p->at;
	if (n > 0 && n < sizeof under) {
		memcpy(under, p->s + p->at, n);
		under[n] = '\0';
	}
	screen_put(s, x, line.y, x < end ? end - x : 0, INK_NONE | INK_INVERSE, under);
}
