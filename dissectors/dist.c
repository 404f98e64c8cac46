/*
 * dist - Erlang distribution over plain TCP: the handshake, and frames when a
 * connection is joined in mid-stream.
 * source: OTP erts, "Distribution Protocol".
 *
 *   handshake := u16 length, length bytes of { tag u8, ... }     until reply, ack
 *   connected := u32 length, length bytes
 *
 * Each side is read on its own. Once it has said all of its handshake, nothing
 * more is to be learned from it.
 */
#include "dissectors/dist_hs.h"
#include "dissectors/dist_frame.h"
#include "dissectors/dist_search.h"
#include "dissectors/tell.h"

#define HS_HEADER    2u
#define MESSAGES_MAX 16u	/* a handshake has five of a side at most */
#define ALERT_LEN    7u
#define TLS_ALERT    21

enum at {			/* how far a side is */
	AT_START,
	AT_NAMED_5,		/* client: may send a complement */
	AT_NAMED,
	AT_STATUS,
	AT_REFUSED,
	AT_CHALLENGED,
	AT_UP,
	AT_ANYWHERE,		/* bytes are missing: whatever comes is expected */
};

/* One row an edge. A message that is not due is reported, and followed along
 * its first row. */
static const struct edge {
	enum side       side;
	enum at         from;
	enum hs_message message;
	enum at         to;
} edges[] = {
	{ SIDE_CLIENT, AT_START,      HS_NAME_5,     AT_NAMED_5 },
	{ SIDE_CLIENT, AT_START,      HS_NAME_6,     AT_NAMED },
	{ SIDE_CLIENT, AT_NAMED,      HS_STATUS,     AT_NAMED },
	{ SIDE_CLIENT, AT_NAMED_5,    HS_STATUS,     AT_NAMED_5 },
	{ SIDE_CLIENT, AT_NAMED_5,    HS_COMPLEMENT, AT_NAMED },
	{ SIDE_CLIENT, AT_NAMED,      HS_REPLY,      AT_UP },
	{ SIDE_CLIENT, AT_NAMED_5,    HS_REPLY,      AT_UP },
	{ SIDE_SERVER, AT_START,      HS_STATUS,     AT_STATUS },
	{ SIDE_SERVER, AT_START,      HS_REFUSAL,    AT_REFUSED },
	{ SIDE_SERVER, AT_STATUS,     HS_STATUS,     AT_STATUS },
	{ SIDE_SERVER, AT_STATUS,     HS_REFUSAL,    AT_REFUSED },
	{ SIDE_SERVER, AT_STATUS,     HS_CHALLENGE,  AT_CHALLENGED },
	{ SIDE_SERVER, AT_CHALLENGED, HS_ACK,        AT_UP },
};

struct dist_side {
	enum at  at;
	bool     searching;	/* the place is lost */
	bool     resumes;	/* at the first byte after a loss */
	uint8_t  n_messages;
	struct dist_search search;
};

struct dist_state {
	struct dist_side side[2];
};

/* Where a message leads, and whether it was due. */
static bool
advance(struct dist_side *s, enum side side, enum hs_message m)
{
	const struct edge *any = NULL;

	for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
		const struct edge *e = &edges[i];

		if (e->side != side || e->message != m)
			continue;
		if (e->from == s->at) {
			s->at = e->to;
			return true;
		}
		if (any == NULL)
			any = e;
	}
	bool due = any == NULL || s->at == AT_ANYWHERE;
	if (any != NULL)
		s->at = any->to;
	return due;
}

/* What a TLS node answers to a send_name: a record with one alert in clear.
 * Read as a handshake message it would be 5,379 bytes long. [RFC 8446 6] */
static bool
is_tls_alert(struct rd in, struct fact *f)
{
	uint8_t type = rd_u8(&in), major = rd_u8(&in);
	rd_u8(&in);
	uint16_t length = rd_u16(&in);
	f->u.tls_alert.level = rd_u8(&in);
	f->u.tls_alert.description = rd_u8(&in);
	return rd_ok(&in) && type == TLS_ALERT && major == 3 && length == 2;
}

/* A message that is too long; [RFC 8446 5.1] if it is a TLS record. */
static struct step
too_long(const struct dist_side *s, enum side side, struct rd in, size_t len,
    const struct port *out)
{
	struct fact f = fact_at(side, 0, ALERT_LEN);

	if (side == SIDE_SERVER && s->n_messages == 0 && len >> 8 == TLS_ALERT) {
		if (rd_left(&in) < ALERT_LEN)
			return step_need(ALERT_LEN);
		if (is_tls_alert(in, &f)) {
			tell(out, f, FACT_DIST_TLS_ALERT);
			return step_quit();
		}
	}
	tell_anomaly(out, fact_at(side, 0, HS_HEADER + len), ANOMALY_BAD_LENGTH,
	    "OTP dist: Distribution Handshake");
	return step_quit();
}

