/*
 * ladder - the handshake of one connection as a ladder: the client's line on the left,
 * the server's on the right, a message a rung, with its time and size and what is in it.
 *
 * What is inferred from a record's length says so, and its arrow is dotted; what is
 * encrypted and not inferred says that. A message that nobody saw is not there, however
 * certain that it was sent.
 *
 * The order of one side is its own; between the sides what each had acknowledged decides,
 * and time where that does not.
 *
 * ownership  a plain value: nothing is borrowed.
 * escaping   labels are safe for a terminal.
 * limits     LADDER_RUNGS, more than all that a judgement can hold.
 */
#ifndef REPORT_LADDER_H
#define REPORT_LADDER_H

#include "audit/judgement.h"
#include "base/text.h"

#define LADDER_RUNGS (MESSAGES_MAX + 8u)
#define LADDER_WIDTH_MIN 48u
#define LADDER_WIDTH_MAX 110u
#define LADDER_LINE_BYTES 1024u		/* a line, whatever is in it */

enum rung_kind { RUNG_NONE, RUNG_MESSAGE, RUNG_NOTE };

struct rung {
	enum rung_kind kind;
	enum side from;
	bool     is_inferred;
	uint64_t after_ns;		/* since the connection's first packet */
	char     label[320];
};

struct ladder {
	unsigned n;
	struct rung rungs[LADDER_RUNGS];
};

void ladder_read(struct ladder *l, const struct judgement *j, bool utf8);

/* The names of the two sides; then rung i. Nothing narrower than LADDER_WIDTH_MIN. */
void ladder_put_sides(struct text *line, unsigned width);
void ladder_put_rung(struct text *line, const struct rung *r, unsigned width, bool utf8);

#endif
