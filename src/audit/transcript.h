/*
 * transcript - the messages of a TLS handshake up to 1.2, kept until the two
 * signatures in it can be checked: the server's over its parameters (RFC 5246
 * 7.4.3) and the client's over all that was said before (7.4.8).
 *
 * The sides are kept apart: captures lie about their order, and what was said
 * before what follows from the course of a full handshake. Whether the course was
 * that one, and whether nothing was lost, is for the verdict to ask; here a second
 * hello, a loss or an abbreviated handshake only end the keeping.
 *
 * ownership  a zeroed struct transcript is a new one; transcript_end() gives its
 *            memory back, which happens by itself when nothing is left to check.
 *            The store must outlive its transcripts.
 * limits     LIMIT_TRANSCRIPT_BYTES of a connection, LIMIT_TRANSCRIPT_TOTAL of all;
 *            what does not fit is not checked, and counted.
 */
#ifndef AUDIT_TRANSCRIPT_H
#define AUDIT_TRANSCRIPT_H

#include "dissectors/fact.h"

/* dissectors/tls_crypt.h */
typedef enum signature_check signature_checker(struct bytes certificate, uint16_t version,
    uint16_t scheme, const struct bytes *parts, size_t n_parts, struct bytes signature);

struct transcripts {
	signature_checker *check;	/* NULL: nothing is kept */
	size_t   held;			/* bytes, of all */
	uint64_t shed;
};

struct handshake_messages;

struct transcript {
	struct handshake_messages *messages;	/* NULL: none are kept */
	bool over;				/* nor will be */
	enum signature_check by[2];		/* enum side */
};

void transcripts_init(struct transcripts *s, signature_checker *check);

/* f is any fact about the connection, in its side's order. leaf: f's certificate,
 * which lives as long as the store; of FACT_TLS_CERTIFICATES only, NULL: none. */
void transcript_fact(struct transcript *t, struct transcripts *s, const struct fact *f,
    const struct certificate *leaf);

void transcript_end(struct transcript *t);

#endif
