#include "ui/state.h"

#include "report/words.h"

#define KEY(name, word, number) { name, word, { .kind = PRESS_FUNCTION, .code = (number) } }

static const struct frame_key view_keys[] = {
	KEY("F1", "Help", 1), KEY("F2", "Column", 2), KEY("F3", "Search", 3),
	KEY("F4", "Filter", 4), KEY("F5", "View", 5), KEY("F6", "SortBy", 6),
	KEY("F8", "Pause", 8), KEY("F9", "Save", 9), KEY("F10", "Quit", 10),
};
static const struct frame_key paused_keys[] = {
	KEY("F1", "Help", 1), KEY("F2", "Column", 2), KEY("F3", "Search", 3),
	KEY("F4", "Filter", 4), KEY("F5", "View", 5), KEY("F6", "SortBy", 6),
	KEY("F8", "Go on", 8), KEY("F9", "Save", 9), KEY("F10", "Quit", 10),
};
static const struct frame_key overlay_keys[] = {
	{ "Enter", "Done", { .kind = PRESS_ENTER } }, { "Esc", "Back", { .kind = PRESS_ESCAPE } },
};

#define KEYS(array, n) (*(n) = (unsigned)(sizeof(array) / sizeof *(array)), (array))

const struct frame_key *
state_keys(const struct ui *u, unsigned *n)
{
	switch (u->mode) {
	case MODE_SORT: case MODE_COLUMNS: case MODE_HELP:
		return KEYS(overlay_keys, n);
	case MODE_NONE: case MODE_VIEW: case MODE_SEARCH: case MODE_FILTER:
		break;
	}
	return u->paused ? KEYS(paused_keys, n) : KEYS(view_keys, n);
}

static unsigned
find_view(const struct ui *u, const char *name)
{
	unsigned i = 0;

	while (i < u->n_views && strcmp(u->views[i].kind->name, name) != 0)
		i++;
	return i;
}

static unsigned
find_detail(const struct ui *u)
{
	unsigned i = 0;

	while (i < u->n_views && !u->views[i].kind->is_detail)
		i++;
	return i;
}

static bool
set_filter(struct ui *u, const char *text)
{
	struct sheet *sheet = state_sheet(u);
	struct query_error e = { 0 };
	char b[sizeof u->status];
	struct text t = TEXT(b);

	if (sheet == NULL)
		return false;
	if (!sheet_set_filter(sheet, text, &e)) {
		text_putf(&t, "at %zu: %s", e.at + 1, e.why.line);
		state_say(u, true, b);
		return false;
	}
	state_again(u);
	return true;
}

/* The oldest way back is forgotten where there are too many. */
static struct way_back *
remember_way(struct ui *u)
{
	if (u->n_back == UI_BACK_MAX)
		memmove(u->back, u->back + 1, --u->n_back * sizeof *u->back);
	u->back[u->n_back] = (struct way_back){ .view = u->current };
	return &u->back[u->n_back++];
}

static void
open_detail(struct ui *u, uint64_t id)
{
	unsigned view = find_detail(u);

	if (view == u->n_views)
		return;
	if (view != u->current)
		remember_way(u);
	if (u->views[view].kind->show != NULL)
		u->views[view].kind->show(u->views[view].view, id, &u->scene);
	state_go(u, view);
}

static void
show_view(struct ui *u, const struct request *r)
{
	unsigned view = find_view(u, r->name);

	if (view == u->n_views)
		return;
	struct way_back *way = remember_way(u);
	state_go(u, view);
	const struct sheet *sheet = state_sheet(u);
	if (sheet == NULL)
		return;
	struct text before = TEXT(way->filter);
	text_put(&before, sheet->filter);
	way->filtered = set_filter(u, r->text);
}

static void
go_back(struct ui *u)
{
	if (u->n_back == 0)
		return;
	struct way_back way = u->back[--u->n_back];
	if (way.filtered)
		set_filter(u, way.filter);
	state_go(u, way.view);
}

