/*
 * dissector - bytes in, facts out. A dissector knows one protocol and nothing
 * of packets, flows, clocks, port numbers, policies or screens. It is a pure
 * function of two byte strings: the same talk gives the same facts however it
 * was cut into packets.
 *
 * ownership  the caller owns the state (state_len zeroed bytes) and the input;
 *            a dissector keeps neither pointers into the input nor a heap.
 * failure    traffic cannot fail: what is wrong with it is a fact.
 */
#ifndef DISSECTORS_DISSECTOR_H
#define DISSECTORS_DISSECTOR_H

#include "dissectors/fact.h"

#define DX_NEED_MAX  (1u << 17)	/* the most a dissector may ask to see at once */
#define DX_STATE_MAX 512u	/* the most state a dissector may have */

enum verb {
	STEP_PAST,	/* go past n > 0 bytes; those not shown yet never will be */
	STEP_NEED,	/* show me n bytes, n > what was shown */
	STEP_QUIT,	/* nothing more to learn on this side */
};

struct step {
	enum verb verb;
	uint64_t  n;
};

struct port {
	void *owner;
	void (*fact)(void *owner, const struct fact *f);
};

/* Do the first bytes of a side look like this protocol? */
enum fit {
	FIT_NO,
	FIT_MORE,	/* cannot tell yet, show more */
	FIT_YES,
};

struct dissector {
	const char *name;
	size_t      state_len;

	/* first: the first bytes a side said, at least one. */
	enum fit (*probe)(enum side side, struct rd first);

	/* in: unread bytes of one side, at least one, from where the last step
	 * ended. A fact's offset is counted from in's first byte. */
	struct step (*feed)(void *state, enum side side, struct rd in,
	    const struct port *out);

	/* n bytes of a side are missing here (0: how many is not known, the
	 * side is joined in mid-stream). STEP_PAST means: go on after them. */
	struct step (*gap)(void *state, enum side side, uint64_t n,
	    const struct port *out);
};

extern const struct dissector dx_epmd;
extern const struct dissector dx_dist;
extern const struct dissector dx_tls;

#endif
