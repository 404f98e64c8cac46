/*
 * waivers - violations that somebody has accepted, for a reason and until a day.
 *
 *   [waiver search-node]          the name after "waiver" is free
 *   rule    = plaintext
 *   node    = clouseau@127.0.0.1
 *   reason  = no TLS in clouseau 2.22; it listens on loopback
 *   expires = 2026-12-31
 *
 * A waiver covers what the rule says of connections to a server of that name,
 * which must be known whole (pattern_excepts()). It holds through its last day, UTC.
 *
 * ownership  waivers own their strings.
 * escaping   none: what the user wrote, one line, free of control characters.
 * failure    false, nothing to free, and a filled d with file and line: all four
 *            are needed, each once, the rule must be one that a connection can
 *            violate, the day must exist.
 */
#ifndef AUDIT_WAIVERS_H
#define AUDIT_WAIVERS_H

#include "audit/judgement.h"
#include "base/arena.h"
#include "base/diag.h"

struct waiver {
	const char *name, *rule, *node, *reason, *expires;
	uint64_t until_ns;	/* the first moment after its last day */
};

struct waivers {
	struct waiver *v;
	size_t n;
	struct arena arena;
};

bool waivers_read(struct waivers *w, const char *path, struct diag *d);
void waivers_free(struct waivers *w);

/* The first that covers this, expired or not; NULL: none. */
const struct waiver *waivers_find(const struct waivers *w, const char *rule,
    const struct judgement *j);

#endif
