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

/* Name and status: how it begins. False: it goes no further. */
static bool
begin(struct inner_handshake *h, struct reader *client, struct reader *server)
{
	const struct sealed_record *name, *status;
	uint16_t plain;

	if ((name = next(client, 0, &plain)) == NULL || plain <= NAME_V5 ||
	    plain > CHALLENGE_V6 + NODE_NAME_MAX)
		return false;
	h->message[INNER_NAME] = name;
	if ((status = next(server, name->end, &plain)) == NULL ||
	    (h->status = status_of_length(plain)) == DIST_STATUS_NONE)
		return false;
	h->message[INNER_STATUS] = status;
	return h->status != DIST_STATUS_NOK && h->status != DIST_STATUS_NOT_ALLOWED;
}

struct inner_handshake
infer_inner_handshake(const struct connection *c, const unsigned first[2])
{
	unsigned overhead = infer_overhead(c->tls.version, c->tls.cipher);
	struct reader client = { c, SIDE_CLIENT, first[SIDE_CLIENT], overhead };
	struct reader server = { c, SIDE_SERVER, first[SIDE_SERVER], overhead };
	struct inner_handshake h = { 0 };
	const struct sealed_record **m = h.message, *r;
	uint16_t plain;

	if (overhead == 0 || !begin(&h, &client, &server))
		return h;
	uint64_t heard = m[INNER_NAME]->end;	/* of the client, by the server */
	if (h.status == DIST_STATUS_ALIVE) {
		r = next(&client, m[INNER_STATUS]->end, &plain);
		if (r == NULL || plain != STATUS_TRUE)
			return h;
		m[INNER_TRUE] = r;
		heard = r->end;
	}
	if ((r = next(&server, heard, &plain)) == NULL || plain <= CHALLENGE_V5 ||
	    plain > CHALLENGE_V6 + NODE_NAME_MAX)
		return h;
	m[INNER_CHALLENGE] = r;
	h.challenge_length = plain;
	if ((r = next(&client, m[INNER_CHALLENGE]->end, &plain)) != NULL && plain == COMPLEMENT) {
		m[INNER_COMPLEMENT] = r;
		r = next(&client, m[INNER_CHALLENGE]->end, &plain);
	}
	if (r == NULL || plain != REPLY)
		return h;
	m[INNER_REPLY] = r;
	if ((r = next(&server, m[INNER_REPLY]->end, &plain)) != NULL && plain == ACK)
		m[INNER_ACK] = r;
	return h;
}

const char *
infer_inner_name(enum inner_message m)
{
	switch (m) {
	case INNER_NAME:       return "send_name";
	case INNER_STATUS:     return "send_status";
	case INNER_TRUE:       return "send_status true";
	case INNER_CHALLENGE:  return "send_challenge";
	case INNER_COMPLEMENT: return "send_complement";
	case INNER_REPLY:      return "send_challenge_reply";
	case INNER_ACK:        return "send_challenge_ack";
	case N_INNER_MESSAGES: break;
	}
	return NULL;
}

const struct sealed_record *
infer_answered(const struct inner_handshake *h)
{
	return h->message[INNER_CHALLENGE] ? h->message[INNER_CHALLENGE] : h->message[INNER_STATUS];
}

uint8_t
infer_dist_version(const struct inner_handshake *h, size_t server_name_length)
{
	if (h->message[INNER_CHALLENGE] == NULL || server_name_length == 0)
		return 0;
	if (h->challenge_length == CHALLENGE_V6 + server_name_length)
		return 6;
	if (h->challenge_length == CHALLENGE_V5 + server_name_length)
		return 5;
	return 0;
}
