/*
 * verdict_dist - judgement of what is readable on the wire.
 * source: OTP erl_dist_protocol, "Distribution Handshake".
 */
#include "audit/judging.h"

static bool
is_up(const struct connection *c)
{
	return c->dist.ack || c->dist.frames || c->dist.ticks[0] || c->dist.ticks[1];
}

/* [OTP dist: recv_challenge_reply] a server that got a wrong digest closes
 * without an ack; TCP's acknowledgement shows that it got it. */
static bool
is_cookie_mismatch(const struct connection *c)
{
	return c->dist.reply && !c->dist.ack && who_ended(c) == SIDE_SERVER &&
	    c->transport.end[SIDE_CLIENT].acked >= c->dist.reply_end;
}

static enum reason
refusal(const struct connection *c)
{
	if (c->dist.tls_alert)
		return REASON_PLAIN_TO_TLS;
	if (c->dist.what == DIST_STATUS_NOK)
		return REASON_SIMULTANEOUS;
	if (c->dist.what == DIST_STATUS_NOT_ALLOWED)
		return REASON_NOT_ALLOWED;
	if (is_cookie_mismatch(c))
		return REASON_COOKIE_MISMATCH;
	return reason_of_end(c);
}

void
judge_dist(const struct connection *c, struct judgement *j)
{
	bool ended = transport_ended(&c->transport);

	j->verdict = VERDICT_PLAINTEXT;
	j->evidence = EVIDENCE_SEEN;
	j->has_dist = true;
	j->dist.version = c->dist.version;
	j->dist.status = c->dist.what;
	j->dist.evidence = EVIDENCE_SEEN;
	if (c->dist.name)
		j->dist.complete = is_up(c) ? ANSWER_YES : ANSWER_NO;
	if (is_up(c)) {
		j->state = ended ? STATE_CLOSED : STATE_UP;
	} else if (c->dist.tls_alert || (ended && nothing_lost_before(c, NULL))) {
		j->state = STATE_REFUSED;
		j->reason = refusal(c);
	} else if (nothing_lost_before(c, NULL)) {
		j->state = STATE_HANDSHAKE;
	} else {
		j->dist.complete = ANSWER_ABSENT;
	}
}
