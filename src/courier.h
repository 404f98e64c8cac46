/*
 * courier - a small process that signals another one with a user's rights, after
 * this process has given up its own: "nobody" may not signal root's command.
 *
 * It has no capability and no descriptor but its own, blocks every signal, and
 * ends when its socket does.
 *
 * trust      the process named first is the only one it will signal. Whoever takes
 *            over this process later cannot turn it against another.
 * failure    courier_start(): false and a filled d.
 */
#ifndef COURIER_H
#define COURIER_H

#include "privs.h"

struct courier {
	int socket;		/* -1: none */
};

bool courier_start(struct courier *c, const struct identity *as, struct diag *d);

/* Waits until it is done, so that the number still is that process's. Signal 0 names
 * the process. False: no courier, or errno says why not. */
bool courier_send(const struct courier *c, pid_t to, int signal);

void courier_stop(struct courier *c);

#endif
