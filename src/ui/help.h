/*
 * help - the keys, the filter's language and the verdicts, on one page that scrolls.
 */
#ifndef UI_HELP_H
#define UI_HELP_H

#include "ui/list.h"
#include "ui/view.h"

struct help {
	size_t top;			/* lines passed over */
	size_t n, page;			/* as drawn last */
};

/* own: of the view it was opened over; NULL: none. */
void help_draw(struct help *h, const struct help_line *own, struct screen *s, struct area a);
bool help_press(struct help *h, struct press p);	/* motion */

#endif
