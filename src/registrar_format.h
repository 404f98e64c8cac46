/*
 * registrar_format - what a registrar and the process that asks it say to each other.
 *
 * A message is a datagram of a SOCK_SEQPACKET socket, whole or not there. Numbers are in
 * network order.
 *
 *   question   u32 number
 *   answer     u8 kind, u32 number of the question (0: of none), then by kind
 *   READY      nothing: it has begun
 *   SOCKETS    a whole number of sockets, at least one
 *   END        u64 at_ns, u32 number of sockets, u64 left out, u8 owners cut, u8 elsewhere
 *              (0 or 1)
 *   FAILED     why, as text; it ends then
 */
#ifndef REGISTRAR_FORMAT_H
#define REGISTRAR_FORMAT_H

#include "base/socket.h"

#define FORMAT_MESSAGE_MAX 32768u
#define FORMAT_HEAD_LEN	5u
#define FORMAT_SOCKET_LEN 97u

enum format_kind { FORMAT_NONE, FORMAT_READY, FORMAT_SOCKETS, FORMAT_END, FORMAT_FAILED };

/* A message that is being written; the caller sees to it that all fits. */
struct format {
	uint8_t b[FORMAT_MESSAGE_MAX];
	size_t  n;
};

void format_put(struct format *f, uint64_t value, unsigned n_bytes);
void format_begin(struct format *f, enum format_kind kind, uint32_t question);
void format_put_socket(struct format *f, const struct socket_seen *s);

/* False: cut, or nothing that a registrar says. */
bool format_read_socket(struct rd *r, size_t n_spaces, struct socket_seen *out);

#endif
