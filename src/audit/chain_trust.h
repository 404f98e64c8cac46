/*
 * chain_trust - what is inside a struct trust. Only for chain*.c.
 */
#ifndef AUDIT_CHAIN_TRUST_H
#define AUDIT_CHAIN_TRUST_H

#include "audit/chain_decode.h"
#include "base/arena.h"
#include "base/map.h"

struct trust_memory {
	struct map   by_chain;
	struct arena arena;
};

struct trust {
	X509_STORE *store;
	STACK_OF(X509) *anchors;
	int64_t *edges;			/* when the validity of an anchor begins or ends */
	size_t   n_edges;
	struct trust_memory *memory;	/* of what was verified */
};

#endif
