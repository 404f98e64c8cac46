#include "report/assertion_text.h"

#include <errno.h>
#include <stdlib.h>

#include "report/columns.h"
#include "report/findings.h"
#include "report/layout.h"
#include "report/outcome.h"
#include "report/summary.h"
#include "report/words.h"
#include "report/wrap.h"

/* Connections that broke the same rules, of which so many are shown. */
#define SHOWN_MAX 20u

struct writer {
	const struct assertion *a;
	const struct assertion_style *style;
	struct wrap w;
};

static const char *
colour_of(enum weight weight)
{
	switch (weight) {
	case WEIGHT_NONE:      break;
	case WEIGHT_UNPROVED:  return "\033[33m";	/* yellow */
	case WEIGHT_VIOLATION: return "\033[31m";	/* red */
	}
	return "\033[32m";				/* green */
}

/* A line that begins with a word of ours, which alone is coloured. */
static void
write_line(struct writer *r, unsigned indent, const char *word, const char *colour,
    const char *rest)
{
	struct wrap *w = &r->w;

	wrap_begin(w, indent);
	if (r->style->colour && colour[0] != '\0') {
		/* Escapes take no columns, so they go past the wrapping. */
		fprintf(w->out, "%*s%s", (int)indent, "", colour);
		w->spaces = 0;
		w->at = indent;
		wrap_put(w, word);
		fputs("\033[0m", w->out);
	} else {
		wrap_put(w, word);
	}
	wrap_put(w, rest);
	wrap_end(w);
}

static void
write_text(struct writer *r, unsigned indent, const struct text *t)
{
	wrap_line(&r->w, indent, t->s);
}

static void
write_connection(struct writer *r, const struct judgement *j)
{
	char s[CONNECTION_MAX];
	struct text t = TEXT(s);

	findings_put_connection(&t, j, r->style->utf8);
	write_text(r, 0, &t);
}

static void
write_finding(struct writer *r, const struct finding *f)
{
	char s[CELL_MAX];
	struct text t = TEXT(s);

	text_putf(&t, "  %s: ", f->rule->id);
	words_put_escaped(&t, f->why, r->style->utf8);
	write_line(r, 2, weight_word(f->weight), colour_of(f->weight), s);

	t = TEXT(s);
	text_put(&t, "mend: ");
	words_put_escaped(&t, f->mend, r->style->utf8);
	if (f->mend[0] != '\0')
		write_text(r, 2, &t);
}

static void
write_weighty(struct writer *r, const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].weight != WEIGHT_NONE)
			write_finding(r, &f->v[i]);
}

/* The next finding of weight from i on; f->n: none. */
static size_t
weighty(const struct findings *f, size_t i)
{
	while (i < f->n && f->v[i].weight == WEIGHT_NONE)
		i++;
	return i;
}

static int
compare_rules(const struct finding *x, const struct finding *y)
{
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return 0;
}

static int
compare_words(const struct finding *x, const struct finding *y)
{
	int order = strcmp(x->why, y->why);

	return order != 0 ? order : strcmp(x->mend, y->mend);
}

static int
compare_by(const struct findings *x, const struct findings *y,
    int (*compare)(const struct finding *, const struct finding *))
{
	size_t i = 0, k = 0;

	for (;; i++, k++) {
		i = weighty(x, i);
		k = weighty(y, k);
		if (i == x->n || k == y->n)
			return (k == y->n) - (i == x->n);
		int order = compare(&x->v[i], &y->v[k]);
		if (order != 0)
			return order;
	}
}

/* Violations first, then by rules, so that what is alike stands together. */
static int
compare(const void *a, const void *b)
{
	const struct findings *x = a, *y = b;
	enum weight p = findings_weight(x), q = findings_weight(y);

	if (p != q)
		return p > q ? -1 : 1;
	int order = compare_by(x, y, compare_rules);
	if (order == 0)
		order = compare_by(x, y, compare_words);
	if (order == 0)
		order = x->connection->id < y->connection->id ? -1 :
		    x->connection->id > y->connection->id;
	return order;
}

