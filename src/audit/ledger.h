/*
 * ledger - everything that is known: labels from EPMD, connections, sessions
 * that may be resumed, certificates. Facts go in, a snapshot comes out.
 *
 * A connection is kept when something says that it is distribution, else it is
 * only counted: most TLS is somebody else's.
 *
 * Live, an open connection is listed once it has shown what it is, or, on a labelled port,
 * from its first byte on: until then it may be a probe. What is silent or somebody else's
 * is counted when it ends, and what is listed is counted nowhere else.
 *
 * ownership  the ledger owns all that it keeps; a snapshot borrows from it.
 * limits     LIMIT_CONNECTIONS and LIMIT_CONNECTION_BYTES of ended connections, the first
 *            ended leave first; what is shed is counted. Those that a face was shown stay
 *            until the next sweep, beside that.
 */
#ifndef AUDIT_LEDGER_H
#define AUDIT_LEDGER_H

#include "audit/certificates.h"
#include "audit/hosts.h"
#include "audit/labels.h"
#include "audit/promotions.h"
#include "audit/roll.h"
#include "audit/sessions.h"
#include "audit/snapshot.h"
#include "base/ports.h"

/* What audit may not do itself. */
struct ledger_tools {
	certificate_parser *parse;	/* dissectors/x509.h */
	signature_checker  *check;	/* dissectors/tls_crypt.h */
};

struct ledger {
	struct certificates certificates;
	struct transcripts transcripts;
	struct labels labels;
	struct hosts hosts;
	struct sessions sessions;
	struct roll roll;
	struct epmd_entry *epmd;	/* the labels, listed */
	size_t   n_epmd;
	uint64_t epmd_version, epmd_hosts, epmd_owned;	/* as of these of labels, hosts, below */
	uint64_t n_owned;		/* times that a label was told its owner */
	const struct port_range *dist_ports;	/* borrowed: --dist-port */
	size_t   n_dist_ports;
	struct connection *newest, *oldest;	/* kept, by their end */
	struct connection *fresh;	/* of them, the first not looked at since its end */
	size_t   n_kept, kept_bytes;
	uint64_t n_shed_by_verdict[N_VERDICTS];	/* LIMIT_CONNECTIONS pushed them out */
	uint64_t silent, ignored_tls, ignored_other, shed;
	struct promotions promotions;
	const char *const *netns;	/* borrowed: names of inputs that are network namespaces */
	size_t   n_netns;		/* 0: they are not */
};

void ledger_init(struct ledger *l, struct ledger_tools tools,
    const struct port_range *dist_ports, size_t n_dist_ports);
void ledger_free(struct ledger *l);

/* Who is to hear of changes; events is borrowed, NULL: nobody. Before the first fact. */
void ledger_watch(struct ledger *l, struct roll_port out, struct events *events);

/* Is this place told to be distribution, as far as is known at this time? */
bool ledger_is_labelled(const struct ledger *l, const struct address *host, uint16_t port,
    uint16_t source, uint64_t at_ns);

/* A port of a node's process, to which a connection was known by its bytes: what others to it
 * are known by too. False: memory is out. */
bool ledger_promote(struct ledger *l, const struct address *host, uint16_t port,
    uint16_t source, unsigned known_by, uint64_t at_ns);

/* holds: does a node of that host still listen there? Asked of each that was promoted. */
void ledger_end_promotions(struct ledger *l, bool (*holds)(void *owner, uint16_t source,
    uint16_t port), void *owner, uint64_t at_ns);

/* The socket of this side of c, with its own counters: sent and received payload. */
void ledger_own(struct connection *c, enum side side, const struct socket_seen *s);

/* The kernel has it no more. */
void ledger_disown(struct connection *c);

/* Who listens there, on the host of that source; NULL: nobody. */
typedef const struct socket_seen *listener_finder(void *owner, uint16_t source,
    const struct address *host, uint16_t port);

/* Who listens where labels say that nodes of this host do; asked once for each. */
void ledger_own_listeners(struct ledger *l, listener_finder *find, void *owner);

/* A fact about c, whose transport is up to date. */
void ledger_fact(struct ledger *l, struct connection *c, const struct fact *f,
    const struct stamped *where);

/* c has told something: would it be listed, were this its end? */
bool ledger_would_keep(const struct ledger *l, const struct connection *c);

/* c will show nothing more; the ledger takes it. */
void ledger_close(struct ledger *l, struct connection *c);

/* May a connection that has told nothing be listed all the same? */
bool ledger_may_list(const struct ledger *l, const struct transport *t);

enum look {
	LOOK_NOTHING,			/* not listed, and why should it be */
	LOOK_COUNTED,			/* only its counters are new */
	LOOK_JUDGED,			/* what it has shown was looked at, which takes longer */
	LOOK_FAILED,			/* memory is out */
};

/* c is open and had packets, and its transport is up to date. */
enum look ledger_look(struct ledger *l, struct connection *c);

/* Judges at most so many of those that ended, and takes them off. False: memory is out. */
bool ledger_look_at_ended(struct ledger *l, unsigned *most);

/* Are the labels listed as they are? */
bool ledger_has_labels(const struct ledger *l);

/* What has left is given back: pointers of snapshots are good no more. False as above. */
bool ledger_sweep(struct ledger *l);

/* All are closed: judges each with all that is known now. Ids are by first packet, unless
 * some were given before. */
bool ledger_end(struct ledger *l);

/* All that is listed. s->input is the caller's. */
void ledger_snapshot(const struct ledger *l, struct snapshot *s);

/* How often a bound shed something. */
uint64_t ledger_limits(const struct ledger *l);

#endif
