/*
 * labels - what EPMD said: at this host, this port is node so-and-so, from
 * then until then. A label never says what a connection is, only that its port
 * was told to be distribution.
 *
 * A name is at one place: said to be elsewhere, it has moved. A port may have several names
 * at once, for EPMD lets anyone register any port; then which one it is is not known.
 * What is said over loopback holds for the host that the input was recorded on.
 *
 * ownership  labels own their strings; what labels_find() returns lives as long as they.
 * limits     LIMIT_LABELS, and eight names of a port at once; more are dropped and counted.
 */
#ifndef AUDIT_LABELS_H
#define AUDIT_LABELS_H

#include "audit/snapshot.h"
#include "base/arena.h"
#include "base/map.h"

struct label {
	struct label *earlier;		/* of those at the same place that hold, or have ended */
	struct epmd_entry entry;
	uint64_t until_ns;		/* 0: still holds */
	uint64_t said_ns;		/* when it was said last */
};

struct place;

struct labels {
	struct map places;		/* by host and port */
	struct map names;		/* by host and name: its newest label's place */
	struct arena arena;
	size_t   n;
	uint64_t shed;
	uint64_t version;		/* one more with each change that can be seen */
	uint64_t changed_ns;		/* the latest time that a change speaks of */
};

void labels_init(struct labels *l);
void labels_free(struct labels *l);

/* e->source, and source below, matter only where the host is a loopback address. */
void labels_add(struct labels *l, const struct epmd_entry *e);
void labels_end(struct labels *l, const struct address *host, uint16_t port,
    struct bytes node, uint16_t source, uint64_t at_ns);

/* The newest label that held when a connection to this place began, else the first that came
 * while it was open. alone: none with another name held then. */
const struct label *labels_find(const struct labels *l, const struct address *host,
    uint16_t port, uint16_t source, uint64_t first_ns, uint64_t last_ns, bool *alone);

/* Each that holds, to be looked at or told its owner. */
void labels_each(struct labels *l, void (*each)(void *owner, struct epmd_entry *e), void *owner);

/* All of them, oldest first, at most n; returns how many there are. */
size_t labels_list(const struct labels *l, struct epmd_entry *out, size_t n);

#endif
