/*
 * jsonl - a connection as one line of JSON: an entry of "connections" in format beamtap/1
 * (doc/format.md), without white space between its parts, and written out at once.
 *
 * units      digits is the number of fraction digits of times.
 * failure    false when memory is out or out cannot be written; errno says why.
 */
#ifndef REPORT_JSONL_H
#define REPORT_JSONL_H

#include <stdio.h>

#include "audit/snapshot.h"

bool jsonl_write(const struct judgement *j, unsigned digits, FILE *out);

#endif
