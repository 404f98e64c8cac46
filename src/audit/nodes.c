#include "audit/nodes.h"

#include <stdlib.h>

#include "audit/census.h"
#include "audit/node_name.h"

#define NODE_TYPE_HIDDEN 72u		/* [OTP epmd: ALIVE2_REQ] */

/* What a key says of what follows in it. */
enum key_kind {
	KEY_NAME = 'n',			/* a whole name */
	KEY_PART = 'p',			/* address, first part of a name */
	KEY_ADDRESS = 'a',
	KEY_SEVERAL = 's',		/* address */
	KEY_MET = 'm',			/* address, whole name: it was met there */
	KEY_PORT = 'l',			/* port, first part of a name */
};

#define KEY_HEAD (1u + 1u + 16u + 2u)

/* Who is known at an address, or at an address under that first part of a name. */
struct place {
	size_t n;			/* different nodes */
	struct node *node;		/* the first; NULL: only EPMD's, which has left */
};

static const struct bytes anybody = { NULL, 0 };

void
nodes_init(struct nodes *n)
{
	*n = (struct nodes){ 0 };
	map_init(&n->known);
	map_init(&n->places);
	map_init(&n->pairs);
	memcpy(n->secret, n->known.secret, sizeof n->secret);
}

static void
forget(struct nodes *n)
{
	map_free(&n->known);
	map_free(&n->places);
	map_free(&n->pairs);
	arena_free(&n->arena);
	n->n = 0;
}

void
nodes_free(struct nodes *n)
{
	forget(n);
	free(n->all);
	free(n->key);
	*n = (struct nodes){ 0 };
}

/* Keys */

static bool
make_key_room(struct nodes *n, size_t size)
{
	uint8_t *key;

	if (size <= n->key_room)
		return true;
	if ((key = realloc(n->key, 2 * size)) == NULL)
		return false;
	n->key = key;
	n->key_room = 2 * size;
	return true;
}

/* Good until the next one is made. Empty: no memory. */
static struct bytes
make_key(struct nodes *n, enum key_kind kind, const struct address *a, uint16_t port,
    struct bytes name)
{
	if (!make_key_room(n, KEY_HEAD + name.n)) {
		n->out_of_memory = true;
		return anybody;
	}
	memset(n->key, 0, KEY_HEAD);
	n->key[0] = (uint8_t)kind;
	if (a != NULL) {
		n->key[1] = (uint8_t)a->family;
		memcpy(n->key + 2, a->octets, 16);
	}
	n->key[18] = (uint8_t)(port >> 8);
	n->key[19] = (uint8_t)port;
	if (name.n > 0)
		memcpy(n->key + KEY_HEAD, name.p, name.n);
	return (struct bytes){ n->key, KEY_HEAD + name.n };
}

static void *
put(struct nodes *n, struct map *m, struct bytes key, void *value)
{
	struct bytes kept = arena_copy(&n->arena, key);

	if (value != NULL && kept.n > 0 && map_put(m, kept, value))
		return value;
	n->out_of_memory = true;
	return NULL;
}

/* Nodes and places */

static bool
make_room(struct nodes *n)
{
	size_t room = n->room ? 2 * n->room : 64;
	struct node **all;

	if (n->n < n->room)
		return true;
	if ((all = realloc(n->all, room * sizeof(struct node *))) == NULL)
		return false;
	n->all = all;
	n->room = room;
	return true;
}

/* The node that the key stands for, made where there is none. NULL: no memory. */
static struct node *
node_at(struct nodes *n, struct bytes key, enum node_kind kind, const struct address *a,
    struct bytes name)
{
	struct node *node = key.n > 0 ? map_get(&n->known, key) : NULL;

	if (node != NULL || key.n == 0)
		return node;
	node = make_room(n) ? arena_take(&n->arena, sizeof *node) : NULL;
	if (put(n, &n->known, key, node) == NULL)
		return NULL;
	*node = (struct node){ .number = n->n, .kind = kind, .name = name, .address = *a };
	node->id = siphash(n->secret, key) | 1u;
	n->all[n->n++] = node;
	return node;
}

static bool
is_whole(struct bytes name)
{
	return name.n > 0 && !census_name_is_partial(name);
}

static struct node *
named(struct nodes *n, const struct address *a, struct bytes name)
{
	if (is_whole(name))
		return node_at(n, make_key(n, KEY_NAME, NULL, 0, name), NODE_WHOLE, a, name);
	return node_at(n, make_key(n, KEY_PART, a, 0, node_name(name)), NODE_PART, a, name);
}

