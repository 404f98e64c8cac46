/*
 * residents - which of this host's processes are nodes, by its sockets: who holds a
 * connection to the host's own EPMD is one, for as long as a node lives it holds that [OTP
 * epmd: ALIVE2_REQ]. The ports that such a process listens at may be distribution, and may be
 * anything else: RabbitMQ's are AMQP and HTTP too.
 *
 * A process whose sockets cannot be looked at is none.
 *
 * ownership  borrows the sockets that listen until the next residents_take().
 * limits     as many as there are sockets.
 * failure    residents_take() false: memory is out.
 */
#ifndef AUDIT_RESIDENTS_H
#define AUDIT_RESIDENTS_H

#include <stdbool.h>

#include "base/socket.h"

/* A set of them. */
struct ports {
	uint8_t bits[65536u / 8u];
};

static inline void
ports_add(struct ports *p, uint16_t port)
{
	p->bits[port / 8] = (uint8_t)(p->bits[port / 8] | 1u << port % 8);
}

static inline bool
ports_have(const struct ports *p, uint16_t port)
{
	return p->bits[port / 8] & 1u << port % 8;
}

struct resident {
	uint32_t pid;
	bool     connected;		/* somebody is, to a port of its */
	bool     named;			/* one of its ports is known to be distribution */
};

/* Of one network namespace. */
struct residents {
	struct resident *nodes;		/* by pid, each once */
	size_t    n, room;
	const struct socket_seen **listeners;	/* by port */
	size_t    n_listeners, listeners_room;
	struct ports candidates;	/* a node listens there */
};

/* Of each of the namespaces, by .space of the sockets. epmd: every port of EPMD. */
bool residents_take(struct residents *r, size_t n_spaces, const struct socket_list *sockets,
    const struct ports *epmd);
void residents_free(struct residents *r);		/* of one */

bool residents_has_node(const struct residents *r, uint32_t pid);

/* Whoever of the nodes listens at that port is named. */
void residents_name(struct residents *r, uint16_t port);

/* Nodes with connections to them, of none of whose ports it is known whether these are
 * distribution. */
size_t residents_nameless(const struct residents *r);

/* Who takes connections to that place: a listener at the address, else at any; NULL. */
const struct socket_seen *residents_listener(const struct residents *r,
    const struct address *at, uint16_t port);

#endif
