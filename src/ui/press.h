/*
 * press - what a person did: a key, a click, the wheel.
 *
 * units      x and y are cells of the screen from its upper left corner, 0, 0.
 */
#ifndef UI_PRESS_H
#define UI_PRESS_H

#include <stdint.h>

enum press_kind {
	PRESS_NONE,
	PRESS_CHARACTER,	/* code: a Unicode code point that is no control character */
	PRESS_CONTROL,		/* code: the letter, 'D' of Ctrl-D */
	PRESS_FUNCTION,		/* code: 1 of F1 */
	PRESS_ENTER, PRESS_ESCAPE, PRESS_TAB, PRESS_BACK_TAB, PRESS_BACKSPACE, PRESS_DELETE,
	PRESS_UP, PRESS_DOWN, PRESS_LEFT, PRESS_RIGHT,
	PRESS_HOME, PRESS_END, PRESS_PAGE_UP, PRESS_PAGE_DOWN,
	PRESS_CLICK, PRESS_DOUBLE_CLICK, PRESS_WHEEL_UP, PRESS_WHEEL_DOWN,	/* at x, y */
};

struct press {
	enum press_kind kind;
	uint32_t code;
	unsigned x, y;
};

/* The key of that character: 'q', or the function key of that number for F(10). */
#define PRESS_F(n)	(0x110000u + (n))

/* One number a key, for switch: the character, or PRESS_F(); 0: none of these. */
static inline uint32_t
press_key(struct press p)
{
	if (p.kind == PRESS_CHARACTER)
		return p.code;
	return p.kind == PRESS_FUNCTION ? PRESS_F(p.code) : 0;
}

#endif
