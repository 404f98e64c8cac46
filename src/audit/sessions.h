/*
 * sessions - the TLS sessions up to 1.2 that were judged, and may be resumed by their id.
 *
 * ownership  what a connection recalls lives as long as the sessions.
 * limits     LIMIT_SESSIONS; more are not remembered, and counted.
 */
#ifndef AUDIT_SESSIONS_H
#define AUDIT_SESSIONS_H

#include "audit/verdict.h"
#include "base/arena.h"
#include "base/map.h"

struct sessions {
	struct map by_id;
	struct arena arena;
	size_t   n;			/* in the arena: more than have an id of their own */
	uint64_t shed;
};

void sessions_init(struct sessions *all);
void sessions_free(struct sessions *all);

/* c's server has spoken inside a handshake. */
void sessions_remember(struct sessions *all, const struct connection *c);

/* c's server has said its hello. */
void sessions_recall(const struct sessions *all, struct connection *c);

#endif
