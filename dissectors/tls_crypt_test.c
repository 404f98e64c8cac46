#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "dissectors/tls_crypt.h"

#define TLS10 0x0301
#define TLS11 0x0302
#define TLS12 0x0303

/* What is signed, in parts as a transcript comes: one is empty. */
static const uint8_t signed_bytes[] = "client random, server random, parameters";
static const struct bytes whole[] = { { signed_bytes, sizeof signed_bytes } };
static const struct bytes parts[] = { { signed_bytes, 13 }, { signed_bytes + 13, 0 },
	{ signed_bytes + 13, sizeof signed_bytes - 13 } };

enum kind { KIND_RSA, KIND_RSA_PSS, KIND_DSA, KIND_P256, KIND_P521, KIND_ED25519, KIND_ED448,
	KIND_X25519, N_KINDS };

struct holder {
	EVP_PKEY *key;
	uint8_t  *der;
	size_t    n;
};

static struct holder holders[N_KINDS];

static EVP_PKEY *
make_dsa(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
	EVP_PKEY *parameters = NULL, *key = NULL;

	assert_int_equal(EVP_PKEY_paramgen_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_dsa_paramgen_bits(ctx, 1024), 1);
	assert_int_equal(EVP_PKEY_paramgen(ctx, &parameters), 1);
	EVP_PKEY_CTX_free(ctx);
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL);
	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	assert_int_equal(EVP_PKEY_keygen(ctx, &key), 1);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(parameters);
	return key;
}

static EVP_PKEY *
make_rsa_pss(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
	EVP_PKEY *key = NULL;

	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048), 1);
	assert_int_equal(EVP_PKEY_keygen(ctx, &key), 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *
make_key(enum kind kind)
{
	switch (kind) {
	case KIND_RSA:     return EVP_RSA_gen(2048);
	case KIND_RSA_PSS: return make_rsa_pss();
	case KIND_DSA:     return make_dsa();
	case KIND_P256:    return EVP_EC_gen("P-256");
	case KIND_P521:    return EVP_EC_gen("P-521");
	case KIND_ED25519: return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	case KIND_ED448:   return EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
	case KIND_X25519:  return EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	case N_KINDS:      break;
	}
	return NULL;
}

/* Who signs the certificate does not matter here: an RSA key does. */
static void
make_certificate(struct holder *h, EVP_PKEY *signer)
{
	X509 *x = X509_new();
	unsigned char *der = NULL;

	assert_true(h->key != NULL && x != NULL);
	assert_int_equal(X509_set_pubkey(x, h->key), 1);
	assert_non_null(X509_time_adj_ex(X509_getm_notBefore(x), 0, 0, NULL));
	assert_non_null(X509_time_adj_ex(X509_getm_notAfter(x), 1, 0, NULL));
	assert_true(X509_sign(x, signer, EVP_sha256()) > 0);
	int n = i2d_X509(x, &der);
	assert_true(n > 0);
	h->der = malloc((size_t)n);
	assert_non_null(h->der);
	memcpy(h->der, der, (size_t)n);
	h->n = (size_t)n;
	OPENSSL_free(der);
	X509_free(x);
}

static int
make_holders(void **state)
{
	(void)state;
	for (int kind = 0; kind < N_KINDS; kind++)
		holders[kind].key = make_key((enum kind)kind);
	for (int kind = 0; kind < N_KINDS; kind++)
		make_certificate(&holders[kind], holders[KIND_RSA].key);
	return 0;
}

static int
free_holders(void **state)
{
	(void)state;
	for (int kind = 0; kind < N_KINDS; kind++) {
		EVP_PKEY_free(holders[kind].key);
		free(holders[kind].der);
	}
	return 0;
}

struct signature {
	uint8_t b[1024];
	size_t  n;
};

/* padding and salt: 0 where the key is not RSA. */
static struct signature
sign(enum kind kind, const char *digest, int padding, int salt)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *of_key;
	struct signature s = { .n = sizeof s.b };

	assert_int_equal(EVP_DigestSignInit_ex(ctx, &of_key, digest, NULL, NULL, holders[kind].key,
	    NULL), 1);
	if (padding)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(of_key, padding), 1);
	if (padding == RSA_PKCS1_PSS_PADDING)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(of_key, salt), 1);
	assert_int_equal(EVP_DigestSign(ctx, s.b, &s.n, whole[0].p, whole[0].n), 1);
	EVP_MD_CTX_free(ctx);
	return s;
}

