/*
 * memory_source - a source over packets in memory.
 *
 * Each packet comes in a heap block of its exact size, which is freed as early
 * as net/source.h permits: a sanitizer sees a read past the end, and a read
 * too late.
 *
 * ownership  packets are borrowed; the caller closes the source.
 */
#ifndef TESTKIT_MEMORY_SOURCE_H
#define TESTKIT_MEMORY_SOURCE_H

#include "testkit/packets.h"

struct source *memory_source_open(const struct packets *p);

#endif
