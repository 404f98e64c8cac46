/*
 * text - a bounded string that is built by appending, and the one place where
 * hostile strings are made harmless.
 *
 * ownership  the caller owns the buffer; .s is always terminated.
 * failure    what does not fit is left out whole, .cut is set and nothing more
 *            is put: a cut text is how the whole one begins. Of wire and hex
 *            the characters (or bytes) that still fit are put.
 *
 * escaping   text_put_wire() is for every string that came off the wire, on its
 *            way to a terminal, JSON or a log. Printable UTF-8 passes; control
 *            characters (C0, DEL, C1), bidirectional and other invisible format
 *            characters, the backslash, and bytes that are no UTF-8 become
 *            \xHH, a byte at a time. The result is valid UTF-8 on one line, and
 *            differs for different input.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/rd.h"

struct text {
	char  *s;
	size_t n;	/* bytes used, without the terminator */
	size_t cap;	/* bytes of s, with room for the terminator */
	bool   cut;
};

/* A text over a local array: struct text t = TEXT(buf); */
#define TEXT(array) ((struct text){ .s = ((array)[0] = '\0', (array)), .cap = sizeof(array) })

void text_put(struct text *t, const char *s);
void text_putf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_put_wire(struct text *t, struct bytes b);
void text_put_hex(struct text *t, struct bytes b);

/* Seconds and fraction of an RFC 3339 time in UTC; digits is 0 to 9. */
void text_put_time(struct text *t, uint64_t at_ns, unsigned digits);

/* How many terminal columns s (valid UTF-8) takes. */
size_t text_columns(const char *s);

#endif
