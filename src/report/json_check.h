/*
 * json_check - what an assertion adds to format beamtap/1 (doc/format.md): the
 * object "check", and the findings of a connection.
 *
 * ownership  what is returned is the caller's.
 * failure    NULL when memory is out.
 */
#ifndef REPORT_JSON_CHECK_H
#define REPORT_JSON_CHECK_H

#include <jansson.h>

#include "report/findings.h"

/* A list of all that are no pass; f NULL: an empty one. */
json_t *json_findings(const struct findings *f);

json_t *json_check(const struct assertion *a, const struct findings *of_input);

#endif
