#include "dissectors/x509.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/text.h"

/* The bytes as a terminated string of the arena. A zero byte among them, which
 * would end the string before its time, becomes \x00. */
static const char *
keep(struct arena *a, struct bytes b)
{
	size_t n_zeros = 0;
	struct rd r = rd_bytes(b);

	while (rd_left(&r) > 0)
		n_zeros += rd_u8(&r) == 0;
	char *s = arena_take(a, b.n + 3 * n_zeros + 1), *at = s;
	if (s == NULL)
		return NULL;
	for (r = rd_bytes(b); rd_left(&r) > 0;) {
		uint8_t c = rd_u8(&r);

		if (c == 0) {
			memcpy(at, "\\x00", 4);
			at += 4;
		} else {
			*at++ = (char)c;
		}
	}
	*at = '\0';
	return s;
}

static const char *
keep_text(struct arena *a, const char *s)
{
	return keep(a, (struct bytes){ (const uint8_t *)s, strlen(s) });
}

/* What was printed into bio, which is given back. */
static const char *
keep_printed(struct arena *a, BIO *bio, bool printed)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);
	const char *s = NULL;

	if (printed && n >= 0)
		s = keep(a, (struct bytes){ (const uint8_t *)p, (size_t)n });
	BIO_free(bio);
	return s;
}

static const char *
name_text(const X509_NAME *name, struct arena *a)
{
	BIO *bio = BIO_new(BIO_s_mem());

	if (bio == NULL)
		return NULL;
	return keep_printed(a, bio, X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE) >= 0);
}

static const char *
common_name(const X509_NAME *name, struct arena *a)
{
	int last = -1;
	const char *s = NULL;
	unsigned char *utf8;

	for (int i; (i = X509_NAME_get_index_by_NID(name, NID_commonName, last)) >= 0;)
		last = i;
	if (last < 0)
		return NULL;
	int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
	if (n < 0)
		return NULL;
	s = keep(a, (struct bytes){ utf8, (size_t)n });
	OPENSSL_free(utf8);
	return s;
}

static const char *
serial_text(const ASN1_INTEGER *serial, struct arena *a)
{
	static const char hex[] = "0123456789ABCDEF";
	struct rd r = rd_of(ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial));
	char *s = arena_take(a, 2 * rd_left(&r) + sizeof "-00"), *at = s;

	if (s == NULL)
		return NULL;
	if (ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER)
		*at++ = '-';
	if (rd_left(&r) == 0) {
		*at++ = '0';
		*at++ = '0';
	}
	while (rd_left(&r) > 0) {
		uint8_t c = rd_u8(&r);

		*at++ = hex[c >> 4];
		*at++ = hex[c & 15];
	}
	*at = '\0';
	return s;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar, whose cycle is
 * 400 years: 146,097 days. The year is taken to begin in March, so that a leap
 * day is its last. */
static int64_t
days_of(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2) + 4 * 400;	/* not negative */
	int64_t from_march = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	int64_t days = y * 365 + y / 4 - y / 100 + y / 400 + from_march;

	return days - 4 * 146097 - 719468;
}

static bool
seconds_of(const ASN1_TIME *t, int64_t *out)
{
	struct tm tm;

	if (t == NULL || !ASN1_TIME_to_tm(t, &tm))
		return false;
	*out = ((days_of(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * 24 + tm.tm_hour) * 60 +
	    tm.tm_min) * 60 + tm.tm_sec;
	return true;
}

/* The name of an algorithm's object identifier, or its digits. */
static const char *
object_text(const ASN1_OBJECT *o, struct arena *a)
{
	char s[128];
	int n = OBJ_obj2txt(s, sizeof s, o, 0);

	return n > 0 ? keep_text(a, s) : NULL;
}

static const char *
curve_name(const EVP_PKEY *key, char group[], size_t cap)
{
	static const char *const short_names[][2] = {
		{ "prime256v1", "P-256" }, { "secp384r1", "P-384" }, { "secp521r1", "P-521" },
	};

	if (!EVP_PKEY_get_group_name(key, group, cap, NULL))
		return "explicit";	/* parameters spelled out: no name */
	for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++)
		if (strcmp(group, short_names[i][0]) == 0)
			return short_names[i][1];
	return group;
}

