/*
 * netlink - questions to this host's kernel whose answer is a list, and the messages that
 * it comes in.
 *
 * ownership  what is read borrows from the message.
 * source     netlink(7), linux/netlink.h (RFC 3549).
 * failure    as each says; a message that is cut makes its cursor bad.
 */
#ifndef NET_NETLINK_H
#define NET_NETLINK_H

#include <linux/netlink.h>
#include <sys/types.h>

#include "base/rd.h"

/* The kernel answers with messages of so much at most (netlink_dump). */
#define NETLINK_MESSAGE_MAX 32768u

/* Of the network namespace of the calling thread, wherever it is asked from later; it never
 * waits. -1: errno says why. */
int netlink_open(int protocol);

/* A request, whole with its header. False: errno says why. */
bool netlink_ask(int fd, const void *request, size_t n);

/* The next message, of nobody but the kernel; to has room for NETLINK_MESSAGE_MAX, aligned
 * as a nlmsghdr. Its length; 0: it was somebody else's; -1: errno says why. */
ssize_t netlink_receive(int fd, uint8_t *to);

/* Takes an answer, of which a message has many, while some are left. False: it is cut. */
bool netlink_answer(struct rd *message, struct nlmsghdr *h, struct rd *body);

/* Takes an attribute of an answer, while some are left. False: it is cut. */
bool netlink_attribute(struct rd *attributes, uint16_t *type, struct rd *body);

/* Takes a piece of this size, of which no more than that is read: what is shorter is an
 * older kernel's, with zeros for what it does not know. */
void netlink_take(struct rd *r, void *out, size_t size);

/* What the end of a list says, or an error: an errno; 0: all is well. */
int netlink_error(struct rd *body);

#endif
