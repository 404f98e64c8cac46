/*
 * connection_fields - the columns of a connection and of a distribution listener, and the
 * names that only filters know.
 *
 * Those that `show` has too are report/columns.h's. What cannot be known of a
 * listener is "-"; its state is inet:i()'s ACCEPTING.
 */
#ifndef UI_CONNECTION_FIELDS_H
#define UI_CONNECTION_FIELDS_H

#include "ui/field.h"

/* What a row is: either of them. */
struct seen {
	const struct judgement *connection;
	const struct epmd_entry *listener;
};

extern const struct fields connection_fields;

/* "b@?": EPMD knows no host. */
void connection_put_listener(struct text *t, const struct epmd_entry *e, bool utf8);

#endif
