/*
 * mending - what a finding says to do about it.
 *
 * For a failed rule that is the rule's own mend, or a closer one where the
 * connection shows which of two ends has to change. For an unknown answer it is
 * what would make it known: by the words of its blindness, first of all.
 *
 * escaping   as in rules.h.
 */
#ifndef AUDIT_MENDING_H
#define AUDIT_MENDING_H

#include "audit/rules.h"

/* Why it could not be judged whole, a clause for each: "its handshake is older than
 * the capture (midstream)". Nothing is put where nothing was missed. */
void mending_put_blindness(struct text *why, const struct judgement *j);

/* j: NULL for the input's rules. */
void mending_put(struct text *mend, const struct rule *rule, const struct policy *p,
    const struct judgement *j, enum rule_answer answer);

#endif
