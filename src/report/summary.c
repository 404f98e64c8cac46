#include "report/summary.h"

#include "report/words.h"

#define LINK_TYPES_NAMED 8u

/* Groups of counts: a mark between groups, a comma between counts. */
struct list {
	struct text *t;
	const char  *mark;
	const char  *title;	/* of the group */
	bool any;		/* some group has a count */
	bool within;		/* this group has one */
};

static void
open_group(struct list *l, const char *title)
{
	l->title = title;
	l->within = false;
}

static void
put_between(struct list *l)
{
	if (l->within) {
		text_put(l->t, ", ");
	} else {
		if (l->any)
			text_put(l->t, l->mark);
		text_put(l->t, l->title);
	}
	l->any = l->within = true;
}

static void
put_count(struct list *l, uint64_t n, const char *one, const char *more)
{
	if (n == 0 || n == UNKNOWN_COUNT)
		return;
	put_between(l);
	text_putf(l->t, "%llu %s", (unsigned long long)n, n == 1 ? one : more);
}

static void
put_verdicts(struct list *l, const struct snapshot *s)
{
	open_group(l, "");
	if (s->n_connections == 0) {
		put_between(l);
		text_put(l->t, "no distribution connections");
		return;
	}
	put_count(l, s->n_connections, "connection: ", "connections: ");
	l->within = false;
	l->any = false;
	for (int v = VERDICT_PLAINTEXT; v < N_VERDICTS; v++)
		put_count(l, s->n_by_verdict[v], verdict_word((enum verdict)v),
		    verdict_word((enum verdict)v));
}

/* Not the whole: what is judged is what was asked for. */
static void
put_selection(struct list *l, const struct input_facts *in, bool utf8)
{
	const struct selection *s = &in->selection;

	open_group(l, "only a part was looked at: ");
	if (in->filter != NULL) {
		put_between(l);
		text_put(l->t, "-f '");
		words_put_wire(l->t, words_bytes(in->filter), utf8);
		text_put(l->t, "'");
	}
	if (s->since_ns != 0) {
		put_between(l);
		text_put(l->t, "since ");
		text_put_time(l->t, s->since_ns, in->time_digits);
	}
	if (s->until_ns != 0) {
		put_between(l);
		text_put(l->t, "until ");
		text_put_time(l->t, s->until_ns, in->time_digits);
	}
	put_count(l, s->count, "packet at most", "packets at most");
	put_count(l, s->left_out, "packet left out", "packets left out");
}

static void
put_lost(struct list *l, const struct input_facts *in)
{
	open_group(l, "lost: ");
	put_count(l, in->lost_kernel, "packet by the kernel", "packets by the kernel");
	put_count(l, in->lost_interface, "packet by the interface", "packets by the interface");
	put_count(l, in->lost_recorded, "packet as the file says", "packets as the file says");
	put_count(l, in->gaps, "gap", "gaps");
	put_count(l, in->fragments, "IP fragment", "IP fragments");
}

/* "3 in tunnels (2 ESP, 1 L2TP)" */
static void
put_tunnels(struct list *l, const struct input_facts *in)
{
	put_count(l, in->tunnels, "in a tunnel", "in tunnels");
	for (size_t i = 0; i < in->n_tunnel_types; i++)
		text_putf(l->t, "%s%llu %s", i == 0 ? " (" : ", ",
		    (unsigned long long)in->tunnel_types[i].packets, in->tunnel_types[i].name);
	text_put(l->t, in->n_tunnel_types > 0 ? ")" : "");
}

static void
put_link_types(struct list *l, const struct input_facts *in)
{
	uint64_t rest = 0;
	size_t named = 0;

	open_group(l, "not decoded: ");
	for (size_t i = 0; i < in->n_link_types; i++) {
		char s[64];
		struct text name = TEXT(s);

		if (in->link_types[i].packets == 0)
			continue;
		if (named++ >= LINK_TYPES_NAMED) {
			rest += in->link_types[i].packets;
			continue;
		}
		text_put(&name, in->link_types[i].name != NULL ? "" : "link type ");
		words_put_link_type(&name, &in->link_types[i]);
		put_between(l);
		text_putf(l->t, "%llu of %s", (unsigned long long)in->link_types[i].packets, name.s);
	}
	put_count(l, rest, "of others", "of others");
}

void
summary_put(struct text *t, const struct snapshot *s, bool utf8)
{
	struct list l = { .t = t, .mark = utf8 ? " · " : "; " };
	const struct input_facts *in = &s->input;

	put_verdicts(&l, s);
	open_group(&l, "");
	if (in->packets == 0) {
		put_between(&l);
		text_put(t, "no packets");
	}
	put_count(&l, in->packets, "packet", "packets");
	open_group(&l, "ignored: ");
	put_count(&l, s->ignored_tls, "TLS", "TLS");
	put_count(&l, s->ignored_other, "other", "other");
	put_count(&l, s->silent, "silent", "silent");
	put_tunnels(&l, in);
	put_selection(&l, in, utf8);
	put_lost(&l, in);
	open_group(&l, "");
	put_count(&l, in->limits, "limit reached", "limits reached");
	put_link_types(&l, in);
	if (in->damage != NULL) {
		open_group(&l, "damaged: ");
		put_between(&l);
		words_put_wire(t, words_bytes(in->damage), utf8);
	}
}
