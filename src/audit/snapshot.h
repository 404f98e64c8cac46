/*
 * snapshot - everything there is to say at one moment: the input, what was
 * ignored, what EPMD said, every connection judged. Read only; faces print it.
 *
 * ownership  all of it is borrowed from the ledger and the engine, and stays what and
 *            where it is until the next engine_refresh() or the engine's end: a
 *            snapshot costs nothing, and must not be looked at after either.
 * escaping   sources, filter, damage, remarks and node are raw; faces escape them.
 */
#ifndef AUDIT_SNAPSHOT_H
#define AUDIT_SNAPSHOT_H

#include "audit/judgement.h"
#include "base/remarks.h"

#define UNKNOWN_COUNT UINT64_MAX	/* JSON null */

struct link_type_count {
	uint32_t link_type;
	const char *name;		/* NULL: only the number is known */
	uint64_t packets;
};

/* What of the input was asked for; 0: all of it. */
struct selection {
	uint64_t since_ns, until_ns, count;	/* from then on, before then, so many packets */
	uint64_t left_out;		/* packets that were read, and not asked for */
};

/* Packets with packets inside, of one kind that is not looked into. */
struct tunnel_count {
	const char *name;		/* letters, digits, "-" */
	bool     on_any;		/* where such a tunnel ends, an interface shows what is in it */
	uint64_t packets;
};

struct input_facts {
	const char *const *sources;	/* names as given by the user */
	size_t   n_sources;
	uint64_t packets, bytes;	/* bytes: as captured, without file headers */
	uint64_t first_ns, last_ns;	/* valid when packets > 0 */
	unsigned time_digits;		/* the finest precision of the input */
	const char *const *netns;	/* names of the network namespaces, harmless; NULL: unnamed */
	size_t   n_netns;
	uint64_t nameless;		/* nodes of this host with connections to ports of theirs
					 * of which nothing has told yet what they are */
	const char *filter;		/* NULL: none */
	struct selection selection;
	uint64_t lost_kernel, lost_interface, lost_recorded;	/* UNKNOWN_COUNT */
	uint64_t gaps;			/* holes in streams that were looked at */
	const char *damage;		/* NULL: none; what and where, one line */
	const struct link_type_count *link_types;	/* undecodable ones */
	size_t   n_link_types;
	uint64_t limits;		/* times a bound of limits.h shed something */
	uint64_t headless;		/* packets cut off before the end of their TCP header */
	uint64_t fragments;		/* of IP datagrams that may hold TCP and never were whole */
	uint64_t tunnels;		/* packets with packets inside, not looked at: of all kinds */
	const struct tunnel_count *tunnel_types;
	size_t   n_tunnel_types;
	const struct remarks *remarks;	/* of the files; NULL: as good as none */
};

enum epmd_how { EPMD_HOW_NONE, EPMD_HOW_ALIVE2, EPMD_HOW_PORT2, EPMD_HOW_NAMES };

struct epmd_entry {
	struct address host;
	uint16_t     port;
	struct bytes node;		/* raw from the wire, without host */
	uint8_t      type;		/* 77 normal, 72 hidden, 0 not said (NAMES) */
	uint16_t     highest;		/* distribution version that it speaks; 0: not said */
	enum epmd_how how;
	uint64_t     at_ns;
	struct owner owner;
	uint16_t     source;		/* the input on which it was said */
	const char  *netns;		/* network namespace of host; NULL: not known or asked */
	bool         listening;		/* it still holds: neither ended nor replaced */
};

struct snapshot {
	struct input_facts input;
	uint64_t n_by_verdict[N_VERDICTS];	/* of connections, and of those that left for a bound */
	/* Connections that have ended, or all at the end of the input: what is open and not
	 * listed may still become either, or a connection. */
	uint64_t silent;
	uint64_t ignored_tls, ignored_other;	/* connections that are somebody else's */
	const struct epmd_entry *epmd;	/* the oldest first */
	size_t   n_epmd;
	const struct judgement *const *connections;	/* by id */
	size_t   n_connections;
};

const char *epmd_how_word(enum epmd_how how);	/* "port2" */
const char *epmd_type_word(uint8_t type);	/* "normal", "hidden"; NULL */

#endif