static void
write_more(struct writer *r, size_t n, const struct findings *like, bool same_words)
{
	char s[CELL_MAX];
	struct text t = TEXT(s);

	text_putf(&t, "and %zu more%s", n, same_words ? "" : ":");
	for (size_t i = weighty(like, 0); !same_words && i < like->n; i = weighty(like, i + 1))
		text_putf(&t, " %s %s", weight_word(like->v[i].weight), like->v[i].rule->id);
	write_text(r, 0, &t);
}

/* Connections that broke the same rules: those of which the same is said are
 * listed above one telling of it. */
static void
write_alike(struct writer *r, const struct findings *v, size_t n)
{
	size_t at = 0, left = SHOWN_MAX;

	while (at < n && left > 0) {
		size_t same = 1, shown;

		while (at + same < n && compare_by(&v[at], &v[at + same], compare_words) == 0)
			same++;
		shown = same < left ? same : left;
		for (size_t i = 0; i < shown; i++)
			write_connection(r, v[at + i].connection);
		if (shown < same)
			write_more(r, same - shown, &v[at], true);
		write_weighty(r, &v[at]);
		left -= shown;
		at += same;
	}
	if (at < n)
		write_more(r, n - at, &v[at], false);
}

/* What was let through is not called passed. */
static const char *
let_through(const struct findings *f)
{
	bool excepted = false, waived = false;

	for (size_t i = 0; i < f->n; i++) {
		excepted |= f->v[i].exception != NULL;
		waived |= f->v[i].waiver != NULL;
	}
	if (excepted)
		return "excepted";
	if (waived)
		return "waived";
	return f->connection->verdict == VERDICT_REFUSED ? "neutral" : "passed";
}

static void
write_passed(struct writer *r, const struct findings *f)
{
	const struct judgement *j = f->connection;
	char s[CONNECTION_MAX + 64];
	struct text t = TEXT(s);

	text_put(&t, "  ");
	findings_put_connection(&t, j, r->style->utf8);
	text_putf(&t, ": %s, %s", verdict_word(j->verdict), evidence_word(j->evidence));
	write_line(r, 0, let_through(f), colour_of(WEIGHT_NONE), s);
}

/* False: memory is out. */
static bool
write_connections(struct writer *r, struct findings *of_input)
{
	const struct snapshot *s = r->a->snapshot;
	struct findings *failed = calloc(s->n_connections + 1, sizeof *failed);
	size_t n = 0, at = 0;

	if (failed == NULL)
		return false;
	for (size_t i = 0; i < s->n_connections; i++) {
		failed[n] = findings_next(r->a, &at, s->connections[i]);
		if (findings_weight(&failed[n]) != WEIGHT_NONE)
			n++;
		else if (r->style->verbose)
			write_passed(r, &failed[n]);
	}
	*of_input = findings_next(r->a, &at, NULL);

	qsort(failed, n, sizeof *failed, compare);
	for (size_t i = 0, alike; i < n; i += alike) {
		for (alike = 1; i + alike < n; alike++)
			if (compare_by(&failed[i], &failed[i + alike], compare_rules) != 0)
				break;
		write_alike(r, &failed[i], alike);
	}
	free(failed);
	return true;
}

static void
write_input(struct writer *r, const struct findings *f)
{
	if (findings_weight(f) == WEIGHT_NONE)
		return;
	wrap_line(&r->w, 0, "the input");
	write_weighty(r, f);
}

/* A line a rule. What is not known without being asked for would be a line for
 * each sealed certificate: that is for -v. */
static void
write_advice(struct writer *r)
{
	const struct finding *first[N_RULES] = { NULL };
	size_t n[N_RULES] = { 0 };

	for (size_t i = 0; i < r->a->n_findings; i++) {
		const struct finding *f = &r->a->findings[i];

		if (!finding_is_advice(f) || (f->answer != RULE_FAIL && !r->style->verbose))
			continue;
		if (n[finding_rule(f)]++ == 0)
			first[finding_rule(f)] = f;
	}
	for (size_t i = 0; i < N_RULES; i++) {
		char s[CELL_MAX];
		struct text t = TEXT(s);

		if (n[i] == 0)
			continue;
		text_putf(&t, "advice: %s", rules[i].id);
		if (n[i] > 1)
			text_putf(&t, " (%zu times)", n[i]);
		text_put(&t, ": ");
		words_put_escaped(&t, first[i]->why, r->style->utf8);
		write_text(r, 0, &t);
	}
}

