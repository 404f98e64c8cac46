/*
 * rules - what may be wrong with a connection, or with having seen it: a table.
 *
 * A rule is asked about a connection (or the input) and answers pass, fail or
 * unknown, with a sentence that says what was seen, on which evidence. It says
 * fail only when that is proved, and pass only when that is proved. What an
 * answer makes of the whole result, the policy decides: rule_weight().
 *
 * escaping   why is safe for a terminal, JSON and XML texts: one line, escaped.
 */
#ifndef AUDIT_RULES_H
#define AUDIT_RULES_H

#include "audit/chain.h"
#include "audit/policy.h"
#include "audit/snapshot.h"
#include "base/map.h"
#include "base/text.h"

enum severity { SEVERITY_NONE, SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

enum rule_answer {
	RULE_DOES_NOT_APPLY,	/* there is nothing to ask it about */
	RULE_PASS,
	RULE_FAIL,
	RULE_UNKNOWN,
};

/* What an answer does to the result. */
enum weight {
	WEIGHT_NONE,		/* reported, and that is all */
	WEIGHT_UNPROVED,	/* exit status 3 */
	WEIGHT_VIOLATION,	/* exit status 1 */
};

/* By what; what is not demanded is advice. */
enum demanded {
	DEMANDED_NONE,
	DEMANDED_ALWAYS,
	DEMANDED_MUTUAL,
	DEMANDED_TLS_MIN,
	DEMANDED_FORWARD_SECRECY,
	DEMANDED_POST_QUANTUM,
	DEMANDED_MIN_KEY_BITS,
	DEMANDED_EXPIRES_IN,
	DEMANDED_CA,
	DEMANDED_HOSTNAME,
	DEMANDED_NO_REFUSED,
	DEMANDED_NO_IGNORED_TLS,
};

enum rule_subject { SUBJECT_CONNECTION, SUBJECT_INPUT };

struct key_use;

/* All that a rule may look at. */
struct inquiry {
	const struct policy *policy;
	const struct snapshot *snapshot;
	const struct trust *trust;	/* NULL: --ca was not given */
	bool live;			/* counters of drops must be known */
	struct map keys;		/* which nodes show which key; rules_prepare() */
	struct arena arena;
};

struct rule {
	const char *id;			/* stable: "not-mutual" */
	enum severity severity;
	enum rule_subject subject;
	const char *title;		/* one line, "The client did not authenticate" */
	const char *sentence;		/* explains */
	const char *mend;		/* what to change in vm.args or the optfile */
	const char *source;		/* section of the RFC or OTP document */
	enum rule_answer (*ask)(const struct inquiry *q, const struct judgement *j,
	    struct text *why);	/* j is NULL for the input's rules */
	enum demanded demanded;
	enum weight fail, unknown;	/* where it is demanded */
	bool excepted;			/* by --allow-plaintext, where its pattern fits */
};

#define N_RULES 25u
extern const struct rule rules[N_RULES];	/* in the order they are reported in */

const struct rule *rule_find(const char *id);	/* NULL: none */
enum weight rule_weight(const struct rule *r, const struct policy *p, enum rule_answer answer);
const char *severity_word(enum severity s);	/* "error" */
const char *rule_answer_word(enum rule_answer a);	/* "pass" */

/* Does a packet's time tell the day? None before the year 2000 does: the capture has no
 * times, or its host had no clock. */
bool rules_know_day(uint64_t at_ns);

/* What rules ask of all connections together. False: no memory. */
bool rules_prepare(struct inquiry *q);
void rules_done(struct inquiry *q);

/* The verdict that counts: weaker than the judgement's where its evidence does
 * not do (--evidence). */
enum verdict rules_verdict(const struct policy *p, const struct judgement *j);

#endif
