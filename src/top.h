/*
 * top - the command: the live table, or the same over a file.
 *
 * One thread: packets for at most TOP_STEP_NS, then keys, then at most four looks a
 * second at what is known.
 */
#ifndef TOP_H
#define TOP_H

#include "cli.h"

#define TOP_STEP_NS   5000000ull
#define TOP_LOOK_NS 250000000ull

int top(const struct cli *c);		/* the exit status: 0 or 2 */

#endif
