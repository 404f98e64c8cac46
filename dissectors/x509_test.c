#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "dissectors/x509.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/dsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* Certificates are made here, one for each kind of key, and what we read in
 * them is compared with what the installed openssl command prints. */

#define DER_MAX 8192

struct der {
	uint8_t p[DER_MAX];
	size_t  n;
};

static EVP_PKEY *
make_key(const char *type, int bits, const char *curve)
{
	EVP_PKEY *key = NULL, *parameters = NULL;

	if (curve != NULL)
		return EVP_PKEY_Q_keygen(NULL, NULL, type, curve);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	assert_non_null(ctx);
	if (strcmp(type, "DSA") == 0) {
		assert_int_equal(EVP_PKEY_paramgen_init(ctx), 1);
		assert_int_equal(EVP_PKEY_CTX_set_dsa_paramgen_bits(ctx, bits), 1);
		assert_int_equal(EVP_PKEY_paramgen(ctx, &parameters), 1);
		EVP_PKEY_CTX_free(ctx);
		ctx = EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL);
		assert_non_null(ctx);
	}
	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	if (strncmp(type, "RSA", 3) == 0)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, bits), 1);
	assert_int_equal(EVP_PKEY_keygen(ctx, &key), 1);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(parameters);
	return key;
}

static void
add_name(X509_NAME *name, const char *field, const char *value, int n, int set)
{
	assert_int_equal(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
	    (const unsigned char *)value, n, -1, set), 1);
}

static void
add_extension(X509 *x, int nid, const char *value)
{
	X509V3_CTX ctx;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(e);
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
}

/* Everything but names and extensions; sign() makes it a certificate. */
static X509 *
begin(EVP_PKEY *key, const char *not_before, const char *not_after)
{
	X509 *x = X509_new();

	assert_non_null(x);
	assert_int_equal(X509_set_version(x, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), 0x1c761cf94530daa1u), 1);
	assert_int_equal(ASN1_TIME_set_string(X509_getm_notBefore(x), not_before), 1);
	assert_int_equal(ASN1_TIME_set_string(X509_getm_notAfter(x), not_after), 1);
	assert_int_equal(X509_set_pubkey(x, key), 1);
	return x;
}

static void
sign(X509 *x, EVP_PKEY *key, struct der *out)
{
	bool edwards = EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448");
	unsigned char *p = out->p;

	assert_true(X509_sign(x, key, edwards ? NULL : EVP_sha256()) > 0);
	int n = i2d_X509(x, NULL);
	assert_in_range(n, 1, DER_MAX);
	out->n = (size_t)i2d_X509(x, &p);
	X509_free(x);
}

static void
make_ordinary(EVP_PKEY *key, struct der *out)
{
	X509 *x = begin(key, "20200101000000Z", "20500102030405Z");
	X509_NAME *name = X509_get_subject_name(x);

	add_name(name, "O", "Lab", -1, 0);
	add_name(name, "CN", "beta.lab", -1, 0);
	assert_int_equal(X509_set_issuer_name(x, name), 1);
	add_extension(x, NID_subject_alt_name, "DNS:beta.lab,DNS:*.beta.lab,IP:10.0.0.1,"
	    "IP:fd77::2,email:a@beta.lab,URI:https://beta.lab/,RID:1.2.3.4");
	add_extension(x, NID_basic_constraints, "critical,CA:TRUE");
	sign(x, key, out);
}

/* Signed over this hash, whatever it is worth. */
static void
sign_over(X509 *x, EVP_PKEY *key, const EVP_MD *hash, bool pss, struct der *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how;
	unsigned char *p = out->p;

	assert_non_null(ctx);
	assert_int_equal(EVP_DigestSignInit(ctx, &how, hash, NULL, key), 1);
	if (pss)
		assert_true(EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING) > 0);
	assert_true(X509_sign_ctx(x, ctx) > 0);
	assert_in_range(i2d_X509(x, NULL), 1, DER_MAX);
	out->n = (size_t)i2d_X509(x, &p);
	EVP_MD_CTX_free(ctx);
	X509_free(x);
}

static bool
parse(const struct der *der, struct arena *a, struct certificate *out)
{
	return x509_parse((struct bytes){ der->p, der->n }, a, out);
}

