/*
 * chain_decode - the certificates of a chain as OpenSSL's. Only for chain*.c.
 *
 * ownership  chain_decoded_free() gives all of them back.
 */
#ifndef AUDIT_CHAIN_DECODE_H
#define AUDIT_CHAIN_DECODE_H

#include <openssl/x509.h>

#include "audit/judgement.h"

struct decoded_chain {
	unsigned n;
	X509 *v[TLS_CHAIN_MAX];		/* NULL: OpenSSL cannot read it */
	bool  all;			/* none of them is NULL */
};

static inline X509 *
certificate_decode(const struct certificate *c)
{
	const unsigned char *p = c->der.p;
	X509 *x = c->der.n > 0 && c->der.n <= INT32_MAX ? d2i_X509(NULL, &p, (long)c->der.n) : NULL;

	if (x != NULL && p != c->der.p + c->der.n) {
		X509_free(x);		/* something comes after it */
		x = NULL;
	}
	return x;
}

static inline void
chain_decode(const struct chain *c, struct decoded_chain *out)
{
	*out = (struct decoded_chain){ .n = c->n, .all = true };
	for (unsigned i = 0; i < c->n; i++) {
		out->v[i] = certificate_decode(c->v[i]);
		out->all = out->all && out->v[i] != NULL;
	}
}

static inline void
chain_decoded_free(struct decoded_chain *d)
{
	for (unsigned i = 0; i < d->n; i++)
		X509_free(d->v[i]);
	d->n = 0;
}

/* By name and by signature. ABSENT: the signature is of a kind, or in a state, that
 * OpenSSL cannot check. */
static inline enum answer
certificate_is_issued_by(X509 *x, X509 *issuer)
{
	if (X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(issuer)) != 0)
		return ANSWER_NO;
	EVP_PKEY *key = X509_get0_pubkey(issuer);
	int verified = key != NULL ? X509_verify(x, key) : -1;
	return verified > 0 ? ANSWER_YES : verified == 0 ? ANSWER_NO : ANSWER_ABSENT;
}

#endif
