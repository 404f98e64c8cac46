#include "net/pcapng.h"

#include <errno.h>
#include <stdlib.h>

#include "base/limits.h"
#include "net/pcapng_blocks.h"

/* [pcapng 4 and 11.1] */
enum block_type {
	BLOCK_INTERFACE       = 0x00000001,
	BLOCK_PACKET_OBSOLETE = 0x00000002,
	BLOCK_PACKET_SIMPLE   = 0x00000003,
	BLOCK_NAMES           = 0x00000004,
	BLOCK_STATISTICS      = 0x00000005,
	BLOCK_PACKET          = 0x00000006,
	BLOCK_SECRETS         = 0x0000000a,
	BLOCK_SECTION         = 0x0a0d0d0a,	/* the same in both byte orders */
};

#define BYTE_ORDER_MAGIC	0x1a2b3c4du
#define BLOCK_MIN		12u	/* type, length, length again */
#define DROPS_UNKNOWN		0xffffu	/* [pcapng A.1] */

static bool
stop(struct pcapng_file *f, const char *what)
{
	f->ended = true;
	if (what != NULL)
		input_damage(f->in, what, &f->source.damage);
	else
		input_end(f->in, &f->source.damage);
	return false;
}

/* [pcapng 4.1]: it follows type and length, and tells how to read those. */
static bool
order_of_section(struct bytes block, enum order *order)
{
	struct rd r = rd_bytes(block), little;

	rd_take(&r, 8);
	little = r;
	*order = rd_u32le(&little) == BYTE_ORDER_MAGIC ? ORDER_LITTLE : ORDER_BIG;
	return order_u32(*order, &r) == BYTE_ORDER_MAGIC;
}

/* [pcapng 4.1]: nothing can be read under another major version. */
static bool
version_known(enum order order, struct rd body)
{
	rd_take(&body, 4);
	return order_u16(order, &body) == 1;
}

/* The functions below read one body each; they return what is wrong with the
 * block, or NULL. */

static const char *
read_section(struct pcapng_file *f, struct rd body)
{
	if (!version_known(f->order, body))
		return "unsupported version in the section";
	f->n_before += f->n_interfaces;
	f->n_interfaces = 0;
	rd_take(&body, 8);
	return pcapng_read_section(f, body);
}

/* [pcapng 4.2] */
static const char *
read_interface(struct pcapng_file *f, struct rd r)
{
	struct interface i = { .tick.resolution = TICK_RESOLUTION_USUAL };
	const char *wrong;

	i.link_type = order_u16(f->order, &r);
	rd_take(&r, 2);
	i.snaplen = order_u32(f->order, &r);
	if (!rd_ok(&r))
		return "too short an interface in the block";
	if ((wrong = pcapng_read_interface_options(f, &i, r)) != NULL)
		return wrong;

	if (f->n_interfaces == LIMIT_INTERFACES)
		return "more interfaces than are believed in the block";
	if (f->n_interfaces == f->room) {
		uint32_t room = f->room > 0 ? f->room * 2 : 8;
		struct interface *p = realloc(f->interfaces, room * sizeof *p);

		if (p == NULL)
			return "out of memory in the block";
		f->interfaces = p;
		f->room = room;
	}
	f->interfaces[f->n_interfaces++] = i;
	return NULL;
}

/* Takes the packet's bytes from r, and those that pad them. */
static const char *
add_packet(struct pcapng_file *f, struct batch *b, uint32_t id, struct rd *r,
    size_t caplen, uint32_t wire_len)
{
	if (id >= f->n_interfaces)
		return "no interface for the packet in the block";

	struct bytes captured = rd_take(r, caplen);
	if (!rd_ok(r))
		return "a packet longer than the block";
	rd_take(r, (4 - caplen % 4) % 4);

	uint32_t n = (uint32_t)captured.n;
	f->n_packets++;
	b->v[b->n++] = (struct packet){
		.at_ns = f->last_ns,
		.captured = captured,
		.wire_len = wire_len > n ? wire_len : n,
		.link_type = f->interfaces[id].link_type,
		.interface = f->n_before + id,
		.source = f->number,
	};
	return NULL;
}

/* [pcapng 4.3 and A.1]: they differ in how the interface is written, and what was lost. */
static const char *
read_packet(struct pcapng_file *f, struct batch *b, bool obsolete, struct rd r)
{
	uint32_t id = obsolete ? order_u16(f->order, &r) : order_u32(f->order, &r);
	uint16_t drops = obsolete ? order_u16(f->order, &r) : DROPS_UNKNOWN;
	uint64_t ticks = (uint64_t)order_u32(f->order, &r) << 32;

	ticks |= order_u32(f->order, &r);
	uint32_t caplen = order_u32(f->order, &r);
	uint32_t wire_len = order_u32(f->order, &r);

	const char *wrong = add_packet(f, b, id, &r, caplen, wire_len);
	if (wrong != NULL)
		return wrong;

	struct packet *p = &b->v[b->n - 1];
	const struct tick *tick = &f->interfaces[id].tick;
	p->at_ns = f->last_ns = tick_ns(tick, ticks);
	p->time_digits = tick_digits(tick);
	if (drops != DROPS_UNKNOWN)
		pcapng_add_drops(f, &f->interfaces[id], drops);
	pcapng_read_packet_options(f, id, obsolete, r);
	return NULL;
}

