#include "ui/query.h"

#include <stdlib.h>

struct parser {
	struct query *q;
	struct query_error *e;
	const char *all, *at;
	unsigned depth;
	size_t   n_text;	/* of q->text, used */
};

static bool parse_or(struct parser *p);

static bool
fail_at(struct parser *p, const char *at, const char *why)
{
	if (!diag_is_set(&p->e->why)) {
		p->e->at = (size_t)(at - p->all);
		diag_set(&p->e->why, "%s", why);
	}
	return false;
}

static void
skip_blanks(struct parser *p)
{
	p->at += strspn(p->at, " \t");
}

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void
query_fold(char *out, size_t size, const char *s)
{
	size_t n = 0;

	for (; s[n] != '\0' && n + 1 < size; n++)
		out[n] = fold(s[n]);
	out[n] = '\0';
}

static bool
emit(struct parser *p, enum query_step_kind kind, unsigned term)
{
	struct query *q = p->q;

	if (q->n_steps == sizeof q->steps / sizeof *q->steps)
		return fail_at(p, p->at, "the filter is too long");
	q->steps[q->n_steps].kind = kind;
	q->steps[q->n_steps].term = term;
	q->n_steps++;
	return true;
}

/* A sign, or a word that stands alone. */
static bool
take(struct parser *p, const char *sign, const char *twice, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(p->at, twice, strlen(twice)) == 0) {
		p->at += strlen(twice);
		return true;
	}
	if (strncmp(p->at, sign, strlen(sign)) == 0) {
		p->at += strlen(sign);
		return true;
	}
	for (size_t i = 0; i < n; i++)
		if (fold(p->at[i]) != word[i])
			return false;
	if (p->at[n] != '\0' && strchr(" \t()!", p->at[n]) == NULL)
		return false;
	p->at += n;
	return true;
}

static const struct operator {
	const char *sign;
	enum query_operator is;
} operators[] = {	/* the longer first */
	{ "!=", QUERY_DIFFERENT }, { "!~", QUERY_LACKS }, { "<=", QUERY_AT_MOST },
	{ ">=", QUERY_AT_LEAST }, { "==", QUERY_EQUAL }, { "=", QUERY_EQUAL },
	{ "~", QUERY_HAS }, { "<", QUERY_LESS }, { ">", QUERY_MORE },
};

static const struct operator *
operator_at(const char *s)
{
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (strncmp(s, operators[i].sign, strlen(operators[i].sign)) == 0)
			return &operators[i];
	return NULL;
}

static bool
keep_value(struct parser *p, const char *s, size_t n, unsigned *value)
{
	struct query *q = p->q;

	if (sizeof q->text - p->n_text < n + 1)
		return fail_at(p, s, "the filter is too long");
	*value = (unsigned)p->n_text;
	for (size_t i = 0; i < n; i++)
		q->text[p->n_text++] = fold(s[i]);
	q->text[p->n_text++] = '\0';
	return true;
}

/* Quoted, or up to the next blank. */
static bool
parse_value(struct parser *p, unsigned *value)
{
	const char *s = p->at;

	if (*s == '"' || *s == '\'') {
		const char *end = strchr(s + 1, *s);

		if (end == NULL)
			return fail_at(p, s, "the quote is not closed");
		p->at = end + 1;
		return keep_value(p, s + 1, (size_t)(end - s - 1), value);
	}
	size_t n = strcspn(s, " \t()\"'|&");
	if (n == 0)
		return fail_at(p, s, "a value is missing here (\"\" is the empty one)");
	p->at = s + n;
	return keep_value(p, s, n, value);
}

/* By hand: strtod() would read what the locale writes. */
static bool
parse_digits(const char **s, double *n)
{
	double place = 1;
	bool any = false;

	for (*n = 0; **s >= '0' && **s <= '9'; ++*s, any = true)
		*n = 10 * *n + (**s - '0');
	if (any && **s == '.')
		for (++*s; **s >= '0' && **s <= '9'; ++*s)
			*n += (place /= 10) * (**s - '0');
	return any;
}

static double
scale_of(char c, enum unit unit)
{
	static const struct {
		char c;
		double seconds, thousands;
	} scales[] = {
		{ 's', 1, 0 }, { 'm', 60, 1e6 }, { 'h', 3600, 0 }, { 'd', 86400, 0 },
		{ 'w', 7 * 86400, 0 }, { 'k', 0, 1e3 }, { 'g', 0, 1e9 }, { 't', 0, 1e12 },
	};

	for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
		if (scales[i].c == c)
			return unit == UNIT_SECONDS ? scales[i].seconds : scales[i].thousands;
	return 0;
}