/* What "openssl x509 OPTIONS" prints of der; more commands may follow in a pipe. */
static char *
openssl(const struct der *der, const char *options, char *out, size_t cap)
{
	char path[] = "/tmp/x509_test.XXXXXX", command[512];
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, der->p, der->n), der->n);
	close(fd);
	snprintf(command, sizeof command, "openssl x509 -inform DER -in %s -noout %s", path, options);
	FILE *f = popen(command, "r");
	assert_non_null(f);
	size_t n = fread(out, 1, cap - 1, f);
	out[n] = '\0';
	assert_int_equal(pclose(f), 0);
	unlink(path);
	return out;
}

/* The rest of the line that has prefix in it. */
static void
line_is(const char *printed, const char *prefix, const char *ours)
{
	const char *at = strstr(printed, prefix);

	assert_non_null(at);
	at += strlen(prefix);
	size_t n = strcspn(at, "\n");
	while (n > 0 && at[n - 1] == ' ')	/* after a name with parameters */
		n--;
	if (strlen(ours) != n || strncmp(at, ours, n) != 0)
		fail_msg("%s%s, openssl: %.*s", prefix, ours, (int)n, at);
}

static void
agrees_with_openssl(const struct der *der, const struct certificate *c)
{
	char printed[16384], names[4096] = "", hex[3 * 32 + 1] = "";

	openssl(der, "-subject -issuer -serial -fingerprint -sha256 -text", printed, sizeof printed);
	line_is(printed, "subject=", c->subject);
	line_is(printed, "issuer=", c->issuer);
	line_is(printed, "serial=", c->serial);
	line_is(printed, "Signature Algorithm: ", c->signature);
	for (int i = 0; i < 32; i++)
		sprintf(hex + 3 * i, "%02X%s", c->sha256[i], i < 31 ? ":" : "");
	line_is(printed, "sha256 Fingerprint=", hex);
	const char *bits = strstr(printed, "Public-Key: (");	/* Edwards curves: none is printed */
	if (bits != NULL)
		assert_int_equal(c->key_bits, atoi(bits + strlen("Public-Key: (")));
	for (int i = 0; i < 32; i++)
		sprintf(hex + 2 * i, "%02x", c->key_sha256[i]);
	openssl(der, "-pubkey | openssl pkey -pubin -outform DER | openssl sha256 -r", printed,
	    sizeof printed);
	printed[64] = '\0';
	assert_string_equal(printed, hex);
	for (int i = 0; i < c->n_names; i++)
		sprintf(names + strlen(names), "%s%s", i ? ", " : "", c->names[i]);
	openssl(der, "-text", printed, sizeof printed);
	if (c->n_names > 0)
		line_is(printed, "X509v3 Subject Alternative Name: \n                ", strcat(names, ", Registered ID:1.2.3.4"));
	if ((strstr(printed, "CA:TRUE") != NULL) != c->ca)
		fail_msg("ca is %d, openssl: %s", c->ca, printed);
}

