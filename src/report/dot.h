/*
 * dot - the nodes and who was connected to whom, for Graphviz: dot -Tsvg.
 *
 * An edge a pair, with the colour of the worst that its connections were and all their
 * verdicts in words; dotted where none came up.
 *
 * source     The DOT Language, graphviz.org: quoted strings, escString.
 * escaping   done here: names are words before they are strings of DOT.
 * failure    false: out cannot be written, and errno says why; or no memory, ENOMEM.
 */
#ifndef REPORT_DOT_H
#define REPORT_DOT_H

#include <stdio.h>

#include "audit/snapshot.h"

bool dot_write(const struct snapshot *s, FILE *out);

#endif
