/*
 * assertion - every rule put to every connection and to the input, and what
 * comes of it: the answer of "beamtap check".
 *
 * It passes only when all that was demanded is proved. A violation outweighs
 * what is not proved. Connections are in the order of the snapshot; the input's
 * findings come last.
 *
 * ownership  borrows snapshot, policy and waivers, for as long as it lives; strings are
 *            its own.
 * failure    false and a filled d: memory is out.
 */
#ifndef AUDIT_ASSERTION_H
#define AUDIT_ASSERTION_H

#include "audit/rules.h"
#include "audit/waivers.h"

enum outcome { OUTCOME_NONE, OUTCOME_PASSED, OUTCOME_VIOLATION, OUTCOME_UNPROVED };

struct finding {
	const struct rule *rule;
	const struct judgement *connection;	/* NULL: the input, or a waiver */
	enum rule_answer answer;
	enum weight weight;		/* after exceptions and waivers */
	const char *why;		/* escaped; "" for a pass */
	const char *mend;		/* "" for a pass */
	const char *exception;		/* --allow-plaintext pattern it falls under; NULL */
	const struct waiver *waiver;	/* that covers it, or is the one that expired; NULL */
};

struct waiver_use {
	const struct waiver *waiver;
	size_t n_used;			/* findings it covers */
	bool   expired;			/* at the time of the last packet */
};

struct assertion {
	const struct snapshot *snapshot;
	const struct policy *policy;
	enum outcome outcome;
	struct finding *findings;
	size_t n_findings;
	size_t n_violations, n_unproved;	/* findings of that weight */
	size_t n_advice;		/* failed, of no weight, and not excused */
	const char **demands;		/* "--require mutual", "--tls-min 1.3": all that counts */
	size_t n_demands;
	const char **relaxations;	/* "--require encrypted", "-f 'port 9100'", as typed */
	size_t n_relaxations;
	struct waiver_use *waivers;
	size_t n_waivers;
	struct arena arena;
};

/* trust: NULL without --ca, and only then. waivers: NULL without. live: packets were captured here. */
bool assertion_make(struct assertion *a, const struct snapshot *s, const struct policy *p,
    const struct trust *trust, const struct waivers *waivers, bool live, struct diag *d);
void assertion_free(struct assertion *a);

const char *outcome_word(enum outcome o);	/* "passed", "violation", "unproved" */
int outcome_status(enum outcome o);		/* 0, 1, 3 */

/* Did this connection of the snapshot pass? False: it violates, or is not proved.
 * Refused ones may pass: alone they prove nothing, and the input's findings say so. */
bool assertion_passes(const struct assertion *a, const struct judgement *j);

#endif
