/*
 * terminal - what standard output is, and the one line on standard error.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

/* Its columns; 0 where there is no terminal: then nothing is cut or wrapped. */
unsigned terminal_width(void);

/* https://no-color.org: NO_COLOR set and not empty means no colour. */
bool terminal_has_colour(void);
bool terminal_is_utf8(void);

/* "beamtap: LINE", escaped: diagnostics quote names that the user, or a file, gave. */
void terminal_complain(const char *line);

#endif