static struct place *
place_at(struct nodes *n, const struct address *a, struct bytes part)
{
	struct bytes key = make_key(n, KEY_PART, a, 0, part);
	struct place *place = key.n > 0 ? map_get(&n->places, key) : NULL;

	if (place != NULL || key.n == 0)
		return place;
	return put(n, &n->places, key, arena_take(&n->arena, sizeof *place));
}

static void
add_to(struct place *place, struct node *node)
{
	if (place == NULL)
		return;
	if (place->node == NULL)
		place->node = node;
	place->n++;
}

/* Meeting: what is known best comes first. */

/* A named node lives at its address, and there under its part of the name. */
static void
settle(struct nodes *n, const struct address *a, struct bytes name)
{
	struct node *node = named(n, a, name);
	struct bytes key = make_key(n, KEY_MET, a, 0, name);

	if (node == NULL || key.n == 0 || map_get(&n->known, key) != NULL)
		return;
	put(n, &n->known, key, node);
	add_to(place_at(n, a, node_name(name)), node);
	add_to(place_at(n, a, anybody), node);
}

static void
meet_whole(struct nodes *n, const struct judgement *j, enum side side)
{
	struct bytes name = census_name(j, side);
	const struct judged_end *end = &j->end[side];

	if (!is_whole(name))
		return;
	settle(n, &end->address, name);
	if (side == SIDE_SERVER && !n->out_of_memory)
		put(n, &n->known, make_key(n, KEY_PORT, NULL, end->port, node_name(name)),
		    named(n, &end->address, name));
}

/* "b@?" where a whole name of that b is known is that one. */
static void
meet_partial(struct nodes *n, const struct judgement *j, enum side side)
{
	struct bytes name = census_name(j, side);
	const struct address *a = &j->end[side].address;

	if (!census_name_is_partial(name))
		return;
	const struct place *place = place_at(n, a, node_name(name));
	if (place != NULL && place->n == 0)
		settle(n, a, name);
}

static struct bytes
partial_name(struct nodes *n, struct bytes part)
{
	uint8_t *name = arena_take(&n->arena, part.n + 2);

	if (name == NULL) {
		n->out_of_memory = true;
		return anybody;
	}
	if (part.n > 0)
		memcpy(name, part.p, part.n);
	memcpy(name + part.n, "@?", 2);
	return (struct bytes){ name, part.n + 2 };
}

/* A node registers over loopback: where a connection to that port named it, it is that
 * one. */
static struct node *
listed_elsewhere(struct nodes *n, const struct epmd_entry *e)
{
	struct bytes key;

	if (!address_is_loopback(&e->host))
		return NULL;
	key = make_key(n, KEY_PORT, NULL, e->port, e->node);
	return key.n > 0 ? map_get(&n->known, key) : NULL;
}

/* Hidden nodes are no part of a mesh [OTP epmd]: nobody is taken for one. */
static void
meet_listed(struct nodes *n, const struct epmd_entry *e)
{
	struct place *here = place_at(n, &e->host, e->node);
	struct place *all = place_at(n, &e->host, anybody);
	struct node *node = here != NULL ? here->node : NULL;

	if (here == NULL || all == NULL)
		return;
	if (node == NULL)
		node = listed_elsewhere(n, e);
	if (node == NULL && e->listening)
		node = named(n, &e->host, partial_name(n, e->node));
	if (node != NULL && e->listening)
		node->listens = e;
	if (here->n > 0 || e->type == NODE_TYPE_HIDDEN)
		return;
	add_to(here, node);
	add_to(all, node);
}

/* Who an end is */

struct node *
nodes_end(struct nodes *n, const struct judgement *j, enum side side)
{
	struct bytes name = census_name(j, side);
	const struct address *a = &j->end[side].address;
	const struct place *place;

	if (is_whole(name))
		return named(n, a, name);
	if ((place = place_at(n, a, name.n > 0 ? node_name(name) : anybody)) == NULL)
		return NULL;
	if (place->n > 1)
		return node_at(n, make_key(n, KEY_SEVERAL, a, 0, anybody), NODE_ONE_OF_SEVERAL, a,
		    anybody);
	if (place->node != NULL)
		return place->node;
	return name.n > 0 ? named(n, a, name) :
	    node_at(n, make_key(n, KEY_ADDRESS, a, 0, anybody), NODE_UNNAMED, a, anybody);
}

/* What its connections tell */

static bool
has_ended(const struct judgement *j)
{
	return j->state == STATE_CLOSED || j->state == STATE_REFUSED;
}

