#include "report/junit.h"

#include <errno.h>
#include <mxml.h>

#include "report/findings.h"
#include "report/outcome.h"

#define LINE_BYTES (2 * CONNECTION_MAX)

/*
 * One test suite at a time is built, written and deleted: the whole as one tree
 * would grow with the input. mxml escapes; what is put into it has no characters that
 * XML forbids, because text_put_wire() leaves none.
 */
struct xml {
	FILE *out;
	bool  failed;
};

/* mxml makes an attribute whose value found no memory into one without a value. */
static void
set(struct xml *x, mxml_node_t *node, const char *name, const char *value)
{
	if (node == NULL)
		return;
	mxmlElementSetAttr(node, name, value);
	if (mxmlElementGetAttr(node, name) == NULL)
		x->failed = true;
}

static void
set_count(struct xml *x, mxml_node_t *node, const char *name, size_t n)
{
	char s[32];

	snprintf(s, sizeof s, "%zu", n);
	set(x, node, name, s);
}

static mxml_node_t *
add(struct xml *x, mxml_node_t *parent, const char *name)
{
	mxml_node_t *node = parent != NULL ? mxmlNewElement(parent, name) : NULL;

	if (node == NULL)
		x->failed = true;
	return node;
}

static void
add_text(struct xml *x, mxml_node_t *parent, const char *s)
{
	if (parent == NULL || mxmlNewOpaque(parent, s) == NULL)
		x->failed = true;
}

/* What was not demanded, and is no pass, is no case: one that neither fails nor is an error
 * is a green proof of it. */
static bool
is_case(const struct finding *f)
{
	return finding_is_asked(f) && !finding_is_advice(f);
}

struct counts {
	size_t tests, failures, errors;
};

static void
count(struct counts *c, const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		c->tests += is_case(&f->v[i]);
		c->failures += f->v[i].weight == WEIGHT_VIOLATION;
		c->errors += f->v[i].weight == WEIGHT_UNPROVED;
	}
}

static void
count_outcome(struct counts *c, enum outcome o)
{
	c->tests++;
	c->failures += o == OUTCOME_VIOLATION;
	c->errors += o != OUTCOME_VIOLATION && o != OUTCOME_PASSED;
}

static void
set_counts(struct xml *x, mxml_node_t *node, const struct counts *c)
{
	set_count(x, node, "tests", c->tests);
	set_count(x, node, "failures", c->failures);
	set_count(x, node, "errors", c->errors);
}

static void
put_body(struct text *t, const struct finding *f)
{
	text_putf(t, "%s\n", f->why);
	size_t before = t->n;
	finding_put_excuse(t, f, true);
	if (t->n > before)
		text_put(t, "\n");
	if (f->mend[0] != '\0')
		text_putf(t, "mend: %s\n", f->mend);
	text_putf(t, "source: %s\n", f->rule->source);
}

static void
add_case(struct xml *x, mxml_node_t *suite, const char *suite_name, const struct finding *f)
{
	char s[LINE_BYTES];
	struct text body = TEXT(s);
	mxml_node_t *node = add(x, suite, "testcase"), *result = NULL;

	set(x, node, "classname", suite_name);
	set(x, node, "name", f->rule->id);
	if (f->answer == RULE_PASS)
		return;
	put_body(&body, f);
	switch (f->weight) {
	case WEIGHT_NONE:
		add_text(x, add(x, node, "system-out"), s);
		return;
	case WEIGHT_UNPROVED:
		result = add(x, node, "error");
		break;
	case WEIGHT_VIOLATION:
		result = add(x, node, "failure");
		break;
	}
	set(x, result, "type", f->rule->id);
	set(x, result, "message", f->why);
	add_text(x, result, s);
}

/* Of a suite it is one text, behind all cases. */
static void
add_advice(struct xml *x, mxml_node_t *suite, const struct findings *f)
{
	mxml_node_t *node = NULL;

	for (size_t i = 0; i < f->n && !x->failed; i++) {
		char s[LINE_BYTES];
		struct text t = TEXT(s);

		if (!finding_is_advice(&f->v[i]))
			continue;
		text_putf(&t, "%s, not demanded: ", f->v[i].rule->id);
		text_putf(&t, "%s\n", f->v[i].answer == RULE_FAIL ? "fails" : "not known");
		put_body(&t, &f->v[i]);
		if (node == NULL)
			node = add(x, suite, "system-out");
		add_text(x, node, s);
	}
}

static void
add_property(struct xml *x, mxml_node_t *properties, const char *name, const char *value)
{
	mxml_node_t *node = add(x, properties, "property");

	set(x, node, "name", name);
	set(x, node, "value", value);
}

static void
add_verdict(struct xml *x, mxml_node_t *suite, const struct judgement *j)
{
	mxml_node_t *properties = add(x, suite, "properties");

	add_property(x, properties, "verdict", verdict_word(j->verdict));
	add_property(x, properties, "evidence", evidence_word(j->evidence));
}

