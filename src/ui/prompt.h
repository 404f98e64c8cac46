/*
 * prompt - a line that is typed: search and filter.
 *
 * limits     PROMPT_BYTES; further characters are not taken.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include "ui/press.h"
#include "ui/query.h"
#include "ui/screen.h"

#define PROMPT_BYTES QUERY_BYTES

struct prompt {
	char   s[PROMPT_BYTES];		/* UTF-8 */
	size_t n;			/* bytes */
	size_t at;			/* the cursor, a byte */
};

void prompt_set(struct prompt *p, const char *s);

/* Characters, Backspace, Delete, arrows, Home, End, ^A ^E ^U ^K ^W. True: taken. */
bool prompt_press(struct prompt *p, struct press key);

/* "label: text", the cursor's cell inverse, scrolled so that it is seen. ASCII where
 * the screen is. */
void prompt_draw(const struct prompt *p, const char *label, struct screen *s, struct area line);

#endif
