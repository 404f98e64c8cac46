/*
 * surgery - look into a captured packet, and build others like it.
 *
 * Checksums are left as they are: nobody here looks at them.
 */
#ifndef TESTKIT_SURGERY_H
#define TESTKIT_SURGERY_H

#include "net/decode.h"
#include "testkit/packets.h"

struct anatomy {
	struct segment s;
	size_t ip, tcp, payload;	/* where their headers and bytes begin */
};

/* In network order. */
static inline void
surgery_put_u16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static inline void
surgery_put_u32(uint8_t *at, uint32_t v)
{
	surgery_put_u16(at, v >> 16);
	surgery_put_u16(at + 2, v);
}

/* False: no TCP, or not enough of it was captured. */
bool anatomy_of(const struct packet *p, struct anatomy *out);

/* Was all of its payload captured? */
bool anatomy_is_whole(const struct anatomy *a);

/* The packet with another payload, that begins at seq. */
struct packet surgery_payload(struct packets *owner, const struct packet *p,
    const struct anatomy *a, uint32_t seq, struct bytes payload);

/* A packet of raw IPv4 and TCP, without options, that decodes to s: addresses and ports,
 * numbers, flags, window, identification, payload and its length. */
struct packet surgery_forge(struct packets *owner, const struct segment *s);

/* Packet number at with its sequence and acknowledgement numbers moved. */
void surgery_renumber(struct packets *list, size_t at, const struct anatomy *a,
    uint32_t seq, uint32_t ack);

/* A packet in Linux cooked v2 under another link header; others, and link
 * types that are not built here, stay as they are. */
struct packet surgery_link(struct packets *owner, const struct packet *p, uint32_t link_type);

#endif