static void
add_typed(struct xml *x, mxml_node_t *properties, const char *name, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char s[LINE_BYTES];
		struct text t = TEXT(s);

		findings_put_typed(&t, v[i], true);
		add_property(x, properties, name, s);
	}
}

static void
add_demands(struct xml *x, mxml_node_t *suite, const struct assertion *a)
{
	mxml_node_t *properties = add(x, suite, "properties");

	add_typed(x, properties, "demanded", a->demands, a->n_demands);
	add_typed(x, properties, "relaxed", a->relaxations, a->n_relaxations);
}

/* A case of its own: without findings there would be none, and no case is a pass. */
static void
add_outcome(struct xml *x, mxml_node_t *suite, const char *suite_name, const struct assertion *a)
{
	char s[OUTCOME_MAX];
	struct text t = TEXT(s);
	mxml_node_t *node = add(x, suite, "testcase"), *result = NULL;

	outcome_put(&t, a, true);
	set(x, node, "classname", suite_name);
	set(x, node, "name", "outcome");
	switch (a->outcome) {
	case OUTCOME_PASSED:
		add_text(x, add(x, node, "system-out"), s);
		return;
	case OUTCOME_NONE:
	case OUTCOME_UNPROVED:
		result = add(x, node, "error");
		break;
	case OUTCOME_VIOLATION:
		result = add(x, node, "failure");
		break;
	}
	set(x, result, "type", "outcome");
	set(x, result, "message", s);
}

/* A line an element, indented; texts stay as they are. */
static const char *
space(mxml_node_t *node, int where)
{
	const char *name = mxmlGetElement(node);
	bool has_lines = strcmp(name, "testsuite") == 0 || strcmp(name, "testcase") == 0 ||
	    strcmp(name, "properties") == 0;

	if (where == MXML_WS_BEFORE_CLOSE && !has_lines)
		return NULL;
	if (where != MXML_WS_BEFORE_OPEN && where != MXML_WS_BEFORE_CLOSE)
		return NULL;
	if (where == MXML_WS_BEFORE_CLOSE && mxmlGetFirstChild(node) == NULL)
		return NULL;
	if (strcmp(name, "testsuite") == 0)
		return "\n  ";
	if (strcmp(name, "testcase") == 0 || strcmp(name, "properties") == 0)
		return "\n    ";
	return "\n      ";
}

static void
write_suite(struct xml *x, const struct assertion *a, const struct findings *f)
{
	char s[LINE_BYTES];
	struct text name = TEXT(s);
	struct counts c = { 0 };
	mxml_node_t *suite = mxmlNewElement(MXML_NO_PARENT, "testsuite");

	if (f->connection != NULL)
		findings_put_connection(&name, f->connection, true);
	else
		text_put(&name, "the input");
	count(&c, f);
	if (f->connection == NULL)
		count_outcome(&c, a->outcome);
	set(x, suite, "name", s);
	set_counts(x, suite, &c);
	set_count(x, suite, "skipped", 0);
	set_count(x, suite, "id", f->connection != NULL ? f->connection->id : 0);
	if (f->connection != NULL)
		add_verdict(x, suite, f->connection);
	else
		add_demands(x, suite, a);
	for (size_t i = 0; i < f->n; i++)
		if (is_case(&f->v[i]))
			add_case(x, suite, s, &f->v[i]);
	if (f->connection == NULL)
		add_outcome(x, suite, s, a);
	add_advice(x, suite, f);

	if (suite == NULL)
		x->failed = true;
	if (x->failed)
		errno = ENOMEM;
	else if (mxmlSaveFile(suite, x->out, space) != 0)
		x->failed = true;
	mxmlDelete(suite);
}

/* The outermost element has numbers only, and outlives every tree. */
static void
open_all(struct xml *x, const struct assertion *a)
{
	const struct findings all = { .v = a->findings, .n = a->n_findings };
	struct counts c = { 0 };

	count(&c, &all);
	count_outcome(&c, a->outcome);
	fprintf(x->out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	    "<testsuites name=\"beamtap check\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">",
	    c.tests, c.failures, c.errors);
}

bool
junit_write(const struct assertion *a, FILE *out)
{
	const struct snapshot *s = a->snapshot;
	struct xml x = { .out = out };
	struct findings f;
	size_t at = 0;

	mxmlSetWrapMargin(0);
	open_all(&x, a);
	for (size_t i = 0; i < s->n_connections && !x.failed; i++) {
		f = findings_next(a, &at, s->connections[i]);
		write_suite(&x, a, &f);
	}
	if (!x.failed) {
		f = findings_next(a, &at, NULL);
		write_suite(&x, a, &f);
	}
	if (!x.failed)
		fputs("\n</testsuites>\n", out);
	return !x.failed && fflush(out) == 0 && !ferror(out);
}
