#include "report/recorded.h"

#include "report/columns.h"
#include "report/words.h"

#define INDENT 4u

struct paragraph {
	struct text text;
	bool utf8;
};

bool
recorded_is_there(const struct remarks *r)
{
	return r != NULL && (r->sections != NULL || r->left_out.sections > 0);
}

const char *
recorded_on_word(enum remark_on on)
{
	switch (on) {
	case REMARK_ON_SECTION:   return "section";
	case REMARK_ON_INTERFACE: return "interface";
	case REMARK_ON_PACKET:    return "packet";
	}
	return NULL;
}

static void
put(struct paragraph *p, const char *before, struct bytes b)
{
	if (b.p == NULL)
		return;
	text_put(&p->text, before);
	words_put_wire(&p->text, b, p->utf8);
}

static void
put_file(struct paragraph *p, const char *before, const char *file)
{
	if (file != NULL)
		put(p, before, words_bytes(file));
}

static void
write_sections(const struct remarks *r, bool utf8, struct wrap *w)
{
	for (const struct recorded_section *s = r->sections; s != NULL; s = s->next) {
		char b[CELL_MAX];
		struct paragraph p = { TEXT(b), utf8 };

		put_file(&p, "file ", s->file);
		put(&p, "; written by ", s->application);
		put(&p, "; system ", s->os);
		put(&p, "; hardware ", s->hardware);
		wrap_line(w, 0, b);
	}
}

static void
write_interfaces(const struct remarks *r, bool utf8, struct wrap *w)
{
	for (const struct recorded_interface *i = r->interfaces; i != NULL; i = i->next) {
		char b[CELL_MAX];
		struct paragraph p = { TEXT(b), utf8 };

		put(&p, "interface ", i->name);
		if (i->name.p == NULL)
			text_put(&p.text, "interface without a name");
		put_file(&p, " of ", i->file);
		if (i->drops_known)
			text_putf(&p.text, "; %llu packet%s dropped", (unsigned long long)i->drops,
			    i->drops == 1 ? "" : "s");
		put(&p, "; filter ", i->filter);
		put(&p, "; ", i->description);
		put(&p, "; system ", i->os);
		put(&p, "; hardware ", i->hardware);
		wrap_line(w, INDENT, b);
	}
}

static void
write_names(const struct remarks *r, bool utf8, struct wrap *w)
{
	char address[ADDRESS_TEXT_MAX];

	for (const struct recorded_name *n = r->names; n != NULL; n = n->next) {
		char b[CELL_MAX];
		struct paragraph p = { TEXT(b), utf8 };

		text_putf(&p.text, "%s is called", address_text(&n->address, address));
		put(&p, " ", n->name);
		wrap_line(w, INDENT, b);
	}
}

static void
write_comments(const struct remarks *r, bool utf8, struct wrap *w)
{
	for (const struct recorded_comment *c = r->comments; c != NULL; c = c->next) {
		char b[CELL_MAX];
		struct paragraph p = { TEXT(b), utf8 };

		text_putf(&p.text, "comment on %s", recorded_on_word(c->on));
		if (c->on != REMARK_ON_SECTION)
			text_putf(&p.text, " %llu", (unsigned long long)c->number);
		put_file(&p, " of ", c->file);
		put(&p, ": ", c->text);
		wrap_line(w, INDENT, b);
	}
}

static void
put_count(struct text *t, uint64_t n, const char *one, const char *more)
{
	if (n > 0)
		text_putf(t, "%s%llu %s", t->n > 0 ? ", " : "", (unsigned long long)n,
		    n == 1 ? one : more);
}

static void
write_counts(const struct remarks *r, struct wrap *w)
{
	char b[256];
	struct text t = TEXT(b);

	put_count(&t, r->n_key_logs, "TLS key log, not used", "TLS key logs, not used");
	put_count(&t, r->n_other_secrets, "other secret, not used", "other secrets, not used");
	if (t.n > 0)
		wrap_line(w, INDENT, b);
	t = TEXT(b);
	put_count(&t, r->left_out.sections, "section", "sections");
	put_count(&t, r->left_out.interfaces, "interface", "interfaces");
	put_count(&t, r->left_out.names, "name", "names");
	put_count(&t, r->left_out.comments, "comment", "comments");
	if (t.n > 0) {
		text_put(&t, " left out");
		wrap_line(w, INDENT, b);
	}
}

void
recorded_write(const struct remarks *r, bool utf8, struct wrap *w)
{
	if (!recorded_is_there(r))
		return;
	write_sections(r, utf8, w);
	write_interfaces(r, utf8, w);
	write_names(r, utf8, w);
	write_comments(r, utf8, w);
	write_counts(r, w);
}
