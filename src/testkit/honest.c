#include "testkit/honest.h"

struct comparison {
	struct doubt doubt;
	const struct judgement *truth, *claim;
	bool swapped;			/* the claim has client and server the other way round */
	bool contested;			/* of two copies that differ, the first was told */
	enum honesty worst;
	struct text *why;
};

static void
note(struct comparison *c, enum honesty h, const char *what, const char *claim,
    const char *truth)
{
	if (h == HONEST_SAME)
		return;
	if (c->contested)
		h = HONEST_WEAKER;
	if (h > c->worst)
		c->worst = h;
	text_putf(c->why, "%s%s %s %s, in truth %s", c->why->n ? "; " : "",
	    h == HONEST_WRONG ? "WRONG" : "weaker:", what, claim ? claim : "null",
	    truth ? truth : "null");
}

/* The same, not said, or wrong. */
static enum honesty
same_or_absent(bool same, bool absent)
{
	return same ? HONEST_SAME : absent ? HONEST_WEAKER : HONEST_WRONG;
}

#define BIT(what) (1u << (what))

/* What may be said instead of the truth, when less can be seen. A refusal is
 * never concluded from a loss. */
static const unsigned weaker_verdicts[N_VERDICTS] = {
	[VERDICT_PLAINTEXT] = BIT(VERDICT_UNKNOWN),
	[VERDICT_MUTUAL]    = BIT(VERDICT_ENCRYPTED) | BIT(VERDICT_UNKNOWN),
	[VERDICT_ONE_WAY]   = BIT(VERDICT_ENCRYPTED) | BIT(VERDICT_UNKNOWN),
	[VERDICT_ENCRYPTED] = BIT(VERDICT_UNKNOWN),
	[VERDICT_REFUSED]   = BIT(VERDICT_ENCRYPTED) | BIT(VERDICT_UNKNOWN),
};

static const unsigned weaker_states[] = {
	[STATE_NONE]      = BIT(STATE_HANDSHAKE),	/* until its end, that was lost */
	[STATE_HANDSHAKE] = BIT(STATE_NONE),
	[STATE_UP]        = BIT(STATE_NONE) | BIT(STATE_HANDSHAKE),
	[STATE_CLOSED]    = BIT(STATE_NONE) | BIT(STATE_HANDSHAKE) | BIT(STATE_UP),
	[STATE_REFUSED]   = BIT(STATE_NONE) | BIT(STATE_HANDSHAKE),
};

/* "handshake" says that it has not come up: nobody knows that who missed bytes,
 * unless the last that was seen is readably a part of it. */
static bool
is_weaker_state(const struct judgement *claim, const struct judgement *truth)
{
	unsigned blind = claim->blind & ~BLIND_BIT(BLIND_NO_KEYS);

	if (claim->verdict == VERDICT_PLAINTEXT)
		blind &= ~BLIND_BIT(BLIND_MIDSTREAM);
	return weaker_states[truth->state] & BIT(claim->state) &&
	    (claim->state != STATE_HANDSHAKE || blind == 0);
}

/* A packet that only acknowledges leaves no gap when it is lost: then a server
 * that took the ClientHello looks like one that did not. And how long the client
 * waited is told by times alone. */
static bool
is_weaker_reason(const struct comparison *c)
{
	enum reason claim = c->claim->reason, truth = c->truth->reason;
	bool waited = claim == REASON_TLS_TO_PLAIN || truth == REASON_TLS_TO_PLAIN;

	return claim == REASON_NONE ||
	    (c->doubt.time && waited && (claim == REASON_CLOSED || truth == REASON_CLOSED)) ||
	    (c->doubt.bytes && waited && claim == REASON_CLOSED) ||
	    (c->doubt.bytes && claim == REASON_NO_ANSWER &&
	     (truth == REASON_CLOSED || truth == REASON_TLS_TO_PLAIN));
}

static void
compare_verdict(struct comparison *c)
{
	const struct judgement *t = c->truth, *j = c->claim;
	enum honesty h = same_or_absent(j->verdict == t->verdict,
	    weaker_verdicts[t->verdict] & BIT(j->verdict));

	note(c, h, "verdict", verdict_word(j->verdict), verdict_word(t->verdict));
	if (h == HONEST_SAME)
		note(c, same_or_absent(j->evidence == t->evidence, j->evidence < t->evidence),
		    "evidence", evidence_word(j->evidence), evidence_word(t->evidence));
	note(c, same_or_absent(j->state == t->state, is_weaker_state(j, t)), "state",
	    state_word(j->state), state_word(t->state));
	note(c, same_or_absent(j->reason == t->reason, is_weaker_reason(c)), "reason",
	    reason_word(j->reason), reason_word(t->reason));
	if (c->worst == HONEST_SAME && strcmp(j->explanation, t->explanation) != 0)
		note(c, HONEST_WEAKER, "explanation", j->explanation, t->explanation);
}

/* A weaker verdict must say why: what it is blind for, or that the handshake is
 * not over, or that it resumes a session that nobody saw. */
