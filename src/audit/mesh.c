#include "audit/mesh.h"

#include <stdlib.h>

#include "audit/asking.h"
#include "audit/census.h"
#include "audit/node_name.h"

#define TELL_AT_MOST 5u		/* missing pairs that are named */

struct mesh_node {
	size_t number;
	struct bytes name;		/* empty: only the address is known */
	struct address address;
};

/* Who is known at an address, or at an address under that part of a name. */
struct mesh_place {
	size_t n;			/* different nodes */
	struct mesh_node *node;		/* the first; NULL: EPMD's, not met */
};

struct weaving {
	struct map nodes, places, pairs;
	struct arena arena;
	struct mesh_node **all;
	size_t n, cap;
	bool   out_of_memory;
};

static struct bytes
key_of(struct weaving *w, char what, const struct address *a, struct bytes name)
{
	uint8_t *key = arena_take(&w->arena, 18 + name.n);

	if (key == NULL) {
		w->out_of_memory = true;
		return (struct bytes){ NULL, 0 };
	}
	key[0] = (uint8_t)what;
	key[1] = (uint8_t)(a != NULL ? a->family : FAMILY_NONE);
	if (a != NULL)
		memcpy(key + 2, a->octets, 16);
	if (name.n > 0)
		memcpy(key + 18, name.p, name.n);
	return (struct bytes){ key, 18 + name.n };
}

static struct mesh_place *
place_at(struct weaving *w, const struct address *a, struct bytes part)
{
	struct bytes key = key_of(w, 'p', a, part);
	struct mesh_place *place = key.p != NULL ? map_get(&w->places, key) : NULL;

	if (place != NULL || key.p == NULL)
		return place;
	place = arena_take(&w->arena, sizeof *place);
	if (place == NULL || !map_put(&w->places, key, place)) {
		w->out_of_memory = true;
		return NULL;
	}
	return place;
}

static bool
make_room(struct weaving *w)
{
	size_t cap = w->cap ? w->cap * 2 : 64;
	struct mesh_node **all;

	if (w->n < w->cap)
		return true;
	if ((all = realloc(w->all, cap * sizeof *all)) == NULL)
		return false;
	w->all = all;
	w->cap = cap;
	return true;
}

/* The node of that name, or of that address where the name is partial or none. */
static struct mesh_node *
node_of(struct weaving *w, const struct address *a, struct bytes name)
{
	bool whole = name.n > 0 && !census_name_is_partial(name);
	struct bytes key = key_of(w, 'n', whole ? NULL : a, name);
	struct mesh_node *node = key.p != NULL ? map_get(&w->nodes, key) : NULL;

	if (node != NULL || key.p == NULL)
		return node;
	if (!make_room(w) || (node = arena_take(&w->arena, sizeof *node)) == NULL ||
	    !map_put(&w->nodes, key, node)) {
		w->out_of_memory = true;
		return NULL;
	}
	*node = (struct mesh_node){ w->n, name, *a };
	w->all[w->n++] = node;
	return node;
}

static void
add_to(struct mesh_place *place, struct mesh_node *node)
{
	if (place == NULL)
		return;
	if (place->node == NULL)
		place->node = node;
	place->n++;
}

static const struct bytes anybody = { NULL, 0 };

/* A named node lives at its address, and there under its part of the name. */
static void
settle(struct weaving *w, const struct address *a, struct bytes name)
{
	struct mesh_node *node = node_of(w, a, name);
	struct bytes key = key_of(w, 's', a, name);

	if (node == NULL || key.p == NULL || map_get(&w->nodes, key) != NULL)
		return;
	if (!map_put(&w->nodes, key, node))
		w->out_of_memory = true;
	add_to(place_at(w, a, node_name(name)), node);
	add_to(place_at(w, a, anybody), node);
}

static bool
is_whole(struct bytes name)
{
	return name.n > 0 && !census_name_is_partial(name);
}

static void
meet_whole(struct weaving *w, const struct judgement *j, enum side side)
{
	struct bytes name = census_name(j, side);

	if (is_whole(name))
		settle(w, &j->end[side].address, name);
}

/* "b@?" where a whole name of that b is known is that one. */
static void
meet_partial(struct weaving *w, const struct judgement *j, enum side side)
{
	struct bytes name = census_name(j, side);
	const struct address *a = &j->end[side].address;

	if (!census_name_is_partial(name))
		return;
	const struct mesh_place *place = place_at(w, a, node_name(name));
	if (place != NULL && place->n == 0)
		settle(w, a, name);
}

