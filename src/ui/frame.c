#include "ui/frame.h"

#include "report/cut.h"
#include "report/words.h"
#include "ui/losses.h"

#define LINE_MAX_BYTES 2048u
#define KEY_LABEL_WIDTH 6u

/* Left and right; where both do not fit, the right one goes. */
static void
draw_line(struct screen *s, struct area line, unsigned left_ink, const char *left,
    unsigned right_ink, const char *right)
{
	unsigned n_left = (unsigned)text_columns(left), n_right = (unsigned)text_columns(right);
	char b[LINE_MAX_BYTES];
	struct text t = TEXT(b);

	if (line.height == 0)
		return;
	cut_put(&t, left, line.width, s->utf8);
	screen_put(s, line.x, line.y, line.width, left_ink, b);
	if (n_left + n_right + 2 <= line.width)
		screen_put(s, line.x + line.width - n_right, line.y, n_right, right_ink, right);
}

static void
put_traffic(struct text *t, const struct scene *scene)
{
	const struct rates *r = scene->rates;

	if (!scene->live) {
		text_putf(t, "%llu packets", (unsigned long long)scene->snapshot->input.packets);
		return;
	}
	if (r == NULL || !r->known) {
		text_put(t, "- packets/s");
		return;
	}
	field_put_amount(t, r->packets_per_second);
	text_put(t, " packets/s ");
	field_put_amount(t, r->bytes_per_second);
	text_put(t, "B/s");
}

/* Live it is the time of day; of a file, when its last packet was. */
static void
put_clock(struct text *t, const struct scene *scene)
{
	char b[64];
	struct text whole = TEXT(b);

	if (scene->now_ns == 0)
		return;
	text_put_time(&whole, scene->now_ns, 0);
	const char *time = strchr(b, 'T');
	text_put(t, scene->live && time != NULL ? time + 1 : b);
}

/* From the right: the clock, PAUSED, the traffic; the source has what is left. */
static void
draw_source(const struct frame *f, struct screen *s, struct area line,
    const struct scene *scene)
{
	char source[LINE_MAX_BYTES], cut[LINE_MAX_BYTES], right[128];
	struct text t = TEXT(source), r = TEXT(right), fitting = TEXT(cut);

	put_traffic(&r, scene);
	text_put(&r, "  ");
	put_clock(&r, scene);
	unsigned n = (unsigned)text_columns(right), room = line.width > n ? line.width - n : 0;
	screen_put(s, line.x + room, line.y, n, INK_NONE, right);
	if (f->paused && room >= 9) {
		room -= 9;
		screen_put(s, line.x + room + 1, line.y, 6, INK_ALARM | INK_INVERSE, "PAUSED");
	}
	text_put(&t, "beamtap top: ");
	words_put_wire(&t, words_bytes(f->source), s->utf8);
	text_put(&t, scene->live ? " (live)" : " (file)");
	cut_put(&fitting, source, room > 1 ? room - 1 : 0, s->utf8);
	screen_put(s, line.x, line.y, room, INK_STRONG, cut);
}

/* The worst first, in their own colours and in words: a narrow screen cuts the best. */
static void
draw_verdicts(struct screen *s, struct area line, const struct scene *scene)
{
	size_t n = scene_n_connections(scene);
	const char *between = ": ";
	char b[64];
	struct text count = TEXT(b);

	text_putf(&count, "%zu connection%s", n, n == 1 ? "" : "s");
	unsigned x = screen_put(s, line.x, line.y, line.width, INK_NONE, b);
	for (unsigned rank = 1; rank <= verdict_rank(VERDICT_MUTUAL); rank++)
		for (int v = VERDICT_PLAINTEXT; v < N_VERDICTS; v++) {
			struct text one = TEXT(b);

			if (verdict_rank((enum verdict)v) != rank ||
			    scene->snapshot->n_by_verdict[v] == 0)
				continue;
			x += screen_put(s, line.x + x, line.y, line.width - x, INK_NONE, between);
			between = ", ";
			text_putf(&one, "%llu %s",
			    (unsigned long long)scene->snapshot->n_by_verdict[v],
			    verdict_word((enum verdict)v));
			x += screen_put(s, line.x + x, line.y, line.width - x,
			    ink_of_verdict((enum verdict)v), b);
		}
}

static void
draw_losses(struct screen *s, struct area line, const struct scene *scene)
{
	char lost[LINE_MAX_BYTES], ignored[128];
	struct text t = TEXT(lost), i = TEXT(ignored);
	bool any = losses_put(&t, &scene->snapshot->input, scene->live);

	text_putf(&i, "ignored: %llu TLS, %llu other",
	    (unsigned long long)scene->snapshot->ignored_tls,
	    (unsigned long long)scene->snapshot->ignored_other);
	draw_line(s, line, any ? INK_ALARM : INK_NONE, lost, INK_NONE, ignored);
}

static void
draw_damage(struct screen *s, struct area line, const struct scene *scene)
{
	char b[LINE_MAX_BYTES];
	struct text t = TEXT(b);

	text_put(&t, "DAMAGED: ");
	words_put_wire(&t, words_bytes(scene->snapshot->input.damage), s->utf8);
	draw_line(s, line, INK_ALARM, b, INK_NONE, "");
}

