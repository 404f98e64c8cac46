#include "report/columns.h"

#include "report/cut.h"
#include "report/words.h"

#define ARROW " -> "

static const char *
or_else(const char *word, const char *otherwise)
{
	return word != NULL ? word : otherwise;
}

/* inet:i() names the module that carries the socket; TLS distribution is told
 * by its own name, as in -proto_dist. */
static void
put_module(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	(void)style;
	enum family family = j->end[SIDE_SERVER].address.family;
	bool plain = j->verdict == VERDICT_PLAINTEXT;

	if (family == FAMILY_NONE || (!plain && !j->has_tls))
		text_put(t, "?");
	else
		text_putf(t, "%s_%s", family == FAMILY_IPV6 ? "inet6" : "inet",
		    plain ? "tcp" : "tls");
}

/* Exact up to six digits, then as much as fits into as many: "12.3M". A number
 * is never cut; the JSON has all of it. */
static void
put_count(struct text *t, uint64_t n)
{
	static const char units[] = "kMGTPE";
	uint64_t tenths;
	unsigned unit = 0;

	if (n < 1000000) {
		text_putf(t, "%llu", (unsigned long long)n);
		return;
	}
	for (tenths = n / 100; tenths >= 10000; unit++)
		tenths /= 1000;
	if (tenths < 1000)
		text_putf(t, "%llu.%llu%c", (unsigned long long)tenths / 10,
		    (unsigned long long)tenths % 10, units[unit]);
	else
		text_putf(t, "%llu%c", (unsigned long long)tenths / 10, units[unit]);
}

/* The client is the local side: what it received is what the server sent. */
static void
put_recv(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	(void)style;
	put_count(t, j->bytes[SIDE_SERVER]);
}

static void
put_sent(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	(void)style;
	put_count(t, j->bytes[SIDE_CLIENT]);
}

static void
put_end(struct text *t, const struct judged_end *end, const struct services *services)
{
	char ip[ADDRESS_TEXT_MAX];
	const char *name = services_name(services, end->port);
	bool brackets = end->address.family == FAMILY_IPV6;

	text_putf(t, brackets ? "[%s]:" : "%s:", address_text(&end->address, ip));
	if (name != NULL)
		text_put(t, name);
	else
		text_putf(t, "%u", (unsigned)end->port);
}

static void
put_local(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	put_end(t, &j->end[SIDE_CLIENT], style->services);
}

static void
put_foreign(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	put_end(t, &j->end[SIDE_SERVER], style->services);
}

static void
put_state(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	(void)style;
	text_put(t, or_else(state_word(j->state), "?"));
}

static bool
is_between_words(const uint8_t *space, struct bytes all)
{
	const uint8_t *last = all.p + all.n - 1;

	return space > all.p && space < last && space[-1] != ' ' && space[1] != ' ';
}

/*
 * A stranger's string beside our columns must not draw columns of its own: its
 * spaces are escaped, all of them or (where names have spaces) all but single ones
 * between words.
 */
static void
put_beside(struct text *t, struct bytes all, bool allow_single, bool utf8)
{
	struct bytes b = all;

	while (b.n > 0) {
		const uint8_t *space = memchr(b.p, ' ', b.n);
		size_t n = space != NULL ? (size_t)(space - b.p) : b.n;

		words_put_wire(t, (struct bytes){ b.p, n }, utf8);
		if (space != NULL) {
			bool keep = allow_single && is_between_words(space, all);
			text_put(t, keep ? " " : "\\x20");
			n++;
		}
		b = (struct bytes){ b.p + n, b.n - n };
	}
}

static void
put_node(struct text *t, struct bytes node, bool utf8)
{
	if (node.n == 0)
		text_put(t, "?");
	put_beside(t, node, false, utf8);
}

static void
put_nodes(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	put_node(t, j->end[SIDE_CLIENT].node, style->utf8);
	text_put(t, ARROW);
	put_node(t, j->end[SIDE_SERVER].node, style->utf8);
}

/* Both nodes stay recognisable: the longer gives way first. */
static void
cut_nodes(struct text *t, const char *cell, unsigned width, bool utf8)
{
	char client[CELL_MAX];
	const char *arrow = strstr(cell, ARROW);
	unsigned ends = width > strlen(ARROW) ? width - (unsigned)strlen(ARROW) : 0;

	if (arrow == NULL || text_columns(cell) <= width || ends < 2) {
		cut_put(t, cell, width, utf8);
		return;
	}
	const char *server = arrow + strlen(ARROW);
	size_t n = (size_t)(arrow - cell);
	memcpy(client, cell, n);
	client[n] = '\0';

	size_t need[2] = { text_columns(client), text_columns(server) };
	unsigned left = ends / 2;
	if (need[0] < left)
		left = (unsigned)need[0];
	else if (need[1] < ends - left)
		left = ends - (unsigned)need[1];
	cut_put(t, client, left, utf8);
	text_put(t, ARROW);
	cut_put(t, server, ends - left, utf8);
}

static void
put_verdict(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	(void)style;
	text_put(t, verdict_word(j->verdict));
}

