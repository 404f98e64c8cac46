/*
 * node_fields - the columns of a node (audit/nodes.h), and what the views over nodes say
 * alike.
 */
#ifndef UI_NODE_FIELDS_H
#define UI_NODE_FIELDS_H

#include "audit/nodes.h"
#include "ui/field.h"

extern const struct fields node_fields;		/* what: a struct node */

/* "a@alpha.lab"; "b@? 10.0.0.1"; "? 10.0.0.1"; "? 10.0.0.1 (one of several)" */
void node_put_label(struct text *t, const struct node *node, bool utf8);

/* The filter over connections that finds those of the node. */
void node_put_query(struct text *t, const struct node *node);

/* The worst of what connections were: VERDICT_NONE where there are none. One that never
 * came up is no more than that beside one that did. */
enum verdict node_worst(const struct tally *t);

/* "3 connections, 1 open: 1 plaintext, 2 mutual" */
void node_put_tally(struct text *t, const struct tally *tally);

#endif