static void
draw_nameless(struct screen *s, struct area line, const struct scene *scene)
{
	char b[LINE_MAX_BYTES];
	struct text t = TEXT(b);

	words_put_nameless(&t, scene->snapshot->input.nameless);
	draw_line(s, line, INK_STRONG, b, INK_NONE, "");
}

/* " 1 Connections " */
static unsigned
title_width(const struct frame *f, unsigned i)
{
	return (unsigned)text_columns(f->titles[i]) + 4;
}

static void
put_sheet_state(struct text *t, const struct sheet *sheet, bool utf8)
{
	if (sheet->filter[0] != '\0') {
		text_putf(t, "%zu of %zu match ", sheet->rows.n, sheet->all.n);
		words_put_wire(t, words_bytes(sheet->filter), utf8);
	} else if (grid_n_hidden(&sheet->grid) > 0) {
		text_putf(t, "%u more column%s: %s", grid_n_hidden(&sheet->grid),
		    grid_n_hidden(&sheet->grid) == 1 ? "" : "s", utf8 ? "← →" : "arrow keys");
	}
}

static void
draw_tabs(const struct frame *f, struct screen *s, struct area line, const struct scene *scene)
{
	char state[LINE_MAX_BYTES], cut[LINE_MAX_BYTES];
	struct text t = TEXT(state), fitting = TEXT(cut);
	unsigned x = 0;

	for (unsigned i = 0; i < f->n_titles; i++) {
		char b[64];
		struct text title = TEXT(b);

		text_putf(&title, " %u %s ", i + 1, f->titles[i]);
		x += screen_put(s, line.x + x, line.y, line.width - x,
		    i == f->open ? INK_TAB_OPEN : INK_TAB, b);
	}
	if (f->sheet == NULL)
		return;
	put_sheet_state(&t, f->sheet, scene->style.utf8);
	unsigned room = line.width > x + 1 ? line.width - x - 1 : 0;
	cut_put(&fitting, state, room, s->utf8);
	unsigned taken = (unsigned)text_columns(cut);
	screen_put(s, line.x + line.width - taken, line.y, taken,
	    f->sheet->filter[0] != '\0' ? INK_STRONG : INK_FAINT, cut);
}

unsigned
frame_header_height(const struct scene *scene)
{
	const struct input_facts *in = &scene->snapshot->input;

	return 4u + (in->damage != NULL) + (in->nameless > 0);
}

void
frame_draw_header(const struct frame *f, struct screen *s, struct area a,
    const struct scene *scene)
{
	draw_source(f, s, area_top(&a, 1), scene);
	draw_verdicts(s, area_top(&a, 1), scene);
	draw_losses(s, area_top(&a, 1), scene);
	if (scene->snapshot->input.damage != NULL)
		draw_damage(s, area_top(&a, 1), scene);
	if (scene->snapshot->input.nameless > 0)
		draw_nameless(s, area_top(&a, 1), scene);
	draw_tabs(f, s, area_top(&a, 1), scene);
}

unsigned
frame_title_at(const struct frame *f, unsigned x)
{
	unsigned i = 0;

	for (unsigned end = 0; i < f->n_titles; i++) {
		end += title_width(f, i);
		if (x < end)
			break;
	}
	return i;
}

static unsigned
key_width(const struct frame_key *key)
{
	unsigned label = (unsigned)text_columns(key->label);

	return (unsigned)text_columns(key->key) +
	    (label < KEY_LABEL_WIDTH ? KEY_LABEL_WIDTH : label);
}

/* Where key i is drawn; width 0: it is not. Keys before the last leave as there is no
 * room for them and the last. */
static struct area
place_of(const struct frame_key *keys, unsigned n, unsigned i, struct area line)
{
	unsigned x = 0, last = n > 0 ? key_width(&keys[n - 1]) : 0;

	for (unsigned k = 0; k < n; k++) {
		unsigned width = key_width(&keys[k]);
		bool fits = x + width + (k + 1 < n ? last : 0) <= line.width;

		if (k == i)
			return (struct area){ line.x + x, line.y, fits ? width : 0, 1 };
		x += fits ? width : 0;
	}
	return (struct area){ 0 };
}

void
frame_draw_keys(const struct frame_key *keys, unsigned n, struct screen *s, struct area line)
{
	screen_clear(s, line, INK_LABEL);
	for (unsigned i = 0; i < n; i++) {
		struct area a = place_of(keys, n, i, line);
		unsigned taken;

		if (a.width == 0)
			continue;
		taken = screen_put(s, a.x, a.y, a.width, INK_KEY, keys[i].key);
		screen_put_padded(s, a.x + taken, a.y, a.width - taken, INK_LABEL, keys[i].label);
	}
}

unsigned
frame_key_at(const struct frame_key *keys, unsigned n, struct area line, unsigned x)
{
	unsigned i = 0;

	while (i < n && !area_has(place_of(keys, n, i, line), x, line.y))
		i++;
	return i;
}
