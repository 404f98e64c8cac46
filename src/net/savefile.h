/*
 * savefile - packets from a capture file: pcap (both byte orders, microseconds
 * and nanoseconds) and pcapng, plain or packed, told apart by their first bytes.
 *
 * source     draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
 * ownership  the caller closes the source. path is borrowed for the call.
 */
#ifndef NET_SAVEFILE_H
#define NET_SAVEFILE_H

#include "net/source.h"

struct input;

#define SAVEFILE_SNIFF 12u	/* bytes that tell: up to the byte-order magic of pcapng */

/* Does a file that begins with b look like one? */
bool savefile_known(struct bytes b);

/* path "-" is standard input. NULL and a filled d when it cannot be opened or
 * is no capture file. number is what .source of its packets will say. */
struct source *savefile_open(const char *path, uint16_t number, struct diag *d);

/* The same over an input of one's own, which is taken over, also on failure. */
struct source *savefile_read(struct input *in, uint16_t number, struct diag *d);

#endif
