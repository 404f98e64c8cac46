#include "report/cut.h"

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Bytes of the character at s, and the columns it takes. */
static size_t
next(const char *s, size_t *columns)
{
	char one[5] = { s[0] };
	size_t n = 1;

	while (n < 4 && is_continuation(s[n])) {
		one[n] = s[n];
		n++;
	}
	*columns = text_columns(one);
	return n;
}

size_t
cut_head(const char *s, size_t n, size_t width, size_t *taken)
{
	size_t at = 0, columns;

	*taken = 0;
	while (at < n) {
		size_t len = next(s + at, &columns);

		if (columns > width - *taken)
			break;
		*taken += columns;
		at += len;
	}
	return at;
}

/* The end of s that takes at most width of its total columns. What is drawn over
 * a character that is gone goes with it. */
static const char *
tail(const char *s, size_t total, size_t width)
{
	while (*s != '\0') {
		size_t columns, n = next(s, &columns);

		if (total <= width && columns > 0)
			break;
		total -= columns;
		s += n;
	}
	return s;
}

void
cut_put(struct text *t, const char *s, unsigned width, bool utf8)
{
	size_t total = text_columns(s);

	if (total <= width) {
		text_put(t, s);
		return;
	}
	if (width == 0)
		return;
	size_t left = width / 2, right = width - 1 - left, taken;
	text_putf(t, "%.*s", (int)cut_head(s, strlen(s), left, &taken), s);
	text_put(t, utf8 ? "…" : "~");
	text_put(t, tail(s, total, right));
}

void
cut_put_end(struct text *t, const char *s, unsigned width, bool utf8)
{
	size_t taken;

	if (text_columns(s) <= width) {
		text_put(t, s);
		return;
	}
	if (width == 0)
		return;
	text_putf(t, "%.*s", (int)cut_head(s, strlen(s), width - 1, &taken), s);
	text_put(t, utf8 ? "…" : "~");
}
