#include "ui/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/ini.h"

#define SETTINGS_LINE 60u

static bool
same_user(void)
{
	const char *sudo = getenv("SUDO_UID");

	return getuid() == geteuid() && getgid() == getegid() && (sudo == NULL || *sudo == '\0');
}

bool
settings_path(char out[SETTINGS_PATH_MAX])
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	struct text t = { .s = out, .cap = SETTINGS_PATH_MAX };

	out[0] = '\0';
	if (!same_user())
		return false;
	/* "All paths set in these environment variables must be absolute. If [...] relative
	 * [...] it should be ignored." [XDG Base Directory 0.8] */
	if (config != NULL && config[0] == '/')
		text_put(&t, config);
	else if (home != NULL && home[0] == '/')
		text_putf(&t, "%s/.config", home);
	else
		return false;
	text_put(&t, "/beamtap/top.ini");
	return !t.cut;
}

static bool
copy_id(char out[SETTINGS_ID_MAX], const char *s, size_t n)
{
	if (n == 0 || n >= SETTINGS_ID_MAX ||
	    strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") < n)
		return false;
	memcpy(out, s, n);
	out[n] = '\0';
	return true;
}

static struct settings_sheet *
sheet_of(struct settings *s, const char *view)
{
	for (unsigned i = 0; i < s->n_sheets; i++)
		if (strcmp(s->sheets[i].view, view) == 0)
			return &s->sheets[i];
	if (s->n_sheets == SETTINGS_VIEWS)
		return NULL;
	struct settings_sheet *sheet = &s->sheets[s->n_sheets];
	if (!copy_id(sheet->view, view, strlen(view)))
		return NULL;
	s->n_sheets++;
	return sheet;
}

static bool
take_columns(struct settings_sheet *sheet, const char *value, struct diag *d)
{
	for (value += strspn(value, " \t"); *value != '\0'; value += strspn(value, " \t")) {
		size_t n = strcspn(value, " \t");

		if (sheet->n_columns == FIELDS_MAX ||
		    !copy_id(sheet->columns[sheet->n_columns], value, n)) {
			diag_set(d, "columns are written as their names, with blanks between");
			return false;
		}
		sheet->n_columns++;
		value += n;
	}
	return true;
}

/* "verdict" or "-verdict" */
static bool
take_sort(struct settings_sheet *sheet, const char *value, struct diag *d)
{
	bool descending = *value == '-';

	if (!copy_id(sheet->sorted, value + descending, strlen(value + descending))) {
		diag_set(d, "sort is written as the name of a column, or \"-\" and the name");
		return false;
	}
	sheet->descending = descending;
	return true;
}

static bool
take_top(struct settings *s, const char *name, const char *value, struct diag *d)
{
	if (strcmp(name, "view") == 0 && copy_id(s->view, value, strlen(value)))
		return true;
	if (strcmp(name, "numeric") == 0 && (strcmp(value, "yes") == 0 || strcmp(value, "no") == 0)) {
		s->numeric = strcmp(value, "yes") == 0;
		return true;
	}
	diag_set(d, "[top] takes view = NAME and numeric = yes or no");
	return false;
}

static bool
take(void *owner, const char *section, const char *name, const char *value, struct diag *d)
{
	struct settings *s = owner;

	if (strcmp(section, "top") == 0)
		return take_top(s, name, value, d);
	struct settings_sheet *sheet = sheet_of(s, section);
	if (sheet == NULL)
		diag_set(d, "there are no such views, or too many");
	else if (strcmp(name, "columns") == 0)
		return take_columns(sheet, value, d);
	else if (strcmp(name, "sort") == 0)
		return take_sort(sheet, value, d);
	else
		diag_set(d, "a view takes columns = NAMES and sort = NAME");
	return false;
}

bool
settings_read(struct settings *s, const char *path, struct diag *d)
{
	*s = (struct settings){ 0 };
	if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return true;
	return ini_read(path, take, s, d);
}

/* One line holds less than inih would read; an indented line goes on. */
static void
write_columns(const struct settings_sheet *sheet, FILE *out)
{
	size_t line = 0;

	for (unsigned i = 0; i < sheet->n_columns; i++) {
		if (i == 0)
			fputs("columns =", out);
		else if (line > SETTINGS_LINE)
			fputs("\n ", out);
		line = i > 0 && line > SETTINGS_LINE ? 0 : line;
		line += strlen(sheet->columns[i]) + 1;
		fprintf(out, " %s", sheet->columns[i]);
	}
	if (sheet->n_columns > 0)
		putc('\n', out);
}

static void
write_sheet(const struct settings_sheet *sheet, FILE *out)
{
	fprintf(out, "\n[%s]\n", sheet->view);
	write_columns(sheet, out);
	if (sheet->sorted[0] != '\0')
		fprintf(out, "sort = %s%s\n", sheet->descending ? "-" : "", sheet->sorted);
}

static bool
write_all(const struct settings *s, FILE *out)
{
	fputs("; What beamtap top remembers; it writes this file anew when it ends.\n[top]\n", out);
	if (s->view[0] != '\0')
		fprintf(out, "view = %s\n", s->view);
	fprintf(out, "numeric = %s\n", s->numeric ? "yes" : "no");
	for (unsigned i = 0; i < s->n_sheets; i++)
		write_sheet(&s->sheets[i], out);
	return fflush(out) == 0 && !ferror(out);
}

/* The directories of a file: its own, and (of the XDG directory) the one above. */
static bool
make_directories(const char *path)
{
	char b[SETTINGS_PATH_MAX];
	struct text t = TEXT(b);

	text_put(&t, path);
	for (char *slash = strchr(b + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(b, 0700) != 0 && errno != EEXIST && errno != EISDIR && errno != EROFS &&
		    errno != EACCES)
			return false;
		*slash = '/';
	}
	return !t.cut;
}

/* "If [...] it should be created with permission 0700" [XDG Base Directory 0.8]. */
static FILE *
open_beside(char name[SETTINGS_PATH_MAX + 8], const char *path)
{
	struct text t = { .s = name, .cap = SETTINGS_PATH_MAX + 8 };

	text_putf(&t, "%s.XXXXXX", path);
	if (t.cut || !make_directories(path))
		return NULL;
	int fd = mkstemp(name);
	if (fd < 0)
		return NULL;
	FILE *out = fdopen(fd, "w");
	if (out == NULL) {
		close(fd);
		unlink(name);
	}
	return out;
}

bool
settings_write(const struct settings *s, const char *path, struct diag *d)
{
	char name[SETTINGS_PATH_MAX + 8] = "";
	FILE *out = open_beside(name, path);

	if (out == NULL) {
		diag_set(d, "cannot remember the settings: %s: %s", path, strerror(errno));
		return false;
	}
	bool ok = write_all(s, out) && fsync(fileno(out)) == 0;
	ok = fclose(out) == 0 && ok;
	ok = ok && rename(name, path) == 0;
	if (!ok) {
		diag_set(d, "cannot remember the settings: %s: %s", path, strerror(errno));
		unlink(name);
	}
	return ok;
}

static bool
sheets_equal(const struct settings_sheet *a, const struct settings_sheet *b)
{
	bool equal = strcmp(a->view, b->view) == 0 && strcmp(a->sorted, b->sorted) == 0 &&
	    a->descending == b->descending && a->n_columns == b->n_columns;

	for (unsigned i = 0; equal && i < a->n_columns; i++)
		equal = strcmp(a->columns[i], b->columns[i]) == 0;
	return equal;
}

bool
settings_equal(const struct settings *a, const struct settings *b)
{
	bool equal = strcmp(a->view, b->view) == 0 && a->numeric == b->numeric &&
	    a->n_sheets == b->n_sheets;

	for (unsigned i = 0; equal && i < a->n_sheets; i++)
		equal = sheets_equal(&a->sheets[i], &b->sheets[i]);
	return equal;
}

static void
apply_columns(const struct settings_sheet *from, struct sheet *sheet)
{
	unsigned chosen[FIELDS_MAX], n = 0;

	for (unsigned i = 0; i < from->n_columns; i++) {
		unsigned field = field_find(&sheet->fields, from->columns[i]);
		bool is_new = field != FIELD_NONE && sheet->fields.v[field].title != NULL;

		for (unsigned k = 0; k < n; k++)
			is_new = is_new && chosen[k] != field;
		if (is_new)
			chosen[n++] = field;
	}
	if (n == 0)
		return;
	memcpy(sheet->grid.chosen, chosen, n * sizeof *chosen);
	sheet->grid.n_chosen = n;
}

void
settings_apply(const struct settings *s, const char *view, struct sheet *sheet)
{
	for (unsigned i = 0; i < s->n_sheets; i++) {
		const struct settings_sheet *from = &s->sheets[i];

		if (strcmp(from->view, view) != 0)
			continue;
		apply_columns(from, sheet);
		unsigned sorted = field_find(&sheet->fields, from->sorted);
		if (sorted != FIELD_NONE) {
			sheet->sorted = sorted;
			sheet->descending = from->descending;
		}
	}
}

/* What nobody chose is not remembered: columns that come later are to be seen. */
static bool
are_first_columns(const struct sheet *sheet)
{
	struct grid first;

	grid_open(&first, &sheet->fields);
	return first.n_chosen == sheet->grid.n_chosen &&
	    memcmp(first.chosen, sheet->grid.chosen, first.n_chosen * sizeof *first.chosen) == 0;
}

static bool
is_first_order(const struct sheet *sheet)
{
	return sheet->sorted == sheet->first_sorted &&
	    sheet->descending == sheet->first_descending;
}

static void
forget(struct settings *s, const char *view)
{
	for (unsigned i = 0; i < s->n_sheets; i++)
		if (strcmp(s->sheets[i].view, view) == 0) {
			s->sheets[i] = s->sheets[--s->n_sheets];
			s->sheets[s->n_sheets] = (struct settings_sheet){ 0 };
			return;
		}
}

static void
keep_columns(struct settings_sheet *to, const struct sheet *sheet)
{
	for (unsigned i = 0; i < sheet->grid.n_chosen; i++) {
		const char *id = sheet->fields.v[sheet->grid.chosen[i]].id;

		if (copy_id(to->columns[to->n_columns], id, strlen(id)))
			to->n_columns++;
	}
}

void
settings_keep(struct settings *s, const char *view, const struct sheet *sheet)
{
	bool columns_too = !are_first_columns(sheet), order_too = !is_first_order(sheet);

	if (!columns_too && !order_too) {
		forget(s, view);
		return;
	}
	struct settings_sheet *to = sheet_of(s, view);
	if (to == NULL)
		return;
	to->n_columns = 0;
	to->sorted[0] = '\0';
	to->descending = order_too && sheet->descending;
	if (columns_too)
		keep_columns(to, sheet);
	if (order_too && sheet->sorted != FIELD_NONE) {
		const char *id = sheet->fields.v[sheet->sorted].id;
		copy_id(to->sorted, id, strlen(id));
	}
}
