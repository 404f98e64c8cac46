/*
 * tls_crypt - is a signature of a TLS handshake good?
 *
 * A pure function of bytes; knows no connection.
 *
 * source     RFC 5246 7.4.3 (ServerKeyExchange), 7.4.8 (CertificateVerify), 4.7;
 *            RFC 4346 7.4.3, 7.4.8 (TLS 1.0, 1.1: no SignatureScheme); RFC 8422 5.4, 5.8.
 */
#ifndef DISSECTORS_TLS_CRYPT_H
#define DISSECTORS_TLS_CRYPT_H

#include "dissectors/fact.h"

/* certificate: DER, whose key must have made the signature over the parts, one
 * after the other. scheme: 0 before TLS 1.2. SIGNATURE_NOT_CHECKED: a scheme or key
 * that is not known here, or a certificate that cannot be read. */
enum signature_check tls_signature_check(struct bytes certificate, uint16_t version,
    uint16_t scheme, const struct bytes *parts, size_t n_parts, struct bytes signature);

#endif
