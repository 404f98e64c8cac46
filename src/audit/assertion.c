#include "audit/assertion.h"

#include <assert.h>
#include <stdlib.h>

#include "audit/demands.h"
#include "audit/mending.h"
#include "audit/pattern.h"

#define SENTENCE_MAX 16384u	/* of one finding; longer ones are cut */

struct making {
	struct assertion *a;
	struct inquiry inquiry;
	size_t cap;			/* of a->findings */
	struct map sentences;		/* each once: most connections are alike */
	struct waivers holding;		/* those that have not expired */
	size_t *use_of;			/* of each: its place in a->waivers */
	char *buffer;			/* SENTENCE_MAX */
	bool  out_of_memory;
};

static const char *
keep(struct making *m, const struct text *t)
{
	struct bytes key = { (const uint8_t *)t->s, t->n };
	char *s = map_get(&m->sentences, key);

	if (t->n == 0)
		return "";
	if (s != NULL)
		return s;
	if ((s = arena_take(&m->a->arena, t->n + 1)) == NULL)
		goto out_of_memory;
	memcpy(s, t->s, t->n);
	if (map_put(&m->sentences, (struct bytes){ (const uint8_t *)s, t->n }, s))
		return s;
out_of_memory:
	m->out_of_memory = true;
	return "";
}

static struct text
blank(struct making *m)
{
	m->buffer[0] = '\0';
	return (struct text){ .s = m->buffer, .cap = SENTENCE_MAX };
}

static void
count(struct assertion *a, const struct finding *f)
{
	bool excused = f->exception != NULL || f->waiver != NULL;

	switch (f->weight) {
	case WEIGHT_NONE:
		a->n_advice += f->answer == RULE_FAIL && !excused;
		break;
	case WEIGHT_UNPROVED:
		a->n_unproved++;
		break;
	case WEIGHT_VIOLATION:
		a->n_violations++;
		break;
	}
}

static void
add(struct making *m, const struct finding *f)
{
	struct assertion *a = m->a;

	if (a->n_findings == m->cap) {
		size_t cap = m->cap + m->cap / 2 + 64;
		struct finding *more = realloc(a->findings, cap * sizeof *more);
		if (more == NULL) {
			m->out_of_memory = true;
			return;
		}
		a->findings = more;
		m->cap = cap;
	}
	a->findings[a->n_findings++] = *f;
	count(a, f);
}

/* Exceptions and waivers */

/* An attempt into a TLS node is covered by nothing: that node does not except this
 * one, or would have answered. */
static bool
may_be_excepted(const struct finding *f)
{
	return f->rule->excepted && f->connection->reason != REASON_PLAIN_TO_TLS;
}

static bool
excepts(const char *pattern, const struct judged_end *server)
{
	return pattern_excepts(strcmp(pattern, "true") == 0 ? "*" : pattern, server->node,
	    &server->address);
}

static const char *
exception_for(const struct policy *p, const struct finding *f)
{
	const struct judged_end *server = &f->connection->end[SIDE_SERVER];

	for (size_t i = 0; may_be_excepted(f) && i < p->allow_plaintext.n; i++)
		if (excepts(p->allow_plaintext.v[i], server))
			return p->allow_plaintext.v[i];
	return NULL;
}

static struct waiver_use *
waiver_for(struct making *m, const struct finding *f)
{
	const struct waiver *w = m->holding.n == 0 ? NULL
	    : waivers_find(&m->holding, f->rule->id, f->connection);

	return w == NULL ? NULL : &m->a->waivers[m->use_of[w - m->holding.v]];
}

/* What has failed weighs nothing where somebody has accepted it. */
static void
excuse(struct making *m, struct finding *f)
{
	struct waiver_use *use;

	if ((f->exception = exception_for(m->a->policy, f)) != NULL) {
		f->weight = WEIGHT_NONE;
	} else if ((use = waiver_for(m, f)) != NULL) {
		f->waiver = use->waiver;
		f->weight = WEIGHT_NONE;
		use->n_used++;
	}
}

/* Rules */

