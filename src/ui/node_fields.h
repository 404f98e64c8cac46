/*
 * node_fields - the columns of a node (audit/nodes.h), and what the views over nodes say
 * alike.
 */
#ifndef UI_NODE_FIELDS_H
#define UI_NODE_FIELDS_H

#include "audit/nodes.h"
#include "ui/field.h"

extern const struct fields node_fields;		/* what: a struct node */

/* The filter over connections that finds those of the node. */
void node_put_query(struct text *t, const struct node *node);

#endif
