/*
 * ui - the state machine of `top`: what is on the screen, and what a press does.
 * It knows no terminal and no clock: presses, scenes and the time come in, a screen
 * comes out.
 *
 * The front's loop, at most four times a second but for presses:
 *
 *     while (term_read(t, &p))         ui_press(u, p);
 *     if (ui_wants_scene(u) && fresh)  ui_look(u, snapshot, events, now);
 *     if (ui_wants_repaint(u))         term_repaint(t);
 *     if (ui_is_dirty(u, now))         term_show(t, ui_draw(u, now));
 *     if (ui_wants_quit(u) || term_is_gone(t))  break;
 *
 * and on SIGWINCH: term_size(t, &w, &h), ui_resize(u, w, h).
 *
 * Paused, ui_wants_scene() is false: the front then leaves the snapshot and the
 * events given last as they are (no engine_refresh()), and goes on capturing.
 *
 * ownership  options and the snapshot are borrowed: the snapshot until the next
 *            ui_look() returns. The screen belongs to the ui.
 * failure    ui_open(), ui_resize(): false or NULL and d. Anything later that runs out
 *            of memory is said on the status line.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include "base/diag.h"
#include "ui/press.h"
#include "ui/scene.h"
#include "ui/screen.h"

struct ui;
struct settings;
struct view_kind;

/* Writes what is shown to a file of the front's choice; line says what became of it, in
 * one line, escaped here. */
typedef void ui_saver(void *owner, const struct snapshot *s, struct diag *line);

struct ui_options {
	const struct view_kind *const *views;	/* view.h's views; ends with NULL */
	const char *source;		/* "eth0", "cluster.pcapng": escaped here */
	bool     live;
	bool     utf8;
	const struct services *services;	/* NULL: as with -n, and n cannot turn them on */
	struct settings *settings;	/* read at the start, filled in by ui_close() */
	ui_saver *save;			/* NULL: s is refused */
	void    *saver;
};

#define UI_WIDTH_MIN 60u
#define UI_HEIGHT_MIN 12u

struct ui *ui_open(const struct ui_options *o, unsigned width, unsigned height, struct diag *d);
void ui_close(struct ui *u);		/* NULL is fine */

bool ui_resize(struct ui *u, unsigned width, unsigned height);	/* false: no memory */
void ui_press(struct ui *u, struct press p);
void ui_look(struct ui *u, const struct snapshot *s, const struct events *e, uint64_t now_ns);
const struct screen *ui_draw(struct ui *u, uint64_t now_ns);

/* Something was pressed or is new, or (live) a second has gone by. */
bool ui_is_dirty(const struct ui *u, uint64_t now_ns);
bool ui_wants_scene(const struct ui *u);
bool ui_wants_quit(const struct ui *u);

/* Ctrl-L was pressed: the next term_show() is to draw everything. Says it once. */
bool ui_wants_repaint(struct ui *u);

/* A line for the status line until the next press: "eth0 is gone". Escaped here. */
void ui_say(struct ui *u, const char *line);

#endif
