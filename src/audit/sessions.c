#include "audit/sessions.h"

#include <assert.h>

#include "base/limits.h"

void
sessions_init(struct sessions *all)
{
	*all = (struct sessions){ 0 };
	map_init(&all->by_id);
}

void
sessions_free(struct sessions *all)
{
	map_free(&all->by_id);
	arena_free(&all->arena);
}

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
void
sessions_remember(struct sessions *all, const struct connection *c)
{
	struct session_facts facts;
	struct known_session *s;
	uint8_t key[SESSION_KEY_MAX];

	if (!may_be_resumed(c) || c->tls.resumed_from != NULL || !verdict_session(c, &facts))
		return;
	struct bytes id = session_key(c, key);
	if ((s = map_get(&all->by_id, id)) != NULL && same(&s->facts, &facts))
		return;
	/* Another session under the same id: who resumed the first keeps it, so both take
	 * room. Without room nobody resumes either: the first is not what the id means now. */
	if (all->n >= LIMIT_SESSIONS || (s = arena_take(&all->arena, sizeof *s)) == NULL ||
	    !map_put(&all->by_id, session_key(c, s->key), s)) {
		map_remove(&all->by_id, id);
		all->shed++;
		return;
	}
	all->n++;
	s->facts = facts;
}

void
sessions_recall(const struct sessions *all, struct connection *c)
{
	uint8_t key[SESSION_KEY_MAX];
	const struct known_session *s;

	/* [RFC 5077 3.4] with a ticket the client makes the id up. */
	if (!may_be_resumed(c) || c->tls.ticket_offered ||
	    !bytes_equal(c->tls.server_session_id, c->tls.client_session_id))
		return;
	if ((s = map_get(&all->by_id, session_key(c, key))) != NULL)
		c->tls.resumed_from = &s->facts;
}
