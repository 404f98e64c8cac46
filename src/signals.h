/*
 * signals - the ones that are to be read from a descriptor, instead of ending the program.
 *
 * failure    -1 and a filled d.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <signal.h>
#include <stddef.h>

#include "base/diag.h"

/* Blocks those of the n that are not ignored (nohup), and says what was blocked before. The
 * descriptor never waits. */
int signals_open(const int *which, size_t n, sigset_t *blocked_before, struct diag *d);

#endif
