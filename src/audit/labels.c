#include "audit/labels.h"

#include <stdlib.h>

#include "base/limits.h"

struct place {
	uint8_t key[2 + 1 + 16 + 2];
	struct label *holding;		/* the newest first */
	unsigned n_holding;
	struct label *ended;		/* the last ended first */
};

struct named {
	struct bytes key;		/* host, then name */
	struct place *place;		/* where the name was said to be last */
	struct label *label;		/* which held there then */
};

/* Names that one port has at once: EPMD takes as many as are told. */
#define NAMES_AT_ONCE	8u

/* Labels that ended at one place, which are looked through for what held at some time. */
#define LOOKED_THROUGH	64u

/* A loopback address stands for the host that the source was recorded on. */
static size_t
put_host(uint8_t *at, const struct address *host, uint16_t source)
{
	bool loopback = address_is_loopback(host);

	memset(at, 0, 2 + 1 + 16);
	if (loopback) {
		at[0] = (uint8_t)(source >> 8);
		at[1] = (uint8_t)source;
	} else {
		at[2] = (uint8_t)host->family;
		memcpy(at + 3, host->octets, 16);
	}
	return 2 + 1 + 16;
}

static struct bytes
place_key(uint8_t key[2 + 1 + 16 + 2], const struct address *host, uint16_t port,
    uint16_t source)
{
	size_t n = put_host(key, host, source);

	key[n] = (uint8_t)(port >> 8);
	key[n + 1] = (uint8_t)port;
	return (struct bytes){ key, n + 2 };
}

#define NAME_MAX_BYTES 255u

static struct bytes
name_key(uint8_t key[2 + 1 + 16 + NAME_MAX_BYTES], const struct address *host,
    uint16_t source, struct bytes name)
{
	size_t n = put_host(key, host, source);

	if (name.n > NAME_MAX_BYTES)
		name.n = NAME_MAX_BYTES;
	if (name.n > 0)
		memcpy(key + n, name.p, name.n);
	return (struct bytes){ key, n + name.n };
}

void
labels_init(struct labels *l)
{
	*l = (struct labels){ 0 };
	map_init(&l->places);
	map_init(&l->names);
}

void
labels_free(struct labels *l)
{
	map_free(&l->places);
	map_free(&l->names);
	arena_free(&l->arena);
}

static struct place *
place_of(struct labels *l, const struct epmd_entry *e)
{
	uint8_t key[2 + 1 + 16 + 2];
	struct place *p = map_get(&l->places, place_key(key, &e->host, e->port, e->source));

	if (p != NULL)
		return p;
	if ((p = arena_take(&l->arena, sizeof *p)) == NULL ||
	    !map_put(&l->places, place_key(p->key, &e->host, e->port, e->source), p))
		return NULL;
	return p;
}

static void
note_change(struct labels *l, uint64_t at_ns)
{
	l->version++;
	if (at_ns > l->changed_ns)
		l->changed_ns = at_ns;
}

static void
end_label(struct labels *l, struct named *named, uint64_t at_ns)
{
	struct label *of = named->label, **link = &named->place->holding;

	while (*link != of)
		link = &(*link)->earlier;
	*link = of->earlier;
	named->place->n_holding--;
	of->until_ns = at_ns;
	of->earlier = named->place->ended;
	named->place->ended = of;
	named->label = NULL;
	note_change(l, at_ns);
}

static struct named *
find_name(const struct labels *l, const struct address *host, uint16_t source,
    struct bytes node)
{
	uint8_t key[2 + 1 + 16 + NAME_MAX_BYTES];

	return map_get(&l->names, name_key(key, host, source, node));
}

static struct named *
add_name(struct labels *l, const struct epmd_entry *e)
{
	uint8_t key[2 + 1 + 16 + NAME_MAX_BYTES];
	struct named *new = arena_take(&l->arena, sizeof *new);

	if (new == NULL)
		return NULL;
	new->key = arena_copy(&l->arena, name_key(key, &e->host, e->source, e->node));
	return new->key.n > 0 && map_put(&l->names, new->key, new) ? new : NULL;
}

static void
say_again(struct labels *l, struct label *of, const struct epmd_entry *e)
{
	if (of->entry.type == 0 && e->type != 0) {
		of->entry.type = e->type;
		of->entry.highest = e->highest;
		note_change(l, e->at_ns);
	}
	of->said_ns = e->at_ns;
}

