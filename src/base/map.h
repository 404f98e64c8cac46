/*
 * map - a hash table from byte strings to pointers, keyed (SipHash-2-4,
 * Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012), so that
 * traffic cannot choose what collides.
 *
 * ownership  keys are borrowed: they must live, unchanged, as long as their
 *            entry (put them in the value). Values belong to the caller.
 * failure    map_put() returns false when memory is out, and changes nothing.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/rd.h"

struct map_slot;

struct map {
	struct map_slot *slots;
	size_t   n;		/* entries */
	size_t   n_dead;	/* slots that a removal left behind */
	size_t   n_slots;	/* a power of two, or 0 */
	uint64_t secret[2];
};

void  map_init(struct map *m);		/* draws a secret from the system */
void  map_free(struct map *m);
void *map_get(const struct map *m, struct bytes key);	/* NULL: not there */
bool  map_put(struct map *m, struct bytes key, void *value);	/* replaces */
void *map_remove(struct map *m, struct bytes key);	/* the value, or NULL */

/* Every value once, in no order: for (size_t i = 0; (v = map_next(m, &i)) != NULL;)
 * What was just visited may be removed; nothing may be put meanwhile. */
void *map_next(const struct map *m, size_t *i);

uint64_t siphash(const uint64_t secret[2], struct bytes b);

#endif