/* What keeps an unknown answer from being one. */
static void
complete(struct text *why, const struct judgement *j)
{
	char buf[1024];
	struct text blindness = TEXT(buf);

	mending_put_blindness(&blindness, j);
	if (blindness.n > 0)
		text_putf(why, "%s%s", why->n > 0 ? "; " : "", buf);
}

/* False: there was nothing to ask it about. */
static bool
ask(struct making *m, const struct rule *rule, const struct judgement *j)
{
	struct text why = blank(m);
	enum rule_answer answer = rule->ask(&m->inquiry, j, &why);
	struct finding f = { .rule = rule, .connection = j, .answer = answer, .why = "",
		.mend = "" };

	if (answer == RULE_DOES_NOT_APPLY)
		return false;
	if (answer != RULE_PASS) {
		f.weight = rule_weight(rule, m->a->policy, answer);
		if (answer == RULE_UNKNOWN && j != NULL)
			complete(&why, j);
		f.why = keep(m, &why);
		struct text mend = blank(m);
		mending_put(&mend, rule, m->a->policy, j, answer);
		f.mend = keep(m, &mend);
	}
	if (answer == RULE_FAIL && j != NULL)
		excuse(m, &f);
	add(m, &f);
	return true;
}

static void
ask_all(struct making *m, enum rule_subject subject, const struct judgement *j)
{
	bool spoken = false;

	for (size_t i = 0; i < N_RULES; i++)
		if (rules[i].subject == subject && ask(m, &rules[i], j))
			spoken = true;
	/* Of every connection it is said whether it is plaintext; of every input
	 * whether it was enough. Silence must not pass. */
	assert(spoken);
}

/* Waivers */

/* No clock but the input's. Without one it is not known that a waiver still holds, and
 * it does not. */
static bool
knows_day(const struct assertion *a)
{
	const struct input_facts *in = &a->snapshot->input;

	return in->packets > 0 && rules_know_day(in->first_ns);
}

static bool
sort_waivers(struct making *m, const struct waivers *w)
{
	struct assertion *a = m->a;
	const struct input_facts *in = &a->snapshot->input;

	if (w == NULL || w->n == 0)
		return true;
	a->waivers = calloc(w->n, sizeof *a->waivers);
	m->holding.v = calloc(w->n, sizeof *m->holding.v);
	m->use_of = calloc(w->n, sizeof *m->use_of);
	if (a->waivers == NULL || m->holding.v == NULL || m->use_of == NULL)
		return false;
	a->n_waivers = w->n;
	for (size_t i = 0; i < w->n; i++) {
		bool expired = knows_day(a) && in->last_ns >= w->v[i].until_ns;
		a->waivers[i] = (struct waiver_use){ .waiver = &w->v[i], .expired = expired };
		if (!expired && knows_day(a)) {
			m->use_of[m->holding.n] = i;
			m->holding.v[m->holding.n++] = w->v[i];
		}
	}
	return true;
}

static void
tell_waiver(struct making *m, const struct rule *rule, enum rule_answer answer,
    const struct waiver *w)
{
	struct finding f = { .rule = rule, .answer = answer, .why = "", .mend = "", .waiver = w,
		.weight = rule_weight(rule, m->a->policy, answer) };
	struct text why = blank(m);

	if (answer == RULE_FAIL) {
		text_put(&why, "waiver ");
		text_put_wire(&why, (struct bytes){ (const uint8_t *)w->name, strlen(w->name) });
		text_putf(&why, " (rule %s, node ", w->rule);
		text_put_wire(&why, (struct bytes){ (const uint8_t *)w->node, strlen(w->node) });
		text_put(&why, ") was until ");
		text_put_wire(&why, (struct bytes){ (const uint8_t *)w->expires, strlen(w->expires) });
		text_put(&why, "; the last packet is of ");
		text_put_time(&why, m->a->snapshot->input.last_ns, 0);
	} else if (answer == RULE_UNKNOWN) {
		text_put(&why, m->a->snapshot->input.packets > 0
		    ? "the packets have no date: it is not known which day it was, and no waiver holds"
		    : "without a packet it is not known which day it is");
	}
	f.why = keep(m, &why);
	if (answer != RULE_PASS)
		f.mend = rule->mend;
	add(m, &f);
}

