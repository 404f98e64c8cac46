#include "report/json.h"

#include <errno.h>

#include "config.h"
#include "report/json_build.h"
#include "report/json_connection.h"
#include "report/words.h"

/*
 * The outermost object is written here and what it holds is built, written and
 * freed a value at a time: a hundred thousand connections as one tree would
 * take a gigabyte.
 */
struct page {
	FILE    *out;
	unsigned depth;		/* of the list or object that is open */
	bool     any;		/* it has something in it */
	bool     failed;
};

/* After a failure nothing more is written: what is broken must not look whole. */
static void
put(struct page *p, const char *s)
{
	if (!p->failed && fputs(s, p->out) == EOF)
		p->failed = true;
}

static void
put_indent(struct page *p)
{
	for (unsigned i = 0; i < p->depth; i++)
		put(p, "  ");
}

/* Where jansson breaks a line it does not know how deep its value stands.
 * A newline inside a string is escaped, so each one here is such a break. */
static int
put_indented(const char *s, size_t n, void *page)
{
	struct page *p = page;

	while (n > 0 && !p->failed) {
		const char *newline = memchr(s, '\n', n);
		size_t part = newline != NULL ? (size_t)(newline - s) + 1 : n;

		if (fwrite(s, 1, part, p->out) != part)
			p->failed = true;
		if (newline != NULL)
			put_indent(p);
		s += part;
		n -= part;
	}
	return p->failed ? -1 : 0;
}

static void
put_value(struct page *p, json_t *value)
{
	if (value == NULL)
		errno = ENOMEM;
	if (value == NULL || p->failed ||
	    json_dump_callback(value, put_indented, p, JSON_INDENT(2) | JSON_ENCODE_ANY) != 0)
		p->failed = true;
	json_decref(value);
}

static void
put_next(struct page *p)
{
	put(p, p->any ? ",\n" : "\n");
	put_indent(p);
	p->any = true;
}

/* Keys are ours and need no escape. */
static void
put_key(struct page *p, const char *key)
{
	put_next(p);
	put(p, "\"");
	put(p, key);
	put(p, "\": ");
}

static void
member(struct page *p, const char *key, json_t *value)
{
	put_key(p, key);
	put_value(p, value);
}

static void
entry(struct page *p, json_t *value)
{
	put_next(p);
	put_value(p, value);
}

static void
open_list(struct page *p, const char *key)
{
	put_key(p, key);
	put(p, "[");
	p->depth++;
	p->any = false;
}

static void
close_list(struct page *p)
{
	p->depth--;
	if (p->any) {
		put(p, "\n");
		put_indent(p);
	}
	put(p, "]");
	p->any = true;
}

static bool
lost_some(uint64_t n)
{
	return n != UNKNOWN_COUNT && n > 0;
}

static bool
is_complete(const struct input_facts *in)
{
	return in->damage == NULL && in->limits == 0 && in->gaps == 0 &&
	    !lost_some(in->lost_kernel) && !lost_some(in->lost_interface) &&
	    !lost_some(in->lost_recorded);
}

static json_t *
raw_or_null(const char *s)
{
	return s != NULL ? build_wire(words_bytes(s)) : json_null();
}

/* The user's own words, as typed: a backslash means something in a filter. */
static json_t *
filter(const char *s)
{
	json_t *typed = build_word(s);

	return typed != NULL ? typed : build_wire(words_bytes(s));
}

static json_t *
input(const struct input_facts *in)
{
	struct build b = build_object(), sources = build_list(), lost = build_object();

	for (size_t i = 0; i < in->n_sources; i++)
		build_add(&sources, build_wire(words_bytes(in->sources[i])));
	build_put(&lost, "kernel", build_count(in->lost_kernel));
	build_put(&lost, "interface", build_count(in->lost_interface));
	build_put(&lost, "recorded", build_count(in->lost_recorded));
	build_put(&lost, "gaps", build_count(in->gaps));

	build_put(&b, "sources", build_done(&sources));
	build_put(&b, "packets", build_count(in->packets));
	build_put(&b, "bytes", build_count(in->bytes));
	build_put(&b, "first", in->packets > 0 ? build_time(in->first_ns, in->time_digits) : json_null());
	build_put(&b, "last", in->packets > 0 ? build_time(in->last_ns, in->time_digits) : json_null());
	build_put(&b, "filter", filter(in->filter));
	build_put(&b, "complete", json_boolean(is_complete(in)));
	build_put(&b, "lost", build_done(&lost));
	build_put(&b, "limits", build_count(in->limits));
	build_put(&b, "damage", raw_or_null(in->damage));
	return build_done(&b);
}

static json_t *
summary(const struct snapshot *s)
{
	static const enum verdict order[] = {
		VERDICT_PLAINTEXT, VERDICT_MUTUAL, VERDICT_ONE_WAY,
		VERDICT_ENCRYPTED, VERDICT_REFUSED, VERDICT_UNKNOWN,
	};
	struct build b = build_object();

	build_put(&b, "connections", build_count(s->n_connections));
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		build_put(&b, verdict_key(order[i]), build_count(s->n_by_verdict[order[i]]));
	build_put(&b, "silent", build_count(s->silent));
	return build_done(&b);
}

/* Several numbers may have one name: their packets are one count. */
static json_t *
link_types(const struct input_facts *in)
{
	struct build b = build_object();

	for (size_t i = 0; i < in->n_link_types; i++) {
		char s[64];
		struct text name = TEXT(s);

		words_put_link_type(&name, &in->link_types[i]);
		json_int_t n = json_integer_value(json_object_get(b.whole, name.s));
		build_put(&b, name.s, build_count((uint64_t)n + in->link_types[i].packets));
	}
	return build_done(&b);
}

static json_t *
ignored(const struct snapshot *s)
{
	struct build b = build_object();

	build_put(&b, "tls", build_count(s->ignored_tls));
	build_put(&b, "other", build_count(s->ignored_other));
	build_put(&b, "link_types", link_types(&s->input));
	return build_done(&b);
}

static json_t *
epmd(const struct epmd_entry *e, unsigned digits)
{
	struct build b = build_object();
	char host[ADDRESS_TEXT_MAX];

	build_put(&b, "host", build_word(address_text(&e->host, host)));
	build_put(&b, "port", build_count(e->port));
	build_put(&b, "node", build_wire(e->node));
	build_put(&b, "type", build_word(epmd_type_word(e->type)));
	build_put(&b, "how", build_word(epmd_how_word(e->how)));
	build_put(&b, "at", build_time(e->at_ns, digits));
	return build_done(&b);
}

bool
json_write(const struct snapshot *s, FILE *out)
{
	struct page p = { .out = out, .depth = 1 };
	unsigned digits = s->input.time_digits;

	put(&p, "{");
	member(&p, "format", json_string("beamtap/1"));
	member(&p, "tool", json_string("beamtap " PACKAGE_VERSION));
	member(&p, "input", input(&s->input));
	member(&p, "summary", summary(s));
	member(&p, "ignored", ignored(s));
	open_list(&p, "epmd");
	for (size_t i = 0; i < s->n_epmd && !p.failed; i++)
		entry(&p, epmd(&s->epmd[i], digits));
	close_list(&p);
	open_list(&p, "connections");
	for (size_t i = 0; i < s->n_connections && !p.failed; i++)
		entry(&p, json_connection(&s->connections[i], digits));
	close_list(&p);
	put(&p, "\n}\n");
	return !p.failed && fflush(out) == 0;
}
