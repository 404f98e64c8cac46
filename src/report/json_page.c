#include "report/json_page.h"

#include <errno.h>

static void
put(struct page *p, const char *s)
{
	if (!p->failed && fputs(s, p->out) == EOF)
		p->failed = true;
}

static void
put_indent(struct page *p)
{
	for (unsigned i = 0; i < p->depth; i++)
		put(p, "  ");
}

/* Where jansson breaks a line it does not know how deep its value stands.
 * A newline inside a string is escaped, so each one here is such a break. */
static int
put_indented(const char *s, size_t n, void *page)
{
	struct page *p = page;

	while (n > 0 && !p->failed) {
		const char *newline = memchr(s, '\n', n);
		size_t part = newline != NULL ? (size_t)(newline - s) + 1 : n;

		if (fwrite(s, 1, part, p->out) != part)
			p->failed = true;
		if (newline != NULL)
			put_indent(p);
		s += part;
		n -= part;
	}
	return p->failed ? -1 : 0;
}

static void
put_value(struct page *p, json_t *value)
{
	if (value == NULL)
		errno = ENOMEM;
	if (value == NULL || p->failed ||
	    json_dump_callback(value, put_indented, p, JSON_INDENT(2) | JSON_ENCODE_ANY) != 0)
		p->failed = true;
	json_decref(value);
}

static void
put_next(struct page *p)
{
	put(p, p->any ? ",\n" : "\n");
	put_indent(p);
	p->any = true;
}

static void
put_key(struct page *p, const char *key)
{
	put_next(p);
	put(p, "\"");
	put(p, key);
	put(p, "\": ");
}

static void
open_with(struct page *p, const char *bracket)
{
	put(p, bracket);
	p->depth++;
	p->any = false;
}

static void
close_with(struct page *p, const char *bracket)
{
	p->depth--;
	if (p->any) {
		put(p, "\n");
		put_indent(p);
	}
	put(p, bracket);
	p->any = true;
}

struct page
page_begin(FILE *out)
{
	struct page p = { .out = out };

	open_with(&p, "{");
	return p;
}

bool
page_end(struct page *p)
{
	close_with(p, "}");
	put(p, "\n");
	if (!p->failed && fflush(p->out) != 0)
		p->failed = true;
	return !p->failed;
}

void
page_member(struct page *p, const char *key, json_t *value)
{
	put_key(p, key);
	put_value(p, value);
}

void
page_entry(struct page *p, json_t *value)
{
	put_next(p);
	put_value(p, value);
}

void
page_open_list(struct page *p, const char *key)
{
	put_key(p, key);
	open_with(p, "[");
}

void
page_close_list(struct page *p)
{
	close_with(p, "]");
}

void
page_open_entry(struct page *p)
{
	put_next(p);
	open_with(p, "{");
}

void
page_close_entry(struct page *p)
{
	close_with(p, "}");
}
