/*
 * rules_certificate - is what was shown any good: keys, signatures, dates, chains.
 *
 * A side that showed nothing is not asked about, unless the server's certificate is
 * what was demanded. One that fails makes the rule fail, whatever is not known of the
 * other.
 */
#include "audit/asking.h"

#include "audit/shown.h"

#define NSEC_PER_SEC 1000000000ull
#define MIN_KEY_BITS 2048u

/* A question about one certificate: how (and why) completes a sentence that begins
 * with "the server's certificate (CN = beta.lab)". */
typedef enum rule_answer one_question(const struct inquiry *q, const struct judgement *j,
    const struct certificate *c, struct text *how);

/* A question about a chain: why is a sentence. */
typedef enum rule_answer chain_question(const struct inquiry *q, const struct judgement *j,
    enum side side, const struct chain *c, struct text *why);

static void
ask_chain(const struct inquiry *q, const struct judgement *j, enum side side,
    one_question *ask, struct tally *t)
{
	const struct chain *c = shown_chain(j, side);

	for (unsigned i = 0; i < c->n; i++) {
		char buf[TALLY_WHY_MAX];
		struct text why = TEXT(buf);

		put_certificate(&why, j, side, i);
		if (!c->v[i]->readable) {
			text_put(&why, " cannot be read");
			tally_add(t, RULE_UNKNOWN, buf);
			continue;
		}
		text_put(&why, " ");
		tally_add(t, ask(q, j, c->v[i], &why), buf);
	}
	if (c->n == TLS_CHAIN_MAX)
		tally_add(t, RULE_UNKNOWN, "the chain may have more certificates than are kept");
}

static void
ask_each(const struct inquiry *q, const struct judgement *j, one_question *ask, struct tally *t)
{
	for (int side = SIDE_SERVER; side >= SIDE_CLIENT; side--)
		if (tally_shown(t, q, j, (enum side)side))
			ask_chain(q, j, (enum side)side, ask, t);
}

/* demanded: a server that showed none has not shown that it meets the demand. */
static enum rule_answer
each_certificate(const struct inquiry *q, const struct judgement *j, one_question *ask,
    bool demanded, struct text *why)
{
	struct tally t;

	if (!is_tls(j))
		return RULE_DOES_NOT_APPLY;
	tally_init(&t);
	if (demanded && shown_by(q, j, SIDE_SERVER) == SHOWN_NOTHING)
		tally_add(&t, RULE_UNKNOWN, "the server showed no certificate");
	ask_each(q, j, ask, &t);
	return if_accepted(j, tally_end(&t, why), why);
}

static enum rule_answer
each_chain(const struct inquiry *q, const struct judgement *j, chain_question *ask,
    struct text *why)
{
	struct tally t;

	if (!is_tls(j))
		return RULE_DOES_NOT_APPLY;
	tally_init(&t);
	for (int side = SIDE_SERVER; side >= SIDE_CLIENT; side--) {
		char buf[TALLY_WHY_MAX];
		struct text one = TEXT(buf);

		if (tally_shown(&t, q, j, (enum side)side))
			tally_add(&t, ask(q, j, (enum side)side, shown_chain(j, (enum side)side), &one), buf);
	}
	return if_accepted(j, tally_end(&t, why), why);
}

/* [NIST SP 800-57 1 5.6.1.1, table 2] what a modulus of so many bits is worth. */
static unsigned
strength_of_modulus(unsigned bits)
{
	static const unsigned worth[][2] = {
		{ 15360, 256 }, { 7680, 192 }, { 3072, 128 }, { 2048, 112 }, { 1024, 80 },
	};

	for (size_t i = 0; i < sizeof worth / sizeof *worth; i++)
		if (bits >= worth[i][0])
			return worth[i][1];
	return 1;			/* less than anything in use */
}

static enum rule_answer
is_weak_key(const struct inquiry *q, const struct judgement *j, const struct certificate *c,
    struct text *how)
{
	unsigned bits = q->policy->min_key_bits ? q->policy->min_key_bits : MIN_KEY_BITS;
	unsigned strength = strength_of_modulus(bits);