static void
compare_blindness(struct comparison *c)
{
	const struct judgement *t = c->truth, *j = c->claim;
	bool is_weaker = j->verdict != t->verdict;

	unsigned may_be_blind = c->doubt.blind | t->blind;
	if (j->verdict == VERDICT_ENCRYPTED)
		may_be_blind |= BLIND_BIT(BLIND_NO_KEYS);
	for (enum blind why = BLIND_MIDSTREAM; why <= BLIND_DROPPED; why++) {
		if (j->blind & BLIND_BIT(why) & ~may_be_blind)
			note(c, HONEST_WRONG, "blind", blind_word(why), "not a reason");
		else if ((j->blind ^ t->blind) & BLIND_BIT(why))
			note(c, HONEST_WEAKER, "blind", j->blind & BLIND_BIT(why) ? blind_word(why) : NULL,
			    t->blind & BLIND_BIT(why) ? blind_word(why) : NULL);
	}
	if (is_weaker && j->blind == 0 && j->state != STATE_HANDSHAKE &&
	    !(j->verdict == VERDICT_ENCRYPTED && j->tls.resumed == ANSWER_YES))
		note(c, HONEST_WRONG, "blind", "not at all", "something must have been lost");
}

/* "b@?" is weaker than "b@beta.lab". */
static bool
is_weaker_name(struct bytes claim, struct bytes truth)
{
	if (claim.n == 0)
		return true;
	return claim.n < truth.n && claim.n >= 2 && claim.p[claim.n - 1] == '?' &&
	    memcmp(claim.p, truth.p, claim.n - 1) == 0;
}

static void
compare_nodes(struct comparison *c)
{
	char claim_buf[300], truth_buf[300];

	for (int side = 0; side < 2; side++) {
		struct bytes truth = c->truth->end[side].node;
		struct bytes claim = c->claim->end[c->swapped ? !side : side].node;
		struct text claim_text = TEXT(claim_buf), truth_text = TEXT(truth_buf);
		text_put_wire(&claim_text, claim);
		text_put_wire(&truth_text, truth);
		/* What EPMD is made to say, nobody can check. */
		bool forged = c->doubt.epmd && side == SIDE_SERVER && c->claim->known_by & KNOWN_BY_EPMD;
		note(c, same_or_absent(bytes_equal(claim, truth), forged || is_weaker_name(claim, truth)),
		    side == SIDE_CLIENT ? "client" : "server", claim_buf, truth_buf);
	}
}

static void
compare_known_by(struct comparison *c)
{
	unsigned truth = c->truth->known_by, claim = c->claim->known_by;

	for (unsigned bit = KNOWN_BY_EPMD; bit <= KNOWN_BY_DECRYPTED; bit <<= 1) {
		const char *word = known_by_word((enum known_by)bit);
		bool joined_late = bit == KNOWN_BY_FRAMES && c->claim->blind != 0 &&
		    c->truth->verdict == VERDICT_PLAINTEXT;
		if (claim & bit & ~truth)
			note(c, joined_late ? HONEST_WEAKER : HONEST_WRONG, "known by", word, NULL);
		else if (truth & bit & ~claim)
			note(c, HONEST_WEAKER, "known by", NULL, word);
	}
}

static void
compare_number(struct comparison *c, const char *what, unsigned claim, unsigned truth)
{
	char claim_buf[20], truth_buf[20];
	struct text claim_text = TEXT(claim_buf), truth_text = TEXT(truth_buf);

	text_putf(&claim_text, "%u", claim);
	text_putf(&truth_text, "%u", truth);
	note(c, same_or_absent(claim == truth, claim == 0), what, claim_buf, truth_buf);
}

static void
compare_chain(struct comparison *c, const char *what, const struct chain *claim,
    const struct chain *truth)
{
	bool same = claim->n == truth->n;

	for (uint16_t i = 0; same && i < claim->n; i++)
		same = memcmp(claim->v[i]->sha256, truth->v[i]->sha256, 32) == 0;
	const char *subject = claim->n ? claim->v[0]->subject : NULL;
	note(c, same_or_absent(same, claim->n == 0), what, subject,
	    truth->n ? truth->v[0]->subject : NULL);
}

static void
compare_certificates(struct comparison *c)
{
	const struct judged_tls *t = &c->truth->tls, *j = &c->claim->tls;

	note(c, same_or_absent(j->server.state == t->server.state,
	    j->server.state == CERTIFICATE_ABSENT || j->server.state == CERTIFICATE_UNKNOWN),
	    "server certificate", certificate_state_word(j->server.state),
	    certificate_state_word(t->server.state));
	note(c, same_or_absent(j->client.state == t->client.state,
	    j->client.state == CERTIFICATE_ABSENT || j->client.state == CERTIFICATE_UNKNOWN),
	    "client certificate", certificate_state_word(j->client.state),
	    certificate_state_word(t->client.state));
	compare_number(c, "requested", j->client.requested, t->client.requested);
	compare_number(c, "proved", j->client.proved, t->client.proved);
	compare_number(c, "verified", j->client.verified, t->client.verified);
	compare_number(c, "scheme", j->client.scheme, t->client.scheme);
	compare_number(c, "server verified", j->server.verified, t->server.verified);
	compare_number(c, "server scheme", j->server.scheme, t->server.scheme);
	compare_chain(c, "server chain", &j->server.chain, &t->server.chain);
	compare_chain(c, "client chain", &j->client.chain, &t->client.chain);
	note(c, same_or_absent(j->server.evidence == t->server.evidence,
	    j->server.evidence < t->server.evidence), "evidence of the server certificate",
	    evidence_word(j->server.evidence), evidence_word(t->server.evidence));
	note(c, same_or_absent(j->client.evidence == t->client.evidence,
	    j->client.evidence < t->client.evidence), "evidence of the client certificate",
	    evidence_word(j->client.evidence), evidence_word(t->client.evidence));
}

