/*
 * rules_transport - what protected the connection: the questions that verdict
 * and state answer.
 */
#include "audit/asking.h"
#include "dissectors/names.h"

void
put_connection(struct text *t, const struct judgement *j)
{
	for (int side = 0; side < 2; side++) {
		const struct judged_end *e = &j->end[side];
		bool ipv6 = e->address.family == FAMILY_IPV6;
		char address[ADDRESS_TEXT_MAX];

		if (side == SIDE_SERVER)
			text_put(t, " -> ");
		if (e->node.n > 0) {
			text_put_wire(t, e->node);
			text_put(t, " (");
		}
		text_putf(t, "%s%s%s:%u", ipv6 ? "[" : "", address_text(&e->address, address),
		    ipv6 ? "]" : "", (unsigned)e->port);
		if (e->node.n > 0)
			text_put(t, ")");
	}
}

bool
is_tls(const struct judgement *j)
{
	return j->has_tls && j->verdict != VERDICT_REFUSED && j->verdict != VERDICT_UNKNOWN &&
	    j->verdict != VERDICT_NONE;
}

enum rule_answer
if_accepted(const struct judgement *j, enum rule_answer answer, struct text *why)
{
	bool accepted = j->verdict == VERDICT_MUTUAL || j->verdict == VERDICT_ONE_WAY ||
	    j->state == STATE_UP || j->state == STATE_CLOSED;

	if (answer != RULE_FAIL || accepted)
		return answer;
	text_put(why, "; whether the other side accepted that was not seen");
	return RULE_UNKNOWN;
}

bool
is_disputed(const struct judgement *j)
{
	return (j->blind & BLIND_BIT(BLIND_OVERLAP)) && j->verdict != VERDICT_MUTUAL &&
	    j->verdict != VERDICT_ONE_WAY;
}

bool
is_judged(const struct policy *p, const struct judgement *j)
{
	switch (rules_verdict(p, j)) {
	case VERDICT_PLAINTEXT:
	case VERDICT_MUTUAL:
	case VERDICT_ONE_WAY:
	case VERDICT_ENCRYPTED:
		return j->verdict != VERDICT_REFUSED;
	case VERDICT_NONE:
	case VERDICT_REFUSED:
	case VERDICT_UNKNOWN:
	case N_VERDICTS:
		break;
	}
	return false;
}

static bool
evidence_is_enough(const struct inquiry *q, const struct judgement *j)
{
	return rules_verdict(q->policy, j) == j->verdict;
}

static void
put_evidence(struct text *why, const struct judgement *j)
{
	text_putf(why, " (evidence: %s)", evidence_word(j->evidence));
}

static void
put_explanation(struct text *why, const struct judgement *j)
{
	if (j->explanation[0] != '\0')
		text_putf(why, ": %s", j->explanation);
}

/* Plaintext */

static void
put_what_is_readable(struct text *why, const struct judgement *j)
{
	if (j->has_tls) {
		const char *suite = tls_cipher_name(j->tls.cipher);
		text_putf(why, "TLS with %s, which does not encrypt: everything is readable",
		    suite != NULL ? suite : "a cipher suite");
	} else if (j->known_by & KNOWN_BY_HANDSHAKE) {
		text_put(why, "the distribution handshake is readable on the wire");
	} else if (j->known_by & KNOWN_BY_FRAMES) {
		text_put(why, "distribution messages are readable on the wire");
	} else {
		text_put(why, "ticks are readable on a port that was told to be distribution");
	}
	put_evidence(why, j);
}

/* Also a suite without a name here may encrypt nothing. */
static bool
has_unnamed_suite(const struct judgement *j, struct text *why)
{
	if (!is_tls(j) || !j->tls.has_cipher || tls_cipher_name(j->tls.cipher) != NULL)
		return false;
	text_putf(why, "TLS with cipher suite 0x%04x: whether it encrypts is not known here",
	    (unsigned)j->tls.cipher);
	return true;
}

static enum rule_answer
tls_is_not_plaintext(const struct judgement *j, struct text *why)
{
	if (!is_disputed(j))
		return has_unnamed_suite(j, why) ? RULE_UNKNOWN : RULE_PASS;
	text_put(why, "TLS in one copy of its bytes, and something else in another");
	return RULE_UNKNOWN;
}

