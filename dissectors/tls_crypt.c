#include "dissectors/tls_crypt.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define VERSION_TLS10 0x0301
#define VERSION_TLS12 0x0303

/* Keys beyond these OpenSSL does not use, or only with much work. */
#define RSA_BITS_MAX 16384
#define RSA_EXPONENT_BITS_MAX 64
#define DSA_BITS_MAX 3072	/* FIPS 186-4 4.2 */

enum algorithm { ALGORITHM_NONE, ALGORITHM_PKCS1, ALGORITHM_PSS, ALGORITHM_DSA, ALGORITHM_ECDSA,
	ALGORITHM_EDDSA };

/* [RFC 5246 7.4.1.4.1, RFC 8446 4.2.3] In TLS 1.2 no scheme fixes a curve. */
static const struct scheme {
	uint16_t number;		/* 0: before TLS 1.2, which tells by the key */
	int key;			/* EVP_PKEY_... */
	enum algorithm algorithm;
	const char *digest;		/* NULL: part of the algorithm */
} schemes[] = {
	{ 0,      EVP_PKEY_RSA,     ALGORITHM_PKCS1, "MD5-SHA1" },	/* RFC 4346 7.4.3 */
	{ 0,      EVP_PKEY_DSA,     ALGORITHM_DSA,   "SHA1" },
	{ 0,      EVP_PKEY_EC,      ALGORITHM_ECDSA, "SHA1" },		/* RFC 8422 5.4 */
	{ 0x0101, EVP_PKEY_RSA,     ALGORITHM_PKCS1, "MD5" },
	{ 0x0201, EVP_PKEY_RSA,     ALGORITHM_PKCS1, "SHA1" },
	{ 0x0301, EVP_PKEY_RSA,     ALGORITHM_PKCS1, "SHA224" },
	{ 0x0401, EVP_PKEY_RSA,     ALGORITHM_PKCS1, "SHA256" },
	{ 0x0501, EVP_PKEY_RSA,     ALGORITHM_PKCS1, "SHA384" },
	{ 0x0601, EVP_PKEY_RSA,     ALGORITHM_PKCS1, "SHA512" },
	{ 0x0202, EVP_PKEY_DSA,     ALGORITHM_DSA,   "SHA1" },
	{ 0x0302, EVP_PKEY_DSA,     ALGORITHM_DSA,   "SHA224" },
	{ 0x0402, EVP_PKEY_DSA,     ALGORITHM_DSA,   "SHA256" },
	{ 0x0502, EVP_PKEY_DSA,     ALGORITHM_DSA,   "SHA384" },
	{ 0x0602, EVP_PKEY_DSA,     ALGORITHM_DSA,   "SHA512" },
	{ 0x0203, EVP_PKEY_EC,      ALGORITHM_ECDSA, "SHA1" },
	{ 0x0303, EVP_PKEY_EC,      ALGORITHM_ECDSA, "SHA224" },
	{ 0x0403, EVP_PKEY_EC,      ALGORITHM_ECDSA, "SHA256" },
	{ 0x0503, EVP_PKEY_EC,      ALGORITHM_ECDSA, "SHA384" },
	{ 0x0603, EVP_PKEY_EC,      ALGORITHM_ECDSA, "SHA512" },
	{ 0x0804, EVP_PKEY_RSA,     ALGORITHM_PSS,   "SHA256" },
	{ 0x0805, EVP_PKEY_RSA,     ALGORITHM_PSS,   "SHA384" },
	{ 0x0806, EVP_PKEY_RSA,     ALGORITHM_PSS,   "SHA512" },
	{ 0x0807, EVP_PKEY_ED25519, ALGORITHM_EDDSA, NULL },
	{ 0x0808, EVP_PKEY_ED448,   ALGORITHM_EDDSA, NULL },
	{ 0x0809, EVP_PKEY_RSA_PSS, ALGORITHM_PSS,   "SHA256" },
	{ 0x080a, EVP_PKEY_RSA_PSS, ALGORITHM_PSS,   "SHA384" },
	{ 0x080b, EVP_PKEY_RSA_PSS, ALGORITHM_PSS,   "SHA512" },
};

