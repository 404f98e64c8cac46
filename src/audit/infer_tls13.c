#include "audit/infer_tls13.h"

#include "dissectors/names.h"

#define APPLICATION_DATA 23
#define ALERT_LENGTH     2u		/* [RFC 8446 6] level, description */
#define MESSAGE_HEADER   4u		/* [RFC 8446 4] type, u24 length */
#define RECORD_MAX       16384u		/* [RFC 8446 5.1] a full one is part of more */
#define TICKETS_MAX      8u		/* NewSessionTickets before the inner handshake */

/* The least that a message can have, with its header. */
enum {
	ENCRYPTED_EXTENSIONS_MIN = 6,	/* [4.3.1] an empty vector */
	CERTIFICATE_REQUEST_MIN  = 15,	/* [4.3.2] context, signature_algorithms with one */
	CERTIFICATE_EMPTY        = 8,	/* [4.4.2] context and list, both empty */
	CERTIFICATE_MIN          = 136,	/* one X.509 certificate with any key and signature */
	CERTIFICATE_VERIFY       = 8,	/* [4.4.3] + signature: scheme, vec16 */
	TICKET_MIN               = 18,	/* [4.6.1] a ticket of one byte */
};

/* A walk over one side's sealed records, in plain lengths. */
struct plain {
	const struct connection *c;
	enum side side;
	unsigned overhead, hash;
};

static const struct sealed_record *
record(const struct plain *p, unsigned n)
{
	return connection_record(p->c, p->side, APPLICATION_DATA, n);
}

/* Message bytes in the n-th record; 0: there is none. */
static unsigned
length(const struct plain *p, unsigned n)
{
	const struct sealed_record *r = record(p, n);

	return r != NULL && r->length > p->overhead ? r->length - p->overhead : 0;
}

static bool
is_finished(const struct plain *p, unsigned n)
{
	return length(p, n) == MESSAGE_HEADER + p->hash;
}

static bool
is_alert(const struct plain *p, unsigned n)
{
	return length(p, n) == ALERT_LENGTH;
}

static bool
is_certificate(const struct plain *p, unsigned n)
{
	unsigned plain = length(p, n);

	return plain >= CERTIFICATE_MIN && plain < RECORD_MAX;
}

/*
 * Sizes of signatures: DER-coded ECDSA varies by a few bytes (leading zeroes of
 * r and s), RSA has the size of its modulus.
 * [RFC 3279 2.2.3, RFC 8017 8, RFC 8032 5, FIPS 204 table 2]
 */
static const struct {
	uint16_t from, to;
	const char *key;
} signatures[] = {
	{ 64, 64, "ED25519" },
	{ 66, 72, "EC-P-256" },
	{ 98, 104, "EC-P-384" },
	{ 114, 114, "ED448" },
	{ 128, 128, "RSA-1024" },
	{ 132, 139, "EC-P-521" },
	{ 256, 256, "RSA-2048" },
	{ 384, 384, "RSA-3072" },
	{ 512, 512, "RSA-4096" },
	{ 1024, 1024, "RSA-8192" },
	{ 2048, 2048, "RSA-16384" },
	{ 2420, 2420, "ML-DSA-44" },
	{ 3309, 3309, "ML-DSA-65" },
	{ 4627, 4627, "ML-DSA-87" },
};

static const char *
key_of_signature(unsigned n)
{
	for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
		if (n >= signatures[i].from && n <= signatures[i].to)
			return signatures[i].key;
	return n >= 128 && n <= 2048 && n % 8 == 0 ? "RSA" : NULL;
}

const char *
infer_signature_key(uint16_t fragment, unsigned overhead)
{
	unsigned around = overhead + CERTIFICATE_VERIFY;

	return fragment > around ? key_of_signature(fragment - around) : NULL;
}

static bool
is_certificate_verify(const struct plain *p, unsigned n)
{
	unsigned plain = length(p, n);

	return plain > CERTIFICATE_VERIFY && key_of_signature(plain - CERTIFICATE_VERIFY) != NULL;
}

