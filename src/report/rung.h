/*
 * rung - one message of a handshake in words: its name, its size, what is in it.
 *
 * escaping   safe for a terminal, on one line, ASCII unless utf8.
 */
#ifndef REPORT_RUNG_H
#define REPORT_RUNG_H

#include "audit/judgement.h"
#include "base/text.h"

/* "ClientHello, 512 bytes: offers TLSv1.3, key share x25519, SNI beta.lab" */
void rung_put_message(struct text *t, const struct judgement *j, const struct message *m,
    bool utf8);

/* "CertificateVerify, inferred: 281 bytes, RSA-2048" */
void rung_put_inferred(struct text *t, const struct judgement *j,
    const struct judged_record *r);

#endif
