/*
 * term - the terminal, through ncurses: shows a screen, reads presses, and is
 * given back as it was found.
 *
 * Given back by term_close(), and on SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT, whose
 * handlers write what leaves the full screen and hand on to whoever was there
 * before. SIGTERM and SIGINT are the front's: its loop ends, then term_close().
 * Ctrl-Z and fg are ncurses' own.
 *
 * There is one terminal, and so one struct term in a process: a crash knows no owner.
 *
 * failure    term_open() NULL and d: no terminal, or one that cannot address its
 *            cursor. d is one line and names `beamtap show`.
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include "base/diag.h"
#include "ui/press.h"
#include "ui/screen.h"

struct term;

/* Between setlocale() and anything else that writes to the terminal. */
struct term *term_open(bool colour, struct diag *d);
void term_close(struct term *t);		/* NULL is fine */

bool term_read(struct term *t, struct press *p);	/* false: nothing more for now */
bool term_is_gone(const struct term *t);		/* standard input has ended */
void term_show(struct term *t, const struct screen *s);
void term_repaint(struct term *t);			/* the next term_show() draws everything */
void term_size(struct term *t, unsigned *width, unsigned *height);	/* asks, and adapts */

#endif
