#include "dissectors/dist_frame.h"

#include "dissectors/etf.h"

#define PASS_THROUGH     112
#define HEADER           68
#define FIRST_FRAGMENT   69
#define NEXT_FRAGMENT    70

#define LOOK_LEN         6u	/* length, and the two bytes that tell what it is */
#define NEXT_FRAGMENT_MIN 18u	/* 131, 70, sequence id u64, fragment id u64 */
#define FRAGMENTS_MAX    (1u << 24)

struct control {
	uint8_t op;
	uint8_t arity;
	bool    payload;	/* "followed by Message" */
};

/* [OTP dist: Protocol between Connected Nodes], to OTP 29 */
static const struct control controls[] = {
	{  1, 3, false },	/* LINK */
	{  2, 3, true  },	/* SEND */
	{  3, 4, false },	/* EXIT */
	{  4, 3, false },	/* UNLINK */
	{  5, 1, false },	/* NODE_LINK */
	{  6, 4, true  },	/* REG_SEND */
	{  7, 3, false },	/* GROUP_LEADER */
	{  8, 4, false },	/* EXIT2 */
	{ 12, 4, true  },	/* SEND_TT */
	{ 13, 5, false },	/* EXIT_TT */
	{ 16, 5, true  },	/* REG_SEND_TT */
	{ 18, 5, false },	/* EXIT2_TT */
	{ 19, 4, false },	/* MONITOR_P */
	{ 20, 4, false },	/* DEMONITOR_P */
	{ 21, 5, false },	/* MONITOR_P_EXIT */
	{ 22, 3, true  },	/* SEND_SENDER */
	{ 23, 4, true  },	/* SEND_SENDER_TT */
	{ 24, 3, true  },	/* PAYLOAD_EXIT */
	{ 25, 4, true  },	/* PAYLOAD_EXIT_TT */
	{ 26, 3, true  },	/* PAYLOAD_EXIT2 */
	{ 27, 4, true  },	/* PAYLOAD_EXIT2_TT */
	{ 28, 4, true  },	/* PAYLOAD_MONITOR_P_EXIT */
	{ 29, 6, true  },	/* SPAWN_REQUEST */
	{ 30, 7, true  },	/* SPAWN_REQUEST_TT */
	{ 31, 5, false },	/* SPAWN_REPLY */
	{ 32, 6, false },	/* SPAWN_REPLY_TT */
	{ 33, 3, true  },	/* ALIAS_SEND */
	{ 34, 4, true  },	/* ALIAS_SEND_TT */
	{ 35, 4, false },	/* UNLINK_ID */
	{ 36, 4, false },	/* UNLINK_ID_ACK */
	{ 37, 4, true  },	/* ALTACT_SIG_SEND */
	{ 37, 5, true  },	/* ALTACT_SIG_SEND with a trace token */
};

static const struct control *
control_of(uint8_t op, uint32_t arity)
{
	for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
		if (controls[i].op == op && controls[i].arity == arity)
			return &controls[i];
	return NULL;
}

/* The shortest frame of a kind, by its first two bytes; 0: no kind. */
static uint32_t
shortest(uint8_t first, uint8_t second)
{
	if (first == PASS_THROUGH && second == ETF_VERSION)
		return 6;	/* 112, 131, {5} */
	if (first != ETF_VERSION)
		return 0;
	switch (second) {
	case HEADER:
		return 7;	/* 131, 68, no atoms, {5} */
	case FIRST_FRAGMENT:
		return NEXT_FRAGMENT_MIN + 1 + 4;
	case NEXT_FRAGMENT:
		return NEXT_FRAGMENT_MIN;
	default:
		return 0;
	}
}

static struct frame
looks(enum frame_look look, uint32_t length, size_t need)
{
	return (struct frame){ .look = look, .length = length, .need = need };
}

