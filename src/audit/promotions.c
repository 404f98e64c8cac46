#include "audit/promotions.h"

#include "base/limits.h"

#define PLACE_BYTES (2u + 1u + 16u + 2u)

struct promotion {
	uint8_t  place[PLACE_BYTES];
	unsigned known_by;
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

unsigned
promotions_find(const struct promotions *p, const struct address *host, uint16_t port,
    uint16_t source)
{
	uint8_t place[PLACE_BYTES];
	const struct promotion *found;

	if (p->by_place.n == 0)
		return 0;
	found = map_get(&p->by_place, place_of(place, host, port, source));
	return found != NULL ? found->known_by : 0;
}

bool
promotions_add(struct promotions *p, const struct address *host, uint16_t port,
    uint16_t source, unsigned known_by)
{
	struct promotion *new;

	if (promotions_find(p, host, port, source) != 0)
		return true;
	if (p->by_place.n >= LIMIT_LABELS) {
		p->shed++;
		return true;
	}
	if ((new = arena_take(&p->arena, sizeof *new)) == NULL)
		return false;
	new->known_by = known_by;
	return map_put(&p->by_place, place_of(new->place, host, port, source), new);
}
