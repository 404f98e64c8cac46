#include "testkit/mesh.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/savefile.h"

#define EPMD_PORT    4369u
#define LOOKUP_PORT  60000u		/* of the client's, less the generation */
#define LISTEN_PORT  30000u		/* before the first restart */

/* What is recorded */

static void
keep(struct mesh_talk *t, const struct packet *p, const struct anatomy *a)
{
	packets_insert(&t->packets, t->packets.n, *p);
	packets_own(&t->packets, t->packets.n - 1);
	t->anatomy = realloc(t->anatomy, t->packets.n * sizeof *t->anatomy);
	assert(t->anatomy != NULL);
	t->anatomy[t->packets.n - 1] = *a;
}

static bool
has_port(const struct anatomy *a, uint16_t port)
{
	return a->s.src_port == port || a->s.dst_port == port;
}

/* The client's port, and the server's, of the first connection that is not EPMD's. */
static void
find_ports(const struct packets *all, uint16_t ports[2], struct address *client)
{
	struct anatomy a;

	for (size_t i = 0; i < all->n; i++) {
		if (!anatomy_of(&all->v[i], &a) || has_port(&a, EPMD_PORT) ||
		    (a.s.flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
			continue;
		ports[0] = a.s.src_port;
		ports[1] = a.s.dst_port;
		*client = a.s.src;
		return;
	}
}

static void
note_next(struct mesh_talk *t, const struct packet *p, const struct anatomy *a, bool sent)
{
	uint32_t next = a->s.seq + a->s.payload_len + (a->s.flags & TCP_SYN ? 1 : 0);

	t->next[!sent] = next;
	if (sent) {
		t->last = *p;
		t->last_anatomy = *a;
	}
	if (a->s.payload.n > 0 && sent)
		t->tls = t->tls || a->s.payload.p[0] == 22;
}

static void
read_talk(struct mesh_talk *t, const struct mesh_recording *r)
{
	struct packets all;
	struct diag d = { 0 };
	struct source *s = savefile_open(r->path, 0, &d);
	struct address client = { 0 };
	uint16_t ports[2] = { 0 };
	struct anatomy a;

	assert(s != NULL && packets_read(&all, s, &d));
	find_ports(&all, ports, &client);
	assert(ports[0] != 0);		/* there is a connection in it */
	for (size_t i = 0; i < all.n; i++) {
		if (!anatomy_of(&all.v[i], &a))
			continue;
		bool lookup = has_port(&a, EPMD_PORT) &&
		    (address_equal(&a.s.src, &client) || address_equal(&a.s.dst, &client));
		bool talk = has_port(&a, ports[0]) && has_port(&a, ports[1]) &&
		    t->packets.n - t->n_lookup < r->n_packets;
		if (!lookup && !talk)
			continue;
		keep(t, &all.v[i], &a);
		t->n_lookup += lookup;
		if (talk)
			note_next(t, &t->packets.v[t->packets.n - 1], &a, a.s.src_port == ports[0]);
	}
	assert(t->n_lookup > 0 && t->packets.n == t->n_lookup + r->n_packets);
	assert(t->last.captured.n > 0);
	source_close(s);
	packets_free(&all);
}

void
mesh_open(struct mesh *m, const struct mesh_recording *v, unsigned n, unsigned n_nodes)
{
	uint8_t of[MESH_SHARES] = { 0 };
	unsigned filled = 0;

	assert(n <= MESH_TALKS_MAX && n_nodes <= MESH_NODES_MAX);
	*m = (struct mesh){ .n_nodes = n_nodes, .n_talks = n };
	for (unsigned i = 0; i < n; i++) {
		read_talk(&m->talks[i], &v[i]);
		for (unsigned k = 0; k < v[i].share && filled < MESH_SHARES; k++)
			of[filled++] = (uint8_t)i;
	}
	m->pairs = calloc((size_t)n_nodes * (n_nodes - 1) / 2, sizeof *m->pairs);
	assert(m->pairs != NULL && filled == MESH_SHARES);
	for (unsigned server = 1; server < n_nodes; server++)
		for (unsigned client = 0; client < server; client++, m->n_pairs++)
			m->pairs[m->n_pairs] = (struct mesh_pair){ .client = (uint16_t)client,
			    .server = (uint16_t)server, .talk = of[m->n_pairs % MESH_SHARES] };
}

void
mesh_free(struct mesh *m)
{
	for (unsigned i = 0; i < m->n_talks; i++) {
		packets_free(&m->talks[i].packets);
		free(m->talks[i].anatomy);
	}
	free(m->pairs);
	*m = (struct mesh){ 0 };
}

/* What is made of it */

/* 10.78.0.1 and so on. */
static void
put_address(uint8_t *at, unsigned node)
{
	surgery_put_u16(at, 10u << 8 | 78);
	surgery_put_u16(at + 2, node + 1);
}

static void
put_ends(uint8_t *b, const struct anatomy *a, const struct mesh_pair *p, bool sent,
    const unsigned ports[2])
{
	put_address(b + a->ip + 12, sent ? p->client : p->server);
	put_address(b + a->ip + 16, sent ? p->server : p->client);
	surgery_put_u16(b + a->tcp, ports[!sent]);
	surgery_put_u16(b + a->tcp + 2, ports[sent]);
}

static void
replace(uint8_t *b, size_t n, const char *old, const char *new)
{
	size_t len = strlen(old);

	for (size_t i = 0; i + len <= n; i++)
		if (memcmp(b + i, old, len) == 0)
			memcpy(b + i, new, len);
}

static void
put_names(uint8_t *b, size_t n, const struct mesh_pair *p)
{
	char client[16], server[16];

	snprintf(client, sizeof client, "a@%05u.lab", p->client + 1u);
	snprintf(server, sizeof server, "b@%04u.lab", p->server + 1u);
	replace(b, n, "a@alpha.lab", client);
	replace(b, n, "b@beta.lab", server);
}

/* [RFC 5246 7.4.1.3] of a ServerHello that begins a record: version, random, the id.
 * Nothing signs it where the client shows no certificate. */
static void
put_session_id(uint8_t *b, size_t n, const struct mesh *m, const struct mesh_pair *p)
{
	if (n < 80 || b[0] != 22 || b[5] != 2 || b[43] != 32)
		return;
	surgery_put_u32(b + 44, (uint32_t)(p - m->pairs));
	surgery_put_u32(b + 48, p->generation);
}

/* [OTP epmd: PORT2_RESP] 119, result 0, port. */
static void
put_listen_port(uint8_t *b, size_t n, unsigned port)
{
	if (n > 4 && b[0] == 119 && b[1] == 0)
		surgery_put_u16(b + 2, port);
}

static unsigned
listens_on(const struct mesh *m, unsigned node)
{
	return LISTEN_PORT + m->restarts[node];
}

static void
add(struct mesh *m, struct mesh_pair *p, size_t i, struct packets *out)
{
	const struct mesh_talk *t = &m->talks[p->talk];
	const struct anatomy *a = &t->anatomy[i];
	bool lookup = i < t->n_lookup;
	bool sent = lookup ? a->s.dst_port == EPMD_PORT : a->s.src_port == t->last_anatomy.s.src_port;
	const unsigned ports[2] = {
		lookup ? LOOKUP_PORT - p->generation : MESH_CLIENT_PORT + p->generation,
		lookup ? EPMD_PORT : p->port,
	};

	packets_insert(out, out->n, t->packets.v[i]);
	uint8_t *b = packets_own(out, out->n - 1);
	put_ends(b, a, p, sent, ports);
	out->v[out->n - 1].at_ns = m->at_ns += MESH_STEP_NS;
	if (lookup)
		put_listen_port(b + a->payload, a->s.payload.n, p->port);
	else if (t->tls)
		put_session_id(b + a->payload, a->s.payload.n, m, p);
	else
		put_names(b + a->payload, a->s.payload.n, p);
}

void
mesh_connect(struct mesh *m, struct mesh_pair *p, struct packets *out)
{
	assert(!p->open);
	p->open = true;
	p->ticked = 0;
	p->port = (uint16_t)listens_on(m, p->server);
	for (size_t i = 0; i < m->talks[p->talk].packets.n; i++)
		add(m, p, i, out);
}

/* One more packet of the connection: seq and ack count from what was copied. */
static void
add_made(struct mesh *m, struct mesh_pair *p, bool sent, uint8_t flags, const uint32_t past[2],
    struct bytes payload, struct packets *out)
{
	const struct mesh_talk *t = &m->talks[p->talk];
	const struct anatomy *a = &t->last_anatomy;
	const unsigned ports[2] = { MESH_CLIENT_PORT + p->generation, p->port };
	struct packet new = surgery_payload(out, &t->last, a, t->next[!sent] + past[!sent], payload);

	packets_insert(out, out->n, new);
	uint8_t *b = packets_own(out, out->n - 1);
	put_ends(b, a, p, sent, ports);
	surgery_put_u32(b + a->tcp + 8, t->next[sent] + past[sent]);
	b[a->tcp + 13] = flags;
	out->v[out->n - 1].at_ns = m->at_ns += MESH_STEP_NS;
}

void
mesh_tick(struct mesh *m, struct mesh_pair *p, struct packets *out)
{
	static const uint8_t sealed[26] = { 23, 3, 3, 0, 21 }, clear[4];
	bool tls = m->talks[p->talk].tls;
	struct bytes payload = { tls ? sealed : clear, tls ? sizeof sealed : sizeof clear };

	assert(p->open);
	add_made(m, p, true, TCP_ACK, (const uint32_t[]){ p->ticked, 0 }, payload, out);
	p->ticked += (uint32_t)payload.n;
	add_made(m, p, false, TCP_ACK, (const uint32_t[]){ p->ticked, 0 },
	    (struct bytes){ sealed, 0 }, out);
}

void
mesh_close(struct mesh *m, struct mesh_pair *p, struct packets *out)
{
	const struct bytes nothing = { (const uint8_t *)"", 0 };
	const uint32_t past[3][2] = { { p->ticked, 0 }, { p->ticked + 1, 0 }, { p->ticked + 1, 1 } };

	assert(p->open);
	add_made(m, p, true, TCP_FIN | TCP_ACK, past[0], nothing, out);
	add_made(m, p, false, TCP_FIN | TCP_ACK, past[1], nothing, out);
	add_made(m, p, true, TCP_ACK, past[2], nothing, out);
	p->open = false;
	p->generation++;
}

static bool
node_of(const struct mesh *m, const struct address *a, unsigned *node)
{
	*node = (unsigned)a->octets[2] << 8 | a->octets[3];
	return (*node)-- > 0 && *node < m->n_nodes;
}

bool
mesh_find(const struct mesh *m, const struct address *client, uint16_t client_port,
    const struct address *server, size_t *pair, unsigned *generation)
{
	unsigned c, s;

	if (!node_of(m, client, &c) || !node_of(m, server, &s) || c >= s ||
	    client_port < MESH_CLIENT_PORT)
		return false;
	*pair = (size_t)s * (s - 1) / 2 + c;
	*generation = client_port - MESH_CLIENT_PORT;
	return true;
}
