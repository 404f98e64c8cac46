#include "testkit/script.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#define PUSH_MAX (1u << 20)

struct reader {
	struct script *s;
	struct diag   *d;
	const char    *path;
	unsigned       line;	/* counted from 1 */
	bool           wants;	/* after expect: */
	const char    *at;
};

static bool
wrong(struct reader *r, const char *what)
{
	diag_set(r->d, "%s:%u: %s", r->path, r->line, what);
	return false;
}

/* Of a push of n bytes and one more, in steps that double. */
static size_t
room_for(size_t n)
{
	size_t room = 64;

	while (room < n + 1)
		room *= 2;
	return room;
}

static bool
append(struct script_line *l, const uint8_t *p, size_t n)
{
	if (n > PUSH_MAX - l->n)
		return false;
	if (l->p == NULL || room_for(l->n + n) > room_for(l->n)) {
		l->p = realloc(l->p, room_for(l->n + n));
		assert(l->p != NULL);
	}
	for (size_t i = 0; i < n; i++)
		l->p[l->n + i] = p[i];
	l->n += n;
	return true;
}

static int
digit(char c)
{
	return isxdigit((unsigned char)c) ? (int)strtol((char[]){ c, 0 }, NULL, 16) : -1;
}

static bool
read_hex(struct reader *r, struct script_line *l)
{
	while (digit(r->at[0]) >= 0) {
		if (digit(r->at[1]) < 0)
			return wrong(r, "half a byte");
		uint8_t b = (uint8_t)(digit(r->at[0]) << 4 | digit(r->at[1]));
		if (!append(l, &b, 1))
			return wrong(r, "too long");
		r->at += 2;
	}
	return true;
}

static bool
read_literal(struct reader *r, struct script_line *l)
{
	for (r->at++; *r->at != '"'; r->at++) {
		uint8_t b = (uint8_t)*r->at;

		if (b == '\0')
			return wrong(r, "no closing quote");
		if (b == '\\') {
			b = (uint8_t)*++r->at;
			if (b == 'n') {
				b = '\n';
			} else if (b == 'x' && digit(r->at[1]) >= 0 && digit(r->at[2]) >= 0) {
				b = (uint8_t)(digit(r->at[1]) << 4 | digit(r->at[2]));
				r->at += 2;
			} else if (b != '"' && b != '\\') {
				return wrong(r, "unknown escape");
			}
		}
		if (!append(l, &b, 1))
			return wrong(r, "too long");
	}
	r->at++;
	return true;
}

static bool read_items(struct reader *r, struct script_line *l, char end);

/* The bytes that a block's length takes; 0: no block begins here. */
static size_t
block_width(const char *at)
{
	static const char *const begins[] = { "", "u8[", "u16[", "u24[", "u32[" };

	for (size_t width = 1; width <= 4; width++)
		if (strncmp(at, begins[width], strlen(begins[width])) == 0)
			return width;
	return 0;
}

static bool
read_block(struct reader *r, struct script_line *l)
{
	size_t width = block_width(r->at), start = l->n;
	static const uint8_t zeros[4];

	if (!append(l, zeros, width))
		return wrong(r, "too long");
	r->at = strchr(r->at, '[') + 1;
	if (!read_items(r, l, ']'))
		return false;
	size_t n = l->n - start - width;
	for (size_t i = 0; i < width; i++)
		l->p[start + i] = (uint8_t)(n >> (8 * (width - 1 - i)));
	return true;
}

static bool
repeat(struct reader *r, struct script_line *l, size_t start)
{
	size_t n = l->n - start;
	char *end;
	unsigned long times = strtoul(r->at + 1, &end, 10);

	r->at = end;
	if (times == 0 || n == 0 || times > PUSH_MAX / n)
		return wrong(r, "bad repetition");
	uint8_t *once = malloc(n);
	assert(once != NULL);
	memcpy(once, l->p + start, n);
	while (--times > 0)
		if (!append(l, once, n))
			break;
	free(once);
	return times == 0 ? true : wrong(r, "too long");
}

