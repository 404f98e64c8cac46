#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "audit/chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>

#include "testkit/certify.h"

/* A laboratory: a root, a CA under it, leaves of both; and strangers. What verifies
 * here is also asked of "openssl verify". */

#define NOW     1700000000u		/* 2023-11-14 */
#define NSEC    1000000000ull
#define DAY     86400

enum { ROOT, CA, BETA, ALPHA, EXPIRED, EARLY, SERVER_ONLY, OF_ROOT, STRANGER_CA, STRANGER,
    FALSE_CA, OF_FALSE_CA, LONELY, OLD_CA, OF_OLD_CA, HOSTILE, N_LAB };

struct lab {
	struct certified v[N_LAB];
	char dir[32];
};

static void
certify_lab(struct lab *l)
{
	struct certified *v = l->v;

	certify(&v[ROOT], &(struct recipe){ .common_name = "Lab Root", .ca = true }, NULL);
	certify(&v[CA], &(struct recipe){ .common_name = "Lab CA", .ca = true }, &v[ROOT]);
	certify(&v[BETA], &(struct recipe){ .common_name = "beta.lab" }, &v[CA]);
	certify(&v[ALPHA], &(struct recipe){ .common_name = "alpha.lab" }, &v[CA]);
	certify(&v[EXPIRED], &(struct recipe){ .common_name = "expired.lab",
	    .from = NOW - 9 * DAY, .until = NOW - 2 * DAY }, &v[CA]);
	certify(&v[EARLY], &(struct recipe){ .common_name = "early.lab",
	    .from = NOW + 2 * DAY, .until = NOW + 9 * DAY }, &v[CA]);
	certify(&v[SERVER_ONLY], &(struct recipe){ .common_name = "server.lab",
	    .usage = "serverAuth" }, &v[CA]);
	certify(&v[OF_ROOT], &(struct recipe){ .common_name = "gamma.lab" }, &v[ROOT]);
	certify(&v[STRANGER_CA], &(struct recipe){ .common_name = "Other CA", .ca = true }, NULL);
	certify(&v[STRANGER], &(struct recipe){ .common_name = "beta.lab" }, &v[STRANGER_CA]);
	certify(&v[FALSE_CA], &(struct recipe){ .common_name = "Lab CA", .ca = true }, NULL);
	certify(&v[OF_FALSE_CA], &(struct recipe){ .common_name = "beta.lab" }, &v[FALSE_CA]);
	certify(&v[LONELY], &(struct recipe){ .common_name = "lonely.lab" }, NULL);
	certify(&v[OLD_CA], &(struct recipe){ .common_name = "Old CA", .ca = true,
	    .from = NOW - 9 * DAY, .until = NOW - 2 * DAY }, &v[ROOT]);
	certify(&v[OF_OLD_CA], &(struct recipe){ .common_name = "beta.lab" }, &v[OLD_CA]);
	certify(&v[HOSTILE], &(struct recipe){ .common_name = "\033[2Jx\n<&>" }, &v[STRANGER_CA]);
}

static int
setup(void **state)
{
	struct lab *l = calloc(1, sizeof *l);

	assert_non_null(l);
	certify_lab(l);
	strcpy(l->dir, "/tmp/chain_test.XXXXXX");
	assert_non_null(mkdtemp(l->dir));
	*state = l;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *l = *state;
	char command[64];

	for (int i = 0; i < N_LAB; i++)
		certified_free(&l->v[i]);
	snprintf(command, sizeof command, "rm -r %s", l->dir);
	assert_int_equal(system(command), 0);
	free(l);
	return 0;
}

static const char *
path_in(const struct lab *l, const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", l->dir, name);
	return path;
}

static void
write_pem(const struct lab *l, const char *name, const int *which, size_t n)
{
	FILE *f = fopen(path_in(l, name), "w");

	assert_non_null(f);
	for (size_t i = 0; i < n; i++)
		certified_put_pem(&l->v[which[i]], f);
	fclose(f);
}

