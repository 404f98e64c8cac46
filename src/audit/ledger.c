#include "audit/ledger.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"

void
ledger_init(struct ledger *l, struct ledger_tools tools, const struct port_range *dist_ports,
    size_t n_dist_ports)
{
	*l = (struct ledger){ .dist_ports = dist_ports, .n_dist_ports = n_dist_ports };
	certificates_init(&l->certificates, tools.parse);
	transcripts_init(&l->transcripts, tools.check);
	labels_init(&l->labels);
	hosts_init(&l->hosts);
	map_init(&l->sessions);
}

static void
drop_oldest(struct ledger *l)
{
	struct connection *c = l->oldest;

	l->oldest = c->newer;
	*(l->oldest ? &l->oldest->older : &l->newest) = NULL;
	l->n_kept--;
	connection_free(c);
}

void
ledger_free(struct ledger *l)
{
	while (l->oldest != NULL)
		drop_oldest(l);
	map_free(&l->sessions);
	arena_free(&l->session_arena);
	hosts_free(&l->hosts);
	labels_free(&l->labels);
	certificates_free(&l->certificates);
}

uint64_t
ledger_limits(const struct ledger *l)
{
	return l->shed + l->labels.shed + l->certificates.shed + l->transcripts.shed;
}

/* EPMD */

static const struct label *
find_label(const struct ledger *l, const struct address *host, uint16_t port, uint16_t source,
    uint64_t first_ns, uint64_t last_ns)
{
	static const uint8_t octets[4] = { 127, 0, 0, 1 };
	const struct address loopback = address_ipv4(octets);
	const struct label *found = labels_find(&l->labels, host, port, source, first_ns, last_ns);

	if (found == NULL && hosts_is_own(&l->hosts, source, host))
		found = labels_find(&l->labels, &loopback, port, source, first_ns, last_ns);
	return found;
}

static bool
is_dist_port(const struct ledger *l, uint16_t port)
{
	return port_ranges_hold(l->dist_ports, l->n_dist_ports, port);
}

bool
ledger_is_labelled(const struct ledger *l, const struct address *host, uint16_t port,
    uint16_t source, uint64_t at_ns)
{
	return is_dist_port(l, port) || find_label(l, host, port, source, at_ns, at_ns) != NULL;
}

static void
label(struct ledger *l, const struct connection *c, const struct epmd_entry *e)
{
	if (e->port != 0 && e->node.n > 0)
		labels_add(&l->labels, e, c->transport.source);
}

static void
alive_request(struct connection *c, const struct fact *f)
{
	c->alive.asked = true;
	c->alive.port = f->u.epmd_node.port;
	c->alive.type = f->u.epmd_node.node_type;
	c->alive.name = arena_copy(&c->arena, f->u.epmd_node.name);
}

/* Only an accepted registration is a label; the client is the node's host. */
static void
alive_answer(struct ledger *l, struct connection *c, const struct fact *f, uint64_t at_ns)
{
	if (!c->alive.asked || c->alive.accepted || f->u.epmd_answer.result != 0)
		return;
	c->alive.accepted = true;
	label(l, c, &(struct epmd_entry){
		.host = c->transport.end[SIDE_CLIENT].address, .port = c->alive.port,
		.node = c->alive.name, .type = c->alive.type, .how = EPMD_HOW_ALIVE2,
		.at_ns = at_ns });
}

/* An answer names a port of the host that answers. */
static void
answered_port(struct ledger *l, const struct connection *c, const struct fact *f,
    enum epmd_how how, uint64_t at_ns)
{
	if (f->u.epmd_node.result != 0)
		return;
	label(l, c, &(struct epmd_entry){
		.host = c->transport.end[SIDE_SERVER].address, .port = f->u.epmd_node.port,
		.node = f->u.epmd_node.name, .type = f->u.epmd_node.node_type, .how = how,
		.at_ns = at_ns });
}

/* [OTP epmd: ALIVE2_REQ] the connection is the registration's life. */
static void
end_registration(struct ledger *l, const struct connection *c)
{
	if (c->alive.accepted && transport_ended(&c->transport))
		labels_end(&l->labels, &c->transport.end[SIDE_CLIENT].address, c->alive.port,
		    c->alive.name, c->transport.source, c->transport.last_ns);
}

/* Resumption */

#define SESSION_KEY_MAX (2 * (1 + 16) + 2 + 2 + 1 + 32)	/* addresses, port, cipher, id */

struct known_session {
	uint8_t key[SESSION_KEY_MAX];
	struct session_facts facts;
};

