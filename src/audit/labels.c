#include "audit/labels.h"

#include <stdlib.h>

#include "base/limits.h"

struct place {
	uint8_t key[2 + 1 + 16 + 2];
	struct label *newest;
};

struct named {
	struct bytes key;		/* host, then name */
	struct place *place;		/* where the name was said to be last */
};

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

/* NULL: nothing to end. */
static void
end_label(struct labels *l, struct label *of, uint64_t at_ns)
{
	if (of == NULL)
		return;
	of->until_ns = at_ns;
	note_change(l, at_ns);
}

/* The label of that name that holds; NULL: none. */
static struct label *
holding(const struct place *p, struct bytes node)
{
	struct label *at = p != NULL ? p->newest : NULL;

	while (at != NULL && (at->until_ns != 0 || !bytes_equal(at->entry.node, node)))
		at = at->earlier;
	return at;
}

/* The name is here now; where it was before, its label ends. */
static bool
move_name(struct labels *l, const struct epmd_entry *e, struct place *to)
{
	uint8_t key[2 + 1 + 16 + NAME_MAX_BYTES];
	struct bytes k = name_key(key, &e->host, e->source, e->node);
	struct named *named = map_get(&l->names, k);

	if (named == NULL) {
		if ((named = arena_take(&l->arena, sizeof *named)) == NULL)
			return false;
		named->key = arena_copy(&l->arena, k);
		if (named->key.n == 0 || !map_put(&l->names, named->key, named))
			return false;
	} else if (named->place != to) {
		end_label(l, holding(named->place, e->node), e->at_ns);
	}
	named->place = to;
	return true;
}

void
labels_add(struct labels *l, const struct epmd_entry *e)
{
	struct place *p;
	struct label *new;

	if (l->n >= LIMIT_LABELS || (p = place_of(l, e)) == NULL || !move_name(l, e, p)) {
		l->shed++;
		return;
	}
	if ((new = holding(p, e->node)) != NULL) {	/* said again */
		if (new->entry.type == 0 && e->type != 0) {
			new->entry.type = e->type;
			new->entry.highest = e->highest;
			note_change(l, e->at_ns);
		}
		new->said_ns = e->at_ns;
		return;
	}
	if ((new = arena_take(&l->arena, sizeof *new)) == NULL) {
		l->shed++;
		return;
	}
	new->entry = *e;
	new->entry.node = arena_copy(&l->arena, e->node);
	new->said_ns = e->at_ns;
	new->earlier = p->newest;
	p->newest = new;
	l->n++;
	note_change(l, e->at_ns);
}

void
labels_end(struct labels *l, const struct address *host, uint16_t port, struct bytes node,
    uint16_t source, uint64_t at_ns)
{
	uint8_t key[2 + 1 + 16 + 2];
	struct label *of = holding(map_get(&l->places, place_key(key, host, port, source)), node);

	/* A node that came back meanwhile has registered anew. */
	if (of != NULL && of->said_ns <= at_ns)
		end_label(l, of, at_ns);
}

const struct label *
labels_find(const struct labels *l, const struct address *host, uint16_t port,
    uint16_t source, uint64_t first_ns, uint64_t last_ns, bool *alone)
{
	uint8_t key[2 + 1 + 16 + 2];
	const struct place *p = map_get(&l->places, place_key(key, host, port, source));
	const struct label *then = NULL, *during = NULL;

	*alone = true;
	for (const struct label *at = p ? p->newest : NULL; at != NULL; at = at->earlier) {
		if (at->until_ns != 0 && at->until_ns < first_ns)
			continue;
		if (at->entry.at_ns > first_ns) {
			if (at->entry.at_ns <= last_ns)
				during = at;
		} else if (then == NULL) {
			then = at;
		} else if (!bytes_equal(then->entry.node, at->entry.node)) {
			*alone = false;
		}
	}
	return then != NULL ? then : during;
}

void
labels_each(struct labels *l, void (*each)(void *owner, struct epmd_entry *e), void *owner)
{
	const struct place *p;

	for (size_t i = 0; (p = map_next(&l->places, &i)) != NULL;)
		for (struct label *at = p->newest; at != NULL; at = at->earlier)
			if (at->until_ns == 0)
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
		for (const struct label *at = p->newest; at != NULL; at = at->earlier)
			if (found < n) {
				out[found] = at->entry;
				out[found++].listening = at->until_ns == 0;
			}
	qsort(out, found, sizeof *out, earlier_first);
	return l->n;
}
