/*
 * merge - several sources as one, in the order of their packets' times.
 * Equal times: the source that was given first comes first.
 *
 * due        with due_ns, which rises, a source is not asked before packets of its time are
 *            wanted, or no source before it has any. NULL: all are asked at once.
 * ownership  borrows the n sources and due_ns (not the array of sources); the caller closes
 *            them after closing the merge. NULL when memory is out.
 */
#ifndef NET_MERGE_H
#define NET_MERGE_H

#include "net/source.h"

struct source *merge_open(struct source *const *sources, const uint64_t *due_ns, size_t n);

#endif
