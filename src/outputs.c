#include "outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/github.h"
#include "report/json.h"
#include "report/junit.h"
#include "report/sarif.h"
#include "report/tap.h"

static const char *const spelling[N_OUTPUTS] = {
	[OUTPUT_JSON] = "--json", [OUTPUT_JUNIT] = "--junit", [OUTPUT_SARIF] = "--sarif",
	[OUTPUT_TAP] = "--tap", [OUTPUT_SUMMARY] = "GITHUB_STEP_SUMMARY", [OUTPUT_EVIDENCE] = "-w",
};

static const char *
path_of(enum output which, const struct cli *c)
{
	switch (which) {
	case OUTPUT_JSON:     return c->json;
	case OUTPUT_JUNIT:    return c->junit;
	case OUTPUT_SARIF:    return c->sarif;
	case OUTPUT_TAP:      return c->tap;
	case OUTPUT_SUMMARY:  return getenv("GITHUB_STEP_SUMMARY");
	case OUTPUT_EVIDENCE: return c->write;
	case N_OUTPUTS:       break;
	}
	return NULL;
}

/* GitHub's summary is shared with the other steps of the job. */
static FILE *
open_one(enum output which, const char *path, const struct identity *owner)
{
	int how = which == OUTPUT_SUMMARY ? O_APPEND : O_TRUNC;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0666);
	FILE *f;

	if (fd < 0)
		return NULL;
	if (geteuid() == 0 && owner->uid != 0 && which != OUTPUT_SUMMARY &&
	    fchown(fd, owner->uid, owner->gid) != 0) {
		close(fd);
		return NULL;
	}
	if ((f = fdopen(fd, how == O_APPEND ? "a" : "w")) == NULL)
		close(fd);
	return f;
}

bool
outputs_open(struct outputs *o, const struct cli *c, const struct identity *owner,
    struct diag *d)
{
	for (unsigned i = 0; i < N_OUTPUTS; i++) {
		const char *path = path_of((enum output)i, c);

		if (path == NULL || *path == '\0')
			continue;
		if (strcmp(path, "-") == 0)
			diag_set(d, "%s -: standard output is for -o", spelling[i]);
		else if ((o->file[i] = open_one((enum output)i, path, owner)) == NULL)
			diag_set(d, "%s: %s: %s", spelling[i], path, strerror(errno));
		if (diag_is_set(d))
			return false;
	}
	return true;
}

static int
by_flow(const void *a, const void *b)
{
	const struct judgement *const *x = a, *const *y = b;

	return (*x)->flow < (*y)->flow ? -1 : (*x)->flow > (*y)->flow;
}

static bool
write_evidence(const struct assertion *a, struct keeper *k, FILE *out, struct diag *d)
{
	const struct snapshot *s = a->snapshot;
	const struct judgement **failed = calloc(s->n_connections + 1, sizeof(*failed));
	size_t n = 0;

	if (failed == NULL) {
		diag_set(d, "out of memory");
		return false;
	}
	for (size_t i = 0; i < s->n_connections; i++)
		if (!assertion_passes(a, &s->connections[i]))
			failed[n++] = &s->connections[i];
	qsort(failed, n, sizeof(*failed), by_flow);
	bool ok = keeper_write(k, failed, n, out, d);
	free(failed);
	return ok;
}

static bool
write_one(enum output which, FILE *out, const struct cli *c, const struct assertion *a,
    struct keeper *k, struct diag *d)
{
	switch (which) {
	case OUTPUT_JSON:
		return json_write(a->snapshot, a, out);
	case OUTPUT_JUNIT:
		return junit_write(a, out);
	case OUTPUT_SARIF:
		return sarif_write(a, c->sarif_location ? c->sarif_location : "vm.args", out);
	case OUTPUT_TAP:
		return tap_write(a, out);
	case OUTPUT_SUMMARY:
		return github_summarize(a, out);
	case OUTPUT_EVIDENCE:
		return write_evidence(a, k, out, d);
	case N_OUTPUTS:
		break;
	}
	return false;
}

bool
outputs_write(struct outputs *o, const struct cli *c, const struct assertion *a,
    struct keeper *k, struct diag *d)
{
	bool ok = true;

	for (unsigned i = 0; i < N_OUTPUTS; i++) {
		if (o->file[i] == NULL)
			continue;
		bool written = write_one((enum output)i, o->file[i], c, a, k, d);
		int why = errno;
		bool closed = fclose(o->file[i]) == 0;
		o->file[i] = NULL;
		if (!written || !closed) {
			diag_set(d, "%s: cannot write: %s", spelling[i],
			    strerror(written ? errno : why));
			ok = false;
		}
	}
	return ok;
}

void
outputs_close(struct outputs *o)
{
	for (unsigned i = 0; i < N_OUTPUTS; i++)
		if (o->file[i] != NULL)
			fclose(o->file[i]);
}
