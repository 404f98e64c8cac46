#include "audit/ledger.h"

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
	promotions_init(&l->promotions);
	hosts_init(&l->hosts);
	sessions_init(&l->sessions);
}

void
ledger_watch(struct ledger *l, struct roll_port out, struct events *events)
{
	l->roll.out = out;
	l->roll.events = events;
}

/* What a face was shown of it stays until the next refresh. */
static void
discard(struct ledger *l, struct connection *c)
{
	if (c->listing != NULL)
		roll_strike(&l->roll, c, true);
	else
		connection_free(c);
}

static size_t
kept_bytes(const struct connection *c)
{
	return connection_bytes(c) + roll_listing_bytes();
}

static void
drop_oldest(struct ledger *l)
{
	struct connection *c = l->oldest;

	l->oldest = c->newer;
	*(l->oldest ? &l->oldest->older : &l->newest) = NULL;
	if (l->fresh == c)
		l->fresh = c->newer;
	l->n_kept--;
	l->kept_bytes -= kept_bytes(c);
	discard(l, c);
}

void
ledger_free(struct ledger *l)
{
	while (l->oldest != NULL)
		drop_oldest(l);
	roll_free(&l->roll);
	sessions_free(&l->sessions);
	free(l->epmd);
	hosts_free(&l->hosts);
	labels_free(&l->labels);
	promotions_free(&l->promotions);
	certificates_free(&l->certificates);
}

uint64_t
ledger_limits(const struct ledger *l)
{
	return l->shed + l->sessions.shed + l->labels.shed + l->promotions.shed +
	    l->certificates.shed + l->transcripts.shed + l->hosts.shed;
}

/* EPMD */

static const struct label *
find_label(const struct ledger *l, const struct address *host, uint16_t port, uint16_t source,
    uint64_t first_ns, uint64_t last_ns, bool *alone)
{
	static const uint8_t octets[4] = { 127, 0, 0, 1 };
	const struct address loopback = address_ipv4(octets);
	const struct label *found = labels_find(&l->labels, host, port, source, first_ns, last_ns,
	    alone), *at_home;
	bool alone_at_home;

	if (address_is_loopback(host) || !hosts_find(&l->hosts, source, host, &source))
		return found;
	at_home = labels_find(&l->labels, &loopback, port, source, first_ns, last_ns,
	    &alone_at_home);
	if (at_home == NULL)
		return found;
	*alone = *alone && alone_at_home &&
	    (found == NULL || bytes_equal(found->entry.node, at_home->entry.node));
	return found != NULL ? found : at_home;
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
	bool alone;

	return is_dist_port(l, port) ||
	    promotions_find(&l->promotions, host, port, source, at_ns, at_ns) != 0 ||
	    find_label(l, host, port, source, at_ns, at_ns, &alone) != NULL;
}

static void
tell(struct ledger *l, uint64_t at_ns, enum event_kind kind, struct bytes node,
    const struct address *host, uint16_t port)
{
	char address[ADDRESS_TEXT_MAX], b[EVENT_LINE_MAX];
	struct text t = TEXT(b);

	if (l->roll.events == NULL)
		return;
	text_put_wire(&t, node);
	text_putf(&t, host->family == FAMILY_IPV6 ? " at [%s]:%u" : " at %s:%u",
	    address_text(host, address), port);
	events_add(l->roll.events, at_ns, kind, 0, &t);
}

static void
label(struct ledger *l, const struct epmd_entry *e)
{
	size_t n = l->labels.n;

	if (e->port == 0 || e->node.n == 0)
		return;
	labels_add(&l->labels, e);
	if (l->labels.n > n)
		tell(l, e->at_ns, e->how == EPMD_HOW_ALIVE2 ? EVENT_REGISTERED : EVENT_NAMED,
		    e->node, &e->host, e->port);
}

static void
alive_request(struct connection *c, const struct fact *f)
{
	c->alive.asked = true;
	c->alive.port = f->u.epmd_node.port;
	c->alive.type = f->u.epmd_node.node_type;
	c->alive.highest = f->u.epmd_node.highest;
	c->alive.name = arena_copy(&c->arena, f->u.epmd_node.name);
}

/* Only an accepted registration is a label; the client is the node's host. */
static void
accept_registration(struct ledger *l, struct connection *c, uint64_t at_ns)
{
	if (!c->alive.asked || !c->alive.granted || c->alive.accepted)
		return;
	c->alive.accepted = true;
	label(l, &(struct epmd_entry){
		.host = c->transport.end[SIDE_CLIENT].address, .port = c->alive.port,
		.node = c->alive.name, .type = c->alive.type, .highest = c->alive.highest,
		.how = EPMD_HOW_ALIVE2, .at_ns = at_ns, .source = c->transport.source });
}

