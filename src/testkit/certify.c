#include "testkit/certify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "dissectors/x509.h"

#define FROM  1577836800		/* 2020-01-01 */
#define UNTIL 2208988800		/* 2040-01-01 */

static EVP_PKEY *
make_key(const char *kind)
{
	EVP_PKEY *key;

	if (kind == NULL)
		kind = "P-256";
	if (strncmp(kind, "RSA-", 4) == 0)
		key = EVP_RSA_gen((unsigned)atoi(kind + 4));
	else if (strncmp(kind, "ED", 2) == 0)
		key = EVP_PKEY_Q_keygen(NULL, NULL, kind);
	else
		key = EVP_EC_gen(kind);
	assert_non_null(key);
	return key;
}

static void
add_name(X509 *x, const char *field, const char *value, size_t n)
{
	if (value == NULL)
		return;
	assert_int_equal(X509_NAME_add_entry_by_txt(X509_get_subject_name(x), field, MBSTRING_UTF8,
	    (const unsigned char *)value, n ? (int)n : -1, -1, 0), 1);
}

static void
add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;

	if (value == NULL)
		return;
	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(e);
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
}

static void
sign(X509 *x, EVP_PKEY *key, const char *hash)
{
	bool edwards = EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448");
	const EVP_MD *md = EVP_get_digestbyname(hash != NULL ? hash : "SHA256");

	assert_non_null(md);
	assert_true(X509_sign(x, key, edwards ? NULL : md) > 0);
}

static void
read_back(struct certified *out, X509 *x)
{
	int n = i2d_X509(x, NULL);
	unsigned char *p;

	assert_true(n > 0);
	out->der = p = malloc((size_t)n);
	assert_non_null(p);
	i2d_X509(x, &p);
	assert_true(x509_parse((struct bytes){ out->der, (size_t)n }, &out->arena, &out->is));
}

void
certify(struct certified *out, const struct recipe *r, const struct certified *issuer)
{
	X509 *x = X509_new(), *by = issuer != NULL ? issuer->x : x;
	bool dated = r->from != 0 || r->until != 0;

	*out = (struct certified){ .x = x };
	assert_non_null(x);
	out->key = r->same_key != NULL ? r->same_key->key : make_key(r->key);
	if (r->same_key != NULL)
		EVP_PKEY_up_ref(out->key);
	assert_int_equal(X509_set_version(x, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), 0x1ab), 1);
	assert_non_null(ASN1_TIME_set(X509_getm_notBefore(x), dated ? r->from : FROM));
	assert_non_null(ASN1_TIME_set(X509_getm_notAfter(x), dated ? r->until : UNTIL));
	assert_int_equal(X509_set_pubkey(x, out->key), 1);
	add_name(x, "O", r->organisation, 0);
	add_name(x, "CN", r->common_name, r->common_name_len);
	assert_int_equal(X509_set_issuer_name(x, X509_get_subject_name(by)), 1);
	add_extension(x, by, NID_basic_constraints, r->ca ? "critical,CA:TRUE" : "CA:FALSE");
	add_extension(x, by, NID_subject_alt_name, r->names);
	add_extension(x, by, NID_ext_key_usage, r->usage);
	sign(x, issuer != NULL ? issuer->key : out->key, r->hash);
	read_back(out, x);
}

void
certified_free(struct certified *c)
{
	X509_free(c->x);
	EVP_PKEY_free(c->key);
	free(c->der);
	arena_free(&c->arena);
}

void
certified_put_pem(const struct certified *c, FILE *to)
{
	assert_int_equal(PEM_write_X509(to, c->x), 1);
}
