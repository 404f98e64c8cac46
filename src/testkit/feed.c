#include "testkit/feed.h"

static enum got
next(struct source *s, struct batch *b, struct diag *d)
{
	struct feed *f = (struct feed *)s;

	(void)d;
	while (b->n < BATCH_MAX && f->at < f->packets.n)
		b->v[b->n++] = f->packets.v[f->at++];
	return b->n > 0 ? GOT_SOME : GOT_NOTHING;
}

static void
leave(struct source *s)
{
	(void)s;
}

void
feed_init(struct feed *f)
{
	static const struct source_ops ops = { next, leave };

	*f = (struct feed){ .source = { .ops = &ops } };
}

void
feed_clear(struct feed *f)
{
	packets_free(&f->packets);
	f->packets = (struct packets){ 0 };
	f->at = 0;
}
