#include "net/decode.h"

#include "net/ip.h"
#include "net/link.h"

/* [RFC 9293 3.1] */
static enum decoded
read_tcp(const struct ip *ip, struct segment *out)
{
	struct rd r = rd_bytes(ip->inside);

	out->src_port = rd_u16(&r);
	out->dst_port = rd_u16(&r);
	out->seq = rd_u32(&r);
	out->ack = rd_u32(&r);
	uint32_t head_len = (rd_u8(&r) >> 4) * 4u;
	out->flags = rd_u8(&r) & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK);
	out->window = rd_u16(&r);
	rd_take(&r, 4);			/* checksum and urgent pointer */
	if (!rd_ok(&r) || head_len < 20)
		return DECODED_MALFORMED;
	out->options = rd_take(&r, head_len - 20);
	if (!rd_ok(&r))
		return DECODED_MALFORMED;
	out->payload = rd_rest(&r);
	out->payload_len = ip->inside_len - head_len;
	return DECODED_TCP;
}

enum decoded
decode(const struct packet *p, struct segment *out)
{
	enum decoded decoded;
	struct link l;
	struct ip ip;

	*out = (struct segment){ 0 };
	if ((decoded = link_read(p, &l)) != DECODED_TCP)
		return decoded;
	if ((decoded = ip_read(&l, &ip)) != DECODED_TCP)
		return decoded;
	out->src = ip.src;
	out->dst = ip.dst;
	out->ip_id = ip.id;
	out->seen_from = l.seen_from;
	out->vantage = l.vantage;
	return read_tcp(&ip, out);
}