static void
every_kind_of_key_is_read_as_openssl_reads_it(void **state)
{
	/* The strengths are those of NIST SP 800-57 1, table 2. */
	static const struct {
		const char *type;
		int bits;
		const char *curve, *key, *signature;
		uint16_t key_strength, signature_strength;
		bool modular;
	} kinds[] = {
		{ "RSA", 2048, NULL, "RSA-2048", "sha256WithRSAEncryption", 112, 128, true },
		{ "RSA", 3072, NULL, "RSA-3072", "sha256WithRSAEncryption", 128, 128, true },
		{ "RSA-PSS", 2048, NULL, "RSA-PSS-2048", "rsassaPss", 112, 128, true },
		{ "DSA", 1024, NULL, "DSA-1024", "dsa_with_SHA256", 80, 128, true },
		{ "EC", 0, "P-256", "EC-P-256", "ecdsa-with-SHA256", 128, 128, false },
		{ "EC", 0, "P-384", "EC-P-384", "ecdsa-with-SHA256", 192, 128, false },
		{ "EC", 0, "P-521", "EC-P-521", "ecdsa-with-SHA256", 256, 128, false },
		{ "EC", 0, "secp256k1", "EC-secp256k1", "ecdsa-with-SHA256", 128, 128, false },
		{ "EC", 0, "brainpoolP256r1", "EC-brainpoolP256r1", "ecdsa-with-SHA256", 128, 128, false },
		{ "ED25519", 0, NULL, "ED25519", "ED25519", 128, 128, false },
		{ "ED448", 0, NULL, "ED448", "ED448", 224, 224, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		EVP_PKEY *key = make_key(kinds[i].type, kinds[i].bits, kinds[i].curve);
		struct arena a = { .blocks = NULL };
		struct certificate c;
		struct der der;

		make_ordinary(key, &der);
		assert_true(parse(&der, &a, &c));
		assert_true(c.readable);
		assert_ptr_equal(c.der.p, der.p);
		assert_string_equal(c.subject, "O = Lab, CN = beta.lab");
		assert_string_equal(c.common_name, "beta.lab");
		assert_string_equal(c.serial, "1C761CF94530DAA1");
		assert_string_equal(c.key, kinds[i].key);
		assert_string_equal(c.signature, kinds[i].signature);
		assert_int_equal(c.key_strength, kinds[i].key_strength);
		assert_int_equal(c.signature_strength, kinds[i].signature_strength);
		assert_int_equal(c.key_is_modular, kinds[i].modular);
		assert_true(c.not_before == 1577836800);	/* date -ud 2020-01-01 +%s */
		assert_true(c.not_after == 2524705445);		/* date -ud '2050-01-02 03:04:05' +%s */
		assert_true(c.self_signed);
		assert_true(c.ca);
		assert_int_equal(c.n_names, 6);
		assert_string_equal(c.names[0], "DNS:beta.lab");
		assert_string_equal(c.names[2], "IP Address:10.0.0.1");
		assert_string_equal(c.names[3], "IP Address:FD77:0:0:0:0:0:0:2");
		agrees_with_openssl(&der, &c);
		arena_free(&a);
		EVP_PKEY_free(key);
	}
}

/* [NIST SP 800-107 4.2] half the hash's bits, or less where it is broken: below 80
 * of SHA-1 and MD5. The hash of RSASSA-PSS is in its parameters. */
static void
a_signature_is_as_strong_as_its_hash(void **state)
{
	static const struct { const char *hash; bool pss; unsigned least, most; } signatures[] = {
		{ "MD5", false, 1, 64 }, { "SHA1", false, 1, 80 }, { "SHA1", true, 1, 80 },
		{ "SHA224", false, 112, 112 }, { "SHA256", true, 128, 128 },
		{ "SHA384", false, 192, 192 }, { "SHA512", true, 256, 256 },
	};
	EVP_PKEY *key = make_key("RSA", 2048, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
		struct arena a = { .blocks = NULL };
		struct certificate c;
		struct der der;

		sign_over(begin(key, "20200101000000Z", "20300101000000Z"), key,
		    EVP_get_digestbyname(signatures[i].hash), signatures[i].pss, &der);
		assert_true(parse(&der, &a, &c));
		assert_in_range(c.signature_strength, signatures[i].least, signatures[i].most);
		arena_free(&a);
	}
	EVP_PKEY_free(key);
}

/* An algorithm that nobody knows: nothing is said of its strength. */
static void
of_an_unknown_key_and_signature_no_strength_is_known(void **state)
{
	static const uint8_t known[] = { 0x06, 0x03, 0x2b, 0x65, 0x70 };	/* 1.3.101.112 */
	EVP_PKEY *key = make_key("ED25519", 0, NULL);
	struct arena a = { .blocks = NULL };
	struct certificate c, good;
	struct der der;

	(void)state;
	make_ordinary(key, &der);
	assert_true(parse(&der, &a, &good));
	for (size_t i = 0; i + sizeof known <= der.n; i++)
		if (memcmp(der.p + i, known, sizeof known) == 0)
			der.p[i + sizeof known - 1] = 0x7f;	/* 1.3.101.127 */
	assert_true(parse(&der, &a, &c));
	assert_string_equal(c.key, "1.3.101.127");
	assert_int_equal(c.key_bits, 0);
	assert_int_equal(c.key_strength, 0);
	assert_int_equal(c.signature_strength, 0);
	assert_memory_not_equal(c.key_sha256, good.key_sha256, 32);
	arena_free(&a);
	EVP_PKEY_free(key);
}

static void
names_of_every_kind_are_spelled_as_openssl_spells_them(void **state)
{
	EVP_PKEY *key = make_key("ED25519", 0, NULL);
	X509 *x = begin(key, "20200101000000Z", "20300101000000Z");
	struct arena a = { .blocks = NULL };
	struct certificate c;
	struct der der;

	(void)state;
	X509_NAME *name = X509_get_subject_name(x);
	add_name(name, "C", "GB", -1, 0);
	add_name(name, "O", " a, b + \"c\" \\ <d>; #e=f ", -1, 0);
	add_name(name, "OU", "one", -1, 0);
	add_name(name, "OU", "two", -1, -1);
	add_name(name, "CN", "first", -1, 0);
	add_name(name, "CN", "gr\xc3\xbc\xc3\x9f\x65\n\x1b[0m", -1, 0);
	add_name(name, "CN", "host\0.evil", 10, 0);
	add_name(name, "emailAddress", "a@b.c", -1, 0);
	add_name(X509_get_issuer_name(x), "CN", "#somebody", -1, 0);
	sign(x, key, &der);

	assert_true(parse(&der, &a, &c));
	agrees_with_openssl(&der, &c);
	assert_non_null(strstr(c.subject, "OU = one + OU = two"));
	assert_non_null(strstr(c.subject, "host\\00.evil"));
	assert_string_equal(c.common_name, "host\\x00.evil");
	assert_false(c.self_signed);
	assert_false(c.ca);
	assert_int_equal(c.n_names, 0);
	arena_free(&a);
	EVP_PKEY_free(key);
}

static void
an_empty_subject_has_no_common_name(void **state)
{
	EVP_PKEY *key = make_key("ED25519", 0, NULL);
	X509 *x = begin(key, "20200101000000Z", "20300101000000Z");
	struct arena a = { .blocks = NULL };
	struct certificate c;
	struct der der;

	(void)state;
	sign(x, key, &der);
	assert_true(parse(&der, &a, &c));
	agrees_with_openssl(&der, &c);
	assert_string_equal(c.subject, "");
	assert_null(c.common_name);
	assert_true(c.self_signed);
	arena_free(&a);
	EVP_PKEY_free(key);
}

static void
a_zero_byte_does_not_end_an_alternative_name(void **state)
{
	EVP_PKEY *key = make_key("ED25519", 0, NULL);
	X509 *x = begin(key, "20200101000000Z", "20300101000000Z");
	GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
	struct arena a = { .blocks = NULL };
	struct certificate c;
	struct der der;

	(void)state;
	for (int i = 0; i < (int)CERTIFICATE_NAMES_MAX + 3; i++) {
		GENERAL_NAME *name = GENERAL_NAME_new();
		ASN1_IA5STRING *s = ASN1_IA5STRING_new();

		assert_int_equal(ASN1_STRING_set(s, "good.lab\0.evil", i ? 8 : 14), 1);
		GENERAL_NAME_set0_value(name, GEN_DNS, s);
		assert_true(sk_GENERAL_NAME_push(names, name) > 0);
	}
	assert_int_equal(X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT), 1);
	GENERAL_NAMES_free(names);
	sign(x, key, &der);
	assert_true(parse(&der, &a, &c));
	assert_int_equal(c.n_names, CERTIFICATE_NAMES_MAX);
	assert_string_equal(c.names[0], "DNS:good.lab\\x00.evil");
	assert_string_equal(c.names[1], "DNS:good.lab");
	arena_free(&a);
	EVP_PKEY_free(key);
}

