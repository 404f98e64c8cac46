#include "audit/certificates.h"

#include "base/limits.h"

void
certificates_init(struct certificates *s, certificate_parser *parse)
{
	*s = (struct certificates){ .parse = parse };
	map_init(&s->by_der);
}

const struct certificate *
certificates_intern(struct certificates *s, struct bytes der)
{
	struct certificate *c = map_get(&s->by_der, der);

	if (c != NULL)
		return c;
	struct bytes own = { 0 };
	if (s->by_der.n < LIMIT_CERTIFICATES && der.n > 0 &&
	    (c = arena_take(&s->arena, sizeof *c)) != NULL)
		own = arena_copy(&s->arena, der);
	if (own.n == 0 || !map_put(&s->by_der, own, c)) {
		s->shed++;
		return NULL;
	}
	s->parse(own, &s->arena, c);
	c->der = own;
	return c;
}

void
certificates_free(struct certificates *s)
{
	map_free(&s->by_der);
	arena_free(&s->arena);
}
