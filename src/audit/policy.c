#include "audit/policy.h"

#include <assert.h>
#include <stdio.h>

#include "audit/pattern.h"
#include "base/limits.h"
#include "base/text.h"

#define KEY_BITS_MAX	65536u
#define DAYS_MAX	36500u	/* a hundred years; nanoseconds hold five hundred */
#define DAY_SECONDS	86400u

void
policy_init(struct policy *p)
{
	*p = (struct policy){ .require = DEMAND_MUTUAL, .evidence = EVIDENCE_INFERRED };
}

void
policy_free(struct policy *p)
{
	arena_free(&p->arena);
	policy_init(p);
}

static struct bytes
bytes_of(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

/* Who asks knows the name, and puts it in front. */
static bool
refuse(struct diag *d, const char *value, const char *why)
{
	char quoted[160];
	struct text t = TEXT(quoted);

	text_put_wire(&t, bytes_of(value));
	diag_set(d, "'%s%s' %s", quoted, t.cut ? "..." : "", why);
	return false;
}

static bool
no_memory(struct diag *d)
{
	diag_set(d, "out of memory");
	return false;
}

/* The decimal number s begins with, and what follows it; false: none, or more than
 * max. */
static bool
read_number(const char **s, unsigned max, unsigned *out)
{
	const char *at = *s;
	uint64_t n = 0;

	while (*at >= '0' && *at <= '9' && n <= max)
		n = n * 10 + (unsigned)(*at++ - '0');
	if (at == *s || n > max)
		return false;
	*s = at;
	*out = (unsigned)n;
	return true;
}

static bool
set_number(unsigned *out, const char *value, unsigned max, struct diag *d)
{
	const char *rest = value;
	unsigned n;
	char why[64];

	if (read_number(&rest, max, &n) && *rest == '\0' && n > 0) {
		*out = n;
		return true;
	}
	snprintf(why, sizeof why, "is not a number from 1 to %u", max);
	return refuse(d, value, why);
}

bool
policy_flag(const char *value, bool *out, struct diag *d)
{
	bool yes = strcmp(value, "yes") == 0 || strcmp(value, "true") == 0;

	if (!yes && strcmp(value, "no") != 0 && strcmp(value, "false") != 0)
		return refuse(d, value, "is neither yes nor no");
	*out = yes;
	return true;
}

bool
policy_duration(const char *value, uint64_t *out_ns, struct diag *d)
{
	static const struct { char unit; unsigned seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', DAY_SECONDS },
		{ 'w', 7 * DAY_SECONDS },
	};
	const uint64_t max = (uint64_t)DAYS_MAX * DAY_SECONDS;
	const char *rest = value;
	unsigned n;

	if (read_number(&rest, DAYS_MAX * DAY_SECONDS, &n) && n > 0 && *rest != '\0' &&
	    rest[1] == '\0')
		for (size_t i = 0; i < sizeof units / sizeof *units; i++)
			if (*rest == units[i].unit && n <= max / units[i].seconds) {
				*out_ns = (uint64_t)n * units[i].seconds * 1000000000u;
				return true;
			}
	return refuse(d, value, "is not a time such as 30s, 15m, 12h, 14d or 2w"
	    " (at most 100 years)");
}

static const char *
keep(struct policy *p, struct bytes b)
{
	char *s = arena_take(&p->arena, b.n + 1);

	if (s != NULL && b.n > 0)
		memcpy(s, b.p, b.n);
	return s;
}

static bool
set_path(struct policy *p, const char **out, const char *value, struct diag *d)
{
	if (*value == '\0')
		return refuse(d, value, "is not a file's name");
	const char *kept = keep(p, bytes_of(value));
	if (kept == NULL)
		return no_memory(d);
	*out = kept;
	return true;
}

/* Lists double: there is room until n is a power of two. */
static bool
list_add(struct policy *p, struct policy_list *l, struct bytes pattern, struct diag *d)
{
	const char *kept = keep(p, pattern);

	if (kept == NULL)
		return no_memory(d);
	if ((l->n & (l->n - 1)) == 0) {
		const char **more = arena_take(&p->arena, (l->n > 0 ? l->n * 2 : 1) * sizeof *more);

		if (more == NULL)
			return no_memory(d);
		if (l->n > 0)
			memcpy(more, l->v, l->n * sizeof *more);
		l->v = more;
	}
	l->v[l->n++] = kept;
	return true;
}

static bool
set_require(struct policy *p, const char *value, struct diag *d)
{
	if (strcmp(value, "encrypted") == 0)
		p->require = DEMAND_ENCRYPTED;
	else if (strcmp(value, "mutual") == 0)
		p->require = DEMAND_MUTUAL;
	else
		return refuse(d, value, "is neither encrypted nor mutual");
	return true;
}

static bool
set_evidence(struct policy *p, const char *value, struct diag *d)
{
	static const enum evidence all[] = { EVIDENCE_SEEN, EVIDENCE_DECRYPTED, EVIDENCE_RESUMED,
		EVIDENCE_INFERRED };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(value, evidence_word(all[i])) == 0) {
			p->evidence = all[i];
			return true;
		}
	return refuse(d, value, "is not one of seen, decrypted, resumed and inferred");
}

