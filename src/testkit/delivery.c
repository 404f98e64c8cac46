#include "testkit/delivery.h"

#include <stdlib.h>

#include "testkit/honest.h"
#include "testkit/noise.h"

static void
put_difference(struct text *why, const char *what, const char *is, const char *was)
{
	size_t at = 0;

	for (size_t i = 0; is[i] != '\0' && is[i] == was[i]; i++)
		if (is[i] == '\n' || is[i] == ' ')
			at = i + 1;
	text_putf(why, "%s: %.*s, but plain %.*s\n", what, (int)strcspn(is + at, "\n"), is + at,
	    (int)strcspn(was + at, "\n"), was + at);
}

static void
compare_told(const struct told *is, const struct told *was, struct text *why)
{
	static const char *const sides[2] = { "client", "server" };

	for (int i = SIDE_CLIENT; i <= SIDE_SERVER; i++) {
		if (strcmp(is->log[i].s, was->log[i].s) != 0)
			put_difference(why, sides[i], is->log[i].s, was->log[i].s);
		else if (strcmp(is->where[i].s, was->where[i].s) != 0)
			put_difference(why, sides[i], is->where[i].s, was->where[i].s);
	}
}

/* Lines of a log beside words of where. */
struct telling {
	const char *line, *where;
	size_t n_line, n_where;
};

static struct telling
telling_of(const struct told *t, int side)
{
	const char *line = t->log[side].s, *where = t->where[side].s;

	return (struct telling){ line, where, strcspn(line, "\n"), strcspn(where, " ") };
}

static void
tell_next(struct telling *t)
{
	t->line += t->n_line + 1;
	t->where += t->n_where + 1;
	t->n_line = strcspn(t->line, "\n");
	t->n_where = strcspn(t->where, " ");
}

static bool
tells_same(const struct telling *a, const struct telling *b, bool places)
{
	return a->n_line == b->n_line && memcmp(a->line, b->line, a->n_line) == 0 &&
	    (!places || (a->n_where == b->n_where && memcmp(a->where, b->where, a->n_where) == 0));
}

/* Its words after the side's name begin like this? */
static bool
begins(const struct telling *t, const char *with)
{
	const char *space = memchr(t->line, ' ', t->n_line);

	return space != NULL && strncmp(space + 1, with, strlen(with)) == 0;
}

/* Do units with such a header follow each other from "from" to one at "at"? */
static bool
is_in_chain(struct bytes said, size_t from, size_t at, size_t header, size_t length_at)
{
	while (from < at && said.n - from >= header) {
		struct rd r = rd_of(said.p + from + length_at, header - length_at);
		size_t n = header - length_at == 2 ? rd_u16(&r) : rd_u32(&r);
		if (n > said.n - from - header)
			return false;
		from += header + n;
	}
	return from == at;
}

/* Where what the plain telling of a side has ends. */
static size_t
end_of(struct telling t)
{
	size_t end = 0;

	for (; *t.line != '\0'; tell_next(&t)) {
		char *plus;
		unsigned long start = strtoul(t.where, &plus, 10);
		end = start + strtoul(plus + 1, NULL, 10);
	}
	return end;
}

/* After a loss more is looked at than without one: records that count as sealed, that come
 * after the last that was wanted, or in what is not known to be plain; and frames. They
 * must be there. */
static bool
is_found_anew(const struct telling *t, const struct hearing *h, const struct delivered *of,
    int side, bool places)
{
	const struct dialogue *d = &of->dialogue;
	struct bytes said = { d->said[side], d->n_said[side] };
	size_t at = strtoul(t->where, NULL, 10);

	if (begins(t, "anomaly "))
		return true;
	if (begins(t, "tls.record ") || begins(t, "tls.change_cipher_spec") || begins(t, "tls.alert "))
		return !places || is_in_chain(said, 0, at, 5, 3);
	if (begins(t, "dist.frame "))
		return !places || is_in_chain(said, end_of(telling_of(&of->plain.told, side)), at, 4, 0);
	/* EPMD's "s" (stop), read as a distribution handshake as well. */
	return h->searched && d->on_epmd_port && begins(t, "dist.status other");
}

/* What is heard of a side is blindness, and facts of the plain one in their order. */
static void
expect_less(const struct hearing *h, const struct delivered *of, int side, bool places,
    struct text *why)
{
	struct telling t = telling_of(&h->told, side), from = telling_of(&of->plain.told, side);

	for (; *t.line != '\0'; tell_next(&t)) {
		struct telling found = from;
		if (begins(&t, "blind "))
			continue;
		while (*found.line != '\0' && !tells_same(&t, &found, places))
			tell_next(&found);
		if (*found.line != '\0') {
			from = found;
			tell_next(&from);
		} else if ((h->n_blind == 0 && !h->searched && places) ||
		    !is_found_anew(&t, h, of, side, places)) {
			text_putf(why, "never said, or not then: %.*s at %.*s\n", (int)t.n_line, t.line,
			    (int)t.n_where, t.where);
		}
	}
}

