/*
 * settings - what `top` remembers: columns, order, view, numbers for ports.
 *
 * $XDG_CONFIG_HOME/beamtap/top.ini, or ~/.config/beamtap/top.ini [XDG Base Directory].
 * Read at the start, written when something changed: to a new file beside it, which
 * then takes its name.
 *
 * Nothing is read or written where it is not clear whose file it would be: without
 * an absolute directory, or with another user's rights (sudo, setuid).
 *
 * failure    settings_read(): false and d; what was good before the error stays.
 */
#ifndef UI_SETTINGS_H
#define UI_SETTINGS_H

#include "base/diag.h"
#include "ui/sheet.h"

#define SETTINGS_VIEWS 4u
#define SETTINGS_ID_MAX 24u
#define SETTINGS_PATH_MAX 4096u

struct settings_sheet {
	char view[SETTINGS_ID_MAX];		/* of which; empty: nothing is remembered */
	char columns[FIELDS_MAX][SETTINGS_ID_MAX];	/* in their order */
	unsigned n_columns;			/* 0: the view's own */
	char sorted[SETTINGS_ID_MAX];		/* empty: the view's own */
	bool descending;
};

struct settings {
	char view[SETTINGS_ID_MAX];		/* empty: the first */
	bool numeric;
	struct settings_sheet sheets[SETTINGS_VIEWS];
	unsigned n_sheets;
};

/* False: there is no place to remember anything. */
bool settings_path(char out[SETTINGS_PATH_MAX]);

/* No file is no error. */
bool settings_read(struct settings *s, const char *path, struct diag *d);
bool settings_write(const struct settings *s, const char *path, struct diag *d);
bool settings_equal(const struct settings *a, const struct settings *b);

/* What is remembered of a sheet, to it and from it. Unknown columns are passed over; what
 * is as the view opens anyway is not remembered, so that it can change. */
void settings_apply(const struct settings *s, const char *view, struct sheet *sheet);
void settings_keep(struct settings *s, const char *view, const struct sheet *sheet);

#endif
