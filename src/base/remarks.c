#include "base/remarks.h"

#include "base/limits.h"

#define APPEND(end, entry) (*(end) = (entry), (end) = &(entry)->next)

/* Once it is as much as this, it stays: then a sum may have been cut short. */
#define DROPS_MAX (UINT64_MAX / 2)

/* [RFC 1035 2.3.4], and a little for what is no name of DNS */
#define NAME_MAX_BYTES 300u

void
remarks_init(struct remarks *r)
{
	*r = (struct remarks){
		.arena.limit = LIMIT_REMARK_BYTES,
		.vault.limit = LIMIT_KEY_LOG_BYTES,
	};
	r->sections_end = &r->sections;
	r->interfaces_end = &r->interfaces;
	r->names_end = &r->names;
	r->comments_end = &r->comments;
	r->secrets_end = &r->secrets;
	r->unread_end = &r->unread;
	map_init(&r->names_known);
}

void
remarks_free(struct remarks *r)
{
	map_free(&r->names_known);
	arena_free(&r->vault);
	arena_free(&r->arena);
}

struct bytes
remarks_keep(struct remarks *r, struct bytes b)
{
	uint8_t *p = arena_take(&r->arena, b.n);

	if (p == NULL)
		return (struct bytes){ NULL, 0 };
	if (b.n > 0)
		memcpy(p, b.p, b.n);
	return (struct bytes){ p, b.n };
}

const char *
remarks_file(struct remarks *r, const char *name)
{
	struct bytes b = remarks_keep(r, (struct bytes){ (const uint8_t *)name, strlen(name) + 1 });

	return (const char *)b.p;
}

/* Room for an entry of a kind that has n of them; NULL: none, and counted. */
static void *
entry(struct remarks *r, size_t size, unsigned *n, unsigned max, uint64_t *left_out)
{
	void *p = *n < max ? arena_take(&r->arena, size) : NULL;

	if (p == NULL)
		++*left_out;
	else
		++*n;
	return p;
}

struct recorded_section *
remarks_section(struct remarks *r, const char *file)
{
	struct recorded_section *s = entry(r, sizeof *s, &r->n_sections,
	    LIMIT_REMARKED_SECTIONS, &r->left_out.sections);

	if (s != NULL) {
		s->file = file;
		APPEND(r->sections_end, s);
	}
	return s;
}

struct recorded_interface *
remarks_interface(struct remarks *r, const char *file)
{
	struct recorded_interface *i = entry(r, sizeof *i, &r->n_interfaces,
	    LIMIT_REMARKED_INTERFACES, &r->left_out.interfaces);

	if (i != NULL) {
		i->file = file;
		APPEND(r->interfaces_end, i);
	}
	return i;
}

/* Every file of a rotated set says the same names again: address and name are a key. */
void
remarks_name(struct remarks *r, const struct address *a, struct bytes name)
{
	uint8_t b[sizeof a->octets + NAME_MAX_BYTES];
	struct bytes key = { b, sizeof a->octets + name.n };
	struct recorded_name *e;

	if (name.n > NAME_MAX_BYTES) {
		r->left_out.names++;
		return;
	}
	memcpy(b, a->octets, sizeof a->octets);
	if (name.n > 0)
		memcpy(b + sizeof a->octets, name.p, name.n);
	if (map_get(&r->names_known, key) != NULL)
		return;
	e = entry(r, sizeof *e, &r->n_names, LIMIT_REMARKED_NAMES, &r->left_out.names);
	if (e == NULL)
		return;
	key = remarks_keep(r, key);
	if (key.p == NULL || !map_put(&r->names_known, key, e)) {
		r->left_out.names++;
		return;
	}
	e->address = *a;
	e->name = (struct bytes){ key.p + sizeof a->octets, name.n };
	APPEND(r->names_end, e);
}

void
remarks_comment(struct remarks *r, const char *file, enum remark_on on, uint64_t number,
    struct bytes text)
{
	struct recorded_comment *c = entry(r, sizeof *c, &r->n_comments,
	    LIMIT_REMARKED_COMMENTS, &r->left_out.comments);

	if (c == NULL)
		return;
	*c = (struct recorded_comment){ .file = file, .on = on, .number = number,
	    .text = remarks_keep(r, text) };
	if (c->text.p == NULL) {
		r->left_out.comments++;
		return;
	}
	APPEND(r->comments_end, c);
}

void
remarks_unread(struct remarks *r, const char *file, const char *why)
{
	uint64_t not_named = 0;
	struct recorded_unread *u = entry(r, sizeof *u, &r->n_unread_named, LIMIT_REMARKED_UNREAD,
	    &not_named);

	r->n_unread++;
	if (u == NULL)
		return;
	u->file = remarks_file(r, file);
	u->why = remarks_file(r, why);
	if (u->file != NULL && u->why != NULL)
		APPEND(r->unread_end, u);
}

void
remarks_key_log(struct remarks *r, struct bytes lines)
{
	struct recorded_secret *s = arena_take(&r->vault, sizeof *s);
	uint8_t *p = s != NULL ? arena_take(&r->vault, lines.n) : NULL;

	r->n_key_logs++;
	if (p == NULL) {
		r->left_out.key_logs++;
		return;
	}
	if (lines.n > 0)
		memcpy(p, lines.p, lines.n);
	s->key_log = (struct bytes){ p, lines.n };
	APPEND(r->secrets_end, s);
}

void
remarks_other_secret(struct remarks *r)
{
	r->n_other_secrets++;
}

void
remarks_drops(struct remarks *r, uint64_t before, uint64_t now)
{
	r->drops_known = true;
	if (r->drops < DROPS_MAX)
		r->drops = r->drops - before + now;
}
