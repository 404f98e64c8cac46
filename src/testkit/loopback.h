/*
 * loopback - real TCP sockets, for the tests of what the host knows of its own: in a
 * network namespace that has nothing else in it.
 *
 * failure    the test fails; loopback_alone() is false where it is not permitted.
 */
#ifndef TESTKIT_LOOPBACK_H
#define TESTKIT_LOOPBACK_H

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/socket.h"

#define LOOPBACK_SKIPPED 77	/* exit status of a test that was not permitted */

static inline bool
loopback_alone(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };

	if (unshare(CLONE_NEWNET) != 0)
		return false;

	int s = socket(AF_INET, SOCK_DGRAM, 0);
	bool up = s >= 0 && ioctl(s, SIOCSIFFLAGS, &lo) == 0;
	close(s);
	return up;
}

static inline void
loopback_send(int fd, const void *what, size_t n)
{
	assert_int_equal(send(fd, what, n, 0), n);
}

static inline void
loopback_receive(int fd, size_t n)
{
	char to[4096];

	assert_true(n <= sizeof to);
	assert_int_equal(recv(fd, to, n, MSG_WAITALL), n);
}

/* A socket, and the address of its kind; IPv4 or IPv6. */
static inline int
loopback_socket(struct sockaddr_storage *to, socklen_t *n, const char *address, uint16_t port)
{
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	bool is_four = inet_pton(AF_INET, address, &four.sin_addr) == 1;

	assert_true(is_four || inet_pton(AF_INET6, address, &six.sin6_addr) == 1);
	*n = is_four ? sizeof four : sizeof six;
	memcpy(to, is_four ? (void *)&four : (void *)&six, *n);
	return socket(is_four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* A listening socket; "::" takes IPv4 too. */
static inline int
loopback_listen(const char *address, uint16_t port)
{
	struct sockaddr_storage at;
	socklen_t n;
	int s = loopback_socket(&at, &n, address, port);

	assert_int_equal(bind(s, (struct sockaddr *)&at, n), 0);
	assert_int_equal(listen(s, 1024), 0);
	return s;
}

static inline int
loopback_connect(const char *address, uint16_t port)
{
	struct sockaddr_storage at;
	socklen_t n;
	int s = loopback_socket(&at, &n, address, port);

	assert_int_equal(connect(s, (struct sockaddr *)&at, n), 0);
	return s;
}

static inline int
loopback_accept(int listener)
{
	int s = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	assert_true(s >= 0);
	return s;
}

/* What is listed of the socket behind a descriptor of ours. NULL: nothing. */
static inline const struct socket_seen *
loopback_find(const struct socket_list *l, int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].inode == st.st_ino)
			return &l->v[i];
	return NULL;
}

/* "10.0.0.1:80" */
static inline const char *
loopback_text(const struct address *a, uint16_t port, char out[64])
{
	address_text(a, out);
	snprintf(out + strlen(out), 64 - strlen(out), ":%u", port);
	return out;
}

#endif
