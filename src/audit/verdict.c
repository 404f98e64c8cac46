#include "audit/infer_tls13.h"
#include "audit/judging.h"

bool
nothing_lost_before(const struct connection *c, const struct sealed_record *until)
{
	const struct transport_end *e = c->transport.end;

	if (c->out_of_memory || c->n_blind == BLIND_SPOTS_MAX || e[0].packets == 0 || e[1].packets == 0)
		return false;
	for (unsigned i = 0; i < c->n_blind; i++) {
		const struct blind_spot *b = &c->blind[i];
		if (until == NULL || b->why == BLIND_MIDSTREAM)
			return false;
		if (b->at < (b->side == SIDE_SERVER ? sealed_record_start(until) : until->peer_acked))
			return false;
	}
	return true;
}

enum side
who_ended(const struct connection *c)
{
	const struct transport_end *e = c->transport.end;
	uint64_t at[2];

	if (!e[0].rst_ns && !e[1].rst_ns && e[0].fin_is_answer != e[1].fin_is_answer)
		return e[SIDE_CLIENT].fin_is_answer ? SIDE_SERVER : SIDE_CLIENT;
	for (int side = 0; side < 2; side++) {
		at[side] = e[side].fin_ns ? e[side].fin_ns : UINT64_MAX;
		if (e[side].rst_ns && e[side].rst_ns < at[side])
			at[side] = e[side].rst_ns;
	}
	return at[SIDE_CLIENT] <= at[SIDE_SERVER] ? SIDE_CLIENT : SIDE_SERVER;
}

enum reason
reason_of_end(const struct connection *c)
{
	const struct transport_end *e = &c->transport.end[who_ended(c)];

	return e->rst_ns && !e->fin_ns ? REASON_RESET : REASON_CLOSED;
}

/* Do the lengths of sealed records show a whole distribution handshake? */
static bool
inner_is_complete(const struct connection *c)
{
	const unsigned from_first[2] = { 0, 0 };

	if (!c->tls.server_hello)
		return false;
	if (c->tls.version >= 0x0304)
		return infer_tls13(c).inner.message[INNER_ACK] != NULL;
	return tls_server_data(c) != NULL &&
	    infer_inner_handshake(c, from_first).message[INNER_ACK] != NULL;
}

bool
is_contested(const struct connection *c)
{
	for (unsigned i = 0; i < c->n_blind; i++)
		if (c->blind[i].why == BLIND_OVERLAP)
			return true;
	return false;
}

unsigned
verdict_known_by(const struct connection *c)
{
	unsigned known = 0;

	if (c->dist.name || c->dist.challenge)
		known |= KNOWN_BY_HANDSHAKE;
	if (dist_has_frames(&c->dist))
		known |= KNOWN_BY_FRAMES;
	if (inner_is_complete(c))
		known |= KNOWN_BY_LENGTHS;
	return known;
}

unsigned
verdict_vouches(const struct connection *c, enum side side)
{
	bool shook = c->dist.challenge && side == SIDE_SERVER;

	return (shook ? KNOWN_BY_HANDSHAKE : 0u) | (c->dist.frames[side] ? KNOWN_BY_FRAMES : 0u) |
	    (inner_is_complete(c) && side == SIDE_SERVER ? KNOWN_BY_LENGTHS : 0u);
}

bool
verdict_session(const struct connection *c, struct session_facts *out)
{
	const struct port_facts nothing[2] = { 0 };
	struct arena none = { .limit = 1 };
	struct judgement j;

	verdict_judge(c, nothing, &none, &j);
	if (j.verdict != VERDICT_MUTUAL && j.verdict != VERDICT_ONE_WAY)
		return false;
	bool client = j.tls.client.verified == ANSWER_YES;
	bool server = j.tls.server.verified == ANSWER_YES;
	*out = (struct session_facts){
		.mutual = j.verdict == VERDICT_MUTUAL,
		.chain = { [SIDE_CLIENT] = j.tls.client.chain, [SIDE_SERVER] = j.tls.server.chain },
		.requested = j.tls.client.requested == ANSWER_YES,
		.client_state = j.tls.client.state,
		.proved = j.tls.client.proved,
		.verified = { [SIDE_CLIENT] = client ? ANSWER_YES : ANSWER_ABSENT,
		              [SIDE_SERVER] = server ? ANSWER_YES : ANSWER_ABSENT },
		.scheme = { [SIDE_CLIENT] = client ? j.tls.client.scheme : 0,
		            [SIDE_SERVER] = server ? j.tls.server.scheme : 0 },
	};
	return true;
}

