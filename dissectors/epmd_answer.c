#include "dissectors/epmd.h"

enum {
	ALIVE2_X_RESP = 118,
	PORT2_RESP    = 119,
	ALIVE2_RESP   = 121,
};

#define ALIVE2_LEN   4u		/* tag, result u8, creation u16 */
#define ALIVE2_X_LEN 6u		/* tag, result u8, creation u32 */
#define PORT2_FIXED  12u	/* of a success, up to and with Nlen */
#define NAME_MAX     1020u	/* 255 characters, UTF-8 */
#define LINE_MAX     1024u

static void
blame(const struct epmd_state *st, size_t n, enum anomaly what, const char *source,
    const struct port *out)
{
	if (!st->lost[SIDE_SERVER])
		tell_anomaly(out, fact_at(SIDE_SERVER, 0, n), what, source);
}

static struct step
alive_answer(struct rd in, size_t n, const struct port *out)
{
	struct fact f = fact_at(SIDE_SERVER, 0, n);

	if (rd_left(&in) < n)
		return step_need(n);
	rd_u8(&in);
	f.u.epmd_answer.result = rd_u8(&in);
	f.u.epmd_answer.creation = n == ALIVE2_LEN ? rd_u16(&in) : rd_u32(&in);
	tell(out, f, FACT_EPMD_ALIVE_ANSWER);
	return step_past(n);
}

/* The fact does not wait for Elen and Extra: nobody uses them, and a port
 * mapper that leaves them out is still understood by OTP. */
static struct step
port_success(struct epmd_state *st, struct rd in, const struct port *out)
{
	struct rd r = in, nlen = in;

	if (rd_left(&in) < PORT2_FIXED)
		return step_need(PORT2_FIXED);
	rd_take(&nlen, PORT2_FIXED - 2);
	size_t n = PORT2_FIXED + rd_u16(&nlen);
	if (n > PORT2_FIXED + NAME_MAX) {
		blame(st, n, ANOMALY_BAD_LENGTH, "OTP epmd: PORT2_RESP", out);
		return step_quit();
	}
	if (rd_left(&in) < n)
		return step_need(n);

	struct fact f = fact_at(SIDE_SERVER, 0, n);
	rd_u16(&r);		/* tag, result */
	epmd_node_fields(&r, &f);
	if (epmd_is_node(&f))
		tell(out, f, FACT_EPMD_PORT_ANSWER);
	else
		blame(st, n, ANOMALY_BAD_VALUE, "OTP epmd: PORT2_RESP", out);
	st->mode = EPMD_EXTRA;
	return step_past(n);
}

static struct step
port_answer(struct epmd_state *st, struct rd in, const struct port *out)
{
	struct fact f = fact_at(SIDE_SERVER, 0, 2);
	struct rd r = in;

	if (rd_left(&in) < 2)
		return step_need(2);
	rd_u8(&r);
	f.u.epmd_node.result = rd_u8(&r);
	if (f.u.epmd_node.result == 0)
		return port_success(st, in, out);
	tell(out, f, FACT_EPMD_PORT_ANSWER);
	return step_past(2);
}

static struct step
extra(struct epmd_state *st, struct rd in)
{
	if (rd_left(&in) < 2)
		return step_need(2);
	st->mode = EPMD_ANSWER;
	return step_past(2u + rd_u16(&in));
}

/* NAMES and DUMP answers begin alike, with the port that EPMD listens on. */
static struct step
listing(struct epmd_state *st, struct rd in, const struct port *out)
{
	if (rd_left(&in) < 4)
		return step_need(4);
	uint32_t port = rd_u32(&in);
	if (port == 0 || port > UINT16_MAX) {
		blame(st, 4, ANOMALY_BAD_VALUE, "OTP epmd: NAMES_RESP", out);
		return step_quit();
	}
	st->mode = EPMD_LINE;
	return step_past(4);
}

/* Answers to KILL and STOP: OK, STOPPED, NOEXIST, and NO (measured). EPMD
 * closes after each, so what begins like one ends the side. */
static struct step
closing_answer(const struct epmd_state *st, struct rd in, const struct port *out)
{
	if (rd_left(&in) < 2)
		return step_need(2);
	uint8_t a = rd_u8(&in), b = rd_u8(&in);
	if (!(a == 'O' && b == 'K') && !(a == 'S' && b == 'T') && !(a == 'N' && b == 'O'))
		blame(st, 2, ANOMALY_BAD_VALUE, "OTP epmd: answer", out);
	return step_quit();
}

static struct step
answer(struct epmd_state *st, struct rd in, const struct port *out)
{
	struct rd first = in;

	/* After a loss, what looks like an answer may be a part of one: the result tells. */
	if (st->lost[SIDE_SERVER] && rd_left(&in) < 2)
		return step_need(2);
	if (st->lost[SIDE_SERVER] && epmd_answer_probe(in) == FIT_NO)
		return step_quit();
	switch (rd_u8(&first)) {
	case ALIVE2_RESP:
		return alive_answer(in, ALIVE2_LEN, out);
	case ALIVE2_X_RESP:
		return alive_answer(in, ALIVE2_X_LEN, out);
	case PORT2_RESP:
		return port_answer(st, in, out);
	case 0:
		return listing(st, in, out);
	default:
		return closing_answer(st, in, out);
	}
}

