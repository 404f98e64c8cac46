/*
 * saving - what `top` writes when it is asked to: what is shown, as JSON, into a new
 * file of the working directory; and with -w its packets.
 *
 * Rights are given up by then: where the user may not write, that is said, and nothing is
 * lost.
 *
 * limits     packets as in keeper.h.
 * failure    saving_open(): false and d.
 */
#ifndef SAVING_H
#define SAVING_H

#include "audit/snapshot.h"
#include "cli.h"
#include "engine.h"
#include "keeper.h"

struct saving {
	struct keeper *keeper;		/* NULL: no -w */
	FILE *packets;
	const char *path;		/* of those */
};

/* With -w: opens the file, and has the engine keep packets. */
bool saving_open(struct saving *k, const struct cli *c, struct engine_options *o,
    struct diag *d);
void saving_close(struct saving *k);

/* For ui_options.save; saving is a struct saving. line says what became of it. */
void saving_save(void *saving, const struct snapshot *shown, struct diag *line);

#endif
