/*
 * live_device - one interface of a capture.
 *
 * ownership  a device that was opened, or failed to open, is to be closed.
 * failure    false and a filled d, which names the device.
 */
#ifndef NET_LIVE_DEVICE_H
#define NET_LIVE_DEVICE_H

#include <pcap/pcap.h>

#include "net/live.h"
#include "net/outage.h"

struct live_device {
	pcap_t  *pcap;		/* NULL: not open, or gone */
	char     name[80];	/* harmless */
	struct outage outage;
	unsigned index;		/* of the interface; 0: none, or all */
	uint32_t snaplen;
	uint32_t link_type;
	bool     has_nanoseconds;
	uint32_t ps_drop;	/* libpcap's counter, when last read */
	uint64_t dropped;	/* all since the start; kept when it is closed */
	bool     untold;	/* it did not say what it dropped */
	uint16_t space;		/* the number of its namespace */
};

/* In the network namespace of the calling thread. name: or a number of -D. */
bool live_device_open(struct live_device *v, const char *name, const struct live_options *o,
    struct diag *d);

/* Its next packet, borrowed until it is asked again, without the numbers of sources. 0: there is
 * none now; -1: it is broken. */
int  live_device_read(struct live_device *v, struct packet *out);

/* What was dropped so far was dropped before the capture began. */
void live_device_begin(struct live_device *v);
void live_device_count_dropped(struct live_device *v);
void live_device_close(struct live_device *v);

/* The device with this number in -D, if name is one; the caller frees the result. */
char *live_device_of_number(const char *name);

#endif
