/*
 * screen - a sheet of character cells to draw on. It knows no terminal: term.h
 * shows it on one, tests read it, pictures are made from it.
 *
 * units      cells. A wide character takes two; what is drawn over another takes none.
 * escaping   strings are valid UTF-8 and harmless already (text_put_wire()). Should
 *            they not be, control characters and broken UTF-8 become "?" here: a cell
 *            never holds a byte that moves the cursor.
 * limits     what is outside the screen is not drawn. Of what is drawn over a
 *            character, as much as fits into a cell stays.
 * failure    screen_resize(): false when memory is out; the screen is as it was.
 */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "audit/judgement.h"
#include "base/text.h"

/* What a cell means; term.h knows how that looks. Never the only sign of anything. */
enum ink {
	INK_NONE,
	INK_STRONG, INK_FAINT,
	INK_TITLE,		/* of a column */
	INK_SORTED,		/* of the column that orders the rows */
	INK_TAB, INK_TAB_OPEN,	/* the views */
	INK_KEY, INK_LABEL,	/* "F1" and "Help" */
	INK_ALARM,		/* losses, errors, PAUSED */
	INK_PLAINTEXT, INK_MUTUAL, INK_ONE_WAY, INK_ENCRYPTED, INK_REFUSED, INK_UNKNOWN,
	N_INKS
};
#define INK_INVERSE 0x80u	/* with any ink: the row under the cursor */

#define SCREEN_CELL_BYTES 14u
#define SCREEN_SIDE_MAX 1000u

struct cell {
	char    s[SCREEN_CELL_BYTES];	/* terminated; empty: the second half of a wide one */
	uint8_t width;			/* 0, 1, 2 */
	uint8_t ink;
};

struct screen {
	struct cell *cells;		/* row by row */
	unsigned width, height;
	bool utf8;			/* line drawing and "…" may be used */
};

/* A part of the screen. */
struct area {
	unsigned x, y, width, height;
};

bool screen_resize(struct screen *s, unsigned width, unsigned height);	/* and clears */
void screen_free(struct screen *s);
void screen_clear(struct screen *s, struct area a, unsigned ink);

/* s at x, y, at most width cells of it (cut at its end, not marked). The cells it took. */
unsigned screen_put(struct screen *s, unsigned x, unsigned y, unsigned width, unsigned ink,
    const char *text);

/* As above, and the rest of width is blank. */
void screen_put_padded(struct screen *s, unsigned x, unsigned y, unsigned width, unsigned ink,
    const char *text);

/* A frame along the inner edge of a; nothing for less than 2 x 2. */
void screen_frame(struct screen *s, struct area a, unsigned ink);

/* Line y as text without the blanks at its end. */
void screen_line(const struct screen *s, unsigned y, struct text *t);

enum ink ink_of_verdict(enum verdict v);	/* INK_NONE for VERDICT_NONE */

/* The first lines of a, which is then what is left below them. */
static inline struct area
area_top(struct area *a, unsigned height)
{
	struct area top = *a;

	if (height > a->height)
		height = a->height;
	top.height = height;
	a->y += height;
	a->height -= height;
	return top;
}

static inline bool
area_has(struct area a, unsigned x, unsigned y)
{
	return x >= a.x && x - a.x < a.width && y >= a.y && y - a.y < a.height;
}

#endif
