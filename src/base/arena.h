/*
 * arena - memory that is given back all at once.
 *
 * ownership  what arena_take() returns belongs to the arena and lives until
 *            arena_free(). A zeroed struct arena is an empty arena.
 * failure    NULL when memory is out or the arena's limit is reached; nothing
 *            is lost of what was taken before.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/rd.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t used;		/* bytes handed out */
	size_t limit;		/* bytes; 0: no limit */
};

void *arena_take(struct arena *a, size_t n);	/* zeroed, aligned for anything */
struct bytes arena_copy(struct arena *a, struct bytes b);	/* empty on failure */
void arena_free(struct arena *a);

#endif