static const char *
key_text(X509 *x, struct arena *a)
{
	const EVP_PKEY *key = X509_get0_pubkey(x);
	char s[160], group[128];
	struct text t = TEXT(s);
	ASN1_OBJECT *algorithm;

	switch (key ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE) {
	case EVP_PKEY_RSA:
		text_putf(&t, "RSA-%d", EVP_PKEY_get_bits(key));
		break;
	case EVP_PKEY_RSA_PSS:
		text_putf(&t, "RSA-PSS-%d", EVP_PKEY_get_bits(key));
		break;
	case EVP_PKEY_DSA:
		text_putf(&t, "DSA-%d", EVP_PKEY_get_bits(key));
		break;
	case EVP_PKEY_EC:
		text_putf(&t, "EC-%s", curve_name(key, group, sizeof group));
		break;
	default:		/* ED25519, ED448, and what OpenSSL cannot read */
		if (!X509_PUBKEY_get0_param(&algorithm, NULL, NULL, NULL, X509_get_X509_PUBKEY(x)))
			return NULL;
		return object_text(algorithm, a);
	}
	return keep_text(a, s);
}

static const char *
signature_text(const X509 *x, struct arena *a)
{
	const ASN1_OBJECT *algorithm;

	X509_ALGOR_get0(&algorithm, NULL, NULL, X509_get0_tbs_sigalg(x));
	return object_text(algorithm, a);
}

static uint16_t
as_u16(int n)
{
	return (uint16_t)(n < 0 ? 0 : n > UINT16_MAX ? UINT16_MAX : n);
}

/* What the key is worth. One that OpenSSL cannot read is worth what is not known. */
static bool
key_facts(const X509 *x, struct certificate *out)
{
	const EVP_PKEY *key = X509_get0_pubkey(x);
	unsigned char *spki = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki);
	bool hashed = n > 0 &&
	    EVP_Q_digest(NULL, "SHA256", NULL, spki, (size_t)n, out->key_sha256, NULL);

	OPENSSL_free(spki);
	if (key == NULL)
		return hashed;
	out->key_bits = as_u16(EVP_PKEY_get_bits(key));
	out->key_strength = as_u16(EVP_PKEY_get_security_bits(key));
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
	case EVP_PKEY_RSA_PSS:
	case EVP_PKEY_DSA:
		out->key_is_modular = true;
		break;
	default:
		break;
	}
	return hashed;
}

/* Of the hash that was signed; of RSASSA-PSS that in its parameters [RFC 4055 3.1], of
 * EdDSA the algorithm's own [RFC 8032 8.5]. */
static uint16_t
signature_strength(X509 *x)
{
	int bits = 0;

	return X509_get_signature_info(x, NULL, NULL, &bits, NULL) ? as_u16(bits) : 0;
}

/* prefix, then the string's own bytes, whatever they are */
static const char *
prefixed(struct arena *a, const char *prefix, const ASN1_STRING *value)
{
	size_t n_prefix = strlen(prefix), n = (size_t)ASN1_STRING_length(value);
	uint8_t *both = OPENSSL_malloc(n_prefix + n + 1);
	const char *s = NULL;

	if (both != NULL) {
		memcpy(both, prefix, n_prefix);
		if (n > 0)
			memcpy(both + n_prefix, ASN1_STRING_get0_data(value), n);
		s = keep(a, (struct bytes){ both, n_prefix + n });
	}
	OPENSSL_free(both);
	return s;
}

