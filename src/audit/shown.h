/*
 * shown - which certificates a connection showed, and a tally of what was asked
 * about them. For the rules about certificates only.
 *
 * A tally keeps every sentence of a failure, joined, and the first of what is not known.
 * Failed is more than unknown, unknown more than passed; nothing asked does not apply.
 *
 * escaping   all that is put is escaped.
 */
#ifndef AUDIT_SHOWN_H
#define AUDIT_SHOWN_H

#include "audit/rules.h"

enum shown {
	SHOWN_NOTHING,		/* for certain no certificate */
	SHOWN_HIDDEN,		/* encrypted, lost, disputed, or on too weak evidence */
	SHOWN_CHAIN,
};

enum shown shown_by(const struct inquiry *q, const struct judgement *j, enum side side);
const struct chain *shown_chain(const struct judgement *j, enum side side);

#define TALLY_WHY_MAX 600u

struct tally {
	bool asked, fails, unknown;
	char failed[2 * TALLY_WHY_MAX], unsure[TALLY_WHY_MAX];
};

void tally_init(struct tally *t);
void tally_add(struct tally *t, enum rule_answer answer, const char *why);

/* Has this side shown a chain that can be asked about? A hidden one is tallied. */
bool tally_shown(struct tally *t, const struct inquiry *q, const struct judgement *j,
    enum side side);

enum rule_answer tally_end(const struct tally *t, struct text *why);

const char *side_name(enum side side);	/* "the server" */

/* "the server's certificate (CN = beta.lab)", "certificate 2 of the server's chain (...)" */
void put_certificate(struct text *t, const struct judgement *j, enum side side, unsigned i);
void put_string(struct text *t, const char *s);		/* NULL: "?"; a long one is cut */
void put_bytes(struct text *t, struct bytes b);
void put_date(struct text *t, int64_t seconds);		/* "2026-01-02 03:04:05 UTC" */

#endif
