/*
 * state - what ui.c, ui_press.c and ui_menu.c share: private to them.
 */
#ifndef UI_STATE_H
#define UI_STATE_H

#include "ui/frame.h"
#include "ui/help.h"
#include "ui/menu.h"
#include "ui/prompt.h"
#include "ui/settings.h"
#include "ui/ui.h"

#define UI_VIEWS_MAX FRAME_TITLES_MAX
#define UI_BACK_MAX 8u

/* Who gets the presses. */
enum mode { MODE_NONE, MODE_VIEW, MODE_SEARCH, MODE_FILTER, MODE_SORT, MODE_COLUMNS, MODE_HELP };

struct open_view {
	const struct view_kind *kind;
	void *view;
};

/* Where Esc leads. */
struct way_back {
	unsigned view;
	bool filtered;			/* the view that was gone to had this filter */
	char filter[QUERY_BYTES];
};

struct ui {
	struct ui_options options;
	struct screen screen;
	struct open_view views[UI_VIEWS_MAX];	/* those with tabs first */
	unsigned n_views, n_tabs, current;
	struct way_back back[UI_BACK_MAX];
	unsigned n_back;
	enum mode mode, under_help;
	struct prompt prompt;
	struct menu menu;
	struct help help;
	char     word[QUERY_BYTES];	/* searched for last */
	size_t   origin;		/* the cursor's place when the search began */
	struct scene scene;
	struct snapshot empty;		/* before the first look */
	struct rates rates;
	bool     paused, quit, dirty, repaint, numeric;
	char     status[512];		/* escaped; empty: none */
	bool     is_alarm;
	uint64_t drawn_second;
};

static inline struct open_view *
state_view(struct ui *u)
{
	return &u->views[u->current];
}

/* NULL: the open view has no rows. */
static inline struct sheet *
state_sheet(struct ui *u)
{
	const struct open_view *v = state_view(u);

	return v->kind->sheet != NULL ? v->kind->sheet(v->view) : NULL;
}

void state_say(struct ui *u, bool is_alarm, const char *escaped);
void state_refresh(struct ui *u);		/* the open view, from the scene */
void state_again(struct ui *u);			/* its rows: filtered and ordered anew */
void state_go(struct ui *u, unsigned view);

void state_help(struct ui *u);

void menus_open_sort(struct ui *u);
void menus_open_columns(struct ui *u);
void menus_press(struct ui *u, struct press p);	/* in MODE_SORT and MODE_COLUMNS */

/* The keys at the foot of the screen. */
const struct frame_key *state_keys(const struct ui *u, unsigned *n);

struct frame state_frame(const struct ui *u);

#endif
