/*
 * capture - live packets on their way into an engine, and what this host's kernel says of its
 * sockets: what check, show and top have in common.
 *
 * rights     capture_open() needs CAP_NET_RAW, and for other network namespaces those of
 *            net/spaces.h; nothing afterwards does.
 * ownership  the command line and the options must outlive the capture.
 * failure    false and a filled d; capture_close() all the same.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include "cli.h"
#include "engine.h"
#include "registry.h"
#include "watch.h"

struct capture {
	struct source *live;		/* NULL: of files only the engine is there */
	struct engine *engine;
	struct spaces spaces;		/* where it looks */
	const char *names[SPACES_MAX];	/* of theirs */
	struct registry registry;
	bool told_of_others;
};

#define CAPTURE_NONE ((struct capture){ .registry = REGISTRY_NONE })

/* What the command line says of the input, files or devices. */
struct engine_options capture_options(const struct cli *c);

/* Opens the devices that the command line names, and an engine that reads them. Fills in
 * the options' inputs. as: who is to be become when all is open. */
bool capture_open(struct capture *k, const struct cli *c, struct engine_options *o,
    const struct identity *as, struct diag *d);
void capture_close(struct capture *k);

struct watch_port capture_port(struct capture *k);	/* for watch_run() */

/* What the kernel says of sockets, if it is time: as registry_turn(). */
enum paced capture_turn(struct capture *k, struct diag *d);

/* Sockets that are there before something begins are known then. False: the engine cannot go
 * on. */
bool capture_await_sockets(struct capture *k, struct diag *d);

/* What the devices have lost so far, into the engine. */
void capture_note_losses(struct capture *k);

/* It is over; unread: not all packets from before were looked at. */
void capture_end(struct capture *k, bool unread);

#endif
