#include "testkit/noise.h"

#include "testkit/surgery.h"

#define START_NS 1700000000000000000ull
#define TICK_NS  10000000ull

/* Bits of a packet's first byte. */
enum {
	BY_SERVER = 1 << 0,
	SEQ_FAR   = 1 << 3,	/* with SEQ_NEAR: anything */
	SEQ_NEAR  = 1 << 4,
	ACK_ANY   = 1 << 5,
	LATER     = 1 << 6,
	CUT_OFF   = 1 << 7,
};

static uint8_t
flags_of(uint8_t what)
{
	static const uint8_t flags[] = { TCP_ACK, TCP_SYN, TCP_ACK | TCP_FIN, TCP_RST };

	return flags[what >> 1 & 3];
}

static uint32_t
number_of(uint8_t what, uint32_t next, struct rd *from)
{
	bool near = what & SEQ_NEAR, far = what & SEQ_FAR;

	if (near && far)
		return rd_u32(from);
	if (near)
		return next - rd_u8(from);
	return far ? next + rd_u16(from) - 0x8000 : next;
}

static struct segment
segment_of(uint8_t what, uint16_t server_port, const uint32_t next[2], struct rd *from)
{
	static const uint8_t hosts[2][4] = { { 10, 77, 0, 1 }, { 10, 77, 0, 2 } };
	const uint16_t ports[2] = { 40000, server_port };
	int by = what & BY_SERVER ? 1 : 0;
	struct segment s = { .src = address_ipv4(hosts[by]), .dst = address_ipv4(hosts[!by]),
		.src_port = ports[by], .dst_port = ports[!by], .flags = flags_of(what) };

	s.seq = number_of(what, next[by], from);
	s.ack = what & ACK_ANY ? rd_u32(from) : next[!by];
	size_t n = rd_u8(from);
	s.payload = rd_take(from, n < rd_left(from) ? n : rd_left(from));
	s.payload_len = (uint32_t)s.payload.n + (what & CUT_OFF ? rd_u8(from) : 0);
	return s;
}

void
noise_make(struct packets *out, struct rd from)
{
	uint32_t next[2] = { 0xffffff00, 0xfffff000 };
	uint16_t server_port = rd_u8(&from) & 1 ? 4369 : 9100;
	uint64_t at_ns = START_NS;

	while (rd_left(&from) > 0 && out->n < NOISE_PACKETS_MAX) {
		uint8_t what = rd_u8(&from);
		at_ns += 1000 + (what & LATER ? rd_u16(&from) * TICK_NS : 0);
		struct segment s = segment_of(what, server_port, next, &from);
		struct packet p = surgery_forge(out, &s);
		next[what & BY_SERVER] = s.seq + s.payload_len + (s.flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
		p.at_ns = at_ns;
		packets_insert(out, out->n, p);
	}
}
