#include "report/sarif.h"

#include "base/map.h"
#include "config.h"
#include "report/findings.h"
#include "report/json_build.h"
#include "report/json_page.h"

#define SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#define MESSAGE_MAX (2 * CONNECTION_MAX)

/* In a message, braces are doubled, or they would be placeholders, and a bracket
 * has a backslash, or it would begin a link. [SARIF 2.1.0 3.11.5, 3.11.6] */
static void
put_message(struct text *t, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '[' || *s == ']')
			text_put(t, "\\");
		else if (*s == '{' || *s == '}')
			text_putf(t, "%c", *s);
		text_putf(t, "%c", *s);
	}
}

static json_t *
message(const char *s)
{
	char escaped[MESSAGE_MAX];
	struct text t = TEXT(escaped);
	struct build b = build_object();

	put_message(&t, s);
	build_put(&b, "text", build_word(t.s));
	return build_done(&b);
}

static json_t *
rule_object(const struct rule *rule)
{
	struct build b = build_object(), level = build_object(), more = build_object();
	char s[MESSAGE_MAX];
	struct text help = TEXT(s);

	text_putf(&help, "Mend: %s. Source: %s.", rule->mend, rule->source);
	build_put(&level, "level", build_word(severity_word(rule->severity)));
	build_put(&more, "source", build_word(rule->source));
	build_put(&b, "id", build_word(rule->id));
	build_put(&b, "shortDescription", message(rule->title));
	build_put(&b, "fullDescription", message(rule->sentence));
	build_put(&b, "help", message(help.s));
	build_put(&b, "defaultConfiguration", build_done(&level));
	build_put(&b, "properties", build_done(&more));
	return build_done(&b);
}

static json_t *
tool(void)
{
	struct build b = build_object(), driver = build_object(), list = build_list();

	for (size_t i = 0; i < N_RULES; i++)
		build_add(&list, rule_object(&rules[i]));
	build_put(&driver, "name", build_word("beamtap"));
	build_put(&driver, "version", build_word(PACKAGE_VERSION));
	build_put(&driver, "rules", build_done(&list));
	build_put(&b, "driver", build_done(&driver));
	return build_done(&b);
}

/* [RFC 3986 2.3] and the slash; also the colon is escaped, for it would end a scheme. */
static void
put_uri(struct text *t, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-._~/";

	while (strncmp(path, "./", 2) == 0)
		path += 2;
	if (path[0] == '/')
		text_put(t, "file://");
	for (; *path != '\0'; path++) {
		if (strchr(plain, *path) != NULL)
			text_putf(t, "%c", *path);
		else
			text_putf(t, "%%%02X", (unsigned)(uint8_t)*path);
	}
}

/* The connection is what it is about; the file is where a scanner shows it. */
static json_t *
locations(const struct finding *f, const char *uri)
{
	struct build list = build_list(), b = build_object(), physical = build_object();
	struct build artifact = build_object(), region = build_object();

	build_put(&artifact, "uri", build_word(uri));
	build_put(&region, "startLine", json_integer(1));
	build_put(&physical, "artifactLocation", build_done(&artifact));
	build_put(&physical, "region", build_done(&region));
	build_put(&b, "physicalLocation", build_done(&physical));
	if (f->connection != NULL) {
		struct build names = build_list(), name = build_object();
		char s[MESSAGE_MAX];
		struct text t = TEXT(s);

		findings_put_connection(&t, f->connection, true);
		build_put(&name, "fullyQualifiedName", build_word(s));
		build_put(&name, "kind", build_word("resource"));
		build_add(&names, build_done(&name));
		build_put(&b, "logicalLocations", build_done(&names));
	}
	build_add(&list, build_done(&b));
	return build_done(&list);
}

static bool
is_whole_name(struct bytes node)
{
	const uint8_t *at = node.n > 0 ? memchr(node.p, '@', node.n) : NULL;

	return at != NULL && !(node.n >= 2 && memcmp(node.p + node.n - 2, "@?", 2) == 0);
}

/* A node is itself wherever it runs today; without a name, its address is. A server
 * without a name is known by its port, a client's port is new each time. */
static void
put_who(struct text *t, const struct judgement *j, enum side side)
{
	const struct judged_end *end = &j->end[side];
	char ip[ADDRESS_TEXT_MAX];

	text_put(t, " ");
	if (is_whole_name(end->node)) {
		findings_put_node(t, end, true);
		return;
	}
	text_put(t, address_text(&end->address, ip));
	if (side == SIDE_SERVER)
		text_putf(t, " %u", (unsigned)end->port);
}

/*
 * The same trouble has the same fingerprint tomorrow. primaryLocationLineHash is the
 * one that GitHub reads: without it, all results of a rule would be one alert, as all
 * have one location. The key is no secret: it only has to stay.
 */
