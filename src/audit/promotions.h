/*
 * promotions - ports that were seen to be distribution by the bytes of a connection to
 * them, and by which: what others to such a port are known by too.
 *
 * Only for ports of a process that is a node, so that one connection speaks for all, and as
 * long as that process listens there.
 *
 * limits     LIMIT_LABELS; more are dropped and counted.
 * failure    promotions_add() false: memory is out.
 */
#ifndef AUDIT_PROMOTIONS_H
#define AUDIT_PROMOTIONS_H

#include "base/address.h"
#include "base/arena.h"
#include "base/map.h"

struct promotions {
	struct map by_place;		/* the last of each */
	size_t   n;
	struct arena arena;
	uint64_t shed;
};

void promotions_init(struct promotions *p);
void promotions_free(struct promotions *p);

/* known_by: bits of enum known_by. While one holds there, it stays. False: memory is out. */
bool promotions_add(struct promotions *p, const struct address *host, uint16_t port,
    uint16_t source, unsigned known_by, uint64_t at_ns);

/* Those that no node listens at any more, by holds(), are over. True: some are. */
bool promotions_end(struct promotions *p, bool (*holds)(void *owner, uint16_t source,
    uint16_t port), void *owner, uint64_t at_ns);

/* The last that held while a connection was there; 0: none. source matters only where host is a
 * loopback address. */
unsigned promotions_find(const struct promotions *p, const struct address *host,
    uint16_t port, uint16_t source, uint64_t first_ns, uint64_t last_ns);

#endif
