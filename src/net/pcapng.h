/*
 * pcapng - packets from a file of the pcapng format: sections of either byte
 * order, interfaces with link type, snaplen, time resolution and offset of
 * their own; Enhanced, Simple and (obsolete) Packet Blocks. What the file says
 * beside them goes to the source's remarks: losses (statistics, and counts in
 * packets), secrets, names and comments. Every other block is stepped over.
 *
 * source     draft-ietf-opsawg-pcapng.
 * units      .interface of a packet counts on from section to section. A Simple
 *            Packet Block has no time: it takes that of the packet before it,
 *            with no digits that mean something.
 * ownership  the source takes over in, unless it is NULL.
 * failure    NULL and a filled d: no section of a known version begins here,
 *            or no memory.
 */
#ifndef NET_PCAPNG_H
#define NET_PCAPNG_H

#include "net/input.h"
#include "net/source.h"

/* Does a file that begins with b look like one? */
bool pcapng_file_known(struct bytes b);
struct source *pcapng_file_open(struct input *in, uint16_t number, struct diag *d);

#endif
