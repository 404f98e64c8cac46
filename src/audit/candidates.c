#include "audit/candidates.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"

/* What was found on the way: processes, ports of theirs, and connections. Their keys are of
 * different lengths, hence different. */
struct search {
	struct candidates *found;
	struct map known;
	struct arena keys;
	const struct port_range *epmd;
	size_t n_epmd;
};

#define PROCESS_KEY_LEN		(2u + 4u)
#define PORT_KEY_LEN		(PROCESS_KEY_LEN + 2u)
#define CONNECTION_KEY_LEN	(2u + 2u * (1u + 16u + 2u))

static void
put(uint8_t **at, uint32_t value, unsigned n_bytes)
{
	while (n_bytes-- > 0)
		*(*at)++ = (uint8_t)(value >> 8 * n_bytes);
}

static struct bytes
process_key(uint8_t key[PROCESS_KEY_LEN], const struct socket_seen *s)
{
	uint8_t *at = key;

	put(&at, s->space, 2);
	put(&at, s->pid, 4);
	return (struct bytes){ key, PROCESS_KEY_LEN };
}

/* The port at this end of its process. */
static struct bytes
port_key(uint8_t key[PORT_KEY_LEN], const struct socket_seen *s)
{
	uint8_t *at = key + process_key(key, s).n;

	put(&at, s->local_port, 2);
	return (struct bytes){ key, PORT_KEY_LEN };
}

static void
put_end(uint8_t **at, const struct address *a, uint16_t port)
{
	put(at, a->family, 1);
	memcpy(*at, a->octets, sizeof a->octets);
	*at += sizeof a->octets;
	put(at, port, 2);
}

static struct bytes
connection_key(uint8_t key[CONNECTION_KEY_LEN], const struct socket_seen *s, bool is_server)
{
	uint8_t *at = key;

	put(&at, s->space, 2);
	if (is_server)
		put_end(&at, &s->remote, s->remote_port);
	put_end(&at, &s->local, s->local_port);
	if (!is_server)
		put_end(&at, &s->remote, s->remote_port);
	return (struct bytes){ key, CONNECTION_KEY_LEN };
}

static bool
is_known(const struct search *s, struct bytes key)
{
	return map_get(&s->known, key) != NULL;
}

static bool
know(struct search *s, struct bytes key)
{
	struct bytes copy;

	if (is_known(s, key))
		return true;
	copy = arena_copy(&s->keys, key);
	return copy.n == key.n && map_put(&s->known, copy, s);
}

static bool
is_epmd(const struct search *s, uint16_t port)
{
	return port_ranges_hold(s->epmd, s->n_epmd, port);
}

/* From an address to itself is from this host to this host. */
static bool
is_registration(const struct search *s, const struct socket_seen *of)
{
	return of->state == SOCKET_ESTABLISHED && of->pid != 0 && is_epmd(s, of->remote_port) &&
	    (address_is_loopback(&of->remote) || address_equal(&of->local, &of->remote));
}

static bool
is_of_node(const struct search *s, const struct socket_seen *of)
{
	uint8_t key[PROCESS_KEY_LEN];

	return of->pid != 0 && is_known(s, process_key(key, of));
}

static bool
find_nodes(struct search *s, const struct socket_seen *v, size_t n)
{
	uint8_t key[PROCESS_KEY_LEN];

	for (size_t i = 0; i < n; i++) {
		if (!is_registration(s, &v[i]) || is_of_node(s, &v[i]))
			continue;
		if (!know(s, process_key(key, &v[i])))
			return false;
		s->found->n_nodes++;
	}
	return true;
}

static bool
find_ports(struct search *s, const struct socket_seen *v, size_t n)
{
	uint8_t key[PORT_KEY_LEN];

	for (size_t i = 0; i < n; i++)
		if (v[i].state == SOCKET_LISTENING && is_of_node(s, &v[i]) &&
		    !know(s, port_key(key, &v[i])))
			return false;
	return true;
}

/* Of a node, and not with EPMD. A node may be its own EPMD. */
static bool
may_be(const struct search *s, const struct socket_seen *of)
{
	return of->state == SOCKET_ESTABLISHED && is_of_node(s, of) &&
	    !is_epmd(s, of->local_port) && !is_epmd(s, of->remote_port);
}

static void
add(struct search *s, const struct socket_seen *end, uint16_t listening)
{
	s->found->v[s->found->n++] = (struct candidate){ end, listening };
}

/* The servers' ends first: of the connections that they are of, the clients' are not added. */
static bool
find_connections(struct search *s, const struct socket_seen *v, size_t n)
{
	uint8_t port[PORT_KEY_LEN], connection[CONNECTION_KEY_LEN];

	for (size_t i = 0; i < n; i++) {
		if (!may_be(s, &v[i]) || !is_known(s, port_key(port, &v[i])))
			continue;
		if (!know(s, connection_key(connection, &v[i], true)))
			return false;
		add(s, &v[i], v[i].local_port);
	}
	for (size_t i = 0; i < n; i++)
		if (may_be(s, &v[i]) && !is_known(s, port_key(port, &v[i])) &&
		    !is_known(s, connection_key(connection, &v[i], false)))
			add(s, &v[i], 0);
	return true;
}

bool
candidates_find(struct candidates *c, const struct socket_seen *sockets, size_t n,
    const struct port_range *epmd, size_t n_epmd, struct diag *d)
{
	struct search s = { .found = c, .epmd = epmd, .n_epmd = n_epmd };
	bool ok;

	*c = (struct candidates){ .v = calloc(n > 0 ? n : 1, sizeof *c->v) };
	map_init(&s.known);
	ok = c->v != NULL && find_nodes(&s, sockets, n) && find_ports(&s, sockets, n) &&
	    find_connections(&s, sockets, n);
	map_free(&s.known);
	arena_free(&s.keys);
	if (!ok) {
		candidates_free(c);
		diag_set(d, "no memory to tell whose sockets are nodes'");
	}
	return ok;
}

void
candidates_free(struct candidates *c)
{
	free(c->v);
	*c = (struct candidates){ .v = NULL };
}
