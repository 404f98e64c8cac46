/* What this host's kernel says, as far as the ledger keeps it. */
#include "audit/ledger.h"

static struct owner
owner_of(const struct socket_seen *s)
{
	struct owner o = { .pid = s->pid };

	memcpy(o.comm, s->comm, sizeof o.comm);
	return o;
}

void
ledger_own(struct connection *c, enum side side, const struct socket_seen *s)
{
	const struct owner owner = owner_of(s);

	c->stale |= !c->kernel.established || !owner_equal(&c->kernel.owner[side], &owner);
	c->kernel.established = true;
	c->kernel.owner[side] = owner;
	c->kernel.space[side] = s->space;
	c->kernel.sent[side] = s->sent;
	c->kernel.sent[side_other(side)] = s->received;
	if (c->listing != NULL)
		roll_count(c);
}

void
ledger_disown(struct connection *c)
{
	c->kernel.established = false;
	c->stale = true;
}

struct asking_listeners {
	struct ledger *ledger;
	listener_finder *find;
	void *owner;
};

static void
own_label(void *owner, struct epmd_entry *e)
{
	const struct asking_listeners *a = owner;
	const struct socket_seen *s;
	struct owner is;
	uint16_t source;

	if (!hosts_find(&a->ledger->hosts, e->source, &e->host, &source) ||
	    (s = a->find(a->owner, source, &e->host, e->port)) == NULL || s->pid == 0)
		return;
	is = owner_of(s);
	if (owner_equal(&is, &e->owner))
		return;
	e->owner = is;
	a->ledger->n_owned++;
}

void
ledger_own_listeners(struct ledger *l, listener_finder *find, void *owner)
{
	struct asking_listeners a = { l, find, owner };

	labels_each(&l->labels, own_label, &a);
}

/* Ports of nodes */

bool
ledger_promote(struct ledger *l, const struct address *host, uint16_t port, uint16_t source,
    unsigned known_by, uint64_t at_ns)
{
	size_t before = l->promotions.n;
	bool ok = promotions_add(&l->promotions, host, port, source, known_by, at_ns);

	if (l->promotions.n != before)
		l->labels.version++;		/* all are to be looked at anew */
	return ok;
}

void
ledger_end_promotions(struct ledger *l, bool (*holds)(void *owner, uint16_t source,
    uint16_t port), void *owner, uint64_t at_ns)
{
	if (promotions_end(&l->promotions, holds, owner, at_ns))
		l->labels.version++;
}