static void
count(struct tally *t, const struct judgement *j)
{
	t->n++;
	t->by_verdict[j->verdict]++;
	if (!has_ended(j)) {
		t->n_open++;
		t->open_by_verdict[j->verdict]++;
	}
}

static void
note_certificate(struct node *node, enum certificate_state state, const struct chain *chain)
{
	if (state != CERTIFICATE_SENT)
		return;
	if (chain->n > 0)
		node->certificate = chain->v[0];
	else
		node->sealed = true;
}

/* What a node says of itself counts for more than what version it speaks, and later for
 * more than earlier: it may have been upgraded. */
static void
note_release(struct node *node, const struct judgement *j, enum side side)
{
	const struct judged_dist *d = &j->dist;

	if (release_is_known(d->release[side])) {
		node->release = d->release[side];
		node->hidden = d->hidden[side];
	} else if (!release_is_known(node->release) && d->version >= 6) {
		node->release = release_of_version(d->version);
	}
}

static void
note(struct node *node, const struct judgement *j, enum side side)
{
	if (j->last_ns > node->last_ns)
		node->last_ns = j->last_ns;
	if (j->has_dist)
		note_release(node, j, side);
	if (!j->has_tls)
		return;
	if (side == SIDE_SERVER)
		note_certificate(node, j->tls.server.state, &j->tls.server.chain);
	else
		note_certificate(node, j->tls.client.state, &j->tls.client.chain);
}

static void
note_rest(struct nodes *n, struct node *node)
{
	const struct epmd_entry *e = node->listens;
	const struct place *place = place_at(n, &node->address, anybody);

	node->is_alone = place != NULL && place->n <= 1;
	if (e == NULL)
		return;
	if (!release_is_known(node->release))
		node->release = release_of_version(e->highest);
	if (node->hidden == ANSWER_ABSENT && e->type == NODE_TYPE_HIDDEN)
		node->hidden = ANSWER_YES;
}

static struct bytes
pair_key(size_t key[2], const struct node *a, const struct node *b)
{
	key[0] = a->number < b->number ? a->number : b->number;
	key[1] = a->number < b->number ? b->number : a->number;
	return (struct bytes){ (const uint8_t *)key, 2 * sizeof *key };
}

struct pair *
nodes_pair(const struct nodes *n, const struct node *a, const struct node *b)
{
	size_t key[2];

	return map_get(&n->pairs, pair_key(key, a, b));
}

static void
take_connection(struct nodes *n, const struct judgement *j)
{
	struct node *client = nodes_end(n, j, SIDE_CLIENT), *server = nodes_end(n, j, SIDE_SERVER);
	struct pair *pair;
	size_t key[2];

	if (client == NULL || server == NULL)
		return;
	note(client, j, SIDE_CLIENT);
	note(server, j, SIDE_SERVER);
	count(&client->tally, j);
	if (server != client)
		count(&server->tally, j);
	pair = nodes_pair(n, client, server);
	if (pair == NULL)
		pair = put(n, &n->pairs, pair_key(key, client, server),
		    arena_take(&n->arena, sizeof *pair));
	if (pair != NULL)
		count(&pair->tally, j);
}

bool
nodes_take(struct nodes *n, const struct snapshot *s)
{
	forget(n);
	n->out_of_memory = false;
	for (size_t i = 0; i < 2 * s->n_connections && !n->out_of_memory; i++)
		meet_whole(n, s->connections[i / 2], (enum side)(i % 2));
	for (size_t i = 0; i < 2 * s->n_connections && !n->out_of_memory; i++)
		meet_partial(n, s->connections[i / 2], (enum side)(i % 2));
	for (size_t i = 0; i < s->n_epmd && !n->out_of_memory; i++)
		meet_listed(n, &s->epmd[i]);
	for (size_t i = 0; i < s->n_connections && !n->out_of_memory; i++)
		take_connection(n, s->connections[i]);
	for (size_t i = 0; i < n->n && !n->out_of_memory; i++)
		note_rest(n, n->all[i]);
	if (n->out_of_memory)
		forget(n);
	return !n->out_of_memory;
}

enum verdict
tally_worst(const struct tally *t)
{
	enum verdict worst = VERDICT_NONE;

	for (int i = VERDICT_PLAINTEXT; i < N_VERDICTS; i++) {
		enum verdict v = (enum verdict)i;

		if (t->by_verdict[v] == 0 ||
		    (v == VERDICT_REFUSED && t->by_verdict[VERDICT_MUTUAL] > 0))
			continue;
		if (worst == VERDICT_NONE || verdict_rank(v) < verdict_rank(worst))
			worst = v;
	}
	return worst;
}
