#include "report/json_recorded.h"

#include "report/json_build.h"
#include "report/recorded.h"
#include "report/words.h"

static json_t *
string(struct bytes b)
{
	return b.p != NULL ? build_wire(b) : json_null();
}

static json_t *
file(const char *name)
{
	return name != NULL ? build_wire(words_bytes(name)) : json_null();
}

static json_t *
sections(const struct remarks *r)
{
	struct build list = build_list();

	for (const struct recorded_section *s = r->sections; s != NULL; s = s->next) {
		struct build b = build_object();

		build_put(&b, "file", file(s->file));
		build_put(&b, "hardware", string(s->hardware));
		build_put(&b, "os", string(s->os));
		build_put(&b, "application", string(s->application));
		build_add(&list, build_done(&b));
	}
	return build_done(&list);
}

static json_t *
interfaces(const struct remarks *r)
{
	struct build list = build_list();

	for (const struct recorded_interface *i = r->interfaces; i != NULL; i = i->next) {
		struct build b = build_object();

		build_put(&b, "file", file(i->file));
		build_put(&b, "name", string(i->name));
		build_put(&b, "description", string(i->description));
		build_put(&b, "hardware", string(i->hardware));
		build_put(&b, "os", string(i->os));
		build_put(&b, "filter", string(i->filter));
		build_put(&b, "dropped", build_count(i->drops_known ? i->drops : UNKNOWN_COUNT));
		build_add(&list, build_done(&b));
	}
	return build_done(&list);
}

static json_t *
names(const struct remarks *r)
{
	struct build list = build_list();
	char address[ADDRESS_TEXT_MAX];

	for (const struct recorded_name *n = r->names; n != NULL; n = n->next) {
		struct build b = build_object();

		build_put(&b, "address", build_word(address_text(&n->address, address)));
		build_put(&b, "name", string(n->name));
		build_add(&list, build_done(&b));
	}
	return build_done(&list);
}

static json_t *
comments(const struct remarks *r)
{
	struct build list = build_list();

	for (const struct recorded_comment *c = r->comments; c != NULL; c = c->next) {
		struct build b = build_object();

		build_put(&b, "file", file(c->file));
		build_put(&b, "on", build_word(recorded_on_word(c->on)));
		build_put(&b, "number", build_count(c->on == REMARK_ON_SECTION ? UNKNOWN_COUNT :
		    c->number));
		build_put(&b, "text", string(c->text));
		build_add(&list, build_done(&b));
	}
	return build_done(&list);
}

static json_t *
secrets(const struct remarks *r)
{
	struct build b = build_object();

	build_put(&b, "tls_key_log", build_count(r->n_key_logs));
	build_put(&b, "other", build_count(r->n_other_secrets));
	return build_done(&b);
}

static json_t *
left_out(const struct remarks *r)
{
	struct build b = build_object();

	build_put(&b, "sections", build_count(r->left_out.sections));
	build_put(&b, "interfaces", build_count(r->left_out.interfaces));
	build_put(&b, "names", build_count(r->left_out.names));
	build_put(&b, "comments", build_count(r->left_out.comments));
	return build_done(&b);
}

json_t *
json_recorded(const struct remarks *r)
{
	if (!recorded_is_there(r))
		return json_null();

	struct build b = build_object();
	build_put(&b, "sections", sections(r));
	build_put(&b, "interfaces", interfaces(r));
	build_put(&b, "names", names(r));
	build_put(&b, "comments", comments(r));
	build_put(&b, "secrets", secrets(r));
	build_put(&b, "left_out", left_out(r));
	return build_done(&b);
}

json_t *
json_unread(const struct remarks *r)
{
	if (r == NULL || r->n_unread == 0)
		return json_null();

	struct build b = build_object(), named = build_list();
	for (const struct recorded_unread *u = r->unread; u != NULL; u = u->next) {
		struct build f = build_object();

		build_put(&f, "file", file(u->file));
		build_put(&f, "why", build_word(u->why));
		build_add(&named, build_done(&f));
	}
	build_put(&b, "files", build_count(r->n_unread));
	build_put(&b, "named", build_done(&named));
	return build_done(&b);
}
