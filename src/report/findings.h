/*
 * findings - an assertion's findings, a connection at a time, and how its parts
 * are spelled in every format.
 *
 * escaping   what is put is one line and safe for a terminal, JSON and XML texts;
 *            plain ASCII unless utf8. Spaces of a node's name are escaped too.
 */
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H

#include "audit/assertion.h"

/* Room for what findings_put_connection() puts, whatever the names. */
#define CONNECTION_MAX 8448u

/* What was found of one connection, or (connection NULL) of the input. */
struct findings {
	const struct judgement *connection;
	const struct finding *v;
	size_t n;
};

/*
 * Those of this connection. at is a cursor that starts at 0; connections are
 * asked for in the order of the snapshot, NULL for the input's at the end.
 */
struct findings findings_next(const struct assertion *a, size_t *at,
    const struct judgement *connection);

enum weight findings_weight(const struct findings *f);	/* the heaviest */
const char *weight_word(enum weight w);	/* "violation", "unproved", "none" */

/* Was the rule asked: does its answer belong into a list of all? */
bool finding_is_asked(const struct finding *f);

/* Not a pass, without consequence, and nobody excepted or waived it. */
bool finding_is_advice(const struct finding *f);

size_t finding_rule(const struct finding *f);	/* index in rules[] */

/* Has somebody accepted it? A waiver that has expired covers nothing: it is a finding
 * of the input. */
bool finding_is_excused(const struct finding *f);

/* "falls under the exception clouseau@127.0.0.1", "waived by search-node until
 * 2026-12-31: reason"; nothing where it is not excused. */
void finding_put_excuse(struct text *t, const struct finding *f, bool utf8);

/* "10.77.0.1:37150 (a@alpha.lab) -> b@beta.lab (10.77.0.2:45979)" */
void findings_put_connection(struct text *t, const struct judgement *j, bool utf8);

/* "b@beta.lab"; nothing for a node without a name. */
void findings_put_node(struct text *t, const struct judged_end *end, bool utf8);

/* The user's own words, where a backslash means itself. */
void findings_put_typed(struct text *t, const char *s, bool utf8);

#endif