struct frame
frame_look(struct rd in)
{
	size_t shown = rd_left(&in);
	uint32_t length = rd_u32(&in);

	if (shown < FRAME_HEADER)
		return looks(FRAME_SHORT, 0, FRAME_HEADER);
	if (length == 0)
		return looks(FRAME_TICK, 0, 0);
	if (shown < LOOK_LEN)
		return looks(FRAME_SHORT, length, LOOK_LEN);
	uint8_t first = rd_u8(&in);
	uint32_t least = shortest(first, rd_u8(&in));
	return looks(least > 0 && length >= least ? FRAME_PLAUSIBLE : FRAME_WRONG, length, 0);
}

/* [OTP erl_ext_dist: Normal Distribution Header] A half byte of flags for each
 * atom, low half first, and one more half that says how long lengths are. */
static bool
skip_atom_cache(struct rd *r, unsigned *n_refs)
{
	unsigned n = rd_u8(r), half = 0;
	struct rd flags = rd_sub(r, n > 0 ? n / 2 + 1 : 0), last = flags;

	*n_refs = n;
	rd_take(&last, n / 2);
	bool long_atoms = (rd_u8(&last) >> (n % 2 ? 4 : 0)) & 1;
	for (unsigned i = 0; i < n && rd_ok(r); i++) {
		half = i % 2 ? half >> 4 : rd_u8(&flags);
		rd_u8(r);			/* InternalSegmentIndex */
		if (!(half & 8))		/* NewCacheEntryFlag */
			continue;
		struct rd text = long_atoms ? rd_vec16(r) : rd_vec8(r);
		if (!etf_is_atom_text(rd_rest(&text)))
			return false;
	}
	return rd_ok(r);
}

/* From the frame's first byte to its control message. */
static bool
skip_header(struct rd *r, unsigned *n_refs)
{
	uint8_t first = rd_u8(r), second = rd_u8(r);
	uint64_t fragments;

	*n_refs = 0;
	if (first == PASS_THROUGH)
		return second == ETF_VERSION;
	if (second == FIRST_FRAGMENT) {
		rd_u64(r);			/* SequenceId */
		fragments = rd_u64(r);
		if (fragments == 0 || fragments > FRAGMENTS_MAX)
			return false;
	}
	return skip_atom_cache(r, n_refs);
}

/* r: the frame without its length, as much as may be looked at. */
static enum frame_look
control_message(struct rd r, uint32_t length)
{
	size_t shown = rd_left(&r);
	struct rd kind = r;
	unsigned n_refs;

	if (!skip_header(&r, &n_refs))
		return FRAME_WRONG;
	uint32_t arity = etf_tuple(&r);
	uint8_t tag = rd_u8(&r);
	const struct control *c = control_of(rd_u8(&r), arity);
	if (tag != ETF_SMALL_INTEGER || c == NULL || !etf_skip(&r, arity - 1, n_refs))
		return FRAME_WRONG;
	bool more = shown - rd_left(&r) < length;
	if (more != c->payload)
		return FRAME_WRONG;
	/* After a pass-through the message has a version byte again. */
	if (rd_left(&r) > 0 && rd_u8(&kind) == PASS_THROUGH && rd_u8(&r) != ETF_VERSION)
		return FRAME_WRONG;
	return FRAME_VERIFIED;
}

static enum frame_look
next_fragment(struct rd r)
{
	rd_u16(&r);
	rd_u64(&r);
	uint64_t left = rd_u64(&r);
	return left > 0 && left < FRAGMENTS_MAX ? FRAME_PLAUSIBLE : FRAME_WRONG;
}

struct frame
frame_verify(struct rd in)
{
	struct frame f = frame_look(in);

	if (f.look != FRAME_PLAUSIBLE)
		return f;
	size_t n = f.length < FRAME_VERIFY_MAX ? f.length : FRAME_VERIFY_MAX;
	if (rd_left(&in) < FRAME_HEADER + n)
		return looks(FRAME_SHORT, f.length, FRAME_HEADER + n);
	rd_u32(&in);
	struct rd r = rd_sub(&in, n), kind = r;
	f.look = rd_u16(&kind) == (ETF_VERSION << 8 | NEXT_FRAGMENT) ?
	    next_fragment(r) : control_message(r, f.length);
	return f;
}