/* As "openssl x509 -ext subjectAltName" spells addresses. */
static const char *
address_name(struct arena *a, const ASN1_OCTET_STRING *ip)
{
	struct rd r = rd_of(ASN1_STRING_get0_data(ip), (size_t)ASN1_STRING_length(ip));
	char s[64];
	struct text t = TEXT(s);

	text_put(&t, "IP Address:");
	if (rd_left(&r) == 4) {
		for (int i = 0; i < 4; i++)
			text_putf(&t, "%s%u", i ? "." : "", rd_u8(&r));
	} else if (rd_left(&r) == 16) {
		for (int i = 0; i < 8; i++)
			text_putf(&t, "%s%X", i ? ":" : "", rd_u16(&r));
	} else {
		text_put(&t, "<invalid>");
	}
	return keep_text(a, s);
}

/* [RFC 5280 4.2.1.6] NULL: a kind of name that is left out, or no memory. */
static const char *
alternative_name(struct arena *a, const GENERAL_NAME *name)
{
	switch (name->type) {
	case GEN_DNS:
		return prefixed(a, "DNS:", name->d.dNSName);
	case GEN_EMAIL:
		return prefixed(a, "email:", name->d.rfc822Name);
	case GEN_URI:
		return prefixed(a, "URI:", name->d.uniformResourceIdentifier);
	case GEN_IPADD:
		return address_name(a, name->d.iPAddress);
	default:
		return NULL;
	}
}

static void
alternative_names(const X509 *x, struct arena *a, struct certificate *out)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && out->n_names < CERTIFICATE_NAMES_MAX; i++) {
		const char *s = alternative_name(a, sk_GENERAL_NAME_value(names, i));

		if (s != NULL)
			out->names[out->n_names++] = s;
	}
	GENERAL_NAMES_free(names);
}

/* [RFC 5280 4.2.1.9] */
static bool
is_ca(const X509 *x)
{
	BASIC_CONSTRAINTS *b = X509_get_ext_d2i(x, NID_basic_constraints, NULL, NULL);
	bool ca = b != NULL && b->ca;

	BASIC_CONSTRAINTS_free(b);
	return ca;
}

static bool
is_self_signed(X509 *x)
{
	return X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0 &&
	    X509_get0_pubkey(x) != NULL && X509_verify(x, X509_get0_pubkey(x)) == 1;
}

static bool
read_all(X509 *x, struct arena *a, struct certificate *out)
{
	if (!seconds_of(X509_get0_notBefore(x), &out->not_before) ||
	    !seconds_of(X509_get0_notAfter(x), &out->not_after))
		return false;
	out->subject = name_text(X509_get_subject_name(x), a);
	out->issuer = name_text(X509_get_issuer_name(x), a);
	out->common_name = common_name(X509_get_subject_name(x), a);
	out->serial = serial_text(X509_get0_serialNumber(x), a);
	out->key = key_text(x, a);
	out->signature = signature_text(x, a);
	out->signature_strength = signature_strength(x);
	alternative_names(x, a, out);
	out->ca = is_ca(x);
	out->self_signed = is_self_signed(x);
	if (!key_facts(x, out))
		return false;
	return out->subject && out->issuer && out->serial && out->key && out->signature;
}

/* DER and nothing after it. */
static X509 *
decode(struct bytes der)
{
	const unsigned char *p = der.p;
	X509 *x = der.n > 0 && der.n <= INT32_MAX ? d2i_X509(NULL, &p, (long)der.n) : NULL;

	if (x != NULL && p != der.p + der.n) {
		X509_free(x);
		x = NULL;
	}
	return x;
}

bool
x509_parse(struct bytes der, struct arena *a, struct certificate *out)
{
	const uint8_t nothing = 0;

	memset(out, 0, sizeof *out);
	ERR_set_mark();
	out->der = der;
	bool hashed = EVP_Q_digest(NULL, "SHA256", NULL, der.n ? der.p : &nothing, der.n,
	    out->sha256, NULL);
	X509 *x = hashed ? decode(der) : NULL;
	bool readable = x != NULL && read_all(x, a, out);
	X509_free(x);
	ERR_pop_to_mark();
	if (!readable) {
		struct certificate bare = { .der = der };

		memcpy(bare.sha256, out->sha256, sizeof bare.sha256);
		*out = bare;
	}
	out->readable = readable;
	return readable;
}
