#include "ui/view_events.h"

#include <stdlib.h>

#include "audit/events.h"
#include "base/limits.h"
#include "report/cut.h"
#include "report/words.h"

#define NSEC_PER_SEC 1000000000u
#define DAY_NS (UINT64_C(86400) * NSEC_PER_SEC)
#define DATE_LENGTH 10u		/* "2026-11-22" */

struct event_view {
	struct sheet sheet;
	struct event *kept;		/* LIMIT_EVENTS, by their number; EVENT_NONE: not had */
	struct row *rows;		/* LIMIT_EVENTS */
	uint64_t last, left;		/* number of the newest kept; how many have left */
	bool     none;			/* nobody keeps events */
};

/* The fields of an event */

static const struct event *
event(const void *what)
{
	return what;
}

static void
put_moment(struct text *t, uint64_t at_ns, bool with_date)
{
	char b[48];
	struct text whole = TEXT(b);

	text_put_time(&whole, at_ns, 3);
	if (whole.n <= DATE_LENGTH + 1)
		return;
	b[whole.n - 1] = '\0';		/* "Z": the title says UTC */
	b[DATE_LENGTH] = ' ';
	text_put(t, with_date ? b : b + DATE_LENGTH + 1);
}

/* Of another day than the scene's, with its date. */
static void
put_time(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	put_moment(cell, event(what)->at_ns, event(what)->at_ns / DAY_NS != s->now_ns / DAY_NS);
}

static void
put_kind(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	const char *word = event_word(event(what)->kind);

	(void)f;
	(void)s;
	text_put(cell, word != NULL ? word : "?");
}

static void
put_connection(struct text *cell, const struct field *f, const void *what,
    const struct scene *s)
{
	(void)f;
	(void)s;
	if (event(what)->id == 0)
		text_put(cell, "-");
	else
		text_putf(cell, "%u", (unsigned)event(what)->id);
}

static void
put_text(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	words_put_escaped(cell, event(what)->text, s->style.utf8);
}

static void
put_age(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	uint64_t at = event(what)->at_ns;

	(void)f;
	field_put_duration(cell, s->now_ns > at ? s->now_ns - at : 0);
}

static bool
number_time(double *n, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	*n = (double)event(what)->at_ns / NSEC_PER_SEC;
	return true;
}

static bool
number_connection(double *n, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	*n = event(what)->id;
	return event(what)->id != 0;
}

static bool
number_age(double *n, const struct field *f, const void *what, const struct scene *s)
{
	uint64_t at = event(what)->at_ns;

	(void)f;
	*n = s->now_ns > at ? (double)(s->now_ns - at) / NSEC_PER_SEC : 0;
	return true;
}

static const struct field fields_v[] = {
	{ .id = "time", .title = "Time (UTC)", .min = 23, .wanted = 23, .priority = 1,
	  .put = put_time, .unit = UNIT_RANK, .number = number_time },
	{ .id = "kind", .title = "Event", .min = 12, .wanted = 12, .priority = 3,
	  .put = put_kind, .by_verdict = true },
	{ .id = "connection", .title = "Conn", .right = true, .min = 4, .wanted = 10,
	  .priority = 4, .put = put_connection, .unit = UNIT_NUMBER,
	  .number = number_connection },
	{ .id = "text", .title = "What", .min = 20, .wanted = 3 * EVENT_LINE_MAX, .priority = 2,
	  .put = put_text, .cut = cut_put_end },
	{ .id = "age", .title = "Age", .right = true, .extra = true, .min = 3, .wanted = 7,
	  .priority = 12, .put = put_age, .unit = UNIT_SECONDS, .number = number_age },
};
static const struct fields fields = { fields_v, sizeof fields_v / sizeof *fields_v };

/* The view */

static void
close_view(void *view)
{
	struct event_view *v = view;

	sheet_close(&v->sheet);
	free(v->kept);
	free(v->rows);
	free(v);
}

static void *
open_view(void)
{
	struct event_view *v = calloc(1, sizeof *v);

	if (v == NULL)
		return NULL;
	sheet_open(&v->sheet, &fields, field_find(&fields, "time"), false);
	v->sheet.list.moved = v->sheet.list.at_end = true;
	v->kept = calloc(LIMIT_EVENTS, sizeof *v->kept);
	v->rows = calloc(LIMIT_EVENTS, sizeof *v->rows);
	if (v->kept != NULL && v->rows != NULL)
		return v;
	close_view(v);
	return NULL;
}