	(void)j;
	if (c->key_bits == 0 || c->key_strength == 0) {
		text_put(how, "has a key of a kind that is not known, ");
		put_string(how, c->key);
		return RULE_UNKNOWN;
	}
	if (c->key_is_modular ? c->key_bits >= bits : c->key_strength >= strength)
		return RULE_PASS;
	text_put(how, "has a key of ");
	put_string(how, c->key);
	if (c->key_is_modular)
		text_putf(how, ", %u bits, less than %u", c->key_bits, bits);
	else
		text_putf(how, ", %u bits of security, less than the %u of RSA-%u", c->key_strength,
		    strength, bits);
	return RULE_FAIL;
}

enum rule_answer
ask_weak_key(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	return each_certificate(q, j, is_weak_key, q->policy->min_key_bits != 0, why);
}

/* SHA-224 is worth 112 bits, SHA-1 and MD5 less than 80 [NIST SP 800-107 4.2]; RFC
 * 8446 4.2.3 and RFC 9155 want neither of these. What signs itself proves nothing by
 * its signature, be it strong or weak. */
#define MIN_SIGNATURE_STRENGTH 112u

static enum rule_answer
is_weak_signature(const struct inquiry *q, const struct judgement *j,
    const struct certificate *c, struct text *how)
{
	(void)q;
	(void)j;
	if (c->self_signed || c->signature_strength >= MIN_SIGNATURE_STRENGTH)
		return RULE_PASS;
	text_put(how, c->signature_strength ? "is signed with " : "is signed with something not known, ");
	put_string(how, c->signature);
	if (c->signature_strength == 0)
		return RULE_UNKNOWN;
	text_putf(how, ", %u bits of security", c->signature_strength);
	return RULE_FAIL;
}

/* [RFC 9155 2] the hash of TLS 1.2's schemes is their first byte [RFC 5246 7.4.1.4.1]:
 * 1 is MD5, 2 is SHA-1. */
static void
tally_scheme(struct tally *t, enum side side, uint16_t scheme)
{
	unsigned hash = scheme >> 8;
	char buf[TALLY_WHY_MAX];
	struct text why = TEXT(buf);

	if (hash != 1 && hash != 2)
		return;
	text_putf(&why, "%s signed the handshake over %s (scheme 0x%04x)", side_name(side),
	    hash == 1 ? "MD5" : "SHA-1", (unsigned)scheme);
	tally_add(t, RULE_FAIL, buf);
}

enum rule_answer
ask_weak_signature(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	struct tally t;

	if (!is_tls(j))
		return RULE_DOES_NOT_APPLY;
	tally_init(&t);
	ask_each(q, j, is_weak_signature, &t);
	if (!is_disputed(j)) {
		tally_scheme(&t, SIDE_SERVER, j->tls.server.scheme);
		tally_scheme(&t, SIDE_CLIENT, j->tls.client.scheme);
	}
	return if_accepted(j, tally_end(&t, why), why);
}

static const char no_day[] = "has dates, and the packets have none: on which day this was is not "
    "known";

static enum rule_answer
is_expired(const struct inquiry *q, const struct judgement *j, const struct certificate *c,
    struct text *how)
{
	int64_t now = (int64_t)(j->first_ns / NSEC_PER_SEC);

	(void)q;
	if (!rules_know_day(j->first_ns)) {
		text_put(how, no_day);
		return RULE_UNKNOWN;
	}
	if (now >= c->not_before && now <= c->not_after)	/* [RFC 5280 4.1.2.5] both count */
		return RULE_PASS;
	text_put(how, now > c->not_after ? "expired on " : "is not valid before ");
	put_date(how, now > c->not_after ? c->not_after : c->not_before);
	text_put(how, "; this was on ");
	put_date(how, now);
	return RULE_FAIL;
}

enum rule_answer
ask_certificate_expired(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	return each_certificate(q, j, is_expired, false, why);
}

/* One that is not valid even now is none that lasts. */
static enum rule_answer
is_expiring(const struct inquiry *q, const struct judgement *j, const struct certificate *c,
    struct text *how)
{
	int64_t now = (int64_t)(j->first_ns / NSEC_PER_SEC);
	int64_t until = now + (int64_t)(q->policy->expires_in_ns / NSEC_PER_SEC);

