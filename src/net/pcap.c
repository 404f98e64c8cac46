#include "net/pcap.h"

#include <errno.h>
#include <stdlib.h>

#include "base/limits.h"
#include "net/order.h"

#define FILE_HEAD	24u

/* No packet is longer than this just because the file says "no limit". */
#define SNAPLEN_MIN	(256u << 10)

struct dialect {
	uint32_t magic;
	bool     nanoseconds;
	size_t   head_len;	/* of a record */
};

/* The first two: [pcap 4]. The last: Linux tools of 1999; eight bytes of
 * interface, protocol and packet type follow the usual record head. */
static const struct dialect dialects[] = {
	{ 0xa1b2c3d4, false, 16 },
	{ 0xa1b23c4d, true, 16 },
	{ 0xa1b2cd34, false, 24 },
};

struct pcap_file {
	struct source  source;
	struct input  *in;
	const struct dialect *dialect;
	enum order     order;
	uint16_t       number, minor;
	uint32_t       link_type;
	uint32_t       caplen_max;
	bool           ended;
};

static const struct dialect *
dialect_of(struct bytes b, enum order *order)
{
	static const enum order orders[] = { ORDER_BIG, ORDER_LITTLE };

	for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++) {
		for (size_t j = 0; j < 2; j++) {
			struct rd r = rd_bytes(b);

			*order = orders[j];
			if (order_u32(*order, &r) == dialects[i].magic)
				return &dialects[i];
		}
	}
	return NULL;
}

bool
pcap_file_known(struct bytes b)
{
	enum order order;

	return dialect_of(b, &order) != NULL;
}

static bool
stop(struct pcap_file *f, const char *what)
{
	f->ended = true;
	if (what != NULL)
		input_damage(f->in, what, &f->source.damage);
	else
		input_end(f->in, &f->source.damage);
	return false;
}

/* [pcap 5]; false when no further packet can join this batch. */
static bool
record(struct pcap_file *f, struct batch *b)
{
	size_t head_len = f->dialect->head_len;
	bool may_move = b->n == 0;

	if (f->ended)
		return false;
	if (!input_need(f->in, head_len, may_move))
		return may_move ? stop(f, NULL) : false;

	struct rd r = rd_bytes(input_look(f->in));
	uint64_t seconds = order_u32(f->order, &r);
	uint64_t fraction = order_u32(f->order, &r);
	uint32_t caplen = order_u32(f->order, &r);
	uint32_t wire_len = order_u32(f->order, &r);

	/* Versions up to 2.3 had the lengths the other way round, or not. */
	if (f->minor <= 3 && caplen > wire_len) {
		uint32_t swap = caplen;

		caplen = wire_len;
		wire_len = swap;
	}
	if (caplen > f->caplen_max)
		return stop(f, "impossible packet length in the record");
	if (!input_need(f->in, head_len + caplen, may_move))
		return may_move ? stop(f, NULL) : false;

	r = rd_bytes(input_look(f->in));
	rd_take(&r, head_len);
	b->v[b->n++] = (struct packet){
		.at_ns = seconds * 1000000000u +
		    (f->dialect->nanoseconds ? fraction : fraction * 1000u),
		.captured = rd_take(&r, caplen),
		.wire_len = wire_len > caplen ? wire_len : caplen,
		.link_type = f->link_type,
		.source = f->number,
		.time_digits = f->dialect->nanoseconds ? 9 : 6,
	};
	input_skip(f->in, head_len + caplen);
	return true;
}

static enum got
pcap_file_next(struct source *s, struct batch *b, struct diag *d)
{
	struct pcap_file *f = (struct pcap_file *)s;

	(void)d;
	while (b->n < BATCH_MAX && record(f, b))
		;
	return b->n > 0 ? GOT_SOME : GOT_END;
}

static void
pcap_file_close(struct source *s)
{
	struct pcap_file *f = (struct pcap_file *)s;

	input_close(f->in);
	free(f);
}

/* [pcap 4]; false when the version is not one we know. */
static bool
file_head(struct pcap_file *f)
{
	if (!input_need(f->in, FILE_HEAD, true)) {
		stop(f, NULL);
		return true;
	}

	struct rd r = rd_bytes(input_look(f->in));
	rd_take(&r, 4);
	uint16_t major = order_u16(f->order, &r);
	f->minor = order_u16(f->order, &r);
	rd_take(&r, 8);
	uint32_t snaplen = order_u32(f->order, &r);
	/* The upper half tells the length of a frame check sequence; where IP
	 * ends is told by IP. */
	f->link_type = order_u32(f->order, &r) & 0xffff;

	f->caplen_max = snaplen > SNAPLEN_MIN ? snaplen : SNAPLEN_MIN;
	if (f->caplen_max > LIMIT_BLOCK_BYTES)
		f->caplen_max = LIMIT_BLOCK_BYTES;
	input_skip(f->in, FILE_HEAD);
	return major == 2;
}

struct source *
pcap_file_open(struct input *in, uint16_t number, struct diag *d)
{
	static const struct source_ops ops = { pcap_file_next, pcap_file_close };
	struct pcap_file *f = calloc(1, sizeof *f);

	if (f == NULL) {
		diag_set(d, "%s: %s", input_name(in), strerror(ENOMEM));
		return NULL;
	}
	f->source.ops = &ops;
	f->in = in;
	f->number = number;
	f->dialect = dialect_of(input_look(in), &f->order);
	if (f->dialect == NULL || !file_head(f)) {
		diag_set(d, "%s: this version of pcap is not supported", input_name(in));
		free(f);
		return NULL;
	}
	return &f->source;
}
