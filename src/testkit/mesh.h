/*
 * mesh - nodes that are all connected to each other, as packets: EPMD lookups, handshakes,
 * ticks and ends, copied from recordings with other addresses, ports and sequence numbers.
 *
 * Node n has an address of its own and listens on a port that is another one after each
 * restart. A pair is two nodes, of which the first is the client, and each time they connect
 * is a generation, told apart by the client's port. Names are the nodes' own where nothing
 * signs them, as are TLS 1.2 session ids.
 *
 * units      at_ns as in net/source.h. A packet comes MESH_STEP_NS after the one before.
 * ownership  packets are made into a list that is the caller's.
 * failure    without memory or recording there is no test: assert.
 */
#ifndef TESTKIT_MESH_H
#define TESTKIT_MESH_H

#include "testkit/surgery.h"

#define MESH_NODES_MAX   200u
#define MESH_TALKS_MAX   4u
#define MESH_SHARES      64u
#define MESH_STEP_NS     10000u
#define MESH_CLIENT_PORT 20000u		/* of generation 0 */

/* A recorded lookup, and the beginning of the connection after it. */
struct mesh_talk {
	struct packets packets;
	struct anatomy *anatomy;
	size_t   n_lookup;		/* of them */
	struct packet last;		/* of the client's, to make others of */
	struct anatomy last_anatomy;
	uint32_t next[2];		/* sequence numbers; 0: the client's */
	bool     tls;
};

struct mesh_pair {
	uint16_t client, server;	/* nodes */
	uint16_t port;			/* where the server listened when they connected */
	uint16_t generation;		/* of this, or the next connection */
	uint32_t ticked;		/* bytes of ticks */
	uint8_t  talk;
	bool     open;
};

struct mesh {
	struct mesh_talk talks[MESH_TALKS_MAX];
	unsigned n_nodes, n_talks;
	struct mesh_pair *pairs;
	size_t   n_pairs;
	uint16_t restarts[MESH_NODES_MAX];
	uint64_t at_ns;			/* of the packet made last */
};

struct mesh_recording {
	const char *path;
	unsigned n_packets;		/* of the connection: how many are copied */
	unsigned share;			/* of MESH_SHARES pairs, so many talk like this */
};

void mesh_open(struct mesh *m, const struct mesh_recording *v, unsigned n, unsigned n_nodes);
void mesh_free(struct mesh *m);

/* The server is looked up, and connected to. */
void mesh_connect(struct mesh *m, struct mesh_pair *p, struct packets *out);
void mesh_tick(struct mesh *m, struct mesh_pair *p, struct packets *out);
void mesh_close(struct mesh *m, struct mesh_pair *p, struct packets *out);

/* The pair and generation of a connection by its addresses and the client's port; false:
 * it is none of this mesh. */
bool mesh_find(const struct mesh *m, const struct address *client, uint16_t client_port,
    const struct address *server, size_t *pair, unsigned *generation);

#endif