/* A session id means something only between the same two, under one cipher. */
static struct bytes
session_key(const struct connection *c, uint8_t key[SESSION_KEY_MAX])
{
	const struct transport_end *server = &c->transport.end[SIDE_SERVER];
	const struct address *who[2] = { &server->address, &c->transport.end[SIDE_CLIENT].address };
	struct bytes id = c->tls.server_session_id;
	uint8_t *at = key;

	assert(id.n <= 32);
	for (int i = 0; i < 2; i++) {
		*at++ = (uint8_t)who[i]->family;
		memcpy(at, who[i]->octets, 16);
		at += 16;
	}
	*at++ = (uint8_t)(server->port >> 8);
	*at++ = (uint8_t)server->port;
	*at++ = (uint8_t)(c->tls.cipher >> 8);
	*at++ = (uint8_t)c->tls.cipher;
	*at++ = (uint8_t)id.n;
	if (id.n > 0)
		memcpy(at, id.p, id.n);
	return (struct bytes){ key, (size_t)(at - key) + id.n };
}

static bool
may_be_resumed(const struct connection *c)
{
	return c->tls.server_hello && c->tls.version < 0x0304 && c->tls.server_session_id.n > 0;
}

static bool
same_chain(const struct chain *a, const struct chain *b)
{
	return a->n == b->n && memcmp(a->v, b->v, a->n * sizeof *a->v) == 0;
}

static bool
same(const struct session_facts *a, const struct session_facts *b)
{
	return a->mutual == b->mutual && a->requested == b->requested &&
	    a->client_state == b->client_state && a->proved == b->proved &&
	    a->verified[0] == b->verified[0] && a->verified[1] == b->verified[1] &&
	    a->scheme[0] == b->scheme[0] && a->scheme[1] == b->scheme[1] &&
	    same_chain(&a->chain[0], &b->chain[0]) && same_chain(&a->chain[1], &b->chain[1]);
}

/* The server has spoken inside a full handshake: from now on its id counts. */
static void
remember_session(struct ledger *l, const struct connection *c)
{
	struct session_facts facts;
	struct known_session *s;
	uint8_t key[SESSION_KEY_MAX];

	if (!may_be_resumed(c) || c->tls.resumed_from != NULL || !verdict_session(c, &facts))
		return;
	if ((s = map_get(&l->sessions, session_key(c, key))) != NULL && same(&s->facts, &facts))
		return;
	/* Another session under the same id: who resumed the first keeps it. */
	if (l->sessions.n >= LIMIT_SESSIONS ||
	    (s = arena_take(&l->session_arena, sizeof *s)) == NULL ||
	    !map_put(&l->sessions, session_key(c, s->key), s)) {
		l->shed++;
		return;
	}
	s->facts = facts;
}

static void
recall_session(const struct ledger *l, struct connection *c)
{
	uint8_t key[SESSION_KEY_MAX];
	const struct known_session *s;

	/* [RFC 5077 3.4] with a ticket the client makes the id up. */
	if (!may_be_resumed(c) || c->tls.ticket_offered ||
	    !bytes_equal(c->tls.server_session_id, c->tls.client_session_id))
		return;
	if ((s = map_get(&l->sessions, session_key(c, key))) != NULL)
		c->tls.resumed_from = &s->facts;
}

static bool
is_first_data_of_server(const struct connection *c, const struct fact *f)
{
	return f->kind == FACT_TLS_RECORD && f->side == SIDE_SERVER && f->u.tls_record.sealed &&
	    f->u.tls_record.type == 23 && connection_record(c, SIDE_SERVER, 23, 1) == NULL;
}

void
ledger_fact(struct ledger *l, struct connection *c, const struct fact *f,
    const struct stamped *where)
{
	if (f->kind == FACT_EPMD_ALIVE_REQUEST)
		alive_request(c, f);
	else if (f->kind == FACT_EPMD_ALIVE_ANSWER)
		alive_answer(l, c, f, where->at_ns);
	else if (f->kind == FACT_EPMD_PORT_ANSWER)
		answered_port(l, c, f, EPMD_HOW_PORT2, where->at_ns);
	else if (f->kind == FACT_EPMD_NAMES_LINE)
		answered_port(l, c, f, EPMD_HOW_NAMES, where->at_ns);
	connection_fact(c, f, where, &l->certificates, &l->transcripts);
	if (is_first_data_of_server(c, f))
		remember_session(l, c);
	else if (f->kind == FACT_TLS_SERVER_HELLO)
		recall_session(l, c);
}

/* Connections */

