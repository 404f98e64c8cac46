#include "net/sockets.h"

#include <errno.h>
#include <string.h>

#ifdef HAVE_LINUX_INET_DIAG_H

#include <linux/inet_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <unistd.h>

#include "net/netlink.h"

/* enum in the kernel's net/tcp_states.h, part of its interface by use. */
enum { STATE_ESTABLISHED = 1, STATE_LISTEN = 10 };

static bool
failed(struct diag *d, int error)
{
	diag_set(d, "the kernel does not list its sockets: %s", strerror(error));
	return false;
}

bool
sockets_open(struct sockets *s, uint16_t space, struct diag *d)
{
	*s = (struct sockets){ .space = space };
	s->fd = netlink_open(NETLINK_SOCK_DIAG);
	return s->fd >= 0 || failed(d, errno);
}

void
sockets_close(struct sockets *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* The older question, which ss(8) asks too, is of both families at once. Of the newer,
 * SOCK_DIAG_BY_FAMILY, there would be two, and each makes the kernel walk its whole table:
 * some milliseconds, however few sockets are found. */
bool
sockets_begin(struct sockets *s, struct diag *d)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req body;
	} question = {
		.header = { .nlmsg_len = sizeof question, .nlmsg_type = TCPDIAG_GETSOCK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = ++s->sequence },
		.body = { .idiag_ext = 1 << (INET_DIAG_INFO - 1),
			.idiag_states = 1u << STATE_ESTABLISHED | 1u << STATE_LISTEN },
	};

	return netlink_ask(s->fd, &question, sizeof question) || failed(d, errno);
}

static void
read_counters(struct rd *attributes, struct socket_seen *out)
{
	struct tcp_info info;
	struct rd body;
	uint16_t type;

	while (rd_left(attributes) > 0 && netlink_attribute(attributes, &type, &body)) {
		if (type != INET_DIAG_INFO)
			continue;
		netlink_take(&body, &info, sizeof info);
		out->sent = info.tcpi_bytes_acked;
		out->received = info.tcpi_bytes_received;
	}
}

static struct address
address_of(uint8_t family, const __be32 words[4])
{
	uint8_t octets[16];

	memcpy(octets, words, sizeof octets);
	return family == AF_INET ? address_ipv4(octets) : address_ipv6(octets);
}

/* .state stays SOCKET_NONE when the socket went on to another state meanwhile. False: cut. */
static bool
read_socket(struct rd *r, struct socket_seen *out)
{
	struct inet_diag_msg m;
	struct rd body = rd_sub(r, sizeof m);

	netlink_take(&body, &m, sizeof m);
	out->local = address_of(m.idiag_family, m.id.idiag_src);
	out->local_port = ntohs(m.id.idiag_sport);
	out->uid = m.idiag_uid;
	out->inode = m.idiag_inode;
	out->cookie = (uint64_t)m.id.idiag_cookie[1] << 32 | m.id.idiag_cookie[0];
	switch (m.idiag_state) {
	case STATE_LISTEN:
		out->state = SOCKET_LISTENING;	/* its counters count other things */
		break;
	case STATE_ESTABLISHED:
		out->state = SOCKET_ESTABLISHED;
		out->remote = address_of(m.idiag_family, m.id.idiag_dst);
		out->remote_port = ntohs(m.id.idiag_dport);
		read_counters(r, out);
		break;
	default:
		break;
	}
	return rd_ok(r);
}

static enum paced
take_socket(const struct sockets *s, struct rd *body, struct socket_list *to, struct diag *d)
{
	struct socket_seen seen = { .space = s->space };

	if (!read_socket(body, &seen))
		failed(d, EBADMSG);
	else if (seen.state == SOCKET_NONE || socket_list_add(to, &seen))
		return PACED_MORE;
	else
		failed(d, ENOMEM);
	return PACED_FAILED;
}

static enum paced
take_end(struct rd *body, enum paced if_well, struct diag *d)
{
	int error = netlink_error(body);

	if (error == 0)
		return if_well;
	failed(d, error);
	return PACED_FAILED;
}

/* One answer, of which a message has many. */
static enum paced
take_answer(const struct sockets *s, const struct nlmsghdr *h, struct rd *body,
    struct socket_list *to, struct diag *d)
{
	if (h->nlmsg_seq != s->sequence)
		return PACED_MORE;
	switch (h->nlmsg_type) {
	case NLMSG_DONE:
		return take_end(body, PACED_DONE, d);
	case NLMSG_ERROR:
		return take_end(body, PACED_MORE, d);
	case TCPDIAG_GETSOCK:
		return take_socket(s, body, to, d);
	default:
		return PACED_MORE;
	}
}

enum paced
sockets_take(const struct sockets *s, struct bytes message, struct socket_list *to,
    struct diag *d)
{
	struct rd r = rd_bytes(message);
	enum paced came = PACED_MORE;

	while (came == PACED_MORE && rd_left(&r) > 0) {
		struct nlmsghdr h;
		struct rd body;

		if (!netlink_answer(&r, &h, &body)) {
			failed(d, EBADMSG);
			return PACED_FAILED;
		}
		came = take_answer(s, &h, &body, to, d);
	}
	return came;
}

static enum paced
receive(struct sockets *s, struct socket_list *to, struct diag *d)
{
	_Alignas(struct nlmsghdr) uint8_t message[NETLINK_MESSAGE_MAX];
	ssize_t n = netlink_receive(s->fd, message);

	/* There is always something: the kernel writes on as we read. */
	if (n < 0) {
		failed(d, errno);
		return PACED_FAILED;
	}
	return sockets_take(s, (struct bytes){ message, (size_t)n }, to, d);
}

enum paced
sockets_step(struct sockets *s, struct socket_list *to, uint64_t budget_ns, struct diag *d)
{
	struct pace pace = pace_of(budget_ns);
	enum paced came;

	do
		came = receive(s, to, d);
	while (came == PACED_MORE && !pace_is_over(&pace));
	return came;
}

#else

static bool
absent(struct diag *d)
{
	diag_set(d, "sockets are listed on Linux only");
	return false;
}

bool
sockets_open(struct sockets *s, uint16_t space, struct diag *d)
{
	*s = (struct sockets){ .fd = -1, .space = space };
	return absent(d);
}

void
sockets_close(struct sockets *s)
{
	s->fd = -1;
}

bool
sockets_begin(struct sockets *s, struct diag *d)
{
	(void)s;
	return absent(d);
}

enum paced
sockets_step(struct sockets *s, struct socket_list *to, uint64_t budget_ns, struct diag *d)
{
	(void)s, (void)to, (void)budget_ns;
	absent(d);
	return PACED_FAILED;
}

#endif