/* False: memory is out. */
static bool
hold(struct labels *l, struct named *named, struct place *p, const struct epmd_entry *e)
{
	struct label *new = arena_take(&l->arena, sizeof *new);

	if (new == NULL)
		return false;
	new->entry = *e;
	new->entry.node = arena_copy(&l->arena, e->node);
	new->said_ns = e->at_ns;
	new->earlier = p->holding;
	p->holding = new;
	p->n_holding++;
	named->place = p;
	named->label = new;
	l->n++;
	note_change(l, e->at_ns);
	return true;
}

void
labels_add(struct labels *l, const struct epmd_entry *e)
{
	struct named *named = find_name(l, &e->host, e->source, e->node);
	struct place *p;

	if (l->n >= LIMIT_LABELS || (p = place_of(l, e)) == NULL) {
		l->shed++;
		return;
	}
	if (named != NULL && named->label != NULL) {
		if (named->place == p) {
			say_again(l, named->label, e);
			return;
		}
		end_label(l, named, e->at_ns);		/* it has moved */
	}
	if (p->n_holding >= NAMES_AT_ONCE || (named == NULL && (named = add_name(l, e)) == NULL) ||
	    !hold(l, named, p, e))
		l->shed++;
}

void
labels_end(struct labels *l, const struct address *host, uint16_t port, struct bytes node,
    uint16_t source, uint64_t at_ns)
{
	struct named *named = find_name(l, host, source, node);

	/* A node that came back meanwhile has registered anew. */
	if (named != NULL && named->label != NULL && named->label->entry.port == port &&
	    named->label->said_ns <= at_ns)
		end_label(l, named, at_ns);
}

struct search {
	uint64_t first_ns, last_ns;
	const struct label *then, *during;
	bool alone;
};

static void
consider(struct search *s, const struct label *at)
{
	if (at->entry.at_ns > s->first_ns) {
		if (at->entry.at_ns <= s->last_ns)
			s->during = at;
	} else if (s->then == NULL) {
		s->then = at;
	} else if (!bytes_equal(s->then->entry.node, at->entry.node)) {
		s->alone = false;
	}
}

const struct label *
labels_find(const struct labels *l, const struct address *host, uint16_t port,
    uint16_t source, uint64_t first_ns, uint64_t last_ns, bool *alone)
{
	uint8_t key[2 + 1 + 16 + 2];
	const struct place *p = map_get(&l->places, place_key(key, host, port, source));
	struct search s = { .first_ns = first_ns, .last_ns = last_ns, .alone = true };
	unsigned n = 0;

	for (const struct label *at = p ? p->holding : NULL; at != NULL; at = at->earlier)
		consider(&s, at);
	for (const struct label *at = p ? p->ended : NULL; at != NULL; at = at->earlier) {
		if (at->until_ns < first_ns)
			break;			/* all that ended before it, too */
		if (++n > LOOKED_THROUGH) {
			s.alone = false;
			break;
		}
		consider(&s, at);
	}
	*alone = s.alone;
	return s.then != NULL ? s.then : s.during;
}

void
labels_each(struct labels *l, void (*each)(void *owner, struct epmd_entry *e), void *owner)
{
	const struct place *p;

	for (size_t i = 0; (p = map_next(&l->places, &i)) != NULL;)
		for (struct label *at = p->holding; at != NULL; at = at->earlier)
			each(owner, &at->entry);
}

static int
earlier_first(const void *a, const void *b)
{
	const struct epmd_entry *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	return x->port < y->port ? -1 : x->port > y->port;
}

size_t
labels_list(const struct labels *l, struct epmd_entry *out, size_t n)
{
	const struct place *p;
	size_t found = 0;

	for (size_t i = 0; (p = map_next(&l->places, &i)) != NULL;)
		for (int ended = 0; ended < 2; ended++)
			for (const struct label *at = ended ? p->ended : p->holding; at != NULL;
			    at = at->earlier)
				if (found < n) {
					out[found] = at->entry;
					out[found++].listening = !ended;
				}
	qsort(out, found, sizeof *out, earlier_first);
	return l->n;
}