/* An answer names a port of the host that answers. */
static void
answered_port(struct ledger *l, const struct connection *c, const struct fact *f,
    enum epmd_how how, uint64_t at_ns)
{
	if (f->u.epmd_node.result != 0)
		return;
	label(l, &(struct epmd_entry){
		.host = c->transport.end[SIDE_SERVER].address, .port = f->u.epmd_node.port,
		.node = f->u.epmd_node.name, .type = f->u.epmd_node.node_type,
		.highest = f->u.epmd_node.highest, .how = how, .at_ns = at_ns,
		.source = c->transport.source });
}

/* [OTP epmd: ALIVE2_REQ] the connection is the registration's life. */
static void
end_registration(struct ledger *l, const struct connection *c)
{
	const struct address *host = &c->transport.end[SIDE_CLIENT].address;
	uint64_t before = l->labels.version;

	if (!c->alive.accepted || !transport_ended(&c->transport))
		return;
	labels_end(&l->labels, host, c->alive.port, c->alive.name, c->transport.source,
	    c->transport.last_ns);
	if (l->labels.version != before)
		tell(l, c->transport.last_ns, EVENT_UNREGISTERED, c->alive.name, host,
		    c->alive.port);
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
		c->alive.granted |= f->u.epmd_answer.result == 0;
	accept_registration(l, c, where->at_ns);
	if (f->kind == FACT_EPMD_PORT_ANSWER)
		answered_port(l, c, f, EPMD_HOW_PORT2, where->at_ns);
	else if (f->kind == FACT_EPMD_NAMES_LINE)
		answered_port(l, c, f, EPMD_HOW_NAMES, where->at_ns);
	connection_fact(c, f, where, &l->certificates, &l->transcripts);
	if (is_first_data_of_server(c, f))
		sessions_remember(&l->sessions, c);
	else if (f->kind == FACT_TLS_SERVER_HELLO)
		sessions_recall(&l->sessions, c);
}

/* Connections */

static const char *
netns_of(const struct ledger *l, const struct address *host, uint16_t source)
{
	return hosts_find(&l->hosts, source, host, &source) && source < l->n_netns ?
	    l->netns[source] : NULL;
}

