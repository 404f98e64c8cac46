/*
 * pcapng_blocks - for pcapng.c and pcapng_remarks.c: what is known of a file while it is
 * read, and the blocks that hold no packet.
 *
 * Each reader takes one body and returns what is wrong with the block, or NULL.
 */
#ifndef NET_PCAPNG_BLOCKS_H
#define NET_PCAPNG_BLOCKS_H

#include "base/remarks.h"
#include "net/input.h"
#include "net/order.h"
#include "net/source.h"
#include "net/tick.h"

struct interface {
	uint16_t    link_type;
	uint32_t    snaplen;		/* 0: no limit */
	struct tick tick;
	uint64_t    drops_of_packets;	/* their sum, as the packets say */
	uint64_t    drops;		/* what remarks have of it */
	struct recorded_interface *remark;	/* NULL: none is kept */
};

struct pcapng_file {
	struct source     source;
	struct input     *in;
	uint16_t          number;
	bool              ended;
	uint64_t          last_ns;	/* time of the packet before */
	uint64_t          n_packets;
	const char       *name;		/* for remarks; NULL: not there yet, or no memory */

	/* of the section */
	enum order        order;
	struct interface *interfaces;
	uint32_t          n_interfaces, room;
	uint32_t          n_before;	/* interfaces of the sections before */
};

/* [pcapng 3.5] */
struct pcapng_option {
	uint16_t  code;
	struct rd value;
};

#define PCAPNG_OPTION_COMMENT 1u

/* False after the last one; r is bad when they are longer than the block. */
bool pcapng_next_option(enum order order, struct rd *r, struct pcapng_option *o);

const char *pcapng_read_section(struct pcapng_file *f, struct rd r);	/* after its head */
const char *pcapng_read_interface_options(struct pcapng_file *f, struct interface *i,
    struct rd r);
const char *pcapng_read_statistics(struct pcapng_file *f, struct rd r);
const char *pcapng_read_names(struct pcapng_file *f, struct rd r);
const char *pcapng_read_secrets(struct pcapng_file *f, struct rd r);

/* A packet of interface id has been read; its options are of no weight: what of them is
 * not readable is passed over. */
void pcapng_read_packet_options(struct pcapng_file *f, uint32_t id, bool obsolete, struct rd r);

/* Packets that were lost before one of interface i. */
void pcapng_add_drops(struct pcapng_file *f, struct interface *i, uint64_t n);

#endif
