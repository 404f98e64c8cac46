#include "report/node_words.h"

#include "report/words.h"

void
node_words_put_label(struct text *t, const struct node *n, bool utf8)
{
	char ip[ADDRESS_TEXT_MAX];

	if (n->name.n > 0)
		words_put_wire(t, n->name, utf8);
	else
		text_put(t, "?");
	if (n->kind != NODE_WHOLE)
		text_putf(t, " %s", address_text(&n->address, ip));
	if (n->kind == NODE_ONE_OF_SEVERAL)
		text_put(t, " (one of several)");
}

void
node_words_put_verdicts(struct text *t, const struct tally *tally)
{
	const char *between = "";

	for (unsigned rank = 1; rank <= verdict_rank(VERDICT_MUTUAL); rank++)
		for (int v = VERDICT_PLAINTEXT; v < N_VERDICTS; v++) {
			if (verdict_rank((enum verdict)v) != rank || tally->by_verdict[v] == 0)
				continue;
			text_putf(t, "%s%llu %s", between, (unsigned long long)tally->by_verdict[v],
			    verdict_word((enum verdict)v));
			between = ", ";
		}
}

void
node_words_put_tally(struct text *t, const struct tally *tally)
{
	text_putf(t, "%llu connection%s, %llu open", (unsigned long long)tally->n,
	    tally->n == 1 ? "" : "s", (unsigned long long)tally->n_open);
	if (tally->n > 0)
		text_put(t, ": ");
	node_words_put_verdicts(t, tally);
}
