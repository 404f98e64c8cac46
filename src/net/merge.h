/*
 * merge - several sources as one, in the order of their packets' times.
 * Equal times: the source that was given first comes first.
 *
 * ownership  borrows the n sources (not the array); the caller closes them after closing the
 *            merge. NULL when memory is out.
 */
#ifndef NET_MERGE_H
#define NET_MERGE_H

#include "net/source.h"

struct source *merge_open(struct source *const *sources, size_t n);

#endif
