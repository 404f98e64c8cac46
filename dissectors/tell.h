/*
 * tell - what a dissector says, spelled short: a step to its feeder, a fact to
 * its port.
 */
#ifndef DISSECTORS_TELL_H
#define DISSECTORS_TELL_H

#include "dissectors/dissector.h"

static inline struct step
step_past(uint64_t n)
{
	return (struct step){ STEP_PAST, n };
}

static inline struct step
step_need(uint64_t n)
{
	return (struct step){ STEP_NEED, n };
}

static inline struct step
step_quit(void)
{
	return (struct step){ STEP_QUIT, 0 };
}

/* A fact still without a kind: n bytes from byte at of the input. */
static inline struct fact
fact_at(enum side side, size_t at, size_t n)
{
	return (struct fact){ .side = side, .at = at, .n = n };
}

static inline void
tell(const struct port *out, struct fact f, enum fact_kind kind)
{
	f.kind = kind;
	out->fact(out->owner, &f);
}

static inline void
tell_anomaly(const struct port *out, struct fact f, enum anomaly what, const char *source)
{
	f.u.anomaly.what = what;
	f.u.anomaly.source = source;
	tell(out, f, FACT_ANOMALY);
}

static inline void
tell_blind(const struct port *out, struct fact f, enum blind why, uint64_t n)
{
	f.u.blind.why = why;
	f.u.blind.n = n;
	tell(out, f, FACT_BLIND);
}

#endif
