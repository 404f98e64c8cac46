#include "testkit/hearing.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "flow/table.h"

#define EPMD_PORT 4369u

/* Of both sides: held bytes with what each piece of them takes, and remembered ones, whose
 * buffer doubles. */
#define FLOW_BYTES (2 * (LIMIT_HELD_BYTES + LIMIT_HELD_SEGMENTS * 128 + 4 * LIMIT_PAST_BYTES))

static int
server_end(void *owner, const struct flow *f, bool *epmd)
{
	int server = f->end[0].port < f->end[1].port ? 0 : 1;

	(void)owner;
	*epmd = f->end[server].port == EPMD_PORT;
	return server;
}

static void
on_fact(void *owner, struct flow *f, const struct fact *fact, const struct stamped *where)
{
	struct hearing *h = owner;

	(void)f;
	h->n_blind += fact->kind == FACT_BLIND;
	if (where->start > where->end)
		h->wrong = "a fact ends before it begins";
	told_put(&h->told, fact, where->start);
}

static void
on_closed(void *owner, struct flow *f)
{
	struct hearing *h = owner;

	for (int end = 0; end < 2; end++)
		if (f->end[end].stream.held_bytes > 0)
			h->wrong = "bytes are held after the end";
	h->searched |= f->session.protocol == PROTOCOL_SEARCHED;
	h->n_flows++;
}

/* In a block of its exact size, which is gone when the table has had it. */
static void
hear(struct hearing *h, struct table *t, struct packet p)
{
	struct carried carried;
	struct segment s;
	uint8_t *own = malloc(p.captured.n > 0 ? p.captured.n : 1);

	assert(own != NULL);
	memcpy(own, p.captured.p, p.captured.n);
	p.captured.p = own;
	if (decode(&p, NULL, &s) == DECODED_TCP && !table_segment(t, &s, p.at_ns, p.source, &carried))
		h->wrong = "memory is out";
	free(own);
	if (t->memory > (t->open.n + t->ended.n) * FLOW_BYTES)
		h->wrong = "more is held or remembered than the bounds permit";
}

void
hearing_of(struct hearing *h, const struct packets *p)
{
	struct table t;

	told_open(&h->told);
	h->n_flows = h->n_blind = 0;
	h->searched = false;
	h->wrong = NULL;
	table_init(&t, (struct table_port){ .owner = h, .server_end = server_end,
		.fact = on_fact, .closed = on_closed });
	for (size_t i = 0; i < p->n; i++)
		hear(h, &t, p->v[i]);
	table_end(&t);
	if (t.memory != 0)
		h->wrong = "memory is counted that nothing takes";
	table_free(&t);
}