/* [RFC 8446 2] EncryptedExtensions, CertificateRequest or not, Certificate,
 * CertificateVerify, Finished; is Finished the record after n others? */
static bool
server_finishes_after(const struct plain *p, unsigned n)
{
	return length(p, 0) >= ENCRYPTED_EXTENSIONS_MIN && length(p, 0) < RECORD_MAX &&
	    (n == 3 || (length(p, 1) >= CERTIFICATE_REQUEST_MIN && length(p, 1) < RECORD_MAX)) &&
	    is_certificate(p, n - 2) && is_certificate_verify(p, n - 1) && is_finished(p, n);
}

static enum flight
server_flight(const struct plain *p, struct tls13_shape *s)
{
	bool not_asked = server_finishes_after(p, 3), asked = server_finishes_after(p, 4);
	unsigned n = 0;

	if (not_asked && asked)
		return FLIGHT_ODD;
	if (not_asked || asked) {
		s->requested = asked;
		s->n_flight[SIDE_SERVER] = asked ? 5 : 4;
		return FLIGHT_FINISHED;
	}
	while (n < 5 && record(p, n) != NULL && !is_alert(p, n))
		n++;
	s->n_flight[SIDE_SERVER] = n;
	if (n == 0 && record(p, 0) == NULL)
		return FLIGHT_NONE;
	if (n < 5 && is_alert(p, n))
		return FLIGHT_ALERT;
	return n < 5 ? FLIGHT_PARTLY : FLIGHT_ODD;
}

/* The client's answer where the server did not ask: Finished. */
static enum flight
client_finished_alone(const struct plain *p, struct tls13_shape *s)
{
	if (!is_finished(p, 0))
		return FLIGHT_ODD;
	s->answer = ANSWERED_NOTHING;
	s->n_flight[SIDE_CLIENT] = 1;
	return FLIGHT_FINISHED;
}

/* Where it did: Certificate, CertificateVerify unless that was empty, Finished. */
static enum flight
client_answered(const struct plain *p, struct tls13_shape *s)
{
	bool empty = length(p, 0) == CERTIFICATE_EMPTY;
	unsigned n = empty ? 1 : 2;

	if (!empty && !is_certificate(p, 0))
		return FLIGHT_ODD;
	if (!empty && record(p, 1) != NULL && !is_alert(p, 1) && !is_certificate_verify(p, 1))
		return FLIGHT_ODD;
	s->answer = empty ? ANSWERED_EMPTY : ANSWERED_CERTIFICATE;
	for (unsigned i = 1; i <= n; i++) {
		if (record(p, i) == NULL)
			return FLIGHT_PARTLY;
		if (is_alert(p, i)) {
			s->n_flight[SIDE_CLIENT] = i;
			return FLIGHT_ALERT;
		}
	}
	if (!is_finished(p, n))
		return FLIGHT_ODD;
	s->n_flight[SIDE_CLIENT] = n + 1;
	return FLIGHT_FINISHED;
}

static enum flight
client_flight(const struct plain *p, struct tls13_shape *s)
{
	if (record(p, 0) == NULL)
		return FLIGHT_NONE;
	if (is_alert(p, 0)) {
		s->n_flight[SIDE_CLIENT] = 0;
		return FLIGHT_ALERT;
	}
	if (s->server != FLIGHT_FINISHED)
		return FLIGHT_ODD;
	/* An answer to the server's Finished comes after it. */
	if (record(p, 0)->peer_acked < s->finished[SIDE_SERVER]->end)
		return FLIGHT_ODD;
	return s->requested ? client_answered(p, s) : client_finished_alone(p, s);
}

static enum why_not
not_covered(const struct connection *c)
{
	if (c->tls.psk_chosen)
		return WHY_PSK;
	if (c->tls.early_data)
		return WHY_EARLY_DATA;
	if (c->tls.compressed_certificates)
		return WHY_COMPRESSED;
	return infer_overhead(c->tls.version, c->tls.cipher) ? WHY_NONE : WHY_SUITE;
}