/* "10", "1.5k", "1h30m", "-3d" (s is folded). */
static bool
parse_number(const char *s, enum unit unit, double *number)
{
	bool negative = *s == '-';
	double sum = 0, n;

	s += negative;
	do {
		double scale = 1;

		if (!parse_digits(&s, &n))
			return false;
		if (*s != '\0' && (scale = scale_of(*s++, unit)) == 0)
			return false;
		sum += n * scale;
	} while (*s != '\0' && unit == UNIT_SECONDS);
	*number = negative ? -sum : sum;
	return *s == '\0';
}

static bool
wants_number(enum query_operator o)
{
	return o == QUERY_LESS || o == QUERY_AT_MOST || o == QUERY_MORE || o == QUERY_AT_LEAST;
}

static bool
find_name(struct parser *p, const char *name, size_t n, unsigned *field)
{
	char folded[QUERY_BYTES], why[400];
	struct text t = TEXT(why);

	query_fold(folded, n + 1 < sizeof folded ? n + 1 : sizeof folded, name);
	*field = field_find(&p->q->fields, folded);
	if (*field != FIELD_NONE)
		return true;
	text_put(&t, n == 0 ? "the name of a column is missing here" : "no column is called ");
	text_put_wire(&t, (struct bytes){ (const uint8_t *)folded, strlen(folded) });
	return fail_at(p, name, why);
}

static bool
set_number(struct parser *p, struct query_term *term, const char *name, const char *value)
{
	const struct field *f = &p->q->fields.v[term->field];
	bool countable = f->unit != UNIT_NONE && f->unit != UNIT_RANK && f->number != NULL;

	term->has_number = countable &&
	    parse_number(p->q->text + term->value, f->unit, &term->number);
	if (!wants_number(term->operator) || term->has_number)
		return true;
	if (!countable)
		return fail_at(p, name, "this column has no number: it takes = != ~ !~");
	return fail_at(p, value, f->unit == UNIT_SECONDS ?
	    "this is no time: 90s, 5m, 1h30m, 2d" : "this is no number: 512, 10k, 1.5M, 2G");
}

static bool
parse_term(struct parser *p)
{
	struct query *q = p->q;
	struct query_term *term = &q->terms[q->n_terms];
	const char *name = p->at;
	size_t n = strcspn(name, " \t()\"'|&=!~<>");

	if (q->n_terms == QUERY_TERMS)
		return fail_at(p, name, "the filter has too many terms");
	*term = (struct query_term){ .operator = QUERY_HAS, .field = FIELD_NONE };
	p->at = name + n;
	skip_blanks(p);
	const struct operator *o = operator_at(p->at);
	if (o == NULL) {
		p->at = name;
		if (!parse_value(p, &term->value))
			return false;
	} else {
		p->at += strlen(o->sign);
		skip_blanks(p);
		const char *value = p->at;
		term->operator = o->is;
		if (!find_name(p, name, n, &term->field) || !parse_value(p, &term->value) ||
		    !set_number(p, term, name, value))
			return false;
	}
	return emit(p, STEP_TERM, q->n_terms++);
}

static bool
parse_bracket(struct parser *p)
{
	const char *open = p->at++;

	if (!parse_or(p))
		return false;
	skip_blanks(p);
	if (*p->at != ')')
		return fail_at(p, open, "the bracket is not closed");
	p->at++;
	return true;
}

static bool
parse_one(struct parser *p)
{
	bool ok;

	skip_blanks(p);
	if (p->depth == QUERY_DEPTH)
		return fail_at(p, p->at, "the filter is nested too deeply");
	p->depth++;
	if (*p->at == '\0' || *p->at == ')')
		ok = fail_at(p, p->at, "something to look for is missing here");
	else if (*p->at == '(')
		ok = parse_bracket(p);
	else if (operator_at(p->at) == NULL && take(p, "!", "!", "not"))
		ok = parse_one(p) && emit(p, STEP_NOT, 0);
	else
		ok = parse_term(p);
	p->depth--;
	return ok;
}

static bool
at_or(struct parser p)
{
	return take(&p, "|", "||", "or");
}

static bool
parse_and(struct parser *p)
{
	if (!parse_one(p))
		return false;
	for (;;) {
		skip_blanks(p);
		if (*p->at == '\0' || *p->at == ')' || at_or(*p))
			return true;
		take(p, "&", "&&", "and");
		if (!parse_one(p) || !emit(p, STEP_AND, 0))
			return false;
	}
}

