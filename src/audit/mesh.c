#include "audit/mesh.h"

#include "audit/asking.h"
#include "audit/nodes.h"

#define TELL_AT_MOST 5u		/* missing pairs that are named */

static void
put_node(struct text *t, const struct node *node)
{
	char address[ADDRESS_TEXT_MAX];

	if (node->name.n > 0)
		text_put_wire(t, node->name);
	if (node->kind != NODE_WHOLE)
		text_putf(t, node->name.n > 0 ? " (%s)" : "the node at %s",
		    address_text(&node->address, address));
}

static void
connect(struct nodes *nodes, struct mesh *m, const struct policy *p, const struct judgement *j,
    struct text *why)
{
	const struct node *client = nodes_end(nodes, j, SIDE_CLIENT);
	const struct node *server = nodes_end(nodes, j, SIDE_SERVER);

	if (client->kind == NODE_ONE_OF_SEVERAL || server->kind == NODE_ONE_OF_SEVERAL ||
	    client == server) {
		if (m->certain) {
			text_put(why, "which node is an end cannot be told: ");
			put_connection(why, j);
		}
		m->certain = false;
		return;
	}
	struct pair *pair = nodes_pair(nodes, client, server);
	if (pair->marked || !is_judged(p, j) ||
	    (j->state != STATE_UP && j->state != STATE_CLOSED))
		return;
	pair->marked = true;
	m->pairs++;
}

static bool
is_in_it(const struct node *node)
{
	return node->tally.n > 0 && node->kind != NODE_ONE_OF_SEVERAL;
}

static bool
is_connected(const struct nodes *nodes, const struct node *a, const struct node *b)
{
	const struct pair *pair = nodes_pair(nodes, a, b);

	return pair != NULL && pair->marked;
}

/* Every pair that is there is looked at once before a missing one is named. */
static void
tell_missing(const struct nodes *nodes, const struct mesh *m, struct text *why)
{
	unsigned told = 0;

	if (!m->certain || mesh_is_full(m))
		return;
	for (size_t a = 0; a < nodes->n; a++) {
		for (size_t b = a + 1; b < nodes->n; b++) {
			const struct node *x = nodes->all[a], *y = nodes->all[b];

			if (!is_in_it(x) || !is_in_it(y) || is_connected(nodes, x, y))
				continue;
			if (told++ == TELL_AT_MOST) {
				text_put(why, ", and more");
				return;
			}
			text_put(why, told == 1 ? "not connected: " : ", ");
			put_node(why, x);
			text_put(why, " and ");
			put_node(why, y);
		}
	}
}

bool
mesh_inspect(struct mesh *m, const struct policy *p, const struct snapshot *s, struct text *why)
{
	struct nodes nodes;

	*m = (struct mesh){ .certain = true };
	nodes_init(&nodes);
	bool ok = nodes_take(&nodes, s);
	for (size_t i = 0; ok && i < s->n_connections; i++)
		connect(&nodes, m, p, s->connections[i], why);
	for (size_t i = 0; i < nodes.n; i++)
		m->nodes += is_in_it(nodes.all[i]);
	tell_missing(&nodes, m, why);
	ok = ok && !nodes.out_of_memory;
	nodes_free(&nodes);
	return ok;
}