/* Without a SYN or a hello, the side whose port is labelled is the server. */
static bool
sides_are_swapped(const struct connection *c, const struct port_facts ports[2])
{
	bool client = port_is_labelled(&ports[SIDE_CLIENT]);
	bool server = port_is_labelled(&ports[SIDE_SERVER]);

	return !c->transport.sides_certain && client && !server;
}

static struct bytes
join(struct arena *a, struct bytes name, const char *at, struct bytes host)
{
	size_t n = name.n + strlen(at) + host.n;
	uint8_t *p = arena_take(a, n);

	if (p == NULL)
		return (struct bytes){ NULL, 0 };
	memcpy(p, name.p, name.n);
	memcpy(p + name.n, at, strlen(at));
	if (host.n > 0)
		memcpy(p + name.n + strlen(at), host.p, host.n);
	return (struct bytes){ p, n };
}

/* A full node name needs the name from EPMD or a handshake, and the host from
 * a handshake or the SNI; never from a certificate. */
static void
name_nodes(const struct connection *c, const struct port_facts *server, struct arena *a,
    struct judgement *j)
{
	struct bytes *client_node = &j->end[SIDE_CLIENT].node;
	struct bytes *server_node = &j->end[SIDE_SERVER].node;

	if (c->dist.assigned_name.n > 0)
		*client_node = c->dist.assigned_name;
	else if (c->dist.client_name.n > 0 && memchr(c->dist.client_name.p, '@', c->dist.client_name.n))
		*client_node = c->dist.client_name;
	if (c->dist.server_name.n > 0)
		*server_node = c->dist.server_name;
	else if (server->node.n > 0 && c->tls.sni.n > 0)
		*server_node = join(a, server->node, "@", c->tls.sni);
	else if (server->node.n > 0)
		*server_node = join(a, server->node, "@?", (struct bytes){ NULL, 0 });
}

void
verdict_count(const struct connection *c, bool swapped, struct judgement *j)
{
	for (int side = 0; side < 2; side++) {
		int from = swapped ? !side : side;
		uint64_t seen = c->transport.end[from].bytes, told = c->kernel.sent[from];

		j->bytes[side] = c->transport.adopted && told > seen ? told : seen;
	}
}

static void
fill_transport(const struct connection *c, const struct port_facts ports[2], bool swapped,
    struct judgement *j)
{
	const struct transport *t = &c->transport;

	j->flow = t->flow;
	j->first_ns = t->first_ns;
	j->last_ns = t->last_ns;
	for (int side = 0; side < 2; side++) {
		int from = swapped ? !side : side;
		const struct transport_end *e = &t->end[from];
		j->end[side].address = e->address;
		j->end[side].port = e->port;
		j->end[side].netns = ports[from].netns;
		j->owner[side] = c->kernel.owner[from];
		j->packets[side] = e->packets;
	}
	verdict_count(c, swapped, j);
}

/* The blind spots that matter: a verdict that stands before they came has none. */
static void
fill_blind(const struct connection *c, struct judgement *j)
{
	const struct sealed_record *data = tls_server_data(c);
	bool settled = (j->state == STATE_UP || j->state == STATE_CLOSED) &&
	    (j->verdict == VERDICT_MUTUAL || j->verdict == VERDICT_ONE_WAY);

	if (!(settled && data != NULL && nothing_lost_before(c, data)))
		for (unsigned i = 0; i < c->n_blind; i++)
			j->blind |= BLIND_BIT(c->blind[i].why);
	if (c->out_of_memory || c->n_blind == BLIND_SPOTS_MAX)
		j->blind |= BLIND_BIT(BLIND_LIMIT);
	if ((c->transport.end[0].packets == 0) != (c->transport.end[1].packets == 0))
		j->blind |= BLIND_BIT(BLIND_ONE_DIRECTION);
	if (!c->transport.end[0].syn && !c->transport.end[1].syn && j->verdict != VERDICT_MUTUAL &&
	    j->verdict != VERDICT_ONE_WAY && !c->dist.name && !c->tls.client_hello)
		j->blind |= BLIND_BIT(BLIND_MIDSTREAM);
	if (j->verdict == VERDICT_ENCRYPTED && c->tls.server_hello && c->tls.version >= 0x0304)
		j->blind |= BLIND_BIT(BLIND_NO_KEYS);
}

