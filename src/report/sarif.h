/*
 * sarif - an assertion as SARIF 2.1.0: all rules, and a result for each finding
 * that is no pass.
 *
 * A code scanner wants a file to point at: location, say the vm.args that has
 * to change. Fingerprints depend on rule, nodes and server address, never on
 * times, client ports or ids, so that the same trouble is the same alert tomorrow.
 *
 * source     OASIS sarif-v2.1.0.
 * failure    false when out cannot be written or memory is out; errno says why.
 */
#ifndef REPORT_SARIF_H
#define REPORT_SARIF_H

#include <stdio.h>

#include "audit/assertion.h"

bool sarif_write(const struct assertion *a, const char *location, FILE *out);

#endif
