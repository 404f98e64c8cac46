#include "dissectors/epmd.h"

enum {
	ALIVE2_REQ       = 120,
	PORT_PLEASE2_REQ = 122,
	NAMES_REQ        = 110,
	DUMP_REQ         = 100,
	KILL_REQ         = 107,
	STOP_REQ         = 115,
};

/* EPMD reads requests into a buffer of 1 KiB; nothing much longer is meant. */
#define REQUEST_MAX 4096u

static void
alive_request(struct rd r, struct fact f, const struct port *out)
{
	struct fact node = f;

	epmd_node_fields(&r, &node);
	rd_vec16(&r);		/* Extra */
	if (!rd_ok(&r)) {
		tell_anomaly(out, f, ANOMALY_BAD_LENGTH, "OTP epmd: ALIVE2_REQ");
		return;
	}
	if (!epmd_is_node(&node)) {
		tell_anomaly(out, f, ANOMALY_BAD_VALUE, "OTP epmd: ALIVE2_REQ");
		return;
	}
	tell(out, node, FACT_EPMD_ALIVE_REQUEST);
	if (!rd_done(&r))
		tell_anomaly(out, f, ANOMALY_TRAILING, "OTP epmd: ALIVE2_REQ");
}

static void
port_request(struct rd r, struct fact f, const struct port *out)
{
	if (rd_left(&r) == 0) {
		tell_anomaly(out, f, ANOMALY_BAD_VALUE, "OTP epmd: PORT_PLEASE2_REQ");
		return;
	}
	f.u.epmd_node.name = rd_rest(&r);
	tell(out, f, FACT_EPMD_PORT_REQUEST);
}

/* Requests that are nothing but their tag: NAMES, DUMP, KILL. */
static void
bare_request(uint8_t tag, enum fact_kind kind, struct rd r, struct fact f,
    const struct port *out)
{
	struct fact command = f;

	command.u.epmd_command.tag = tag;
	tell(out, command, kind);
	if (!rd_done(&r))
		tell_anomaly(out, f, ANOMALY_TRAILING, "OTP epmd: NAMES_REQ, DUMP_REQ, KILL_REQ");
}

static void
stop_request(struct rd r, struct fact f, const struct port *out)
{
	f.u.epmd_command.tag = STOP_REQ;
	f.u.epmd_command.name = rd_rest(&r);
	tell(out, f, FACT_EPMD_COMMAND);
}

static void
request(uint8_t tag, struct rd r, struct fact f, const struct port *out)
{
	switch (tag) {
	case ALIVE2_REQ:
		alive_request(r, f, out);
		break;
	case PORT_PLEASE2_REQ:
		port_request(r, f, out);
		break;
	case NAMES_REQ:
	case DUMP_REQ:
		bare_request(tag, FACT_EPMD_NAMES_REQUEST, r, f, out);
		break;
	case KILL_REQ:
		bare_request(tag, FACT_EPMD_COMMAND, r, f, out);
		break;
	case STOP_REQ:
		stop_request(r, f, out);
		break;
	default:
		break;		/* frame_is_wrong() let no other through */
	}
}

/* The shortest request with this tag; 0: there is none. */
static size_t
shortest(uint8_t tag)
{
	switch (tag) {
	case ALIVE2_REQ:
		return 14;
	case PORT_PLEASE2_REQ:
	case STOP_REQ:
		return 2;
	case NAMES_REQ:
	case DUMP_REQ:
	case KILL_REQ:
		return 1;
	default:
		return 0;
	}
}

static bool
request_is_plausible(size_t len, uint8_t tag)
{
	size_t least = shortest(tag);

	return least == 1 ? len == 1 : least > 0 && len >= least && len <= REQUEST_MAX;
}

static enum anomaly
frame_is_wrong(size_t len, uint8_t tag)
{
	if (shortest(tag) == 0)
		return ANOMALY_BAD_VALUE;
	return len > REQUEST_MAX ? ANOMALY_BAD_LENGTH : ANOMALY_NONE;
}

static struct step
requests_feed(const struct epmd_state *st, struct rd in, const struct port *out)
{
	size_t shown = rd_left(&in);

	if (shown < 2)
		return step_need(2);
	size_t len = rd_u16(&in);
	struct fact f = fact_at(SIDE_CLIENT, 0, 2 + len);
	if (len == 0) {
		tell_anomaly(out, f, ANOMALY_BAD_LENGTH, "OTP epmd: request");
		return step_past(2);
	}
	if (shown < 2 + 1)
		return step_need(2 + 1);
	struct rd body = rd_sub(&in, len < rd_left(&in) ? len : rd_left(&in));
	uint8_t tag = rd_u8(&body);
	if (st->lost[SIDE_CLIENT] && !request_is_plausible(len, tag))
		return step_quit();
	enum anomaly wrong = frame_is_wrong(len, tag);
	if (wrong != ANOMALY_NONE) {
		tell_anomaly(out, f, wrong, "OTP epmd: request");
		return step_past(2 + len);
	}
	if (shown < 2 + len)
		return step_need(2 + len);
	request(tag, body, f, out);
	return step_past(2 + len);
}

static struct step
epmd_feed(void *state, enum side side, struct rd in, const struct port *out)
{
	struct epmd_state *st = state;

	return side == SIDE_CLIENT ? requests_feed(st, in, out) : epmd_answer_feed(st, in, out);
}

/* Messages are a segment each, so after a loss one begins most likely; lines
 * are found again at their ends. */
static struct step
epmd_gap(void *state, enum side side, uint64_t n, const struct port *out)
{
	struct epmd_state *st = state;

	tell_blind(out, fact_at(side, 0, 0), n > 0 ? BLIND_GAP : BLIND_MIDSTREAM, n);
	st->lost[side] = true;
	if (side == SIDE_SERVER)
		st->mode = st->mode == EPMD_LINE || st->mode == EPMD_LOST_LINE ?
		    EPMD_LOST_LINE : EPMD_ANSWER;
	return step_past(n);
}

static enum fit
request_probe(struct rd first)
{
	size_t len = rd_u16(&first);
	uint8_t tag = rd_u8(&first);

	if (!rd_ok(&first))
		return FIT_MORE;
	return request_is_plausible(len, tag) ? FIT_YES : FIT_NO;
}

static enum fit
epmd_probe(enum side side, struct rd first)
{
	return side == SIDE_CLIENT ? request_probe(first) : epmd_answer_probe(first);
}

const struct dissector dx_epmd = {
	.name = "epmd",
	.state_len = sizeof(struct epmd_state),
	.probe = epmd_probe,
	.feed = epmd_feed,
	.gap = epmd_gap,
};
