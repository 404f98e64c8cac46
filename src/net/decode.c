#include "net/decode.h"

#include "base/limits.h"
#include "net/frag.h"
#include "net/layer.h"

/* [RFC 9293 3.1] */
static enum decoded
read_tcp(struct layer *l)
{
	struct segment *out = l->segment;
	struct rd r = rd_bytes(l->bytes);

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
	out->payload_len = l->len - head_len;
	l->what = INSIDE_NOTHING;
	return DECODED_TCP;
}

static enum decoded
read_other(struct layer *l)
{
	(void)l;
	return DECODED_NOT_TCP;
}

static enum decoded
read_nothing(struct layer *l)
{
	(void)l;
	return DECODED_TUNNEL;
}

static enum decoded
read_layer(struct layer *l)
{
	static enum decoded (*const readers[N_INSIDES])(struct layer *) = {
		[INSIDE_OTHER] = read_other,
		[INSIDE_UNREAD] = read_nothing,
		[INSIDE_TCP] = read_tcp,
		[INSIDE_IP] = ip_read,
		[INSIDE_IPV4] = ipv4_read,
		[INSIDE_IPV6] = ipv6_read,
		[INSIDE_ETHERNET] = ether_read,
		[INSIDE_LLC] = ether_read_llc,
		[INSIDE_TAG] = ether_read_tag,
		[INSIDE_MPLS] = mpls_read,
		[INSIDE_PPP] = ppp_read,
		[INSIDE_PPPOE] = pppoe_read,
		[INSIDE_GRE] = gre_read,
		[INSIDE_UDP] = udp_read,
		[INSIDE_VXLAN] = vxlan_read,
		[INSIDE_VXLAN_GPE] = vxlan_gpe_read,
		[INSIDE_GENEVE] = geneve_read,
		[INSIDE_ETHERIP] = etherip_read,
		[INSIDE_ERSPAN] = erspan_read,
		[INSIDE_ERSPAN3] = erspan3_read,
	};

	return readers[l->what](l);
}

/* From one header to the next, until TCP or what is not read. */
static enum decoded
read_layers(struct layer *l)
{
	for (unsigned n = 0; n < LIMIT_HEADERS; n++) {
		enum decoded d = read_layer(l);

		if (d != DECODED_TCP || l->what == INSIDE_NOTHING)
			return d;
	}
	l->unread = &inside_too_deep.unread;
	return DECODED_TUNNEL;
}

enum decoded
decode(const struct packet *p, struct frag *frag, struct segment *out)
{
	struct layer l = { .bytes = p->captured, .frag = frag, .at_ns = p->at_ns, .segment = out };
	enum decoded d;

	if (frag != NULL)
		frag_release(frag);
	*out = (struct segment){ 0 };
	l.len = (uint32_t)p->captured.n;
	if (p->wire_len > l.len)
		l.len = p->wire_len;
	if ((d = link_read(&l, p)) == DECODED_TCP)
		d = read_layers(&l);
	if (d == DECODED_TUNNEL)
		out->unread = l.unread;
	return d;
}

struct packet
decode_datagram(const struct packet *p, const struct segment *s)
{
	const uint32_t raw_ip = 101;
	struct packet whole = *p;

	if (s->datagram.n > 0) {
		whole.link_type = raw_ip;
		whole.captured = s->datagram;
		whole.wire_len = (uint32_t)s->datagram.n;
	}
	return whole;
}