static bool
set_tls_min(struct policy *p, const char *value, struct diag *d)
{
	if (strcmp(value, "1.2") == 0)
		p->tls_min = 0x0303;
	else if (strcmp(value, "1.3") == 0)
		p->tls_min = 0x0304;
	else
		return refuse(d, value, "is neither 1.2 nor 1.3");
	return true;
}

static bool
set_ca(struct policy *p, const char *value, struct diag *d)
{
	return set_path(p, &p->ca, value, d);
}

static bool
set_hostname(struct policy *p, const char *value, struct diag *d)
{
	return policy_flag(value, &p->hostname, d);
}

static bool
set_min_key_bits(struct policy *p, const char *value, struct diag *d)
{
	return set_number(&p->min_key_bits, value, KEY_BITS_MAX, d);
}

static bool
set_expires_in(struct policy *p, const char *value, struct diag *d)
{
	bool ok = policy_duration(value, &p->expires_in_ns, d);

	p->asks_expiry |= ok;
	return ok;
}

static bool
set_forward_secrecy(struct policy *p, const char *value, struct diag *d)
{
	return policy_flag(value, &p->forward_secrecy, d);
}

static bool
set_post_quantum(struct policy *p, const char *value, struct diag *d)
{
	return policy_flag(value, &p->post_quantum, d);
}

static bool
set_expect_node(struct policy *p, const char *value, struct diag *d)
{
	struct bytes pattern = pattern_unquote(value);
	const char *fault = pattern_fault(pattern);

	if (fault != NULL)
		return refuse(d, value, fault);
	return list_add(p, &p->expect_node, pattern, d);
}

static bool
set_expect_nodes(struct policy *p, const char *value, struct diag *d)
{
	return set_number(&p->expect_nodes, value, LIMIT_CONNECTIONS, d);
}

static bool
set_expect_connections(struct policy *p, const char *value, struct diag *d)
{
	return set_number(&p->expect_connections, value, LIMIT_CONNECTIONS, d);
}

static bool
set_full_mesh(struct policy *p, const char *value, struct diag *d)
{
	return policy_flag(value, &p->full_mesh, d);
}

static bool
set_no_refused(struct policy *p, const char *value, struct diag *d)
{
	return policy_flag(value, &p->no_refused, d);
}

static bool
set_no_ignored_tls(struct policy *p, const char *value, struct diag *d)
{
	return policy_flag(value, &p->no_ignored_tls, d);
}

/*
 * As CouchDB's no_tls: true is every node, false is none, and only bare. In quotes
 * that reach CouchDB the word is a pattern, which matches no node; taken for true
 * here it would excuse them all. Which quotes reach it depends on where they were
 * copied from. [couch_dist.erl: match/2] What says false and a pattern contradicts
 * itself.
 */