#define TLS_ALERT_RECORD 7u		/* RFC 8446 5.1, 6: header, level, description */

/* What is readable and neither digest nor message: names, the challenge without its
 * answer, hellos. */
static void
fill_quotable(const struct connection *c, struct judgement *j)
{
	for (int side = 0; side < 2; side++) {
		const struct tls_side_facts *tls = &c->tls.side[side];
		bool spoke_tls = tls->script[0] != '\0' || tls->n_records > 0;

		if (spoke_tls && j->verdict != VERDICT_PLAINTEXT)
			j->quotable[side] = UINT64_MAX;
		else if (spoke_tls)
			j->quotable[side] = tls->hello_end;
		else if (side == SIDE_CLIENT)
			j->quotable[side] = c->dist.name_end;
		else
			j->quotable[side] = c->dist.tls_alert ? TLS_ALERT_RECORD : c->dist.challenge_end;
	}
}

bool
is_of_this_host(const struct connection *c)
{
	return c->kernel.established;
}

bool
is_only_adopted(const struct connection *c)
{
	const struct transport *t = &c->transport;

	return t->adopted && !transport_ended(t) && t->end[0].packets + t->end[1].packets == 0;
}

static void
judge_unknown(const struct connection *c, struct judgement *j)
{
	j->verdict = VERDICT_UNKNOWN;
	j->evidence = EVIDENCE_NONE;
	if (c->transport.spoken == SPOKEN_OTHER && nothing_lost_before(c, NULL)) {
		j->state = transport_ended(&c->transport) ? STATE_CLOSED : STATE_UP;
		j->reason = REASON_NOT_DISTRIBUTION;
	} else if ((c->transport.end[0].syn || c->transport.end[1].syn) &&
	    !transport_ended(&c->transport) && nothing_lost_before(c, NULL)) {
		j->state = STATE_HANDSHAKE;
	}
}

/* Zeroes prove little: only a port that is labelled, both sides, and nothing
 * that speaks against it make them ticks. */
static bool
only_ticks_were_said(const struct connection *c)
{
	return !is_contested(c) && c->dist.ticks[0] && c->dist.ticks[1] && c->tls.side[0].n_records == 0 &&
	    c->tls.side[1].n_records == 0;
}

void
verdict_judge(const struct connection *c, const struct port_facts ports[2], struct arena *a,
    struct judgement *j)
{
	bool swapped = sides_are_swapped(c, ports);
	const struct port_facts *server = &ports[swapped ? SIDE_CLIENT : SIDE_SERVER];

	*j = (struct judgement){ 0 };
	fill_transport(c, ports, swapped, j);
	name_nodes(c, server, a, j);
	j->known_by = verdict_known_by(c) | server->promoted | (server->by_epmd ? KNOWN_BY_EPMD : 0u) |
	    (server->by_option ? KNOWN_BY_PORT : 0u);
	bool ticked = port_is_labelled(server) && only_ticks_were_said(c);
	if (c->dist.name || c->dist.challenge || dist_has_frames(&c->dist) || ticked)
		judge_dist(c, j);
	else if (c->tls.client_hello || c->tls.server_hello || tls_is_certain(c))
		judge_tls(c, j);
	else
		judge_unknown(c, j);
	j->messages = c->messages.first;
	j->n_messages = c->messages.n;
	j->more_messages = c->messages.more;
	/* It has shown what is said after a handshake, and the kernel that it has not ended. */
	if (j->state == STATE_NONE && j->verdict != VERDICT_UNKNOWN && is_of_this_host(c) &&
	    c->transport.spoken == SPOKEN_SEARCHED && !transport_ended(&c->transport))
		j->state = STATE_UP;
	fill_blind(c, j);
	fill_quotable(c, j);
	explain(c, j);
}
