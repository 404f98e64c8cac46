/*
 * dump - packets into a pcapng file, whatever their link types.
 *
 * A packet's source, interface and link type together are one interface of the
 * file. Times are written in nanoseconds.
 *
 * source     draft-ietf-opsawg-pcapng 4.1 to 4.3.
 * ownership  out is the caller's, who flushes it. A zeroed struct dump with .out is
 *            ready.
 * limits     LIMIT_INTERFACES; LIMIT_BLOCK_BYTES, which cuts off the end of a packet
 *            that would not fit and leaves its length on the wire.
 * failure    false: out cannot be written (errno), there are too many interfaces
 *            (EOVERFLOW), a link type that the format has no room for (EINVAL).
 */
#ifndef NET_DUMP_H
#define NET_DUMP_H

#include <stdio.h>

#include "net/source.h"

struct dump_interface { uint32_t link_type, interface; uint16_t source; };

struct dump {
	FILE *out;
	bool  begun;
	struct dump_interface *interfaces;
	size_t n_interfaces;
};

bool dump_begin(struct dump *d);	/* a file without packets is a capture too */
bool dump_packet(struct dump *d, const struct packet *p);
void dump_free(struct dump *d);

#endif
