/* What this host's kernel says of its sockets, beside what packets tell. */
#include "engine_state.h"

#include <stdlib.h>

#include "audit/residents.h"

/* Who dialled: who listens at the port did not. */
static bool
is_server(const struct engine *e, const struct socket_seen *s)
{
	return ports_have(&e->residents[s->space].listening, s->local_port);
}

static struct connected
connected(const struct engine *e, const struct socket_seen *s)
{
	uint16_t zone = engine_zone(e, &s->local, &s->remote, s->space);

	if (is_server(e, s))
		return (struct connected){ .client = s->remote, .client_port = s->remote_port,
			.server = s->local, .server_port = s->local_port, .zone = zone };
	return (struct connected){ .client = s->local, .client_port = s->local_port,
		.server = s->remote, .server_port = s->remote_port, .zone = zone };
}

/* The flow of a connection whose port is known to be distribution is made where no packet
 * has made one. NULL: there is none, and need not be. */
static struct flow *
flow_of(struct engine *e, const struct connected *c, uint16_t space)
{
	struct flow *f = table_find(&e->table, c);

	if (f != NULL || !ledger_is_labelled(&e->ledger, &c->server, c->server_port, space,
	    e->clock_ns))
		return f;
	if ((f = table_adopt(&e->table, c, e->clock_ns, space)) == NULL)
		e->out_of_memory = true;
	return f;
}

/* Which side of c the socket is: packets may have told another client than the kernel. */
static enum side
side_of(const struct connection *c, const struct socket_seen *s)
{
	const struct transport_end *client = &c->transport.end[SIDE_CLIENT];

	return client->port == s->local_port && address_equal(&client->address, &s->local)
	    ? SIDE_CLIENT : SIDE_SERVER;
}

static void
take_established(struct engine *e, const struct socket_seen *s)
{
	const struct connected ends = connected(e, s);
	struct flow *f = flow_of(e, &ends, s->space);
	struct socket_seen payload = *s;
	struct connection *c;

	if (f == NULL)
		return;
	f->mark = e->n_socket_lists;
	if ((f->user == NULL && !f->adopted) || (c = engine_connection(e, f)) == NULL)
		return;
	/* The kernel counts the SYN of who dialled. */
	if (!is_server(e, s) && s->sent > 0)
		payload.sent--;
	ledger_own(c, side_of(c, s), &payload);
	if (c->stale)
		table_touch(&e->table, f);
}

/* A candidate port, and a node that holds the connection at it. */
static bool
is_of_candidate(const struct residents *r, const struct connection *c, enum side side)
{
	return ports_have(&r->candidates, c->transport.end[side].port) &&
	    residents_has_node(r, c->kernel.owner[side].pid);
}

/* One that is known by its bytes speaks for the port of a node on this host. */
static void
promote_side(struct engine *e, const struct connection *c, enum side side)
{
	const struct transport_end *end = &c->transport.end[side];
	uint16_t space = c->kernel.space[side];
	unsigned known_by;

	if (!is_of_candidate(&e->residents[space], c, side) ||
	    (known_by = verdict_known_by(c)) == 0)
		return;
	if (!ledger_promote(&e->ledger, &end->address, end->port, space, known_by))
		e->out_of_memory = true;
}

static void
promote(struct engine *e)
{
	struct flow *f;

	for (size_t i = 0; (f = map_next(&e->table.flows, &i)) != NULL;)
		for (int side = 0; f->user != NULL && side < 2; side++)
			promote_side(e, f->user, (enum side)side);
}

/* Of an adopted one that has never shown a packet nobody else will say that it is over. */
static void
forget_gone(struct engine *e)
{
	struct flow *f;

	for (size_t i = 0; (f = map_next(&e->table.flows, &i)) != NULL;)
		if (f->adopted && f->mark != e->n_socket_lists &&
		    f->end[0].packets + f->end[1].packets == 0)
			table_forget(&e->table, f);
}

static bool
make_residents(struct engine *e)
{
	if (e->residents == NULL)
		e->residents = calloc(engine_n_spaces(e), sizeof *e->residents);
	return e->residents != NULL;
}

void
engine_free_residents(struct engine *e)
{
	for (size_t i = 0; e->residents != NULL && i < engine_n_spaces(e); i++)
		residents_free(&e->residents[i]);
	free(e->residents);
}

bool
engine_sockets(struct engine *e, const struct socket_list *list, uint64_t now_ns, struct diag *d)
{
	e->clock_ns = now_ns;
	e->n_socket_lists++;
	if (!make_residents(e))
		e->out_of_memory = true;
	else if (!residents_take(e->residents, engine_n_spaces(e), list, &e->epmd_ports))
		e->out_of_memory = true;
	for (size_t i = 0; i < list->n && !e->out_of_memory; i++) {
		const struct socket_seen *s = &list->v[i];

		if (s->state == SOCKET_ESTABLISHED) {
			hosts_note(&e->ledger.hosts, s->space, &s->local, SEEN_IN_SOCKET);
			take_established(e, s);
		} else if (s->pid != 0) {
			ledger_own_listener(&e->ledger, s);
		}
	}
	if (!e->out_of_memory)
		promote(e);
	if (list->left_out == 0)
		forget_gone(e);
	if (e->out_of_memory)
		diag_set(d, "out of memory");
	return !e->out_of_memory;
}
