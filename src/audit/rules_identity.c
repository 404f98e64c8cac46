/*
 * rules_identity - does what was shown belong to who showed it, and did the other
 * side look?
 */
#include "audit/asking.h"

#include "audit/node_name.h"
#include "audit/shown.h"

#define NSEC_PER_SEC 1000000000ull

/* Clocks differ. One that is off by more than a day is out of the question of what
 * "expired" means: doc/certificates.md. */
#define CLOCK_MARGIN 86400

static void
tally_name(struct tally *t, const struct judgement *j, struct bytes host)
{
	char buf[TALLY_WHY_MAX];
	struct text why = TEXT(buf);
	enum answer names = chain_names_host(shown_chain(j, SIDE_SERVER), host);

	put_certificate(&why, j, SIDE_SERVER, 0);
	text_put(&why, names == ANSWER_NO ? " does not name " : " may name or not name ");
	put_bytes(&why, host);
	switch (names) {
	case ANSWER_YES:
		tally_add(t, RULE_PASS, "");
		return;
	case ANSWER_NO:
		tally_add(t, RULE_FAIL, buf);
		return;
	case ANSWER_ABSENT:
		tally_add(t, RULE_UNKNOWN, buf);
		return;
	}
}

/* The SNI is a host's; a node whose host is not known has only that. */
static void
tally_sni(struct tally *t, struct bytes sni, struct bytes host)
{
	char buf[TALLY_WHY_MAX];
	struct text why = TEXT(buf);

	if (sni.n == 0 || host.n == 0 || host_equal(sni, host))
		return;
	text_put(&why, "the client asked for ");
	put_bytes(&why, sni);
	text_put(&why, ", and the node's host is ");
	put_bytes(&why, host);
	tally_add(t, RULE_FAIL, buf);
}

static void
tally_names(struct tally *t, const struct judgement *j, struct bytes sni, struct bytes host)
{
	if (sni.n == 0 && host.n == 0)
		tally_add(t, RULE_UNKNOWN, "neither an SNI nor the host of the server's node is known");
	if (sni.n > 0)
		tally_name(t, j, sni);
	if (host.n > 0 && !host_equal(sni, host))
		tally_name(t, j, host);
}

enum rule_answer
ask_host_mismatch(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	struct bytes sni = j->tls.sni, host = node_host(j->end[SIDE_SERVER].node);
	struct tally t;

	if (!is_tls(j))
		return RULE_DOES_NOT_APPLY;
	tally_init(&t);
	if (!is_disputed(j))
		tally_sni(&t, sni, host);
	if (tally_shown(&t, q, j, SIDE_SERVER))
		tally_names(&t, j, sni, host);
	else if (shown_by(q, j, SIDE_SERVER) == SHOWN_NOTHING)
		tally_add(&t, RULE_UNKNOWN, "the server showed no certificate");
	return if_accepted(j, tally_end(&t, why), why);
}

/* What a side completed the handshake with, though nobody who verifies could have. */

static void
put_acceptance(struct text *why, const struct judgement *j, enum side side)
{
	text_putf(why, "%s accepted ", side_name(side_other(side)));
	put_certificate(why, j, side, 0);
}

/* [RFC 5280 6.1.3 a 2] Only of the leaf: for a CA the other side may hold a renewed
 * certificate of the same name and key. */
static enum rule_answer
outlives(const struct judgement *j, enum side side, const struct certificate *leaf,
    struct text *why)
{
	int64_t now = (int64_t)(j->first_ns / NSEC_PER_SEC);
	bool early = now < leaf->not_before;

	put_acceptance(why, j, side);
	if (!leaf->readable || j->tls.resumed == ANSWER_YES) {
		text_put(why, leaf->readable ? " when the session began; when that was is not known"
		    : ", which cannot be read");
		return RULE_UNKNOWN;
	}
	if (!rules_know_day(j->first_ns)) {
		text_put(why, "; on which day is not known, the packets have no date");
		return RULE_UNKNOWN;
	}
	if (!early && now <= leaf->not_after)
		return RULE_PASS;
	text_put(why, early ? ", which is not valid before " : ", which expired on ");
	put_date(why, early ? leaf->not_before : leaf->not_after);
	text_put(why, "; this was on ");
	put_date(why, now);
	if (early ? leaf->not_before - now > CLOCK_MARGIN : now - leaf->not_after > CLOCK_MARGIN)
		return RULE_FAIL;
	text_put(why, ", less than a day apart, as clocks may be");
	return RULE_UNKNOWN;
}

/* [RFC 6125 6] what a client that verifies compares by default [OTP ssl:
 * server_name_indication]. It is only the client that knows whom it wants. */
static enum rule_answer
was_asked_for(const struct judgement *j, const struct chain *c, struct text *why)
{
	put_acceptance(why, j, SIDE_SERVER);
	if (j->tls.sni.n == 0 || j->tls.resumed == ANSWER_YES) {
		text_put(why, "; for which host it asked is not known");
		return RULE_UNKNOWN;
	}
	enum answer names = chain_names_host(c, j->tls.sni);
	text_put(why, names == ANSWER_NO ? ", which does not name the host it asked for, "
	    : ", which may or may not name the host it asked for, ");
	put_bytes(why, j->tls.sni);
	switch (names) {
	case ANSWER_YES:
		return RULE_PASS;
	case ANSWER_NO:
		return RULE_FAIL;
	case ANSWER_ABSENT:
		break;
	}
	return RULE_UNKNOWN;
}

static enum rule_answer
leads_to_ca(const struct inquiry *q, const struct judgement *j, enum side side,
    const struct chain *c, struct text *why)
{
	put_acceptance(why, j, side);
	if (q->trust == NULL) {
		text_put(why, "; whether it trusts its CA cannot be told without --ca");
		return RULE_UNKNOWN;
	}
	if (rules_know_day(j->first_ns) &&
	    trust_verifies(q->trust, c, side, j->first_ns, NULL) == ANSWER_YES)
		return RULE_PASS;
	if (trust_is_reached(q->trust, c) == ANSWER_NO) {
		text_put(why, ", which no CA of --ca issued, directly or by what came with it");
		return RULE_FAIL;
	}
	text_put(why, ", which does not verify, though a CA of --ca may have issued it");
	return RULE_UNKNOWN;
}

static void
tally_acceptance(struct tally *t, const struct inquiry *q, const struct judgement *j, enum side side)
{
	const struct chain *c = shown_chain(j, side);
	char time[TALLY_WHY_MAX], name[TALLY_WHY_MAX], ca[TALLY_WHY_MAX];
	struct text of_time = TEXT(time), of_name = TEXT(name), of_ca = TEXT(ca);

	if (!tally_shown(t, q, j, side))
		return;
	tally_add(t, outlives(j, side, c->v[0], &of_time), time);
	if (side == SIDE_SERVER)
		tally_add(t, was_asked_for(j, c, &of_name), name);
	tally_add(t, leads_to_ca(q, j, side, c, &of_ca), ca);
}

enum rule_answer
ask_verification_is_off(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	enum verdict v = rules_verdict(q->policy, j);
	struct tally t;

	if (!is_tls(j))
		return RULE_DOES_NOT_APPLY;
	tally_init(&t);
	if (v == VERDICT_MUTUAL || v == VERDICT_ONE_WAY)
		tally_acceptance(&t, q, j, SIDE_SERVER);
	else
		tally_add(&t, RULE_UNKNOWN, "it is not proved that the handshake was completed");
	if (v == VERDICT_MUTUAL)
		tally_acceptance(&t, q, j, SIDE_CLIENT);
	return tally_end(&t, why);
}
