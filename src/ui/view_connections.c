#include "ui/view_connections.h"

#include <stdlib.h>

#include "base/map.h"
#include "report/words.h"
#include "ui/connection_fields.h"

#define LISTENER_BIT (UINT64_C(1) << 63)

struct connections {
	struct sheet sheet;
	struct rows rows;
	struct seen *seen;	/* a row's what */
	size_t room;		/* of seen */
	uint64_t secret[2];	/* listeners get their ids by it */
};

static void *
open_view(void)
{
	struct connections *c = calloc(1, sizeof *c);
	struct map drawn;

	if (c == NULL)
		return NULL;
	map_init(&drawn);
	memcpy(c->secret, drawn.secret, sizeof c->secret);
	map_free(&drawn);
	sheet_open(&c->sheet, &connection_fields, field_find(&connection_fields, "verdict"), false);
	return c;
}

static void
close_view(void *view)
{
	struct connections *c = view;

	sheet_close(&c->sheet);
	free(c->seen);
	rows_free(&c->rows);
	free(c);
}

static struct sheet *
sheet_of(void *view)
{
	return &((struct connections *)view)->sheet;
}

static bool
make_room(struct connections *c, size_t n)
{
	if (!rows_make_room(&c->rows, n))
		return false;
	if (c->rows.room == c->room)
		return true;
	struct seen *seen = realloc(c->seen, c->rows.room * sizeof *seen);
	if (seen == NULL)
		return false;
	c->seen = seen;
	c->room = c->rows.room;
	return true;
}

static uint64_t
listener_id(const struct connections *c, const struct epmd_entry *e)
{
	uint8_t place[sizeof e->host.octets + 3] = { (uint8_t)e->host.family,
		(uint8_t)(e->port >> 8), (uint8_t)e->port };

	memcpy(place + 3, e->host.octets, sizeof e->host.octets);
	return siphash(c->secret, (struct bytes){ place, sizeof place }) | LISTENER_BIT;
}

static int
compare_ids(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	return (a->id > b->id) - (a->id < b->id);
}

static int
compare_places(const void *x, const void *y)
{
	const struct row *a = x, *b = y;
	const struct epmd_entry *e = ((const struct seen *)a->what)->listener;
	const struct epmd_entry *f = ((const struct seen *)b->what)->listener;
	int differ = address_compare(&e->host, &f->host);

	return differ != 0 ? differ : (e->port > f->port) - (e->port < f->port);
}

/* A place has one row, whatever said so and how often; the last said is believed. */
static void
drop_doubles(struct connections *c, size_t from)
{
	size_t kept = from;

	if (c->rows.n > from)
		qsort(c->rows.v + from, c->rows.n - from, sizeof *c->rows.v, compare_ids);
	for (size_t i = from; i < c->rows.n; i++) {
		if (kept > from && c->rows.v[kept - 1].id == c->rows.v[i].id) {
			const struct seen *a = c->rows.v[kept - 1].what, *b = c->rows.v[i].what;

			if (a->listener->at_ns <= b->listener->at_ns)
				c->rows.v[kept - 1] = c->rows.v[i];
		} else {
			c->rows.v[kept++] = c->rows.v[i];
		}
	}
	c->rows.n = kept;
	if (kept > from)
		qsort(c->rows.v + from, kept - from, sizeof *c->rows.v, compare_places);
}

static void
add(struct connections *c, uint64_t id, struct seen seen)
{
	enum verdict v = seen.connection != NULL ? seen.connection->verdict : VERDICT_NONE;

	c->seen[c->rows.n] = seen;
	c->rows.v[c->rows.n] = (struct row){ .id = id, .what = &c->seen[c->rows.n], .verdict = v };
	c->rows.n++;
}

