#include "audit/hosts.h"

#include "base/limits.h"

struct host_address {
	uint8_t key[2 + 1 + 16];
	bool    seen[3];		/* by enum seen_as */
};

static struct bytes
put_key(uint8_t key[2 + 1 + 16], uint16_t source, const struct address *a)
{
	key[0] = (uint8_t)(source >> 8);
	key[1] = (uint8_t)source;
	key[2] = (uint8_t)a->family;
	memcpy(key + 3, a->octets, 16);
	return (struct bytes){ key, 2 + 1 + 16 };
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

void
hosts_note(struct hosts *h, uint16_t source, const struct address *a, enum seen_as how)
{
	uint8_t key[2 + 1 + 16];
	struct host_address *known = map_get(&h->by_address, put_key(key, source, a));

	if (known == NULL) {
		if (h->by_address.n >= LIMIT_HOST_ADDRESSES ||
		    (known = arena_take(&h->arena, sizeof *known)) == NULL ||
		    !map_put(&h->by_address, put_key(known->key, source, a), known))
			return;
	}
	known->seen[how] = true;
}

bool
hosts_is_own(const struct hosts *h, uint16_t source, const struct address *a)
{
	uint8_t key[2 + 1 + 16];
	const struct host_address *known;

	if (address_is_loopback(a))
		return true;
	known = map_get(&h->by_address, put_key(key, source, a));
	return known != NULL && (known->seen[SEEN_ON_LOOPBACK] ||
	    (known->seen[SEEN_SENDING] && !known->seen[SEEN_ARRIVING]));
}
