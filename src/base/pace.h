/*
 * pace - how long one step of a longer work may take, so that whoever calls it stays
 * free for other things.
 *
 * units      nanoseconds of CLOCK_MONOTONIC. A budget of PACE_WHOLE never ends; one of
 *            0 is over at once, and a step does a least piece of work all the same.
 */
#ifndef BASE_PACE_H
#define BASE_PACE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define PACE_WHOLE UINT64_MAX

/* What a step says. */
enum paced {
	PACED_FAILED,		/* d says why */
	PACED_MORE,		/* something is left: call again */
	PACED_DONE,
};

struct pace {
	uint64_t begun_ns, budget_ns;
};

static inline uint64_t
pace_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline struct pace
pace_of(uint64_t budget_ns)
{
	return (struct pace){ pace_now_ns(), budget_ns };
}

static inline bool
pace_is_over(const struct pace *p)
{
	return p->budget_ns != PACE_WHOLE && pace_now_ns() - p->begun_ns >= p->budget_ns;
}

#endif
