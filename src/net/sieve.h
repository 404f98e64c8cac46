/*
 * sieve - of a source only the packets that were asked for: by an expression, by their
 * time, and so many of them.
 *
 * ownership  borrows the source and what the options point to; the caller closes the
 *            source after the sieve.
 * failure    NULL and a filled d; GOT_ERROR where the expression cannot be asked of a
 *            packet's link type.
 */
#ifndef NET_SIEVE_H
#define NET_SIEVE_H

#include "net/source.h"

struct sieve_options {
	const char *expression;		/* net/filter.h; NULL: any */
	uint64_t since_ns, until_ns;	/* from this time on, and before that; 0: any */
	uint64_t count;			/* so many, then the end; 0: all */
};

static inline bool
sieve_is_wanted(const struct sieve_options *o)
{
	return o->expression != NULL || o->since_ns != 0 || o->until_ns != 0 || o->count != 0;
}

struct source *sieve_open(struct source *inner, const struct sieve_options *o, struct diag *d);

/* Packets that were read, and not asked for. */
uint64_t sieve_left_out(const struct source *sieve);

#endif
