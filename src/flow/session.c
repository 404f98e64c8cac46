#include "flow/session.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"

void
session_init(struct session *s, struct session_port out, int server_end, bool certain,
    bool on_epmd_port)
{
	*s = (struct session){
		.out = out,
		.on_epmd_port = on_epmd_port,
		.sides_certain = certain,
	};
	s->side_of[server_end] = SIDE_SERVER;
	s->side_of[!server_end] = SIDE_CLIENT;
}

static void
free_pending(struct session *s)
{
	for (int end = 0; end < 2; end++) {
		struct pending *p = &s->pending[end];
		free(p->b);
		free(p->pieces);
		p->b = NULL;
		p->pieces = NULL;
		p->n = p->n_pieces = 0;
	}
}

void
session_free(struct session *s)
{
	free_pending(s);
	for (unsigned i = 0; i < s->n_readings; i++) {
		feeder_free(&s->reading[i].side[0].feeder);
		feeder_free(&s->reading[i].side[1].feeder);
		free(s->reading[i].state);
	}
	s->n_readings = 0;
}

static void
stamp_fact(void *owner, const struct fact *f)
{
	const struct talker *t = owner;
	struct stamped where = {
		.at_ns = t->feeder.last.at_ns,
		.start = t->feeder.at + f->at,
		.end = t->feeder.at + f->at + f->n,
		.peer_acked = t->feeder.first.peer_acked,
	};

	struct fact told = *f;
	if (f->kind == FACT_BLIND && f->u.blind.why == BLIND_GAP)
		told.u.blind.why = t->session->gap_is;
	t->session->out.fact(t->session->out.owner, &told, &where);
}

static void
add_reading(struct session *s, const struct dissector *dx)
{
	struct reading *r = &s->reading[s->n_readings];

	assert(s->n_readings < SESSION_READINGS && dx->state_len <= DX_STATE_MAX);
	if ((r->state = calloc(1, dx->state_len ? dx->state_len : 1)) == NULL) {
		s->out_of_memory = true;
		return;
	}
	for (int side = 0; side < 2; side++) {
		struct talker *t = &r->side[side];
		t->session = s;
		feeder_init(&t->feeder, dx, r->state, (enum side)side,
		    (struct port){ .owner = t, .fact = stamp_fact });
	}
	s->n_readings++;
}

/* Does any reading still listen to this end? */
static bool
is_listened_to(const struct session *s, int end)
{
	if (s->protocol == PROTOCOL_NONE)
		return true;
	for (unsigned i = 0; i < s->n_readings; i++)
		if (!s->reading[i].side[s->side_of[end]].feeder.quit)
			return true;
	return false;
}

static void
read_bytes(struct session *s, int end, struct bytes b, struct stamp when)
{
	when.peer_acked = s->out.acked(s->out.owner, end, when.ack);
	for (unsigned i = 0; i < s->n_readings; i++)
		feeder_push(&s->reading[i].side[s->side_of[end]].feeder, b, when);
}

static void
read_gap(struct session *s, int end, uint64_t n, enum blind why)
{
	s->gap_is = why;
	for (unsigned i = 0; i < s->n_readings; i++)
		feeder_gap(&s->reading[i].side[s->side_of[end]].feeder, n);
}

/* The first bytes of an end: told as joined late unless they are a start. */
static void
read_first(struct session *s, int end, struct bytes b, struct stamp when)
{
	const struct dissector *dx = s->n_readings ? s->reading[0].side[0].feeder.dx : NULL;
	bool searched = s->protocol == PROTOCOL_SEARCHED;

	if (dx != NULL && !s->from_start[end] &&
	    (searched || dx->probe(s->side_of[end], rd_bytes(b)) == FIT_NO))
		read_gap(s, end, 0, BLIND_MIDSTREAM);
	read_bytes(s, end, b, when);
}

/* Give the readings what waited for them. */
static void
read_pending(struct session *s)
{
	for (int end = 0; end < 2; end++) {
		struct pending *p = &s->pending[end];
		const uint8_t *at = p->b;
		if (p->any && p->lost > 0)
			read_gap(s, end, p->lost, p->lost_to);
		for (unsigned i = 0; i < p->n_pieces; i++) {
			struct bytes b = { at, p->pieces[i].n };
			if (i == 0 && p->lost == 0)
				read_first(s, end, b, p->pieces[i].when);
			else
				read_bytes(s, end, b, p->pieces[i].when);
			at += b.n;
		}
	}
	free_pending(s);
}

static void
decide(struct session *s, enum protocol protocol, const struct dissector *dx, int client_end)
{
	s->protocol = protocol;
	if (client_end >= 0) {
		s->side_of[client_end] = SIDE_CLIENT;
		s->side_of[!client_end] = SIDE_SERVER;
		s->sides_certain = true;
	}
	if (dx != NULL)
		add_reading(s, dx);
	read_pending(s);
}

/* Joined late, nothing recognised: look for either. */
static void
decide_search(struct session *s)
{
	s->protocol = PROTOCOL_SEARCHED;
	if (s->on_epmd_port)
		add_reading(s, &dx_epmd);
	add_reading(s, &dx_dist);
	add_reading(s, &dx_tls);
	read_pending(s);
}

