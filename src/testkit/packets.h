/*
 * packets - a capture as a list in memory: read from a source, changed, and
 * written to a file.
 *
 * ownership  a list borrows its packets' bytes from the list that it was copied
 *            from, until it writes to them; packets_free() frees what is its own.
 * failure    without memory there is no test: assert.
 */
#ifndef TESTKIT_PACKETS_H
#define TESTKIT_PACKETS_H

#include "base/arena.h"
#include "net/source.h"

struct packets {
	struct packet *v;
	size_t n, room;
	struct arena arena;
};

/* All that the source has left. False and a filled d: it is damaged. */
bool packets_read(struct packets *p, struct source *s, struct diag *d);
void packets_copy(struct packets *p, const struct packets *from);
void packets_free(struct packets *p);

void packets_insert(struct packets *p, size_t at, struct packet new);
void packets_remove(struct packets *p, size_t at, size_t n);
void packets_move(struct packets *p, size_t from, size_t to);

/* Memory that lives as long as the list. */
uint8_t *packets_take(struct packets *p, size_t n);

/* The bytes of one packet, to be written to. */
uint8_t *packets_own(struct packets *p, size_t at);

/* Those of one source, as a pcapng file with an interface for each interface
 * and link type. */
bool packets_write(const struct packets *p, uint16_t source, const char *path);

#endif
