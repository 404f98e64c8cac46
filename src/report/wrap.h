/*
 * wrap - running text, broken at spaces to the width of the screen.
 *
 * units      widths are terminal columns; width 0: lines are never broken. A
 *            width is at least LAYOUT_WIDTH_MIN.
 * strings    are valid UTF-8 without control characters. A word longer than a
 *            line is broken inside. No line ends in a space.
 * failure    the stream's own error indicator.
 */
#ifndef REPORT_WRAP_H
#define REPORT_WRAP_H

#include <stdio.h>

#include "base/text.h"

struct wrap {
	FILE    *out;
	unsigned width;
	unsigned indent;	/* of the first line; those after it have two more */
	size_t   at;		/* columns used of the line */
	size_t   spaces;	/* to come before the next word */
	bool     any;		/* the line has a word */
};

void wrap_begin(struct wrap *w, unsigned indent);
void wrap_put(struct wrap *w, const char *s);	/* whole words: each may end a line */
void wrap_end(struct wrap *w);

/* A line, or paragraph, of its own. */
void wrap_line(struct wrap *w, unsigned indent, const char *s);

#endif
