#include "ui/ui.h"

#include <stdlib.h>

#include "report/cut.h"
#include "report/words.h"
#include "ui/state.h"

#define FOOT_HEIGHT 2u

void
state_say(struct ui *u, bool is_alarm, const char *escaped)
{
	struct text t = TEXT(u->status);

	text_put(&t, escaped);
	u->is_alarm = is_alarm;
	u->dirty = true;
}

void
state_refresh(struct ui *u)
{
	struct open_view *v = state_view(u);

	if (!v->kind->refresh(v->view, &u->scene))
		state_say(u, true, "out of memory: not everything is shown");
}

void
state_again(struct ui *u)
{
	struct sheet *sheet = state_sheet(u);

	if (sheet != NULL && !sheet_again(sheet, &u->scene))
		state_say(u, true, "out of memory: the rows are not in their order");
}

void
state_go(struct ui *u, unsigned view)
{
	u->current = view;
	state_refresh(u);
}

void
state_help(struct ui *u)
{
	u->help = (struct help){ 0 };
	u->under_help = u->mode;
	u->mode = MODE_HELP;
}

static bool
open_views(struct ui *u, bool details)
{
	const struct view_kind *const *kind = u->options.views;

	for (; *kind != NULL && u->n_views < UI_VIEWS_MAX; kind++) {
		if ((*kind)->is_detail != details)
			continue;
		void *view = (*kind)->open();
		if (view == NULL)
			return false;
		u->views[u->n_views++] = (struct open_view){ *kind, view };
		u->n_tabs += !details;
	}
	return true;
}

static void
apply_settings(struct ui *u, const struct settings *s)
{
	u->numeric = u->options.services == NULL || s->numeric;
	for (unsigned i = 0; i < u->n_tabs; i++) {
		const struct open_view *v = &u->views[i];

		if (v->kind->sheet != NULL && v->kind->sheet(v->view) != NULL)
			settings_apply(s, v->kind->name, v->kind->sheet(v->view));
		if (strcmp(v->kind->name, s->view) == 0)
			u->current = i;
	}
}

/* Under the detail lies the view it was opened from. */
static unsigned
open_tab(const struct ui *u)
{
	unsigned view = u->current;

	for (unsigned i = u->n_back; view >= u->n_tabs && i > 0; i--)
		view = u->back[i - 1].view;
	return view < u->n_tabs ? view : 0;
}

static void
keep_settings(const struct ui *u, struct settings *s)
{
	struct text name = TEXT(s->view);

	if (open_tab(u) != 0)
		text_put(&name, u->views[open_tab(u)].kind->name);
	if (u->options.services != NULL)
		s->numeric = u->numeric;
	for (unsigned i = 0; i < u->n_tabs; i++) {
		const struct open_view *v = &u->views[i];

		if (v->kind->sheet != NULL && v->kind->sheet(v->view) != NULL)
			settings_keep(s, v->kind->name, v->kind->sheet(v->view));
	}
}

struct ui *
ui_open(const struct ui_options *o, unsigned width, unsigned height, struct diag *d)
{
	const struct settings none = { 0 };
	struct ui *u = calloc(1, sizeof *u);

	if (u == NULL) {
		diag_set(d, "out of memory");
		return NULL;
	}
	u->options = *o;
	u->mode = MODE_VIEW;
	u->screen.utf8 = o->utf8;
	u->scene = (struct scene){ .snapshot = &u->empty, .live = o->live,
		.style = { .utf8 = o->utf8 } };
	u->empty.input.lost_kernel = u->empty.input.lost_interface =
	    u->empty.input.lost_recorded = UNKNOWN_COUNT;
	if (!open_views(u, false) || !open_views(u, true) || !ui_resize(u, width, height)) {
		diag_set(d, "out of memory");
		ui_close(u);
		return NULL;
	}
	apply_settings(u, o->settings != NULL ? o->settings : &none);
	u->scene.style.services = u->numeric ? NULL : o->services;
	state_refresh(u);
	return u;
}

void
ui_close(struct ui *u)
{
	if (u == NULL)
		return;
	if (u->options.settings != NULL && u->n_tabs > 0)
		keep_settings(u, u->options.settings);
	for (unsigned i = 0; i < u->n_views; i++)
		u->views[i].kind->close(u->views[i].view);
	rates_free(&u->rates);
	screen_free(&u->screen);
	free(u);
}

bool
ui_resize(struct ui *u, unsigned width, unsigned height)
{
	u->dirty = true;
	return screen_resize(&u->screen, width, height);
}

