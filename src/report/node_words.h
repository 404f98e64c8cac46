/*
 * node_words - how a node, and what its connections were, is called.
 *
 * escaping   safe for a terminal, on one line, ASCII unless utf8.
 */
#ifndef REPORT_NODE_WORDS_H
#define REPORT_NODE_WORDS_H

#include "audit/nodes.h"
#include "base/text.h"

/* "a@alpha.lab"; "b@? 10.0.0.1"; "? 10.0.0.1"; "? 10.0.0.1 (one of several)" */
void node_words_put_label(struct text *t, const struct node *node, bool utf8);

/* "1 plaintext, 2 mutual", the worst first */
void node_words_put_verdicts(struct text *t, const struct tally *tally);

/* "3 connections, 1 open: 1 plaintext, 2 mutual" */
void node_words_put_tally(struct text *t, const struct tally *tally);

#endif