static bool
parse_or(struct parser *p)
{
	if (!parse_and(p))
		return false;
	for (;;) {
		skip_blanks(p);
		if (!take(p, "|", "||", "or"))
			return true;
		if (!parse_and(p) || !emit(p, STEP_OR, 0))
			return false;
	}
}

bool
query_parse(struct query *q, const char *text, const struct fields *fields,
    struct query_error *e)
{
	struct parser p = { .q = q, .e = e, .all = text, .at = text };

	*q = (struct query){ .fields = *fields };
	*e = (struct query_error){ 0 };
	skip_blanks(&p);
	if (*p.at == '\0')
		return true;
	if (strlen(text) >= QUERY_BYTES)
		q->is_broken = !fail_at(&p, text + QUERY_BYTES - 1, "the filter is too long");
	else if (!parse_or(&p))
		q->is_broken = true;
	else if (*p.at != '\0')
		q->is_broken = !fail_at(&p, p.at, "nothing opened this bracket");
	return !q->is_broken;
}

/* Is the value one of the alternatives of this cell? */
static bool
is_line_of(const char *cell, const char *value)
{
	size_t n = strlen(value);

	for (;;) {
		size_t line = strcspn(cell, "\n");

		if (line == n && memcmp(cell, value, n) == 0)
			return true;
		if (cell[line] == '\0')
			return false;
		cell += line + 1;
	}
}

static void
put_folded(char cell[CELL_MAX], const struct field *f, const void *what, const struct scene *s)
{
	char b[CELL_MAX];
	struct text t = TEXT(b);

	f->put(&t, f, what, s);
	query_fold(cell, CELL_MAX, b);
}

bool
query_row_has(const struct fields *fields, const void *what, const struct scene *s,
    const char *needle)
{
	char cell[CELL_MAX];

	for (unsigned i = 0; i < fields->n; i++) {
		if (fields->v[i].title == NULL)
			continue;
		put_folded(cell, &fields->v[i], what, s);
		if (strstr(cell, needle) != NULL)
			return true;
	}
	return false;
}

static bool
compare_number(const struct query_term *t, const struct field *f, const void *what,
    const struct scene *s)
{
	double n;

	if (!t->has_number || !f->number(&n, f, what, s))
		return false;
	switch (t->operator) {
	case QUERY_LESS:     return n < t->number;
	case QUERY_AT_MOST:  return n <= t->number;
	case QUERY_MORE:     return n > t->number;
	case QUERY_AT_LEAST: return n >= t->number;
	case QUERY_EQUAL:
	case QUERY_DIFFERENT:
		return n >= t->number && n <= t->number;
	case QUERY_NONE: case QUERY_HAS: case QUERY_LACKS:
		break;
	}
	return false;
}

static bool
term_matches(const struct query *q, const struct query_term *t, const void *what,
    const struct scene *s)
{
	const char *value = q->text + t->value;
	char cell[CELL_MAX];

	if (t->field == FIELD_NONE)
		return query_row_has(&q->fields, what, s, value);
	const struct field *f = &q->fields.v[t->field];
	if (wants_number(t->operator))
		return compare_number(t, f, what, s);
	put_folded(cell, f, what, s);
	switch (t->operator) {
	case QUERY_EQUAL:
	case QUERY_DIFFERENT:
		return (is_line_of(cell, value) || compare_number(t, f, what, s)) ==
		    (t->operator == QUERY_EQUAL);
	case QUERY_HAS:
	case QUERY_LACKS:
		return (strstr(cell, value) != NULL) == (t->operator == QUERY_HAS);
	case QUERY_NONE: case QUERY_LESS: case QUERY_AT_MOST: case QUERY_MORE:
	case QUERY_AT_LEAST:
		break;
	}
	return false;
}

bool
query_matches(const struct query *q, const void *what, const struct scene *s)
{
	bool stack[QUERY_TERMS] = { true };
	unsigned n = 0;

	if (q->is_broken)
		return false;
	for (unsigned i = 0; i < q->n_steps; i++)
		switch (q->steps[i].kind) {
		case STEP_TERM:
			stack[n++] = term_matches(q, &q->terms[q->steps[i].term], what, s);
			break;
		case STEP_NOT:
			stack[n - 1] = !stack[n - 1];
			break;
		case STEP_AND:
			n--;
			stack[n - 1] = stack[n - 1] && stack[n];
			break;
		case STEP_OR:
			n--;
			stack[n - 1] = stack[n - 1] || stack[n];
			break;
		case STEP_NOTHING:
			break;
		}
	return stack[0];
}