static bool
set_allow_plaintext(struct policy *p, const char *value, struct diag *d)
{
	struct bytes pattern = pattern_unquote(value);
	bool is_true = bytes_equal(pattern, bytes_of("true"));
	bool is_false = bytes_equal(pattern, bytes_of("false"));
	const char *fault = is_true || is_false || bytes_equal(pattern, bytes_of("*")) ? NULL
	    : pattern_fault(pattern);

	if ((is_true || is_false) && strlen(value) > pattern.n)
		fault = "may be a node's name to CouchDB; write the word without quotes";
	else if (is_false ? p->allow_plaintext.n > 0 : p->allows_no_plaintext)
		fault = is_false ? "contradicts the pattern before it" : "contradicts the false before it";
	if (fault != NULL)
		return refuse(d, value, fault);
	p->allows_no_plaintext = is_false;
	if (is_false)
		return true;
	return list_add(p, &p->allow_plaintext, pattern, d);
}

static bool
set_waivers(struct policy *p, const char *value, struct diag *d)
{
	return set_path(p, &p->waivers, value, d);
}

const struct policy_key policy_keys[N_POLICY_KEYS] = {
	{ "require", "encrypted|mutual", false,
	    "what every connection must be (default: mutual)", set_require },
	{ "evidence", "HOW", false,
	    "the weakest evidence that counts: seen, decrypted,\n"
	    "resumed or inferred (default: inferred)", set_evidence },
	{ "tls-min", "1.2|1.3", false,
	    "the oldest version of TLS", set_tls_min },
	{ "ca", "FILE|DIR", false,
	    "the server's certificate, and the client's if it showed\n"
	    "one, lead to one of these (PEM)", set_ca },
	{ "hostname", NULL, false,
	    "SNI, names in the certificate and the node's host\n"
	    "agree", set_hostname },
	{ "min-key-bits", "N", false,
	    "RSA keys in the server's certificate, and in those\n"
	    "that the client showed, have N bits or more", set_min_key_bits },
	{ "expires-in", "TIME", false,
	    "neither the server's certificate nor those that the\n"
	    "client showed expire within TIME, say 14d", set_expires_in },
	{ "forward-secrecy", NULL, false,
	    "a key taken later opens no recording", set_forward_secrecy },
	{ "post-quantum", NULL, false,
	    "nor does a quantum computer: hybrid key exchange", set_post_quantum },
	{ "expect-node", "PATTERN", true,
	    "a node of this name was seen, say 'db?@*.lab'\n"
	    "(repeatable)", set_expect_node },
	{ "expect-nodes", "N", false,
	    "N nodes or more were seen", set_expect_nodes },
	{ "expect-connections", "N", false,
	    "N connections or more were judged", set_expect_connections },
	{ "full-mesh", NULL, false,
	    "every node that was seen was connected to every other\n"
	    "(one that was not is not missed: --expect-nodes)", set_full_mesh },
	{ "no-refused", NULL, false,
	    "a refused connection is a violation", set_no_refused },
	{ "no-ignored-tls", NULL, false,
	    "TLS that nothing calls distribution leaves the\n"
	    "result unproved", set_no_ignored_tls },
	{ "allow-plaintext", "PATTERN", true,
	    "except servers of this name, as CouchDB's no_tls, say\n"
	    "'clouseau@127.0.0.1'; true is all (repeatable)", set_allow_plaintext },
	{ "waivers", "FILE", false,
	    "accept the violations that FILE lists", set_waivers },
};

const struct policy_key *
policy_key_find(const char *name)
{
	for (size_t i = 0; i < N_POLICY_KEYS; i++)
		if (strcmp(policy_keys[i].name, name) == 0)
			return &policy_keys[i];
	return NULL;
}

void
policy_forget(struct policy *p, const struct policy_key *key)
{
	if (key->set == set_expect_node) {
		p->expect_node.n = 0;
	} else if (key->set == set_allow_plaintext) {
		p->allow_plaintext.n = 0;
		p->allows_no_plaintext = false;
	} else {
		assert(!key->many);
	}
}
