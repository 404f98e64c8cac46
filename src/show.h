/*
 * show - the command: the connections in capture files, or on the wire until something
 * ends the capture; once, or live as lines, one for each change.
 */
#ifndef SHOW_H
#define SHOW_H

#include "cli.h"

int show(const struct cli *c);		/* the exit status: 0 or 2 */

#endif