static void
port_facts(const struct ledger *l, const struct transport *t, struct port_facts out[2])
{
	for (int side = 0; side < 2; side++) {
		const struct transport_end *e = &t->end[side];
		const struct label *found = NULL;
		bool alone = false;
		/* A label is for the SYN's destination. */
		if (side == SIDE_SERVER || !t->sides_certain)
			found = find_label(l, &e->address, e->port, t->source, t->first_ns,
			    t->last_ns, &alone);
		out[side] = (struct port_facts){ .netns = netns_of(l, &e->address, t->source) };
		if (side == SIDE_SERVER || !t->sides_certain) {
			out[side].by_option = is_dist_port(l, e->port);
			out[side].promoted = promotions_find(&l->promotions, &e->address, e->port,
			    t->source, t->first_ns, t->last_ns);
		}
		if (found != NULL) {
			out[side].by_epmd = true;
			if (alone)
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
	bool opened = !t->adopted && (t->end[SIDE_CLIENT].syn || t->end[SIDE_SERVER].syn ||
	    t->end[0].rst_ns || t->end[1].rst_ns);	/* a RST alone is no connection */

	return opened && t->end[0].bytes + t->end[1].bytes == 0 &&
	    (transport_ended(t) || t->end[SIDE_SERVER].packets == 0);
}

static bool
is_unseen(const struct transport *t)
{
	return t->end[0].packets + t->end[1].packets == 0;
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

	port_facts(l, &c->transport, ports);
	verdict_judge(c, ports, &names, &j);
	l->n_shed_by_verdict[j.verdict]++;
	arena_free(&names);
}

static void
keep(struct ledger *l, struct connection *c)
{
	c->newer = NULL;
	c->older = l->newest;
	*(l->newest ? &l->newest->newer : &l->oldest) = c;
	l->newest = c;
	l->n_kept++;
	l->kept_bytes += kept_bytes(c);
	if (l->fresh == NULL)
		l->fresh = c;
	while (l->n_kept > LIMIT_CONNECTIONS || l->kept_bytes > LIMIT_CONNECTION_BYTES) {
		l->shed++;
		count_verdict(l, l->oldest);	/* the summary still has it */
		drop_oldest(l);
	}
}

static bool
is_labelled(const struct port_facts ports[2])
{
	return port_is_labelled(&ports[0]) || port_is_labelled(&ports[1]);
}

static bool
is_epmd(const struct connection *c)
{
	return c->transport.spoken == SPOKEN_EPMD || c->epmd;
}

bool
ledger_would_keep(const struct ledger *l, const struct connection *c)
{
	struct port_facts ports[2];

	if (is_epmd(c))
		return false;
	port_facts(l, &c->transport, ports);
	return is_labelled(ports) || verdict_known_by(c) != 0;
}

void
ledger_close(struct ledger *l, struct connection *c)
{
	struct port_facts ports[2];

	connection_trim(c);
	if (is_epmd(c)) {
		end_registration(l, c);
		discard(l, c);
		return;
	}
	port_facts(l, &c->transport, ports);
	if (is_labelled(ports) && is_silent(c)) {
		l->silent++;
		discard(l, c);
	} else if (is_unseen(&c->transport) && !c->transport.adopted) {
		discard(l, c);			/* the kernel told of it, and has taken that back */
	} else if (is_labelled(ports) || verdict_known_by(c) != 0) {
		keep(l, c);
	} else {
		if (!c->transport.on_epmd_port)		/* else EPMD's, joined late */
			count_ignored(l, c);
		discard(l, c);
	}
}

/* The roll */

static bool
has_payload(const struct transport *t)
{
	return t->end[0].bytes + t->end[1].bytes > 0 || t->adopted;
}

bool
ledger_may_list(const struct ledger *l, const struct transport *t)
{
	struct port_facts ports[2];

	if (t->spoken == SPOKEN_EPMD || !has_payload(t))
		return false;
	port_facts(l, t, ports);
	return is_labelled(ports);
}

/* A label may have come, been told to hold for it, or been seen to be this host's. */
static bool
is_up_to_date(const struct ledger *l, const struct connection *c)
{
	return !c->stale && c->looked.labels == l->labels.version &&
	    c->looked.ns >= l->labels.changed_ns && c->looked.hosts == l->hosts.version;
}

enum look
ledger_look(struct ledger *l, struct connection *c)
{
	struct port_facts ports[2];
	bool ok = true;

	if (is_up_to_date(l, c)) {
		if (c->listing == NULL)
			return LOOK_NOTHING;
		roll_count(c);
		return LOOK_COUNTED;
	}
	c->stale = false;
	c->looked.ns = c->transport.last_ns;
	c->looked.labels = l->labels.version;
	c->looked.hosts = l->hosts.version;
	port_facts(l, &c->transport, ports);
	if (!is_epmd(c) && ((is_labelled(ports) && has_payload(&c->transport)) ||
	    verdict_known_by(c) != 0))
		ok = roll_judge(&l->roll, c, ports);
	else if (c->listing != NULL)
		roll_strike(&l->roll, c, false);
	return ok ? LOOK_JUDGED : LOOK_FAILED;
}

static bool
judge_kept(struct ledger *l, struct connection *c)
{
	struct port_facts ports[2];

	port_facts(l, &c->transport, ports);
	return roll_judge(&l->roll, c, ports);
}

bool
ledger_look_at_ended(struct ledger *l, unsigned *most)
{
	for (; l->fresh != NULL && *most > 0; l->fresh = l->fresh->newer, --*most)
		if (!judge_kept(l, l->fresh))
			return false;
	return true;
}

bool
ledger_has_labels(const struct ledger *l)
{
	return l->n_epmd == l->labels.n && l->epmd_version == l->labels.version &&
	    l->epmd_owned == l->n_owned &&
	    (l->n_netns == 0 || l->epmd_hosts == l->hosts.version);
}

static bool
list_labels(struct ledger *l)
{
	size_t n = l->labels.n ? l->labels.n : 1;
	struct epmd_entry *more;

	if (ledger_has_labels(l))
		return true;
	if ((more = realloc(l->epmd, n * sizeof *more)) == NULL)
		return false;
	l->epmd = more;
	l->n_epmd = labels_list(&l->labels, l->epmd, n);
	l->epmd_version = l->labels.version;
	l->epmd_owned = l->n_owned;
	l->epmd_hosts = l->hosts.version;
	for (size_t i = 0; i < l->n_epmd; i++)
		l->epmd[i].netns = netns_of(l, &l->epmd[i].host, l->epmd[i].source);
	return true;
}

bool
ledger_sweep(struct ledger *l)
{
	roll_sweep(&l->roll);
	return list_labels(l);
}

bool
ledger_end(struct ledger *l)
{
	bool is_first = l->roll.last_id == 0;

	if (is_first)
		roll_begin(&l->roll);
	for (struct connection *c = l->oldest; c != NULL; c = c->newer)
		if (!judge_kept(l, c))
			return false;
	l->fresh = NULL;
	if (is_first)
		roll_number(&l->roll);
	return ledger_sweep(l);
}

void
ledger_snapshot(const struct ledger *l, struct snapshot *s)
{
	s->silent = l->silent;
	s->ignored_tls = l->ignored_tls;
	s->ignored_other = l->ignored_other;
	for (int v = 0; v < N_VERDICTS; v++)
		s->n_by_verdict[v] = l->n_shed_by_verdict[v] + l->roll.n_by_verdict[v];
	s->epmd = l->epmd;
	s->n_epmd = l->n_epmd;
	s->connections = l->roll.shown;
	s->n_connections = l->roll.n;
}
