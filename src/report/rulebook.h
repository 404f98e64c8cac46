/*
 * rulebook - all rules, for "beamtap rules".
 *
 * failure    false when out cannot be written; errno says why.
 */
#ifndef REPORT_RULEBOOK_H
#define REPORT_RULEBOOK_H

#include <stdbool.h>
#include <stdio.h>

bool rulebook_write(unsigned width, FILE *out);		/* width 0: lines are not broken */

#endif
