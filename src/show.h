/*
 * show - the command: a capture file's connections, once.
 */
#ifndef SHOW_H
#define SHOW_H

#include "cli.h"

int show(const struct cli *c);		/* the exit status: 0 or 2 */

#endif
