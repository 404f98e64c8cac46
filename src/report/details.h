/*
 * details - everything known of one connection in running text, below its row.
 *
 * escaping   as in report/columns.h.
 * limits     what would exceed CELL_MAX bytes of a paragraph is left out; the
 *            JSON has it.
 */
#ifndef REPORT_DETAILS_H
#define REPORT_DETAILS_H

#include "audit/judgement.h"
#include "report/wrap.h"

#define DETAILS_INDENT 4u

void details_write(const struct judgement *j, bool utf8, struct wrap *w);

/* Its parts: what is said of it and how that is known; TLS without the records that
 * something was inferred from; the distribution handshake. What is not there (has_tls,
 * has_dist) writes nothing. */
void details_write_verdict(const struct judgement *j, bool utf8, struct wrap *w);
void details_write_tls(const struct judgement *j, bool utf8, struct wrap *w);
void details_write_dist(const struct judgement *j, struct wrap *w);

#endif
