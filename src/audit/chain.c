/*
 * chain - verification; what a certificate names is in chain_names.c, how trust is
 * read in chain_trust.c.
 */
#include "audit/chain.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "audit/chain_trust.h"

#define NSEC_PER_SEC 1000000000ull

struct verified {
	enum answer answer;
	char why[400];			/* escaped */
};

/* Which of the chain is x? NULL: none, it is one of the user's own. */
static const struct certificate *
find_in_chain(const struct chain *c, const struct decoded_chain *all, X509 *x, unsigned *at)
{
	for (unsigned i = 0; i < all->n; i++) {
		if (all->v[i] != NULL && X509_cmp(all->v[i], x) == 0) {
			*at = i;
			return c->v[i];
		}
	}
	return NULL;
}

static void
put_place(struct text *why, unsigned at)
{
	static const char *const places[] = { "first", "second", "third", "fourth" };

	if (at < sizeof places / sizeof *places)
		text_putf(why, "the %s in the chain", places[at]);
	else
		text_putf(why, "number %u in the chain", at + 1);
}

/* "certificate has expired (CN = alpha.lab, the first in the chain)" */
static void
put_error(struct text *why, const struct chain *c, const struct decoded_chain *all,
    X509_STORE_CTX *ctx, int error)
{
	X509 *x = X509_STORE_CTX_get_current_cert(ctx);
	const char *what = X509_verify_cert_error_string(error);
	unsigned at = 0;

	text_put_wire(why, (struct bytes){ (const uint8_t *)what, strlen(what) });
	const struct certificate *where = x != NULL ? find_in_chain(c, all, x, &at) : NULL;
	if (where == NULL) {
		text_put(why, x != NULL ? " (a certificate of --ca)" : "");
		return;
	}
	char buf[160];			/* a long name is not to push out the rest */
	struct text name = TEXT(buf);
	if (where->subject != NULL)
		text_put_wire(&name, (struct bytes){ (const uint8_t *)where->subject,
		    strlen(where->subject) });
	text_putf(why, " (%s%s", buf, name.cut ? "..., " : name.n > 0 ? ", " : "");
	put_place(why, at);
	text_put(why, ")");
}

/* [RFC 5280 6.1] with the extended key usage that the other side asks for [RFC 5280
 * 4.2.1.12]. How strong keys and hashes are is for other rules to say. */
static void
set_demands(X509_STORE_CTX *ctx, enum side shown_by, uint64_t at_ns)
{
	X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(ctx);

	X509_VERIFY_PARAM_set_time(p, (time_t)(at_ns / NSEC_PER_SEC));
	X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_purpose(p, shown_by == SIDE_SERVER ? X509_PURPOSE_SSL_SERVER
	    : X509_PURPOSE_SSL_CLIENT);
	X509_VERIFY_PARAM_set_auth_level(p, 0);
}

static enum answer
verify_with(X509_STORE_CTX *ctx, const struct chain *c, const struct decoded_chain *all,
    struct text *why)
{
	if (X509_verify_cert(ctx) > 0)
		return ANSWER_YES;
	int error = X509_STORE_CTX_get_error(ctx);
	if (error == X509_V_OK || error == X509_V_ERR_OUT_OF_MEM || error == X509_V_ERR_UNSPECIFIED)
		return ANSWER_ABSENT;
	put_error(why, c, all, ctx, error);
	return ANSWER_NO;
}

static enum answer
verify(const struct trust *t, const struct chain *c, const struct decoded_chain *all,
    enum side shown_by, uint64_t at_ns, struct text *why)
{
	STACK_OF(X509) *rest = sk_X509_new_null();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	enum answer answer = ANSWER_ABSENT;
	bool ready = rest != NULL && ctx != NULL;

	for (unsigned i = 1; ready && i < all->n; i++)
		if (all->v[i] != NULL)
			ready = sk_X509_push(rest, all->v[i]) > 0;
	if (ready && X509_STORE_CTX_init(ctx, t->store, all->v[0], rest)) {
		set_demands(ctx, shown_by, at_ns);
		answer = verify_with(ctx, c, all, why);
	}
	X509_STORE_CTX_free(ctx);
	sk_X509_free(rest);
	return answer;
}

/* What cannot be read does not verify: for OpenSSL it is no certificate. */
static void
verify_once(const struct trust *t, const struct chain *c, enum side shown_by, uint64_t at_ns,
    struct verified *out)
{
	struct text why = TEXT(out->why);
	struct decoded_chain all;

	chain_decode(c, &all);
	if (all.v[0] != NULL) {
		out->answer = verify(t, c, &all, shown_by, at_ns, &why);
	} else if (ERR_GET_REASON(ERR_peek_last_error()) != ERR_R_MALLOC_FAILURE) {
		text_put(&why, "what was sent as the certificate cannot be read");
		out->answer = ANSWER_NO;
	}
	/* Perhaps what leads on was among the rest. */
	if (out->answer == ANSWER_NO && c->n == TLS_CHAIN_MAX)
		out->answer = ANSWER_ABSENT;
	chain_decoded_free(&all);
}

#define KEY_MAX (1u + 8u + TLS_CHAIN_MAX * 32u)

/* The verdict on a chain changes only when the validity of one of its certificates
 * or of an anchor begins or ends. 0: that of one of them is not known. */
