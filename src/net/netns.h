/*
 * netns - the network namespaces of this host: opened by name, entered for a while,
 * listed.
 *
 * names      as a user gives them: a name of "ip netns" (a file in /run/netns), a path
 *            (anything with "/"), or, when it is all digits, a process id.
 * rights     netns_run() needs CAP_SYS_ADMIN. Another user's process is opened and listed
 *            with CAP_SYS_PTRACE only.
 * limits     netns_list(): as many as there is room for.
 * source     network_namespaces(7), setns(2), ip-netns(8), ioctl_ns(2).
 * failure    -1 or false, and a filled d that names what was asked for.
 */
#ifndef NET_NETNS_H
#define NET_NETNS_H

#include "base/diag.h"
#include "base/socket.h"
#include "base/text.h"

#define NETNS_NAMES "/run/netns"

/* A descriptor of it, closed on exec. */
int netns_open(const char *asked, struct diag *d);

/* Calls what() inside, from this thread, and goes back; what is opened there stays there.
 * False also when what() was. When there is no way back, the process must end: d says so,
 * and what() was true or not. */
bool netns_run(int fd, const char *asked, bool (*what)(void *owner, struct diag *d),
    void *owner, struct diag *d);

struct netns {
	uint64_t device, inode;	/* together, and first: which one it is */
	bool     own;		/* the one of the calling thread */
	char     name[256];	/* of "ip netns"; empty: it has none */
	uint32_t pid;		/* without a name, and not our own: the lowest process in it */
	char     comm[SOCKET_COMM_SIZE];	/* what that calls itself: any bytes */
};

/* At most max of those that can be seen, our own first, then those with names; how many were
 * found. cut: there are more, or may be, for a process may not be looked at, or is in another
 * namespace of processes. It takes some microseconds a process. */
size_t netns_list(struct netns *out, size_t max, bool *cut);

/* "blue", "pid 7 (beam.smp)" */
void netns_put(struct text *t, const struct netns *n);

#endif
