/*
 * options - what each option of the command line is: a table.
 *
 * Demands of "check" are not among them: audit/policy.h has those.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "cli.h"

#define OPTION_IN(command) (1u << (command))

struct option_row {
	int letter;			/* 0: none */
	const char *name;		/* NULL: none */
	const char *argument;		/* NULL: a flag */
	unsigned commands;		/* OPTION_IN() of those that take it */
	bool in_file;			/* also a key of a policy file */
	bool many;			/* may be given more than once */
	const char *help;		/* lines separated by \n */
	/* value lives as long as c; of a flag it is "yes" or "no". */
	bool (*set)(struct cli *c, const char *value, struct diag *d);
	void (*forget)(struct cli *c);	/* of many: what was given so far */
	enum cli_answer answer;		/* not CLI_RUN: this, and nothing is set */
};

#define N_OPTIONS 35u
extern const struct option_row options[N_OPTIONS];

/* Its value is wanted before all others are set. */
bool options_policy_file(struct cli *c, const char *value, struct diag *d);

/* How users know it: "-r", "--duration". */
const char *option_spelling(const struct option_row *o, char buf[static 64]);

#endif
