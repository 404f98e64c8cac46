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

void details_write(const struct judgement *j, bool utf8, struct wrap *w);

#endif