static void
far_dates_are_read_to_the_second(void **state)
{
	static const struct { const char *before, *after; int64_t a, b; } dates[] = {
		{ "19500101000000Z", "99991231235959Z", -631152000, 253402300799 },
		{ "19691231235959Z", "19700101000000Z", -1, 0 },
		{ "20000228235959Z", "20000301000000Z", 951782399, 951868800 },
		{ "20240229120000Z", "21000228120000Z", 1709208000, 4107499200 },
		{ "00010101000000Z", "20380119031408Z", -62135596800, 2147483648 },
	};
	EVP_PKEY *key = make_key("ED25519", 0, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		struct arena a = { .blocks = NULL };
		struct certificate c;
		struct der der;

		sign(begin(key, dates[i].before, dates[i].after), key, &der);
		assert_true(parse(&der, &a, &c));
		assert_true(c.not_before == dates[i].a);
		assert_true(c.not_after == dates[i].b);
		arena_free(&a);
	}
	EVP_PKEY_free(key);
}

static void
serials_are_printed_as_openssl_prints_them(void **state)
{
	static const int64_t serials[] = { 0, 1, 0x80, 0x100, INT64_MAX, -1, -0x80, -0x1234 };
	EVP_PKEY *key = make_key("ED25519", 0, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof serials / sizeof *serials; i++) {
		X509 *x = begin(key, "20200101000000Z", "20300101000000Z");
		struct arena a = { .blocks = NULL };
		struct certificate c;
		struct der der;

		assert_int_equal(ASN1_INTEGER_set_int64(X509_get_serialNumber(x), serials[i]), 1);
		sign(x, key, &der);
		assert_true(parse(&der, &a, &c));
		agrees_with_openssl(&der, &c);
		arena_free(&a);
	}
	EVP_PKEY_free(key);
}