enum rule_answer
ask_plaintext(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	switch (rules_verdict(q->policy, j)) {
	case VERDICT_PLAINTEXT:
		if (j->state == STATE_REFUSED)
			return RULE_DOES_NOT_APPLY;	/* plaintext-attempt says so */
		put_what_is_readable(why, j);
		return RULE_FAIL;
	case VERDICT_REFUSED:
		return RULE_PASS;
	case VERDICT_MUTUAL:
	case VERDICT_ONE_WAY:
	case VERDICT_ENCRYPTED:
		return tls_is_not_plaintext(j, why);
	case VERDICT_NONE:
	case VERDICT_UNKNOWN:
	case N_VERDICTS:
		break;
	}
	text_put(why, "what it is cannot be told");
	put_explanation(why, j);
	return RULE_UNKNOWN;
}

enum rule_answer
ask_plaintext_attempt(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	if (rules_verdict(q->policy, j) != VERDICT_PLAINTEXT || j->state != STATE_REFUSED)
		return RULE_DOES_NOT_APPLY;
	put_what_is_readable(why, j);
	text_put(why, "; it never came up");
	put_explanation(why, j);
	return RULE_FAIL;
}

/* Who authenticated */

static void
put_how_one_way(struct text *why, const struct judgement *j)
{
	switch (j->tls.client.state) {
	case CERTIFICATE_NOT_REQUESTED:
		text_put(why, "the server did not ask the client for a certificate");
		break;
	case CERTIFICATE_DECLINED:
		text_put(why, "the server asked, and accepted a client that sent no certificate");
		break;
	case CERTIFICATE_SENT:
		text_put(why, "the client sent a certificate without proving that it has the key");
		break;
	case CERTIFICATE_ABSENT:
	case CERTIFICATE_NOT_REACHED:
	case CERTIFICATE_UNKNOWN:
		text_put(why, "TLS is up and the client did not authenticate");
		break;
	}
	put_evidence(why, j);
}

enum rule_answer
ask_not_mutual(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	if (q->policy->require == DEMAND_ENCRYPTED)
		return RULE_DOES_NOT_APPLY;
	switch (rules_verdict(q->policy, j)) {
	case VERDICT_MUTUAL:
		return RULE_PASS;
	case VERDICT_ONE_WAY:
		put_how_one_way(why, j);
		return RULE_FAIL;
	case VERDICT_ENCRYPTED:
		if (evidence_is_enough(q, j)) {
			text_put(why, "who authenticated is not known");
			put_explanation(why, j);
		} else {
			text_putf(why, "%s by evidence \"%s\"; \"%s\" or better is demanded",
			    verdict_word(j->verdict), evidence_word(j->evidence),
			    evidence_word(q->policy->evidence));
		}
		return RULE_UNKNOWN;
	case VERDICT_NONE:
	case VERDICT_PLAINTEXT:
	case VERDICT_REFUSED:
	case VERDICT_UNKNOWN:
	case N_VERDICTS:
		break;
	}
	return RULE_DOES_NOT_APPLY;
}

/* [RFC 5246 7.4.8] the CertificateVerify is the proof. */
enum rule_answer
ask_client_key_not_proved(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	if (!is_tls(j) || j->tls.client.state != CERTIFICATE_SENT)
		return RULE_DOES_NOT_APPLY;
	if (!evidence_is_enough(q, j) || is_disputed(j) || j->tls.client.proved == ANSWER_ABSENT) {
		text_put(why, "the client sent a certificate; whether it proved its key is not known");
		return RULE_UNKNOWN;
	}
	if (j->tls.client.proved == ANSWER_YES)
		return RULE_PASS;
	text_put(why, "the client sent a certificate and no CertificateVerify: it may be anybody's");
	put_evidence(why, j);
	return RULE_FAIL;
}

/* Refusal */

enum rule_answer
ask_refused(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	if (!q->policy->no_refused && rules_verdict(q->policy, j) == VERDICT_PLAINTEXT)
		return RULE_DOES_NOT_APPLY;	/* plaintext-attempt says so */
	if (j->verdict == VERDICT_REFUSED || j->state == STATE_REFUSED) {
		text_put(why, "it never came up");
		if (reason_word(j->reason) != NULL)
			text_putf(why, " (%s)", reason_word(j->reason));
		put_explanation(why, j);
		return RULE_FAIL;
	}
	if (j->verdict != VERDICT_UNKNOWN && j->verdict != VERDICT_NONE &&
	    (j->state == STATE_UP || j->state == STATE_CLOSED))
		return RULE_PASS;
	text_put(why, j->state == STATE_HANDSHAKE ? "it had not come up yet"
	    : "whether it came up is not known");
	return RULE_UNKNOWN;
}
