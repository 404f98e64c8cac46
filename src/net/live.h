/*
 * live - packets from this host's interfaces, through libpcap.
 *
 * Several devices are one source, in one order of time: a packet waits for others that may
 * be older. .interface of a packet is the device's number, .source that of its network
 * namespace. source_next() never waits: GOT_NOTHING means wait for one of
 * live_descriptors() to become readable. Packets come with nanoseconds where the device
 * can. All that passes after live_open() is captured, and given out at most LIVE_LAG_NS
 * later: at the end, read until nothing comes for so long.
 *
 * An interface that goes away stops delivering; live->source.damage names it and the
 * others go on. When none is left: GOT_END. An interface that goes down is kept, for
 * it may come back, and is named too, however short it was: what passes before the
 * kernel captures again is missing. "any" has neither: it is no interface.
 *
 * rights     live_open() needs CAP_NET_RAW, and those of net/spaces.h for other network
 *            namespaces; nothing afterwards.
 *            Descriptors are closed on exec.
 * ownership  options and what they point to are borrowed and must outlive the source.
 * failure    NULL and a filled d. Without permission it says which one
 *            command grants it.
 */
#ifndef NET_LIVE_H
#define NET_LIVE_H

#include <stdio.h>

#include "net/source.h"
#include "net/spaces.h"

/* Twice what the kernel waits for a part of the buffer to fill up, and its clock's
 * grain. In immediate mode it waits for nothing. */
#define LIVE_LAG_NS	50000000u

#define LIVE_SNAPLEN_MAX 262144u

/* In immediate mode each packet, however small, takes a slot of the snaplen, rounded
 * up to a power of two: this is what 128 KiB hold. */
#define LIVE_SNAPLEN_IMMEDIATE 130560u

/* Beside a loopback under full load on two processors this lost at most 1 packet of
 * 100, half of it 4; in immediate mode it lost 9. */
#define LIVE_BUFFER_KIB	65536u		/* several namespaces share it */
#define LIVE_BUFFER_KIB_LEAST 2048u	/* tcpdump's default */
#define LIVE_BUFFER_KIB_MAX 2097151u	/* libpcap counts its bytes in an int */

struct live_options {
	const char *const *devices;	/* names, or numbers of -D; none: "any" */
	size_t n_devices;
	const struct space *spaces;	/* where each of them is opened */
	size_t n_spaces;		/* 0: our own */
	const char *filter;		/* pcap-filter(7); NULL: all */
	unsigned buffer_kib;		/* of each device; 0: LIVE_BUFFER_KIB */
	unsigned snaplen;		/* 0: the most */
	bool     not_promiscuous;
	bool     immediate;		/* at the price above; snaplen is cut to fit */
};

/* Packets lost since the start, of all devices together. */
struct live_losses {
	bool     known;			/* a device did not tell: neither is */
	uint64_t kernel;		/* no room in the buffer */
	uint64_t interface;		/* no room in the interface: see drops.h */
};

struct source *live_open(const struct live_options *o, struct diag *d);

/* Of a source that live_open() made. At most max descriptors into out; the number
 * there are. They become fewer when an interface goes away, and while packets wait for older
 * ones: ask before each wait. */
size_t live_descriptors(const struct source *s, int *out, size_t max);
void live_losses(struct source *s, struct live_losses *out);

/* One more thing that is wrong with it, for its damage line. */
void live_damaged(struct source *s, const char *what);

/* -D: "1.eth0 [Up, Running, Connected]" a line, as tcpdump. */
bool live_list_devices(FILE *out, struct diag *d);

#endif
