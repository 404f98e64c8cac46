/*
 * outputs - the files that "check" writes besides standard output: opened while
 * there are rights to, written when there is a result.
 *
 * An old file is emptied at once, so that yesterday's result is never taken for
 * today's. Under sudo the files are its caller's. In GitHub Actions the job's summary is
 * one of them.
 *
 * failure    false and a filled d that names option and file.
 */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include "audit/assertion.h"
#include "cli.h"
#include "keeper.h"
#include "privs.h"

enum output { OUTPUT_JSON, OUTPUT_JUNIT, OUTPUT_SARIF, OUTPUT_TAP, OUTPUT_SUMMARY,
	OUTPUT_EVIDENCE, N_OUTPUTS };

struct outputs {
	FILE *file[N_OUTPUTS];		/* NULL: not asked for */
};

bool outputs_open(struct outputs *o, const struct cli *c, const struct identity *owner,
    struct diag *d);

/* Each is written, also when one before it fails; d has the first failure. */
bool outputs_write(struct outputs *o, const struct cli *c, const struct assertion *a,
    struct keeper *k, struct diag *d);
void outputs_close(struct outputs *o);

#endif
