#include "base/map.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define SLOTS_MIN 16u

/* A slot without a value was never used (hash 0) or lost its entry (hash 1). */
struct map_slot {
	struct bytes key;
	void        *value;
	uint64_t     hash;
};

enum { HASH_FRESH, HASH_DEAD };

static uint64_t
rotl(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static void
sip_rounds(uint64_t v[4], unsigned n)
{
	while (n-- > 0) {
		v[0] += v[1];
		v[1] = rotl(v[1], 13) ^ v[0];
		v[0] = rotl(v[0], 32);
		v[2] += v[3];
		v[3] = rotl(v[3], 16) ^ v[2];
		v[0] += v[3];
		v[3] = rotl(v[3], 21) ^ v[0];
		v[2] += v[1];
		v[1] = rotl(v[1], 17) ^ v[2];
		v[2] = rotl(v[2], 32);
	}
}

/* [SipHash 2.1 to 2.3] */
uint64_t
siphash(const uint64_t secret[2], struct bytes b)
{
	struct rd r = rd_bytes(b);
	uint64_t v[4] = {
		secret[0] ^ 0x736f6d6570736575u,
		secret[1] ^ 0x646f72616e646f6du,
		secret[0] ^ 0x6c7967656e657261u,
		secret[1] ^ 0x7465646279746573u,
	};

	while (rd_left(&r) >= 8) {
		uint64_t m = rd_u64le(&r);

		v[3] ^= m;
		sip_rounds(v, 2);
		v[0] ^= m;
	}

	uint64_t last = (uint64_t)(b.n & 0xff) << 56;
	for (unsigned shift = 0; rd_left(&r) > 0; shift += 8)
		last |= (uint64_t)rd_u8(&r) << shift;
	v[3] ^= last;
	sip_rounds(v, 2);
	v[0] ^= last;

	v[2] ^= 0xff;
	sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void
map_init(struct map *m)
{
	*m = (struct map){ 0 };
	if (getrandom(m->secret, sizeof m->secret, GRND_NONBLOCK) ==
	    (ssize_t)sizeof m->secret)
		return;

	/* No randomness yet (early boot) or none allowed: still hard to foresee. */
	struct timespec now = { 0 };
	clock_gettime(CLOCK_MONOTONIC, &now);
	m->secret[0] = (uint64_t)now.tv_sec << 30 ^ (uint64_t)now.tv_nsec;
	m->secret[1] = (uint64_t)(uintptr_t)m ^ rotl(m->secret[0], 29);
}

void
map_free(struct map *m)
{
	free(m->slots);
	m->slots = NULL;
	m->n = m->n_dead = m->n_slots = 0;
}

/* The slot of key, or NULL; *spare is then where it can be put. There is
 * always a fresh slot to end the search. */
static struct map_slot *
find(const struct map *m, struct bytes key, uint64_t hash, struct map_slot **spare)
{
	*spare = NULL;
	if (m->n_slots == 0)
		return NULL;
	for (size_t i = (size_t)hash;; i++) {
		struct map_slot *s = &m->slots[i & (m->n_slots - 1)];

		if (s->value == NULL) {
			if (*spare == NULL)
				*spare = s;
			if (s->hash == HASH_FRESH)
				return NULL;
		} else if (s->hash == hash && bytes_equal(s->key, key)) {
			return s;
		}
	}
}

/* Rebuild with room for one more; what removals left behind goes away. */
static bool
make_room(struct map *m)
{
	struct map to = *m;
	struct map_slot *spare;

	to.n_dead = 0;
	to.n_slots = SLOTS_MIN;
	while (to.n_slots / 2 < m->n + 1)
		to.n_slots *= 2;
	to.slots = calloc(to.n_slots, sizeof *to.slots);
	if (to.slots == NULL)
		return false;
	for (size_t i = 0; i < m->n_slots; i++) {
		if (m->slots[i].value == NULL)
			continue;
		find(&to, m->slots[i].key, m->slots[i].hash, &spare);
		*spare = m->slots[i];
	}
	free(m->slots);
	*m = to;
	return true;
}

void *
map_get(const struct map *m, struct bytes key)
{
	struct map_slot *spare, *s = find(m, key, siphash(m->secret, key), &spare);

	return s != NULL ? s->value : NULL;
}

bool
map_put(struct map *m, struct bytes key, void *value)
{
	uint64_t hash = siphash(m->secret, key);
	struct map_slot *spare, *s = find(m, key, hash, &spare);

	assert(value != NULL);
	if (s != NULL) {
		s->key = key;		/* the old one dies with the old value */
		s->value = value;
		return true;
	}
	if (spare == NULL || (m->n + m->n_dead + 1) * 4 > m->n_slots * 3) {
		if (!make_room(m))
			return false;
		find(m, key, hash, &spare);
	}
	if (spare->hash == HASH_DEAD)
		m->n_dead--;
	*spare = (struct map_slot){ key, value, hash };
	m->n++;
	return true;
}

void *
map_remove(struct map *m, struct bytes key)
{
	struct map_slot *spare, *s = find(m, key, siphash(m->secret, key), &spare);

	if (s == NULL)
		return NULL;

	void *value = s->value;
	*s = (struct map_slot){ .hash = HASH_DEAD };
	m->n--;
	m->n_dead++;
	return value;
}

void *
map_next(const struct map *m, size_t *i)
{
	while (*i < m->n_slots) {
		void *value = m->slots[(*i)++].value;

		if (value != NULL)
			return value;
	}
	return NULL;
}
