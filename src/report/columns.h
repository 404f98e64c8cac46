/*
 * columns - what can be shown of one connection, as data; shared by the table
 * and the live view.
 *
 * A column writes its cell and decides nothing: how wide it becomes and whether
 * it is shown is for report/layout.h.
 *
 * escaping   a cell is safe for a terminal: one line, no control characters, and
 *            plain ASCII unless style.utf8. Spaces of a node's name are escaped too,
 *            and of a certificate's all but single ones, so that no name can look
 *            like the columns after it.
 * limits     a cell that would exceed CELL_MAX bytes ends early.
 */
#ifndef REPORT_COLUMNS_H
#define REPORT_COLUMNS_H

#include "audit/snapshot.h"
#include "base/text.h"
#include "report/services.h"

#define CELL_MAX 4096u

struct cell_style {
	bool utf8;
	const struct services *services;	/* NULL: ports as numbers */
};

struct column {
	const char *id;			/* stable, for options */
	const char *title;
	bool     right;			/* numbers; everything else is left-aligned */
	bool     by_verdict;		/* may be coloured by the verdict */
	unsigned min, wanted;		/* terminal columns */
	unsigned priority;		/* 1, 2, ...: who leaves last */
	void   (*put)(struct text *cell, const struct judgement *j,
	    const struct cell_style *style);
	void   (*cut)(struct text *t, const char *cell, unsigned width, bool utf8); /* NULL: cut_put() */
	bool     optional;		/* not shown while all its cells are empty */
};

/* In the order of the screen, inet:i()'s first. */
#define N_COLUMNS 15u
extern const struct column columns[N_COLUMNS];

/* Columns up to this priority share a narrow screen and are squeezed; the rest
 * come only when all of them have their room. */
#define COLUMNS_CORE 11u

/* "epmd,lengths"; "-" for none */
void columns_put_known_by(struct text *t, unsigned known_by, const char *separator);
void columns_put_blind(struct text *t, unsigned blind, const char *separator);

#endif
