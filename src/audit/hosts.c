#include "audit/hosts.h"

#include "base/limits.h"

struct sight {
	struct sight *next;		/* of the same address, on another input */
	uint16_t source;
	bool     seen[N_SEEN_AS];
};

struct host_address {
	uint8_t key[1 + 16];
	struct sight *sights;
};

static struct bytes
put_key(uint8_t key[1 + 16], const struct address *a)
{
	key[0] = (uint8_t)a->family;
	memcpy(key + 1, a->octets, 16);
	return (struct bytes){ key, 1 + 16 };
}

void
hosts_init(struct hosts *h)
{
	*h = (struct hosts){ 0 };
	map_init(&h->by_address);
}

void
hosts_free(struct hosts *h)
{
	map_free(&h->by_address);
	arena_free(&h->arena);
}

static struct sight *
find_sight(const struct host_address *known, uint16_t source)
{
	struct sight *at = known != NULL ? known->sights : NULL;

	while (at != NULL && at->source != source)
		at = at->next;
	return at;
}

static struct sight *
add_sight(struct hosts *h, struct host_address *known, uint16_t source, const struct address *a)
{
	struct sight *new;

	if (h->n >= LIMIT_HOST_ADDRESSES || (new = arena_take(&h->arena, sizeof *new)) == NULL)
		return NULL;
	if (known == NULL && ((known = arena_take(&h->arena, sizeof *known)) == NULL ||
	    !map_put(&h->by_address, put_key(known->key, a), known)))
		return NULL;
	h->n++;
	new->source = source;
	new->next = known->sights;
	return known->sights = new;
}

void
hosts_note(struct hosts *h, uint16_t source, const struct address *a, enum seen_as how)
{
	uint8_t key[1 + 16];
	struct host_address *known = map_get(&h->by_address, put_key(key, a));
	struct sight *of = find_sight(known, source);

	if (of == NULL && (of = add_sight(h, known, source, a)) == NULL) {
		h->shed += how != SEEN_ARRIVING;
		return;
	}
	if (of->seen[how])
		return;
	of->seen[how] = true;
	h->version++;
}

static bool
is_own(const struct sight *of)
{
	return of->seen[SEEN_ON_LOOPBACK] || of->seen[SEEN_ON_HOST] ||
	    (of->seen[SEEN_SENDING] && !of->seen[SEEN_ARRIVING]);
}

/* Told by a kernel, or else by packets, which anyone can send. */
static bool
is_better(const struct sight *a, const struct sight *than)
{
	return than == NULL || (a->seen[SEEN_ON_HOST] && !than->seen[SEEN_ON_HOST]);
}

bool
hosts_find(const struct hosts *h, uint16_t source, const struct address *a, uint16_t *out)
{
	uint8_t key[1 + 16];
	const struct host_address *known;
	const struct sight *best = NULL;
	bool alone = false;

	*out = source;
	if (address_is_loopback(a))
		return true;
	known = map_get(&h->by_address, put_key(key, a));
	for (const struct sight *at = known ? known->sights : NULL; at != NULL; at = at->next) {
		if (!is_own(at))
			continue;
		if (at->source == source)
			return true;
		if (is_better(at, best)) {
			best = at;
			alone = true;
		} else if (!is_better(best, at)) {
			alone = false;
		}
	}
	if (alone)
		*out = best->source;
	return alone;
}

bool
hosts_is_own(const struct hosts *h, uint16_t source, const struct address *a)
{
	uint16_t found;

	return hosts_find(h, source, a, &found) && found == source;
}
