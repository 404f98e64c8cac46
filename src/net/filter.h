/*
 * filter - pcap-filter(7) expressions: upon a capture, in the kernel; and of packets from
 * files, whatever their link types.
 *
 * Host names in them are those of /etc/hosts: libpcap would ask the resolver, and this
 * program sends no packet. From the first filter on that holds for the whole process.
 *
 * failure    false or NULL and a filled d, which names the option and libpcap's reason.
 * limits     FILTER_LINK_TYPES different link types.
 */
#ifndef NET_FILTER_H
#define NET_FILTER_H

#include "net/source.h"

#define FILTER_LINK_TYPES 64u

struct pcap;

bool filter_set(struct pcap *p, const char *device, const char *expression, struct diag *d);

struct filter;

/* Borrows the expression, which must make sense for Ethernet or without a link header. */
struct filter *filter_open(const char *expression, struct diag *d);
void filter_close(struct filter *f);		/* NULL is fine */

enum filtered { FILTER_FAILED, FILTER_NO, FILTER_YES };

/* FILTER_FAILED: the expression cannot be asked of this packet's link type. */
enum filtered filter_asks_for(struct filter *f, const struct packet *p, struct diag *d);

#endif
