#include "audit/roll.h"

#include <assert.h>
#include <stdlib.h>

struct listing {
	struct judgement j;
	struct arena names;		/* node names in it */
	size_t place;			/* in the roll's arrays */
	struct listing *next;		/* struck ones */
	struct connection *over;	/* to be freed with it; NULL: none */
};

#define NAMES_USUAL 512u		/* the first block of an arena */

size_t
roll_listing_bytes(void)
{
	return sizeof(struct listing) + NAMES_USUAL;
}

void
roll_init(struct roll *r, struct roll_port out, struct events *events)
{
	*r = (struct roll){ .out = out, .events = events };
}

static void
free_listing(struct listing *l)
{
	if (l == NULL)
		return;
	arena_free(&l->names);
	connection_free(l->over);
	free(l);
}

static void
free_struck(struct roll *r)
{
	while (r->struck != NULL) {
		struct listing *l = r->struck;
		r->struck = l->next;
		free_listing(l);
	}
}

void
roll_free(struct roll *r)
{
	for (size_t i = 0; i < r->n; i++)
		free_listing(r->listings[i]);
	free_struck(r);
	free(r->listings);
	free(r->shown);
	*r = (struct roll){ 0 };
}

static bool
make_room(struct roll *r)
{
	size_t room = r->room ? 2 * r->room : 64;
	struct listing **listings;
	const struct judgement **shown;

	if (r->n < r->room)
		return true;
	if ((listings = realloc(r->listings, room * sizeof(struct listing *))) == NULL)
		return false;
	r->listings = listings;
	if ((shown = realloc(r->shown, room * sizeof(const struct judgement *))) == NULL)
		return false;
	r->shown = shown;
	r->room = room;
	return true;
}

static bool
list(struct roll *r, struct connection *c)
{
	if (r->last_id == UINT32_MAX || !make_room(r) ||
	    (c->listing = calloc(1, sizeof *c->listing)) == NULL)
		return false;
	c->listing->j.id = ++r->last_id;
	c->listing->place = r->n;
	r->listings[r->n] = c->listing;
	r->shown[r->n++] = &c->listing->j;
	return true;
}

/* What has changed */

static bool
same_ends(const struct judgement *a, const struct judgement *b)
{
	for (int side = 0; side < 2; side++)
		if (a->end[side].port != b->end[side].port ||
		    !address_equal(&a->end[side].address, &b->end[side].address) ||
		    !bytes_equal(a->end[side].node, b->end[side].node) ||
		    a->end[side].netns != b->end[side].netns)
			return false;
	return true;
}

static bool
same_chain(const struct chain *a, const struct chain *b)
{
	return a->n == b->n && memcmp(a->v, b->v, a->n * sizeof *a->v) == 0;
}

static bool
same_certificates(const struct judged_tls *a, const struct judged_tls *b)
{
	return a->server.state == b->server.state && a->server.evidence == b->server.evidence &&
	    a->server.verified == b->server.verified && a->server.scheme == b->server.scheme &&
	    same_chain(&a->server.chain, &b->server.chain) &&
	    a->client.requested == b->client.requested && a->client.state == b->client.state &&
	    a->client.proved == b->client.proved && a->client.verified == b->client.verified &&
	    a->client.evidence == b->client.evidence && a->client.scheme == b->client.scheme &&
	    same_chain(&a->client.chain, &b->client.chain);
}

static bool
same_tls(const struct judged_tls *a, const struct judged_tls *b)
{
	return a->version == b->version && a->has_cipher == b->has_cipher &&
	    a->cipher == b->cipher && a->group == b->group &&
	    a->post_quantum == b->post_quantum && bytes_equal(a->sni, b->sni) &&
	    a->resumed == b->resumed && same_certificates(a, b) &&
	    a->alert.present == b->alert.present && a->alert.sealed == b->alert.sealed &&
	    a->alert.from == b->alert.from && a->alert.level == b->alert.level &&
	    a->alert.description == b->alert.description &&
	    a->inferred_from[0].n == b->inferred_from[0].n &&
	    a->inferred_from[1].n == b->inferred_from[1].n;
}

static bool
same_owners(const struct judgement *a, const struct judgement *b)
{
	for (int side = 0; side < 2; side++)
		if (!owner_equal(&a->owner[side], &b->owner[side]))
			return false;
	return true;
}

static bool
same_but_counters(const struct judgement *a, const struct judgement *b)
{
	return same_ends(a, b) && same_owners(a, b) && a->known_by == b->known_by && a->verdict == b->verdict &&
	    a->evidence == b->evidence && a->state == b->state && a->reason == b->reason &&
	    strcmp(a->explanation, b->explanation) == 0 && a->has_tls == b->has_tls &&
	    same_tls(&a->tls, &b->tls) && a->has_dist == b->has_dist &&
	    a->dist.version == b->dist.version && a->dist.status == b->dist.status &&
	    a->dist.complete == b->dist.complete && a->dist.evidence == b->dist.evidence &&
	    a->blind == b->blind;
}

/* Events */

static void
put_end(struct text *t, const struct judged_end *e)
{
	char address[ADDRESS_TEXT_MAX];
	bool ipv6 = e->address.family == FAMILY_IPV6;

	if (e->node.n > 0) {
		text_put_wire(t, e->node);
		text_put(t, " at ");
	}
	text_putf(t, ipv6 ? "[%s]:%u" : "%s:%u", address_text(&e->address, address), e->port);
}

