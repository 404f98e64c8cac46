/*
 * recorded - what capture files say beside their packets, in running text.
 *
 * escaping   as in report/columns.h.
 * limits     what would exceed CELL_MAX bytes of a paragraph is left out; the JSON has it.
 */
#ifndef REPORT_RECORDED_H
#define REPORT_RECORDED_H

#include "base/remarks.h"
#include "report/wrap.h"

bool recorded_is_there(const struct remarks *r);	/* r may be NULL */
const char *recorded_on_word(enum remark_on on);

/* Nothing when nothing is there. */
void recorded_write(const struct remarks *r, bool utf8, struct wrap *w);

#endif
