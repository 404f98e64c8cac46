/*
 * mesh - is every pair of nodes connected?
 *
 * Its nodes are the ends of all listed connections, also of refused ones. A pair is
 * connected by a judged connection that is, or was, up. Where it cannot be told which node
 * an end is (audit/nodes.h), or where one would have dialled itself, the mesh is not
 * certain.
 *
 * failure    false: no memory.
 */
#ifndef AUDIT_MESH_H
#define AUDIT_MESH_H

#include "audit/rules.h"

struct mesh {
	size_t nodes, pairs;	/* connected ones */
	bool   certain;
};

/* why: the first pairs that are not connected, or what is not certain; nothing
 * where the mesh is full. */
bool mesh_inspect(struct mesh *m, const struct policy *p, const struct snapshot *s,
    struct text *why);

static inline bool
mesh_is_full(const struct mesh *m)
{
	return m->certain && m->nodes >= 2 && m->pairs == m->nodes * (m->nodes - 1) / 2;
}

#endif