static enum signature_check
check(enum kind kind, uint16_t version, uint16_t scheme, const struct signature *s)
{
	/* A block of its exact size: a sanitizer sees a read past its end. */
	uint8_t *own = malloc(s->n ? s->n : 1);

	assert_non_null(own);
	memcpy(own, s->b, s->n);
	enum signature_check said = tls_signature_check(
	    (struct bytes){ holders[kind].der, holders[kind].n }, version, scheme, parts,
	    sizeof parts / sizeof *parts, (struct bytes){ own, s->n });
	free(own);
	assert_int_equal(ERR_peek_error(), 0);	/* nothing is left behind */
	return said;
}

#define PKCS1 RSA_PKCS1_PADDING
#define PSS   RSA_PKCS1_PSS_PADDING
#define SALT  RSA_PSS_SALTLEN_DIGEST

/* IANA, TLS SignatureScheme; RFC 4346 7.4.3 and RFC 8422 5.4 before TLS 1.2. */
static const struct {
	uint16_t version, scheme;
	enum kind kind;
	const char *digest;
	int padding;
} known[] = {
	{ TLS10, 0,      KIND_RSA,     "MD5-SHA1", PKCS1 },
	{ TLS11, 0,      KIND_RSA,     "MD5-SHA1", PKCS1 },
	{ TLS10, 0,      KIND_DSA,     "SHA1",     0 },
	{ TLS11, 0,      KIND_DSA,     "SHA1",     0 },
	{ TLS10, 0,      KIND_P256,    "SHA1",     0 },
	{ TLS11, 0,      KIND_P521,    "SHA1",     0 },
	{ TLS12, 0x0101, KIND_RSA,     "MD5",      PKCS1 },
	{ TLS12, 0x0201, KIND_RSA,     "SHA1",     PKCS1 },
	{ TLS12, 0x0301, KIND_RSA,     "SHA224",   PKCS1 },
	{ TLS12, 0x0401, KIND_RSA,     "SHA256",   PKCS1 },
	{ TLS12, 0x0501, KIND_RSA,     "SHA384",   PKCS1 },
	{ TLS12, 0x0601, KIND_RSA,     "SHA512",   PKCS1 },
	{ TLS12, 0x0202, KIND_DSA,     "SHA1",     0 },
	{ TLS12, 0x0302, KIND_DSA,     "SHA224",   0 },
	{ TLS12, 0x0402, KIND_DSA,     "SHA256",   0 },
	{ TLS12, 0x0502, KIND_DSA,     "SHA384",   0 },
	{ TLS12, 0x0602, KIND_DSA,     "SHA512",   0 },
	{ TLS12, 0x0203, KIND_P256,    "SHA1",     0 },
	{ TLS12, 0x0303, KIND_P256,    "SHA224",   0 },
	{ TLS12, 0x0403, KIND_P256,    "SHA256",   0 },
	{ TLS12, 0x0403, KIND_P521,    "SHA256",   0 },	/* no scheme fixes a curve */
	{ TLS12, 0x0503, KIND_P256,    "SHA384",   0 },
	{ TLS12, 0x0603, KIND_P256,    "SHA512",   0 },
	{ TLS12, 0x0603, KIND_P521,    "SHA512",   0 },
	{ TLS12, 0x0804, KIND_RSA,     "SHA256",   PSS },
	{ TLS12, 0x0805, KIND_RSA,     "SHA384",   PSS },
	{ TLS12, 0x0806, KIND_RSA,     "SHA512",   PSS },
	{ TLS12, 0x0809, KIND_RSA_PSS, "SHA256",   PSS },
	{ TLS12, 0x080a, KIND_RSA_PSS, "SHA384",   PSS },
	{ TLS12, 0x080b, KIND_RSA_PSS, "SHA512",   PSS },
	{ TLS12, 0x0807, KIND_ED25519, NULL,       0 },
	{ TLS12, 0x0808, KIND_ED448,   NULL,       0 },
};

#define N_KNOWN (sizeof known / sizeof *known)

static struct signature
signature_of(size_t i)
{
	return sign(known[i].kind, known[i].digest, known[i].padding, SALT);
}

static void
what_openssl_signs_is_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++) {
		struct signature s = signature_of(i);
		assert_int_equal(check(known[i].kind, known[i].version, known[i].scheme, &s), SIGNATURE_GOOD);
	}
}

/* Bits from its start to its end, and its length; what is malformed by it is bad too. */
static void
a_changed_signature_is_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++) {
		struct signature s = signature_of(i);
		for (size_t at = 0; at < s.n; at += 1 + s.n / 64) {
			s.b[at] ^= (uint8_t)(1u << at % 8);
			assert_int_equal(check(known[i].kind, known[i].version, known[i].scheme, &s), SIGNATURE_BAD);
			s.b[at] ^= (uint8_t)(1u << at % 8);
		}
		for (size_t n = s.n; n-- > 0;) {
			struct signature shorter = s;
			shorter.n = n;
			assert_int_equal(check(known[i].kind, known[i].version, known[i].scheme, &shorter),
			    SIGNATURE_BAD);
			n -= n > 8 ? 7 : 0;
		}
		s.b[s.n++] = 0;
		assert_int_equal(check(known[i].kind, known[i].version, known[i].scheme, &s), SIGNATURE_BAD);
	}
}