/* What happened comes first: a narrow screen cuts the end. */
static void
tell(struct roll *r, const struct judgement *j, uint64_t at_ns, enum event_kind kind,
    const char *what)
{
	char b[EVENT_LINE_MAX];
	struct text t = TEXT(b);

	text_putf(&t, "%s%s", what, *what ? "; " : "");
	put_end(&t, &j->end[SIDE_CLIENT]);
	text_put(&t, " to ");
	put_end(&t, &j->end[SIDE_SERVER]);
	events_add(r->events, at_ns, kind, j->id, &t);
}

static void
tell_verdict(struct roll *r, const struct judgement *j)
{
	char b[64];
	struct text t = TEXT(b);

	text_putf(&t, "%s (%s)", verdict_word(j->verdict), evidence_word(j->evidence));
	tell(r, j, j->last_ns, EVENT_VERDICT, b);
}

static bool
is_refused(const struct judgement *j)
{
	return j->state == STATE_REFUSED || j->verdict == VERDICT_REFUSED;
}

static void
tell_events(struct roll *r, bool is_new, const struct judgement *was,
    const struct judgement *is)
{
	if (r->events == NULL)
		return;
	if (is_new)
		tell(r, is, is->first_ns, EVENT_LISTED, "");
	if (is->verdict != was->verdict && is->verdict != VERDICT_UNKNOWN)
		tell_verdict(r, is);
	if (is->state == STATE_UP && was->state != STATE_UP)
		tell(r, is, is->last_ns, EVENT_UP, "");
	if (is_refused(is) && !is_refused(was))
		tell(r, is, is->last_ns, EVENT_REFUSED,
		    is->explanation[0] != '\0' || is->reason == REASON_NONE ? is->explanation :
		    reason_word(is->reason));
	if (is->state == STATE_CLOSED && was->state != STATE_CLOSED)
		tell(r, is, is->last_ns, EVENT_CLOSED, "");
}

static void
tell_change(struct roll *r, bool is_new, const struct judgement *was,
    const struct judgement *is)
{
	tell_events(r, is_new, was, is);
	if (r->out.changed != NULL)
		r->out.changed(r->out.owner, is);
}

bool
roll_judge(struct roll *r, struct connection *c, const struct port_facts ports[2])
{
	bool is_new = c->listing == NULL;

	if (is_new && !list(r, c))
		return false;

	struct listing *l = c->listing;
	struct judgement was = l->j;
	struct arena names = l->names;

	l->names = (struct arena){ 0 };
	verdict_judge(c, ports, &l->names, &l->j);
	l->j.id = was.id;
	if (!is_new)
		r->n_by_verdict[was.verdict]--;
	r->n_by_verdict[l->j.verdict]++;
	if (!r->silent && (is_new || !same_but_counters(&was, &l->j)))
		tell_change(r, is_new, &was, &l->j);
	arena_free(&names);
	return true;
}

void
roll_count(struct connection *c)
{
	const struct transport *t = &c->transport;
	struct judgement *j = &c->listing->j;
	const struct transport_end *first = &t->end[SIDE_CLIENT];
	/* The judgement may know better than the transport who is the client. */
	bool swapped = j->end[SIDE_CLIENT].port != first->port ||
	    !address_equal(&j->end[SIDE_CLIENT].address, &first->address);

	j->last_ns = t->last_ns;
	for (int side = 0; side < 2; side++)
		j->packets[side] = t->end[swapped ? !side : side].packets;
	verdict_count(c, swapped, j);
}

/* Leaving */

void
roll_strike(struct roll *r, struct connection *c, bool is_over)
{
	struct listing *l = c->listing;

	assert(l != NULL && r->listings[l->place] == l);
	r->n_by_verdict[l->j.verdict]--;
	r->listings[l->place] = NULL;
	l->over = is_over ? c : NULL;
	l->next = r->struck;
	r->struck = l;
	c->listing = NULL;
}

void
roll_sweep(struct roll *r)
{
	size_t n = 0;

	if (r->struck == NULL)
		return;
	for (size_t i = 0; i < r->n; i++) {
		struct listing *l = r->listings[i];
		if (l == NULL)
			continue;
		l->place = n;
		r->listings[n] = l;
		r->shown[n++] = &l->j;
	}
	r->n = n;
	free_struck(r);
}

static int
earlier_first(const void *a, const void *b)
{
	const struct judgement *x = &(*(struct listing *const *)a)->j;
	const struct judgement *y = &(*(struct listing *const *)b)->j;

	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	int order = address_compare(&x->end[0].address, &y->end[0].address);
	if (order == 0)
		order = (int)x->end[0].port - (int)y->end[0].port;
	return order ? order : (x->id > y->id) - (x->id < y->id);
}

void
roll_begin(struct roll *r)
{
	assert(r->n == 0);
	r->silent = true;
}

void
roll_number(struct roll *r)
{
	const struct judgement nothing = { 0 };

	if (r->n > 1)
		qsort(r->listings, r->n, sizeof(struct listing *), earlier_first);
	for (size_t i = 0; i < r->n; i++) {
		struct listing *l = r->listings[i];
		l->place = i;
		l->j.id = (uint32_t)i + 1;
		r->shown[i] = &l->j;
	}
	r->silent = false;
	for (size_t i = 0; i < r->n; i++)
		tell_change(r, true, &nothing, &r->listings[i]->j);
}
