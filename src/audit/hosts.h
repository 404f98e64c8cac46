/*
 * hosts - which addresses belong to the host that an input was recorded on, as
 * far as the link headers tell. Needed because a node registers with its EPMD
 * over loopback: the port is then a port of this host's addresses, not of all.
 *
 * An address is this host's if it talks over the loopback interface, its kernel says so, or
 * it sends outwards and never arrives from outside (a router's or bridge's do both).
 *
 * limits     LIMIT_HOST_ADDRESSES; more are unknown, hence not this host's. Those that might
 *            have been are counted.
 */
#ifndef AUDIT_HOSTS_H
#define AUDIT_HOSTS_H

#include "base/address.h"
#include "base/arena.h"
#include "base/map.h"

struct hosts {
	struct map by_address;
	struct arena arena;
	size_t   n;			/* addresses, of each input by themselves */
	uint64_t shed;
	uint64_t version;		/* one more with each thing that is learned */
};

void hosts_init(struct hosts *h);
void hosts_free(struct hosts *h);

enum seen_as {
	SEEN_SENDING, SEEN_ARRIVING, SEEN_ON_LOOPBACK,
	SEEN_ON_HOST,			/* an interface or a socket of it has that address */
	N_SEEN_AS
};

void hosts_note(struct hosts *h, uint16_t source, const struct address *a, enum seen_as how);
bool hosts_is_own(const struct hosts *h, uint16_t source, const struct address *a);

/* The input on whose host it is: this one, else the only other, a kernel's word before packets'.
 * False: none, or several. */
bool hosts_find(const struct hosts *h, uint16_t source, const struct address *a,
    uint16_t *out);

#endif