static void
a_changed_byte_of_what_is_signed_is_bad(void **state)
{
	uint8_t other[sizeof signed_bytes];

	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++) {
		struct signature s = signature_of(i);
		for (size_t at = 0; at < sizeof other; at++) {
			memcpy(other, signed_bytes, sizeof other);
			other[at] ^= (uint8_t)(1u << at % 8);
			const struct bytes part = { other, sizeof other };
			const struct holder *h = &holders[known[i].kind];
			assert_int_equal(tls_signature_check((struct bytes){ h->der, h->n }, known[i].version,
			    known[i].scheme, &part, 1, (struct bytes){ s.b, s.n }), SIGNATURE_BAD);
		}
	}
}

static bool
is_bare_sha1(size_t i)
{
	return known[i].padding == 0 && known[i].digest != NULL && strcmp(known[i].digest, "SHA1") == 0;
}

/* DSA and ECDSA before TLS 1.2, where the key alone tells what it is, are what
 * they are with SHA-1 after. */
static bool
means_the_same(size_t i, size_t j)
{
	if (known[j].version != TLS12)
		return known[i].version != TLS12 || is_bare_sha1(i);
	if (known[i].version != TLS12)
		return is_bare_sha1(i) && is_bare_sha1(j);
	return known[i].scheme == known[j].scheme;
}

/* Every scheme and version for every signature: good only where it was made so. */
static void
no_other_scheme_makes_it_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KNOWN; i++) {
		struct signature s = signature_of(i);
		for (size_t j = 0; j < N_KNOWN; j++) {
			if (!means_the_same(i, j))
				assert_int_not_equal(check(known[i].kind, known[j].version, known[j].scheme, &s),
				    SIGNATURE_GOOD);
		}
	}
}

static void
a_key_of_another_family_cannot_have_signed(void **state)
{
	struct signature s = sign(KIND_P256, "SHA256", 0, 0);

	(void)state;
	assert_int_equal(check(KIND_RSA, TLS12, 0x0403, &s), SIGNATURE_BAD);
	assert_int_equal(check(KIND_ED25519, TLS12, 0x0403, &s), SIGNATURE_BAD);
	assert_int_equal(check(KIND_P256, TLS12, 0x0401, &s), SIGNATURE_BAD);
	assert_int_equal(check(KIND_P256, TLS12, 0x0807, &s), SIGNATURE_BAD);
	assert_int_equal(check(KIND_ED448, TLS12, 0x0807, &s), SIGNATURE_BAD);
}

/* What a peer may take, or we do not know, is not called bad. */
static void
what_is_not_known_is_not_judged(void **state)
{
	struct signature s = sign(KIND_RSA, "SHA256", PSS, SALT);

	(void)state;
	/* RSA under the other object identifier. */
	assert_int_equal(check(KIND_RSA, TLS12, 0x0809, &s), SIGNATURE_NOT_CHECKED);
	assert_int_equal(check(KIND_RSA_PSS, TLS12, 0x0804, &s), SIGNATURE_NOT_CHECKED);
	assert_int_equal(check(KIND_RSA_PSS, TLS12, 0x0401, &s), SIGNATURE_NOT_CHECKED);
	/* GOST (RFC 9189), SM2, one of TLS 1.3's, one of nobody's */
	static const uint16_t others[] = { 0x0840, 0x0708, 0x081a, 0x0000, 0xffff, 0x0402 + 0x0100 * 8 };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(check(KIND_RSA, TLS12, others[i], &s), SIGNATURE_NOT_CHECKED);
	/* A key that signs nothing */
	assert_int_equal(check(KIND_X25519, TLS12, 0x0807, &s), SIGNATURE_NOT_CHECKED);
	/* SSL 3.0, TLS 1.3; a scheme before TLS 1.2; keys that came with it */
	assert_int_equal(check(KIND_RSA, 0x0300, 0, &s), SIGNATURE_NOT_CHECKED);
	assert_int_equal(check(KIND_RSA, 0x0304, 0x0804, &s), SIGNATURE_NOT_CHECKED);
	assert_int_equal(check(KIND_RSA, TLS11, 0x0804, &s), SIGNATURE_NOT_CHECKED);
	assert_int_equal(check(KIND_ED25519, TLS11, 0, &s), SIGNATURE_NOT_CHECKED);
	assert_int_equal(check(KIND_RSA_PSS, TLS10, 0, &s), SIGNATURE_NOT_CHECKED);
}

