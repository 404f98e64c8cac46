#include "report/outcome.h"

#include "report/findings.h"

/* Of one weight: how many connections, and how many of them (or, of the input, how
 * many findings) by rule. */
struct tally {
	size_t connections;
	size_t by_rule[N_RULES];
	bool   input;
	bool   by_input[N_RULES];
};

struct tallies {
	struct tally violated, unproved;
	size_t excepted, waived;	/* connections */
};

static struct tally *
tally_of(struct tallies *t, enum weight w)
{
	switch (w) {
	case WEIGHT_NONE:      break;
	case WEIGHT_UNPROVED:  return &t->unproved;
	case WEIGHT_VIOLATION: return &t->violated;
	}
	return NULL;
}

static void
count_connection(struct tallies *t, const struct findings *f)
{
	enum weight heaviest = findings_weight(f);
	struct tally *tally = tally_of(t, heaviest);
	bool excepted = false, waived = false;

	if (tally != NULL)
		tally->connections++;
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->v[i];

		if (tally != NULL && one->weight == heaviest)
			tally->by_rule[finding_rule(one)]++;
		excepted |= one->exception != NULL;
		waived |= one->waiver != NULL;
	}
	t->excepted += excepted;
	t->waived += waived;
}

static void
count_input(struct tallies *t, const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct tally *tally = tally_of(t, f->v[i].weight);

		if (tally == NULL)
			continue;
		tally->input = true;
		tally->by_input[finding_rule(&f->v[i])] = true;
	}
}

static void
put_rules(struct text *t, const struct tally *tally)
{
	const char *before = " (";

	for (size_t i = 0; i < N_RULES; i++) {
		if (tally->by_rule[i] == 0)
			continue;
		text_putf(t, "%s%zu %s", before, tally->by_rule[i], rules[i].id);
		before = ", ";
	}
	text_put(t, ")");
}

static void
put_input(struct text *t, const struct tally *tally, const char *what)
{
	const char *before = " (";

	text_putf(t, "the input %s", what);
	for (size_t i = 0; i < N_RULES; i++) {
		if (!tally->by_input[i])
			continue;
		text_putf(t, "%s%s", before, rules[i].id);
		before = ", ";
	}
	text_put(t, ")");
}

/* "did not pass" is for what is proved: of the rest nothing is known. */
static void
put_tally(struct text *t, const struct tally *tally, const char *before, size_t all,
    const char *what)
{
	if (tally->connections > 0) {
		text_putf(t, "%s%zu of %zu connection%s %s", before, tally->connections, all,
		    all == 1 ? "" : "s", what);
		put_rules(t, tally);
		before = "; ";
	}
	if (tally->input) {
		text_put(t, before);
		put_input(t, tally, what);
	}
}

static void
put_demands(struct text *t, const struct assertion *a, bool all, bool utf8)
{
	const char *before = all ? "; proved: " : "; proved, but for what was let through: ";

	for (size_t i = 0; i < a->n_demands; i++) {
		text_put(t, before);
		findings_put_typed(t, a->demands[i], utf8);
		before = ", ";
	}
}

static void
put_passed(struct text *t, const struct assertion *a, const struct tallies *c, bool utf8)
{
	size_t n = a->snapshot->n_connections;

	text_putf(t, ": %zu connection%s", n, n == 1 ? "" : "s");
	if (a->snapshot->n_by_verdict[VERDICT_REFUSED] > 0)
		text_putf(t, ", %llu of them refused",
		    (unsigned long long)a->snapshot->n_by_verdict[VERDICT_REFUSED]);
	if (c->excepted > 0)
		text_putf(t, ", %zu under an exception", c->excepted);
	if (c->waived > 0)
		text_putf(t, ", %zu waived", c->waived);
	put_demands(t, a, c->excepted + c->waived == 0, utf8);
}

void
outcome_put(struct text *t, const struct assertion *a, bool utf8)
{
	const struct snapshot *s = a->snapshot;
	struct tallies c = { 0 };
	struct findings f;
	size_t at = 0;

	for (size_t i = 0; i < s->n_connections; i++) {
		f = findings_next(a, &at, s->connections[i]);
		count_connection(&c, &f);
	}
	f = findings_next(a, &at, NULL);
	count_input(&c, &f);

	text_put(t, outcome_word(a->outcome));
	if (a->outcome == OUTCOME_PASSED) {
		put_passed(t, a, &c, utf8);
		return;
	}
	put_tally(t, &c.violated, ": ", s->n_connections, "did not pass");
	put_tally(t, &c.unproved, a->outcome == OUTCOME_VIOLATION ? "; " : ": ",
	    s->n_connections, "not proved");
}