/* Kinds of key that are one another's under two names are one. */
static int
family_of(int key)
{
	return key == EVP_PKEY_RSA_PSS ? EVP_PKEY_RSA : key;
}

static bool
is_known_key(int key)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (schemes[i].key == key)
			return true;
	return false;
}

/* NULL and SIGNATURE_NOT_CHECKED: not known here, or a kind of key that goes by
 * another name, which a lenient peer takes. NULL and SIGNATURE_BAD: no key of
 * this kind can make such a signature; [RFC 5246 7.4.8] MUST be compatible. */
static const struct scheme *
scheme_of(uint16_t number, int key, enum signature_check *why_not)
{
	const struct scheme *other = NULL;

	*why_not = SIGNATURE_NOT_CHECKED;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		if (schemes[i].number != number)
			continue;
		if (schemes[i].key == key)
			return &schemes[i];
		other = &schemes[i];
	}
	if (number != 0 && other != NULL && is_known_key(key) &&
	    family_of(other->key) != family_of(key))
		*why_not = SIGNATURE_BAD;
	return NULL;
}

static bool
exponent_is_usable(const EVP_PKEY *key)
{
	BIGNUM *e = NULL;
	bool usable = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) &&
	    BN_num_bits(e) <= RSA_EXPONENT_BITS_MAX;

	BN_free(e);
	return usable;
}

/* [FIPS 186-4 4.2] As long as OpenSSL takes them. */
static bool
order_is_usable(const EVP_PKEY *key)
{
	BIGNUM *q = NULL;
	int n = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_Q, &q) ? BN_num_bits(q) : 0;

	BN_free(q);
	return n == 160 || n == 224 || n == 256;
}

/* Another program may use what this OpenSSL does not: that is no bad signature. */
static bool
is_usable(const EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
	case EVP_PKEY_RSA_PSS:
		return EVP_PKEY_get_bits(key) <= RSA_BITS_MAX && exponent_is_usable(key);
	case EVP_PKEY_DSA:
		return EVP_PKEY_get_bits(key) <= DSA_BITS_MAX && order_is_usable(key);
	default:
		return true;
	}
}

static EVP_PKEY *
key_of(struct bytes certificate)
{
	const unsigned char *p = certificate.p;
	X509 *x = certificate.n > 0 && certificate.n <= INT32_MAX ?
	    d2i_X509(NULL, &p, (long)certificate.n) : NULL;
	EVP_PKEY *key = x != NULL && p == certificate.p + certificate.n ? X509_get_pubkey(x) : NULL;

	X509_free(x);
	return key;
}

/* One after the other, in memory of their own; NULL: none left. */
static uint8_t *
join(const struct bytes *parts, size_t n_parts, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < n_parts; i++)
		*n += parts[i].n;
	uint8_t *all = OPENSSL_malloc(*n + 1), *at = all;
	for (size_t i = 0; all != NULL && i < n_parts; i++) {
		if (parts[i].n > 0)
			memcpy(at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	return all;
}

#define DIGEST_INFO_MAX 128u	/* all its lengths take one byte */

/* [RFC 8017 9.2, RFC 5246 4.7] The DigestInfo without the NULL that OpenSSL asks
 * for: "implementations MUST accept both". 0: it cannot be made. */
static size_t
digest_info(const struct scheme *s, struct bytes all, uint8_t out[DIGEST_INFO_MAX])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	size_t n_digest;
	const EVP_MD *md = EVP_get_digestbyname(s->digest);
	const ASN1_OBJECT *oid = md != NULL ? OBJ_nid2obj(EVP_MD_get_type(md)) : NULL;
	size_t n_oid = oid != NULL ? OBJ_length(oid) : 0;

	if (n_oid == 0 || n_oid > 16 ||
	    !EVP_Q_digest(NULL, s->digest, NULL, all.p, all.n, digest, &n_digest))
		return 0;
	const uint8_t head[] = { 0x30, (uint8_t)(n_oid + n_digest + 6), 0x30, (uint8_t)(n_oid + 2),
		0x06, (uint8_t)n_oid };
	const uint8_t octets[] = { 0x04, (uint8_t)n_digest };
	uint8_t *at = out;
	memcpy(at, head, sizeof head);
	memcpy(at += sizeof head, OBJ_get0_data(oid), n_oid);
	memcpy(at += n_oid, octets, sizeof octets);
	memcpy(at += sizeof octets, digest, n_digest);
	return (size_t)(at - out) + n_digest;
}

