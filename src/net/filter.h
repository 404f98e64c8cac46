/*
 * filter - a pcap-filter(7) expression upon a capture.
 *
 * Host names in it are those of /etc/hosts: libpcap would ask the resolver, and this
 * program sends no packet. From the first filter on that holds for the whole process.
 *
 * failure    false and a filled d, which names the option and libpcap's reason.
 */
#ifndef NET_FILTER_H
#define NET_FILTER_H

#include <pcap/pcap.h>

#include "base/diag.h"

bool filter_set(pcap_t *p, const char *device, const char *expression, struct diag *d);

#endif