static void
its_own_key_must_verify_it_to_be_self_signed(void **state)
{
	EVP_PKEY *key = make_key("EC", 0, "P-256"), *other = make_key("EC", 0, "P-256");
	X509 *x = begin(key, "20200101000000Z", "20300101000000Z");
	struct arena a = { .blocks = NULL };
	struct certificate c;
	struct der der;

	(void)state;
	add_name(X509_get_subject_name(x), "CN", "same", -1, 0);
	add_name(X509_get_issuer_name(x), "CN", "same", -1, 0);
	sign(x, other, &der);
	assert_true(parse(&der, &a, &c));
	assert_string_equal(c.subject, c.issuer);
	assert_false(c.self_signed);
	arena_free(&a);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

static void
what_is_no_certificate_has_only_a_hash(void **state)
{
	static const uint8_t of_nothing[] = { 0xe3, 0xb0, 0xc4, 0x42 };	/* FIPS 180-4 */
	EVP_PKEY *key = make_key("ED25519", 0, NULL);
	struct arena a = { .blocks = NULL };
	struct certificate c;
	struct der der, cut;

	(void)state;
	assert_false(x509_parse((struct bytes){ NULL, 0 }, &a, &c));
	assert_memory_equal(c.sha256, of_nothing, sizeof of_nothing);
	assert_false(c.readable);

	make_ordinary(key, &der);
	for (cut = der, cut.n = 0; cut.n < der.n; cut.n++) {
		uint8_t *own = malloc(cut.n + 1);

		assert_non_null(own);
		memcpy(own + 1, cut.p, cut.n);
		assert_false(x509_parse((struct bytes){ own + 1, cut.n }, &a, &c));
		assert_null(c.subject);
		free(own);
	}
	cut.p[cut.n++] = 0;
	assert_false(parse(&cut, &a, &c));
	arena_free(&a);
	EVP_PKEY_free(key);
}

static void
no_memory_is_a_failure(void **state)
{
	EVP_PKEY *key = make_key("ED25519", 0, NULL);
	struct certificate c;
	struct der der;

	(void)state;
	make_ordinary(key, &der);
	for (size_t limit = 1; limit <= 4096; limit *= 2) {
		struct arena a = { .limit = limit };

		bool good = parse(&der, &a, &c);
		assert_int_equal(good, c.readable);
		assert_int_equal(good, c.subject != NULL && c.issuer != NULL);
		if (limit <= 64 || limit == 4096)
			assert_int_equal(good, limit == 4096);
		arena_free(&a);
	}
	EVP_PKEY_free(key);
}

static void
changed_bytes_do_no_harm(void **state)
{
	EVP_PKEY *key = make_key("EC", 0, "P-256");
	struct der der;
	uint64_t x = 88172645463325252u;

	(void)state;
	make_ordinary(key, &der);
	for (int i = 0; i < 4000; i++) {
		struct arena a = { .limit = 1u << 16 };
		struct certificate c;
		struct der changed = der;

		for (int k = 0; k <= i % 3; k++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			changed.p[x % der.n] = (uint8_t)(x >> 32);
		}
		bool good = parse(&changed, &a, &c);
		assert_int_equal(good, c.readable);
		arena_free(&a);
	}
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_key_is_read_as_openssl_reads_it),
		cmocka_unit_test(a_signature_is_as_strong_as_its_hash),
		cmocka_unit_test(of_an_unknown_key_and_signature_no_strength_is_known),
		cmocka_unit_test(names_of_every_kind_are_spelled_as_openssl_spells_them),
		cmocka_unit_test(an_empty_subject_has_no_common_name),
		cmocka_unit_test(a_zero_byte_does_not_end_an_alternative_name),
		cmocka_unit_test(far_dates_are_read_to_the_second),
		cmocka_unit_test(serials_are_printed_as_openssl_prints_them),
		cmocka_unit_test(its_own_key_must_verify_it_to_be_self_signed),
		cmocka_unit_test(what_is_no_certificate_has_only_a_hash),
		cmocka_unit_test(no_memory_is_a_failure),
		cmocka_unit_test(changed_bytes_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
