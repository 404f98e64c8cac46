#include "audit/infer.h"

#include "dissectors/names.h"

#define VERSION_TLS12 0x0303
#define VERSION_TLS13 0x0304

#define NODE_NAME_MAX 255u

/* Plain sizes with 32-bit framing; n is the length of a node name.
 * [OTP dist: send_name, send_status, send_challenge, send_complement,
 * send_challenge_reply, send_challenge_ack] */
enum {
	NAME_V5            = 11,	/* + n */
	STATUS_OK          = 7,
	STATUS_NOK         = 8,
	STATUS_TRUE        = 9,
	STATUS_ALIVE       = 10,
	STATUS_NOT_ALLOWED = 16,
	STATUS_OK_SIMULTANEOUS = 20,
	STATUS_NAMED       = 17,	/* + n, and a node name has 3 bytes or more */
	CHALLENGE_V5       = 15,	/* + n */
	CHALLENGE_V6       = 23,	/* + n */
	COMPLEMENT         = 13,
	REPLY              = 25,
	ACK                = 21,
};

unsigned
infer_overhead(uint16_t version, uint16_t cipher)
{
	const char *name = tls_cipher_name(cipher);

	if (name == NULL)
		return 0;
	bool short_tag = strstr(name, "_CCM_8") != NULL;
	bool chacha = strstr(name, "_CHACHA20_") != NULL;
	bool aead = chacha || strstr(name, "_GCM_") != NULL || strstr(name, "_CCM") != NULL;
	if (!aead)
		return 0;
	unsigned tag = short_tag ? 8 : 16;
	if (version == VERSION_TLS13)
		return tag + 1;			/* [RFC 8446 5.2] the content type */
	if (version == VERSION_TLS12)
		return chacha ? tag : tag + 8;	/* [RFC 5288 3] the explicit nonce */
	return 0;
}

static enum dist_status
status_of_length(uint16_t plain)
{
	switch (plain) {
	case STATUS_OK:              return DIST_STATUS_OK;
	case STATUS_NOK:             return DIST_STATUS_NOK;
	case STATUS_ALIVE:           return DIST_STATUS_ALIVE;
	case STATUS_NOT_ALLOWED:     return DIST_STATUS_NOT_ALLOWED;
	case STATUS_OK_SIMULTANEOUS: return DIST_STATUS_OK_SIMULTANEOUS;
	default: break;
	}
	if (plain >= STATUS_NAMED + 3 && plain <= STATUS_NAMED + NODE_NAME_MAX)
		return DIST_STATUS_NAMED;
	return DIST_STATUS_NONE;
}

/* One side's application data, a plain length at a time. */
struct reader {
	const struct connection *c;
	enum side side;
	unsigned n, overhead;
};

/* The next record, if it acknowledges the other side up to acked. */
static const struct sealed_record *
next(struct reader *r, uint64_t acked, uint16_t *plain)
{
	const struct sealed_record *s = connection_record(r->c, r->side, 23, r->n);

	if (s == NULL || s->peer_acked < acked || s->length < r->overhead)
		return NULL;
	r->n++;
	*plain = (uint16_t)(s->length - r->overhead);
	return s;
}

struct inner_handshake
infer_inner_handshake(const struct connection *c, const unsigned first[2])
{
	unsigned overhead = infer_overhead(c->tls.version, c->tls.cipher);
	struct inner_handshake h = { .possible = overhead != 0 };
	struct reader client = { c, SIDE_CLIENT, first[SIDE_CLIENT], overhead };
	struct reader server = { c, SIDE_SERVER, first[SIDE_SERVER], overhead };
	const struct sealed_record *to_server, *to_client;
	uint16_t plain;

	if (!h.possible || (to_server = next(&client, 0, &plain)) == NULL ||
	    plain <= NAME_V5 || plain > CHALLENGE_V6 + NODE_NAME_MAX)
		return h;
	h.name_length = plain;
	if ((to_client = next(&server, to_server->end, &plain)) == NULL ||
	    (h.status = status_of_length(plain)) == DIST_STATUS_NONE)
		return h;
	h.status_seen = true;
	h.answered = to_client;
	if (h.status == DIST_STATUS_ALIVE &&
	    ((to_server = next(&client, to_client->end, &plain)) == NULL || plain != STATUS_TRUE))
		return h;
	if (h.status == DIST_STATUS_NOK || h.status == DIST_STATUS_NOT_ALLOWED)
		return h;
	if ((to_client = next(&server, to_server->end, &plain)) == NULL ||
	    plain <= CHALLENGE_V5 || plain > CHALLENGE_V6 + NODE_NAME_MAX)
		return h;
	h.challenge_length = plain;
	h.answered = to_client;
	if ((to_server = next(&client, to_client->end, &plain)) == NULL)
		return h;
	if (plain == COMPLEMENT && (to_server = next(&client, to_client->end, &plain)) == NULL)
		return h;
	if (plain != REPLY)
		return h;
	h.reply_end = to_server->end;
	h.complete = next(&server, to_server->end, &plain) != NULL && plain == ACK;
	return h;
}

uint8_t
infer_dist_version(const struct inner_handshake *h, size_t server_name_length)
{
	if (h->challenge_length == 0 || server_name_length == 0)
		return 0;
	if (h->challenge_length == CHALLENGE_V6 + server_name_length)
		return 6;
	if (h->challenge_length == CHALLENGE_V5 + server_name_length)
		return 5;
	return 0;
}
