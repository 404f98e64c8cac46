/*
 * ledger - everything that is known: labels from EPMD, connections, sessions
 * that may be resumed, certificates. Facts go in, a snapshot comes out.
 *
 * A connection is kept when something says that it is distribution, else it is
 * only counted: most TLS is somebody else's.
 *
 * ownership  the ledger owns all that it keeps; a snapshot borrows from it.
 * limits     LIMIT_CONNECTIONS ended connections, the first ended leave first;
 *            LIMIT_SESSIONS; what is shed is counted.
 */
#ifndef AUDIT_LEDGER_H
#define AUDIT_LEDGER_H

#include "audit/certificates.h"
#include "audit/hosts.h"
#include "audit/labels.h"
#include "audit/snapshot.h"
#include "audit/verdict.h"
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
	struct map sessions;
	struct arena session_arena;
	const struct port_range *dist_ports;	/* borrowed: --dist-port */
	size_t   n_dist_ports;
	struct connection *newest, *oldest;	/* kept, by their end */
	size_t   n_kept;
	uint64_t n_shed_by_verdict[N_VERDICTS];	/* LIMIT_CONNECTIONS pushed them out */
	uint64_t silent, ignored_tls, ignored_other, shed;
};

void ledger_init(struct ledger *l, struct ledger_tools tools,
    const struct port_range *dist_ports, size_t n_dist_ports);
void ledger_free(struct ledger *l);

/* Is this place told to be distribution, as far as is known at this time? */
bool ledger_is_labelled(const struct ledger *l, const struct address *host, uint16_t port,
    uint16_t source, uint64_t at_ns);

/* A fact about c, whose transport is up to date. */
void ledger_fact(struct ledger *l, struct connection *c, const struct fact *f,
    const struct stamped *where);

/* c will show nothing more; the ledger takes it. */
void ledger_close(struct ledger *l, struct connection *c);

/* All that is known, judged. False when memory is out. s->input is the caller's. */
bool ledger_snapshot(const struct ledger *l, struct snapshot *s);

/* How often a bound shed something. */
uint64_t ledger_limits(const struct ledger *l);

#endif
