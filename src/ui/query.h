/*
 * query - a filter over any column, as a person writes it:
 *
 *     verdict!=mutual node~rabbit          both (a blank, "and", "&")
 *     tls<1.3 or state=refused             either ("or", "|"); "and" binds closer
 *     not (recv>=10k age<5m) "two words"   "not", "!"; a bare word is in any column
 *
 * Operators: = != (the whole cell), ~ !~ (part of it), < <= > >= (numbers: recv in
 * bytes with k M G, ages with s m h d). Letters match whatever their case (ASCII). A value
 * with blanks, round brackets, quotes, "|" or "&" is written in quotes, '...' or "...".
 * An empty query matches every row.
 *
 * A row without the asked number (the age of a listener) is neither < nor >.
 *
 * limits     QUERY_BYTES of text, QUERY_TERMS terms, QUERY_DEPTH brackets and nots.
 * failure    query_parse() false: what is wrong and at which byte; q matches nothing.
 * ownership  a plain value; it borrows the fields.
 */
#ifndef UI_QUERY_H
#define UI_QUERY_H

#include "base/diag.h"
#include "ui/field.h"

#define QUERY_BYTES 256u	/* with its end */
#define QUERY_TERMS 32u
#define QUERY_DEPTH 16u

enum query_operator {
	QUERY_NONE, QUERY_EQUAL, QUERY_DIFFERENT, QUERY_HAS, QUERY_LACKS,
	QUERY_LESS, QUERY_AT_MOST, QUERY_MORE, QUERY_AT_LEAST,
};

enum query_step_kind { STEP_NOTHING, STEP_TERM, STEP_NOT, STEP_AND, STEP_OR };

struct query_term {
	enum query_operator operator;
	unsigned field;			/* FIELD_NONE: any column */
	unsigned value;			/* where it begins in text, folded and terminated */
	bool     has_number;
	double   number;
};

struct query {
	struct fields fields;
	char     text[QUERY_BYTES];	/* the values */
	struct query_term terms[QUERY_TERMS];
	unsigned n_terms;
	struct {
		enum query_step_kind kind;
		unsigned term;
	} steps[4 * QUERY_TERMS + QUERY_DEPTH];	/* in the order they are done, operands first */
	unsigned n_steps;
	bool     is_broken;
};

struct query_error {
	size_t at;			/* byte of the text */
	struct diag why;		/* one line, escaped, without the position */
};

bool query_parse(struct query *q, const char *text, const struct fields *fields,
    struct query_error *e);
bool query_matches(const struct query *q, const void *what, const struct scene *s);

static inline bool query_is_empty(const struct query *q) { return q->n_steps == 0 && !q->is_broken; }

/* Is needle (folded) in a cell of this row, whatever the case? Asks fields with a title. */
bool query_row_has(const struct fields *fields, const void *what, const struct scene *s,
    const char *needle);

/* s for needle, in lower case (ASCII); cut at size. */
void query_fold(char *out, size_t size, const char *s);

#endif