static void
write_text(const struct lab *l, const char *name, const char *text)
{
	FILE *f = fopen(path_in(l, name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static struct trust *
trust(const struct lab *l, int anchor)
{
	struct diag d = { "" };

	write_pem(l, "anchor.pem", &anchor, 1);
	struct trust *t = trust_open(path_in(l, "anchor.pem"), &d);
	assert_string_equal(d.line, "");
	assert_non_null(t);
	return t;
}

#define END (-1)

static struct chain
chain_of(const struct lab *l, const int *which)
{
	struct chain c = { 0 };

	for (; *which != END; which++)
		c.v[c.n++] = &l->v[*which].is;
	return c;
}

static const struct {
	int chain[5], anchor;
	enum side side;
	int64_t at;
	enum answer verifies, reached;
	const char *why;		/* part of it */
} verifications[] = {
	{ { OF_ROOT, END }, ROOT, SIDE_SERVER, NOW, ANSWER_YES, ANSWER_YES, "" },
	{ { BETA, CA, END }, ROOT, SIDE_SERVER, NOW, ANSWER_YES, ANSWER_YES, "" },
	{ { BETA, CA, END }, ROOT, SIDE_CLIENT, NOW, ANSWER_YES, ANSWER_YES, "" },
	{ { BETA, CA, ROOT, END }, ROOT, SIDE_SERVER, NOW, ANSWER_YES, ANSWER_YES, "" },
	{ { BETA, STRANGER_CA, CA, END }, ROOT, SIDE_SERVER, NOW, ANSWER_YES, ANSWER_YES, "" },
	{ { BETA, END }, CA, SIDE_SERVER, NOW, ANSWER_YES, ANSWER_YES, "" },
	{ { BETA, END }, BETA, SIDE_SERVER, NOW, ANSWER_YES, ANSWER_YES, "" },
	{ { LONELY, END }, LONELY, SIDE_SERVER, NOW, ANSWER_YES, ANSWER_YES, "" },
	{ { BETA, END }, ROOT, SIDE_SERVER, NOW, ANSWER_NO, ANSWER_NO,
	    "unable to get local issuer certificate (CN = beta.lab, the first in the chain)" },
	{ { STRANGER, STRANGER_CA, END }, ROOT, SIDE_SERVER, NOW, ANSWER_NO, ANSWER_NO,
	    "(CN = Other CA, the second in the chain)" },
	{ { STRANGER, END }, ROOT, SIDE_SERVER, NOW, ANSWER_NO, ANSWER_NO, "CN = beta.lab" },
	{ { OF_FALSE_CA, CA, END }, ROOT, SIDE_SERVER, NOW, ANSWER_NO, ANSWER_NO,
	    "certificate signature failure (CN = beta.lab, the first in the chain)" },
	{ { LONELY, END }, ROOT, SIDE_SERVER, NOW, ANSWER_NO, ANSWER_NO,
	    "self-signed certificate (CN = lonely.lab, the first in the chain)" },
	{ { EXPIRED, CA, END }, ROOT, SIDE_SERVER, NOW, ANSWER_NO, ANSWER_YES,
	    "certificate has expired (CN = expired.lab, the first in the chain)" },
	{ { EXPIRED, CA, END }, ROOT, SIDE_SERVER, NOW - 3 * DAY, ANSWER_YES, ANSWER_YES, "" },
	{ { EARLY, CA, END }, ROOT, SIDE_SERVER, NOW, ANSWER_NO, ANSWER_YES,
	    "certificate is not yet valid (CN = early.lab, the first in the chain)" },
	{ { OF_OLD_CA, OLD_CA, END }, ROOT, SIDE_SERVER, NOW, ANSWER_NO, ANSWER_YES,
	    "certificate has expired (CN = Old CA, the second in the chain)" },
	{ { OF_OLD_CA, END }, OLD_CA, SIDE_SERVER, NOW, ANSWER_NO, ANSWER_YES,
	    "certificate has expired (a certificate of --ca)" },
	{ { SERVER_ONLY, CA, END }, ROOT, SIDE_SERVER, NOW, ANSWER_YES, ANSWER_YES, "" },
	{ { SERVER_ONLY, CA, END }, ROOT, SIDE_CLIENT, NOW, ANSWER_NO, ANSWER_YES,
	    "purpose (CN = server.lab, the first in the chain)" },
	{ { ALPHA, BETA, CA, END }, ROOT, SIDE_SERVER, NOW, ANSWER_YES, ANSWER_YES, "" },
	/* a leaf that is no CA issued nothing */
	{ { HOSTILE, END }, ROOT, SIDE_SERVER, NOW, ANSWER_NO, ANSWER_NO,
	    "(CN = \"\\x5c1B[2Jx\\x5c0A<&>\", the first in the chain)" },
};

#define N_VERIFICATIONS (sizeof verifications / sizeof *verifications)

static void
what_verifies_is_told(void **state)
{
	const struct lab *l = *state;

	for (size_t i = 0; i < N_VERIFICATIONS; i++) {
		struct trust *t = trust(l, verifications[i].anchor);
		struct chain c = chain_of(l, verifications[i].chain);
		uint64_t at = (uint64_t)verifications[i].at * NSEC;

		for (int again = 0; again < 2; again++) {	/* the second is remembered */
			char buf[512];
			struct text why = TEXT(buf);

			enum answer a = trust_verifies(t, &c, verifications[i].side, at, &why);
			if (a != verifications[i].verifies || !strstr(buf, verifications[i].why))
				fail_msg("%zu: %d: %s", i, a, buf);
			if (a == ANSWER_YES)
				assert_string_equal(buf, "");
			assert_int_equal(trust_verifies(t, &c, verifications[i].side, at, NULL), a);
		}
		assert_int_equal(trust_is_reached(t, &c), verifications[i].reached);
		assert_int_equal(ERR_peek_error(), 0);
		trust_close(t);
	}
}

static void
the_openssl_command_says_the_same(void **state)
{
	const struct lab *l = *state;

	for (size_t i = 0; i < N_VERIFICATIONS; i++) {
		char command[512];
		size_t n = 0;

		while (verifications[i].chain[n] != END)
			n++;
		write_pem(l, "anchor.pem", &verifications[i].anchor, 1);
		write_pem(l, "leaf.pem", verifications[i].chain, 1);
		write_pem(l, "rest.pem", verifications[i].chain + 1, n - 1);
		snprintf(command, sizeof command, "cd %s && openssl verify -attime %lld -partial_chain "
		    "-no-CAfile -no-CApath -no-CAstore -CAfile anchor.pem -purpose %s %s leaf.pem "
		    ">openssl.out 2>&1", l->dir,
		    (long long)verifications[i].at,
		    verifications[i].side == SIDE_SERVER ? "sslserver" : "sslclient",
		    n > 1 ? "-untrusted rest.pem" : "");
		if ((system(command) == 0) != (verifications[i].verifies == ANSWER_YES))
			fail_msg("%zu: %s", i, command);
	}
}

/* What was remembered of one moment is not said of another. */
static void
a_chain_is_judged_at_its_own_time(void **state)
{
	const struct lab *l = *state;
	struct trust *t = trust(l, ROOT);
	struct chain c = chain_of(l, (int[]){ EXPIRED, CA, END });
	const struct certificate *leaf = &l->v[EXPIRED].is;

	static const struct { int from_end; enum answer a; } at[] = {
		{ -1, ANSWER_YES }, { 1, ANSWER_NO }, { -DAY, ANSWER_YES }, { 90 * DAY, ANSWER_NO },
		{ -8 * DAY, ANSWER_NO }, { -2, ANSWER_YES }, { -7 * DAY, ANSWER_YES },
		{ -7 * DAY - 1, ANSWER_NO },
	};
	for (size_t i = 0; i < sizeof at / sizeof *at; i++)
		assert_int_equal(trust_verifies(t, &c, SIDE_SERVER,
		    (uint64_t)(leaf->not_after + at[i].from_end) * NSEC, NULL), at[i].a);
	trust_close(t);
}

/* Nor of one side, or of an anchor that has expired since. */
static void
what_is_remembered_is_only_said_of_the_same(void **state)
{
	const struct lab *l = *state;
	struct trust *t = trust(l, ROOT), *old = trust(l, OLD_CA);
	struct chain server_only = chain_of(l, (int[]){ SERVER_ONLY, CA, END });
	struct chain of_old_ca = chain_of(l, (int[]){ OF_OLD_CA, END });
	/* what x509 could not read, and OpenSSL can */
	struct certificate undated = { .der = l->v[EXPIRED].is.der };
	struct chain of_undated = { 2, { &undated, &l->v[CA].is } };

	for (int i = 0; i < 2; i++) {
		assert_int_equal(trust_verifies(t, &server_only, SIDE_SERVER, NOW * NSEC, NULL), ANSWER_YES);
		assert_int_equal(trust_verifies(t, &server_only, SIDE_CLIENT, NOW * NSEC, NULL), ANSWER_NO);
		for (uint64_t ago = 0; ago <= 3; ago += 3) {
			uint64_t at = (NOW - ago * DAY) * NSEC;
			enum answer a = ago ? ANSWER_YES : ANSWER_NO;

			assert_int_equal(trust_verifies(old, &of_old_ca, SIDE_SERVER, at, NULL), a);
			assert_int_equal(trust_verifies(t, &of_undated, SIDE_SERVER, at, NULL), a);
		}
	}
	trust_close(old);
	trust_close(t);
}

static void
what_may_be_cut_or_cannot_be_read(void **state)
{
	const struct lab *l = *state;
	struct trust *t = trust(l, ROOT);
	struct chain c = { 0 };
	char buf[512];
	struct text why = TEXT(buf);
	struct certificate cut = { .der = l->v[BETA].is.der };

	assert_int_equal(trust_verifies(t, &c, SIDE_SERVER, NOW * NSEC, &why), ANSWER_ABSENT);
	assert_int_equal(trust_is_reached(t, &c), ANSWER_ABSENT);
	assert_int_equal(chain_is_in_order(&c), ANSWER_ABSENT);
	assert_int_equal(chain_leaf_shares_name(&c), ANSWER_ABSENT);

	/* as many as are kept: what leads to the root may be left out */
	while (c.n < TLS_CHAIN_MAX)
		c.v[c.n++] = &l->v[BETA].is;
	assert_int_equal(trust_verifies(t, &c, SIDE_SERVER, NOW * NSEC, &why), ANSWER_ABSENT);
	assert_int_equal(trust_is_reached(t, &c), ANSWER_ABSENT);
	assert_int_equal(chain_leaf_shares_name(&c), ANSWER_ABSENT);
	c.v[TLS_CHAIN_MAX - 1] = &l->v[CA].is;
	assert_int_equal(trust_verifies(t, &c, SIDE_SERVER, NOW * NSEC, &why), ANSWER_YES);
	assert_string_equal(buf, "");

	cut.der.n--;
	c = (struct chain){ 2, { &cut, &l->v[CA].is } };
	assert_int_equal(trust_verifies(t, &c, SIDE_SERVER, NOW * NSEC, &why), ANSWER_NO);
	assert_string_equal(buf, "what was sent as the certificate cannot be read");
	assert_int_equal(trust_is_reached(t, &c), ANSWER_ABSENT);
	assert_int_equal(chain_is_in_order(&c), ANSWER_ABSENT);
	assert_int_equal(chain_leaf_shares_name(&c), ANSWER_ABSENT);
	assert_int_equal(chain_names_host(&c, (struct bytes){ (const uint8_t *)"beta.lab", 8 }),
	    ANSWER_ABSENT);

	/* an unreadable one among the rest is in the way of a no, not of a yes */
	c = (struct chain){ 3, { &l->v[BETA].is, &cut, &l->v[CA].is } };
	assert_int_equal(trust_verifies(t, &c, SIDE_SERVER, NOW * NSEC, NULL), ANSWER_YES);
	assert_int_equal(trust_is_reached(t, &c), ANSWER_YES);
	c.n = 2;
	assert_int_equal(trust_is_reached(t, &c), ANSWER_ABSENT);
	assert_int_equal(ERR_peek_error(), 0);
	trust_close(t);
}

static void
trust_is_read_from_files_and_directories(void **state)
{
	const struct lab *l = *state;
	struct diag d = { "" };
	struct chain c = chain_of(l, (int[]){ BETA, CA, END });
	struct chain other = chain_of(l, (int[]){ STRANGER, END });
	FILE *f = fopen(path_in(l, "mixed.pem"), "w");

	fputs("Subject: somebody\n-----BEGIN NONSENSE-----\nAAAA\n-----END NONSENSE-----\n", f);
	certified_put_pem(&l->v[STRANGER_CA], f);
	fputs("\n\n# the root\n\x01\x02 junk without an end", f);
	fputs("\n", f);
	certified_put_pem(&l->v[ROOT], f);
	fputs("the end\n", f);
	fclose(f);
	struct trust *t = trust_open(path_in(l, "mixed.pem"), &d);
	assert_non_null(t);
	assert_int_equal(trust_verifies(t, &c, SIDE_SERVER, NOW * NSEC, NULL), ANSWER_YES);
	assert_int_equal(trust_verifies(t, &other, SIDE_SERVER, NOW * NSEC, NULL), ANSWER_YES);
	trust_close(t);

	assert_int_equal(mkdir(path_in(l, "d"), 0700), 0);
	assert_int_equal(mkdir(path_in(l, "d/sub"), 0700), 0);
	write_pem(l, "d/sub/root.pem", (int[]){ ROOT }, 1);
	write_pem(l, "d/other.crt", (int[]){ STRANGER_CA, STRANGER_CA }, 2);
	write_text(l, "d/README", "CAs of the lab\n");
	write_text(l, "d/empty", "");
	t = trust_open(path_in(l, "d"), &d);
	assert_non_null(t);
	assert_int_equal(trust_verifies(t, &c, SIDE_SERVER, NOW * NSEC, NULL), ANSWER_NO);
	assert_int_equal(trust_verifies(t, &other, SIDE_SERVER, NOW * NSEC, NULL), ANSWER_YES);
	trust_close(t);
	assert_string_equal(d.line, "");
	assert_int_equal(ERR_peek_error(), 0);
}

static void
cannot_open(const struct lab *l, const char *name, const char *says)
{
	struct diag d = { "" };

	assert_null(trust_open(path_in(l, name), &d));
	if (strstr(d.line, name) == NULL || strstr(d.line, says) == NULL)
		fail_msg("%s: %s", name, d.line);
	assert_int_equal(ERR_peek_error(), 0);
}

static void
trust_that_cannot_be_read_is_an_error(void **state)
{
	const struct lab *l = *state;
	const struct certificate *root = &l->v[ROOT].is;
	FILE *f;

	cannot_open(l, "missing.pem", "No such file");
	write_text(l, "none.pem", "no certificate here\n");
	cannot_open(l, "none.pem", "no certificate in it");
	f = fopen(path_in(l, "der.pem"), "w");
	fwrite(root->der.p, 1, root->der.n, f);
	fclose(f);
	cannot_open(l, "der.pem", "PEM is expected");
	assert_int_equal(mkdir(path_in(l, "nothing"), 0700), 0);
	cannot_open(l, "nothing", "no certificate in any file");

	/* what cannot be looked at may be the one that was meant */
	assert_int_equal(mkdir(path_in(l, "links"), 0700), 0);
	write_pem(l, "links/root.pem", (int[]){ ROOT }, 1);
	assert_int_equal(symlink("nowhere", path_in(l, "links/dangling")), 0);
	cannot_open(l, "links", "dangling: No such file");

	/* the second is broken: the first alone is not what was meant */
	f = fopen(path_in(l, "half.pem"), "w");
	certified_put_pem(&l->v[ROOT], f);
	certified_put_pem(&l->v[CA], f);
	assert_int_equal(fflush(f), 0);
	assert_int_equal(ftruncate(fileno(f), ftell(f) - 40), 0);
	fclose(f);
	cannot_open(l, "half.pem", "after 1 that can");
	write_text(l, "bad.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
	cannot_open(l, "bad.pem", "cannot be read");
	assert_int_equal(mkdir(path_in(l, "bad"), 0700), 0);
	write_pem(l, "bad/good.pem", (int[]){ ROOT }, 1);
	write_text(l, "bad/bad.pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n");
	cannot_open(l, "bad", "bad/bad.pem: ");
	write_text(l, "secret.pem", "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
	    "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
	    "-----END CERTIFICATE-----\n");
	cannot_open(l, "secret.pem", "cannot be read");	/* and no password is asked for */
}

/* Whom the openssl command takes, asked here, and whom OTP 25, as it answered to such
 * certificates: public_key:pkix_verify_hostname(Der, [{dns_id, Host}]), or ip. Nobody, and yet
 * not NO: OTP would with its pkix_verify_hostname_match_fun(https), or it is no name
 * of a host. */
enum { NOBODY, OTP = 1, OPENSSL = 2, BOTH = 3 };

static bool
openssl_takes(const struct lab *l, const struct certified *leaf, const char *host)
{
	bool is_address = strspn(host, "0123456789.") == strlen(host) || strchr(host, ':') != NULL;
	char command[256];
	FILE *f = fopen(path_in(l, "leaf.pem"), "w");

	assert_non_null(f);
	certified_put_pem(leaf, f);
	fclose(f);
	snprintf(command, sizeof command, "openssl x509 -in %s -noout -check%s '%s' | grep -q 'does match'",
	    path_in(l, "leaf.pem"), is_address ? "ip" : "host", host);
	return system(command) == 0;
}

static void
a_leaf_names_its_hosts(void **state)
{
	static const struct {
		const char *common_name, *names, *host;
		int taken_by;
		enum answer named;
	} leaves[] = {
		{ "other.lab", "DNS:beta.lab", "beta.lab", BOTH, ANSWER_YES },
		{ "other.lab", "DNS:beta.lab", "BETA.lab", BOTH, ANSWER_YES },
		{ "other.lab", "DNS:beta.lab", "gamma.lab", NOBODY, ANSWER_NO },
		{ "other.lab", "DNS:beta.lab", "beta", NOBODY, ANSWER_NO },
		{ "other.lab", "DNS:beta.lab", "lab", NOBODY, ANSWER_NO },
		{ "gamma.lab", "DNS:beta.lab", "gamma.lab", NOBODY, ANSWER_ABSENT },
		{ "other.lab", "DNS:beta.lab", "beta.lab.", NOBODY, ANSWER_ABSENT },
		{ "other.lab", "DNS:beta.lab", ".lab", OPENSSL, ANSWER_ABSENT },
		{ "other.lab", "DNS:alpha.lab,DNS:beta.lab", "beta.lab", BOTH, ANSWER_YES },
		{ "w", "DNS:*.lab", "x.lab", NOBODY, ANSWER_ABSENT },
		{ "w", "DNS:*.y.lab", "x.y.lab", OPENSSL, ANSWER_YES },
		{ "w", "DNS:*.y.lab", "x.z.lab", NOBODY, ANSWER_NO },
		{ "w", "DNS:b*a.y.lab", "beta.y.lab", NOBODY, ANSWER_ABSENT },
		{ "w", "DNS:b*.y.lab", "beta.y.lab", OPENSSL, ANSWER_YES },
		{ "w", "DNS:b*a.y.lab", "gamma.y.lab", NOBODY, ANSWER_NO },
		{ "beta.lab", NULL, "beta.lab", BOTH, ANSWER_YES },
		{ "beta.lab", NULL, "gamma.lab", NOBODY, ANSWER_NO },
		{ "*.lab", NULL, "x.lab", OTP, ANSWER_ABSENT },
		{ "*.lab", NULL, "x.other", NOBODY, ANSWER_NO },
		{ "beta.lab", "IP:10.0.0.1", "beta.lab", OPENSSL, ANSWER_ABSENT },
		{ "beta.lab", "IP:10.0.0.1", "10.0.0.1", BOTH, ANSWER_YES },
		{ "beta.lab", "IP:10.0.0.1", "10.0.0.2", NOBODY, ANSWER_NO },
		{ "beta.lab", "IP:fd77::2", "fd77:0::2", BOTH, ANSWER_YES },
		{ "beta.lab", "IP:fd77::2", "fd77::3", NOBODY, ANSWER_NO },
		{ "x", "DNS:10.0.0.1", "10.0.0.1", OTP, ANSWER_ABSENT },
		{ "10.0.0.1", NULL, "10.0.0.1", NOBODY, ANSWER_ABSENT },
		{ NULL, NULL, "beta.lab", NOBODY, ANSWER_NO },
	};

	for (size_t i = 0; i < sizeof leaves / sizeof *leaves; i++) {
		struct certified leaf;

		certify(&leaf, &(struct recipe){ .common_name = leaves[i].common_name,
		    .names = leaves[i].names }, NULL);
		struct chain c = { 1, { &leaf.is } };
		enum answer a = chain_names_host(&c, (struct bytes){
		    (const uint8_t *)leaves[i].host, strlen(leaves[i].host) });
		assert_int_equal(openssl_takes(*state, &leaf, leaves[i].host),
		    (leaves[i].taken_by & OPENSSL) != 0);
		if (a != leaves[i].named || (leaves[i].taken_by != NOBODY && a == ANSWER_NO))
			fail_msg("%s, %s: %d for %s", leaves[i].common_name, leaves[i].names, a,
			    leaves[i].host);
		certified_free(&leaf);
	}
	assert_int_equal(ERR_peek_error(), 0);
}

static void
a_host_that_is_none_is_named_by_nobody(void **state)
{
	static const struct { const char *s; size_t n; } hosts[] = {
		{ "", 0 }, { "beta.lab\0.evil", 14 }, { "beta.lab\0", 9 }, { "beta lab", 8 },
		{ "beta.l\xc3\xa4" "b", 9 }, { "\xff\xfe", 2 }, { "*", 1 }, { "*.y.lab", 7 },
		{ ".y.lab", 6 }, { "beta.lab\n", 9 }, { "beta/lab", 8 },
	};
	struct certified leaf;
	char overlong[4096];

	(void)state;
	certify(&leaf, &(struct recipe){ .names = "DNS:beta.lab,DNS:*.y.lab,DNS:*",
	    .common_name = "beta.lab" }, NULL);
	struct chain c = { 1, { &leaf.is } };
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		assert_int_equal(chain_names_host(&c, (struct bytes){ (const uint8_t *)hosts[i].s,
		    hosts[i].n }), ANSWER_ABSENT);
	memset(overlong, 'a', sizeof overlong);
	for (size_t n = 256; n <= sizeof overlong; n *= 2)
		assert_int_equal(chain_names_host(&c, (struct bytes){ (uint8_t *)overlong, n }),
		    ANSWER_ABSENT);
	certified_free(&leaf);

	/* a zero byte in the certificate does not end its name */
	certify(&leaf, &(struct recipe){ .common_name = "beta.lab\0.evil", .common_name_len = 14 },
	    NULL);
	c.v[0] = &leaf.is;
	assert_int_equal(chain_names_host(&c, (struct bytes){ (const uint8_t *)"beta.lab", 8 }),
	    ANSWER_NO);
	certified_free(&leaf);
}

/* Alternative names that cannot be read, or are no names, may be any. */
static void
names_that_cannot_be_read_may_be_any(void **state)
{
	static const uint8_t names[] = { 0x30, 0x0a, 0x82, 0x08, 'b', 'e', 't', 'a', '.', 'l', 'a', 'b' };
	const struct bytes gamma = { (const uint8_t *)"gamma.lab", 9 };
	char overlong[300] = "DNS:";
	struct certified leaf;

	(void)state;
	certify(&leaf, &(struct recipe){ .common_name = "b", .names = "DNS:beta.lab" }, NULL);
	struct chain c = { 1, { &leaf.is } };
	assert_int_equal(chain_names_host(&c, gamma), ANSWER_NO);
	for (size_t i = 0; i + sizeof names <= leaf.is.der.n; i++)
		if (memcmp(leaf.der + i, names, sizeof names) == 0)
			leaf.der[i] = 0x31;		/* no SEQUENCE any more */
	assert_int_equal(chain_names_host(&c, gamma), ANSWER_ABSENT);
	certified_free(&leaf);

	memset(overlong + 4, 'a', 256);
	certify(&leaf, &(struct recipe){ .common_name = "b", .names = overlong }, NULL);
	assert_int_equal(chain_names_host(&c, gamma), ANSWER_ABSENT);
	certified_free(&leaf);
}

static void
the_order_of_a_chain_is_told(void **state)
{
	static const struct { int chain[5]; enum answer in_order; } chains[] = {
		{ { BETA, END }, ANSWER_YES },
		{ { LONELY, END }, ANSWER_YES },
		{ { BETA, CA, END }, ANSWER_YES },
		{ { BETA, CA, ROOT, END }, ANSWER_YES },
		{ { BETA, ROOT, CA, END }, ANSWER_NO },
		{ { BETA, CA, ROOT, STRANGER_CA, END }, ANSWER_NO },
		{ { BETA, FALSE_CA, END }, ANSWER_NO },		/* by name only */
		{ { CA, BETA, END }, ANSWER_NO },
		{ { BETA, BETA, CA, END }, ANSWER_NO },
	};
	const struct lab *l = *state;

	for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
		struct chain c = chain_of(l, chains[i].chain);

		if (chain_is_in_order(&c) != chains[i].in_order)
			fail_msg("%zu", i);
	}
	assert_int_equal(ERR_peek_error(), 0);
}

static void
a_leaf_with_the_name_of_its_ca_is_told(void **state)
{
	struct certified ca, by_name, by_cn, other, nameless_ca, nameless;
	const struct lab *l = *state;

	certify(&ca, &(struct recipe){ .common_name = "lab", .organisation = "Lab", .ca = true }, NULL);
	certify(&by_name, &(struct recipe){ .common_name = "lab", .organisation = "Lab" }, &ca);
	certify(&by_cn, &(struct recipe){ .common_name = "LAB", .organisation = "Nodes" }, &ca);
	certify(&other, &(struct recipe){ .common_name = "beta.lab", .organisation = "Lab" }, &ca);
	certify(&nameless_ca, &(struct recipe){ .organisation = "Lab", .ca = true }, NULL);
	certify(&nameless, &(struct recipe){ .organisation = "Lab" }, &nameless_ca);
	const struct { struct chain c; enum answer shares; } chains[] = {
		{ { 1, { &by_name.is } }, ANSWER_YES },
		{ { 1, { &by_cn.is } }, ANSWER_YES },
		{ { 2, { &by_name.is, &ca.is } }, ANSWER_YES },
		{ { 1, { &other.is } }, ANSWER_NO },
		{ { 2, { &other.is, &ca.is } }, ANSWER_NO },
		{ { 2, { &l->v[LONELY].is, &ca.is } }, ANSWER_NO },
		{ { 2, { &ca.is, &ca.is } }, ANSWER_NO },	/* itself */
		{ { 3, { &l->v[BETA].is, &l->v[CA].is, &by_cn.is } }, ANSWER_NO },
		{ { 1, { &nameless.is } }, ANSWER_YES },
		{ { 2, { &nameless.is, &ca.is } }, ANSWER_YES },
		{ { 1, { &nameless_ca.is } }, ANSWER_NO },
	};
	for (size_t i = 0; i < sizeof chains / sizeof *chains; i++)
		if (chain_leaf_shares_name(&chains[i].c) != chains[i].shares)
			fail_msg("%zu", i);
	struct certified *all[] = { &ca, &by_name, &by_cn, &other, &nameless_ca, &nameless };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		certified_free(all[i]);
}

/* Bytes of any kind in place of a certificate. */
static void
changed_bytes_do_no_harm(void **state)
{
	const struct lab *l = *state;
	struct trust *t = trust(l, ROOT);
	const struct bytes der = l->v[BETA].is.der;
	uint64_t x = 88172645463325252u;

	for (int i = 0; i < 500; i++) {
		uint8_t *own = malloc(der.n);
		char buf[512];
		struct text why = TEXT(buf);

		memcpy(own, der.p, der.n);
		for (int k = 0; k <= i % 3; k++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			own[x % der.n] = (uint8_t)(x >> 32);
		}
		struct certificate changed = { .der = { own, der.n } };
		struct chain c = { 3, { &changed, &l->v[CA].is, &changed } };
		if (trust_verifies(t, &c, SIDE_SERVER, NOW * NSEC, &why) == ANSWER_YES)
			assert_memory_equal(own, der.p, der.n);
		trust_is_reached(t, &c);
		chain_is_in_order(&c);
		chain_leaf_shares_name(&c);
		chain_names_host(&c, (struct bytes){ (const uint8_t *)"beta.lab", 8 });
		assert_int_equal(ERR_peek_error(), 0);
		free(own);
	}
	trust_close(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_verifies_is_told),
		cmocka_unit_test(the_openssl_command_says_the_same),
		cmocka_unit_test(a_chain_is_judged_at_its_own_time),
		cmocka_unit_test(what_is_remembered_is_only_said_of_the_same),
		cmocka_unit_test(what_may_be_cut_or_cannot_be_read),
		cmocka_unit_test(trust_is_read_from_files_and_directories),
		cmocka_unit_test(trust_that_cannot_be_read_is_an_error),
		cmocka_unit_test(a_leaf_names_its_hosts),
		cmocka_unit_test(a_host_that_is_none_is_named_by_nobody),
		cmocka_unit_test(names_that_cannot_be_read_may_be_any),
		cmocka_unit_test(the_order_of_a_chain_is_told),
		cmocka_unit_test(a_leaf_with_the_name_of_its_ca_is_told),
		cmocka_unit_test(changed_bytes_do_no_harm),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