static struct step
message(struct dist_side *s, struct rd body, struct fact f, const struct port *out)
{
	enum hs_message m = hs_tell(body, f, out);

	if (m != HS_NOTHING && !advance(s, f.side, m))
		tell_anomaly(out, f, ANOMALY_UNEXPECTED, "OTP dist: The Handshake in Detail");
	return s->at == AT_UP ? step_quit() : step_past(f.n);
}

static struct step
handshake(struct dist_side *s, enum side side, struct rd in, const struct port *out)
{
	struct rd r = in;

	if (rd_left(&r) < HS_HEADER)
		return step_need(HS_HEADER);
	size_t len = rd_u16(&r);
	struct fact f = fact_at(side, 0, HS_HEADER + len);
	if (len > HS_MESSAGE_MAX)
		return too_long(s, side, in, len, out);
	if (rd_left(&r) < len)
		return step_need(HS_HEADER + len);
	if (s->n_messages++ == MESSAGES_MAX) {
		tell_blind(out, f, BLIND_LIMIT, 0);
		return step_quit();
	}
	if (len == 0) {
		tell_anomaly(out, f, ANOMALY_BAD_LENGTH, "OTP dist: Distribution Handshake");
		return step_past(HS_HEADER);
	}
	return message(s, rd_sub(&r, len), f, out);
}

/* A reply or an ack is the last of its side's handshake: a frame follows. */
static bool
is_last(uint8_t tag)
{
	return tag == 'r' || tag == 'a';
}

/* What is due right after a loss, and whole, is most likely a message of the
 * handshake; of two kinds that look like anything, a frame must follow. */
static enum fit
resumed_handshake(enum side side, struct rd in, size_t *need)
{
	size_t shown = rd_left(&in);

	*need = HS_HEAD;
	if (shown < *need)
		return FIT_MORE;
	if (!hs_head_is_plausible(side, in))
		return FIT_NO;
	size_t len = rd_u16(&in);
	struct rd tag = in;
	uint8_t t = rd_u8(&tag);
	*need = HS_HEADER + len + (is_last(t) ? FRAME_HEADER : 0);
	if (shown < *need)
		return FIT_MORE;
	struct rd body = rd_sub(&in, len);
	if (!is_last(t))
		return hs_body_is_plausible(side, body) ? FIT_YES : FIT_NO;
	struct frame f = frame_look(in);
	*need = HS_HEADER + len + f.need;
	if (f.look == FRAME_SHORT)
		return FIT_MORE;
	return f.look == FRAME_WRONG ? FIT_NO : FIT_YES;
}

static struct step
resume(struct dist_side *s, enum side side, struct rd in, const struct port *out)
{
	size_t need;

	switch (resumed_handshake(side, in, &need)) {
	case FIT_MORE:
		return step_need(need);
	case FIT_NO:
		s->resumes = false;
		return search_feed(&s->search, side, in, out);
	case FIT_YES:
		break;
	}
	s->resumes = s->searching = false;
	s->at = AT_ANYWHERE;
	return handshake(s, side, in, out);
}

static struct step
dist_feed(void *state, enum side side, struct rd in, const struct port *out)
{
	struct dist_state *st = state;
	struct dist_side *s = &st->side[side];

	if (s->resumes)
		return resume(s, side, in, out);
	if (s->searching)
		return search_feed(&s->search, side, in, out);
	return handshake(s, side, in, out);
}

static struct step
dist_gap(void *state, enum side side, uint64_t n, const struct port *out)
{
	struct dist_state *st = state;
	struct dist_side *s = &st->side[side];

	/* Frames were found: what is lost now is bulk. */
	if (s->searching && s->search.phase == SEARCH_WALK)
		return step_quit();
	tell_blind(out, fact_at(side, 0, 0), n > 0 ? BLIND_GAP : BLIND_MIDSTREAM, n);
	s->search = (struct dist_search){ .n_searched = s->search.n_searched };
	s->searching = s->resumes = true;
	return step_past(n);
}

/* A whole first message, and nothing less: TLS, HTTP and SSH end at their
 * first two bytes, which would make a length far beyond HS_MESSAGE_MAX. */
static enum fit
dist_probe(enum side side, struct rd first)
{
	struct rd high = first;

	if (rd_left(&first) < HS_HEAD)
		return rd_u8(&high) > HS_MESSAGE_MAX >> 8 ? FIT_NO : FIT_MORE;
	if (!hs_head_is_plausible(side, first))
		return FIT_NO;
	size_t len = rd_u16(&first);
	if (rd_left(&first) < len)
		return FIT_MORE;
	return hs_body_is_plausible(side, rd_sub(&first, len)) ? FIT_YES : FIT_NO;
}

const struct dissector dx_dist = {
	.name = "dist",
	.state_len = sizeof(struct dist_state),
	.probe = dist_probe,
	.feed = dist_feed,
	.gap = dist_gap,
};
