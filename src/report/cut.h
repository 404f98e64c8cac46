/*
 * cut - text that is wider than its place.
 *
 * units      widths are terminal columns, as text_columns() counts them.
 * strings    are valid UTF-8 and stay so: no character is cut in two.
 */
#ifndef REPORT_CUT_H
#define REPORT_CUT_H

#include "base/text.h"

/* s, or as much of its head and tail as fits in width around "…" ("~" unless utf8). */
void cut_put(struct text *t, const char *s, unsigned width, bool utf8);

/* The same for a sentence: only its end goes. */
void cut_put_end(struct text *t, const char *s, unsigned width, bool utf8);

/* How many of the n bytes at s take at most width columns, with what is drawn
 * over the last of them; *taken is the columns they take. */
size_t cut_head(const char *s, size_t n, size_t width, size_t *taken);

#endif
