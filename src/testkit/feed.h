/*
 * feed - a live source over a list of packets that is filled again and again: when it is
 * used up there is nothing now, and never an end.
 *
 * ownership  packets are the feed's; feed_clear() frees them, when no batch is in use. The
 *            feed itself is the caller's, and source_close() leaves it alone.
 */
#ifndef TESTKIT_FEED_H
#define TESTKIT_FEED_H

#include "testkit/packets.h"

struct feed {
	struct source source;
	struct packets packets;
	size_t at;
};

void feed_init(struct feed *f);
void feed_clear(struct feed *f);

#endif
