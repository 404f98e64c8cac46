/*
 * bench_fields - a small table for the tests of this room: rows of plain C, fields of
 * every kind, so that what is tested is not what connections are.
 */
#ifndef UI_BENCH_FIELDS_H
#define UI_BENCH_FIELDS_H

#include "ui/field.h"

struct thing {
	const char *name, *place, *aliases;
	double size, seconds;		/* below 0: it has none */
	unsigned asked;			/* how often its cells were */
};

static inline const struct thing *
thing_of(const void *what)
{
	return what;
}

static inline void
bench_put(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	const struct thing *t = what;

	(void)s;
	((struct thing *)(uintptr_t)what)->asked++;
	if (strcmp(f->id, "name") == 0)
		text_put(cell, t->name);
	else if (strcmp(f->id, "place") == 0)
		text_put(cell, t->place != NULL ? t->place : "-");
	else if (strcmp(f->id, "alias") == 0)
		text_put(cell, t->aliases != NULL ? t->aliases : "");
	else if (strcmp(f->id, "size") == 0 && t->size >= 0)
		text_putf(cell, "%.0f", t->size);
	else if (strcmp(f->id, "age") == 0 && t->seconds >= 0)
		text_putf(cell, "%.0fs", t->seconds);
	else
		text_put(cell, "-");
}

static inline bool
bench_number(double *n, const struct field *f, const void *what, const struct scene *s)
{
	(void)s;
	*n = strcmp(f->id, "size") == 0 ? thing_of(what)->size : thing_of(what)->seconds;
	return *n >= 0;
}

static const struct field bench_v[] = {
	{ .id = "name", .title = "Name", .min = 4, .wanted = 20, .priority = 1, .put = bench_put },
	{ .id = "size", .title = "Size", .min = 4, .wanted = 8, .priority = 3, .put = bench_put,
	  .right = true, .unit = UNIT_BYTES, .number = bench_number },
	{ .id = "place", .title = "Place", .min = 5, .wanted = 30, .priority = 2, .put = bench_put },
	{ .id = "age", .title = "Age", .min = 3, .wanted = 7, .priority = 11, .put = bench_put,
	  .right = true, .unit = UNIT_SECONDS, .number = bench_number },
	{ .id = "spare", .title = "Spare", .min = 5, .wanted = 9, .priority = 12, .put = bench_put,
	  .extra = true },
	{ .id = "alias", .put = bench_put },
};
static const struct fields bench_fields = { bench_v, sizeof bench_v / sizeof *bench_v };
static const struct scene bench_scene = { .style = { .utf8 = true } };

#endif