static struct sheet *
sheet_of(void *view)
{
	return &((struct event_view *)view)->sheet;
}

static struct event *
place_of(const struct event_view *v, uint64_t number)
{
	return &v->kept[(number - 1) % LIMIT_EVENTS];
}

/* Copies those that are new. The number of the oldest that is held. */
static uint64_t
take_new(struct event_view *v, const struct events *e)
{
	uint64_t first = e->last - events_held(e) + 1;

	if (e->last < v->last)
		v->last = 0;		/* another run's */
	for (uint64_t n = v->last + 1 > first ? v->last + 1 : first; n <= e->last; n++) {
		const struct event *new = events_find(e, n);

		*place_of(v, n) = new != NULL ? *new : (struct event){ .kind = EVENT_NONE };
	}
	v->last = e->last;
	return first;
}

static bool
refresh(void *view, const struct scene *s)
{
	struct event_view *v = view;
	size_t n = 0;

	v->none = s->events == NULL;
	v->left = 0;
	if (s->events != NULL && s->events->last > 0) {
		uint64_t first = take_new(v, s->events);

		v->left = first - 1;
		for (uint64_t number = first; number <= v->last; number++) {
			const struct event *e = place_of(v, number);

			if (e->kind != EVENT_NONE)
				v->rows[n++] = (struct row){ .id = number, .what = e, .verdict =
				    e->kind == EVENT_REFUSED ? VERDICT_REFUSED : VERDICT_NONE };
		}
	}
	return sheet_refresh(&v->sheet, v->rows, n, s);
}

static void
draw_nothing(const struct event_view *v, struct screen *screen, struct area a)
{
	const char *why = v->none ? "events are not kept here" :
	    v->sheet.all.n == 0 ? "nothing has happened yet" : "no event matches the filter";

	if (a.height > 2)
		screen_put(screen, a.x + 1, a.y + 2, a.width, INK_FAINT, why);
}

static void
draw(void *view, struct screen *screen, struct area a, const struct scene *s)
{
	struct event_view *v = view;
	char b[96];
	struct text t = TEXT(b);

	if (v->left > 0) {
		struct area line = area_top(&a, 1);

		text_putf(&t, "the oldest %llu %s left: %u are kept", (unsigned long long)v->left,
		    v->left == 1 ? "event has" : "events have", LIMIT_EVENTS);
		if (line.height > 0)
			screen_put(screen, line.x, line.y, line.width, INK_FAINT, b);
	}
	sheet_draw(&v->sheet, screen, a, s);
	if (v->sheet.rows.n == 0)
		draw_nothing(v, screen, a);
}

static void
open_connection(const struct event *e, struct request *r)
{
	struct text t = TEXT(r->text);

	if (e->id != 0) {
		r->kind = REQUEST_DETAIL;
		r->id = e->id;
	} else {
		r->kind = REQUEST_SAY;
		text_put(&t, "this event is not of a connection that is listed");
	}
}

static void
press(void *view, struct press p, const struct scene *s, struct request *r)
{
	struct event_view *v = view;
	struct list *list = &v->sheet.list;

	if (view_press_rows(&v->sheet, p, s, r))
		open_connection(sheet_selected(&v->sheet)->what, r);
	else if (r->kind == REQUEST_NONE && list->n > 0 && list->cursor + 1 == list->n)
		list->at_end = true;	/* however it came there */
}

static void
put_hint(const void *view, struct text *t, const struct scene *s)
{
	const struct row *row = sheet_selected(&((const struct event_view *)view)->sheet);

	if (row == NULL)
		return;
	put_moment(t, event(row->what)->at_ns, true);
	text_put(t, "Z ");
	put_kind(t, NULL, row->what, s);
	text_put(t, ": ");
	put_text(t, NULL, row->what, s);
}

static const struct help_line help[] = {
	{ "Enter", "open the connection of the event" },
	{ "End G", "to the newest, and stay there" },
	{ NULL, NULL }
};

const struct view_kind view_events = {
	.name = "events",
	.title = "Events",
	.open = open_view,
	.close = close_view,
	.refresh = refresh,
	.draw = draw,
	.press = press,
	.put_hint = put_hint,
	.sheet = sheet_of,
	.help = help,
};
