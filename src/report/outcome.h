/*
 * outcome - what came of an assertion, in one sentence.
 *
 *   passed: 5 connections; proved: --require mutual
 *   violation: 2 of 5 connections did not pass (1 plaintext, 1 not-mutual); 1 not proved
 *
 * escaping   as in report/findings.h.
 */
#ifndef REPORT_OUTCOME_H
#define REPORT_OUTCOME_H

#include "audit/assertion.h"

#define OUTCOME_MAX 8192u

void outcome_put(struct text *t, const struct assertion *a, bool utf8);

#endif
