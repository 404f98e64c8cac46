/*
 * view - one way to look at the scene: connections, mesh, nodes, events, detail.
 *
 * A view is a table of functions and its own state. ui.h owns the screen around it:
 * header, tabs, prompts, menus, help and footer; a view draws its area and takes the
 * presses that nobody else wanted.
 *
 * A view over rows has a sheet, and gets search, filter, sorting and the column
 * menu from ui.h without a line of its own.
 *
 * drawing    draw() changes nothing but the screen (and where its sheet was drawn), and
 *            draws every cell of its area that is not blank: the area comes blank.
 * failure    open(): NULL, memory is out. refresh(): false, memory is out: said on the
 *            status line; the view shows what it could.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "ui/press.h"
#include "ui/scene.h"
#include "ui/screen.h"
#include "ui/sheet.h"

enum request_kind {
	REQUEST_NONE,		/* the press was taken */
	REQUEST_NOT_MINE,	/* it was not */
	REQUEST_DETAIL,		/* open the connection of that id */
	REQUEST_SHOW,		/* go to the view called name, filtered by text */
	REQUEST_BACK,		/* as Esc */
	REQUEST_SAY,		/* text on the status line */
};

struct request {
	enum request_kind kind;
	uint64_t id;
	const char *name;
	char text[QUERY_BYTES];	/* escaped */
};

struct help_line {
	const char *keys, *what;	/* both NULL: the end */
};

struct view_kind {
	const char *name;		/* "connections": stable, for the settings */
	const char *title;		/* "Connections": on its tab */
	bool     is_detail;		/* of one connection: has no tab, opened by REQUEST_DETAIL */
	void  *(*open)(void);
	void   (*close)(void *view);
	bool   (*refresh)(void *view, const struct scene *s);	/* the scene is new */
	void   (*draw)(void *view, struct screen *screen, struct area a, const struct scene *s);
	void   (*press)(void *view, struct press p, const struct scene *s, struct request *r);
	void   (*put_hint)(const void *view, struct text *t, const struct scene *s);	/* what is to be said of the selected thing, escaped; NULL */
	struct sheet *(*sheet)(void *view);	/* NULL, or NULL: no rows */
	void   (*show)(void *view, uint64_t id, const struct scene *s);	/* detail: which one; else NULL */
	const struct help_line *help;	/* keys of its own; NULL: none */
};

/* For a view over rows: a motion, a click, a scroll, and r says so. True: the selected row
 * was opened, and r is the view's to fill in. */
bool view_press_rows(struct sheet *rows, struct press p, const struct scene *s,
    struct request *r);

/* The views there are, in the order of their tabs and keys 1, 2, ...; then the
 * detail. Ends with NULL. */
extern const struct view_kind *const views[];

#endif
