/*
 * outage - notices that an interface went down, however shortly.
 *
 * The kernel then takes its packet sockets off the interface, and puts them back some
 * time after it is up again. Each is told once, by ENETDOWN; libpcap takes that error
 * from its own socket and says nothing. So there is a second socket here, which
 * receives nothing and only waits for the error.
 *
 * rights     outage_open() needs CAP_NET_RAW.
 * source     packet(7).
 */
#ifndef NET_OUTAGE_H
#define NET_OUTAGE_H

#include <stdbool.h>

struct outage {
	int      fd;		/* -1: nothing to watch; readable when something is new */
	unsigned index;
	bool     is_down;	/* when last asked */
};

bool outage_open(struct outage *o, unsigned index);	/* false: errno */
void outage_close(struct outage *o);

bool outage_has_begun(struct outage *o);	/* since last asked */
bool outage_is_for_good(const struct outage *o);	/* the interface was removed */

#endif
