/*
 * judgement - what is said about one connection, and in which words.
 *
 * A plain value: report/ and ui/ print it and decide nothing. The words are a
 * contract (doc/format.md); each enum has its word in judgement.c.
 *
 * units      times are nanoseconds since the epoch, UTC; bytes are TCP payload,
 *            counted from sequence numbers.
 * ownership  strings and chains are borrowed from the ledger and live as long
 *            as it; explanation is the judgement's own.
 * escaping   a struct bytes is raw from the wire: text_put_wire() before print.
 *            explanation is escaped already.
 */
#ifndef AUDIT_JUDGEMENT_H
#define AUDIT_JUDGEMENT_H

#include "audit/messages.h"
#include "audit/release.h"
#include "base/address.h"
#include "base/socket.h"
#include "dissectors/fact.h"

/* Absent means: not known. */
enum answer { ANSWER_ABSENT, ANSWER_NO, ANSWER_YES };

enum verdict {
	VERDICT_NONE,
	VERDICT_PLAINTEXT,
	VERDICT_MUTUAL,
	VERDICT_ONE_WAY,
	VERDICT_ENCRYPTED,
	VERDICT_REFUSED,
	VERDICT_UNKNOWN,
	N_VERDICTS
};

enum evidence {
	EVIDENCE_NONE,		/* the weakest; JSON "none" */
	EVIDENCE_INFERRED,
	EVIDENCE_RESUMED,
	EVIDENCE_DECRYPTED,
	EVIDENCE_SEEN,
};

enum connection_state { STATE_NONE, STATE_HANDSHAKE, STATE_UP, STATE_CLOSED, STATE_REFUSED };

enum reason {
	REASON_NONE,
	REASON_COOKIE_MISMATCH,
	REASON_NOT_ALLOWED,
	REASON_SIMULTANEOUS,
	REASON_PLAIN_TO_TLS,
	REASON_TLS_TO_PLAIN,
	REASON_NO_ANSWER,
	REASON_ALERT,
	REASON_RESET,
	REASON_CLOSED,
	REASON_NOT_DISTRIBUTION,
};

/* Bits of known_by. */
enum known_by {
	KNOWN_BY_EPMD      = 1 << 0,
	KNOWN_BY_PORT      = 1 << 1,
	KNOWN_BY_HANDSHAKE = 1 << 2,
	KNOWN_BY_FRAMES    = 1 << 3,
	KNOWN_BY_LENGTHS   = 1 << 4,
	KNOWN_BY_DECRYPTED = 1 << 5,
};

enum certificate_state {
	CERTIFICATE_ABSENT,		/* JSON null: TLS did not get that far */
	CERTIFICATE_SENT,
	CERTIFICATE_DECLINED,		/* client: asked, and sent an empty one */
	CERTIFICATE_NOT_REQUESTED,	/* client */
	CERTIFICATE_NOT_REACHED,
	CERTIFICATE_UNKNOWN,
};

#define BLIND_BIT(why)	(1u << (why))	/* enum blind */

struct chain {
	uint16_t n;				/* certificates kept in v */
	const struct certificate *v[TLS_CHAIN_MAX];	/* as sent: leaf first */
};

struct judged_end {
	struct address address;
	uint16_t     port;
	struct bytes node;		/* "b@beta.lab", "b@?"; empty: null */
	const char  *netns;		/* network namespace, harmless; NULL: not known or asked */
};

#define JUDGED_RECORDS_MAX 12u	/* five of a flight and six of the inner handshake */

/* A sealed record that an inference rests on, so that a sceptic can check. */
struct judged_record {
	const char *message;		/* "CertificateRequest", "send_name" */
	uint16_t length;		/* of the record's fragment */
	const char *key;		/* of a CertificateVerify: "RSA-2048"; NULL */
	uint64_t end;			/* offset in its side's stream: as in messages */
};

struct judged_records {
	unsigned n;
	struct judged_record v[JUDGED_RECORDS_MAX];
};

