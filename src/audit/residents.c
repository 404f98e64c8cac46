#include "audit/residents.h"

#include <stdlib.h>

static int
by_pid(const void *a, const void *b)
{
	const struct resident *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int
by_port(const void *a, const void *b)
{
	const struct socket_seen *const *x = a, *const *y = b;

	return ((*x)->local_port > (*y)->local_port) - ((*x)->local_port < (*y)->local_port);
}

static struct resident *
find_node(const struct residents *r, uint32_t pid)
{
	const struct resident key = { .pid = pid };

	return r->n > 0 ? bsearch(&key, r->nodes, r->n, sizeof *r->nodes, by_pid) : NULL;
}

bool
residents_has_node(const struct residents *r, uint32_t pid)
{
	return find_node(r, pid) != NULL;
}

/* Room for one more of that size, or NULL: v is as it was then. */
static void *
grow(void *v, size_t n, size_t *room, size_t size)
{
	size_t more = *room ? 2 * *room : 64;

	if (n < *room)
		return v;
	if ((v = realloc(v, more * size)) != NULL)
		*room = more;
	return v;
}

static bool
add_node(struct residents *r, uint32_t pid)
{
	struct resident *v;

	if (r->n > 0 && r->nodes[r->n - 1].pid == pid)
		return true;
	if ((v = grow(r->nodes, r->n, &r->room, sizeof *v)) == NULL)
		return false;
	r->nodes = v;
	r->nodes[r->n++] = (struct resident){ .pid = pid };
	return true;
}

static bool
add_listener(struct residents *r, const struct socket_seen *s)
{
	const struct socket_seen **v;

	if ((v = grow((void *)r->listeners, r->n_listeners, &r->listeners_room,
	    sizeof *v)) == NULL)
		return false;
	r->listeners = v;
	r->listeners[r->n_listeners++] = s;
	return true;
}

/* A node registers with the EPMD of its own host; who dials another's only asks. EPMD's own
 * end has the port as its local one. */
static bool
is_of_node(const struct socket_seen *s, const struct ports *epmd)
{
	return s->state == SOCKET_ESTABLISHED && s->pid != 0 && ports_have(epmd, s->remote_port) &&
	    (address_is_loopback(&s->remote) || address_equal(&s->remote, &s->local));
}

/* Sorted, and each once. */
static void
settle(struct residents *r)
{
	size_t n = 0;

	if (r->n > 1)
		qsort(r->nodes, r->n, sizeof *r->nodes, by_pid);
	for (size_t i = 0; i < r->n; i++)
		if (n == 0 || r->nodes[n - 1].pid != r->nodes[i].pid)
			r->nodes[n++] = r->nodes[i];
	r->n = n;
	if (r->n_listeners > 1)
		qsort((void *)r->listeners, r->n_listeners, sizeof *r->listeners, by_port);
	for (size_t i = 0; i < r->n_listeners; i++) {
		if (find_node(r, r->listeners[i]->pid) != NULL)
			ports_add(&r->candidates, r->listeners[i]->local_port);
	}
}

static void
note_connected(struct residents *r, const struct socket_seen *s)
{
	struct resident *node;

	if (s->state == SOCKET_ESTABLISHED && ports_have(&r->candidates, s->local_port) &&
	    (node = find_node(r, s->pid)) != NULL)
		node->connected = true;
}

bool
residents_take(struct residents *r, size_t n_spaces, const struct socket_list *sockets,
    const struct ports *epmd)
{
	for (size_t i = 0; i < n_spaces; i++) {
		r[i].n = r[i].n_listeners = 0;
		r[i].candidates = (struct ports){ 0 };
	}
	for (size_t i = 0; i < sockets->n; i++) {
		const struct socket_seen *s = &sockets->v[i];

		if ((is_of_node(s, epmd) && !add_node(&r[s->space], s->pid)) ||
		    (s->state == SOCKET_LISTENING && !add_listener(&r[s->space], s)))
			return false;
	}
	for (size_t i = 0; i < n_spaces; i++)
		settle(&r[i]);
	for (size_t i = 0; i < sockets->n; i++)
		note_connected(&r[sockets->v[i].space], &sockets->v[i]);
	return true;
}

void
residents_free(struct residents *r)
{
	free(r->nodes);
	free((void *)r->listeners);
	*r = (struct residents){ 0 };
}

/* The first of that port. */
static size_t
find_port(const struct residents *r, uint16_t port)
{
	size_t from = 0, to = r->n_listeners;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (r->listeners[middle]->local_port < port)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

void
residents_name(struct residents *r, uint16_t port)
{
	for (size_t i = find_port(r, port); i < r->n_listeners; i++) {
		struct resident *node = find_node(r, r->listeners[i]->pid);

		if (r->listeners[i]->local_port != port)
			break;
		if (node != NULL)
			node->named = true;
	}
}

size_t
residents_nameless(const struct residents *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->nodes[i].connected && !r->nodes[i].named;
	return n;
}

static bool
is_any(const struct address *a)
{
	static const uint8_t zero[sizeof a->octets];

	return memcmp(a->octets, zero, sizeof zero) == 0;
}

const struct socket_seen *
residents_listener(const struct residents *r, const struct address *at, uint16_t port)
{
	const struct socket_seen *any = NULL;

	for (size_t i = find_port(r, port); i < r->n_listeners; i++) {
		const struct socket_seen *s = r->listeners[i];

		if (s->local_port != port)
			break;
		if (address_equal(&s->local, at))
			return s;
		if (is_any(&s->local))
			any = s;
	}
	return any;
}