	if (!rules_know_day(j->first_ns) || now < c->not_before || now > c->not_after)
		return is_expired(q, j, c, how);
	if (until <= c->not_after)
		return RULE_PASS;
	text_put(how, "expires on ");
	put_date(how, c->not_after);
	text_put(how, "; --expires-in asks that it be valid on ");
	put_date(how, until);
	return RULE_FAIL;
}

enum rule_answer
ask_certificate_expiring(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	return q->policy->asks_expiry ? each_certificate(q, j, is_expiring, true, why)
	    : RULE_DOES_NOT_APPLY;
}

static enum rule_answer
does_not_verify(const struct inquiry *q, const struct judgement *j, enum side side,
    const struct chain *c, struct text *why)
{
	text_putf(why, "%s's chain: ", side_name(side));
	if (!rules_know_day(j->first_ns)) {
		text_put(why, "the packets have no date, and on which day this was is not known");
		return RULE_UNKNOWN;
	}
	switch (trust_verifies(q->trust, c, side, j->first_ns, why)) {
	case ANSWER_YES:
		return RULE_PASS;
	case ANSWER_NO:
		return RULE_FAIL;
	case ANSWER_ABSENT:
		break;
	}
	text_put(why, "whether it verifies cannot be told, not all of it was kept");
	return RULE_UNKNOWN;
}

enum rule_answer
ask_chain_does_not_verify(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	if (q->trust == NULL)
		return RULE_DOES_NOT_APPLY;
	if (!is_tls(j) || shown_by(q, j, SIDE_SERVER) != SHOWN_NOTHING)
		return each_chain(q, j, does_not_verify, why);
	/* An anonymous suite, or a shared key: nobody verified the server's. */
	text_put(why, "the server showed no certificate: there is nothing to verify");
	return rules_verdict(q->policy, j) == VERDICT_ENCRYPTED ? RULE_UNKNOWN : RULE_FAIL;
}

static enum rule_answer
is_out_of_order(const struct inquiry *q, const struct judgement *j, enum side side,
    const struct chain *c, struct text *why)
{
	(void)q;
	(void)j;
	text_putf(why, "%s's chain of %u: ", side_name(side), (unsigned)c->n);
	switch (chain_is_in_order(c)) {
	case ANSWER_YES:
		return RULE_PASS;
	case ANSWER_NO:
		text_put(why, "not every certificate is issued by the next");
		return RULE_FAIL;
	case ANSWER_ABSENT:
		break;
	}
	text_put(why, "not all of it can be read or was kept");
	return RULE_UNKNOWN;
}

enum rule_answer
ask_chain_out_of_order(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	return each_chain(q, j, is_out_of_order, why);
}

/* OTP takes a certificate whose subject is its issuer for a self-signed one, by the
 * names alone [public_key:pkix_is_self_signed/1]. */
static enum rule_answer
shares_name(const struct inquiry *q, const struct judgement *j, enum side side,
    const struct chain *c, struct text *why)
{
	(void)q;
	put_certificate(why, j, side, 0);
	switch (chain_leaf_shares_name(c)) {
	case ANSWER_NO:
		return RULE_PASS;
	case ANSWER_YES:
		text_put(why, " has the common name of a CA that issued it or came with it");
		return RULE_FAIL;
	case ANSWER_ABSENT:
		break;
	}
	text_put(why, " came with others that cannot be read or were not kept");
	return RULE_UNKNOWN;
}

enum rule_answer
ask_ca_and_leaf_share_cn(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	return each_chain(q, j, shares_name, why);
}

static enum rule_answer
is_self_signed(const struct inquiry *q, const struct judgement *j, enum side side,
    const struct chain *c, struct text *why)
{
	(void)q;
	put_certificate(why, j, side, 0);
	text_put(why, c->v[0]->readable ? " is self-signed" : " cannot be read");
	if (!c->v[0]->readable)
		return RULE_UNKNOWN;
	return c->v[0]->self_signed ? RULE_FAIL : RULE_PASS;
}

enum rule_answer
ask_self_signed(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	return each_chain(q, j, is_self_signed, why);
}
