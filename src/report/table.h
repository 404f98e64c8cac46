/*
 * table - a snapshot for a person: a row a connection, then a summary line.
 *
 * Plain text, a line a connection, whatever the width. Columns are chosen from report/columns.h so
 * that the widest set that fits is shown; a cell too wide for its column is cut in
 * its middle with "…" ("~" where the locale is not UTF-8).
 *
 * world      reads /etc/services, unless numeric.
 * failure    false when out cannot be written; errno says why.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdio.h>

#include "audit/snapshot.h"

struct table_style {
	unsigned width;		/* terminal columns, at least 40; 0: as wide as it needs */
	bool     colour;	/* ANSI colours for the verdict */
	bool     utf8;		/* "…" may be used */
	bool     verbose;	/* after each row: explanation, how it is known, certificate chains */
	bool     numeric;	/* no service names */
};

bool table_write(const struct snapshot *s, const struct table_style *style, FILE *out);

#endif
