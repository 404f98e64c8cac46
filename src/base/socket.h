/*
 * socket - a TCP socket of this host as a value: what its kernel says of it.
 *
 * units      bytes, as TCP counts them since the connection began: the client's SYN is
 *            one byte sent, and a FIN one byte either way. What is not acknowledged yet
 *            is not sent.
 * limits     LIMIT_SOCKETS in a list; more are counted.
 * source     sock_diag(7), tcp_info in linux/tcp.h (RFC 4898,
 *            tcpEStatsAppHCThruOctetsAcked and -Received).
 */
#ifndef BASE_SOCKET_H
#define BASE_SOCKET_H

#include "base/address.h"

enum socket_state { SOCKET_NONE, SOCKET_LISTENING, SOCKET_ESTABLISHED };

#define SOCKET_COMM_SIZE 16u	/* TASK_COMM_LEN of Linux, with the terminator */

struct socket_seen {
	enum socket_state state;
	struct address local, remote;	/* a listening one has no remote; zero octets: any */
	uint16_t local_port, remote_port;
	uint16_t space;		/* which of the network namespaces asked for */
	uint32_t uid;		/* the user who made it */
	uint64_t inode;		/* 0: no process holds it */
	uint64_t cookie;	/* of this socket only, until the next boot */
	uint64_t sent, received;
	uint32_t pid;		/* the process that holds it; 0: not known */
	char     comm[SOCKET_COMM_SIZE];	/* what that calls itself: any bytes, escape them */
};

/* A list is not one moment, and may lack one: what is missing so many times in a row is gone. */
#define SOCKET_MISSED_MAX 2u

struct socket_list {
	struct socket_seen *v;
	size_t   n, size;
	uint64_t left_out;
	bool     owners_cut;		/* LIMIT_HOLDINGS: more owners might be known */
};

/* A copy of it at the end, or one more left out. False: memory is out. */
bool socket_list_add(struct socket_list *l, const struct socket_seen *s);
void socket_list_clear(struct socket_list *l);	/* keeps the memory */
void socket_list_free(struct socket_list *l);

#endif
