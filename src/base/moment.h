/*
 * moment - a point in time as a person writes it: RFC 3339, or its beginning.
 *
 *     2026-11-21                       its midnight
 *     2026-11-21T21:36                 a blank may stand for the "T"
 *     2026-11-21T21:36:25.616875Z      nanoseconds at most
 *     2026-11-21T22:36:25+01:00        without a zone it is UTC, as in all that we print
 *
 * units      nanoseconds since the epoch; years 1970 to 2500.
 * failure    false: it is none, and out is as it was.
 */
#ifndef BASE_MOMENT_H
#define BASE_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

bool moment_parse(const char *s, uint64_t *at_ns);

#endif
