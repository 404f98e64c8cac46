/*
 * watch - live capture until something ends it: a time, a signal, the end of a
 * command, or the last device going away. Then what the kernel still holds is read.
 *
 * A signal that ends it is SIGINT, SIGTERM, SIGHUP or SIGQUIT, unless it was ignored when
 * we began (nohup). With a command they and SIGUSR1 and SIGUSR2 are passed on, when the
 * time is over the command is sent SIGTERM, and only the command's end ends it, even
 * when every device is gone.
 *
 * signals    watch_signals() blocks the ones it reads, before anything else is
 *            opened, and says what was blocked before.
 * limits     reading the rest takes at most WATCH_REST_NS on a link that never falls
 *            quiet; a second signal ends it at once.
 * failure    false and a filled d. A failing engine ends the watch as a device that
 *            goes away does.
 */
#ifndef WATCH_H
#define WATCH_H

#include "command.h"
#include "net/source.h"

#define WATCH_QUIET_NS    100000000ull	/* LIVE_LAG_NS, and softirqs and veth deliver late */
#define WATCH_REST_NS    1000000000ull
#define WATCH_BACKLOG_NS 10000000000ull	/* for a kernel buffer that never ran empty */

/* What is watched. */
struct watch_port {
	void *owner;
	enum got (*step)(void *owner, struct diag *d);	/* one batch; never waits */
	/* Readable when there is something to step for. At most max into out; the number
	 * there are, which may change. */
	size_t (*descriptors)(void *owner, int *out, size_t max);
	uint64_t (*now_ns)(void *owner);		/* NULL: CLOCK_MONOTONIC */
};

struct watch {
	struct watch_port port;
	struct command *command;	/* NULL: none */
	uint64_t duration_ns;		/* 0: no end */
	int signals;			/* descriptor of watch_signals() */
	bool unread;			/* said at the end: packets from before the end may
					 * not have been looked at */
};

int watch_signals(sigset_t *blocked_before, struct diag *d);	/* -1: failed */
bool watch_run(struct watch *w, struct diag *d);

#endif