void
ui_look(struct ui *u, const struct snapshot *s, const struct events *e, uint64_t now_ns)
{
	u->scene.snapshot = s;
	u->scene.events = e;
	u->scene.now_ns = u->options.live ? now_ns : s->input.last_ns;
	if (u->options.live) {
		rates_look(&u->rates, s, now_ns);
		u->scene.rates = &u->rates;
	}
	u->dirty = true;
	state_refresh(u);
}

void
ui_say(struct ui *u, const char *line)
{
	char b[sizeof u->status];
	struct text t = TEXT(b);

	words_put_wire(&t, words_bytes(line), u->options.utf8);
	state_say(u, true, b);
}

bool
ui_is_dirty(const struct ui *u, uint64_t now_ns)
{
	return u->dirty || (u->options.live && !u->paused &&
	    now_ns / 1000000000u != u->drawn_second);
}

bool
ui_wants_scene(const struct ui *u)
{
	return !u->paused;
}

bool
ui_wants_quit(const struct ui *u)
{
	return u->quit;
}

bool
ui_wants_repaint(struct ui *u)
{
	bool wanted = u->repaint;

	u->repaint = false;
	return wanted;
}

struct frame
state_frame(const struct ui *u)
{
	const struct open_view *v = &u->views[u->current];
	struct frame f = { .source = u->options.source, .paused = u->paused,
		.n_titles = u->n_tabs, .open = u->current < u->n_tabs ? u->current : u->n_tabs };

	for (unsigned i = 0; i < u->n_tabs; i++)
		f.titles[i] = u->views[i].kind->title;
	if (v->kind->sheet != NULL)
		f.sheet = v->kind->sheet(v->view);
	return f;
}

/* What was said last, else what the view has to say of the row under the cursor. */
static void
draw_status(struct ui *u, struct area line)
{
	const struct open_view *v = state_view(u);
	char whole[1024], b[1024];
	struct text hint = TEXT(whole), t = TEXT(b);

	if (u->status[0] != '\0')
		text_put(&hint, u->status);
	else if (u->mode == MODE_SEARCH)
		text_put(&hint, "Enter: done   Esc: cancel   F3: next");
	else if (u->mode == MODE_FILTER)
		text_put(&hint, "Enter: done   Esc: clear   F1 tells the language");
	else if (v->kind->put_hint != NULL)
		v->kind->put_hint(v->view, &hint, &u->scene);
	cut_put_end(&t, whole, line.width, u->screen.utf8);
	screen_put_padded(&u->screen, line.x, line.y, line.width,
	    u->status[0] != '\0' && u->is_alarm ? INK_ALARM : INK_NONE, b);
}

static void
draw_foot(struct ui *u, struct area a)
{
	unsigned n;
	const struct frame_key *keys = state_keys(u, &n);

	draw_status(u, area_top(&a, 1));
	if (u->mode == MODE_SEARCH || u->mode == MODE_FILTER)
		prompt_draw(&u->prompt, u->mode == MODE_SEARCH ? "Search" : "Filter", &u->screen, a);
	else
		frame_draw_keys(keys, n, &u->screen, a);
}

static void
draw_too_small(struct ui *u)
{
	char b[64];
	struct text t = TEXT(b);

	text_putf(&t, "too small: %ux%u at least", UI_WIDTH_MIN, UI_HEIGHT_MIN);
	screen_put(&u->screen, 0, 0, u->screen.width, INK_STRONG, b);
	screen_put(&u->screen, 0, 1, u->screen.width, INK_NONE, "q quits");
}

static void
draw_all(struct ui *u)
{
	struct area a = { 0, 0, u->screen.width, u->screen.height };
	struct frame f = state_frame(u);
	struct area head = area_top(&a, frame_header_height(&u->scene));
	struct area inner = area_top(&a, a.height - FOOT_HEIGHT);

	/* The view first: the header says how many columns it had no room for. */
	state_view(u)->kind->draw(state_view(u)->view, &u->screen, inner, &u->scene);
	frame_draw_header(&f, &u->screen, head, &u->scene);
	if (u->mode == MODE_HELP)
		help_draw(&u->help, state_view(u)->kind->help, &u->screen, inner);
	else if (u->mode == MODE_SORT || u->mode == MODE_COLUMNS)
		menu_draw(&u->menu, &u->screen, inner);
	draw_foot(u, a);
}

const struct screen *
ui_draw(struct ui *u, uint64_t now_ns)
{
	struct screen *s = &u->screen;

	if (u->options.live && !u->paused)
		u->scene.now_ns = now_ns;
	u->drawn_second = now_ns / 1000000000u;
	u->dirty = false;
	screen_clear(s, (struct area){ 0, 0, s->width, s->height }, INK_NONE);
	if (s->width < UI_WIDTH_MIN || s->height < UI_HEIGHT_MIN)
		draw_too_small(u);
	else
		draw_all(u);
	return s;
}
