/*
 * tap - an assertion as TAP: a test point for each connection, and for each of
 * the input's rules. What failed is in the YAML block after its point; what is
 * not proved is "not ok" too, and the block says which of the two.
 *
 * source     Test Anything Protocol, versions 13 and 14.
 * failure    false when out cannot be written; errno says why.
 */
#ifndef REPORT_TAP_H
#define REPORT_TAP_H

#include <stdio.h>

#include "audit/assertion.h"

bool tap_write(const struct assertion *a, FILE *out);

#endif