/* [RFC 8446 4.2.3] */
static void
the_salt_is_as_long_as_the_digest(void **state)
{
	struct signature s = sign(KIND_RSA, "SHA256", PSS, 20);

	(void)state;
	assert_int_equal(check(KIND_RSA, TLS12, 0x0804, &s), SIGNATURE_BAD);
}

/* PKCS #1 over bytes of our choice, as OpenSSL pads them. */
static struct signature
sign_encoded(const uint8_t *p, size_t n)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, holders[KIND_RSA].key, NULL);
	struct signature s = { .n = sizeof s.b };

	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, PKCS1), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, s.b, &s.n, p, n), 1);
	EVP_PKEY_CTX_free(ctx);
	return s;
}

/* [RFC 5246 4.7] "implementations MUST accept both without parameters and with
 * NULL parameters"; before TLS 1.2 there is no DigestInfo at all. */
static void
a_digest_info_without_parameters_is_good(void **state)
{
	static const uint8_t sha256[] = { 0x30, 0x2f, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
		0x65, 0x03, 0x04, 0x02, 0x01, 0x04, 0x20 };	/* 2.16.840.1.101.3.4.2.1 */
	uint8_t info[sizeof sha256 + 32 + 1] = { 0 };

	(void)state;
	memcpy(info, sha256, sizeof sha256);
	assert_int_equal(EVP_Q_digest(NULL, "SHA256", NULL, whole[0].p, whole[0].n,
	    info + sizeof sha256, NULL), 1);
	struct signature s = sign_encoded(info, sizeof info - 1);
	assert_int_equal(check(KIND_RSA, TLS12, 0x0401, &s), SIGNATURE_GOOD);
	assert_int_equal(check(KIND_RSA, TLS12, 0x0501, &s), SIGNATURE_BAD);
	assert_int_equal(check(KIND_RSA, TLS11, 0, &s), SIGNATURE_BAD);
	s = sign_encoded(info, sizeof info);		/* a byte after it */
	assert_int_equal(check(KIND_RSA, TLS12, 0x0401, &s), SIGNATURE_BAD);
	info[sizeof info - 2] ^= 1;
	s = sign_encoded(info, sizeof info - 1);
	assert_int_equal(check(KIND_RSA, TLS12, 0x0401, &s), SIGNATURE_BAD);
}

/* 2 and 3 bytes of a length for what one byte says. */
static void
a_signature_that_is_not_der_is_bad(void **state)
{
	struct signature s = sign(KIND_P256, "SHA256", 0, 0);

	(void)state;
	memmove(s.b + 2, s.b + 1, s.n++ - 1);
	s.b[1] = 0x81;
	assert_int_equal(check(KIND_P256, TLS12, 0x0403, &s), SIGNATURE_BAD);
}

static void
a_certificate_that_cannot_be_read_proves_nothing(void **state)
{
	struct signature s = sign(KIND_P256, "SHA256", 0, 0);
	const struct holder *h = &holders[KIND_P256];
	const struct bytes signature = { s.b, s.n };
	uint8_t *longer = malloc(h->n + 1);

	(void)state;
	assert_non_null(longer);
	for (size_t n = 0; n < h->n; n += 7)
		assert_int_equal(tls_signature_check((struct bytes){ h->der, n }, TLS12, 0x0403, parts, 3,
		    signature), SIGNATURE_NOT_CHECKED);
	memcpy(longer, h->der, h->n);
	longer[h->n] = 0;
	assert_int_equal(tls_signature_check((struct bytes){ longer, h->n + 1 }, TLS12, 0x0403, parts, 3,
	    signature), SIGNATURE_NOT_CHECKED);
	free(longer);
	assert_int_equal(tls_signature_check((struct bytes){ NULL, 0 }, TLS12, 0x0403, parts, 3,
	    signature), SIGNATURE_NOT_CHECKED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_openssl_signs_is_good),
		cmocka_unit_test(a_changed_signature_is_bad),
		cmocka_unit_test(a_changed_byte_of_what_is_signed_is_bad),
		cmocka_unit_test(no_other_scheme_makes_it_good),
		cmocka_unit_test(a_key_of_another_family_cannot_have_signed),
		cmocka_unit_test(what_is_not_known_is_not_judged),
		cmocka_unit_test(the_salt_is_as_long_as_the_digest),
		cmocka_unit_test(a_digest_info_without_parameters_is_good),
		cmocka_unit_test(a_signature_that_is_not_der_is_bad),
		cmocka_unit_test(a_certificate_that_cannot_be_read_proves_nothing),
	};

	return cmocka_run_group_tests(tests, make_holders, free_holders);
}
