/*
 * field - what can be shown, compared and filtered by of a row, as data.
 *
 * A table's rows are of one kind (a connection, a node, an event), known to its
 * fields and its view only; everything between asks the fields.
 *
 * escaping   as in report/columns.h: put writes what is safe for a terminal, on one
 *            line, ASCII unless scene->style.utf8. For a field that is only asked by
 *            filters, "\n" parts alternatives: node=x holds for either of them.
 */
#ifndef UI_FIELD_H
#define UI_FIELD_H

#include "ui/scene.h"

#define FIELDS_MAX 48u		/* of one table */

/* What its number counts, and so which units a filter may write. */
enum unit {
	UNIT_NONE,		/* text: there is no number */
	UNIT_RANK,		/* rows are ordered by it; filters see the text */
	UNIT_NUMBER,
	UNIT_BYTES,		/* k, M, G: thousands, as they are shown */
	UNIT_SECONDS,		/* s, m, h, d */
};

struct field {
	const char *id;			/* stable: settings and filters know it */
	const char *title;		/* NULL: filters only, never a column */
	bool     right;
	bool     extra;			/* not among the columns at first */
	bool     optional;		/* not shown while all its cells are empty */
	bool     by_verdict;		/* coloured by the row's verdict */
	unsigned min, wanted;		/* terminal columns, as in report/columns.h */
	unsigned priority;		/* 1, 2, ...: who stays on a narrow screen */
	void   (*put)(struct text *cell, const struct field *f, const void *what,
	    const struct scene *s);
	void   (*cut)(struct text *t, const char *cell, unsigned width, bool utf8); /* NULL: cut_put() */
	enum unit unit;
	bool   (*number)(double *n, const struct field *f, const void *what,
	    const struct scene *s);	/* false: this row has none */
	const struct column *shared;	/* for a put that passes on to report/columns.h */
};

struct fields {
	const struct field *v;
	unsigned n;			/* at most FIELDS_MAX */
};

/* A row of a table: what it shows is known to its fields. */
struct row {
	uint64_t id;			/* stable while it is the same thing; not 0 */
	const void *what;		/* until the next refresh */
	enum verdict verdict;		/* for the colour; VERDICT_NONE: none */
};

#define FIELD_NONE UINT32_MAX

unsigned field_find(const struct fields *all, const char *id);	/* its place; FIELD_NONE */

/* "5s", "3m12s", "2h05m", "3d04h": never more than 7 columns up to 27 years. */
void field_put_duration(struct text *t, uint64_t ns);

/* "0", "999", "12.3k", "4.5M": at most five columns, rounded down. */
void field_put_amount(struct text *t, double n);

#endif
