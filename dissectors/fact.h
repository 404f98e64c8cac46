/*
 * fact - what a dissector learned, one typed statement at a time.
 *
 * ownership  every slice in a fact is borrowed until the call returns.
 * time       a fact has no clock and no stream offset; whoever receives it
 *            knows both.
 * secrets    challenges and digests never enter a fact: together they permit
 *            guessing the cookie offline.
 */
#ifndef DISSECTORS_FACT_H
#define DISSECTORS_FACT_H

#include "base/rd.h"

enum side { SIDE_CLIENT, SIDE_SERVER };		/* who opened the connection */

static inline enum side
side_other(enum side side)
{
	return side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

enum fact_kind {
	FACT_NONE,

	FACT_EPMD_ALIVE_REQUEST,	/* .epmd_node: a node asks to be published */
	FACT_EPMD_ALIVE_ANSWER,		/* .epmd_answer */
	FACT_EPMD_PORT_REQUEST,		/* .epmd_node, only the name */
	FACT_EPMD_PORT_ANSWER,		/* .epmd_node if .result is 0, else only .result */
	FACT_EPMD_NAMES_REQUEST,	/* NAMES or DUMP; .epmd_command */
	FACT_EPMD_NAMES_LINE,		/* .epmd_node, name and port */
	FACT_EPMD_COMMAND,		/* KILL or STOP; .epmd_command */

	FACT_DIST_NAME,			/* .dist_node: send_name */
	FACT_DIST_STATUS,		/* .dist_status */
	FACT_DIST_CHALLENGE,		/* .dist_node: the server's name and flags */
	FACT_DIST_COMPLEMENT,		/* .dist_node: creation and the high flags */
	FACT_DIST_REPLY,		/* the client proved the cookie, or tried */
	FACT_DIST_ACK,			/* the server accepted and proved it too */
	FACT_DIST_FRAME,		/* .dist_frame, only when joined in mid-stream */
	FACT_DIST_TLS_ALERT,		/* .tls_alert: a TLS peer answered in clear */

	FACT_TLS_RECORD,		/* .tls_record: every whole record, before what is in it */
	FACT_TLS_CLIENT_HELLO,		/* .tls_hello */
	FACT_TLS_SERVER_HELLO,		/* .tls_hello */
	FACT_TLS_CERTIFICATES,		/* .tls_certificates, in clear; none: an empty message */
	FACT_TLS_CERTIFICATE_REQUEST,
	FACT_TLS_KEY_EXCHANGE,		/* .tls_key_exchange: Server- or ClientKeyExchange */
	FACT_TLS_SERVER_HELLO_DONE,
	FACT_TLS_CERTIFICATE_VERIFY,	/* .tls_signature */
	FACT_TLS_CHANGE_CIPHER_SPEC,
	FACT_TLS_ALERT,			/* .tls_alert */
	FACT_TLS_OTHER_MESSAGE,		/* .tls_message: a handshake message without a row here */

	FACT_ANOMALY,			/* .anomaly: bytes that break the cited rule */
	FACT_BLIND,			/* .blind: bytes that could not be judged */
};

enum signature_check { SIGNATURE_NOT_CHECKED, SIGNATURE_BAD, SIGNATURE_GOOD };

enum anomaly { ANOMALY_NONE, ANOMALY_BAD_LENGTH, ANOMALY_BAD_VALUE, ANOMALY_UNEXPECTED, ANOMALY_TRAILING };

enum blind {
	BLIND_NONE,
	BLIND_MIDSTREAM,	/* joined after the start */
	BLIND_GAP,		/* bytes that were never captured */
	BLIND_ONE_DIRECTION,	/* only one side was captured */
	BLIND_SNAPLEN,		/* bytes cut off by the capture's snaplen */
	BLIND_NO_KEYS,		/* encrypted, and no key at hand */
	BLIND_LIMIT,		/* one of our own bounds was reached */
	BLIND_OVERLAP,		/* retransmitted bytes that differ */
	BLIND_DROPPED,		/* the capture itself dropped packets */
};

/* Distribution handshake status; OTP dist: send_status. */
enum dist_status {
	DIST_STATUS_NONE,
	DIST_STATUS_OK,
	DIST_STATUS_OK_SIMULTANEOUS,
	DIST_STATUS_NOK,
	DIST_STATUS_NOT_ALLOWED,
	DIST_STATUS_ALIVE,
	DIST_STATUS_NAMED,
	DIST_STATUS_TRUE,	/* the client's answer to alive */
	DIST_STATUS_FALSE,
	DIST_STATUS_OTHER,
};

enum dist_frame {
	DIST_FRAME_NONE,
	DIST_FRAME_TICK,
	DIST_FRAME_CONTROL,	/* a complete control message or distribution header */
	DIST_FRAME_OTHER,	/* chained to one of those, content not looked at */
};

#define TLS_GROUPS_MAX   32u	/* as many groups of a ClientHello as are told */
#define TLS_ALPN_MAX     8u
#define TLS_CHAIN_MAX    16u	/* certificates of one message; OTP's depth is 10 */
#define TLS_VERSIONS_MAX 8u

struct fact {
	enum fact_kind kind;
	enum side      side;		/* who said it */
	size_t         at, n;		/* where: n bytes from byte at of the input shown */
	struct bytes   message;		/* TLS handshake in clear: all of it, with its header */
	union {
		struct {
			struct bytes name;	/* without the host part */
			uint16_t port;
			uint8_t  result;	/* answers: 0 is success */
			uint8_t  node_type;	/* 77 normal, 72 hidden */
			uint16_t highest, lowest; /* distribution versions */
		} epmd_node;
		struct {
			uint8_t  result;	/* 0 is success */
			uint32_t creation;
		} epmd_answer;
		struct {
			uint8_t tag;		/* the request's first byte */
			struct bytes name;	/* STOP_REQ */
		} epmd_command;

		struct {
			uint8_t  version;	/* 5 or 6 */
			uint64_t flags;
			uint32_t creation;	/* 0 where the message has none */
			struct bytes name;	/* "a@alpha.lab", or a host (dynamic names) */
		} dist_node;
		struct {
			enum dist_status status;
			struct bytes name;	/* of DIST_STATUS_NAMED */
			uint32_t creation;
		} dist_status;
		enum dist_frame dist_frame;

		struct {
			uint8_t  type;		/* RFC 8446 5.1: 20 to 24 */
			uint16_t version;
			uint16_t length;	/* of the fragment, without the header */
			bool     sealed;	/* after this side's keys came into use */
		} tls_record;
		struct {
			uint16_t version;	/* chosen or highest offered; RFC 8446 4.2.1 */
			uint16_t legacy_version;
			struct bytes random;
			struct bytes session_id;
			uint16_t cipher;	/* ServerHello */
			uint16_t group;		/* ServerHello 1.3: key_share; 0: none */
			bool     retry;		/* HelloRetryRequest */
			bool     psk;		/* pre_shared_key offered or chosen */
			bool     early_data;
			bool     ticket;	/* RFC 5077: one is offered */
			bool     compressed_certificates; /* RFC 8879: can take them */
			bool     extended_master_secret;
			struct bytes sni;	/* host_name, RFC 6066 3 */
			uint16_t n_versions, versions[TLS_VERSIONS_MAX];
			uint16_t n_groups, groups[TLS_GROUPS_MAX];
			uint16_t n_shares, shares[TLS_GROUPS_MAX];
			uint16_t n_alpn;
			struct bytes alpn[TLS_ALPN_MAX];
		} tls_hello;
		struct {
			uint16_t n;		/* certificates in the message */
			struct bytes der[TLS_CHAIN_MAX];	/* the first of them */
		} tls_certificates;
		struct {
			uint16_t group;		/* ServerKeyExchange with a named curve */
			struct bytes parameters;	/* what is signed; empty: not read */
			uint16_t scheme;	/* TLS 1.2: SignatureScheme; 0: none */
			struct bytes signature;	/* empty: unsigned, or not read */
		} tls_key_exchange;
		struct {
			uint16_t scheme;	/* TLS 1.2: SignatureScheme; 0: none */
			struct bytes signature;
		} tls_signature;
		struct {
			uint8_t level, description;
			bool    sealed;		/* encrypted: neither can be read */
		} tls_alert;
		struct {
			uint8_t  type;
			uint32_t length;
		} tls_message;

		struct {
			enum anomaly what;
			const char *source;	/* static: "RFC 8446 5.1" */
		} anomaly;
		struct {
			enum blind why;
			uint64_t n;		/* bytes not judged; 0: not known */
		} blind;
	} u;
};

/* When and where a fact was said; flow/session adds it to every fact. */
struct stamped {
	uint64_t at_ns;		/* of the packet that completed it */
	uint64_t start, end;	/* offsets in its side's stream */
	uint64_t peer_acked;	/* how much of the other side's stream the packet
				 * that began it acknowledged */
};

#define CERTIFICATE_NAMES_MAX 64u	/* subject alternative names that are kept */

/* One certificate, decoded (x509.h). Strings are terminated; NULL: absent. */
struct certificate {
	struct bytes der;
	uint8_t      sha256[32];	/* of der */
	bool         readable;		/* false: only der and sha256 are set */
	const char  *subject, *issuer;	/* as "openssl x509 -subject" prints them */
	const char  *common_name;	/* the last CN of the subject */
	const char  *serial;		/* upper case hex, as openssl prints it */
	int64_t      not_before, not_after;	/* seconds since the epoch, UTC */
	const char  *key;		/* "RSA-2048", "EC-P-256", "ED25519", ... */
	uint16_t     key_bits;		/* of an RSA or DSA modulus, of a curve's field; 0: not known */
	uint16_t     key_strength;	/* in bits of security, NIST SP 800-57 1 5.6.1 */
	bool         key_is_modular;	/* RSA, RSA-PSS, DSA: key_bits are a modulus's */
	uint8_t      key_sha256[32];	/* of its SubjectPublicKeyInfo */
	const char  *signature;		/* "sha256WithRSAEncryption" */
	uint16_t     signature_strength;	/* of its hash, in bits of security; 0: not known */
	uint16_t     n_names;		/* in names; more are left out */
	const char  *names[CERTIFICATE_NAMES_MAX];	/* "DNS:beta.lab", "IP Address:10.0.0.1" */
	bool         self_signed;	/* subject is issuer, and its own key verifies it */
	bool         ca;		/* basicConstraints CA:TRUE */
};

/* The fact as one line of text, for tests and traces. */
struct text;
void fact_put(struct text *t, const struct fact *f);

#endif
