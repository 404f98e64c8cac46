/*
 * confine - the system calls that a process can still make, for good.
 *
 * A call that is not named fails with EPERM, as one for which there are no rights.
 *
 * source     seccomp(2), seccomp_rule_add(3).
 * failure    false and a filled d: the process is not confined.
 */
#ifndef CONFINE_H
#define CONFINE_H

#include <stdbool.h>

#include "base/diag.h"

/* To what it takes to search /proc, to answer at sockets that are open, and to end. Files
 * are opened to be read and no more; there is no new socket, no process and no signal. */
bool confine_to_looking(struct diag *d);

#endif
