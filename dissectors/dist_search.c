#include "dissectors/dist_search.h"

#include "base/limits.h"
#include "dissectors/dist_frame.h"
#include "dissectors/tell.h"

#define WALK_MAX  8u		/* frames told after the proof */
#define TICKS_MAX 8u		/* of an idle connection */

/* A false match must not make us sleep through a whole stream. OTP cuts its
 * messages into fragments of 64 KiB since release 22. */
#define LEAP_MAX  (16u << 20)

static void
tell_frame(enum side side, size_t at, enum dist_frame frame, const struct port *out)
{
	struct fact f = fact_at(side, at, FRAME_HEADER);

	f.u.dist_frame = frame;
	tell(out, f, FACT_DIST_FRAME);
}

static struct rd
after(struct rd in, size_t n)
{
	rd_take(&in, n);
	return in;
}

static struct frame
wrong(void)
{
	return (struct frame){ .look = FRAME_WRONG };
}

static struct step
walk_from(struct dist_search *s, size_t past, uint32_t length)
{
	s->phase = SEARCH_WALK;
	return step_past(past + FRAME_HEADER + length);
}

/* At a boundary that is known. */
static struct step
walk(struct dist_search *s, enum side side, struct rd in, const struct port *out)
{
	struct frame f = frame_look(in);

	if (f.look == FRAME_SHORT)
		return step_need(f.need);
	if (f.look == FRAME_WRONG) {
		tell_anomaly(out, fact_at(side, 0, FRAME_HEADER), ANOMALY_BAD_VALUE,
		    "OTP dist: Protocol between Connected Nodes");
		return step_quit();
	}
	tell_frame(side, 0, f.look == FRAME_TICK ? DIST_FRAME_TICK : DIST_FRAME_OTHER, out);
	if (++s->n_walked == WALK_MAX)
		return step_quit();
	return walk_from(s, 0, f.length);
}

/* What a tick chains to, if it is a verified frame; .need counts from the tick. */
static struct frame
after_tick(struct rd in)
{
	struct frame f = frame_verify(after(in, FRAME_HEADER));

	if (f.look == FRAME_SHORT)
		f.need += FRAME_HEADER;
	else if (f.look != FRAME_VERIFIED)
		f = wrong();
	return f;
}

/* Go on behind a frame that alone proves nothing yet. */
static struct step
leap(struct dist_search *s, size_t past, struct frame f)
{
	s->phase = SEARCH_CHAIN;
	s->verified = f.look == FRAME_VERIFIED;
	s->n_searched += (uint32_t)past + FRAME_HEADER;
	return step_past(past + FRAME_HEADER + f.length);
}

static struct step
search(struct dist_search *s, enum side side, struct rd in, const struct port *out)
{
	for (size_t n = 0;; n++) {
		if (s->n_searched + n >= LIMIT_SEARCH_BYTES) {
			tell_blind(out, fact_at(side, n, 0), BLIND_LIMIT, s->n_searched + n);
			return step_quit();
		}
		struct rd here = after(in, n);
		struct frame f = frame_verify(here);
		bool tick = f.look == FRAME_TICK;

		if (tick)
			f = after_tick(here);
		if (f.length > LEAP_MAX)
			f = wrong();
		if (f.look == FRAME_SHORT && n == 0)
			return step_need(f.need);
		if (f.look == FRAME_SHORT) {
			s->n_searched += (uint32_t)n;
			return step_past(n);
		}
		if (f.look == FRAME_WRONG)
			continue;
		if (!tick)
			return leap(s, n, f);
		tell_frame(side, n, DIST_FRAME_TICK, out);
		tell_frame(side, n + FRAME_HEADER, DIST_FRAME_CONTROL, out);
		return walk_from(s, n + FRAME_HEADER, f.length);
	}
}

static struct step
search_anywhere(struct dist_search *s, enum side side, struct rd in, const struct port *out)
{
	s->phase = SEARCH_ANYWHERE;
	return search(s, side, in, out);
}

/* A frame ended here. Was it one? Both are told here, where that is known. */
static struct step
chain(struct dist_search *s, enum side side, struct rd in, const struct port *out)
{
	struct frame f = s->verified ? frame_look(in) : frame_verify(in);

	if (f.look == FRAME_SHORT)
		return step_need(f.need);
	if (f.look == FRAME_WRONG || (!s->verified && f.look != FRAME_VERIFIED))
		return search_anywhere(s, side, in, out);
	tell_frame(side, 0, s->verified ? DIST_FRAME_CONTROL : DIST_FRAME_OTHER, out);
	switch (f.look) {
	case FRAME_TICK:
		tell_frame(side, 0, DIST_FRAME_TICK, out);
		break;
	case FRAME_VERIFIED:
		tell_frame(side, 0, DIST_FRAME_CONTROL, out);
		break;
	case FRAME_PLAUSIBLE:
	case FRAME_SHORT:
	case FRAME_WRONG:
		tell_frame(side, 0, DIST_FRAME_OTHER, out);
		break;
	}
	return walk_from(s, 0, f.length);
}

/*
 * An idle connection says nothing but ticks, and each is a segment. One at the
 * very start says nothing; when another follows both are told, and those after
 * them. They are no proof: four zero bytes are easily found.
 */
static struct step
start(struct dist_search *s, enum side side, struct rd in, const struct port *out)
{
	struct frame f = frame_look(in), next;

	if (f.look == FRAME_SHORT && f.need == FRAME_HEADER)
		return step_need(FRAME_HEADER);
	if (f.look == FRAME_TICK && s->n_ticks == 0) {
		next = frame_look(after(in, FRAME_HEADER));
		if (next.look == FRAME_SHORT && next.need == FRAME_HEADER)
			return step_need(2 * FRAME_HEADER);
		if (next.look != FRAME_TICK)
			return search_anywhere(s, side, in, out);
	}
	if (f.look == FRAME_TICK) {
		if (s->n_ticks < TICKS_MAX) {
			tell_frame(side, 0, DIST_FRAME_TICK, out);
			s->n_ticks++;
		}
		return step_past(FRAME_HEADER);
	}
	if (s->n_ticks == 0)
		return search_anywhere(s, side, in, out);
	f = frame_verify(in);
	if (f.look == FRAME_SHORT)
		return step_need(f.need);
	if (f.look != FRAME_VERIFIED)
		return search_anywhere(s, side, in, out);
	tell_frame(side, 0, DIST_FRAME_CONTROL, out);
	return walk_from(s, 0, f.length);
}

struct step
search_feed(struct dist_search *s, enum side side, struct rd in, const struct port *out)
{
	switch (s->phase) {
	case SEARCH_START:
		return start(s, side, in, out);
	case SEARCH_ANYWHERE:
		return search(s, side, in, out);
	case SEARCH_CHAIN:
		return chain(s, side, in, out);
	case SEARCH_WALK:
		return walk(s, side, in, out);
	}
	return step_quit();
}