static const struct {
	const struct dissector *dx;
	enum protocol protocol;
	bool only_epmd_port;
} known[] = {
	{ &dx_epmd, PROTOCOL_EPMD, true },
	{ &dx_tls,  PROTOCOL_TLS,  false },
	{ &dx_dist, PROTOCOL_DIST, false },
};

/* Which protocol begins with what this end said, if it is that side? */
static enum fit
probe(const struct session *s, int end, enum side side, size_t *which)
{
	const struct pending *p = &s->pending[end];
	enum fit best = FIT_NO;

	if (p->n == 0 || p->lost > 0)
		return p->any ? FIT_NO : FIT_MORE;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (known[i].only_epmd_port && !s->on_epmd_port)
			continue;
		enum fit fit = known[i].dx->probe(side, rd_of(p->b, p->n));
		if (fit == FIT_YES) {
			*which = i;
			return FIT_YES;
		}
		if (fit == FIT_MORE)
			best = FIT_MORE;
	}
	return best;
}

/* Decide if it can be decided. The client's first bytes count; the server's
 * only where the client's cannot be had. last: nothing more will come. */
static void
classify(struct session *s, bool last)
{
	int client = s->side_of[0] == SIDE_CLIENT ? 0 : 1, server = !client;
	bool full = s->pending[server].n >= LIMIT_UNDECIDED_BYTES;
	size_t which = 0;
	enum fit of_client = probe(s, client, SIDE_CLIENT, &which);

	if (of_client == FIT_YES) {
		decide(s, known[which].protocol, known[which].dx, client);
		return;
	}
	/* Without a SYN the ends may be the other way round. */
	if (!s->sides_certain && probe(s, server, SIDE_CLIENT, &which) == FIT_YES) {
		decide(s, known[which].protocol, known[which].dx, server);
		return;
	}
	if (of_client == FIT_MORE && !last && !full)
		return;
	if (!s->pending[client].any || s->pending[client].lost > 0) {
		if (probe(s, server, SIDE_SERVER, &which) == FIT_YES) {
			decide(s, known[which].protocol, known[which].dx, client);
			return;
		}
	}
	if (!s->sides_certain && !s->pending[server].any &&
	    probe(s, client, SIDE_SERVER, &which) == FIT_YES) {
		decide(s, known[which].protocol, known[which].dx, server);
		return;
	}
	bool whole = s->from_start[client] && s->pending[client].lost == 0;
	bool nothing = !s->pending[client].any && !s->pending[server].any;
	/* What the client began with is none of ours, but does the server answer
	 * as if it were? */
	enum fit of_server = whole && of_client == FIT_NO ?
	    probe(s, server, SIDE_SERVER, &which) : FIT_NO;
	if (of_server == FIT_MORE && !last && s->pending[client].n < LIMIT_UNANSWERED_BYTES)
		return;
	if (of_server == FIT_YES)
		decide_search(s);
	else if (whole && of_client == FIT_NO)
		decide(s, PROTOCOL_OTHER, NULL, -1);
	else if (!nothing && !(whole && last))
		decide_search(s);
}

/* Keep b until the protocol is known. False: no room. */
static bool
keep(struct pending *p, struct bytes b, struct stamp when)
{
	uint8_t *more;

	if (p->pieces == NULL)
		p->pieces = calloc(SESSION_PIECES, sizeof *p->pieces);
	if (p->pieces == NULL || p->n_pieces == SESSION_PIECES ||
	    p->n + b.n > 2 * LIMIT_UNDECIDED_BYTES ||
	    (more = realloc(p->b, p->n + b.n + 1)) == NULL)
		return false;
	memcpy(more + p->n, b.p, b.n);
	p->pieces[p->n_pieces++] = (struct piece){ b.n, when };
	p->b = more;
	p->n += b.n;
	p->any = true;
	return true;
}

bool
session_bytes(struct session *s, int end, struct bytes b, struct stamp when, bool from_start)
{
	struct pending *p = &s->pending[end];

	s->from_start[end] = from_start;
	if (s->protocol != PROTOCOL_NONE) {
		bool first = !p->any;
		p->any = true;
		if (first)
			read_first(s, end, b, when);
		else
			read_bytes(s, end, b, when);
		return is_listened_to(s, end);
	}
	if (keep(p, b, when)) {
		classify(s, false);
	} else {
		decide_search(s);
		read_bytes(s, end, b, when);
	}
	return is_listened_to(s, end);
}

bool
session_gap(struct session *s, int end, uint64_t n, enum blind why)
{
	struct pending *p = &s->pending[end];

	if (s->protocol == PROTOCOL_NONE && p->n == 0) {
		p->lost += n;
		p->lost_to = why;
		p->any = true;
		return true;
	}
	if (s->protocol == PROTOCOL_NONE)
		classify(s, true);	/* what there was before the loss decides ... */
	if (s->protocol == PROTOCOL_NONE)
		decide_search(s);	/* ... or does not */
	p->any = true;
	read_gap(s, end, n, why);
	return is_listened_to(s, end);
}

void
session_know_client(struct session *s, int client_end)
{
	if (s->protocol != PROTOCOL_NONE || s->sides_certain)
		return;
	s->side_of[client_end] = SIDE_CLIENT;
	s->side_of[!client_end] = SIDE_SERVER;
	s->sides_certain = true;
}

void
session_end(struct session *s)
{
	if (s->protocol == PROTOCOL_NONE)
		classify(s, true);
}
