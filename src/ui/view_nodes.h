/*
 * view_nodes - the nodes, a row each: what they may run, the certificate they showed, and
 * how their connections were protected.
 *
 * rows       node_fields.h; a node's id is audit/nodes.h's.
 */
#ifndef UI_VIEW_NODES_H
#define UI_VIEW_NODES_H

#include "ui/view.h"

extern const struct view_kind view_nodes;

#endif