static void
write_list(struct writer *r, const char *title, const char *const *v, size_t n)
{
	char s[CELL_MAX];

	if (n == 0)
		return;
	wrap_begin(&r->w, 0);
	wrap_put(&r->w, title);
	for (size_t i = 0; i < n; i++) {
		struct text t = TEXT(s);

		text_put(&t, " ");
		findings_put_typed(&t, v[i], r->style->utf8);
		if (i + 1 < n)
			text_put(&t, ";");
		wrap_put(&r->w, s);
	}
	wrap_end(&r->w);
}

/* Connections under this pattern, not findings: one may break several rules. */
static size_t
n_excepted(const struct assertion *a, const char *pattern)
{
	const struct judgement *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < a->n_findings; i++) {
		const struct finding *f = &a->findings[i];

		if (f->exception == NULL || f->connection == last || strcmp(f->exception, pattern) != 0)
			continue;
		last = f->connection;
		n++;
	}
	return n;
}

static void
write_exceptions(struct writer *r)
{
	const struct policy_list *patterns = &r->a->policy->allow_plaintext;

	for (size_t i = 0; i < patterns->n; i++) {
		char s[CELL_MAX];
		struct text t = TEXT(s);
		size_t n = n_excepted(r->a, patterns->v[i]);

		text_put(&t, "excepted: ");
		findings_put_typed(&t, patterns->v[i], r->style->utf8);
		text_putf(&t, ": %zu connection%s", n, n == 1 ? "" : "s");
		write_text(r, 0, &t);
	}
}

static void
write_waivers(struct writer *r)
{
	for (size_t i = 0; i < r->a->n_waivers; i++) {
		const struct waiver_use *use = &r->a->waivers[i];
		char s[CELL_MAX];
		struct text t = TEXT(s);

		text_put(&t, "waiver ");
		findings_put_typed(&t, use->waiver->name, r->style->utf8);
		text_putf(&t, " (%s, ", use->waiver->rule);
		findings_put_typed(&t, use->waiver->node, r->style->utf8);
		text_putf(&t, "): %s %s, ", use->expired ? "expired" : "until", use->waiver->expires);
		if (use->n_used == 0)
			text_put(&t, "not used: ");
		else
			text_putf(&t, "used for %zu finding%s: ", use->n_used, use->n_used == 1 ? "" : "s");
		findings_put_typed(&t, use->waiver->reason, r->style->utf8);
		write_text(r, 0, &t);
	}
}

static enum weight
weight_of(enum outcome o)
{
	switch (o) {
	case OUTCOME_NONE:
	case OUTCOME_UNPROVED:  return WEIGHT_UNPROVED;
	case OUTCOME_VIOLATION: return WEIGHT_VIOLATION;
	case OUTCOME_PASSED:    break;
	}
	return WEIGHT_NONE;
}

/* The outcome stands last: that is where a log is read first. */
static void
write_outcome(struct writer *r)
{
	char s[OUTCOME_MAX];
	struct text t = TEXT(s);

	write_list(r, "demanded:", r->a->demands, r->a->n_demands);
	write_list(r, "relaxed:", r->a->relaxations, r->a->n_relaxations);
	summary_put(&t, r->a->snapshot, r->style->utf8);
	write_text(r, 0, &t);

	t = TEXT(s);
	text_put(&t, " ");
	outcome_put(&t, r->a, r->style->utf8);
	write_line(r, 0, "beamtap:", colour_of(weight_of(r->a->outcome)), s);
}

bool
assertion_text_write(const struct assertion *a, const struct assertion_style *style, FILE *out)
{
	struct writer r = { .a = a, .style = style, .w = { .out = out, .width = style->width } };
	struct findings of_input;

	if (r.w.width > 0 && r.w.width < LAYOUT_WIDTH_MIN)
		r.w.width = LAYOUT_WIDTH_MIN;
	if (!write_connections(&r, &of_input)) {
		errno = ENOMEM;
		return false;
	}
	write_input(&r, &of_input);
	write_advice(&r);
	write_exceptions(&r);
	write_waivers(&r);
	write_outcome(&r);
	return fflush(out) == 0 && !ferror(out);
}