const struct engine_options *
delivery_options(void)
{
	static const struct port_range dist_port = { CARRIAGE_SERVER_PORT, CARRIAGE_SERVER_PORT };
	static const struct engine_options labelled = { .dist_ports = &dist_port, .n_dist_ports = 1 };

	return &labelled;
}

static void
compare_judgements(const struct carriage *c, const struct snapshot *was,
    const struct snapshot *is, struct text *why)
{
	struct doubt doubt = { .blind = c->harm, .bytes = c->harm != 0 };
	char buf[3500];

	for (size_t i = 0; i < is->n_connections; i++) {
		struct text words = TEXT(buf);
		const struct judgement *claim = is->connections[i];
		enum honesty h = was->n_connections > 0 ?
		    honest(was->connections[0], claim, doubt, &words) :
		    honest_of_silent(claim, &words);
		if (h > (c->harm ? HONEST_WEAKER : HONEST_SAME))
			text_putf(why, "judged: %s\n", buf);
	}
	if (c->harm == 0 && (is->n_connections != was->n_connections || is->n_epmd != was->n_epmd))
		text_putf(why, "%zu connections and %zu labels, but plain %zu and %zu\n",
		    is->n_connections, is->n_epmd, was->n_connections, was->n_epmd);
	if (is->n_epmd > was->n_epmd)
		text_putf(why, "a label more than plain\n");
}

static bool
says_anything(const struct carriage *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].captured > 0 && !c->v[i].probe)
			return true;
	return false;
}

/* [OTP dist: send_challenge] a challenge of version 5 reads as a send_name, its name begun
 * by four bytes more, where nothing tells who is the client. */
static bool
is_version_5(const struct told *plain)
{
	return strstr(plain->log[SIDE_CLIENT].s, "dist.name version=5") != NULL;
}

static void
try_dialogue(const struct delivered *of, bool harmed, struct rd by, struct text *why)
{
	struct carriage c;
	struct hearing h;

	if (harmed)
		carriage_make_lossy(&c, &of->dialogue, &by);
	else
		carriage_make(&c, &of->dialogue, &by);
	hearing_of(&h, &c.packets);
	if (h.wrong != NULL)
		text_putf(why, "%s\n", h.wrong);
	if (c.harm == 0)
		compare_told(&h.told, &of->plain.told, why);
	bool comparable = of->legal && !(c.joined && is_version_5(&of->plain.told));
	for (int side = 0; side < 2 && c.harm != 0 && !c.contested && comparable; side++)
		expect_less(&h, of, side, !c.joined, why);
	struct judged j = judged_of(&c.packets, delivery_options());
	if (c.harm == 0 || comparable)
		compare_judgements(&c, &of->truth.s, &j.s, why);
	if (of->truth.s.n_connections > 0 && j.s.n_connections == 0 && says_anything(&c))
		text_put(why, "not listed\n");
	if (why->n > 0)
		carriage_put(why, &c);
	judged_free(&j);
	carriage_free(&c);
}

static void
try_noise(struct rd by, struct text *why)
{
	struct packets p = { 0 };
	struct hearing h;

	noise_make(&p, by);
	hearing_of(&h, &p);
	if (h.wrong != NULL)
		text_putf(why, "%s\n", h.wrong);
	struct judged j = judged_of(&p, delivery_options());
	judged_free(&j);
	packets_free(&p);
}

bool
delivery_try(const struct delivered *of, enum manner manner, struct rd choices, struct text *why)
{
	switch (manner) {
	case MANNER_CARRIED:
		try_dialogue(of, false, choices, why);
		break;
	case MANNER_HARMED:
		try_dialogue(of, true, choices, why);
		break;
	case MANNER_NOISE:
	case N_MANNERS:
		try_noise(choices, why);
		break;
	}
	return why->n == 0;
}

bool
delivery_try_any(const struct delivery *d, const uint8_t *p, size_t n, struct text *why)
{
	static const char *const manners[] = { "carried", "harmed", "noise" };
	struct rd r = rd_of(p, n);
	enum manner manner = (enum manner)(rd_u8(&r) % N_MANNERS);
	char buf[16000];
	struct text what = TEXT(buf);

	if (manner == MANNER_NOISE)
		return delivery_try(NULL, manner, r, why);
	const struct delivered *of = &d->v[rd_u8(&r) % d->n];
	if (!delivery_try(of, manner, r, &what))
		text_putf(why, "%s, %s: %s", of->dialogue.name, manners[manner], buf);
	return why->n == 0;
}
