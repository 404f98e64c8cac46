/*
 * detail - all that is known of one connection, on a page: its ends, the verdict and why,
 * the ladder of the handshake, both chains.
 *
 * escaping   as in report/columns.h.
 * failure    detail_write() false: out cannot be written, and errno says why.
 */
#ifndef REPORT_DETAIL_H
#define REPORT_DETAIL_H

#include <stdio.h>

#include "report/columns.h"
#include "report/wrap.h"

struct detail_style {
	unsigned width;			/* 0: no limit */
	struct cell_style cell;
};

bool detail_write(const struct judgement *j, unsigned time_digits,
    const struct detail_style *style, FILE *out);

/* Of its parts, "#3 a@alpha.lab -> b@beta.lab, inet_tls"; who sent how much, from where,
 * and when. Names that are longer than anybody's are cut. */
void detail_write_ends(const struct judgement *j, unsigned time_digits,
    const struct cell_style *style, struct wrap *w);

/* "Verdict: mutual, closed" */
void detail_put_title(struct text *t, const struct judgement *j);

#endif
