#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static void
put(struct text *t, const char *s, size_t n)
{
	assert(t->cap > t->n);
	if (t->cut || n >= t->cap - t->n) {
		t->cut = true;
		return;
	}
	memcpy(t->s + t->n, s, n);
	t->n += n;
	t->s[t->n] = '\0';
}

void
text_put(struct text *t, const char *s)
{
	put(t, s, strlen(s));
}

void
text_putf(struct text *t, const char *fmt, ...)
{
	va_list ap;

	if (t->cut)
		return;
	assert(t->cap > t->n);
	va_start(ap, fmt);
	int n = vsnprintf(t->s + t->n, t->cap - t->n, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= t->cap - t->n) {
		t->s[t->n] = '\0';
		t->cut = true;
		return;
	}
	t->n += (size_t)n;
}

/*
 * One code point, strictly as [RFC 3629 4] has it: nothing overlong, no
 * surrogates, nothing above U+10FFFF. Returns its length, or 0 when the bytes
 * at p are no UTF-8.
 */
static size_t
utf8_next(struct bytes b, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n;

	if (b.p[0] < 0x80) {
		*cp = b.p[0];
		return 1;
	}
	if ((b.p[0] & 0xe0) == 0xc0)
		n = 2;
	else if ((b.p[0] & 0xf0) == 0xe0)
		n = 3;
	else if ((b.p[0] & 0xf8) == 0xf0)
		n = 4;
	else
		return 0;
	if (n > b.n)
		return 0;

	uint32_t c = b.p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((b.p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (b.p[i] & 0x3fu);
	}
	if (c < least[n] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
		return 0;
	*cp = c;
	return n;
}

struct range {
	uint32_t first, last;
};

static bool
within(uint32_t cp, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n && cp >= r[i].first; i++)
		if (cp <= r[i].last)
			return true;
	return false;
}

/*
 * What a reader of the output would not see, or would see elsewhere: controls;
 * Default_Ignorable_Code_Point of the Unicode Character Database (it has the
 * bidirectional controls); line and paragraph separator; the annotation
 * controls; and U+FFFE and U+FFFF, which XML does not take.
 */
static bool
is_harmful(uint32_t cp)
{
	static const struct range harmful[] = {
		{ 0x0000, 0x001f }, { '\\', '\\' }, { 0x007f, 0x009f },
		{ 0x00ad, 0x00ad }, { 0x034f, 0x034f }, { 0x061c, 0x061c },
		{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
		{ 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff },
		{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
	};

	return within(cp, harmful, sizeof harmful / sizeof *harmful);
}

static const char hex[] = "0123456789abcdef";

void
text_put_wire(struct text *t, struct bytes b)
{
	uint32_t cp = 0;

	while (b.n > 0 && !t->cut) {
		size_t n = utf8_next(b, &cp);

		if (n > 0 && !is_harmful(cp)) {
			put(t, (const char *)b.p, n);
		} else {
			char escaped[4 * 4];

			if (n == 0)
				n = 1;
			for (size_t i = 0; i < n; i++) {
				escaped[4 * i] = '\\';
				escaped[4 * i + 1] = 'x';
				escaped[4 * i + 2] = hex[b.p[i] >> 4];
				escaped[4 * i + 3] = hex[b.p[i] & 15];
			}
			put(t, escaped, 4 * n);
		}
		b.p += n;
		b.n -= n;
	}
}

void
text_put_hex(struct text *t, struct bytes b)
{
	for (size_t i = 0; i < b.n && !t->cut; i++)
		put(t, (char[]){ hex[b.p[i] >> 4], hex[b.p[i] & 15] }, 2);
}

void
text_put_time(struct text *t, uint64_t at_ns, unsigned digits)
{
	time_t at = (time_t)(at_ns / 1000000000u);
	unsigned fraction = (unsigned)(at_ns % 1000000000u);
	char s[64];
	struct tm tm;

	assert(digits <= 9);
	struct tm *known = gmtime_r(&at, &tm);
	assert(known != NULL);
	size_t n = strftime(s, sizeof s, "%Y-%m-%dT%H:%M:%S", known);
	if (digits > 0) {
		for (unsigned i = digits; i < 9; i++)
			fraction /= 10;
		n += (size_t)snprintf(s + n, sizeof s - n, ".%0*u", (int)digits, fraction);
	}
	s[n++] = 'Z';
	put(t, s, n);
}

/* Zero for what is drawn over the character before it. */
static size_t
columns_of(uint32_t cp)
{
	static const struct range none[] = {
		{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd },
		{ 0x064b, 0x065f }, { 0x0e31, 0x0e31 }, { 0x0e34, 0x0e3a },
		{ 0x0e47, 0x0e4e }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
		{ 0x200b, 0x200f }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f },
		{ 0xfe20, 0xfe2f },
	};
	/* East_Asian_Width W and F [UAX 11], and the pictures above U+1F300. */
	static const struct range wide[] = {
		{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf },
		{ 0xa960, 0xa97c }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
		{ 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
		{ 0x16fe0, 0x18aff }, { 0x1b000, 0x1b2ff }, { 0x1f300, 0x1f64f },
		{ 0x1f680, 0x1f6ff }, { 0x1f900, 0x1faff }, { 0x20000, 0x3fffd },
	};

	if (within(cp, none, sizeof none / sizeof *none))
		return 0;
	return within(cp, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

size_t
text_columns(const char *s)
{
	struct bytes b = { (const uint8_t *)s, strlen(s) };
	size_t columns = 0;
	uint32_t cp = 0;

	while (b.n > 0) {
		size_t n = utf8_next(b, &cp);

		columns += n > 0 ? columns_of(cp) : 1;
		n = n > 0 ? n : 1;
		b.p += n;
		b.n -= n;
	}
	return columns;
}
