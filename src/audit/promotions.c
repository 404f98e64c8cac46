#include "audit/promotions.h"

#include "base/limits.h"
#include "base/socket.h"

#define PLACE_BYTES (2u + 1u + 16u + 2u)

struct promotion {
	struct promotion *earlier;	/* of the same place */
	uint8_t  place[PLACE_BYTES];
	unsigned known_by;
	uint16_t source, port;
	unsigned missed;		/* times in a row that no node was seen to listen */
	uint64_t since_ns, until_ns;	/* until 0: still holds */
};

void
promotions_init(struct promotions *p)
{
	*p = (struct promotions){ .shed = 0 };
	map_init(&p->by_place);
}

void
promotions_free(struct promotions *p)
{
	map_free(&p->by_place);
	arena_free(&p->arena);
}

static struct bytes
place_of(uint8_t place[PLACE_BYTES], const struct address *host, uint16_t port, uint16_t source)
{
	uint16_t zone = address_is_loopback(host) ? source : 0;

	place[0] = (uint8_t)(zone >> 8);
	place[1] = (uint8_t)zone;
	place[2] = (uint8_t)host->family;
	memcpy(place + 3, host->octets, 16);
	place[19] = (uint8_t)(port >> 8);
	place[20] = (uint8_t)port;
	return (struct bytes){ place, PLACE_BYTES };
}

static struct promotion *
find(const struct promotions *p, const struct address *host, uint16_t port, uint16_t source)
{
	uint8_t place[PLACE_BYTES];

	return p->by_place.n == 0 ? NULL :
	    map_get(&p->by_place, place_of(place, host, port, source));
}

unsigned
promotions_find(const struct promotions *p, const struct address *host, uint16_t port,
    uint16_t source, uint64_t first_ns, uint64_t last_ns)
{
	const struct promotion *at = find(p, host, port, source);

	while (at != NULL && (at->since_ns > last_ns ||
	    (at->until_ns != 0 && at->until_ns < first_ns)))
		at = at->earlier;
	return at != NULL ? at->known_by : 0;
}

bool
promotions_add(struct promotions *p, const struct address *host, uint16_t port,
    uint16_t source, unsigned known_by, uint64_t at_ns)
{
	struct promotion *was = find(p, host, port, source), *new;

	if (was != NULL && was->until_ns == 0)
		return true;
	if (p->n >= LIMIT_LABELS) {
		p->shed++;
		return true;
	}
	if ((new = arena_take(&p->arena, sizeof *new)) == NULL)
		return false;
	p->n++;
	new->earlier = was;
	new->known_by = known_by;
	new->source = source;
	new->port = port;
	new->since_ns = at_ns;
	return map_put(&p->by_place, place_of(new->place, host, port, source), new);
}

bool
promotions_end(struct promotions *p, bool (*holds)(void *owner, uint16_t source,
    uint16_t port), void *owner, uint64_t at_ns)
{
	struct promotion *at;
	bool some = false;

	for (size_t i = 0; (at = map_next(&p->by_place, &i)) != NULL;) {
		if (at->until_ns != 0)
			continue;
		at->missed = holds(owner, at->source, at->port) ? 0 : at->missed + 1;
		if (at->missed < SOCKET_MISSED_MAX)
			continue;
		at->until_ns = at_ns;
		some = true;
	}
	return some;
}
