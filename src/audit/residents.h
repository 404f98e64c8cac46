/*
 * residents - which of this host's processes are nodes, by its sockets: who holds a
 * connection to the host's own EPMD is one, for as long as a node lives it holds that [OTP
 * epmd: ALIVE2_REQ]. The ports that such a process listens at may be distribution, and may be
 * anything else: RabbitMQ's are AMQP and HTTP too.
 *
 * A process whose sockets cannot be looked at is none.
 *
 * limits     LIMIT_LABELS processes; more are none.
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

struct residents {
	uint32_t *pids;			/* of nodes, sorted */
	size_t    n, room;
	struct ports listening;		/* somebody does, at any address */
	struct ports candidates;	/* a node does */
};

/* Of each network namespace, by .space of its sockets. epmd: every port of EPMD. */
bool residents_take(struct residents *r, size_t n_spaces, const struct socket_list *sockets,
    const struct ports *epmd);
void residents_free(struct residents *r);		/* of one */

bool residents_has_node(const struct residents *r, uint32_t pid);

#endif
