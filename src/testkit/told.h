/*
 * told - the facts about one connection as text, to compare one telling with another.
 */
#ifndef TESTKIT_TOLD_H
#define TESTKIT_TOLD_H

#include "base/text.h"
#include "dissectors/fact.h"

#define TALK_LOG_MAX 32768u

struct told {
	struct text log[2];	/* of each side: one fact a line */
	struct text where[2];	/* where each lies in its side's stream, and a hash of its message */
	char log_buf[2][TALK_LOG_MAX], where_buf[2][TALK_LOG_MAX];
};

void told_open(struct told *t);
void told_put(struct told *t, const struct fact *f, uint64_t start);

void told_copy(struct told *to, const struct told *from);

/* The same facts of each side, at the same places? */
bool told_same(const struct told *a, const struct told *b);

#endif
