/*
 * x509 - one certificate, decoded with OpenSSL.
 *
 * A pure function of the DER bytes. Asks no clock: whether a certificate is
 * still good is somebody else's question.
 *
 * source     RFC 5280.
 * ownership  the strings of a struct certificate are taken from the arena.
 * strings    subject and issuer are what "openssl x509 -subject -issuer" prints; OpenSSL
 *            has escaped control characters and non-ASCII already, but
 *            treat them as wire strings all the same.
 */
#ifndef DISSECTORS_X509_H
#define DISSECTORS_X509_H

#include "base/arena.h"
#include "dissectors/fact.h"

/* False when der is no certificate (then only .der and .sha256 are set) or
 * memory is out. */
bool x509_parse(struct bytes der, struct arena *a, struct certificate *out);

#endif