static void
port_facts(const struct ledger *l, const struct connection *c, struct port_facts out[2])
{
	const struct transport *t = &c->transport;

	for (int side = 0; side < 2; side++) {
		const struct transport_end *e = &t->end[side];
		const struct label *found = NULL;
		/* A label is for the SYN's destination. */
		if (side == SIDE_SERVER || !t->sides_certain)
			found = find_label(l, &e->address, e->port, t->source, t->first_ns, t->last_ns);
		out[side] = (struct port_facts){ 0 };
		if (side == SIDE_SERVER || !t->sides_certain)
			out[side].by_option = is_dist_port(l, e->port);
		if (found != NULL) {
			out[side].by_epmd = true;
			out[side].node = found->entry.node;
		}
	}
}

/* A connection that was opened, said nothing, and ended or was never answered:
 * on a labelled port that is a probe. */
static bool
is_silent(const struct connection *c)
{
	const struct transport *t = &c->transport;
	bool opened = t->end[SIDE_CLIENT].syn || t->end[SIDE_SERVER].syn ||
	    t->end[0].rst_ns || t->end[1].rst_ns;	/* a RST alone is no connection */

	return opened && t->end[0].bytes + t->end[1].bytes == 0 &&
	    (transport_ended(t) || t->end[SIDE_SERVER].packets == 0);
}

static void
count_ignored(struct ledger *l, const struct connection *c)
{
	if (c->transport.spoken == SPOKEN_TLS || c->tls.side[0].n_records || c->tls.side[1].n_records)
		l->ignored_tls++;
	else
		l->ignored_other++;
}

static void
count_verdict(struct ledger *l, const struct connection *c)
{
	struct arena names = { 0 };
	struct port_facts ports[2];
	struct judgement j;

	port_facts(l, c, ports);
	verdict_judge(c, ports, &names, &j);
	l->n_shed_by_verdict[j.verdict]++;
	arena_free(&names);
}

static void
keep(struct ledger *l, struct connection *c)
{
	c->older = l->newest;
	*(l->newest ? &l->newest->newer : &l->oldest) = c;
	l->newest = c;
	l->n_kept++;
	while (l->n_kept > LIMIT_CONNECTIONS) {
		l->shed++;
		count_verdict(l, l->oldest);	/* the summary still has it */
		drop_oldest(l);
	}
}

void
ledger_close(struct ledger *l, struct connection *c)
{
	struct port_facts ports[2];

	transcript_end(&c->tls.transcript);
	if (c->transport.spoken == SPOKEN_EPMD || c->epmd) {
		end_registration(l, c);
		connection_free(c);
		return;
	}
	port_facts(l, c, ports);
	bool labelled = ports[0].by_epmd || ports[0].by_option || ports[1].by_epmd || ports[1].by_option;
	if (labelled && is_silent(c)) {
		l->silent++;
		connection_free(c);
	} else if (labelled || verdict_known_by(c) != 0) {
		keep(l, c);
	} else {
		if (!c->transport.on_epmd_port)		/* else EPMD's, joined late */
			count_ignored(l, c);
		connection_free(c);
	}
}

static int
earlier_first(const void *a, const void *b)
{
	const struct judgement *x = a, *y = b;

	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	int order = address_compare(&x->end[0].address, &y->end[0].address);
	return order ? order : (int)x->end[0].port - (int)y->end[0].port;
}

static bool
list_connections(const struct ledger *l, struct snapshot *s)
{
	s->connections = calloc(l->n_kept ? l->n_kept : 1, sizeof *s->connections);
	if (s->connections == NULL)
		return false;
	for (const struct connection *c = l->oldest; c != NULL; c = c->newer) {
		struct judgement *j = &s->connections[s->n_connections++];
		struct port_facts ports[2];
		port_facts(l, c, ports);
		verdict_judge(c, ports, &s->arena, j);
		s->n_by_verdict[j->verdict]++;
	}
	qsort(s->connections, s->n_connections, sizeof *s->connections, earlier_first);
	for (size_t i = 0; i < s->n_connections; i++)
		s->connections[i].id = (uint32_t)i + 1;
	return true;
}

bool
ledger_snapshot(const struct ledger *l, struct snapshot *s)
{
	s->silent = l->silent;
	s->ignored_tls = l->ignored_tls;
	s->ignored_other = l->ignored_other;
	for (int v = 0; v < N_VERDICTS; v++)
		s->n_by_verdict[v] = l->n_shed_by_verdict[v];
	s->n_epmd = l->labels.n;
	if ((s->epmd = calloc(s->n_epmd ? s->n_epmd : 1, sizeof *s->epmd)) == NULL)
		return false;
	labels_list(&l->labels, s->epmd, s->n_epmd);
	return list_connections(l, s);
}
