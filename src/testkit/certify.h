/*
 * certify - certificates for tests, made with OpenSSL and read by x509.
 *
 * ownership  a struct certified owns all of its parts; certified_free(). It is not
 *            moved once made.
 * failure    a test that cannot make its certificates fails.
 */
#ifndef TESTKIT_CERTIFY_H
#define TESTKIT_CERTIFY_H

#include <stdio.h>

#include "base/arena.h"
#include "dissectors/fact.h"

struct certified {
	void *x, *key;			/* X509, EVP_PKEY */
	uint8_t *der;
	struct certificate is;		/* as it is read on the wire */
	struct arena arena;
};

struct recipe {
	const char *organisation;	/* NULL: none */
	const char *common_name;	/* NULL: none */
	size_t common_name_len;		/* 0: it is terminated */
	const char *names;		/* "DNS:beta.lab,IP:10.0.0.1"; NULL: none */
	const char *usage;		/* "serverAuth"; NULL: none said */
	bool ca;
	int64_t from, until;		/* seconds; both 0: 2020 to 2040 */
	const char *key;		/* "RSA-1024", "ED25519", "P-256"; NULL: P-256 */
	const struct certified *same_key;	/* NULL: a key of its own */
	const char *hash;		/* NULL: SHA256 */
};

/* issuer NULL: it signs itself. */
void certify(struct certified *out, const struct recipe *r, const struct certified *issuer);
void certified_free(struct certified *c);

void certified_put_pem(const struct certified *c, FILE *to);

#endif
