#include "net/pcapng_blocks.h"

/* [pcapng 3.5 and 4] */
enum option {
	OPTION_END              = 0,

	OPTION_SHB_HARDWARE     = 2,
	OPTION_SHB_OS           = 3,
	OPTION_SHB_USERAPPL     = 4,

	OPTION_IF_NAME          = 2,
	OPTION_IF_DESCRIPTION   = 3,
	OPTION_IF_TSRESOL       = 9,
	OPTION_IF_FILTER        = 11,
	OPTION_IF_OS            = 12,
	OPTION_IF_TSOFFSET      = 14,
	OPTION_IF_HARDWARE      = 15,

	OPTION_EPB_DROPCOUNT    = 4,

	OPTION_ISB_IFDROP       = 5,
	OPTION_ISB_OSDROP       = 7,
};

/* [pcapng 4.5] */
enum name_record { NAME_RECORD_END = 0, NAME_RECORD_IPV4 = 1, NAME_RECORD_IPV6 = 2 };

/* [pcapng 4.7] "TLSK" */
#define SECRETS_TLS_KEY_LOG	0x544c534bu

/* [pcapng 4.2] The first byte of if_filter: what follows is text. */
#define FILTER_IS_TEXT		0u

#define OPTIONS_TOO_LONG	"options longer than the block"

/* More than any interface ever dropped. */
#define DROPS_MAX		(UINT64_C(1) << 48)

bool
pcapng_next_option(enum order order, struct rd *r, struct pcapng_option *o)
{
	if (rd_left(r) == 0)
		return false;
	o->code = order_u16(order, r);
	size_t len = order_u16(order, r);
	o->value = rd_sub(r, len);
	rd_take(r, (4 - len % 4) % 4);
	return rd_ok(r) && o->code != OPTION_END;
}

static const char *
file_name(struct pcapng_file *f)
{
	if (f->name == NULL)
		f->name = remarks_file(f->source.remarks, input_name(f->in));
	return f->name;
}

static void
keep(struct pcapng_file *f, struct bytes *to, struct rd value)
{
	*to = remarks_keep(f->source.remarks, rd_rest(&value));
}

static void
comment(struct pcapng_file *f, enum remark_on on, uint64_t number, struct rd text)
{
	remarks_comment(f->source.remarks, file_name(f), on, number, rd_rest(&text));
}

/* [pcapng 4.1] */
const char *
pcapng_read_section(struct pcapng_file *f, struct rd r)
{
	struct recorded_section *s = NULL;
	struct pcapng_option o;

	rd_take(&r, 8);			/* its length: its blocks tell where it ends */
	if (!rd_ok(&r))
		return "too short a section in the block";
	if (f->source.remarks == NULL)
		return NULL;
	s = remarks_section(f->source.remarks, file_name(f));
	while (pcapng_next_option(f->order, &r, &o)) {
		if (o.code == PCAPNG_OPTION_COMMENT)
			comment(f, REMARK_ON_SECTION, 0, o.value);
		else if (s != NULL && o.code == OPTION_SHB_HARDWARE)
			keep(f, &s->hardware, o.value);
		else if (s != NULL && o.code == OPTION_SHB_OS)
			keep(f, &s->os, o.value);
		else if (s != NULL && o.code == OPTION_SHB_USERAPPL)
			keep(f, &s->application, o.value);
	}
	return rd_ok(&r) ? NULL : OPTIONS_TOO_LONG;
}

static void
remark_interface(struct pcapng_file *f, struct recorded_interface *i, struct pcapng_option o)
{
	switch (o.code) {
	case OPTION_IF_NAME:
		keep(f, &i->name, o.value);
		break;
	case OPTION_IF_DESCRIPTION:
		keep(f, &i->description, o.value);
		break;
	case OPTION_IF_FILTER:
		if (rd_u8(&o.value) == FILTER_IS_TEXT && rd_ok(&o.value))
			keep(f, &i->filter, o.value);
		break;
	case OPTION_IF_OS:
		keep(f, &i->os, o.value);
		break;
	case OPTION_IF_HARDWARE:
		keep(f, &i->hardware, o.value);
		break;
	default:
		break;
	}
}

/* [pcapng 4.2] Its own number is not taken yet. */
const char *
pcapng_read_interface_options(struct pcapng_file *f, struct interface *i, struct rd r)
{
	uint64_t number = (uint64_t)f->n_before + f->n_interfaces + 1;
	struct pcapng_option o;

	if (f->source.remarks != NULL)
		i->remark = remarks_interface(f->source.remarks, file_name(f));
	while (pcapng_next_option(f->order, &r, &o)) {
		if (o.code == OPTION_IF_TSRESOL) {
			i->tick.resolution = rd_u8(&o.value);
		} else if (o.code == OPTION_IF_TSOFFSET) {
			i->tick.offset_s = (int64_t)order_u64(f->order, &o.value);
		} else {
			if (o.code == PCAPNG_OPTION_COMMENT && f->source.remarks != NULL)
				comment(f, REMARK_ON_INTERFACE, number, o.value);
			else if (i->remark != NULL)
				remark_interface(f, i->remark, o);
			continue;
		}
		if (!rd_done(&o.value))
			return "impossible time option in the block";
	}
	return rd_ok(&r) ? NULL : OPTIONS_TOO_LONG;
}

