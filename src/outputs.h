/*
 * outputs - the files that "check" makes besides standard output: opened before
 * anything else can go wrong, written when there is a result.
 *
 * An old file is emptied at once, and an old --ready-file removed, so that yesterday's
 * is never taken for today's. In GitHub Actions the job's summary is one of them.
 *
 * rights     the process's: under sudo it acts as the caller meanwhile (privs.h).
 * failure    false and a filled d that names option and file.
 */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include "audit/assertion.h"
#include "cli.h"
#include "keeper.h"

enum output { OUTPUT_JSON, OUTPUT_JUNIT, OUTPUT_SARIF, OUTPUT_TAP, OUTPUT_SUMMARY,
	OUTPUT_EVIDENCE, N_OUTPUTS };

struct outputs {
	FILE *file[N_OUTPUTS];		/* NULL: not asked for */
};

/* A file that is also read, or is two outputs: nothing is emptied. Otherwise all are that can
 * be, also when one of them cannot. */
bool outputs_open(struct outputs *o, const struct cli *c, struct diag *d);

/* Capture has begun. No --ready-file was asked for: nothing to do. */
bool outputs_make_ready(const struct cli *c, struct diag *d);

/* Each is written, also when one before it fails; d has the first failure. */
bool outputs_write(struct outputs *o, const struct cli *c, const struct assertion *a,
    struct keeper *k, struct diag *d);
void outputs_close(struct outputs *o);

#endif
