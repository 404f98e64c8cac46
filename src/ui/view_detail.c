#include "ui/view_detail.h"

#include <stdlib.h>

#include "report/detail.h"
#include "report/details.h"
#include "report/ladder.h"
#include "report/words.h"
#include "ui/page.h"

/* What was known last, in parts that can be laid out at any width. */
struct known {
	char *ends, *verdict, *protocol;	/* running text, unbroken; NULL: nothing yet */
	enum ink ink;			/* of the verdict */
	char  title[64];		/* the verdict's */
	struct ladder ladder;
	uint64_t flow;			/* its number, whatever it is called in the list */
	uint64_t at_ns;			/* when this was known */
};

struct detail {
	uint64_t id;			/* 0: none was opened */
	struct known known;
	bool     gone;			/* it is not in the list */
	struct page page;
	unsigned width;			/* that page was laid out at; 0: it is to be */
	bool     utf8;
};

static void *
open_view(void)
{
	return calloc(1, sizeof(struct detail));
}

static void
forget(struct known *k)
{
	free(k->ends);
	free(k->verdict);
	free(k->protocol);
	*k = (struct known){ 0 };
}

static void
close_view(void *view)
{
	struct detail *d = view;

	forget(&d->known);
	page_free(&d->page);
	free(d);
}

static void
show(void *view, uint64_t id, const struct scene *s)
{
	struct detail *d = view;

	(void)s;
	forget(&d->known);
	d->id = id;
	d->gone = false;
	d->page.top = 0;
	d->width = 0;
}

static void
write_ends(const struct judgement *j, const struct scene *s, struct wrap *w)
{
	detail_write_ends(j, s->snapshot->input.time_digits, &s->style, w);
}

static void
write_verdict(const struct judgement *j, const struct scene *s, struct wrap *w)
{
	details_write_verdict(j, s->style.utf8, w);
}

static void
write_protocol(const struct judgement *j, const struct scene *s, struct wrap *w)
{
	if (j->has_tls) {
		wrap_line(w, 0, "");
		wrap_line(w, 0, "TLS");
		details_write_tls(j, s->style.utf8, w);
	}
	if (j->has_dist) {
		wrap_line(w, 0, "");
		wrap_line(w, 0, "Distribution");
		details_write_dist(j, w);
	}
}

/* NULL: no memory. */
static char *
written(void (*write)(const struct judgement *j, const struct scene *s, struct wrap *w),
    const struct judgement *j, const struct scene *s)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	struct wrap w = { .out = out };
	write(j, s, &w);
	bool ok = !ferror(out);
	if (fclose(out) == 0 && ok)
		return text;
	free(text);
	return NULL;
}

static bool
know(struct known *k, const struct judgement *j, const struct scene *s)
{
	struct known now = { .ink = ink_of_verdict(j->verdict), .flow = j->flow,
		.at_ns = s->now_ns };
	struct text title = TEXT(now.title);

	now.ends = written(write_ends, j, s);
	now.verdict = written(write_verdict, j, s);
	now.protocol = written(write_protocol, j, s);
	if (now.ends == NULL || now.verdict == NULL || now.protocol == NULL) {
		forget(&now);
		return false;
	}
	detail_put_title(&title, j);
	ladder_read(&now.ladder, j, s->style.utf8);
	forget(k);
	*k = now;
	return true;
}

/* By its id; and where the list was numbered anew, as at the end of a file, by its flow.
 * NULL: it is not listed. */
static const struct judgement *
find(const struct detail *d, const struct scene *s)
{
	const struct judgement *j = scene_find(s, d->id);

	if (d->known.ends == NULL || (j != NULL && j->flow == d->known.flow))
		return j;
	for (size_t i = 0; i < scene_n_connections(s); i++)
		if (scene_connection(s, i)->flow == d->known.flow)
			return scene_connection(s, i);
	return NULL;
}

static bool
refresh(void *view, const struct scene *s)
{
	struct detail *d = view;
	const struct judgement *j = d->id != 0 ? find(d, s) : NULL;

	d->gone = j == NULL;
	d->utf8 = s->style.utf8;
	d->width = 0;
	if (j == NULL)
		return true;
	d->id = j->id;
	return know(&d->known, j, s);
}

static bool
lay_out_gone(struct detail *d, unsigned width)
{
	char b[256];
	struct text t = TEXT(b);

	if (!d->gone)
		return true;
	text_putf(&t, "#%llu is not in the list", (unsigned long long)d->id);
	if (d->known.ends != NULL)
		text_put(&t, " any more");
	if (!page_add(&d->page, INK_ALARM, b))
		return false;
	t = TEXT(b);
	if (d->known.ends != NULL) {
		text_put(&t, "    what follows was known of it at ");
		text_put_time(&t, d->known.at_ns, 0);
		text_put(&t, "\n\n");
	} else {
		text_put(&t, "    the list is bounded: what has ended leaves it, the oldest first\n");
	}
	return page_add_text(&d->page, b, width);
}

static bool
lay_out_ladder(struct detail *d, unsigned width)
{
	const struct ladder *l = &d->known.ladder;
	char b[LADDER_LINE_BYTES];
	struct text t = TEXT(b);

	ladder_put_sides(&t, width);
	bool ok = page_add(&d->page, INK_FAINT, b);
	for (unsigned i = 0; ok && i < l->n; i++) {
		t = TEXT(b);
		ladder_put_rung(&t, &l->rungs[i], width, d->utf8);
		ok = page_add(&d->page, INK_NONE, b);
	}
	return ok;
}

static bool
lay_out_known(struct detail *d, unsigned width)
{
	struct page *p = &d->page;
	const struct known *k = &d->known;

	return page_add_text(p, k->ends, width) && page_add(p, INK_NONE, "") &&
	    page_add(p, k->ink, k->title) && page_add_text(p, k->verdict, width) &&
	    page_add_text(p, "\nHandshake, as far as it is known\n", width) &&
	    lay_out_ladder(d, width) && page_add_text(p, k->protocol, width);
}

static void
lay_out(struct detail *d, unsigned width)
{
	page_empty(&d->page);
	bool ok = d->id == 0 || (lay_out_gone(d, width) &&
	    (d->known.ends == NULL || lay_out_known(d, width)));
	/* Short of memory, the next drawing tries again. */
	d->width = ok ? width : 0;
}

static void
draw(void *view, struct screen *screen, struct area a, const struct scene *s)
{
	struct detail *d = view;

	(void)s;
	if (d->width != a.width)
		lay_out(d, a.width);
	page_draw(&d->page, screen, a);
}

static void
press(void *view, struct press p, const struct scene *s, struct request *r)
{
	struct detail *d = view;

	(void)s;
	r->kind = page_press(&d->page, p) ? REQUEST_NONE : REQUEST_NOT_MINE;
}

static void
put_hint(const void *view, struct text *t, const struct scene *s)
{
	const struct page *p = &((const struct detail *)view)->page;

	(void)s;
	if (p->n > p->height && p->height > 0)
		text_putf(t, "lines %zu to %zu of %zu   ", p->top + 1,
		    p->top + p->height < p->n ? p->top + p->height : p->n, p->n);
	text_put(t, "Esc: back to the list");
}

static const struct help_line help[] = {
	{ "Up Down", "scroll; also by page, Home, End and the wheel" },
	{ NULL, NULL }
};

const struct view_kind view_detail = {
	.name = "detail",
	.title = "Detail",
	.is_detail = true,
	.open = open_view,
	.close = close_view,
	.refresh = refresh,
	.draw = draw,
	.press = press,
	.put_hint = put_hint,
	.show = show,
	.help = help,
};
