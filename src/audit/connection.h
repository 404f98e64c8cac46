/*
 * connection - everything that one TCP connection has shown, as facts: nothing
 * here is judged yet.
 *
 * ownership  strings live in the connection's arena; chains point into the
 *            ledger's certificates, messages are counted in its transcripts.
 * limits     LIMIT_SEALED_RECORDS records of each side, BLIND_SPOTS_MAX losses,
 *            SCRIPT_MAX messages; more sets a flag that audit respects.
 */
#ifndef AUDIT_CONNECTION_H
#define AUDIT_CONNECTION_H

#include "audit/judgement.h"
#include "audit/transcript.h"
#include "base/arena.h"

/* What TCP shows, filled by the engine from the flow. By enum side. */
struct transport_end {
	struct address address;
	uint16_t port;
	uint64_t bytes, packets;	/* sent */
	uint64_t acked;			/* of its bytes, by the other side */
	bool     syn;			/* its SYN (or SYN with ACK) was seen */
	uint64_t fin_ns, rst_ns;	/* 0: none */
	bool     fin_is_answer;		/* it acknowledges the other side's */
};

/* What the first bytes were taken for. */
enum spoken {
	SPOKEN_NOTHING,			/* no payload, or not enough to tell */
	SPOKEN_DIST,
	SPOKEN_TLS,
	SPOKEN_SEARCHED,		/* joined late, or the start was lost */
	SPOKEN_OTHER,			/* readable, and neither */
	SPOKEN_EPMD,
};

struct transport {
	uint64_t flow;			/* its number: flows are counted as they begin */
	uint16_t source;		/* the input that met it first */
	uint64_t first_ns, last_ns;
	enum spoken spoken;
	bool     on_epmd_port;
	bool     sides_certain;		/* a SYN or the bytes told who is the client */
	bool     adopted;		/* the kernel told of it, before any packet */
	struct transport_end end[2];
};

struct sealed_record {
	uint64_t at_ns;
	uint64_t end;			/* own offset */
	uint64_t peer_acked;
	uint16_t length;		/* of the fragment */
	uint8_t  type;
};

#define RECORD_HEADER_BYTES 5u		/* RFC 8446 5.1 */

/* Own offset of its header. */
static inline uint64_t
sealed_record_start(const struct sealed_record *r)
{
	return r->end - r->length - RECORD_HEADER_BYTES;
}

#define SCRIPT_MAX 24u

/* The messages of one side in their order, a letter each. RFC 5246 7.3. */
enum script {
	SCRIPT_HELLO               = 'H',
	SCRIPT_RETRY               = 'h',	/* HelloRetryRequest */
	SCRIPT_CERTIFICATE         = 'C',
	SCRIPT_CERTIFICATE_STATUS  = 'U',
	SCRIPT_KEY_EXCHANGE        = 'K',
	SCRIPT_CERTIFICATE_REQUEST = 'R',
	SCRIPT_HELLO_DONE          = 'D',
	SCRIPT_CERTIFICATE_VERIFY  = 'V',
	SCRIPT_TICKET              = 'T',
	SCRIPT_CHANGE_CIPHER       = 'S',
	SCRIPT_SEALED_HANDSHAKE    = 'F',
	SCRIPT_DATA                = 'A',	/* the first sealed application data */
	SCRIPT_SEALED_ALERT        = 'x',
	SCRIPT_ALERT               = 'L',
	SCRIPT_OTHER               = '?',	/* breaks every rule */
};

struct tls_side_facts {
	char     script[SCRIPT_MAX + 1];	/* full: the last letter is '?' */
	uint64_t hello_end;		/* own offset */
	bool     certificate_message;	/* in clear, also when empty */
	uint16_t n_certificates;	/* in that message */
	struct chain chain;
	bool     alert;			/* in clear; the first fatal one, else the last */
	uint8_t  alert_level, alert_description;
	uint64_t alert_ns;
	bool     sealed_alert;
	struct sealed_record *records;
	unsigned n_records;
};

struct session_facts;

