/*
 * rescue - gives the terminal back when nobody can be asked any more: on a crash, and
 * when the process ends in some other way than by term_close().
 *
 * For term.c only. One terminal, one rescue: a signal handler has no argument but
 * what is static. It does what is safe in one [POSIX signal-safety]: write(),
 * tcsetattr(), sigaction(), raise().
 */
#ifndef UI_RESCUE_H
#define UI_RESCUE_H

#include <stdbool.h>

struct termios;

/* After newterm(); found: as it was before. */
void rescue_arm(const struct termios *found);
void rescue_disarm(void);

bool rescue_has_capability(const char *name);	/* of terminfo(5) */

#endif