static void
tell_waivers(struct making *m)
{
	const struct rule *rule = rule_find("waiver-expired");
	const struct assertion *a = m->a;
	bool any = false;

	for (size_t i = 0; i < a->n_waivers; i++) {
		if (a->waivers[i].expired)
			tell_waiver(m, rule, RULE_FAIL, a->waivers[i].waiver);
		any = any || a->waivers[i].expired;
	}
	if (a->n_waivers > 0 && !any)
		tell_waiver(m, rule, knows_day(a) ? RULE_PASS : RULE_UNKNOWN, NULL);
}

/* The whole */

static enum outcome
outcome_of(const struct assertion *a)
{
	if (a->n_violations > 0)
		return OUTCOME_VIOLATION;
	return a->n_unproved > 0 ? OUTCOME_UNPROVED : OUTCOME_PASSED;
}

static bool
list_demands(struct assertion *a)
{
	struct demands demands, relaxed;

	if (!demands_of(a->policy, &a->arena, &demands) ||
	    !demands_relaxed(a->policy, a->snapshot, &a->arena, &relaxed))
		return false;
	a->demands = demands.v;
	a->n_demands = demands.n;
	a->relaxations = relaxed.v;
	a->n_relaxations = relaxed.n;
	return true;
}

static bool
make(struct making *m, const struct waivers *waivers)
{
	struct assertion *a = m->a;

	if ((m->buffer = malloc(SENTENCE_MAX)) == NULL || !rules_prepare(&m->inquiry) ||
	    !sort_waivers(m, waivers) || !list_demands(a))
		return false;
	for (size_t i = 0; i < a->snapshot->n_connections && !m->out_of_memory; i++)
		ask_all(m, SUBJECT_CONNECTION, a->snapshot->connections[i]);
	ask_all(m, SUBJECT_INPUT, NULL);
	tell_waivers(m);
	a->outcome = outcome_of(a);
	return !m->out_of_memory;
}

bool
assertion_make(struct assertion *a, const struct snapshot *s, const struct policy *p,
    const struct trust *trust, const struct waivers *waivers, bool live, struct diag *d)
{
	struct making m = { .a = a, .inquiry = { .policy = p, .snapshot = s, .trust = trust,
		.live = live } };

	/* Without its CA, --ca would ask for nothing. */
	assert(p->ca == NULL || trust != NULL);
	*a = (struct assertion){ .snapshot = s, .policy = p };
	map_init(&m.sentences);
	bool made = make(&m, waivers);
	map_free(&m.sentences);
	rules_done(&m.inquiry);
	free(m.holding.v);
	free(m.use_of);
	free(m.buffer);
	if (made)
		return true;
	diag_set(d, "out of memory");
	assertion_free(a);
	return false;
}

void
assertion_free(struct assertion *a)
{
	free(a->findings);
	free(a->waivers);
	arena_free(&a->arena);
	*a = (struct assertion){ 0 };
}

const char *
outcome_word(enum outcome o)
{
	switch (o) {
	case OUTCOME_NONE:      break;
	case OUTCOME_PASSED:    return "passed";
	case OUTCOME_VIOLATION: return "violation";
	case OUTCOME_UNPROVED:  return "unproved";
	}
	return "unproved";
}

int
outcome_status(enum outcome o)
{
	switch (o) {
	case OUTCOME_NONE:      break;
	case OUTCOME_PASSED:    return 0;
	case OUTCOME_VIOLATION: return 1;
	case OUTCOME_UNPROVED:  return 3;
	}
	return 3;
}

/* The first finding of j's, or what comes after: they are in the snapshot's order, and
 * those of the input, which have no connection, come last. */
static size_t
first_of(const struct assertion *a, const struct judgement *j)
{
	size_t low = 0, high = a->n_findings;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct judgement *at = a->findings[middle].connection;
		if (at != NULL && at < j)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
assertion_passes(const struct assertion *a, const struct judgement *j)
{
	size_t i = first_of(a, j), n = 0;

	for (; i < a->n_findings && a->findings[i].connection == j; i++, n++)
		if (a->findings[i].weight != WEIGHT_NONE)
			return false;
	return n > 0;
}
