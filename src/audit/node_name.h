/*
 * node_name - the parts of a node's name, "b@beta.lab", and whether two hosts are
 * the same. Slices of what they are given, raw from the wire.
 */
#ifndef AUDIT_NODE_NAME_H
#define AUDIT_NODE_NAME_H

#include "base/rd.h"

struct bytes node_name(struct bytes node);	/* "b"; all of it where there is no "@" */
struct bytes node_host(struct bytes node);	/* "beta.lab"; empty where there is none, or "?" */

/* By the letters, without regard to case [RFC 4343] or to a dot at the end [RFC 6066 3]. */
bool host_equal(struct bytes a, struct bytes b);

#endif
