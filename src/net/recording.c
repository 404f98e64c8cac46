#include "net/recording.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "net/input.h"
#include "net/savefile.h"
#include "net/set.h"

/* What is no regular file could keep us waiting, or is a directory. */
static bool
is_regular(const char *path, struct diag *d)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return S_ISREG(st.st_mode);
	diag_set(d, "%s: %s", path, strerror(errno));
	return false;
}

static bool
add_entry(struct set *s, const char *directory, const char *name, struct diag *d)
{
	size_t n = strlen(directory), size = n + strlen(name) + 2;
	bool has_slash = n > 0 && directory[n - 1] == '/';
	char *path = malloc(size);
	struct diag said = { "" };

	if (path == NULL) {
		diag_set(d, "out of memory");
		return false;
	}
	snprintf(path, size, "%s%s%s", directory, has_slash ? "" : "/", name);
	bool regular = is_regular(path, &said);
	if (diag_is_set(&said))
		diag_set(d, "%s", said.line);
	bool ok = !diag_is_set(&said) && (!regular || set_add(s, path, d));
	free(path);
	return ok;
}

static bool
add_directory(struct set *s, const char *directory, struct diag *d)
{
	DIR *dir = opendir(directory);
	struct dirent *e = NULL;
	bool ok = dir != NULL;

	while (ok && (errno = 0, e = readdir(dir)) != NULL)
		if (e->d_name[0] != '.')
			ok = add_entry(s, directory, e->d_name, d);
	if (dir == NULL || (ok && errno != 0)) {
		diag_set(d, "%s: %s", directory, strerror(errno));
		ok = false;
	}
	if (dir != NULL)
		closedir(dir);
	return ok;
}

static bool
add_all(struct set *s, const glob_t *g, struct diag *d)
{
	bool ok = true;

	for (size_t i = 0; ok && i < g->gl_pathc; i++) {
		struct diag said = { "" };
		const char *path = g->gl_pathv[i];

		if (is_regular(path, &said))
			ok = set_add(s, path, d);
		else if (diag_is_set(&said))
			ok = set_add(s, path, d);	/* which says so, unless it is there now */
		else
			ok = set_leave_out(s, path, "not a regular file", d);
	}
	return ok;
}

static struct source *
open_file(const char *name, uint16_t number, struct intake *intake, struct diag *d)
{
	struct input *in = input_open(name, intake, d);

	return in != NULL ? savefile_read(in, number, d) : NULL;
}

static struct source *
open_set(const char *name, const glob_t *g, uint16_t number, struct intake *intake,
    struct diag *d)
{
	struct set *s = set_new(name, number, intake);
	struct source *source = NULL;

	if (s == NULL) {
		diag_set(d, "out of memory");
		return NULL;
	}
	if (g != NULL ? add_all(s, g, d) : add_directory(s, name, d))
		source = set_source(s, d);
	if (source == NULL)
		set_free(s);
	return source;
}

static struct source *
open_pattern(const char *name, uint16_t number, struct intake *intake, struct diag *d)
{
	struct source *source = NULL;
	glob_t g;

	switch (glob(name, GLOB_ERR | GLOB_NOSORT, NULL, &g)) {
	case 0:
		source = open_set(name, &g, number, intake, d);
		break;
	case GLOB_NOMATCH:
		source = open_file(name, number, intake, d);	/* it says that there is none */
		break;
	case GLOB_ABORTED:
		diag_set(d, "%s: cannot read a directory: %s", name, strerror(errno));
		break;
	default:
		diag_set(d, "out of memory");
		break;
	}
	globfree(&g);
	return source;
}

struct source *
recording_open(const char *name, uint16_t number, struct intake *intake, struct diag *d)
{
	struct stat st;

	if (strcmp(name, "-") == 0)
		return open_file(name, number, intake, d);
	if (stat(name, &st) == 0 && S_ISDIR(st.st_mode))
		return open_set(name, NULL, number, intake, d);
	if (stat(name, &st) != 0 && errno == ENOENT && strpbrk(name, "*?[") != NULL)
		return open_pattern(name, number, intake, d);
	return open_file(name, number, intake, d);
}
