#include "registrar_format.h"

#include <assert.h>

static void
put_bytes(struct format *f, const void *from, size_t n)
{
	assert(f->n + n <= sizeof f->b);
	memcpy(f->b + f->n, from, n);
	f->n += n;
}

void
format_put(struct format *f, uint64_t value, unsigned n_bytes)
{
	while (n_bytes-- > 0) {
		uint8_t byte = (uint8_t)(value >> 8 * n_bytes);
		put_bytes(f, &byte, 1);
	}
}

void
format_begin(struct format *f, enum format_kind kind, uint32_t question)
{
	f->n = 0;
	format_put(f, kind, 1);
	format_put(f, question, 4);
}

static void
put_end(struct format *f, const struct address *a, uint16_t port)
{
	format_put(f, a->family, 1);
	put_bytes(f, a->octets, sizeof a->octets);
	format_put(f, port, 2);
}

void
format_put_socket(struct format *f, const struct socket_seen *s)
{
	format_put(f, s->state, 1);
	put_end(f, &s->local, s->local_port);
	put_end(f, &s->remote, s->remote_port);
	format_put(f, s->space, 2);
	format_put(f, s->uid, 4);
	format_put(f, s->inode, 8);
	format_put(f, s->cookie, 8);
	format_put(f, s->sent, 8);
	format_put(f, s->received, 8);
	format_put(f, s->pid, 4);
	put_bytes(f, s->comm, sizeof s->comm);
}

/* Only as an address is ever kept, so that equal ones compare equal. */
static bool
read_end(struct rd *r, struct address *a, uint16_t *port)
{
	uint8_t family = rd_u8(r);
	struct bytes octets = rd_take(r, sizeof a->octets);

	*port = rd_u16(r);
	*a = (struct address){ .family = FAMILY_NONE };
	if (!rd_ok(r))
		return false;
	switch (family) {
	case FAMILY_NONE:
		break;
	case FAMILY_IPV4:
		*a = address_ipv4(octets.p);
		break;
	case FAMILY_IPV6:
		*a = address_ipv6(octets.p);
		break;
	default:
		return false;
	}
	return a->family == family && memcmp(a->octets, octets.p, octets.n) == 0;
}

static bool
read_comm(struct rd *r, char out[SOCKET_COMM_SIZE])
{
	struct bytes b = rd_take(r, SOCKET_COMM_SIZE);
	size_t len;

	if (!rd_ok(r))
		return false;
	memcpy(out, b.p, b.n);
	len = strnlen(out, b.n);
	for (size_t i = len; i < b.n; i++)
		if (out[i] != '\0')
			return false;
	return len < b.n;
}

static bool
is_sensible(const struct socket_seen *s, size_t n_spaces)
{
	bool has_remote = s->remote.family != FAMILY_NONE;

	if (s->local.family == FAMILY_NONE || s->space >= n_spaces)
		return false;
	if (s->pid == 0 && s->comm[0] != '\0')
		return false;
	switch (s->state) {
	case SOCKET_NONE:
		return false;
	case SOCKET_LISTENING:
		return !has_remote && s->remote_port == 0;
	case SOCKET_ESTABLISHED:
		return has_remote;
	}
	return false;
}

bool
format_read_socket(struct rd *r, size_t n_spaces, struct socket_seen *out)
{
	uint8_t state = rd_u8(r);

	*out = (struct socket_seen){ .state = SOCKET_NONE };
	if (state > SOCKET_ESTABLISHED || !read_end(r, &out->local, &out->local_port) ||
	    !read_end(r, &out->remote, &out->remote_port))
		return false;
	out->state = (enum socket_state)state;
	out->space = rd_u16(r);
	out->uid = rd_u32(r);
	out->inode = rd_u64(r);
	out->cookie = rd_u64(r);
	out->sent = rd_u64(r);
	out->received = rd_u64(r);
	out->pid = rd_u32(r);
	return read_comm(r, out->comm) && is_sensible(out, n_spaces);
}
