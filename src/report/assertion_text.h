/*
 * assertion_text - what came of "beamtap check", for a person: the outcome, each
 * connection that did not pass with the rule, the evidence and the mend, then
 * everything that was relaxed, waived or ignored.
 *
 * escaping   as in report/columns.h.
 * failure    false when out cannot be written; errno says why.
 */
#ifndef REPORT_ASSERTION_TEXT_H
#define REPORT_ASSERTION_TEXT_H

#include <stdio.h>

#include "audit/assertion.h"

struct assertion_style {
	unsigned width;		/* terminal columns; 0: lines are not broken */
	bool     colour, utf8;
	bool     verbose;	/* also what passed, a line a connection */
};

bool assertion_text_write(const struct assertion *a, const struct assertion_style *style,
    FILE *out);

#endif