static json_t *
fingerprints(const struct finding *f)
{
	static const uint64_t key[2] = { 0x6265616d74617031u, 0x666f726576657221u };
	struct build b = build_object();
	char s[MESSAGE_MAX], hash[32];
	struct text t = TEXT(s);

	text_put(&t, f->rule->id);
	if (f->connection != NULL) {
		put_who(&t, f->connection, SIDE_CLIENT);
		put_who(&t, f->connection, SIDE_SERVER);
	}
	snprintf(hash, sizeof hash, "%016llx:1",
	    (unsigned long long)siphash(key, (struct bytes){ (const uint8_t *)s, t.n }));
	build_put(&b, "beamtap/v1", build_word(s));
	build_put(&b, "primaryLocationLineHash", build_word(hash));
	return build_done(&b);
}

static json_t *
suppressions(const struct finding *f)
{
	struct build list = build_list(), b = build_object();
	char s[MESSAGE_MAX];
	struct text t = TEXT(s);

	finding_put_excuse(&t, f, true);
	build_put(&b, "kind", build_word("external"));
	build_put(&b, "status", build_word("accepted"));
	build_put(&b, "justification", build_word(s));
	build_add(&list, build_done(&b));
	return build_done(&list);
}

/*
 * What is not proved is an error like a violation: a scanner's gate opens at
 * "warning". What was accepted is a note, because GitHub does not read suppressions.
 * What is not known and was not demanded is no failure. [SARIF 2.1.0 3.27.9, 3.27.10]
 */
static const char *
level_of(const struct finding *f)
{
	switch (f->weight) {
	case WEIGHT_NONE:
		break;
	case WEIGHT_UNPROVED:
	case WEIGHT_VIOLATION:
		return "error";
	}
	return f->answer == RULE_FAIL ? "note" : "none";
}

static json_t *
result_message(const struct finding *f)
{
	char s[MESSAGE_MAX];
	struct text t = TEXT(s);

	if (f->weight == WEIGHT_UNPROVED)
		text_put(&t, "Not proved: ");
	text_put(&t, f->why);
	if (f->mend[0] != '\0')
		text_putf(&t, " (mend: %s)", f->mend);
	return message(s);
}

static json_t *
result(const struct finding *f, const char *uri)
{
	struct build b = build_object(), more = build_object();
	bool is_open = f->weight == WEIGHT_NONE && f->answer != RULE_FAIL;

	build_put(&b, "ruleId", build_word(f->rule->id));
	build_put(&b, "ruleIndex", build_count(finding_rule(f)));
	build_put(&b, "kind", build_word(is_open ? "open" : "fail"));
	build_put(&b, "level", build_word(level_of(f)));
	build_put(&b, "message", result_message(f));
	build_put(&b, "locations", locations(f, uri));
	build_put(&b, "partialFingerprints", fingerprints(f));
	if (finding_is_excused(f))
		build_put(&b, "suppressions", suppressions(f));
	build_put(&more, "answer", build_word(rule_answer_word(f->answer)));
	build_put(&more, "weight", build_word(weight_word(f->weight)));
	build_put(&b, "properties", build_done(&more));
	return build_done(&b);
}

/* Status and demands: a file without results does not say that all was proved. */
static json_t *
run_properties(const struct assertion *a)
{
	struct build b = build_object(), demands = build_list(), relaxations = build_list();

	for (size_t i = 0; i < a->n_demands; i++)
		build_add(&demands, build_typed(a->demands[i]));
	for (size_t i = 0; i < a->n_relaxations; i++)
		build_add(&relaxations, build_typed(a->relaxations[i]));
	build_put(&b, "outcome", build_word(outcome_word(a->outcome)));
	build_put(&b, "demands", build_done(&demands));
	build_put(&b, "relaxations", build_done(&relaxations));
	return build_done(&b);
}

bool
sarif_write(const struct assertion *a, const char *location, FILE *out)
{
	struct page p = page_begin(out);
	char s[MESSAGE_MAX];
	struct text uri = TEXT(s);

	put_uri(&uri, location);
	page_member(&p, "$schema", json_string(SCHEMA));
	page_member(&p, "version", json_string("2.1.0"));
	page_open_list(&p, "runs");
	page_open_entry(&p);
	page_member(&p, "tool", tool());
	page_open_list(&p, "results");
	for (size_t i = 0; i < a->n_findings && !p.failed; i++)
		if (finding_is_asked(&a->findings[i]) && a->findings[i].answer != RULE_PASS)
			page_entry(&p, result(&a->findings[i], s));
	page_close_list(&p);
	page_member(&p, "properties", run_properties(a));
	page_close_entry(&p);
	page_close_list(&p);
	return page_end(&p);
}
