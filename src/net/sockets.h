/*
 * sockets - the TCP sockets of a network namespace that listen or are established, IPv4
 * and IPv6, as the kernel lists them. Nothing is sent on any network.
 *
 * A list is not one moment. The kernel counts how far it came in each row of its table, so
 * that of a row in which sockets come and go meanwhile another one may be missing, or be
 * listed twice (with the same cookie).
 *
 * rights     none.
 * source     sock_diag(7): inet_diag.h's TCPDIAG_GETSOCK, INET_DIAG_INFO.
 * failure    false or PACED_FAILED, and a filled d: close it. So where this is no Linux,
 *            or its kernel was built without.
 */
#ifndef NET_SOCKETS_H
#define NET_SOCKETS_H

#include "base/diag.h"
#include "base/pace.h"
#include "base/socket.h"

struct sockets {
	int      fd;		/* -1: not open; belongs to the namespace it was opened in */
	uint32_t sequence;	/* of the request that is being answered */
	uint16_t space;		/* for .space of what is found */
};

/* In the network namespace of the calling thread, wherever it is listed from. */
bool sockets_open(struct sockets *s, uint16_t space, struct diag *d);
void sockets_close(struct sockets *s);

/* Begins a list; the one before is done. */
bool sockets_begin(struct sockets *s, struct diag *d);

/* Adds what comes within the budget, and 32 KiB of the kernel's beyond it at most. */
enum paced sockets_step(struct sockets *s, struct socket_list *to, uint64_t budget_ns,
    struct diag *d);

/* One step of a list, for tests: what one message of the kernel's adds. PACED_DONE: it was
 * the last. */
enum paced sockets_take(const struct sockets *s, struct bytes message, struct socket_list *to,
    struct diag *d);

#endif
