/*
 * junit - an assertion as JUnit XML: a test suite for each connection and one for the
 * input, a test case for each rule that was asked. A violation is a failure, what is not
 * proved is an error; nothing is ever skipped. Advice is a passed case with its text in
 * system-out.
 *
 * source     Jenkins' junit-10.xsd, as the xUnit plugin publishes it.
 * failure    false when out cannot be written or memory is out; errno says why.
 */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include <stdio.h>

#include "audit/assertion.h"

bool junit_write(const struct assertion *a, FILE *out);

#endif
