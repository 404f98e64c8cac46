#include "report/json.h"

#include "config.h"
#include "report/json_build.h"
#include "report/json_check.h"
#include "report/json_connection.h"
#include "report/json_page.h"
#include "report/json_recorded.h"
#include "report/words.h"

static bool
lost_some(uint64_t n)
{
	return n != UNKNOWN_COUNT && n > 0;
}

static bool
is_complete(const struct input_facts *in)
{
	return in->damage == NULL && in->limits == 0 && in->gaps == 0 &&
	    in->headless == 0 && in->fragments == 0 && !lost_some(in->lost_kernel) && !lost_some(in->lost_interface) &&
	    !lost_some(in->lost_recorded);
}

static json_t *
raw_or_null(const char *s)
{
	return s != NULL ? build_wire(words_bytes(s)) : json_null();
}

static json_t *
moment_or_null(uint64_t at_ns, unsigned digits)
{
	return at_ns != 0 ? build_time(at_ns, digits) : json_null();
}

static json_t *
selection(const struct input_facts *in)
{
	const struct selection *s = &in->selection;
	struct build b;

	if (s->since_ns == 0 && s->until_ns == 0 && s->count == 0 && s->left_out == 0)
		return json_null();
	b = build_object();
	build_put(&b, "since", moment_or_null(s->since_ns, in->time_digits));
	build_put(&b, "until", moment_or_null(s->until_ns, in->time_digits));
	build_put(&b, "count", s->count != 0 ? build_count(s->count) : json_null());
	build_put(&b, "left_out", build_count(s->left_out));
	return build_done(&b);
}

static json_t *
input(const struct input_facts *in)
{
	struct build b = build_object(), sources = build_list(), netns = build_list(),
		lost = build_object();

	for (size_t i = 0; i < in->n_sources; i++)
		build_add(&sources, build_wire(words_bytes(in->sources[i])));
	build_put(&lost, "kernel", build_count(in->lost_kernel));
	build_put(&lost, "interface", build_count(in->lost_interface));
	build_put(&lost, "recorded", build_count(in->lost_recorded));
	build_put(&lost, "gaps", build_count(in->gaps));

	for (size_t i = 0; i < in->n_netns; i++)
		build_add(&netns, build_word(in->netns[i]));

	build_put(&b, "sources", build_done(&sources));
	build_put(&b, "netns", build_done(&netns));
	build_put(&b, "packets", build_count(in->packets));
	build_put(&b, "bytes", build_count(in->bytes));
	build_put(&b, "first", in->packets > 0 ? build_time(in->first_ns, in->time_digits) : json_null());
	build_put(&b, "last", in->packets > 0 ? build_time(in->last_ns, in->time_digits) : json_null());
	build_put(&b, "filter", build_typed(in->filter));
	build_put(&b, "selection", selection(in));
	build_put(&b, "complete", json_boolean(is_complete(in)));
	build_put(&b, "lost", build_done(&lost));
	build_put(&b, "limits", build_count(in->limits));
	build_put(&b, "headless", build_count(in->headless));
	build_put(&b, "fragments", build_count(in->fragments));
	build_put(&b, "damage", raw_or_null(in->damage));
	build_put(&b, "recorded", json_recorded(in->remarks));
	build_put(&b, "unread", json_unread(in->remarks));
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
tunnel_types(const struct input_facts *in)
{
	struct build b = build_object();

	for (size_t i = 0; i < in->n_tunnel_types; i++)
		build_put(&b, in->tunnel_types[i].name, build_count(in->tunnel_types[i].packets));
	return build_done(&b);
}

static json_t *
ignored(const struct snapshot *s)
{
	struct build b = build_object();

	build_put(&b, "tls", build_count(s->ignored_tls));
	build_put(&b, "other", build_count(s->ignored_other));
	build_put(&b, "tunnels", build_count(s->input.tunnels));
	build_put(&b, "tunnel_types", tunnel_types(&s->input));
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
	build_put(&b, "netns", build_word(e->netns));
	return build_done(&b);
}

/* In the order of the assertion, so each finding is met once. */
static void
put_connections(struct page *p, const struct snapshot *s, const struct assertion *a)
{
	size_t at = 0;

	page_open_list(p, "connections");
	for (size_t i = 0; i < s->n_connections && !p->failed; i++) {
		const struct judgement *j = s->connections[i];
		struct findings f = { 0 };

		if (a != NULL)
			f = findings_next(a, &at, j);
		page_entry(p, json_connection(j, s->input.time_digits, &f));
	}
	page_close_list(p);
}

/* Its findings of the input stand behind those of all connections. */
static struct findings
of_input(const struct assertion *a)
{
	size_t at = 0;

	while (at < a->n_findings && a->findings[at].connection != NULL)
		at++;
	return findings_next(a, &at, NULL);
}

bool
json_write(const struct snapshot *s, const struct assertion *a, FILE *out)
{
	struct page p = page_begin(out);
	struct findings f;

	page_member(&p, "format", json_string("beamtap/1"));
	page_member(&p, "tool", json_string("beamtap " PACKAGE_VERSION));
	page_member(&p, "input", input(&s->input));
	page_member(&p, "summary", summary(s));
	page_member(&p, "ignored", ignored(s));
	if (a != NULL) {
		f = of_input(a);
		page_member(&p, "check", json_check(a, &f));
	}
	page_open_list(&p, "epmd");
	for (size_t i = 0; i < s->n_epmd && !p.failed; i++)
		page_entry(&p, epmd(&s->epmd[i], s->input.time_digits));
	page_close_list(&p);
	put_connections(&p, s, a);
	return page_end(&p);
}