static bool
take_word(struct rd *r, const char *word)
{
	struct rd peek = *r;
	struct bytes b = { (const uint8_t *)word, strlen(word) };

	if (!bytes_equal(rd_take(&peek, b.n), b))
		return false;
	*r = peek;
	return true;
}

/* One to five decimal digits, 1 to 65535. */
static bool
take_port(struct rd *r, uint16_t *port)
{
	struct rd peek = *r;
	uint32_t v = 0;

	for (uint8_t c; (c = rd_u8(&peek)) >= '0' && c <= '9' && v <= UINT16_MAX; rd_u8(r))
		v = v * 10 + (uint32_t)(c - '0');
	*port = (uint16_t)v;
	return v > 0 && v <= UINT16_MAX;
}

/* NAME, infix, port, and perhaps a file descriptor. A name may have the infix
 * in it, so its last place counts. */
static bool
take_node(struct rd r, const char *infix, struct fact *f)
{
	struct bytes all = rd_rest(&r);

	for (size_t n = all.n; n > 0; n--) {
		struct rd at = rd_bytes(all);

		f->u.epmd_node.name = rd_take(&at, n);
		if (take_word(&at, infix) && take_port(&at, &f->u.epmd_node.port))
			return rd_left(&at) == 0 || take_word(&at, ", fd = ");
	}
	return false;
}

/*
 * One line without its newline. DUMP's differ from the document (measured):
 * names in angle brackets, and a zero byte after each newline.
 *
 *   name NAME at port N
 *   active name     <NAME> at port N, fd = F
 *   old/unused name <NAME>, port = N, fd = F       (nobody listens there)
 */
static void
line(const struct epmd_state *st, struct rd r, struct fact f, const struct port *out)
{
	struct rd zero = r;

	if (rd_left(&r) > 0 && rd_u8(&zero) == 0)
		r = zero;
	if ((take_word(&r, "name ") && take_node(r, " at port ", &f)) ||
	    (take_word(&r, "active name     <") && take_node(r, "> at port ", &f)))
		tell(out, f, FACT_EPMD_NAMES_LINE);
	else if (!take_word(&r, "old/unused name "))
		blame(st, f.n, ANOMALY_BAD_VALUE, "OTP epmd: NodeInfo", out);
}

/* How many of the bytes shown, LINE_MAX at most, come before a newline. */
static size_t
before_newline(struct rd in)
{
	size_t n = 0;

	while (n < LINE_MAX && rd_left(&in) > 0 && rd_u8(&in) != '\n')
		n++;
	return n;
}

static struct step
lines_feed(struct epmd_state *st, struct rd in, const struct port *out)
{
	size_t n = before_newline(in);

	if (n == LINE_MAX && st->mode == EPMD_LOST_LINE)
		return step_past(n);
	if (n == LINE_MAX) {
		blame(st, n, ANOMALY_BAD_LENGTH, "OTP epmd: NodeInfo", out);
		return step_quit();
	}
	if (n == rd_left(&in))
		return step_need(n + 1);
	if (st->mode == EPMD_LINE)
		line(st, rd_sub(&in, n), fact_at(SIDE_SERVER, 0, n + 1), out);
	st->mode = EPMD_LINE;
	return step_past(n + 1);
}

struct step
epmd_answer_feed(struct epmd_state *st, struct rd in, const struct port *out)
{
	switch (st->mode) {
	case EPMD_ANSWER:
		return answer(st, in, out);
	case EPMD_EXTRA:
		return extra(st, in);
	case EPMD_LINE:
	case EPMD_LOST_LINE:
		return lines_feed(st, in, out);
	}
	return step_quit();
}

/* r: from Result on. Texts say nothing: half the world answers "OK". */
static enum fit
result_fit(struct rd r, size_t n_ok, size_t n_failed)
{
	size_t shown = rd_left(&r);
	uint8_t result = rd_u8(&r);

	if (shown == 0)
		return FIT_MORE;
	if (result > 1)
		return FIT_NO;
	return shown >= (result == 0 ? n_ok : n_failed) ? FIT_YES : FIT_MORE;
}

static enum fit
listing_fit(struct rd in)
{
	uint32_t port = rd_u32(&in);

	if (!rd_ok(&in))
		return FIT_MORE;
	return port > 0 && port <= UINT16_MAX ? FIT_YES : FIT_NO;
}

enum fit
epmd_answer_probe(struct rd first)
{
	struct rd r = first;

	switch (rd_u8(&r)) {
	case ALIVE2_RESP:
		return result_fit(r, ALIVE2_LEN - 1, ALIVE2_LEN - 1);
	case ALIVE2_X_RESP:
		return result_fit(r, ALIVE2_X_LEN - 1, ALIVE2_X_LEN - 1);
	case PORT2_RESP:
		return result_fit(r, PORT2_FIXED - 1, 1);
	case 0:
		return listing_fit(first);
	default:
		return FIT_NO;
	}
}
