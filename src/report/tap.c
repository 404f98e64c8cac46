#include "report/tap.h"

#include "report/findings.h"
#include "report/outcome.h"

#define LINE_BYTES (2 * CONNECTION_MAX)

/* A "#" begins a directive, and "not ok # TODO" is a pass. */
static void
write_description(FILE *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '#' || *s == '\\')
			putc('\\', out);
		putc(*s, out);
	}
	putc('\n', out);
}

/* Single quotes: in them YAML knows no escape but its own doubling. [YAML 1.2 7.3.2] */
static void
write_scalar(FILE *out, unsigned indent, const char *key, const char *s)
{
	fprintf(out, "%*s%s: '", (int)indent, "", key);
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			putc('\'', out);
		putc(*s, out);
	}
	fputs("'\n", out);
}

static void
write_point(FILE *out, size_t number, bool ok, const char *description)
{
	fprintf(out, "%sok %zu - ", ok ? "" : "not ", number);
	write_description(out, description);
}

static void
write_finding(FILE *out, unsigned indent, const struct finding *f)
{
	write_scalar(out, indent, "weight", weight_word(f->weight));
	write_scalar(out, indent, "message", f->why);
	if (f->mend[0] != '\0')
		write_scalar(out, indent, "mend", f->mend);
}

static void
write_connection_block(FILE *out, const struct findings *f)
{
	fputs("  ---\n", out);
	write_scalar(out, 2, "outcome", weight_word(findings_weight(f)));
	write_scalar(out, 2, "verdict", verdict_word(f->connection->verdict));
	write_scalar(out, 2, "evidence", evidence_word(f->connection->evidence));
	fputs("  findings:\n", out);
	for (size_t i = 0; i < f->n; i++) {
		if (f->v[i].weight == WEIGHT_NONE)
			continue;
		fprintf(out, "    - rule: '%s'\n", f->v[i].rule->id);
		write_finding(out, 6, &f->v[i]);
	}
	fputs("  ...\n", out);
}

static void
write_connection(FILE *out, size_t number, const struct findings *f)
{
	char s[LINE_BYTES];
	struct text t = TEXT(s);
	bool ok = findings_weight(f) == WEIGHT_NONE;

	findings_put_connection(&t, f->connection, true);
	for (size_t i = 0; ok && i < f->n; i++) {
		text_put(&t, finding_is_excused(&f->v[i]) ? ", " : "");
		finding_put_excuse(&t, &f->v[i], true);
	}
	write_point(out, number, ok, s);
	if (!ok)
		write_connection_block(out, f);
}

static void
write_input(FILE *out, size_t number, const struct finding *f)
{
	bool ok = f->weight == WEIGHT_NONE;

	write_point(out, number, ok, f->rule->id);
	if (ok)
		return;
	fputs("  ---\n", out);
	write_finding(out, 2, f);
	fputs("  ...\n", out);
}

static void
write_comments(FILE *out, const char *title, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char s[LINE_BYTES];
		struct text t = TEXT(s);

		findings_put_typed(&t, v[i], true);
		fprintf(out, "# %s: %s\n", title, s);
	}
}

/* The last point is the outcome: a plan of none would be a pass. */
static void
write_outcome(FILE *out, size_t number, const struct assertion *a)
{
	char s[OUTCOME_MAX];
	struct text t = TEXT(s);

	outcome_put(&t, a, true);
	write_point(out, number, a->outcome == OUTCOME_PASSED, s);
}

/*
 * What is written is as TAP 14 has it, and valid TAP 13 too. It says 13, because
 * consumers in use refuse a version above that: perl's prove up to 3.44 does, and
 * TAP 14 demands of its own that they take a 13.
 */
bool
tap_write(const struct assertion *a, FILE *out)
{
	const struct snapshot *s = a->snapshot;
	struct findings f;
	size_t at = 0, number = 0;

	fputs("TAP version 13\n", out);
	write_comments(out, "demanded", a->demands, a->n_demands);
	write_comments(out, "relaxed", a->relaxations, a->n_relaxations);
	for (size_t i = 0; i < s->n_connections; i++) {
		f = findings_next(a, &at, s->connections[i]);
		write_connection(out, ++number, &f);
	}
	f = findings_next(a, &at, NULL);
	for (size_t i = 0; i < f.n; i++)
		if (finding_is_asked(&f.v[i]))
			write_input(out, ++number, &f.v[i]);
	write_outcome(out, ++number, a);
	fprintf(out, "1..%zu\n", number);
	return fflush(out) == 0 && !ferror(out);
}
