#include "ui/help.h"

/* keys NULL: a heading. */
static const struct help_line general[] = {
	{ NULL, "Keys" },
	{ "F1 h ?", "this help" },
	{ "1 2 ... Tab F5", "the views; Shift-Tab goes the other way" },
	{ "arrows j k", "up and down; PgUp PgDn ^B ^F ^U ^D: pages; Home End g G: ends" },
	{ "Left Right H L", "columns that have no room" },
	{ "Enter", "open what is under the cursor" },
	{ "Esc", "back" },
	{ "F2 C", "columns: which, and in which order" },
	{ "F3 /", "search; n and N: the next and the one before" },
	{ "F4 \\", "filter" },
	{ "F6 < >", "sort; I: the other way; or click a title" },
	{ "Space F8", "pause: what is shown stays, the capture goes on" },
	{ "F9 s", "save what is shown as JSON" },
	{ "#", "ports by number or by name" },
	{ "^L", "draw the screen anew" },
	{ "F10 q", "quit" },
};

static const struct help_line language[] = {
	{ NULL, "" },
	{ NULL, "Filter: terms, with a blank or \"and\" between, \"or\", \"not\", ( )" },
	{ "verdict!=mutual", "= and != compare the whole cell" },
	{ "node~rabbit", "~ and !~ look for a part of it, whatever the case" },
	{ "recv>=10k age<5m", "< <= > >= compare numbers; k M G, s m h d" },
	{ "tls<1.3 or blind", "a word alone may be in any column" },
	{ "nodes~\"a b\"", "quotes around blanks and brackets" },
	{ "", "names: those of the columns (F2), and node host port explanation" },
};

static const struct help_line verdicts[] = {
	{ NULL, "" },
	{ NULL, "Verdicts" },
	{ "plaintext", "distribution could be read on the wire" },
	{ "one-way", "TLS, and the client did not authenticate" },
	{ "mutual", "TLS, and both sides authenticated" },
	{ "encrypted", "TLS; who authenticated could not be seen" },
	{ "refused", "TLS was tried and did not come to be" },
	{ "unknown", "nothing says what it is" },
	{ NULL, "" },
	{ "Evidence", "seen, decrypted, resumed, inferred (from record lengths), none" },
};

struct page {
	struct screen *screen;
	struct area area;
	size_t line, top;
};

static void
draw_line(struct page *p, const struct help_line *l)
{
	size_t line = p->line++;

	if (line < p->top || line - p->top >= p->area.height)
		return;
	unsigned y = p->area.y + (unsigned)(line - p->top), x = p->area.x;
	unsigned keys = 18, width = p->area.width;
	if (l->keys == NULL) {
		screen_put(p->screen, x, y, width, INK_STRONG, l->what);
		return;
	}
	screen_put(p->screen, x, y, width, INK_STRONG, l->keys);
	if (width > keys)
		screen_put(p->screen, x + keys, y, width - keys, INK_NONE, l->what);
}

static void
draw_lines(struct page *p, const struct help_line *l, size_t n)
{
	for (size_t i = 0; i < n; i++)
		draw_line(p, &l[i]);
}

void
help_draw(struct help *h, const struct help_line *own, struct screen *s, struct area a)
{
	struct page p = { .screen = s, .area = a, .top = h->top };

	screen_clear(s, a, INK_NONE);
	p.area.x += a.width > 2;
	p.area.width -= a.width > 2;
	draw_lines(&p, general, sizeof general / sizeof *general);
	for (; own != NULL && own->keys != NULL; own++)
		draw_line(&p, own);
	draw_lines(&p, language, sizeof language / sizeof *language);
	draw_lines(&p, verdicts, sizeof verdicts / sizeof *verdicts);
	h->n = p.line;
	h->page = a.height;
}

bool
help_press(struct help *h, struct press p)
{
	size_t last = h->n > h->page ? h->n - h->page : 0;
	/* The page moves, so the cursor is its first line, and then its last. */
	struct list list = { .n = last + 1, .cursor = h->top, .page = h->page > 0 ? h->page : 1 };

	if (!list_press(&list, p))
		return false;
	h->top = list.cursor;
	return true;
}