static void
answer(struct ui *u, const struct request *r)
{
	switch (r->kind) {
	case REQUEST_DETAIL:
		open_detail(u, r->id);
		break;
	case REQUEST_SHOW:
		show_view(u, r);
		break;
	case REQUEST_BACK:
		go_back(u);
		break;
	case REQUEST_SAY:
		state_say(u, false, r->text);
		break;
	case REQUEST_NONE: case REQUEST_NOT_MINE:
		break;
	}
}

/* Who goes to a view by its key starts anew: Esc leads nowhere. */
static void
go_to_tab(struct ui *u, unsigned tab)
{
	if (tab >= u->n_tabs)
		return;
	u->n_back = 0;
	state_go(u, tab);
}

static void
go_round(struct ui *u, unsigned by)
{
	unsigned from = u->current < u->n_tabs ? u->current : u->back[0].view;

	go_to_tab(u, (from + by) % u->n_tabs);
}

static void
save(struct ui *u)
{
	struct diag line = { 0 };

	if (u->options.save == NULL) {
		state_say(u, true, "nothing can be saved here");
		return;
	}
	u->options.save(u->options.saver, u->scene.snapshot, &line);
	ui_say(u, line.line);
	u->is_alarm = false;
}

static void
open_prompt(struct ui *u, enum mode mode)
{
	const struct sheet *sheet = state_sheet(u);

	if (sheet == NULL) {
		state_say(u, false, "this view has no rows to look through");
		return;
	}
	u->mode = mode;
	u->origin = sheet->list.cursor;
	prompt_set(&u->prompt, mode == MODE_FILTER ? sheet->filter : "");
}

static void
open_menu(struct ui *u, void (*open)(struct ui *u))
{
	if (state_sheet(u) != NULL)
		open(u);
	else
		state_say(u, false, "this view has no columns");
}

static void
search(struct ui *u, int direction)
{
	struct sheet *sheet = state_sheet(u);

	if (sheet != NULL && u->word[0] != '\0' &&
	    !sheet_search(sheet, u->word, direction, &u->scene))
		state_say(u, true, "not found");
}

static void
turn_order(struct ui *u)
{
	struct sheet *sheet = state_sheet(u);

	if (sheet != NULL && sheet->sorted != FIELD_NONE)
		sheet->descending = !sheet->descending;
	state_again(u);
}

static void
toggle_numeric(struct ui *u)
{
	if (u->options.services == NULL) {
		state_say(u, false, "ports have no names here (-n)");
		return;
	}
	u->numeric = !u->numeric;
	u->scene.style.services = u->numeric ? NULL : u->options.services;
	state_refresh(u);
}

/* False: not a key of every view. */
static bool
press_key_of_all(struct ui *u, uint32_t key)
{
	switch (key) {
	case PRESS_F(1): case 'h': case '?':
		state_help(u);
		return true;
	case PRESS_F(2): case 'C':
		open_menu(u, menus_open_columns);
		return true;
	case PRESS_F(3): case '/':
		open_prompt(u, MODE_SEARCH);
		return true;
	case 'n': case 'N':
		search(u, key == 'n' ? 1 : -1);
		return true;
	case PRESS_F(4): case '\\':
		open_prompt(u, MODE_FILTER);
		return true;
	case PRESS_F(5):
		go_round(u, 1);
		return true;
	case PRESS_F(6): case '<': case '>':
		open_menu(u, menus_open_sort);
		return true;
	case 'I':
		turn_order(u);
		return true;
	case PRESS_F(8): case ' ':
		u->paused = !u->paused;
		return true;
	case PRESS_F(9): case 's':
		save(u);
		return true;
	case '#':
		toggle_numeric(u);
		return true;
	case PRESS_F(10): case 'q':
		u->quit = true;
		return true;
	default:
		if (key < '1' || key > '9')
			return false;
		go_to_tab(u, key - '1');
		return true;
	}
}

