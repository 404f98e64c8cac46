#include "audit/demands.h"

#define NSEC_PER_SEC 1000000000ull
#define DEMANDS_MAX  16u		/* beside those that may be given more than once */
#define LINE_ROOM    128u

struct listing {
	struct arena *arena;
	struct demands *out;
	size_t cap;
	bool   out_of_memory;
};

static bool
begin(struct listing *l, struct arena *a, struct demands *out, size_t cap)
{
	*l = (struct listing){ .arena = a, .out = out, .cap = cap };
	*out = (struct demands){ .v = arena_take(a, cap * sizeof *out->v) };
	return out->v != NULL;
}

/* An option, and what follows it in quotes, if anything does. */
static void
add(struct listing *l, const char *option, const char *quoted)
{
	size_t cap = LINE_ROOM + (quoted != NULL ? 4 * strlen(quoted) : 0);
	struct text t = { .s = arena_take(l->arena, cap), .cap = cap };

	if (t.s == NULL || l->out->n == l->cap) {
		l->out_of_memory = true;
		return;
	}
	text_put(&t, option);
	if (quoted != NULL) {
		text_put(&t, " '");
		text_put_wire(&t, (struct bytes){ (const uint8_t *)quoted, strlen(quoted) });
		text_put(&t, "'");
	}
	l->out->v[l->out->n++] = t.s;
}

static void
add_list(struct listing *l, const char *option, const struct policy_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		add(l, option, list->v[i]);
}

static void
add_number(struct listing *l, const char *option, unsigned n)
{
	char s[LINE_ROOM];
	struct text t = TEXT(s);

	text_putf(&t, "%s %u", option, n);
	if (n != 0)
		add(l, s, NULL);
}

static void
add_moment(struct listing *l, const char *option, const struct input_facts *in, uint64_t at_ns)
{
	char s[LINE_ROOM];
	struct text t = TEXT(s);

	text_putf(&t, "%s ", option);
	text_put_time(&t, at_ns, in->time_digits);
	if (at_ns != 0)
		add(l, s, NULL);
}

static void
add_flag(struct listing *l, bool given, const char *option)
{
	if (given)
		add(l, option, NULL);
}

static void
add_expiry(struct listing *l, uint64_t ns)
{
	static const struct { uint64_t seconds; char letter; } units[] = {
		{ 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' },
	};
	uint64_t seconds = ns / NSEC_PER_SEC;
	size_t i = 0;
	char s[LINE_ROOM];
	struct text t = TEXT(s);

	while (seconds % units[i].seconds != 0)
		i++;
	text_putf(&t, "--expires-in %llu%c", (unsigned long long)(seconds / units[i].seconds),
	    units[i].letter);
	add(l, s, NULL);
}

/* Everything short of DEMAND_ENCRYPTED is judged as mutual. */
static const char *
require(const struct policy *p)
{
	return p->require == DEMAND_ENCRYPTED ? "--require encrypted" : "--require mutual";
}

bool
demands_of(const struct policy *p, struct arena *a, struct demands *out)
{
	struct listing l;
	char s[LINE_ROOM];
	struct text t = TEXT(s);

	if (!begin(&l, a, out, DEMANDS_MAX + p->expect_node.n))
		return false;
	add(&l, require(p), NULL);
	text_putf(&t, "--evidence %s", evidence_word(p->evidence));
	add_flag(&l, p->evidence > EVIDENCE_INFERRED, s);
	t = TEXT(s);
	text_putf(&t, "--tls-min 1.%u", p->tls_min - 0x0301u);
	add_flag(&l, p->tls_min != 0, s);
	if (p->ca != NULL)
		add(&l, "--ca", p->ca);
	add_flag(&l, p->hostname, "--hostname");
	add_number(&l, "--min-key-bits", p->min_key_bits);
	if (p->asks_expiry)
		add_expiry(&l, p->expires_in_ns);
	add_flag(&l, p->forward_secrecy, "--forward-secrecy");
	add_flag(&l, p->post_quantum, "--post-quantum");
	add_list(&l, "--expect-node", &p->expect_node);
	add_number(&l, "--expect-nodes", p->expect_nodes);
	add_number(&l, "--expect-connections", p->expect_connections);
	add_flag(&l, p->full_mesh, "--full-mesh");
	add_flag(&l, p->no_refused, "--no-refused");
	add_flag(&l, p->no_ignored_tls, "--no-ignored-tls");
	return !l.out_of_memory;
}

bool
demands_relaxed(const struct policy *p, const struct snapshot *s, struct arena *a,
    struct demands *out)
{
	struct listing l;

	if (!begin(&l, a, out, 5 + p->allow_plaintext.n))
		return false;
	add_flag(&l, p->require == DEMAND_ENCRYPTED, "--require encrypted");
	add_list(&l, "--allow-plaintext", &p->allow_plaintext);
	if (s->input.filter != NULL)
		add(&l, "-f", s->input.filter);
	add_moment(&l, "--since", &s->input, s->input.selection.since_ns);
	add_moment(&l, "--until", &s->input, s->input.selection.until_ns);
	add_number(&l, "-c", (unsigned)s->input.selection.count);
	return !l.out_of_memory;
}