/* [pcapng 4.4]: of the first interface, whose snaplen tells what was captured. */
static const char *
read_simple_packet(struct pcapng_file *f, struct batch *b, struct rd r)
{
	uint32_t wire_len = order_u32(f->order, &r);
	uint32_t snaplen = f->n_interfaces > 0 ? f->interfaces[0].snaplen : 0;
	uint32_t caplen = snaplen > 0 && snaplen < wire_len ? snaplen : wire_len;

	return add_packet(f, b, 0, &r, caplen, wire_len);
}

static const char *
read_block(struct pcapng_file *f, struct batch *b, uint32_t type, struct rd body)
{
	switch (type) {
	case BLOCK_SECTION:
		return read_section(f, body);
	case BLOCK_INTERFACE:
		return read_interface(f, body);
	case BLOCK_PACKET:
		return read_packet(f, b, false, body);
	case BLOCK_PACKET_OBSOLETE:
		return read_packet(f, b, true, body);
	case BLOCK_PACKET_SIMPLE:
		return read_simple_packet(f, b, body);
	case BLOCK_STATISTICS:
		return pcapng_read_statistics(f, body);
	case BLOCK_NAMES:
		return pcapng_read_names(f, body);
	case BLOCK_SECRETS:
		return pcapng_read_secrets(f, body);
	default:
		return NULL;
	}
}

/* [pcapng 3.1]; false when no further packet can join this batch. */
static bool
block(struct pcapng_file *f, struct batch *b)
{
	bool may_move = b->n == 0;
	enum order order = f->order;

	if (f->ended)
		return false;
	if (!input_need(f->in, BLOCK_MIN, may_move))
		return may_move ? stop(f, NULL) : false;

	struct rd r = rd_bytes(input_look(f->in));
	uint32_t type = order_u32(order, &r);
	if (type == BLOCK_SECTION && !order_of_section(input_look(f->in), &order))
		return stop(f, "no byte-order magic in the section");
	uint32_t len = order_u32(order, &r);
	if (len < BLOCK_MIN || len % 4 != 0 || len > LIMIT_BLOCK_BYTES)
		return stop(f, "impossible length of the block");
	if (!input_need(f->in, len, may_move))
		return may_move ? stop(f, NULL) : false;

	r = rd_bytes(input_look(f->in));
	rd_take(&r, 8);
	struct rd body = rd_sub(&r, len - BLOCK_MIN);
	if (order_u32(order, &r) != len)
		return stop(f, "two different lengths of the block");
	f->order = order;

	const char *wrong = read_block(f, b, type, body);
	if (wrong != NULL)
		return stop(f, wrong);
	input_skip(f->in, len);
	return true;
}

static enum got
pcapng_file_next(struct source *s, struct batch *b, struct diag *d)
{
	struct pcapng_file *f = (struct pcapng_file *)s;

	(void)d;
	while (b->n < BATCH_MAX && block(f, b))
		;
	return b->n > 0 ? GOT_SOME : GOT_END;
}

static void
pcapng_file_close(struct source *s)
{
	struct pcapng_file *f = (struct pcapng_file *)s;

	input_close(f->in);
	free(f->interfaces);
	free(f);
}

bool
pcapng_file_known(struct bytes b)
{
	struct rd r = rd_bytes(b);
	enum order order;

	return rd_u32(&r) == BLOCK_SECTION &&
	    (b.n < BLOCK_MIN || order_of_section(b, &order));
}

struct source *
pcapng_file_open(struct input *in, uint16_t number, struct diag *d)
{
	static const struct source_ops ops = { pcapng_file_next, pcapng_file_close };
	enum order order;

	if (input_need(in, BLOCK_MIN + 4, true)) {
		struct bytes b = input_look(in);
		struct rd body = rd_bytes(b);

		rd_take(&body, 8);
		if (!order_of_section(b, &order) || !version_known(order, body)) {
			diag_set(d, "%s: this version of pcapng is not supported",
			    input_name(in));
			return NULL;
		}
	}

	struct pcapng_file *f = calloc(1, sizeof *f);
	if (f == NULL) {
		diag_set(d, "%s: %s", input_name(in), strerror(ENOMEM));
		return NULL;
	}
	f->source.ops = &ops;
	f->in = in;
	f->number = number;
	return &f->source;
}
