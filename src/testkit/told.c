#include "testkit/told.h"

#include <inttypes.h>

/* FNV-1a: Fowler, Noll, Vo. */
static uint32_t
mix(uint32_t h, struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		h = (h ^ b.p[i]) * 16777619u;
	return h;
}

/* What fact_put() has only the length of. */
static uint32_t
hash_of_bytes(const struct fact *f)
{
	uint32_t h = mix(2166136261u, f->message);

	if (f->kind == FACT_TLS_KEY_EXCHANGE)
		h = mix(mix(h, f->u.tls_key_exchange.parameters), f->u.tls_key_exchange.signature);
	if (f->kind == FACT_TLS_CERTIFICATE_VERIFY)
		h = mix(h, f->u.tls_signature.signature);
	return h;
}

void
told_open(struct told *t)
{
	for (int i = SIDE_CLIENT; i <= SIDE_SERVER; i++) {
		t->log[i] = TEXT(t->log_buf[i]);
		t->where[i] = TEXT(t->where_buf[i]);
	}
}

void
told_put(struct told *t, const struct fact *f, uint64_t start)
{
	struct text *where = &t->where[f->side];

	fact_put(&t->log[f->side], f);
	text_put(&t->log[f->side], "\n");
	text_putf(where, "%" PRIu64 "+%zu", start, f->n);
	if (f->message.n > 0)
		text_putf(where, ":%zu:%08" PRIx32, f->message.n, hash_of_bytes(f));
	text_put(where, " ");
}

void
told_copy(struct told *to, const struct told *from)
{
	told_open(to);
	for (int i = SIDE_CLIENT; i <= SIDE_SERVER; i++) {
		text_put(&to->log[i], from->log[i].s);
		text_put(&to->where[i], from->where[i].s);
	}
}

bool
told_same(const struct told *a, const struct told *b)
{
	for (int i = SIDE_CLIENT; i <= SIDE_SERVER; i++)
		if (strcmp(a->log[i].s, b->log[i].s) != 0 || strcmp(a->where[i].s, b->where[i].s) != 0)
			return false;
	return true;
}
