#include "net/netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

int
netlink_open(int protocol)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}

bool
netlink_ask(int fd, const void *request, size_t n)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return sendto(fd, request, n, 0, (struct sockaddr *)&kernel, sizeof kernel) == (ssize_t)n;
}

ssize_t
netlink_receive(int fd, uint8_t *to)
{
	struct sockaddr_nl from = { .nl_pid = 0 };
	socklen_t from_len = sizeof from;
	ssize_t n = recvfrom(fd, to, NETLINK_MESSAGE_MAX, MSG_TRUNC, (struct sockaddr *)&from,
	    &from_len);

	if (n > (ssize_t)NETLINK_MESSAGE_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	return n >= 0 && from.nl_pid != 0 ? 0 : n;
}

void
netlink_take(struct rd *r, void *out, size_t size)
{
	size_t n = rd_left(r) < size ? rd_left(r) : size;
	struct bytes b = rd_take(r, n);

	memset(out, 0, size);
	if (b.n > 0)
		memcpy(out, b.p, b.n);
}

/* The kernel pads to four bytes, and need not after the last. */
static void
skip_padding(struct rd *r, size_t len)
{
	size_t padding = NLMSG_ALIGN(len) - len;

	rd_take(r, padding < rd_left(r) ? padding : rd_left(r));
}

bool
netlink_answer(struct rd *message, struct nlmsghdr *h, struct rd *body)
{
	struct rd header = rd_sub(message, sizeof *h);

	netlink_take(&header, h, sizeof *h);
	*body = rd_sub(message, h->nlmsg_len - sizeof *h);
	if (!rd_ok(message))
		return false;
	skip_padding(message, h->nlmsg_len);
	return true;
}

bool
netlink_attribute(struct rd *attributes, uint16_t *type, struct rd *body)
{
	struct nlattr a;
	struct rd header = rd_sub(attributes, sizeof a);

	netlink_take(&header, &a, sizeof a);
	*body = rd_sub(attributes, a.nla_len - sizeof a);
	if (!rd_ok(attributes))
		return false;
	skip_padding(attributes, a.nla_len);
	*type = (uint16_t)(a.nla_type & NLA_TYPE_MASK);
	return true;
}

int
netlink_error(struct rd *body)
{
	int32_t error;

	netlink_take(body, &error, sizeof error);
	return error > 0 || error == INT32_MIN ? EBADMSG : -error;
}
