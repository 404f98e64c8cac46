/*
 * node_fields - the columns of a node (audit/nodes.h), and what the views over nodes say
 * alike.
 */
#ifndef UI_NODE_FIELDS_H
#define UI_NODE_FIELDS_H

#include "audit/nodes.h"
#include "ui/order.h"
#include "ui/rows.h"

extern const struct fields node_fields;		/* what: a struct node */

/* A row for each of them, in the order of their names. False: memory is out; rows has all
 * there was room for. */
bool node_rows_take(struct rows *rows, struct order *order, const struct nodes *nodes,
    const struct scene *s);

/* The filter over connections that finds those of the node. */
void node_put_query(struct text *t, const struct node *node);

#endif
