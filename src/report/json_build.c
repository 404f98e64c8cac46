#include "report/json_build.h"

#include <stdlib.h>

#include "report/findings.h"

struct build
build_object(void)
{
	return (struct build){ .whole = json_object() };
}

struct build
build_list(void)
{
	return (struct build){ .whole = json_array() };
}

void
build_put(struct build *b, const char *key, json_t *value)
{
	if (json_object_set_new(b->whole, key, value) != 0)
		b->failed = true;
}

void
build_add(struct build *b, json_t *value)
{
	if (json_array_append_new(b->whole, value) != 0)
		b->failed = true;
}

json_t *
build_done(struct build *b)
{
	if (b->failed) {
		json_decref(b->whole);
		b->whole = NULL;
	}
	return b->whole;
}

json_t *
build_word(const char *s)
{
	return s != NULL ? json_string(s) : json_null();
}

json_t *
build_text(const struct text *t)
{
	return build_word(t->n > 0 ? t->s : NULL);
}

/* Room for n bytes of which every one may become \xHH. */
static char *
room_for(size_t n, char *small, size_t n_small, struct text *t)
{
	size_t cap = 4 * n + 1;
	char *s = cap <= n_small ? small : malloc(cap);

	if (s == NULL)
		return NULL;
	s[0] = '\0';
	*t = (struct text){ .s = s, .cap = cap };
	return s;
}

json_t *
build_wire(struct bytes b)
{
	char small[512];
	struct text t;
	char *s = room_for(b.n, small, sizeof small, &t);

	if (s == NULL)
		return NULL;
	text_put_wire(&t, b);
	json_t *value = json_stringn(t.s, t.n);
	if (s != small)
		free(s);
	return value;
}

json_t *
build_typed(const char *typed)
{
	char small[512];
	struct text t;

	if (typed == NULL)
		return json_null();
	char *s = room_for(strlen(typed), small, sizeof small, &t);
	if (s == NULL)
		return NULL;
	findings_put_typed(&t, typed, true);
	json_t *value = json_stringn(t.s, t.n);
	if (s != small)
		free(s);
	return value;
}

json_t *
build_count(uint64_t n)
{
	if (n == UNKNOWN_COUNT)
		return json_null();
	return json_integer(n < INT64_MAX ? (json_int_t)n : INT64_MAX);
}

json_t *
build_answer(enum answer a)
{
	switch (a) {
	case ANSWER_ABSENT:
		break;
	case ANSWER_NO:
		return json_false();
	case ANSWER_YES:
		return json_true();
	}
	return json_null();
}

json_t *
build_time(uint64_t at_ns, unsigned digits)
{
	char s[64];
	struct text t = TEXT(s);

	text_put_time(&t, at_ns, digits);
	return build_text(&t);
}
