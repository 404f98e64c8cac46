/*
 * diag - one line that says what is wrong with the world: a file, memory, an
 * option, a device. What is wrong with the traffic is a fact, never a diag.
 *
 * ownership  a plain value; the caller owns it.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>

struct diag {
	char line[512];		/* empty: nothing is wrong */
};

/* The first thing said wins: it is the cause, the rest follows from it. */
void diag_set(struct diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline bool diag_is_set(const struct diag *d) { return d->line[0] != '\0'; }

#endif