static void
compare_tls(struct comparison *c)
{
	const struct judged_tls *t = &c->truth->tls, *j = &c->claim->tls;

	note(c, same_or_absent(c->claim->has_tls == c->truth->has_tls, !c->claim->has_tls),
	    "tls", c->claim->has_tls ? "there" : NULL, c->truth->has_tls ? "there" : NULL);
	compare_number(c, "version", j->version, t->version);
	compare_number(c, "cipher", j->cipher, t->cipher);
	compare_number(c, "group", j->group, t->group);
	compare_number(c, "post_quantum", j->post_quantum, t->post_quantum);
	compare_number(c, "resumed", j->resumed, t->resumed);
	note(c, same_or_absent(bytes_equal(j->sni, t->sni), j->sni.n == 0), "sni", "this", "that");
	compare_number(c, "alert", j->alert.present, t->alert.present);
	if (j->alert.present && t->alert.present)
		note(c, same_or_absent(j->alert.sealed == t->alert.sealed &&
		    j->alert.from == t->alert.from && j->alert.level == t->alert.level &&
		    j->alert.description == t->alert.description, false), "alert", "this", "that");
	compare_certificates(c);
}

static void
compare_dist(struct comparison *c)
{
	const struct judged_dist *t = &c->truth->dist, *j = &c->claim->dist;
	bool not_yet = j->complete == ANSWER_ABSENT ||
	    (j->complete == ANSWER_NO && c->claim->state == STATE_HANDSHAKE);

	note(c, same_or_absent(c->claim->has_dist == c->truth->has_dist, !c->claim->has_dist),
	    "dist", c->claim->has_dist ? "there" : NULL, c->truth->has_dist ? "there" : NULL);
	compare_number(c, "dist version", j->version, t->version);
	/* The last that was seen: "alive" is never the last. */
	bool earlier = j->status == DIST_STATUS_NONE ||
	    (j->status == DIST_STATUS_ALIVE && c->claim->blind != 0);
	note(c, same_or_absent(j->status == t->status, earlier),
	    "status", dist_status_word(j->status), dist_status_word(t->status));
	if (c->claim->has_dist)
		note(c, same_or_absent(j->complete == t->complete, not_yet), "complete",
		    j->complete == ANSWER_YES ? "yes" : "no", t->complete == ANSWER_YES ? "yes" : "no");
	note(c, same_or_absent(j->evidence == t->evidence, j->evidence < t->evidence),
	    "evidence of dist", evidence_word(j->evidence), evidence_word(t->evidence));
}

static bool
same_end(const struct judged_end *a, const struct judged_end *b)
{
	return a->port == b->port && address_equal(&a->address, &b->address);
}

bool
honest_same_ends(const struct judgement *a, const struct judgement *b)
{
	return (same_end(&a->end[0], &b->end[0]) && same_end(&a->end[1], &b->end[1])) ||
	    (same_end(&a->end[0], &b->end[1]) && same_end(&a->end[1], &b->end[0]));
}

enum honesty
honest(const struct judgement *truth, const struct judgement *claim, struct doubt doubt,
    struct text *why)
{
	struct comparison c = { .doubt = doubt, .truth = truth, .claim = claim, .why = why };

	/* Without its start, nothing may say who began. */
	c.swapped = !same_end(&truth->end[0], &claim->end[0]);
	if (c.swapped)
		note(&c, claim->blind & BLIND_BIT(BLIND_MIDSTREAM) ? HONEST_WEAKER : HONEST_WRONG,
		    "client and server", "swapped", "not");
	compare_verdict(&c);
	compare_blindness(&c);
	/* Names and certificates are quoted from the bytes; the verdict above must
	 * not rest on bytes that another copy contradicts. */
	c.contested = claim->blind & BLIND_BIT(BLIND_OVERLAP) && doubt.blind & BLIND_BIT(BLIND_OVERLAP);
	compare_nodes(&c);
	compare_known_by(&c);
	compare_tls(&c);
	compare_dist(&c);
	return c.worst;
}

enum honesty
honest_of_silent(const struct judgement *claim, struct text *why)
{
	bool modest = claim->verdict == VERDICT_UNKNOWN && claim->reason == REASON_NONE &&
	    !claim->has_tls && !claim->has_dist;

	if (!modest)
		text_putf(why, "WRONG verdict %s of a connection without payload",
		    verdict_word(claim->verdict));
	return modest ? HONEST_WEAKER : HONEST_WRONG;
}
