/*
 * candidates - which of the host's TCP connections may be distribution, as far as its
 * sockets tell: those of processes that are nodes.
 *
 * A node stays connected to its host's EPMD for as long as it is registered [OTP dist:
 * ALIVE2_REQ]. So a process with an established connection to EPMD, over a loopback address
 * or from an address to itself, is taken for one. Its listening ports are candidates, for it
 * may listen for more than distribution, and so are all its connections: nothing here makes
 * one of them distribution, or says that it is none. Conversations with EPMD are left out.
 *
 * A node without EPMD, or whose process is not known, is not found. erl_call is for as long
 * as it asks EPMD.
 *
 * ownership  the sockets are borrowed, and must live as long as the candidates.
 * failure    false and a filled d: memory is out.
 * limits     those of the list of sockets.
 */
#ifndef AUDIT_CANDIDATES_H
#define AUDIT_CANDIDATES_H

#include "base/diag.h"
#include "base/ports.h"
#include "base/socket.h"

struct candidate {
	const struct socket_seen *end;	/* the node's: .pid and .comm are its own */
	uint16_t listening;		/* the node's port it came to; 0: the node began it */
};

struct candidates {
	struct candidate *v;	/* in no order */
	size_t n;
	size_t n_nodes;
};

/* epmd: all ports that are EPMD's. A connection with both ends in one network namespace is
 * there once, as its server's if that is a node. */
bool candidates_find(struct candidates *c, const struct socket_seen *sockets, size_t n,
    const struct port_range *epmd, size_t n_epmd, struct diag *d);
void candidates_free(struct candidates *c);

#endif
