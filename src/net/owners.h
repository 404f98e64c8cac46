/*
 * owners - which processes hold these sockets: /proc/PID/fd of all that may be looked at.
 *
 * Of several holders it is the one with the lowest number, yet process 1 only when there
 * is no other: it listens on behalf of the services that it starts.
 *
 * rights     those of ptrace(2) to other users' processes: CAP_SYS_PTRACE and
 *            CAP_DAC_READ_SEARCH. What may not be read is not known, and so is a process
 *            that ends meanwhile.
 * ownership  the list is borrowed until owners_end(), and nothing may be added to it.
 * limits     LIMIT_HOLDINGS descriptors; then .cut is set.
 * source     proc(5).
 * failure    false and a filled d: memory is out, or there is no /proc.
 */
#ifndef NET_OWNERS_H
#define NET_OWNERS_H

#include <dirent.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/pace.h"
#include "base/socket.h"
#include "net/spaces.h"

struct owners {
	struct map wanted;	/* by inode */
	DIR       *processes;
	DIR       *descriptors;	/* of the process that is looked at; NULL: of none */
	uint32_t   pid;
	unsigned   n_seen;
	bool       cut;
	const struct space *spaces;	/* borrowed; set after owners_begin(), or NULL */
	size_t     n_spaces;
	bool       elsewhere;	/* a process is in none of these network namespaces */
};

/* Their .pid and .comm, zero so far, are what is found. A socket that is listed twice is
 * taken off the list once. */
bool owners_begin(struct owners *o, struct socket_list *of, struct diag *d);

/* PACED_DONE or PACED_MORE. Of a space whose inode is not known nobody is elsewhere. */
enum paced owners_step(struct owners *o, uint64_t budget_ns);

void owners_end(struct owners *o);	/* .cut and .elsewhere stay */

#endif
