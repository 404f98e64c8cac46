/*
 * demands - what was demanded and what was relaxed, as one would type it.
 *
 * escaping   patterns, paths and the filter are escaped as in base/text.h.
 * failure    false: no memory.
 */
#ifndef AUDIT_DEMANDS_H
#define AUDIT_DEMANDS_H

#include "audit/rules.h"

struct demands {
	const char **v;
	size_t n;
};

/* What counts, with its default: "--require mutual", "--tls-min 1.3". */
bool demands_of(const struct policy *p, struct arena *a, struct demands *out);

/* What makes it count less: "--require encrypted", "--allow-plaintext 'x@y'",
 * "-f 'port 9100'", "-c 100". */
bool demands_relaxed(const struct policy *p, const struct snapshot *s, struct arena *a,
    struct demands *out);

#endif
