/*
 * unread - the files of a directory or pattern that were left out, on standard error: a
 * line each, of many the first few and a count.
 */
#ifndef UNREAD_H
#define UNREAD_H

#include "base/remarks.h"

void unread_complain(const struct remarks *r);

#endif