static bool
read_item(struct reader *r, struct script_line *l)
{
	if (*r->at == '"')
		return read_literal(r, l);
	if (block_width(r->at) > 0)
		return read_block(r, l);
	if (digit(*r->at) >= 0)
		return read_hex(r, l);
	return wrong(r, "neither digits, text nor a block");
}

/* Items up to end, a bracket or the line's zero, which is eaten. */
static bool
read_items(struct reader *r, struct script_line *l, char end)
{
	for (;;) {
		while (*r->at == ' ' || *r->at == '\t')
			r->at++;
		if (*r->at == end) {
			r->at += end != '\0';
			return true;
		}
		size_t start = l->n;
		if (!read_item(r, l))
			return false;
		if (*r->at == '*' && !repeat(r, l, start))
			return false;
	}
}

static bool
read_dissector(struct reader *r, const char *name)
{
	static const struct dissector *const all[] = { &dx_epmd, &dx_dist, &dx_tls };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(name, all[i]->name) == 0) {
			r->s->dx = all[i];
			return true;
		}
	return wrong(r, "no such dissector");
}

static bool
side_begins(const char *line, enum side *side, const char **rest)
{
	static const char *const names[2] = { "client", "server" };

	for (int i = 0; i < 2; i++)
		if (strncmp(line, names[i], 6) == 0) {
			*side = (enum side)i;
			*rest = line + 6;
			return true;
		}
	return false;
}

static bool
read_push(struct reader *r, const char *line)
{
	struct script *s = r->s;
	enum side side;

	if (!side_begins(line, &side, &r->at))
		return wrong(r, "neither client nor server");
	if (s->n_lines == SCRIPT_LINES_MAX)
		return wrong(r, "too many pushes");
	struct script_line *l = &s->lines[s->n_lines++];
	*l = (struct script_line){ .side = side };
	if (strncmp(r->at, " gap ", 5) == 0) {
		l->gap = true;
		l->n_gap = strtoull(r->at + 5, NULL, 10);
		return true;
	}
	if (*r->at++ != ':')
		return wrong(r, "a colon is missing");
	return read_items(r, l, '\0');
}

static bool
read_wanted(struct reader *r, const char *line)
{
	const char *rest;
	enum side side;

	if (!side_begins(line, &side, &rest))
		return wrong(r, "neither client nor server");
	text_put(&r->s->want[side], line);
	text_put(&r->s->want[side], "\n");
	return !r->s->want[side].cut || wrong(r, "too many facts");
}

static bool
read_line(struct reader *r, char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '#' || line[strspn(line, " \t")] == '\0')
		return true;
	if (r->wants)
		return read_wanted(r, line);
	if (strcmp(line, "expect:") == 0) {
		r->wants = true;
		return true;
	}
	if (strncmp(line, "dissector: ", 11) == 0)
		return read_dissector(r, line + 11);
	if ((line[0] == ' ' || line[0] == '\t') && r->s->n_lines > 0 &&
	    !r->s->lines[r->s->n_lines - 1].gap) {
		r->at = line;
		return read_items(r, &r->s->lines[r->s->n_lines - 1], '\0');
	}
	return read_push(r, line);
}

bool
script_load(struct script *s, const char *path, struct diag *d)
{
	struct reader r = { .s = s, .d = d, .path = path };
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	bool good = true;

	s->dx = NULL;
	s->n_lines = 0;
	s->want[SIDE_CLIENT] = TEXT(s->want_buf[SIDE_CLIENT]);
	s->want[SIDE_SERVER] = TEXT(s->want_buf[SIDE_SERVER]);
	if (file == NULL) {
		diag_set(d, "%s: cannot be opened", path);
		return false;
	}
	while (good && getline(&line, &cap, file) > 0) {
		r.line++;
		good = read_line(&r, line);
	}
	free(line);
	fclose(file);
	if (good && (s->dx == NULL || !r.wants))
		good = wrong(&r, "no dissector, or nothing expected");
	if (!good)
		script_free(s);
	return good;
}

void
script_free(struct script *s)
{
	for (size_t i = 0; i < s->n_lines; i++)
		free(s->lines[i].p);
	s->n_lines = 0;
}
