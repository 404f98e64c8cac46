#include "net/sieve.h"

#include <stdlib.h>

#include "net/filter.h"

struct sieve {
	struct source source;
	struct source *inner;
	struct sieve_options options;
	struct filter *filter;		/* NULL: none */
	uint64_t n, left_out;
};

static bool
is_of_time(const struct sieve_options *o, const struct packet *p)
{
	return p->at_ns >= o->since_ns && (o->until_ns == 0 || p->at_ns < o->until_ns);
}

static enum filtered
asks_for(struct sieve *s, const struct packet *p, struct diag *d)
{
	if (!is_of_time(&s->options, p))
		return FILTER_NO;
	return s->filter == NULL ? FILTER_YES : filter_asks_for(s->filter, p, d);
}

/* What is left of the batch may be nothing: that is no reason to read on at once, as it
 * may take long to find something. */
static enum got
sieve_next(struct source *source, struct batch *b, struct diag *d)
{
	struct sieve *s = (struct sieve *)source;
	unsigned kept = 0;
	enum got got;

	if (s->options.count != 0 && s->n == s->options.count)
		return GOT_END;
	got = source_next(s->inner, b, d);
	s->source.damage = s->inner->damage;
	for (unsigned i = 0; i < b->n; i++) {
		bool enough = s->options.count != 0 && s->n == s->options.count;
		enum filtered asked = enough ? FILTER_NO : asks_for(s, &b->v[i], d);

		if (asked == FILTER_FAILED)
			return GOT_ERROR;
		if (asked == FILTER_YES) {
			b->v[kept++] = b->v[i];
			s->n++;
		}
		s->left_out += asked == FILTER_NO;
	}
	b->n = kept;
	return got;
}

static void
sieve_close(struct source *source)
{
	struct sieve *s = (struct sieve *)source;

	filter_close(s->filter);
	free(s);
}

struct source *
sieve_open(struct source *inner, const struct sieve_options *o, struct diag *d)
{
	static const struct source_ops ops = { sieve_next, sieve_close };
	struct sieve *s = calloc(1, sizeof *s);

	if (s == NULL) {
		diag_set(d, "out of memory");
		return NULL;
	}
	s->source.ops = &ops;
	s->inner = inner;
	s->options = *o;
	if (o->expression != NULL && (s->filter = filter_open(o->expression, d)) == NULL) {
		free(s);
		return NULL;
	}
	return &s->source;
}

uint64_t
sieve_left_out(const struct source *sieve)
{
	return ((const struct sieve *)sieve)->left_out;
}