static bool
is_pkcs1_without_null(const struct scheme *s, EVP_PKEY *key, struct bytes all,
    struct bytes signature)
{
	uint8_t wanted[DIGEST_INFO_MAX], *found = NULL;
	size_t n_wanted = digest_info(s, all, wanted), n = 0;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	bool good = n_wanted > 0 && ctx != NULL && EVP_PKEY_verify_recover_init(ctx) > 0 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0 &&
	    EVP_PKEY_verify_recover(ctx, NULL, &n, signature.p, signature.n) > 0 &&
	    (found = OPENSSL_malloc(n + 1)) != NULL &&
	    EVP_PKEY_verify_recover(ctx, found, &n, signature.p, signature.n) > 0 &&
	    bytes_equal((struct bytes){ found, n }, (struct bytes){ wanted, n_wanted });

	OPENSSL_free(found);
	EVP_PKEY_CTX_free(ctx);
	return good;
}

/* [RFC 8446 4.2.3] The salt of PSS is as long as the digest. */
static bool
set_up(EVP_MD_CTX *ctx, const struct scheme *s, EVP_PKEY *key)
{
	EVP_PKEY_CTX *of_key = NULL;

	if (EVP_DigestVerifyInit_ex(ctx, &of_key, s->digest, NULL, NULL, key, NULL) != 1)
		return false;
	if (s->algorithm == ALGORITHM_PKCS1)
		return EVP_PKEY_CTX_set_rsa_padding(of_key, RSA_PKCS1_PADDING) > 0;
	if (s->algorithm == ALGORITHM_PSS)
		return EVP_PKEY_CTX_set_rsa_padding(of_key, RSA_PKCS1_PSS_PADDING) > 0 &&
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(of_key, RSA_PSS_SALTLEN_DIGEST) > 0;
	return true;
}

static enum signature_check
verify(const struct scheme *s, EVP_PKEY *key, struct bytes all, struct bytes signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	enum signature_check said = SIGNATURE_NOT_CHECKED;

	if (ctx != NULL && set_up(ctx, s, key)) {
		if (EVP_DigestVerify(ctx, signature.p, signature.n, all.p, all.n) == 1)
			said = SIGNATURE_GOOD;
		else if (ERR_GET_REASON(ERR_peek_last_error()) != ERR_R_MALLOC_FAILURE)
			said = SIGNATURE_BAD;
	}
	EVP_MD_CTX_free(ctx);
	if (said == SIGNATURE_BAD && s->algorithm == ALGORITHM_PKCS1 && s->number != 0 &&
	    is_pkcs1_without_null(s, key, all, signature))
		said = SIGNATURE_GOOD;
	return said;
}

enum signature_check
tls_signature_check(struct bytes certificate, uint16_t version, uint16_t scheme,
    const struct bytes *parts, size_t n_parts, struct bytes signature)
{
	enum signature_check said = SIGNATURE_NOT_CHECKED;
	EVP_PKEY *key;
	size_t n;

	if (version < VERSION_TLS10 || version > VERSION_TLS12 ||
	    (version == VERSION_TLS12) != (scheme != 0))
		return SIGNATURE_NOT_CHECKED;
	ERR_set_mark();
	key = key_of(certificate);
	uint8_t *all = join(parts, n_parts, &n);
	if (key != NULL && all != NULL && is_usable(key)) {
		const struct scheme *s = scheme_of(scheme, EVP_PKEY_get_base_id(key), &said);
		if (s != NULL)
			said = verify(s, key, (struct bytes){ all, n }, signature);
	}
	OPENSSL_free(all);
	EVP_PKEY_free(key);
	ERR_pop_to_mark();
	return said;
}
