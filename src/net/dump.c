#include "net/dump.h"

#include <errno.h>
#include <stdlib.h>

#include "base/limits.h"

/* [pcapng 4] */
#define BLOCK_SECTION	0x0a0d0d0au
#define BLOCK_INTERFACE	1u
#define BLOCK_PACKET	6u

#define PACKET_FIXED	32u	/* an Enhanced Packet Block without the packet */

/* Everything is written in little-endian order, whatever the host's is. */
static uint8_t *
put16(uint8_t *at, uint32_t v)
{
	*at++ = (uint8_t)v;
	*at++ = (uint8_t)(v >> 8);
	return at;
}

static uint8_t *
put32(uint8_t *at, uint32_t v)
{
	return put16(put16(at, v), v >> 16);
}

static bool
write_all(struct dump *d, const void *p, size_t n)
{
	return n == 0 || fwrite(p, 1, n, d->out) == n;
}

/* [pcapng 4.1]; how long the section will be is not known: -1. */
bool
dump_begin(struct dump *d)
{
	uint8_t block[28], *at = block;

	if (d->begun)
		return true;
	at = put32(at, BLOCK_SECTION);
	at = put32(at, sizeof block);
	at = put32(at, 0x1a2b3c4d);
	at = put16(at, 1);
	at = put16(at, 0);
	at = put32(at, UINT32_MAX);
	at = put32(at, UINT32_MAX);
	put32(at, sizeof block);
	return d->begun = write_all(d, block, sizeof block);
}

/* [pcapng 4.2]; snaplen 0: no limit. One option, if_tsresol: 10^-9 seconds. */
static bool
write_interface(struct dump *d, uint32_t link_type)
{
	uint8_t block[32], *at = block;

	at = put32(at, BLOCK_INTERFACE);
	at = put32(at, sizeof block);
	at = put16(at, link_type);
	at = put16(at, 0);
	at = put32(at, 0);
	at = put16(at, 9);
	at = put16(at, 1);
	at = put32(at, 9);		/* one byte, padded to four */
	at = put32(at, 0);		/* opt_endofopt */
	put32(at, sizeof block);
	return write_all(d, block, sizeof block);
}

static bool
add_interface(struct dump *d, struct dump_interface i)
{
	struct dump_interface *all;

	if (i.link_type > UINT16_MAX) {
		errno = EINVAL;
		return false;
	}
	if (d->n_interfaces == LIMIT_INTERFACES) {
		errno = EOVERFLOW;
		return false;
	}
	if ((all = realloc(d->interfaces, (d->n_interfaces + 1) * sizeof *all)) == NULL)
		return false;
	d->interfaces = all;
	if (!write_interface(d, i.link_type))
		return false;
	all[d->n_interfaces++] = i;
	return true;
}

/* False: there is no such interface yet, and it could not be added. */
static bool
find_interface(struct dump *d, const struct packet *p, uint32_t *id)
{
	for (size_t i = 0; i < d->n_interfaces; i++) {
		const struct dump_interface *x = &d->interfaces[i];

		if (x->link_type == p->link_type && x->interface == p->interface &&
		    x->source == p->source) {
			*id = (uint32_t)i;
			return true;
		}
	}
	*id = (uint32_t)d->n_interfaces;
	return add_interface(d, (struct dump_interface){ .link_type = p->link_type,
		.interface = p->interface, .source = p->source });
}

/* [pcapng 4.3] */
bool
dump_packet(struct dump *d, const struct packet *p)
{
	uint32_t max = LIMIT_BLOCK_BYTES - PACKET_FIXED, id;
	uint32_t n = p->captured.n < max ? (uint32_t)p->captured.n : max;
	uint32_t padding = (4 - n % 4) % 4, len = PACKET_FIXED + n + padding;
	uint8_t head[28], tail[7] = { 0 }, *at = head;

	if (!dump_begin(d) || !find_interface(d, p, &id))
		return false;
	at = put32(at, BLOCK_PACKET);
	at = put32(at, len);
	at = put32(at, id);
	at = put32(at, (uint32_t)(p->at_ns >> 32));
	at = put32(at, (uint32_t)p->at_ns);
	at = put32(at, n);
	put32(at, p->wire_len);
	put32(tail + padding, len);
	return write_all(d, head, sizeof head) && write_all(d, p->captured.p, n) &&
	    write_all(d, tail, padding + 4);
}

void
dump_free(struct dump *d)
{
	free(d->interfaces);
	*d = (struct dump){ 0 };
}
