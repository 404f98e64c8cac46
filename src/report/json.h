/*
 * json - a snapshot as one JSON object, format beamtap/1 (doc/format.md,
 * doc/beamtap-1.schema.json).
 *
 * failure    false when memory is out or out cannot be written; errno says why,
 *            and what was written until then is no whole object.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <stdio.h>

#include "audit/assertion.h"

/* a: what "beamtap check" made of s; NULL: nothing was demanded. */
bool json_write(const struct snapshot *s, const struct assertion *a, FILE *out);

#endif
