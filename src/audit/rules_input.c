/*
 * rules_input - how much was seen: the questions about the input as a whole.
 */
#include "audit/asking.h"
#include "audit/census.h"
#include "audit/mesh.h"

static struct text *
one_more(struct text *why)
{
	if (why->n > 0)
		text_put(why, "; ");
	return why;
}

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* Enough */

static void
put_nothing_judged(struct text *why, const struct snapshot *s)
{
	uint64_t others = s->ignored_tls + s->ignored_other;

	if (s->input.packets == 0) {
		text_put(why, "no connection was judged: there was no packet");
		return;
	}
	text_putf(why, "no connection was judged: %llu packet%s",
	    (unsigned long long)s->input.packets, plural(s->input.packets));
	text_putf(why, ", %zu connection%s of distribution, refused or unknown", s->n_connections,
	    plural(s->n_connections));
	text_putf(why, ", %llu silent, %llu of somebody else's (%llu with TLS)",
	    (unsigned long long)s->silent, (unsigned long long)others,
	    (unsigned long long)s->ignored_tls);
}

static bool
is_met(const struct inquiry *q, const char *pattern)
{
	for (size_t i = 0; i < q->snapshot->n_connections; i++) {
		const struct judgement *j = q->snapshot->connections[i];
		if (!is_judged(q->policy, j))
			continue;
		for (int side = 0; side < 2; side++)
			if (census_name_matches(pattern, census_name(j, (enum side)side)))
				return true;
	}
	return false;
}

static void
put_missing_nodes(const struct inquiry *q, struct text *why)
{
	const struct policy_list *expected = &q->policy->expect_node;

	for (size_t i = 0; i < expected->n; i++) {
		if (is_met(q, expected->v[i]))
			continue;
		text_put(one_more(why), "no judged connection of a node ");
		text_put_wire(why, (struct bytes){ (const uint8_t *)expected->v[i],
		    strlen(expected->v[i]) });
	}
}

static bool
put_mesh(const struct inquiry *q, struct text *why, bool *certain)
{
	struct mesh mesh;
	char line[1024];
	struct text missing = TEXT(line);

	if (!mesh_inspect(&mesh, q->policy, q->snapshot, &missing))
		return false;
	*certain = mesh.certain;
	if (mesh_is_full(&mesh))
		return true;
	one_more(why);
	if (!mesh.certain)
		text_put(why, "whether the mesh is full cannot be told");
	else
		text_putf(why, "the mesh is not full: %zu of %zu pairs of %zu node%s are connected",
		    mesh.pairs, mesh.nodes < 2 ? 0 : mesh.nodes * (mesh.nodes - 1) / 2, mesh.nodes,
		    plural(mesh.nodes));
	if (missing.n > 0)
		text_putf(why, " (%s)", missing.s);
	return true;
}

static void
put_missing_counts(const struct policy *p, const struct census *c, struct text *why)
{
	if (c->connections < p->expect_connections)
		text_putf(one_more(why), "%zu of %u expected connections were judged", c->connections,
		    p->expect_connections);
	if (c->nodes < p->expect_nodes)
		text_putf(one_more(why), "%zu of %u expected nodes were seen", c->nodes,
		    p->expect_nodes);
}

/* Of theirs there may be connections from before the capture that nothing shows to be any. */
static void
put_nameless(struct text *why, const struct snapshot *s)
{
	uint64_t n = s->input.nameless;

	if (n > 0)
		text_putf(one_more(why), "%llu node%s of this host may have connections from before: "
		    "none of %s ports is known to be distribution", (unsigned long long)n, plural(n),
		    n == 1 ? "its" : "their");
}

