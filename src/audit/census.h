/*
 * census - how many nodes the judged connections show, never more than there are.
 *
 * Counted by kind of address (IPv4, IPv6, loopback), as a host may have one of each:
 * whole names; "b@?" with its address, unless a whole name of a b is known; and addresses at which no node is named. The greatest of these counts is the
 * census, and the number of different whole names if that is more; and two,
 * where there is a connection: no node dials itself.
 *
 * It assumes that a host has one address of each kind, unless names say otherwise.
 *
 * failure    false: no memory.
 */
#ifndef AUDIT_CENSUS_H
#define AUDIT_CENSUS_H

#include "audit/rules.h"

struct census {
	size_t connections;	/* judged */
	size_t nodes;
};

bool census_take(struct census *c, const struct policy *p, const struct snapshot *s);

/* The name that this end is known by: a client's only where the handshake was
 * over, as it gave it itself. Empty: none. */
struct bytes census_name(const struct judgement *j, enum side side);

/* "b@?": the host is not known. */
bool census_name_is_partial(struct bytes name);

/* Is it certain that a node of this name matches? Of "b@?" only where any host
 * would do. */
bool census_name_matches(const char *pattern, struct bytes name);

#endif
