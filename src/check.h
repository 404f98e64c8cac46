/*
 * check - the command: an assertion on files, on an interface for a time, or
 * around a command.
 */
#ifndef CHECK_H
#define CHECK_H

#include "cli.h"

/* The exit status: the command's own when it is not 0; else 0 all proved, 1 a
 * violation, 2 could not run, 3 not proved. */
int check(const struct cli *c);

#endif
