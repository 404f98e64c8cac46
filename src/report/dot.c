#include "report/dot.h"

#include <errno.h>

#include "report/columns.h"
#include "report/node_words.h"

/* Words are there too: colours are never the only sign. */
static const char *
colour_of(enum verdict v)
{
	switch (v) {
	case VERDICT_PLAINTEXT: return "red";
	case VERDICT_ONE_WAY:   return "darkorange";
	case VERDICT_UNKNOWN:   return "purple";
	case VERDICT_ENCRYPTED: return "blue";
	case VERDICT_REFUSED:   return "gray50";
	case VERDICT_MUTUAL:    return "darkgreen";
	case VERDICT_NONE:
	case N_VERDICTS:        break;
	}
	return "gray70";
}

/* A quoted string, in which a backslash would begin an escape. */
static void
write_string(const char *s, FILE *out)
{
	putc('"', out);
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			putc('\\', out);
		putc(*s, out);
	}
	putc('"', out);
}

static void
write_node(const struct node *node, FILE *out)
{
	char b[CELL_MAX];
	struct text t = TEXT(b);

	node_words_put_label(&t, node, true);
	fprintf(out, "\tn%zu [label=", node->number + 1);
	write_string(b, out);
	fprintf(out, ", color=%s];\n", colour_of(tally_worst(&node->tally)));
}

static void
write_edge(const struct node *x, const struct node *y, const struct tally *tally, FILE *out)
{
	enum verdict worst = tally_worst(tally);
	char b[256];
	struct text t = TEXT(b);

	node_words_put_verdicts(&t, tally);
	fprintf(out, "\tn%zu -- n%zu [label=", x->number + 1, y->number + 1);
	write_string(b, out);
	fprintf(out, ", color=%s, fontcolor=%s%s];\n", colour_of(worst), colour_of(worst),
	    worst == VERDICT_REFUSED ? ", style=dotted" : "");
}

/* In the order of the connections, each pair with its first: pairs may be a great many
 * more than connections. */
static void
write_edges(struct nodes *nodes, const struct snapshot *s, FILE *out)
{
	for (size_t i = 0; i < s->n_connections; i++) {
		const struct judgement *j = s->connections[i];
		const struct node *client = nodes_end(nodes, j, SIDE_CLIENT);
		const struct node *server = nodes_end(nodes, j, SIDE_SERVER);
		struct pair *pair = nodes_pair(nodes, client, server);

		if (!pair->marked)
			write_edge(client, server, &pair->tally, out);
		pair->marked = true;
	}
}

bool
dot_write(const struct snapshot *s, FILE *out)
{
	struct nodes nodes;

	nodes_init(&nodes);
	if (!nodes_take(&nodes, s)) {
		nodes_free(&nodes);
		errno = ENOMEM;
		return false;
	}
	fprintf(out, "graph beamtap {\n\tnode [shape=box, style=rounded];\n");
	for (size_t i = 0; i < nodes.n; i++)
		write_node(nodes.all[i], out);
	write_edges(&nodes, s, out);
	fprintf(out, "}\n");
	nodes_free(&nodes);
	return fflush(out) == 0 && !ferror(out);
}
