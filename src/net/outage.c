#include "net/outage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

/* Only a socket that waits for some protocol is told. This one is reserved
 * (RFC 1701), and the filter below lets not even that through. */
#define NO_PROTOCOL	0xffffu

static bool
attach(const struct outage *o)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_protocol = htons(NO_PROTOCOL), .sll_ifindex = (int)o->index };

	return bind(o->fd, (struct sockaddr *)&to, sizeof to) == 0;
}

bool
outage_open(struct outage *o, unsigned index)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { .len = 1, .filter = &nothing };

	*o = (struct outage){ .index = index,
		.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) };
	if (o->fd < 0)
		return false;
	if (setsockopt(o->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 &&
	    attach(o))
		return true;

	int why = errno;
	outage_close(o);
	errno = why;
	return false;
}

void
outage_close(struct outage *o)
{
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}

/* To attach once more to an interface that is still down fails with the same error. */
bool
outage_has_begun(struct outage *o)
{
	bool was_down = o->is_down;
	int error = 0;
	socklen_t len = sizeof error;

	if (o->fd < 0 || (was_down && !attach(o)))
		return false;
	if (getsockopt(o->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		return false;
	o->is_down = error == ENETDOWN;
	return o->is_down && !was_down;
}

/* A socket whose interface was removed is bound to index -1. */
bool
outage_is_for_good(const struct outage *o)
{
	struct sockaddr_ll at;
	socklen_t len = sizeof at;

	return o->fd >= 0 && getsockname(o->fd, (struct sockaddr *)&at, &len) == 0 &&
	    at.sll_ifindex == -1;
}
