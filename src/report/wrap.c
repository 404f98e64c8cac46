#include "report/wrap.h"

#include "report/cut.h"

/* Spaces are written with the word after them, so none ends a line. */
static void
start_line(struct wrap *w, unsigned indent)
{
	w->at = 0;
	w->spaces = indent;
	w->any = false;
}

static void
break_line(struct wrap *w)
{
	putc('\n', w->out);
	start_line(w, w->indent + 2);
}

static void
put_bytes(struct wrap *w, const char *s, size_t n, size_t columns)
{
	fprintf(w->out, "%*s", (int)w->spaces, "");
	fwrite(s, 1, n, w->out);
	w->at += w->spaces + columns;
	w->spaces = 0;
	w->any = true;
}

static bool
fits(const struct wrap *w, size_t columns)
{
	return w->width == 0 || w->at + w->spaces + columns <= w->width;
}

static void
put_word(struct wrap *w, const char *s, size_t n)
{
	size_t columns;

	cut_head(s, n, SIZE_MAX, &columns);
	if (w->any && !fits(w, columns))
		break_line(w);
	while (!fits(w, columns)) {
		size_t taken, part = cut_head(s, n, w->width - w->at - w->spaces, &taken);

		put_bytes(w, s, part, taken);
		s += part;
		n -= part;
		columns -= taken;
		break_line(w);
	}
	put_bytes(w, s, n, columns);
}

void
wrap_begin(struct wrap *w, unsigned indent)
{
	w->indent = indent;
	start_line(w, indent);
}

void
wrap_put(struct wrap *w, const char *s)
{
	while (*s != '\0') {
		size_t spaces = strspn(s, " ");
		size_t n = strcspn(s + spaces, " ");

		if (w->any)
			w->spaces += spaces;
		if (n > 0)
			put_word(w, s + spaces, n);
		s += spaces + n;
	}
}

void
wrap_end(struct wrap *w)
{
	putc('\n', w->out);
}

void
wrap_line(struct wrap *w, unsigned indent, const char *s)
{
	wrap_begin(w, indent);
	wrap_put(w, s);
	wrap_end(w);
}
