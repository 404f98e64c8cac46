/*
 * view_connections - the table: a row a connection, and a row for each distribution
 * listener that is known, as inet:i() has them.
 *
 * rows       connection_fields.h; a connection's id is its own, a listener's has its
 *            highest bit set.
 */
#ifndef UI_VIEW_CONNECTIONS_H
#define UI_VIEW_CONNECTIONS_H

#include "ui/view.h"

extern const struct view_kind view_connections;

#endif
