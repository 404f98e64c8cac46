#include "report/findings.h"

#include <assert.h>

#include "report/cut.h"
#include "report/words.h"

#define NODE_COLUMNS 256u	/* an atom has at most 255 characters */

struct findings
findings_next(const struct assertion *a, size_t *at, const struct judgement *connection)
{
	struct findings f = { .connection = connection, .v = a->findings + *at };

	while (*at < a->n_findings && a->findings[*at].connection == connection) {
		++*at;
		f.n++;
	}
	/* A finding that is out of order would be lost. */
	assert(connection != NULL || *at == a->n_findings);
	return f;
}

enum weight
findings_weight(const struct findings *f)
{
	enum weight heaviest = WEIGHT_NONE;

	for (size_t i = 0; i < f->n; i++)
		if (heaviest < f->v[i].weight)
			heaviest = f->v[i].weight;
	return heaviest;
}

const char *
weight_word(enum weight w)
{
	switch (w) {
	case WEIGHT_NONE:      break;
	case WEIGHT_UNPROVED:  return "unproved";
	case WEIGHT_VIOLATION: return "violation";
	}
	return "none";
}

bool
finding_is_asked(const struct finding *f)
{
	return f->answer != RULE_DOES_NOT_APPLY;
}

bool
finding_is_excused(const struct finding *f)
{
	return f->exception != NULL || (f->waiver != NULL && f->connection != NULL);
}

bool
finding_is_advice(const struct finding *f)
{
	return finding_is_asked(f) && f->answer != RULE_PASS && f->weight == WEIGHT_NONE &&
	    !finding_is_excused(f);
}

size_t
finding_rule(const struct finding *f)
{
	size_t i = (size_t)(f->rule - rules);

	assert(i < N_RULES);
	return i;
}

void
finding_put_excuse(struct text *t, const struct finding *f, bool utf8)
{
	if (f->exception != NULL) {
		text_put(t, "falls under the exception ");
		findings_put_typed(t, f->exception, utf8);
	} else if (f->waiver != NULL && f->connection != NULL) {
		text_put(t, "waived by ");
		findings_put_typed(t, f->waiver->name, utf8);
		text_putf(t, " until %s: ", f->waiver->expires);
		findings_put_typed(t, f->waiver->reason, utf8);
	}
}

/* Of a name that is longer than any node's, head and tail: what stands after it
 * is never pushed out. */
void
findings_put_node(struct text *t, const struct judged_end *end, bool utf8)
{
	char s[4 * NODE_COLUMNS * 4];
	struct text whole = TEXT(s);
	struct bytes b = end->node;

	while (b.n > 0) {
		const uint8_t *space = memchr(b.p, ' ', b.n);
		size_t n = space != NULL ? (size_t)(space - b.p) : b.n;

		words_put_wire(&whole, (struct bytes){ b.p, n }, utf8);
		if (space != NULL) {
			text_put(&whole, "\\x20");
			n++;
		}
		b.p += n;
		b.n -= n;
	}
	cut_put(t, s, NODE_COLUMNS, utf8);
}

static void
put_endpoint(struct text *t, const struct judged_end *end)
{
	char ip[ADDRESS_TEXT_MAX];

	text_putf(t, end->address.family == FAMILY_IPV6 ? "[%s]:%u" : "%s:%u",
	    address_text(&end->address, ip), (unsigned)end->port);
}

/* A name may be anything: the address it is told with stands beside it. The client's
 * stands first: a line that a name begins could be a command to who reads the log. */
void
findings_put_connection(struct text *t, const struct judgement *j, bool utf8)
{
	const struct judged_end *client = &j->end[SIDE_CLIENT], *server = &j->end[SIDE_SERVER];

	put_endpoint(t, client);
	if (client->node.n > 0) {
		text_put(t, " (");
		findings_put_node(t, client, utf8);
		text_put(t, ")");
	}
	text_put(t, " -> ");
	if (server->node.n > 0) {
		findings_put_node(t, server, utf8);
		text_put(t, " (");
	}
	put_endpoint(t, server);
	if (server->node.n > 0)
		text_put(t, ")");
}

void
findings_put_typed(struct text *t, const char *s, bool utf8)
{
	while (*s != '\0') {
		size_t n = strcspn(s, "\\");

		words_put_wire(t, (struct bytes){ (const uint8_t *)s, n }, utf8);
		s += n;
		for (; *s == '\\'; s++)
			text_put(t, "\\");
	}
}