/* Packets and statistics may both tell of the same losses: the larger number holds. */
static void
set_drops(struct pcapng_file *f, struct interface *i, uint64_t stated)
{
	uint64_t n = stated > i->drops_of_packets ? stated : i->drops_of_packets;

	if (n > DROPS_MAX)
		n = DROPS_MAX;
	if (f->source.remarks != NULL)
		remarks_drops(f->source.remarks, i->drops, n);
	i->drops = n;
	if (i->remark != NULL) {
		i->remark->drops_known = true;
		i->remark->drops = n;
	}
}

void
pcapng_add_drops(struct pcapng_file *f, struct interface *i, uint64_t n)
{
	uint64_t sum = i->drops_of_packets;

	i->drops_of_packets = n > DROPS_MAX - sum ? DROPS_MAX : sum + n;
	set_drops(f, i, i->drops);
}

/* [pcapng 4.6] They count from the start of the capture: the last block holds. */
const char *
pcapng_read_statistics(struct pcapng_file *f, struct rd r)
{
	uint32_t id = order_u32(f->order, &r);
	uint64_t by_interface = 0, by_system = 0;
	bool known = false;
	struct pcapng_option o;

	rd_take(&r, 8);			/* their time */
	if (!rd_ok(&r))
		return "too short statistics in the block";
	if (id >= f->n_interfaces)
		return "no interface for the statistics in the block";
	while (pcapng_next_option(f->order, &r, &o)) {
		if (o.code == OPTION_ISB_IFDROP)
			by_interface = order_u64(f->order, &o.value);
		else if (o.code == OPTION_ISB_OSDROP)
			by_system = order_u64(f->order, &o.value);
		else
			continue;
		if (!rd_done(&o.value))
			return "impossible count in the block";
		known = true;
	}
	if (known)
		set_drops(f, &f->interfaces[id], by_interface > DROPS_MAX || by_system > DROPS_MAX ?
		    DROPS_MAX : by_interface + by_system);
	return rd_ok(&r) ? NULL : OPTIONS_TOO_LONG;
}

/* One address and the names of it, each with a zero after it. */
static void
read_name_record(struct pcapng_file *f, struct address a, struct rd r)
{
	while (rd_left(&r) > 0) {
		const uint8_t *end = memchr(r.at, 0, rd_left(&r));
		struct bytes name = rd_take(&r, end != NULL ? (size_t)(end - r.at) : rd_left(&r));

		rd_take(&r, end != NULL ? 1 : 0);
		if (name.n > 0)
			remarks_name(f->source.remarks, &a, name);
	}
}

/* [pcapng 4.5] Of IP addresses; the options after the records speak of the resolver. */
const char *
pcapng_read_names(struct pcapng_file *f, struct rd r)
{
	while (f->source.remarks != NULL && rd_left(&r) > 0) {
		uint16_t type = order_u16(f->order, &r);
		size_t len = order_u16(f->order, &r);
		struct rd value = rd_sub(&r, len);
		struct bytes octets;

		rd_take(&r, (4 - len % 4) % 4);
		if (!rd_ok(&r))
			return "names longer than the block";
		if (type == NAME_RECORD_END)
			break;
		octets = rd_take(&value, type == NAME_RECORD_IPV4 ? 4 : 16);
		if (type != NAME_RECORD_IPV4 && type != NAME_RECORD_IPV6)
			continue;
		if (!rd_ok(&value))
			return "too short an address in the block";
		read_name_record(f, type == NAME_RECORD_IPV4 ? address_ipv4(octets.p) :
		    address_ipv6(octets.p), value);
	}
	return NULL;
}

/* [pcapng 4.7] */
const char *
pcapng_read_secrets(struct pcapng_file *f, struct rd r)
{
	uint32_t type = order_u32(f->order, &r);
	struct bytes secrets = rd_take(&r, order_u32(f->order, &r));

	if (!rd_ok(&r))
		return "secrets longer than the block";
	if (f->source.remarks == NULL)
		return NULL;
	if (type == SECRETS_TLS_KEY_LOG)
		remarks_key_log(f->source.remarks, secrets);
	else
		remarks_other_secret(f->source.remarks);
	return NULL;
}

void
pcapng_read_packet_options(struct pcapng_file *f, uint32_t id, bool obsolete, struct rd r)
{
	struct pcapng_option o;

	while (pcapng_next_option(f->order, &r, &o)) {
		if (o.code == PCAPNG_OPTION_COMMENT && f->source.remarks != NULL) {
			comment(f, REMARK_ON_PACKET, f->n_packets, o.value);
		} else if (o.code == OPTION_EPB_DROPCOUNT && !obsolete) {
			uint64_t n = order_u64(f->order, &o.value);

			if (rd_done(&o.value))
				pcapng_add_drops(f, &f->interfaces[id], n);
		}
	}
}