static size_t
memory_key(const struct trust *t, const struct chain *c, enum side shown_by, uint64_t at_ns,
    uint8_t key[KEY_MAX])
{
	int64_t at = (int64_t)(at_ns / NSEC_PER_SEC);
	uint64_t passed = 0;
	size_t n = 0;

	for (size_t i = 0; i < t->n_edges; i++)
		passed += (uint64_t)(t->edges[i] < at) + (t->edges[i] <= at);
	for (unsigned i = 0; i < c->n; i++) {
		const struct certificate *one = c->v[i];

		if (!one->readable)
			return 0;
		passed += (uint64_t)(one->not_before < at) + (one->not_before <= at) +
		    (one->not_after < at) + (one->not_after <= at);
	}
	key[n++] = (uint8_t)shown_by;
	for (int shift = 0; shift < 64; shift += 8)
		key[n++] = (uint8_t)(passed >> shift);
	for (unsigned i = 0; i < c->n; i++, n += 32)
		memcpy(key + n, c->v[i]->sha256, 32);
	return n;
}

static void
remember(struct trust_memory *m, struct bytes key, const struct verified *v)
{
	struct verified *own = arena_take(&m->arena, sizeof *own);
	struct bytes own_key = own != NULL ? arena_copy(&m->arena, key) : (struct bytes){ NULL, 0 };

	if (own_key.n == 0)
		return;
	*own = *v;
	map_put(&m->by_chain, own_key, own);
}

enum answer
trust_verifies(const struct trust *t, const struct chain *c, enum side shown_by,
    uint64_t at_ns, struct text *why)
{
	uint8_t key[KEY_MAX];
	struct verified v = { ANSWER_ABSENT, "" };

	if (c->n == 0)
		return ANSWER_ABSENT;
	struct bytes about = { key, memory_key(t, c, shown_by, at_ns, key) };
	const struct verified *known = about.n ? map_get(&t->memory->by_chain, about) : NULL;
	if (known != NULL) {
		v = *known;
	} else {
		ERR_set_mark();
		verify_once(t, c, shown_by, at_ns, &v);
		ERR_pop_to_mark();
		if (about.n > 0 && v.answer != ANSWER_ABSENT)
			remember(t->memory, about, &v);
	}
	if (why != NULL && v.answer == ANSWER_NO)
		text_put(why, v.why);
	return v.answer;
}

static enum answer
is_issued_by_anchor(const struct trust *t, X509 *x)
{
	enum answer answer = ANSWER_NO;

	for (int i = 0; i < sk_X509_num(t->anchors) && answer != ANSWER_YES; i++) {
		X509 *anchor = sk_X509_value(t->anchors, i);
		enum answer one = X509_cmp(x, anchor) == 0 ? ANSWER_YES
		    : certificate_is_issued_by(x, anchor);

		if (one != ANSWER_NO)
			answer = one;
	}
	return answer;
}

/* Every certificate that issued one already reached is reached, once. */
static enum answer
reach(const struct trust *t, const struct decoded_chain *all)
{
	X509 *reached[TLS_CHAIN_MAX] = { all->v[0] };
	bool met[TLS_CHAIN_MAX] = { true };
	unsigned n_reached = 1;
	bool unsure = !all->all || all->n == TLS_CHAIN_MAX;

	for (unsigned next = 0; next < n_reached; next++) {
		enum answer anchored = is_issued_by_anchor(t, reached[next]);

		if (anchored == ANSWER_YES)
			return ANSWER_YES;
		unsure = unsure || anchored == ANSWER_ABSENT;
		for (unsigned i = 1; i < all->n; i++) {
			enum answer issued = met[i] || all->v[i] == NULL ? ANSWER_NO
			    : certificate_is_issued_by(reached[next], all->v[i]);

			if (issued == ANSWER_NO)
				continue;
			unsure = unsure || issued == ANSWER_ABSENT;
			met[i] = true;
			reached[n_reached++] = all->v[i];
		}
	}
	return unsure ? ANSWER_ABSENT : ANSWER_NO;
}

enum answer
trust_is_reached(const struct trust *t, const struct chain *c)
{
	struct decoded_chain all;
	enum answer answer = ANSWER_ABSENT;

	ERR_set_mark();
	chain_decode(c, &all);
	if (all.n > 0 && all.v[0] != NULL)
		answer = reach(t, &all);
	chain_decoded_free(&all);
	ERR_pop_to_mark();
	return answer;
}

enum answer
chain_is_in_order(const struct chain *c)
{
	struct decoded_chain all;
	enum answer answer = ANSWER_YES;

	ERR_set_mark();
	chain_decode(c, &all);
	if (all.n == 0 || all.n == TLS_CHAIN_MAX)
		answer = ANSWER_ABSENT;
	for (unsigned i = 0; i + 1 < all.n && answer != ANSWER_NO; i++) {
		enum answer one = all.v[i] == NULL || all.v[i + 1] == NULL ? ANSWER_ABSENT
		    : certificate_is_issued_by(all.v[i], all.v[i + 1]);

		if (one != ANSWER_YES)
			answer = one;
	}
	if (answer == ANSWER_YES && !all.all)
		answer = ANSWER_ABSENT;
	chain_decoded_free(&all);
	ERR_pop_to_mark();
	return answer;
}
