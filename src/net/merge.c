#include "net/merge.h"

#include <assert.h>
#include <stdlib.h>

struct child {
	struct source *source;
	struct batch  *batch;	/* NULL: it was not asked yet, or has ended */
	unsigned       at;	/* the first of batch not yet given out */
};

/* The children with packets at hand are a binary heap by time, then number. */
struct merge {
	struct source source;
	struct child *children;
	const uint64_t *due_ns;		/* of each child; NULL: all are due */
	size_t        n;
	size_t       *heap;	/* indices of children */
	size_t        n_heap;
	size_t        n_started;	/* asked for their first packets */
	size_t        dry;		/* to be asked for more; n: none */
};

/* Of the first packet that child i has at hand. */
static uint64_t
time_of(const struct merge *m, size_t i)
{
	const struct child *c = &m->children[i];

	return c->batch->v[c->at].at_ns;
}

static bool
is_before(const struct merge *m, size_t a, size_t b)
{
	uint64_t s = time_of(m, a), t = time_of(m, b);

	return s != t ? s < t : a < b;
}

static void
swap(size_t *a, size_t *b)
{
	size_t was = *a;

	*a = *b;
	*b = was;
}

static void
rise(struct merge *m, size_t i)
{
	while (i > 0 && is_before(m, m->heap[i], m->heap[(i - 1) / 2])) {
		swap(&m->heap[i], &m->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void
sink(struct merge *m, size_t i)
{
	for (size_t least = i;; i = least) {
		for (size_t j = 2 * i + 1; j <= 2 * i + 2 && j < m->n_heap; j++)
			if (is_before(m, m->heap[j], m->heap[least]))
				least = j;
		if (least == i)
			return;
		swap(&m->heap[i], &m->heap[least]);
	}
}

/* Ask child i for packets: it joins the heap unless it has ended. */
static bool
refill(struct merge *m, size_t i, struct diag *d)
{
	struct child *c = &m->children[i];

	if (c->batch == NULL && (c->batch = malloc(sizeof *c->batch)) == NULL) {
		diag_set(d, "out of memory");
		return false;
	}
	c->at = 0;
	switch (source_next(c->source, c->batch, d)) {
	case GOT_SOME:
		m->heap[m->n_heap++] = i;
		rise(m, m->n_heap - 1);
		return true;
	case GOT_NOTHING:
		/* Not of files; and what comes live has no order to merge by. */
		assert(false);
		return false;
	case GOT_END:
		free(c->batch);
		c->batch = NULL;
		return true;
	case GOT_ERROR:
		return false;
	}
	return false;
}

/* Is a child due that was not asked yet? */
static bool
one_is_due(const struct merge *m)
{
	if (m->n_started == m->n)
		return false;
	return m->due_ns == NULL || m->n_heap == 0 ||
	    m->due_ns[m->n_started] <= time_of(m, m->heap[0]);
}

/* A child is asked only here, when nothing of its last batch is lent out. */
static bool
refill_all(struct merge *m, struct diag *d)
{
	size_t dry = m->dry;

	m->dry = m->n;
	if (dry < m->n && !refill(m, dry, d))
		return false;
	for (; one_is_due(m); m->n_started++)
		if (!refill(m, m->n_started, d))
			return false;
	return true;
}

static enum got
merge_next(struct source *s, struct batch *b, struct diag *d)
{
	struct merge *m = (struct merge *)s;

	if (!refill_all(m, d))
		return GOT_ERROR;
	while (b->n < BATCH_MAX && m->n_heap > 0 && m->dry == m->n && !one_is_due(m)) {
		struct child *c = &m->children[m->heap[0]];

		b->v[b->n++] = c->batch->v[c->at++];
		if (c->at == c->batch->n) {
			m->dry = m->heap[0];	/* its next packet may be due next */
			m->heap[0] = m->heap[--m->n_heap];
		}
		if (m->n_heap > 0)
			sink(m, 0);
	}
	return b->n > 0 ? GOT_SOME : GOT_END;
}

static void
merge_close(struct source *s)
{
	struct merge *m = (struct merge *)s;

	for (size_t i = 0; m->children != NULL && i < m->n; i++)
		free(m->children[i].batch);
	free(m->children);
	free(m->heap);
	free(m);
}

struct source *
merge_open(struct source *const *sources, const uint64_t *due_ns, size_t n)
{
	static const struct source_ops ops = { merge_next, merge_close };
	struct merge *m = calloc(1, sizeof *m);

	if (m == NULL)
		return NULL;
	m->source.ops = &ops;
	m->children = calloc(n > 0 ? n : 1, sizeof *m->children);
	m->heap = calloc(n > 0 ? n : 1, sizeof *m->heap);
	if (m->children == NULL || m->heap == NULL) {
		merge_close(&m->source);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		m->children[i].source = sources[i];
	m->due_ns = due_ns;
	m->n = m->dry = n;
	return &m->source;
}
