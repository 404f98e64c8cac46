/*
 * json_recorded - what capture files say beside their packets, as "input.recorded" in
 * format beamtap/1 (doc/format.md). Of secrets there are numbers, nothing else.
 *
 * ownership  the value is the caller's.
 * failure    NULL when memory is out.
 */
#ifndef REPORT_JSON_RECORDED_H
#define REPORT_JSON_RECORDED_H

#include <jansson.h>

#include "base/remarks.h"

json_t *json_recorded(const struct remarks *r);	/* r may be NULL; null: they say nothing */

/* "input.unread": the files of a directory that were left out; null: none. */
json_t *json_unread(const struct remarks *r);

#endif
