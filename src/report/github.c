#include "report/github.h"

#include <sys/random.h>

#include "report/findings.h"
#include "report/outcome.h"

#define ANNOTATIONS_MAX 10u	/* GitHub shows as many of a kind for a step */
#define ROWS_MAX 200u		/* with CELL_BYTES each: well below the 1 MiB it takes */
#define CELL_BYTES 1000u
#define LINE_BYTES (2 * CONNECTION_MAX)

bool
github_mute(char token[GITHUB_TOKEN_MAX], FILE *out)
{
	uint8_t random[GITHUB_TOKEN_MAX / 2];
	struct text t = { .s = token, .cap = GITHUB_TOKEN_MAX };

	token[0] = '\0';
	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return false;
	text_put_hex(&t, (struct bytes){ random, sizeof random });
	fprintf(out, "::stop-commands::%s\n", token);
	return fflush(out) == 0 && !ferror(out);
}

bool
github_unmute(const char token[GITHUB_TOKEN_MAX], FILE *out)
{
	fprintf(out, "::%s::\n", token);
	return fflush(out) == 0 && !ferror(out);
}

/* In its data a command has these escapes, in its properties two more.
 * [GitHub Docs; actions/toolkit: escapeData, escapeProperty] */
static void
put_data(FILE *out, const char *s, bool is_property)
{
	for (; *s != '\0'; s++) {
		if (strchr("%\r\n", *s) != NULL || (is_property && strchr(":,", *s) != NULL))
			fprintf(out, "%%%02X", (unsigned)*s);
		else
			putc(*s, out);
	}
}

struct kind {
	const char *command;
	enum weight weight;
};

static const struct kind kinds[] = {
	{ "error",   WEIGHT_VIOLATION },
	{ "warning", WEIGHT_UNPROVED },
	{ "notice",  WEIGHT_NONE },
};

/* Of what has no weight, only what is wrong for certain is worth a place. */
static bool
is_of_kind(const struct finding *f, enum weight weight)
{
	if (weight == WEIGHT_NONE)
		return finding_is_advice(f) && f->answer == RULE_FAIL;
	return f->weight == weight;
}

static void
annotate(FILE *out, const char *command, const struct finding *f)
{
	char s[LINE_BYTES];
	struct text t = TEXT(s);

	fprintf(out, "::%s title=", command);
	text_putf(&t, "beamtap: %s%s", f->weight == WEIGHT_UNPROVED ? "not proved: " : "",
	    f->rule->id);
	put_data(out, s, true);
	fputs("::", out);

	t = TEXT(s);
	if (f->connection != NULL) {
		findings_put_connection(&t, f->connection, true);
		text_put(&t, ": ");
	}
	text_put(&t, f->why);
	if (f->mend[0] != '\0')
		text_putf(&t, "\nmend: %s", f->mend);
	put_data(out, s, false);
	putc('\n', out);
}

static void
annotate_kind(const struct assertion *a, const struct kind *kind, FILE *out)
{
	size_t n = 0, done = 0, shown;

	for (size_t i = 0; i < a->n_findings; i++)
		n += is_of_kind(&a->findings[i], kind->weight);
	/* The last place is for the count of those that found none. */
	shown = n <= ANNOTATIONS_MAX ? n : ANNOTATIONS_MAX - 1;
	for (size_t i = 0; i < a->n_findings && done < shown; i++)
		if (is_of_kind(&a->findings[i], kind->weight)) {
			annotate(out, kind->command, &a->findings[i]);
			done++;
		}
	if (shown < n)
		fprintf(out, "::%s title=beamtap::and %zu more\n", kind->command, n - shown);
}

bool
github_annotate(const struct assertion *a, FILE *out)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		annotate_kind(a, &kinds[i], out);
	return fflush(out) == 0 && !ferror(out);
}

/*
 * Everything that may quote a stranger stands in a code span, where Markdown finds no
 * links, mentions or tags; what would end the span or the cell is written as escapes are
 * elsewhere. [GFM 4.10, 6.3]
 */