/* [OTP epmd] hidden nodes are no part of a mesh. */
static void
meet_listed(struct weaving *w, const struct epmd_entry *e)
{
	struct mesh_place *known = place_at(w, &e->host, e->node);
	struct mesh_place *all = place_at(w, &e->host, anybody);

	if (known == NULL || all == NULL || known->n > 0 || e->type == 72)
		return;
	known->n++;
	all->n++;
}

/* NULL: which node this is cannot be told, or no memory. */
static struct mesh_node *
recognise(struct weaving *w, const struct judgement *j, enum side side)
{
	struct bytes name = census_name(j, side);
	const struct address *a = &j->end[side].address;
	const struct mesh_place *place;

	if (is_whole(name))
		return node_of(w, a, name);
	if ((place = place_at(w, a, name.n > 0 ? node_name(name) : name)) == NULL || place->n > 1)
		return NULL;
	return place->node != NULL ? place->node : node_of(w, a, name);
}

static struct bytes
pair_key(struct weaving *w, size_t a, size_t b)
{
	size_t *key = arena_take(&w->arena, 2 * sizeof *key);

	if (key == NULL) {
		w->out_of_memory = true;
		return (struct bytes){ NULL, 0 };
	}
	key[0] = a < b ? a : b;
	key[1] = a < b ? b : a;
	return (struct bytes){ (const uint8_t *)key, 2 * sizeof *key };
}

static void
put_node(struct text *t, const struct mesh_node *node)
{
	char address[ADDRESS_TEXT_MAX];

	if (node->name.n > 0)
		text_put_wire(t, node->name);
	if (!is_whole(node->name))
		text_putf(t, node->name.n > 0 ? " (%s)" : "the node at %s",
		    address_text(&node->address, address));
}

static void
connect(struct weaving *w, struct mesh *m, const struct policy *p, const struct judgement *j,
    struct text *why)
{
	const struct mesh_node *client = recognise(w, j, SIDE_CLIENT);
	const struct mesh_node *server = recognise(w, j, SIDE_SERVER);

	if (client == NULL || server == NULL || client == server) {
		if (m->certain) {
			text_put(why, "which node is an end cannot be told: ");
			put_connection(why, j);
		}
		m->certain = false;
		return;
	}
	if (!is_judged(p, j) || (j->state != STATE_UP && j->state != STATE_CLOSED))
		return;
	struct bytes key = pair_key(w, client->number, server->number);
	if (key.p == NULL || map_get(&w->pairs, key) != NULL)
		return;
	if (!map_put(&w->pairs, key, w))
		w->out_of_memory = true;
	m->pairs++;
}

/* Every pair that is there is looked at once before a missing one is named. */
static void
tell_missing(struct weaving *w, const struct mesh *m, struct text *why)
{
	unsigned told = 0;

	if (!m->certain || mesh_is_full(m))
		return;
	for (size_t a = 0; a < w->n; a++) {
		for (size_t b = a + 1; b < w->n; b++) {
			size_t key[2] = { a, b };
			if (map_get(&w->pairs, (struct bytes){ (const uint8_t *)key, sizeof key }) != NULL)
				continue;
			if (told++ == TELL_AT_MOST) {
				text_put(why, ", and more");
				return;
			}
			text_put(why, told == 1 ? "not connected: " : ", ");
			put_node(why, w->all[a]);
			text_put(why, " and ");
			put_node(why, w->all[b]);
		}
	}
}

bool
mesh_inspect(struct mesh *m, const struct policy *p, const struct snapshot *s, struct text *why)
{
	struct weaving w = { 0 };

	*m = (struct mesh){ .certain = true };
	map_init(&w.nodes);
	map_init(&w.places);
	map_init(&w.pairs);
	for (size_t i = 0; i < 2 * s->n_connections; i++)
		meet_whole(&w, s->connections[i / 2], (enum side)(i % 2));
	for (size_t i = 0; i < 2 * s->n_connections; i++)
		meet_partial(&w, s->connections[i / 2], (enum side)(i % 2));
	for (size_t i = 0; i < s->n_epmd; i++)
		meet_listed(&w, &s->epmd[i]);
	for (size_t i = 0; i < s->n_connections; i++)
		connect(&w, m, p, s->connections[i], why);
	m->nodes = w.n;
	tell_missing(&w, m, why);
	map_free(&w.pairs);
	map_free(&w.places);
	map_free(&w.nodes);
	arena_free(&w.arena);
	free(w.all);
	return !w.out_of_memory;
}
