#include "outputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
open_one(enum output which, const char *path)
{
	int how = which == OUTPUT_SUMMARY ? O_APPEND : 0;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0666);
	FILE *f = fd < 0 ? NULL : fdopen(fd, how == O_APPEND ? "a" : "w");

	if (f == NULL && fd >= 0)
		close(fd);
	return f;
}

static void
open_all(struct outputs *o, const struct cli *c, struct diag *d)
{
	for (unsigned i = 0; i < N_OUTPUTS; i++) {
		const char *path = path_of((enum output)i, c);

		if (path == NULL || *path == '\0')
			continue;
		if (strcmp(path, "-") == 0)
			diag_set(d, "%s -: standard output is for -o", spelling[i]);
		else if ((o->file[i] = open_one((enum output)i, path)) == NULL)
			diag_set(d, "%s: %s: %s", spelling[i], path, strerror(errno));
	}
}

/* Of regular files; a device or a pipe may be as many things as it likes. */
static bool
is_same(const struct stat *a, const struct stat *b)
{
	return S_ISREG(a->st_mode) && S_ISREG(b->st_mode) && a->st_dev == b->st_dev &&
	    a->st_ino == b->st_ino;
}

static bool
is_in_directory(const struct stat *file, const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *e;
	struct stat st;
	bool found = false;

	while (directory != NULL && !found && (e = readdir(directory)) != NULL)
		found = fstatat(dirfd(directory), e->d_name, &st, 0) == 0 && is_same(file, &st);
	if (directory != NULL)
		closedir(directory);
	return found;
}

static bool
is_at(const struct stat *file, const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0 &&
	    (S_ISDIR(st.st_mode) ? is_in_directory(file, path) : is_same(file, &st));
}

/* The option whose file this is to read; NULL: none. */
static const char *
reader_of(const struct stat *file, const struct cli *c)
{
	struct stat in;

	for (size_t i = 0; i < c->files.n; i++)
		if (strcmp(c->files.v[i], "-") != 0 ? is_at(file, c->files.v[i]) :
		    fstat(STDIN_FILENO, &in) == 0 && is_same(file, &in))
			return "-r";
	return is_at(file, c->policy_file) ? "--policy" : is_at(file, c->policy.ca) ? "--ca" :
	    is_at(file, c->policy.waivers) ? "--waivers" : NULL;
}

/* The option that writes this file too: one before the nth, or -o. */
static const char *
writer_of(const struct stat *file, const struct outputs *o, unsigned n)
{
	struct stat st;

	for (unsigned i = 0; i < n; i++)
		if (o->file[i] != NULL && fstat(fileno(o->file[i]), &st) == 0 &&
		    is_same(file, &st))
			return spelling[i];
	/* Appending to the summary twice is no harm. */
	if (n != OUTPUT_SUMMARY && fstat(STDOUT_FILENO, &st) == 0 && is_same(file, &st))
		return "-o";
	return NULL;
}

/* The ready-file counts as the last output. */
static bool
are_distinct(const struct outputs *o, const struct cli *c, struct diag *d)
{
	for (unsigned i = 0; i <= N_OUTPUTS; i++) {
		const char *path = i < N_OUTPUTS ? path_of((enum output)i, c) : c->ready_file;
		const char *other;
		struct stat st;

		if (i < N_OUTPUTS ? o->file[i] == NULL || fstat(fileno(o->file[i]), &st) != 0 :
		    path == NULL || stat(path, &st) != 0)
			continue;
		if ((other = reader_of(&st, c)) == NULL && (other = writer_of(&st, o, i)) == NULL)
			continue;
		diag_set(d, "%s: %s is also the file of %s",
		    i < N_OUTPUTS ? spelling[i] : "--ready-file", path, other);
		return false;
	}
	return true;
}

static void
empty_all(const struct outputs *o, struct diag *d)
{
	for (unsigned i = 0; i < N_OUTPUTS; i++) {
		struct stat st;

		if (i == OUTPUT_SUMMARY || o->file[i] == NULL)
			continue;
		if (fstat(fileno(o->file[i]), &st) != 0 ||
		    (S_ISREG(st.st_mode) && ftruncate(fileno(o->file[i]), 0) != 0))
			diag_set(d, "%s: cannot empty: %s", spelling[i], strerror(errno));
	}
}

/* An old one would say that capture has begun when it has not. */
static void
forget_ready(const struct cli *c, struct diag *d)
{
	if (c->ready_file != NULL && unlink(c->ready_file) != 0 && errno != ENOENT)
		diag_set(d, "--ready-file: %s: %s", c->ready_file, strerror(errno));
}

bool
outputs_open(struct outputs *o, const struct cli *c, struct diag *d)
{
	struct diag clash = { 0 };

	open_all(o, c, d);
	if (!are_distinct(o, c, &clash)) {
		*d = clash;
		return false;
	}
	empty_all(o, d);
	forget_ready(c, d);
	return !diag_is_set(d);
}

bool
outputs_make_ready(const struct cli *c, struct diag *d)
{
	if (c->ready_file == NULL)
		return true;
	int fd = open(c->ready_file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		diag_set(d, "--ready-file: %s: %s", c->ready_file, strerror(errno));
	else
		close(fd);
	return fd >= 0;
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
		if (!assertion_passes(a, s->connections[i]))
			failed[n++] = s->connections[i];
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