static void
put_code(FILE *out, const char *s)
{
	putc('`', out);
	for (; *s != '\0'; s++) {
		if (*s == '`' || *s == '|')
			fprintf(out, "\\x%02x", (unsigned)*s);
		else
			putc(*s, out);
	}
	putc('`', out);
}

static void
put_typed(FILE *out, const char *s)
{
	char typed[LINE_BYTES];
	struct text t = TEXT(typed);

	findings_put_typed(&t, s, true);
	put_code(out, typed);
}

static void
put_cell(FILE *out, const char *s)
{
	char b[CELL_BYTES];
	struct text cell = TEXT(b);

	/* It is escaped already, but may be longer than its place: whole characters. */
	for (const char *end; *s != '\0' && !cell.cut; s = end) {
		char one[8];

		for (end = s + 1; ((unsigned char)*end & 0xc0) == 0x80; end++)
			;
		snprintf(one, sizeof one, "%.*s", (int)(end - s), s);
		text_put(&cell, one);
	}
	fputs(" ", out);
	if (cell.n > 0)
		put_code(out, b);
	fputs(cell.cut ? "… |" : " |", out);
}

static void
write_row(FILE *out, const struct finding *f)
{
	char s[LINE_BYTES];
	struct text t = TEXT(s);

	if (f->connection != NULL)
		findings_put_connection(&t, f->connection, true);
	else
		text_put(&t, "the input");
	fprintf(out, "| %s |", weight_word(f->weight));
	put_cell(out, s);
	fprintf(out, " %s |", f->rule->id);
	put_cell(out, f->why);
	put_cell(out, f->mend);
	putc('\n', out);
}

static void
write_table(const struct assertion *a, FILE *out)
{
	size_t n = 0;

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < a->n_findings; i++) {
			if (a->findings[i].weight != kinds[k].weight)
				continue;
			if (n == 0)
				fputs("| result | connection | rule | what was seen | mend |\n"
				    "|---|---|---|---|---|\n", out);
			if (n++ < ROWS_MAX)
				write_row(out, &a->findings[i]);
		}
	if (n > ROWS_MAX)
		fprintf(out, "\nAnd %zu more.\n", n - ROWS_MAX);
	if (n > 0)
		putc('\n', out);
}

static void
write_list(FILE *out, const char *title, const char *const *v, size_t n)
{
	if (n == 0)
		return;
	fprintf(out, "%s:\n\n", title);
	for (size_t i = 0; i < n; i++) {
		fputs("* ", out);
		put_typed(out, v[i]);
		putc('\n', out);
	}
	putc('\n', out);
}

static void
write_waivers(const struct assertion *a, FILE *out)
{
	if (a->n_waivers > 0)
		fputs("Waivers:\n\n", out);
	for (size_t i = 0; i < a->n_waivers; i++) {
		const struct waiver_use *use = &a->waivers[i];

		fputs("* ", out);
		put_typed(out, use->waiver->name);
		fprintf(out, " (%s), %s %s, %s: ", use->waiver->rule,
		    use->expired ? "expired" : "until", use->waiver->expires,
		    use->n_used > 0 ? "used" : "not used");
		put_typed(out, use->waiver->reason);
		putc('\n', out);
	}
	if (a->n_waivers > 0)
		putc('\n', out);
}

bool
github_summarize(const struct assertion *a, FILE *out)
{
	char s[OUTCOME_MAX];
	struct text t = TEXT(s);

	outcome_put(&t, a, true);
	fprintf(out, "### beamtap check: %s\n\n", outcome_word(a->outcome));
	put_code(out, s);
	fputs("\n\n", out);
	write_table(a, out);
	write_list(out, "Demanded", a->demands, a->n_demands);
	write_list(out, "Relaxed", a->relaxations, a->n_relaxations);
	write_waivers(a, out);
	fprintf(out, "Ignored: %llu TLS connections that nothing shows to be distribution.\n",
	    (unsigned long long)a->snapshot->ignored_tls);
	return fflush(out) == 0 && !ferror(out);
}