/* [RFC 8446 B.4] the suite's name ends with its hash. */
static unsigned
hash_length(uint16_t cipher)
{
	const char *name = tls_cipher_name(cipher);

	return name != NULL && strstr(name, "_SHA384") != NULL ? 48 : 32;
}

/* After its Finished a server may send tickets before it speaks inside. */
static struct inner_handshake
inner_after_tickets(const struct plain *server, const struct tls13_shape *s)
{
	unsigned first[2] = { s->n_flight[SIDE_CLIENT], s->n_flight[SIDE_SERVER] };
	struct inner_handshake at_once = infer_inner_handshake(server->c, first), h = at_once;

	for (unsigned n = 0; n < TICKETS_MAX && h.message[INNER_REPLY] == NULL; n++) {
		if (length(server, first[SIDE_SERVER]) < TICKET_MIN)
			return at_once;
		first[SIDE_SERVER]++;
		h = infer_inner_handshake(server->c, first);
	}
	return h.message[INNER_REPLY] != NULL ? h : at_once;
}

struct tls13_shape
infer_tls13(const struct connection *c)
{
	unsigned overhead = infer_overhead(c->tls.version, c->tls.cipher);
	struct plain server = { c, SIDE_SERVER, overhead, hash_length(c->tls.cipher) };
	struct plain client = { c, SIDE_CLIENT, overhead, server.hash };
	struct tls13_shape s = { .why = not_covered(c) };

	if (s.why != WHY_NONE)
		return s;
	s.server = server_flight(&server, &s);
	if (s.server == FLIGHT_FINISHED)
		s.finished[SIDE_SERVER] = record(&server, s.n_flight[SIDE_SERVER] - 1);
	s.client = client_flight(&client, &s);
	if (s.client == FLIGHT_FINISHED) {
		unsigned n = s.n_flight[SIDE_SERVER];
		s.finished[SIDE_CLIENT] = record(&client, s.n_flight[SIDE_CLIENT] - 1);
		s.server_alert = is_alert(&server, n) && record(&server, n + 1) == NULL &&
		    record(&server, n)->peer_acked >= s.finished[SIDE_CLIENT]->end;
		s.inner = inner_after_tickets(&server, &s);
	}
	if (s.server == FLIGHT_ODD || s.client == FLIGHT_ODD)
		s.why = WHY_SHAPE;
	return s;
}

static const char *
server_record_name(const struct tls13_shape *s, unsigned n)
{
	static const char *const names[] = { "EncryptedExtensions", "CertificateRequest",
		"Certificate", "CertificateVerify", "Finished" };

	if (s->server != FLIGHT_FINISHED)
		return NULL;
	if (n >= s->n_flight[SIDE_SERVER])
		return n == s->n_flight[SIDE_SERVER] && s->server_alert ? "alert" : NULL;
	return names[n > 0 && !s->requested ? n + 1 : n];
}

static const char *
client_record_name(const struct tls13_shape *s, unsigned n)
{
	static const char *const whole[] = { "Certificate", "CertificateVerify", "Finished" };

	if (s->client == FLIGHT_ALERT && n == s->n_flight[SIDE_CLIENT])
		return "alert";
	if (s->client != FLIGHT_FINISHED || n >= s->n_flight[SIDE_CLIENT])
		return NULL;
	if (n + 1 == s->n_flight[SIDE_CLIENT])
		return "Finished";
	return s->answer == ANSWERED_EMPTY ? "empty Certificate" : whole[n];
}

const char *
infer_record_name(const struct tls13_shape *s, enum side side, unsigned n)
{
	if (s->why != WHY_NONE)
		return NULL;
	return side == SIDE_SERVER ? server_record_name(s, n) : client_record_name(s, n);
}
