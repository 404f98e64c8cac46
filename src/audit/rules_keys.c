/*
 * rules_keys - who shows the same key as another?
 */
#include "audit/asking.h"

#include "audit/node_name.h"
#include "audit/shown.h"

/* Who shows a key. */
struct key_holder {
	const struct judgement *j;	/* NULL: none */
	enum side side;
};

/* Of the many that may show it, those are kept that the next is compared with (the
 * first with a name; the last, which may be the other end of its connection), and
 * two that are two nodes, or may be. */
struct key_use {
	struct key_holder named, last;
	enum answer several;		/* ABSENT: perhaps */
	struct key_holder one, other;
};

static const struct judged_end *
end_of(const struct key_holder *h)
{
	return &h->j->end[h->side];
}

/* A whole name, that stood the test: a connection to another node's name does not
 * come up [OTP dist_util: the name in the challenge]. */
static bool
is_named(const struct key_holder *h)
{
	struct bytes node = end_of(h)->node;

	return node_name(node).n > 0 && node_host(node).n > 0 &&
	    (h->j->state == STATE_UP || h->j->state == STATE_CLOSED);
}

/* Are these two nodes? The ends of a connection are. Else one node may have two
 * addresses, and dial from one that it is not dialled by. ABSENT: who knows. */
static enum answer
are_two(const struct key_holder *a, const struct key_holder *b)
{
	const struct judged_end *x = end_of(a), *y = end_of(b);
	bool loopback = address_is_loopback(&x->address) || address_is_loopback(&y->address);
	bool here = address_equal(&x->address, &y->address) && !loopback;

	if (a->j == b->j)
		return a->side != b->side ? ANSWER_YES : ANSWER_NO;
	if (!is_named(a) || !is_named(b))
		return here ? ANSWER_NO : ANSWER_ABSENT;
	if (!bytes_equal(node_name(x->node), node_name(y->node)))
		return ANSWER_YES;
	if (!host_equal(node_host(x->node), node_host(y->node)))
		return here ? ANSWER_NO : loopback ? ANSWER_ABSENT : ANSWER_YES;
	/* A host that an SNI made up may be the same by chance. */
	return here || loopback || x->address.family != y->address.family ? ANSWER_NO : ANSWER_ABSENT;
}

static void
compare(struct key_use *u, const struct key_holder *known, const struct key_holder *h)
{
	enum answer two = known->j != NULL ? are_two(known, h) : ANSWER_NO;

	if (two == ANSWER_NO || u->several == ANSWER_YES || two == u->several)
		return;
	u->several = two;
	u->one = *known;
	u->other = *h;
}

static void
use_key(struct key_use *u, const struct key_holder *h)
{
	compare(u, &u->named, h);
	compare(u, &u->last, h);
	if (u->named.j == NULL && is_named(h))
		u->named = *h;
	u->last = *h;
}

static struct bytes
key_of(const struct judgement *j, enum side side)
{
	return (struct bytes){ shown_chain(j, side)->v[0]->key_sha256, 32 };
}

static bool
shows_key(const struct inquiry *q, const struct judgement *j, enum side side)
{
	return is_tls(j) && shown_by(q, j, side) == SHOWN_CHAIN && shown_chain(j, side)->v[0]->readable;
}

static bool
collect(struct inquiry *q, const struct key_holder *h)
{
	struct bytes key;
	struct key_use *u;

	if (!shows_key(q, h->j, h->side))
		return true;
	key = key_of(h->j, h->side);
	if ((u = map_get(&q->keys, key)) == NULL) {
		if ((u = arena_take(&q->arena, sizeof *u)) == NULL || !map_put(&q->keys, key, u))
			return false;
		u->several = ANSWER_NO;
	}
	use_key(u, h);
	return true;
}

bool
certificate_keys_collect(struct inquiry *q)
{
	for (size_t i = 0; i < q->snapshot->n_connections; i++) {
		const struct judgement *j = q->snapshot->connections[i];

		if (!collect(q, &(struct key_holder){ j, SIDE_CLIENT }) ||
		    !collect(q, &(struct key_holder){ j, SIDE_SERVER }))
			return false;
	}
	return true;
}

static void
put_holder(struct text *t, const struct key_holder *h)
{
	char address[ADDRESS_TEXT_MAX];

	if (is_named(h)) {
		put_bytes(t, end_of(h)->node);
		text_put(t, " at ");
	}
	text_put(t, address_text(&end_of(h)->address, address));
	text_putf(t, " (connection %u)", (unsigned)h->j->id);
}

static enum rule_answer
is_on_several_nodes(const struct inquiry *q, const struct judgement *j, enum side side,
    struct text *why)
{
	const struct key_use *u = shows_key(q, j, side) ? map_get(&q->keys, key_of(j, side)) : NULL;

	put_certificate(why, j, side, 0);
	if (u == NULL) {
		text_put(why, " cannot be read");
		return RULE_UNKNOWN;
	}
	if (u->several == ANSWER_NO)
		return RULE_PASS;
	text_put(why, " has a key that was shown by ");
	put_holder(why, &u->one);
	text_put(why, " and by ");
	put_holder(why, &u->other);
	if (u->several == ANSWER_YES)
		return RULE_FAIL;
	text_put(why, ", which may be one node");
	return RULE_UNKNOWN;
}

enum rule_answer
ask_one_key_on_several_nodes(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	struct tally t;

	if (!is_tls(j))
		return RULE_DOES_NOT_APPLY;
	tally_init(&t);
	for (int side = SIDE_SERVER; side >= SIDE_CLIENT; side--) {
		char buf[TALLY_WHY_MAX];
		struct text one = TEXT(buf);

		if (tally_shown(&t, q, j, (enum side)side))
			tally_add(&t, is_on_several_nodes(q, j, (enum side)side, &one), buf);
	}
	return tally_end(&t, why);
}
