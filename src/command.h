/*
 * command - a command that runs while packets are captured.
 *
 * It has our standard streams and no other descriptor of ours, stays in our process
 * group, and is the invoking user's. It begins at once; live capture must be open before,
 * and rights be given up after.
 *
 * ownership  argv is borrowed for the call.
 * failure    false and a filled d: no process could be made. A command that
 *            cannot be executed has a status, as in a shell: 127 not found,
 *            126 found and not executable; d has the reason.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <signal.h>

#include "courier.h"

struct command {
	pid_t pid;
	bool  ended;
	int   status;		/* valid when ended; 128 + n for a signal, as in a shell */
	struct courier courier;
};

bool command_start(struct command *c, char *const argv[], const struct identity *who,
    const sigset_t *blocked_before, struct diag *d);

/* Has it ended? Asks without waiting; call it on SIGCHLD. One that is stopped has not. */
bool command_ended(struct command *c);

/* SIGTERM, and wait until it has ended. */
void command_stop(struct command *c);

/* Pass a signal on, unless the terminal has sent it to the command already. */
void command_signal(const struct command *c, int signal, bool from_terminal);

#endif
