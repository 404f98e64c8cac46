/*
 * json_connection - one judgement as a JSON object, an entry of "connections"
 * in format beamtap/1 (doc/format.md).
 *
 * units      digits is the number of fraction digits of times.
 * ownership  the object is the caller's.
 * failure    NULL when memory is out.
 */
#ifndef REPORT_JSON_CONNECTION_H
#define REPORT_JSON_CONNECTION_H

#include <jansson.h>

#include "report/findings.h"

json_t *json_connection(const struct judgement *j, unsigned digits, const struct findings *f);

#endif