static bool
refresh(void *view, const struct scene *s)
{
	struct connections *c = view;
	size_t n = scene_n_connections(s), n_epmd = s->snapshot->n_epmd;

	c->rows.n = 0;
	if (!make_room(c, n + n_epmd)) {
		sheet_refresh(&c->sheet, NULL, 0, s);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		const struct judgement *j = scene_connection(s, i);
		add(c, j->id, (struct seen){ .connection = j });
	}
	for (size_t i = 0; i < n_epmd; i++) {
		const struct epmd_entry *e = &s->snapshot->epmd[i];
		if (e->listening)
			add(c, listener_id(c, e), (struct seen){ .listener = e });
	}
	drop_doubles(c, n);
	return sheet_refresh(&c->sheet, c->rows.v, c->rows.n, s);
}

static void
draw_nothing(const struct sheet *sheet, struct screen *screen, struct area a)
{
	const char *why = sheet->all.n == 0 ? "no distribution connection has been seen yet" :
	    "no row matches the filter";

	if (a.height > 2)
		screen_put(screen, a.x + 1, a.y + 2, a.width, INK_FAINT, why);
}

static void
draw(void *view, struct screen *screen, struct area a, const struct scene *s)
{
	struct connections *c = view;

	sheet_draw(&c->sheet, screen, a, s);
	if (c->sheet.rows.n == 0)
		draw_nothing(&c->sheet, screen, a);
}

/* The connections to a listener, whatever its port is called. */
static void
ask_for_port(struct request *r, const struct epmd_entry *e)
{
	char ip[ADDRESS_TEXT_MAX];
	struct text t = TEXT(r->text);

	text_putf(&t, "host=%s port=%u", address_text(&e->host, ip), (unsigned)e->port);
	r->kind = REQUEST_SHOW;
	r->name = view_connections.name;
}

static void
press(void *view, struct press p, const struct scene *s, struct request *r)
{
	struct connections *c = view;

	if (!view_press_rows(&c->sheet, p, s, r))
		return;
	const struct seen *seen = sheet_selected(&c->sheet)->what;
	if (seen->listener != NULL) {
		ask_for_port(r, seen->listener);
	} else {
		r->kind = REQUEST_DETAIL;
		r->id = seen->connection->id;
	}
}

static void
put_listener_hint(struct text *t, const struct epmd_entry *e, const struct scene *s)
{
	char ip[ADDRESS_TEXT_MAX];

	text_put(t, "EPMD: ");
	connection_put_listener(t, e, s->style.utf8);
	text_putf(t, " listens on %s port %u", address_text(&e->host, ip), (unsigned)e->port);
	text_putf(t, " (%s", epmd_how_word(e->how) != NULL ? epmd_how_word(e->how) : "?");
	if (epmd_type_word(e->type) != NULL)
		text_putf(t, ", a %s node", epmd_type_word(e->type));
	text_put(t, ")");
}

/* What became of it in plain words, else what the verdict rests on. */
static void
put_connection_hint(struct text *t, const struct judgement *j, const struct scene *s)
{
	text_putf(t, "#%u ", (unsigned)j->id);
	if (j->explanation[0] != '\0') {
		words_put_escaped(t, j->explanation, s->style.utf8);
		return;
	}
	text_putf(t, "%s, evidence: %s; known by ", verdict_word(j->verdict),
	    evidence_word(j->evidence));
	columns_put_known_by(t, j->known_by, ",");
	if (j->blind != 0) {
		text_put(t, "; blind: ");
		columns_put_blind(t, j->blind, ",");
	}
	if (j->has_tls && j->tls.has_cipher) {
		text_put(t, "; ");
		words_put_cipher(t, j->tls.cipher);
	}
}

static void
put_hint(const void *view, struct text *t, const struct scene *s)
{
	const struct connections *c = view;
	const struct row *row = sheet_selected(&c->sheet);

	if (row == NULL)
		return;
	const struct seen *seen = row->what;
	if (seen->listener != NULL)
		put_listener_hint(t, seen->listener, s);
	else
		put_connection_hint(t, seen->connection, s);
}

static const struct help_line help[] = {
	{ "Enter", "open the connection; on a listener: the connections to it" },
	{ NULL, NULL }
};

const struct view_kind view_connections = {
	.name = "connections",
	.title = "Connections",
	.open = open_view,
	.close = close_view,
	.refresh = refresh,
	.draw = draw,
	.press = press,
	.put_hint = put_hint,
	.sheet = sheet_of,
	.help = help,
};