static bool
press_of_all(struct ui *u, struct press p)
{
	if (p.kind == PRESS_TAB || p.kind == PRESS_BACK_TAB) {
		go_round(u, p.kind == PRESS_TAB ? 1 : u->n_tabs - 1);
		return true;
	}
	if (p.kind == PRESS_ESCAPE || p.kind == PRESS_BACKSPACE) {
		go_back(u);
		return true;
	}
	return press_key(p) != 0 && press_key_of_all(u, press_key(p));
}

static void
press_view(struct ui *u, struct press p)
{
	struct request r = { .kind = REQUEST_NONE };

	if (press_of_all(u, p))
		return;
	state_view(u)->kind->press(state_view(u)->view, p, &u->scene, &r);
	answer(u, &r);
}

static void
press_search(struct ui *u, struct press p)
{
	struct sheet *sheet = state_sheet(u);

	if (p.kind == PRESS_ENTER || p.kind == PRESS_ESCAPE) {
		u->mode = MODE_VIEW;
		if (p.kind == PRESS_ESCAPE && sheet->rows.n > 0)
			list_go(&sheet->list, u->origin);
	} else if (p.kind == PRESS_FUNCTION && p.code == 3) {
		search(u, 1);
	} else if (prompt_press(&u->prompt, p)) {
		memcpy(u->word, u->prompt.s, u->prompt.n + 1);
		if (sheet->rows.n > 0)
			list_go(&sheet->list, u->origin);
		search(u, 0);
	} else {
		list_press(&sheet->list, p);
	}
}

/* As it is typed; while it is no filter yet, the one before stays. */
static void
press_filter(struct ui *u, struct press p)
{
	struct sheet *sheet = state_sheet(u);

	if (p.kind == PRESS_ESCAPE) {
		set_filter(u, "");
		u->mode = MODE_VIEW;
	} else if (p.kind == PRESS_ENTER) {
		if (set_filter(u, u->prompt.s))
			u->mode = MODE_VIEW;
	} else if (p.kind == PRESS_FUNCTION && p.code == 1) {
		state_help(u);
	} else if (prompt_press(&u->prompt, p)) {
		set_filter(u, u->prompt.s);
	} else {
		list_press(&sheet->list, p);
	}
}

static void
press_help(struct ui *u, struct press p)
{
	if (!help_press(&u->help, p))
		u->mode = u->under_help;
}

/* A click on a key is that key; on a tab, that view. True: p is done. */
static bool
click_frame(struct ui *u, struct press *p)
{
	struct area foot = { 0, u->screen.height - 1, u->screen.width, 1 };
	unsigned n, i;
	const struct frame_key *keys = state_keys(u, &n);
	struct frame f = state_frame(u);

	if (p->y == foot.y && u->mode != MODE_SEARCH && u->mode != MODE_FILTER) {
		i = frame_key_at(keys, n, foot, p->x);
		if (i < n)
			*p = keys[i].press;
		return i == n;
	}
	if (p->y + 1 == frame_header_height(&u->scene) && u->mode == MODE_VIEW) {
		go_to_tab(u, frame_title_at(&f, p->x));
		return true;
	}
	return false;
}

void
ui_press(struct ui *u, struct press p)
{
	if (p.kind == PRESS_NONE)
		return;
	u->dirty = true;
	u->status[0] = '\0';
	if ((p.kind == PRESS_CLICK || p.kind == PRESS_DOUBLE_CLICK) && click_frame(u, &p))
		return;
	if (p.kind == PRESS_CONTROL && p.code == 'L') {
		u->repaint = true;
		return;
	}
	switch (u->mode) {
	case MODE_VIEW:
		press_view(u, p);
		break;
	case MODE_SEARCH:
		press_search(u, p);
		break;
	case MODE_FILTER:
		press_filter(u, p);
		break;
	case MODE_SORT: case MODE_COLUMNS:
		menus_press(u, p);
		break;
	case MODE_HELP:
		press_help(u, p);
		break;
	case MODE_NONE:
		break;
	}
}