struct judged_tls {
	uint16_t     version;		/* 0: null */
	uint16_t     cipher;		/* valid when has_cipher */
	bool         has_cipher;
	uint16_t     group;		/* 0: null */
	enum answer  post_quantum;
	struct bytes sni;		/* empty: null */
	enum answer  resumed;
	struct {
		enum certificate_state state;
		enum evidence evidence;		/* EVIDENCE_NONE: null */
		struct chain chain;		/* n 0: null */
		enum answer verified;		/* the ServerKeyExchange's signature */
		uint16_t scheme;		/* of that; 0: none, or before TLS 1.2 */
	} server;
	struct {
		enum answer requested;
		enum certificate_state state;
		enum answer proved, verified;
		enum evidence evidence;		/* EVIDENCE_NONE: null */
		struct chain chain;		/* n 0: null */
		uint16_t scheme;		/* of the CertificateVerify; 0: as above */
	} client;
	struct {
		bool      present;
		bool      sealed;		/* encrypted: level and description are null */
		enum side from;
		uint8_t   level, description;
	} alert;
	struct judged_records inferred_from[2];	/* by enum side, in their order */
};

struct judged_dist {
	uint8_t version;		/* 5, 6; 0: null */
	enum dist_status status;
	enum answer complete;		/* the handshake was finished on both sides */
	enum evidence evidence;
	struct release release[2];	/* by enum side, as that side said in clear */
	enum answer hidden[2];		/* a node that is not published */
};

/* Who holds the socket of this host, if one does. */
struct owner {
	uint32_t pid;			/* 0: not known */
	char     comm[SOCKET_COMM_SIZE];	/* any bytes */
};

static inline bool
owner_equal(const struct owner *a, const struct owner *b)
{
	return a->pid == b->pid && memcmp(a->comm, b->comm, sizeof a->comm) == 0;
}

#define EXPLANATION_MAX 400u

struct judgement {
	uint32_t id;			/* 1, 2, ... by first packet */
	uint64_t flow;			/* the number of its flow, whatever is listed */
	uint64_t first_ns, last_ns;
	struct judged_end end[2];	/* by enum side */
	uint64_t bytes[2], packets[2];	/* sent by that side; from before the capture as the
					 * kernel counted */
	struct owner owner[2];		/* by enum side */
	unsigned known_by;		/* enum known_by */
	enum verdict verdict;
	enum evidence evidence;
	enum connection_state state;	/* STATE_NONE: what became of it is not known */
	enum reason reason;
	char     explanation[EXPLANATION_MAX];	/* empty: null */
	bool     has_tls;
	struct judged_tls tls;
	bool     has_dist;
	struct judged_dist dist;
	const struct message_block *messages;	/* what is known to have been said */
	unsigned n_messages;
	bool     more_messages;		/* others were not kept */
	unsigned blind;			/* BLIND_BIT()s */
	/* Of each side, by enum side: so many bytes from its first on are neither a cookie's
	 * digest nor a message between nodes, unless they are encrypted. */
	uint64_t quotable[2];
};

/* 1: the worst, plaintext; 6: mutual; 0 for VERDICT_NONE. What nobody could read comes
 * after what somebody might have. */
unsigned verdict_rank(enum verdict v);

const char *verdict_word(enum verdict v);		/* "one-way"; "unknown" for VERDICT_NONE */
const char *verdict_key(enum verdict v);		/* "one_way", in the summary */
const char *evidence_word(enum evidence e);		/* "none" for EVIDENCE_NONE */
const char *state_word(enum connection_state s);	/* NULL for STATE_NONE */
const char *reason_word(enum reason r);			/* NULL for REASON_NONE */
const char *certificate_state_word(enum certificate_state s);	/* NULL for ABSENT */
const char *known_by_word(enum known_by one);		/* NULL for what is not one bit */
const char *blind_word(enum blind why);			/* NULL for BLIND_NONE */
const char *dist_status_word(enum dist_status s);	/* NULL for NONE */

#endif
