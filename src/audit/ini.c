#include "audit/ini.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#define INIH_NAME_MAX 49u	/* inih cuts what is longer */

struct reading {
	FILE *in;
	ini_beginner *begin;	/* NULL: nobody asks */
	ini_taker *take;
	void *owner;
	unsigned line;		/* the last one read */
	bool indented;
	bool named;		/* a value was given since the section began */
	bool failed;		/* trouble is of this line, and no more is read */
	struct diag trouble;
};

static bool
fail(struct reading *r, const char *why)
{
	diag_set(&r->trouble, "%s", why);
	r->failed = true;
	return false;
}

/* Carriage returns belong to the end of a line: where they are all there is of it,
 * what looks like many lines would be one. */
static bool
is_text(const struct reading *r, int c)
{
	if (c == '\r') {
		int next = getc(r->in);

		ungetc(next, r->in);
		return next == '\n' || next == EOF;
	}
	return (c >= ' ' || c == '\t' || c == '\n') && c != 0x7f;
}

/* The next line with its end; false at the end of the file and on trouble. */
static bool
read_line(struct reading *r, char *out, size_t size)
{
	size_t n = 0;
	int c = 0;

	while (c != '\n' && (c = getc(r->in)) != EOF) {
		if (n == 0)
			r->line++;
		if (!is_text(r, c))
			return fail(r, "the line holds a byte that is no text");
		if (n == size - 2 && c != '\n') {
			diag_set(&r->trouble, "the line is longer than %zu bytes", n);
			return fail(r, "");
		}
		out[n++] = (char)c;
	}
	out[n] = '\0';
	if (ferror(r->in))
		return fail(r, strerror(errno));
	return n > 0;
}

/* inih takes "[name" up to the first "]" and looks at nothing behind it. */
static bool
begin_section(struct reading *r, const char *s)
{
	char name[INIH_NAME_MAX + 1];
	size_t n = strcspn(s + 1, "];");

	if (s[1 + n] != ']' || n == 0)
		return fail(r, "a section is written [NAME]");
	if (n > INIH_NAME_MAX)
		return fail(r, "the section's name is too long");
	if (r->indented)
		return fail(r, "a section begins at the start of its line");

	const char *after = s + 1 + n + 1, *rest = after + strspn(after, " \t\r\n");
	if (*rest != '\0' && (rest == after || strchr(";#", *rest) == NULL))
		return fail(r, "there is something behind the section's name");

	memcpy(name, s + 1, n);
	name[n] = '\0';
	r->named = false;
	if (r->begin != NULL && !r->begin(r->owner, name, r->line, &r->trouble)) {
		assert(diag_is_set(&r->trouble));
		r->failed = true;
	}
	return !r->failed;
}

/* inih leaves comments in indented lines before its release 56. */
static void
cut_comment(char *s)
{
	for (; *s != '\0'; s++)
		if ((*s == ' ' || *s == '\t') && s[1] == ';')
			s[1] = '\0';
}

/* In the manner of fgets(), as inih asks for its lines. */
static char *
next_line(char *out, int size, void *stream)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	struct reading *r = stream;

	assert(size > 2);
	if (r->failed || !read_line(r, out, (size_t)size))
		return NULL;

	const char *s = out;
	if (r->line == 1 && strncmp(s, byte_order_mark, 3) == 0)
		s += 3;
	size_t n_blank = strspn(s, " \t");
	r->indented = n_blank > 0;
	if (r->indented)
		cut_comment(out);
	if (s[n_blank] == '[' && !begin_section(r, s + n_blank))
		return NULL;
	return out;
}

static bool
take_value(struct reading *r, const char *section, const char *name, const char *value)
{
	bool continued = r->indented && r->named;
	struct diag why = { .line = "" };

	r->named = true;
	if (*name == '\0')
		return fail(r, "there is no name before the value");
	if (strlen(name) > INIH_NAME_MAX)
		return fail(r, "the name is too long");
	if (r->take(r->owner, section, name, value, &why))
		return true;
	assert(diag_is_set(&why));
	if (continued)
		diag_set(&r->trouble, "%s (an indented line is one more value of the name before it)",
		    why.line);
	return fail(r, why.line);
}

static int
on_value(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;

	return !r->failed && take_value(r, section, name, value);
}

bool
ini_read_sections(const char *path, ini_beginner *begin, ini_taker *take, void *owner,
    struct diag *d)
{
	struct reading r = { .in = fopen(path, "r"), .begin = begin, .take = take,
		.owner = owner };

	if (r.in == NULL) {
		diag_set(d, "%s: %s", path, strerror(errno));
		return false;
	}
	int bad_line = ini_parse_stream(next_line, &r, on_value, &r);
	fclose(r.in);

	if (bad_line < 0)
		diag_set(d, "%s: %s", path, strerror(ENOMEM));
	else if (bad_line > 0 && (!r.failed || (unsigned)bad_line < r.line))
		diag_set(d, "%s:%d: the line is neither [SECTION] nor NAME = VALUE", path, bad_line);
	else if (r.failed && r.line == 0)
		diag_set(d, "%s: %s", path, r.trouble.line);
	else if (r.failed)
		diag_set(d, "%s:%u: %s", path, r.line, r.trouble.line);
	return bad_line == 0 && !r.failed;
}

bool
ini_read(const char *path, ini_taker *take, void *owner, struct diag *d)
{
	return ini_read_sections(path, NULL, take, owner, d);
}