struct tls_facts {
	struct tls_side_facts side[2];
	bool     client_hello, server_hello;
	uint64_t hello_ns;		/* of the first ClientHello */
	uint16_t offered_version;
	struct bytes sni;
	struct bytes client_session_id, server_session_id;
	bool     psk_chosen, early_data, compressed_certificates, ticket_offered;
	bool     retried;		/* HelloRetryRequest */
	uint16_t version, cipher;	/* of the ServerHello */
	uint16_t group;			/* 0: not named */
	bool     certificate_request;
	uint16_t exchange_scheme;	/* of the ServerKeyExchange's signature */
	uint16_t verify_scheme;
	struct transcript transcript;
	const struct session_facts *resumed_from;	/* NULL: not known */
};

struct dist_facts {
	bool     name, status, challenge, complement, reply, ack;
	uint8_t  version;		/* of send_name */
	enum dist_status what;		/* the server's last status */
	struct bytes client_name, server_name, assigned_name;
	uint64_t flags[2];		/* by side; 0: not said */
	bool     flags_whole[2];	/* their upper half was said too */
	uint64_t name_end;		/* client's offset; 0: not seen */
	uint64_t challenge_end;		/* server's offset; 0: not seen */
	uint64_t reply_end;		/* client's offset */
	uint64_t reply_ns;
	bool     tls_alert;		/* the server answered with one */
	uint8_t  tls_alert_description;
	bool     frames[2];		/* by side: verified in mid-stream */
	bool     ticks[2];		/* four zero bytes at a frame's place */
};

static inline bool
dist_has_frames(const struct dist_facts *d)
{
	return d->frames[0] || d->frames[1];
}

#define BLIND_SPOTS_MAX 16u

struct blind_spot {
	enum blind why;
	enum side  side;
	uint64_t   at;			/* own offset */
	uint64_t   peer_acked;		/* by the last packet before it */
};

struct listing;

struct connection {
	bool     epmd;			/* told something in EPMD's protocol */
	struct listing *listing;	/* roll.h: its place and judgement; NULL: not listed */
	bool     stale;			/* it has shown something since it was looked at */
	struct {			/* when it was looked at last */
		uint64_t ns, labels, hosts;	/* its last_ns, and the others' versions */
	} looked;
	struct {			/* what this host's kernel says */
		bool established;
		struct owner owner[2];	/* by side */
		uint16_t space[2];	/* by side: where its socket is, if that is known */
		uint64_t sent[2];	/* bytes, by side; 0: not told */
	} kernel;
	uint64_t told[2];		/* by side: own offset up to which facts were told */
	struct connection *newer, *older;	/* kept ones, by end */
	struct arena arena;
	struct transport transport;	/* as of the last fact or the end */
	struct tls_facts tls;
	struct dist_facts dist;
	struct messages messages;
	unsigned n_blind;
	struct blind_spot blind[BLIND_SPOTS_MAX];
	struct {
		bool     any;
		uint64_t at;		/* own offset of the first */
	} anomaly[2];			/* bytes that break a rule, by side */
	bool     out_of_memory;
	struct {			/* EPMD conversations: the node that lives */
		bool     asked, granted;	/* said by either side, whichever was met first */
		bool     accepted;		/* both */
		uint16_t port;
		uint8_t  type;
		uint16_t highest;	/* distribution version */
		struct bytes name;
	} alive;
};

struct certificates;

struct connection *connection_new(void);	/* NULL: no memory */
void connection_free(struct connection *c);

/* Take in a fact. Certificates are looked up, or decoded once; signatures are
 * checked when all that they sign was told. */
void connection_fact(struct connection *c, const struct fact *f, const struct stamped *where,
    struct certificates *certificates, struct transcripts *transcripts);

/* The n-th sealed record of a type on one side, from 0; NULL: not there. */
const struct sealed_record *connection_record(const struct connection *c, enum side side,
    uint8_t type, unsigned n);

/* Did a side break a rule before the server's record "until", or before what
 * that acknowledges? NULL: ever. */
bool connection_is_odd_before(const struct connection *c, enum side side,
    const struct sealed_record *until);

/* What TCP shows now. Stale, unless nothing but its counters changed. */
void connection_carry(struct connection *c, const struct transport *now);

/* It will show nothing more: gives back what it kept for more. */
void connection_trim(struct connection *c);

/* Memory that a trimmed one takes. */
size_t connection_bytes(const struct connection *c);

/* FIN or RST of either side was seen. */
bool transport_ended(const struct transport *t);

#endif