/* Under the title TLS, "1.3" says what "TLSv1.3" does. */
static void
put_tls(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	static const char prefix[] = "TLSv";
	char s[32];
	struct text version = TEXT(s);

	(void)style;
	if (!j->has_tls) {
		text_put(t, "-");
		return;
	}
	if (j->tls.version == 0) {
		text_put(t, "?");
		return;
	}
	words_put_version(&version, j->tls.version);
	text_put(t, strncmp(s, prefix, strlen(prefix)) == 0 ? s + strlen(prefix) : s);
}

/* Would a reader take this name for one of our words? */
static bool
reads_as_ours(const char *name)
{
	for (int s = CERTIFICATE_SENT; s <= CERTIFICATE_UNKNOWN; s++)
		if (strcmp(name, certificate_state_word((enum certificate_state)s)) == 0)
			return true;
	return name[0] == '\0' || strcmp(name, "-") == 0 || strcmp(name, "?") == 0;
}

static void
put_client_certificate(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	const struct chain *chain = &j->tls.client.chain;
	const char *name = NULL;

	if (!j->has_tls) {
		text_put(t, "-");
		return;
	}
	if (chain->n > 0 && chain->v[0]->readable) {
		name = chain->v[0]->common_name;
		if (name == NULL || reads_as_ours(name))
			name = chain->v[0]->subject;
	}
	if (j->tls.client.state == CERTIFICATE_SENT && name != NULL && name[0] != '\0')
		put_beside(t, words_bytes(name), true, style->utf8);
	else
		text_put(t, or_else(certificate_state_word(j->tls.client.state), "-"));
}

static void
put_evidence(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	(void)style;
	text_put(t, evidence_word(j->evidence));
}

static void
put_reason(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	(void)style;
	text_put(t, or_else(reason_word(j->reason), "-"));
}

void
columns_put_known_by(struct text *t, unsigned known_by, const char *separator)
{
	const char *between = "";

	for (unsigned one = 1; one <= KNOWN_BY_DECRYPTED; one <<= 1) {
		if (!(known_by & one))
			continue;
		text_putf(t, "%s%s", between, known_by_word((enum known_by)one));
		between = separator;
	}
	if (between != separator)
		text_put(t, "-");
}

void
columns_put_blind(struct text *t, unsigned blind, const char *separator)
{
	const char *between = "";

	for (int why = BLIND_NONE + 1; why <= BLIND_DROPPED; why++) {
		if (!(blind & BLIND_BIT(why)))
			continue;
		text_putf(t, "%s%s", between, blind_word((enum blind)why));
		between = separator;
	}
	if (between != separator)
		text_put(t, "-");
}

static void
put_known_by(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	(void)style;
	columns_put_known_by(t, j->known_by, ",");
}

static void
put_blind(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	(void)style;
	columns_put_blind(t, j->blind, ",");
}

/*
 * wanted: an IPv6 address and its port are 47 at most; two nodes of a stateful
 * set in Kubernetes are about 160; a common name is 64 at most [RFC 5280 A.1].
 */
/* Of the ends whose namespaces are known; a connection within one has one. */
static void
put_netns(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	const char *client = j->end[SIDE_CLIENT].netns, *server = j->end[SIDE_SERVER].netns;
	bool differ = client != NULL && server != NULL && strcmp(client, server) != 0;

	if (client != NULL)
		words_put_escaped(t, client, style->utf8);
	if (differ)
		text_put(t, ARROW);
	if (server != NULL && (differ || client == NULL))
		words_put_escaped(t, server, style->utf8);
}

const struct column columns[N_COLUMNS] = {
	/* id, title, right, by_verdict, min, wanted, priority, put, cut, optional */
	{ "module",   "Module",          false, false, 8,   10,  9, put_module, NULL, false },
	{ "recv",     "Recv",            true,  false, 6,    6, 10, put_recv, NULL, false },
	{ "sent",     "Sent",            true,  false, 6,    6, 11, put_sent, NULL, false },
	{ "local",    "Local Address",   false, false, 15,  54,  4, put_local, NULL, false },
	{ "foreign",  "Foreign Address", false, false, 15,  54,  2, put_foreign, NULL, false },
	{ "state",    "State",           false, false, 9,    9,  3, put_state, NULL, false },
	{ "netns",    "Netns",           false, false, 6,   40,  5, put_netns, NULL, true },
	{ "nodes",    "Nodes",           false, false, 13, 160,  6, put_nodes, cut_nodes, false },
	{ "verdict",  "Verdict",         false, true,  9,    9,  1, put_verdict, NULL, false },
	{ "tls",      "TLS",             false, false, 3,    6,  7, put_tls, NULL, false },
	{ "client",   "Client",          false, false, 9,   64,  8, put_client_certificate, NULL, false },
	{ "evidence", "Evidence",        false, false, 9,    9, 12, put_evidence, NULL, false },
	{ "reason",   "Reason",          false, false, 8,   16, 13, put_reason, NULL, false },
	{ "known_by", "Known by",        false, false, 8,   52, 14, put_known_by, NULL, false },
	{ "blind",    "Blind",           false, false, 7,   70, 15, put_blind, NULL, false },
};
