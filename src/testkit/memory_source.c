#include "testkit/memory_source.h"

#include <assert.h>
#include <stdlib.h>

struct memory_source {
	struct source source;
	const struct packets *packets;
	size_t at;
	unsigned n_lent;
	uint8_t *lent[BATCH_MAX];
};

static void
take_back(struct memory_source *m)
{
	while (m->n_lent > 0)
		free(m->lent[--m->n_lent]);
}

static struct packet
lend(struct memory_source *m, struct packet p)
{
	uint8_t *b = malloc(p.captured.n);

	assert(b != NULL || p.captured.n == 0);
	if (p.captured.n > 0)
		memcpy(b, p.captured.p, p.captured.n);
	m->lent[m->n_lent++] = b;
	p.captured.p = b;
	return p;
}

static enum got
memory_source_next(struct source *s, struct batch *b, struct diag *d)
{
	struct memory_source *m = (struct memory_source *)s;

	(void)d;
	take_back(m);
	while (b->n < BATCH_MAX && m->at < m->packets->n)
		b->v[b->n++] = lend(m, m->packets->v[m->at++]);
	return b->n > 0 ? GOT_SOME : GOT_END;
}

static void
memory_source_close(struct source *s)
{
	struct memory_source *m = (struct memory_source *)s;

	take_back(m);
	free(m);
}

struct source *
memory_source_open(const struct packets *p)
{
	static const struct source_ops ops = { memory_source_next, memory_source_close };
	struct memory_source *m = calloc(1, sizeof *m);

	assert(m != NULL);
	m->source.ops = &ops;
	m->packets = p;
	return &m->source;
}
