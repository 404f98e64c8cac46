/*
 * summary - what a snapshot holds in one sentence, with what was ignored, lost
 * or not understood.
 *
 *   3 connections: 1 plaintext, 2 mutual · 138 packets · ignored: 2 TLS, 3 other
 *
 * Counts that are zero or not known are left out. Of many link types some are
 * named and the rest counted.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "audit/snapshot.h"
#include "base/text.h"

#define SUMMARY_MAX 4096u

/* Plain ASCII unless utf8. */
void summary_put(struct text *t, const struct snapshot *s, bool utf8);

#endif
