/*
 * judged - what the whole engine says of a list of packets.
 *
 * ownership  the options are borrowed until judged_free(), which frees what the snapshot
 *            borrows from.
 * failure    without memory there is no test: assert.
 */
#ifndef TESTKIT_JUDGED_H
#define TESTKIT_JUDGED_H

#include "engine.h"
#include "testkit/packets.h"

struct judged {
	struct engine *engine;
	struct snapshot s;
};

struct judged judged_of(const struct packets *p, const struct engine_options *o);
void judged_free(struct judged *j);

#endif
