/*
 * page - text that may be longer than the screen: lines, and how far they are scrolled.
 *
 * escaping   lines are safe for a terminal already.
 * ownership  lines are copied; page_free() frees.
 * failure    false: memory is out, and the page ends early.
 */
#ifndef UI_PAGE_H
#define UI_PAGE_H

#include "ui/press.h"
#include "ui/screen.h"

struct page_line {
	char *s;
	uint8_t ink;
};

struct page {
	struct page_line *lines;	/* zeroed: an empty page */
	size_t n, room;
	size_t top;			/* lines passed over */
	size_t height;			/* as drawn last */
};

void page_empty(struct page *p);	/* stays scrolled as it is */
void page_free(struct page *p);

bool page_add(struct page *p, enum ink ink, const char *line);

/* Lines of running text, each ended by "\n", broken at blanks to width with their indent
 * (report/wrap.h). What begins at the margin is a title. */
bool page_add_text(struct page *p, const char *text, unsigned width);

void page_draw(struct page *p, struct screen *s, struct area a);

/* Moves by arrows, paging, Home, End, Enter, j k g G ^D ^U ^F ^B and the wheel. False:
 * not a motion. */
bool page_press(struct page *p, struct press what);

#endif
