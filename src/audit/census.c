#include "audit/census.h"

#include "audit/asking.h"
#include "audit/node_name.h"
#include "audit/pattern.h"

enum kind { KIND_LOOPBACK, KIND_IPV4, KIND_IPV6, N_KINDS };

/* What a key of the map says of what follows. */
enum known { KNOWN_NODE, KNOWN_NODE_HERE, KNOWN_PART, KNOWN_PART_HERE, KNOWN_ADDRESS };

struct counting {
	struct census *census;
	struct map known;
	struct arena arena;
	size_t whole, here[N_KINDS];
	bool   out_of_memory;
};

struct bytes
census_name(const struct judgement *j, enum side side)
{
	bool over = j->state == STATE_UP || j->state == STATE_CLOSED;

	return side == SIDE_SERVER || over ? j->end[side].node : (struct bytes){ NULL, 0 };
}

bool
census_name_is_partial(struct bytes name)
{
	return name.n >= 2 && memcmp(name.p + name.n - 2, "@?", 2) == 0;
}

bool
census_name_matches(const char *pattern, struct bytes name)
{
	size_t n = strlen(pattern);

	if (name.n == 0)
		return false;
	if (!census_name_is_partial(name))
		return pattern_matches(pattern, name);
	/* What matches "b@" and ends in a star matches whatever follows. */
	return n > 0 && pattern[n - 1] == '*' &&
	    pattern_matches(pattern, (struct bytes){ name.p, name.n - 1 });
}

static enum kind
kind_of(const struct address *a)
{
	if (address_is_loopback(a))
		return KIND_LOOPBACK;
	return a->family == FAMILY_IPV6 ? KIND_IPV6 : KIND_IPV4;
}

/* No two of them mean the same: what, of which kind or where, and a name. The loopback
 * addresses of a host are one place. */
static struct bytes
make_key(struct counting *c, enum known what, const struct address *a, enum kind kind,
    struct bytes name)
{
	uint8_t *key = arena_take(&c->arena, 2 + 17 + name.n);
	uint8_t *at = key;
	static const struct address loopback = { FAMILY_IPV4, { 127, 0, 0, 1 } };

	if (a != NULL && address_is_loopback(a))
		a = &loopback;
	if (key == NULL) {
		c->out_of_memory = true;
		return (struct bytes){ NULL, 0 };
	}
	*at++ = (uint8_t)what;
	*at++ = (uint8_t)kind;
	if (a != NULL) {
		*at++ = (uint8_t)a->family;
		memcpy(at, a->octets, 16);
		at += 16;
	}
	if (name.n > 0)
		memcpy(at, name.p, name.n);
	return (struct bytes){ key, (size_t)(at - key) + name.n };
}

static bool
is_known(struct counting *c, struct bytes key)
{
	return key.p != NULL && map_get(&c->known, key) != NULL;
}

/* True when it was not known before. */
static bool
learn(struct counting *c, struct bytes key)
{
	if (key.p == NULL || is_known(c, key))
		return false;
	if (!map_put(&c->known, key, c))
		c->out_of_memory = true;
	return !c->out_of_memory;
}

static const struct bytes nameless = { NULL, 0 };

static void
count_whole(struct counting *c, const struct address *a, struct bytes name)
{
	enum kind kind = kind_of(a);

	if (learn(c, make_key(c, KNOWN_NODE, NULL, 0, name)))
		c->whole++;
	if (learn(c, make_key(c, KNOWN_NODE_HERE, NULL, kind, name)))
		c->here[kind]++;
	learn(c, make_key(c, KNOWN_PART, NULL, 0, node_name(name)));
	learn(c, make_key(c, KNOWN_ADDRESS, a, 0, nameless));
}

static void
count_partial(struct counting *c, const struct address *a, struct bytes name)
{
	bool may_be_whole = is_known(c, make_key(c, KNOWN_PART, NULL, 0, node_name(name)));

	if (!may_be_whole && learn(c, make_key(c, KNOWN_PART_HERE, a, 0, node_name(name))))
		c->here[kind_of(a)]++;
	learn(c, make_key(c, KNOWN_ADDRESS, a, 0, nameless));
}

static void
count_nameless(struct counting *c, const struct address *a)
{
	if (learn(c, make_key(c, KNOWN_ADDRESS, a, 0, nameless)))
		c->here[kind_of(a)]++;
}

/* What is known best comes first: the rest is counted only beside it. */
static void
count(struct counting *c, const struct policy *p, const struct snapshot *s, unsigned round)
{
	for (size_t i = 0; i < s->n_connections; i++) {
		const struct judgement *j = s->connections[i];
		if (!is_judged(p, j))
			continue;
		c->census->connections += round == 0;
		for (int side = 0; side < 2; side++) {
			const struct address *a = &j->end[side].address;
			struct bytes name = census_name(j, (enum side)side);
			bool partial = census_name_is_partial(name);
			if (round == 0 && name.n > 0 && !partial)
				count_whole(c, a, name);
			else if (round == 1 && partial)
				count_partial(c, a, name);
			else if (round == 2 && name.n == 0)
				count_nameless(c, a);
		}
	}
}

bool
census_take(struct census *census, const struct policy *p, const struct snapshot *s)
{
	struct counting c = { .census = census };

	*census = (struct census){ 0 };
	map_init(&c.known);
	for (unsigned round = 0; round < 3; round++)
		count(&c, p, s, round);
	census->nodes = census->connections > 0 ? 2 : 0;
	if (c.whole > census->nodes)
		census->nodes = c.whole;
	for (int kind = 0; kind < N_KINDS; kind++)
		if (c.here[kind] > census->nodes)
			census->nodes = c.here[kind];
	map_free(&c.known);
	arena_free(&c.arena);
	return !c.out_of_memory;
}
