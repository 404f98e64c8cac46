#include "ui/node_fields.h"

#include "report/node_words.h"
#include "report/words.h"

#define DAY_S 86400
#define QUERY_NAME_MAX 64u	/* two of them, and more, are in a filter */
#define NSEC_PER_SEC 1000000000u

static const struct node *
node(const void *what)
{
	return what;
}

/* A name that a filter cannot hold is asked for by its address. */
static bool
put_name_term(struct text *t, struct bytes name)
{
	char b[QUERY_NAME_MAX];
	struct text escaped = TEXT(b);

	words_put_wire(&escaped, name, true);
	if (escaped.cut || strpbrk(b, "\"") != NULL)
		return false;
	text_putf(t, "node=\"%s\"", b);
	return true;
}

void
node_put_query(struct text *t, const struct node *n)
{
	char ip[ADDRESS_TEXT_MAX], b[QUERY_NAME_MAX + 16];
	struct text by_name = TEXT(b);
	bool named = n->kind == NODE_WHOLE && put_name_term(&by_name, n->name);

	address_text(&n->address, ip);
	if (named && n->is_alone)
		text_putf(t, "(%s or host=%s)", b, ip);
	else if (named)
		text_put(t, b);
	else if (n->kind == NODE_ONE_OF_SEVERAL)
		text_putf(t, "host=%s node=?", ip);
	else
		text_putf(t, "host=%s", ip);
}

/* The fields */

static void
put_label(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	node_words_put_label(cell, node(what), s->style.utf8);
}

static void
put_worst(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	enum verdict worst = tally_worst(&node(what)->tally);

	(void)f;
	(void)s;
	text_put(cell, worst == VERDICT_NONE ? "-" : verdict_word(worst));
}

static bool
number_worst(double *n, const struct field *f, const void *what, const struct scene *s)
{
	unsigned rank = verdict_rank(tally_worst(&node(what)->tally));

	(void)f;
	(void)s;
	*n = rank;
	return rank != 0;
}

static void
put_address(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	char ip[ADDRESS_TEXT_MAX];

	(void)f;
	(void)s;
	text_put(cell, address_text(&node(what)->address, ip));
}

static void
put_number(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	double n;

	if (f->number(&n, f, what, s))
		text_putf(cell, "%.0f", n);
	else
		text_put(cell, "-");
}

static bool
number_port(double *n, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	*n = node(what)->listens != NULL ? node(what)->listens->port : 0;
	return *n > 0;
}

static void
put_type(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	switch (node(what)->hidden) {
	case ANSWER_ABSENT:
		text_put(cell, "-");
		break;
	case ANSWER_NO:
		text_put(cell, "normal");
		break;
	case ANSWER_YES:
		text_put(cell, "hidden");
		break;
	}
}

static void
put_release(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	release_put(cell, node(what)->release);
}

static void
put_certificate(struct text *cell, const struct field *f, const void *what,
    const struct scene *s)
{
	const struct certificate *c = node(what)->certificate;

	(void)f;
	if (c == NULL)
		text_put(cell, node(what)->sealed ? "(encrypted)" : "-");
	else if (!c->readable)
		text_put(cell, "(not readable)");
	else
		words_put_escaped(cell, c->common_name != NULL ? c->common_name : c->subject,
		    s->style.utf8);
}

/* Below 0: it has ended. */
static bool
number_days(double *n, const struct field *f, const void *what, const struct scene *s)
{
	const struct certificate *c = node(what)->certificate;
	int64_t now_s = (int64_t)(s->now_ns / NSEC_PER_SEC);

	(void)f;
	if (c == NULL || !c->readable)
		return false;
	int64_t left = c->not_after - now_s;
	*n = (double)((left - (left < 0 ? DAY_S - 1 : 0)) / DAY_S);
	return true;
}

