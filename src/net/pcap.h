/*
 * pcap - packets from a file of the pcap format: both byte orders,
 * microseconds and nanoseconds, and Kuznetzov's longer record heads.
 *
 * source     draft-ietf-opsawg-pcap.
 * ownership  the source takes over in, unless it is NULL.
 * failure    NULL and a filled d: a version that nobody has described, or no
 *            memory.
 */
#ifndef NET_PCAP_H
#define NET_PCAP_H

#include "net/input.h"
#include "net/source.h"

/* Does a file that begins with b look like one? */
bool pcap_file_known(struct bytes b);
struct source *pcap_file_open(struct input *in, uint16_t number, struct diag *d);

#endif
