/* What this host's kernel says of its sockets, beside what packets tell. */
#include "engine_state.h"

#include <stdlib.h>

#include "audit/residents.h"

void
engine_own_address(struct engine *e, uint16_t source, const struct address *a)
{
	hosts_note(&e->ledger.hosts, source, a, SEEN_ON_HOST);
}

/* Who dialled: who listens at that place did not. */
static struct connected
connected(const struct engine *e, const struct socket_seen *s)
{
	uint16_t zone = engine_zone(e, &s->local, &s->remote, s->space);

	if (residents_listener(&e->residents[s->space], &s->local, s->local_port) != NULL)
		return (struct connected){ .client = s->remote, .client_port = s->remote_port,
			.server = s->local, .server_port = s->local_port, .zone = zone,
			.certain = true };
	/* It may have listened, and does no more. */
	return (struct connected){ .client = s->local, .client_port = s->local_port,
		.server = s->remote, .server_port = s->remote_port, .zone = zone };
}

/* Its flow. Of a connection whose port is known to be distribution it is made where no packet
 * has made one. NULL: there is none, and need not be. */
static struct flow *
flow_of(struct engine *e, const struct connected *c, uint16_t space)
{
	struct flow *f = table_find(&e->table, c);

	if (f != NULL || !e->options->adopts ||
	    !ledger_is_labelled(&e->ledger, &c->server, c->server_port, space, e->round.at_ns))
		return f;
	if ((f = table_adopt(&e->table, c, e->round.at_ns, space)) == NULL)
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

	/* What began after the list is another one than in it. */
	if (f == NULL || (!f->adopted && f->first_ns > e->round.at_ns))
		return;
	f->mark = e->n_socket_lists;
	if ((f->user == NULL && !f->adopted) || (c = engine_connection(e, f)) == NULL)
		return;
	/* The kernel counts the SYN of who dialled. */
	if (!ends.certain && s->sent > 0)
		payload.sent--;
	ledger_own(c, side_of(c, s), &payload);
	if (c->stale)
		table_touch(&e->table, f);
}

/* One that is known by what that side has said speaks for the port of a node on this host. */
static void
promote(struct engine *e, const struct connection *c, enum side side)
{
	const struct transport_end *end = &c->transport.end[side];
	uint16_t space = c->kernel.space[side];
	const struct residents *r = &e->residents[space];
	unsigned known_by;

	if (!ports_have(&r->candidates, end->port) ||
	    !residents_has_node(r, c->kernel.owner[side].pid) ||
	    (known_by = verdict_vouches(c, side)) == 0)
		return;
	if (!ledger_promote(&e->ledger, &end->address, end->port, space, known_by, e->round.at_ns))
		e->out_of_memory = true;
}

/* Of an adopted one that has never shown a packet nobody else will say that it is over. */
static void
take_missing(struct engine *e, struct flow *f)
{
	struct connection *c = f->user;

	if (e->n_socket_lists < f->mark + SOCKET_MISSED_MAX)
		return;
	if (c != NULL && c->kernel.established) {
		ledger_disown(c);
		table_touch(&e->table, f);
	}
	if (f->adopted && f->end[0].packets + f->end[1].packets == 0)
		table_forget(&e->table, f);
}

static void
look_at_flow(struct engine *e, struct flow *f)
{
	for (int side = 0; f->user != NULL && side < 2; side++)
		promote(e, f->user, (enum side)side);
	if (e->round.list->left_out == 0)
		take_missing(e, f);
}

/* Who listens where a label says; and its node has a name. */
static const struct socket_seen *
name_listener(void *owner, uint16_t source, const struct address *host, uint16_t port)
{
	const struct engine *e = owner;

	if (source >= engine_n_spaces(e))
		return NULL;
	residents_name(&e->residents[source], port);
	return residents_listener(&e->residents[source], host, port);
}

/* Does a node still listen where one was promoted? Then that has a name. */
static bool
name_candidate(void *owner, uint16_t source, uint16_t port)
{
	const struct engine *e = owner;

	residents_name(&e->residents[source], port);
	return ports_have(&e->residents[source].candidates, port);
}

/* Whose port is known by option, which no label says. */
static void
count_nameless(struct engine *e)
{
	e->facts.nameless = 0;
	for (size_t i = 0; e->options->adopts && i < engine_n_spaces(e); i++) {
		struct residents *r = &e->residents[i];

		for (size_t k = 0; k < r->n_listeners; k++)
			if (port_ranges_hold(e->options->dist_ports, e->options->n_dist_ports,
			    r->listeners[k]->local_port))
				residents_name(r, r->listeners[k]->local_port);
		e->facts.nameless += residents_nameless(r);
	}
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

void
engine_sockets(struct engine *e, const struct socket_list *list, uint64_t at_ns)
{
	e->round = (struct round){ .list = list, .at_ns = at_ns };
	e->n_socket_lists += list->left_out == 0;
	e->sockets_left_out = list->left_out + list->owners_cut;
	if (!make_residents(e) ||
	    !residents_take(e->residents, engine_n_spaces(e), list, &e->epmd_ports)) {
		e->out_of_memory = true;
		return;
	}
	ledger_own_listeners(&e->ledger, name_listener, e);
	if (list->left_out == 0 && !list->owners_cut)
		ledger_end_promotions(&e->ledger, name_candidate, e, at_ns);
	count_nameless(e);
}

/* A socket, then a flow. False: all were looked at. */
static bool
go_on(struct engine *e)
{
	struct round *r = &e->round;
	struct flow *f;

	if (r->next < r->list->n) {
		const struct socket_seen *s = &r->list->v[r->next++];

		if (s->state == SOCKET_ESTABLISHED) {
			engine_own_address(e, s->space, &s->local);
			take_established(e, s);
		}
		return true;
	}
	if ((f = map_next(&e->table.flows, &r->slot)) != NULL)
		look_at_flow(e, f);
	return f != NULL;
}

#define AT_ONCE 32u			/* between two looks at the clock */

enum paced
engine_sockets_step(struct engine *e, uint64_t budget_ns, struct diag *d)
{
	struct pace pace = pace_of(budget_ns);
	bool more = e->round.list != NULL;

	while (more && !e->out_of_memory) {
		for (unsigned i = 0; i < AT_ONCE && more; i++)
			more = go_on(e);
		if (more && pace_is_over(&pace))
			return PACED_MORE;
	}
	e->round.list = NULL;
	if (!e->out_of_memory)
		return PACED_DONE;
	diag_set(d, "out of memory");
	return PACED_FAILED;
}
