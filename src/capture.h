/*
 * capture - live packets on their way into an engine: what check, show and top
 * have in common.
 *
 * rights     capture_open() needs CAP_NET_RAW, and for another network namespace
 *            CAP_SYS_ADMIN; nothing afterwards does.
 * ownership  the command line and the options must outlive the capture.
 * failure    false and a filled d; capture_close() all the same.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include "cli.h"
#include "engine.h"
#include "watch.h"

struct capture {
	struct source *live;
	struct engine *engine;
	int space;			/* the network namespace that was asked for; -1: our own */
};

#define CAPTURE_NONE ((struct capture){ .space = -1 })

/* What the command line says of the input, files or devices. */
struct engine_options capture_options(const struct cli *c);

/* Opens the devices that the command line names, and an engine that reads them. Fills in
 * the options' inputs. */
bool capture_open(struct capture *k, const struct cli *c, struct engine_options *o,
    struct diag *d);
void capture_close(struct capture *k);

struct watch_port capture_port(struct capture *k);	/* for watch_run() */

/* What the devices have lost so far, into the engine. */
void capture_note_losses(struct capture *k);

/* It is over; unread: not all packets from before were looked at. */
void capture_end(struct capture *k, bool unread);

#endif