static bool
number_of_verdict(double *n, const struct field *f, const void *what, const struct scene *s)
{
	(void)s;
	*n = 0;
	for (int v = VERDICT_PLAINTEXT; v < N_VERDICTS; v++)
		if (strcmp(f->id, verdict_key((enum verdict)v)) == 0)
			*n = (double)node(what)->tally.by_verdict[v];
	return true;
}

static bool
number_open(double *n, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	*n = (double)node(what)->tally.n_open;
	return true;
}

static bool
number_idle(double *n, const struct field *f, const void *what, const struct scene *s)
{
	uint64_t last = node(what)->last_ns;

	(void)f;
	*n = s->now_ns > last ? (double)(s->now_ns - last) / NSEC_PER_SEC : 0;
	return last != 0;
}

static void
put_idle(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	double n;

	if (number_idle(&n, f, what, s))
		field_put_duration(cell, s->now_ns > node(what)->last_ns ?
		    s->now_ns - node(what)->last_ns : 0);
	else
		text_put(cell, "-");
}

static void
put_name(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	words_put_wire(cell, node(what)->name, s->style.utf8);
}

static void
put_subject(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	const struct certificate *c = node(what)->certificate;

	(void)f;
	if (c != NULL && c->readable)
		words_put_escaped(cell, c->subject, s->style.utf8);
}

#define WIDTHS(least, most, rank) .min = (least), .wanted = (most), .priority = (rank)
#define NUMBER(what, function) .unit = (what), .number = (function), .right = true
#define COUNT(key, name, rank) { .id = (key), .title = (name), \
	WIDTHS((unsigned)sizeof(name) - 1, 9, rank), \
	.put = put_number, NUMBER(UNIT_NUMBER, number_of_verdict) }

static const struct field fields[] = {
	{ .id = "node", .title = "Node", WIDTHS(14, 160, 1), .put = put_label },
	{ .id = "worst", .title = "Worst", WIDTHS(9, 9, 2), .put = put_worst, .by_verdict = true,
	  .unit = UNIT_RANK, .number = number_worst },
	{ .id = "release", .title = "Release", WIDTHS(7, 7, 3), .put = put_release },
	{ .id = "certificate", .title = "Certificate", WIDTHS(11, 64, 4), .put = put_certificate },
	{ .id = "days", .title = "Days", WIDTHS(5, 7, 5), .put = put_number,
	  NUMBER(UNIT_NUMBER, number_days) },
	{ .id = "open", .title = "Open", WIDTHS(5, 9, 6), .put = put_number,
	  NUMBER(UNIT_NUMBER, number_open) },
	COUNT("plaintext", "Plaintext", 7),
	COUNT("one_way", "One-way", 8),
	COUNT("unknown", "Unknown", 13),
	COUNT("encrypted", "Encrypted", 10),
	COUNT("refused", "Refused", 12),
	COUNT("mutual", "Mutual", 9),
	{ .id = "address", .title = "Address", WIDTHS(9, 45, 14), .put = put_address },
	{ .id = "port", .title = "Port", WIDTHS(5, 5, 15), .put = put_number,
	  NUMBER(UNIT_NUMBER, number_port) },
	{ .id = "type", .title = "Type", WIDTHS(6, 6, 16), .put = put_type },
	{ .id = "idle", .title = "Idle", WIDTHS(4, 7, 17), .put = put_idle,
	  NUMBER(UNIT_SECONDS, number_idle) },
	{ .id = "name", .put = put_name },
	{ .id = "subject", .put = put_subject },
};

const struct fields node_fields = { fields, sizeof fields / sizeof *fields };

bool
node_rows_take(struct rows *rows, struct order *order, const struct nodes *nodes,
    const struct scene *s)
{
	rows->n = 0;
	if (!rows_make_room(rows, nodes->n))
		return false;
	for (size_t i = 0; i < nodes->n; i++)
		rows->v[rows->n++] = (struct row){ .id = nodes->all[i]->id, .what = nodes->all[i],
			.verdict = tally_worst(&nodes->all[i]->tally) };
	return order_rows(order, rows->v, rows->n, &node_fields.v[field_find(&node_fields, "node")],
	    false, s);
}