enum rule_answer
ask_not_enough_seen(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	bool certain = true, in_memory = true;
	struct census census;

	(void)j;
	if (!census_take(&census, q->policy, q->snapshot)) {
		text_put(why, "out of memory");
		return RULE_UNKNOWN;
	}
	if (census.connections == 0)
		put_nothing_judged(why, q->snapshot);
	put_missing_counts(q->policy, &census, why);
	put_missing_nodes(q, why);
	put_nameless(why, q->snapshot);
	if (q->policy->full_mesh)
		in_memory = put_mesh(q, why, &certain);
	if (!in_memory)
		text_put(one_more(why), "out of memory");
	if (why->n == 0)
		return RULE_PASS;
	if (q->snapshot->input.limits > 0)
		text_put(one_more(why), "what limits of beamtap shed may have been the rest");
	return in_memory && certain && q->snapshot->input.limits == 0 ? RULE_FAIL : RULE_UNKNOWN;
}

/* Ignored */

enum rule_answer
ask_ignored_tls(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	uint64_t n = q->snapshot->ignored_tls;

	(void)j;
	if (!q->policy->no_ignored_tls)
		return RULE_DOES_NOT_APPLY;
	if (n > 0) {
		text_putf(why, "%llu TLS connection%s that nothing calls distribution",
		    (unsigned long long)n, plural(n));
		return RULE_FAIL;
	}
	if (q->snapshot->input.limits == 0)
		return RULE_PASS;
	text_put(why, "a limit of beamtap was reached: what it shed may have been TLS");
	return RULE_UNKNOWN;
}

/* Lost */

static void
put_count(struct text *why, uint64_t n, const char *one, const char *many)
{
	if (n > 0 && n != UNKNOWN_COUNT)
		text_putf(one_more(why), "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

static void
put_link_types(struct text *why, const struct input_facts *in)
{
	for (size_t i = 0; i < in->n_link_types; i++) {
		const struct link_type_count *l = &in->link_types[i];
		if (l->packets == 0)
			continue;
		put_count(why, l->packets, "packet", "packets");
		if (l->name != NULL)
			text_putf(why, " of link type %s, which is not decoded", l->name);
		else
			text_putf(why, " of link type %u, which is not decoded", (unsigned)l->link_type);
	}
}

static bool
is_on_any(const struct inquiry *q)
{
	const struct input_facts *in = &q->snapshot->input;

	for (size_t i = 0; q->live && i < in->n_sources; i++)
		if (strcmp(in->sources[i], "any") == 0)
			return true;
	return false;
}

/* On "any" what comes out of most tunnels is captured at the inner interface too. */
static void
put_tunnels(struct text *why, const struct inquiry *q)
{
	const struct input_facts *in = &q->snapshot->input;
	bool on_any = is_on_any(q);

	for (size_t i = 0; i < in->n_tunnel_types; i++) {
		const struct tunnel_count *t = &in->tunnel_types[i];
		if (on_any && t->on_any)
			continue;
		put_count(why, t->packets, "packet", "packets");
		text_putf(why, " of a tunnel (%s), which is not looked into", t->name);
	}
}

enum rule_answer
ask_packets_lost(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	const struct input_facts *in = &q->snapshot->input;

	(void)j;
	put_count(why, in->lost_kernel, "packet dropped by the kernel", "packets dropped by the kernel");
	put_count(why, in->lost_interface, "packet dropped by the interface",
	    "packets dropped by the interface");
	put_count(why, in->lost_recorded, "packet that the file says was dropped",
	    "packets that the file says were dropped");
	put_count(why, in->headless, "packet cut off within its headers",
	    "packets cut off within their headers");
	put_count(why, in->limits, "time a limit of beamtap was reached",
	    "times a limit of beamtap was reached");
	put_count(why, in->fragments, "IP fragment that may hold TCP, of a packet that is not whole",
	    "IP fragments that may hold TCP, of packets that are not whole");
	put_link_types(why, in);
	if (in->damage != NULL) {
		text_put(one_more(why), "damaged: ");
		text_put_wire(why, (struct bytes){ (const uint8_t *)in->damage, strlen(in->damage) });
	}
	if (why->n > 0)
		return RULE_FAIL;
	if (q->live && (in->lost_kernel == UNKNOWN_COUNT || in->lost_interface == UNKNOWN_COUNT))
		text_put(why, "the device does not tell how many packets it dropped");
	put_tunnels(why, q);
	return why->n > 0 ? RULE_UNKNOWN : RULE_PASS;
}
