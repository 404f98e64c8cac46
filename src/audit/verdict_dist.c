/*
 * verdict_dist - judgement of what is readable on the wire.
 * source: OTP erl_dist_protocol, "Distribution Handshake".
 */
#include "audit/judging.h"

static bool
is_up(const struct connection *c)
{
	return c->dist.ack || dist_has_frames(&c->dist) || c->dist.ticks[0] || c->dist.ticks[1];
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

/* [OTP dist: distribution flags] */
#define DFLAG_PUBLISHED	UINT64_C(1)

static void
judge_flags(const struct connection *c, struct judgement *j, enum side side)
{
	uint64_t flags = c->dist.flags[side];

	if (flags == 0)
		return;
	j->dist.release[side] = release_of_flags(flags, c->dist.flags_whole[side]);
	j->dist.hidden[side] = flags & DFLAG_PUBLISHED ? ANSWER_NO : ANSWER_YES;
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
	judge_flags(c, j, SIDE_CLIENT);
	judge_flags(c, j, SIDE_SERVER);
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
