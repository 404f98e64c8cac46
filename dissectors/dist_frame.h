/*
 * dist_frame - frames between connected nodes: u32 length, then that many
 * bytes. None is a tick; else a pass-through message (112) or a distribution
 * header (131, then 68, or 69 and 70 for fragments).
 *
 * source     OTP erts, "Distribution Protocol", section "Protocol between
 *            Connected Nodes"; "External Term Format", section "Distribution
 *            Header".
 */
#ifndef DISSECTORS_DIST_FRAME_H
#define DISSECTORS_DIST_FRAME_H

#include "base/rd.h"

#define FRAME_HEADER 4u

enum frame_look {
	FRAME_SHORT,		/* show .need bytes */
	FRAME_WRONG,		/* no frame begins here */
	FRAME_TICK,
	FRAME_PLAUSIBLE,	/* begins like one */
	FRAME_VERIFIED,		/* has a whole, well-formed control message */
};

struct frame {
	enum frame_look look;
	uint32_t length;	/* without the length itself */
	size_t   need;
};

/* What begins at in? By its first bytes alone. */
struct frame frame_look(struct rd in);

/* The same, by the control message in it. FRAME_PLAUSIBLE is then only what
 * has none, a later fragment. A control message that does not end within
 * FRAME_VERIFY_MAX bytes is FRAME_WRONG. */
struct frame frame_verify(struct rd in);

#define FRAME_VERIFY_MAX 2048u

#endif
