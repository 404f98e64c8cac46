/*
 * chain_names - whom a leaf names.
 *
 * OTP compares a SAN's dNSName letter by letter, and the common name, where there is
 * no SAN, with a wildcard in its first label [public_key:pkix_verify_hostname/3];
 * OpenSSL takes wildcards in both, but of three labels or more [X509_check_host(3)].
 */
#include "audit/chain.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "audit/chain_decode.h"

#define HOST_MAX 255u			/* [RFC 1035 2.3.4] */

static uint8_t
lower(uint8_t c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Terminated, when it has only what names and addresses of hosts are made of. One
 * that begins with a dot is a suffix to OpenSSL, and no name. */
static bool
take_host(struct bytes b, char out[HOST_MAX + 1])
{
	struct rd r = rd_bytes(b);
	size_t n = 0;

	if (b.n == 0 || b.n > HOST_MAX)
		return false;
	while (rd_left(&r) > 0) {
		uint8_t c = rd_u8(&r);

		if (!((lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
		    c == '-' || c == '_' || c == ':' || c == '.'))
			return false;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return out[0] != '.';
}

static size_t
without_last_dot(const uint8_t *p, size_t n)
{
	return n > 0 && p[n - 1] == '.' ? n - 1 : n;
}

/* The most generous reading of a name: any star is any run of characters. A name too
 * long for one is not looked at, and might be anything. */
static bool
might_match(const uint8_t *name, size_t n_name, const char *host)
{
	const uint8_t *h = (const uint8_t *)host;
	size_t n_host = without_last_dot(h, strlen(host)), i = 0, j = 0, star = SIZE_MAX, after = 0;

	if (n_name > HOST_MAX)
		return true;
	n_name = without_last_dot(name, n_name);
	while (j < n_host) {
		if (i < n_name && name[i] == '*') {
			star = i++;
			after = j;
		} else if (i < n_name && lower(name[i]) == lower(h[j])) {
			i++;
			j++;
		} else if (star != SIZE_MAX) {
			i = star + 1;
			j = ++after;
		} else {
			return false;
		}
	}
	while (i < n_name && name[i] == '*')
		i++;
	return i == n_name;
}

static bool
some_name_might_match(const GENERAL_NAMES *names, const char *host)
{
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *one = sk_GENERAL_NAME_value(names, i);

		if (one->type == GEN_DNS && might_match(ASN1_STRING_get0_data(one->d.dNSName),
		    (size_t)ASN1_STRING_length(one->d.dNSName), host))
			return true;
	}
	return false;
}

static bool
some_common_name_might_match(const X509_NAME *subject, const char *host)
{
	for (int i = -1; (i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;) {
		unsigned char *utf8;
		int n = ASN1_STRING_to_UTF8(&utf8,
		    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i)));

		if (n < 0)
			return true;
		bool matches = might_match(utf8, (size_t)n, host);
		OPENSSL_free(utf8);
		if (matches)
			return true;
	}
	return false;
}

static enum answer
names_host(X509 *x, const GENERAL_NAMES *names, const char *host)
{
	unsigned flags = sk_GENERAL_NAME_num(names) > 0 ? X509_CHECK_FLAG_NEVER_CHECK_SUBJECT : 0;
	ASN1_OCTET_STRING *address = a2i_IPADDRESS(host);
	bool is_address = address != NULL;

	ASN1_OCTET_STRING_free(address);
	int matches = is_address ? X509_check_ip_asc(x, host, flags)
	    : X509_check_host(x, host, strlen(host), flags, NULL);
	if (matches == 1)
		return ANSWER_YES;
	if (matches != 0 || some_name_might_match(names, host) ||
	    some_common_name_might_match(X509_get_subject_name(x), host))
		return ANSWER_ABSENT;
	return ANSWER_NO;
}

enum answer
chain_names_host(const struct chain *c, struct bytes host)
{
	char name[HOST_MAX + 1];
	enum answer answer = ANSWER_ABSENT;
	int critical;

	if (c->n == 0 || !take_host(host, name))
		return ANSWER_ABSENT;
	ERR_set_mark();
	X509 *x = certificate_decode(c->v[0]);
	if (x != NULL) {
		GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, &critical, NULL);

		if (names != NULL || critical == -1)	/* else there are two, or it is broken */
			answer = names_host(x, names, name);
		GENERAL_NAMES_free(names);
	}
	X509_free(x);
	ERR_pop_to_mark();
	return answer;
}

static bool
same_text(const ASN1_STRING *a, const ASN1_STRING *b)
{
	unsigned char *p = NULL, *q = NULL;
	int n = ASN1_STRING_to_UTF8(&p, a), m = ASN1_STRING_to_UTF8(&q, b);
	bool same = n >= 0 && n == m;

	for (int i = 0; same && i < n; i++)
		same = lower(p[i]) == lower(q[i]);
	OPENSSL_free(p);
	OPENSSL_free(q);
	return same;
}

/* NULL: it has none. */
static const ASN1_STRING *
last_common_name(const X509_NAME *name)
{
	int last = -1;

	for (int i; (i = X509_NAME_get_index_by_NID(name, NID_commonName, last)) >= 0;)
		last = i;
	return last < 0 ? NULL : X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last));
}

static bool
share_common_name(const X509_NAME *a, const X509_NAME *b)
{
	const ASN1_STRING *x = last_common_name(a), *y = last_common_name(b);

	return x != NULL && y != NULL ? same_text(x, y) : X509_NAME_cmp(a, b) == 0;
}

/* Of a self-signed leaf the issuer is itself. */
enum answer
chain_leaf_shares_name(const struct chain *c)
{
	struct decoded_chain all;
	bool shares = false;

	if (c->n == 0)
		return ANSWER_ABSENT;
	ERR_set_mark();
	chain_decode(c, &all);
	bool unsure = !all.all || all.n == TLS_CHAIN_MAX;
	if (all.v[0] != NULL) {
		const X509_NAME *leaf = X509_get_subject_name(all.v[0]);

		shares = !c->v[0]->self_signed &&
		    share_common_name(leaf, X509_get_issuer_name(all.v[0]));
		for (unsigned i = 1; i < all.n && !shares; i++)
			shares = all.v[i] != NULL && c->v[i]->ca && X509_cmp(all.v[0], all.v[i]) != 0 &&
			    share_common_name(leaf, X509_get_subject_name(all.v[i]));
	}
	chain_decoded_free(&all);
	ERR_pop_to_mark();
	return shares ? ANSWER_YES : unsure ? ANSWER_ABSENT : ANSWER_NO;
}
