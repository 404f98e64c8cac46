#include "ui/connection_fields.h"

#include "report/words.h"
#include "ui/rates.h"

/* Of report/columns.h's table. */
enum {
	MODULE, RECV, SENT, LOCAL, FOREIGN, STATE, NETNS, NODES, VERDICT, TLS, CLIENT, EVIDENCE, REASON,
	KNOWN_BY, BLIND
};

static const struct judgement *
connection(const void *what)
{
	return ((const struct seen *)what)->connection;
}

static const struct epmd_entry *
listener(const void *what)
{
	return ((const struct seen *)what)->listener;
}

static void
put_shared(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	if (connection(what) != NULL)
		f->shared->put(cell, connection(what), &s->style);
	else
		text_put(cell, "-");
}

static void
put_module(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	if (connection(what) != NULL)
		f->shared->put(cell, connection(what), &s->style);
	else
		text_put(cell, "?");
}

/* The process that has the socket, on its host; nobody on the wire says. */
static void
put_owner(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	const struct judgement *j = connection(what);
	const struct owner *o = j == NULL ? &listener(what)->owner : &j->owner[SIDE_CLIENT];

	(void)f;
	if (j != NULL && o->pid == 0)
		o = &j->owner[SIDE_SERVER];
	if (o->pid == 0) {
		text_put(cell, "?");
		return;
	}
	text_putf(cell, "%u/", (unsigned)o->pid);
	words_put_wire(cell, words_bytes(o->comm), s->style.utf8);
}

/* A listener's place, as a connection's would be written. */
static void
put_local(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	const struct epmd_entry *e = listener(what);

	if (connection(what) != NULL) {
		f->shared->put(cell, connection(what), &s->style);
		return;
	}
	const struct judgement place = { .end = { { .address = e->host, .port = e->port } } };
	f->shared->put(cell, &place, &s->style);
}

static void
put_foreign(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	if (connection(what) != NULL)
		f->shared->put(cell, connection(what), &s->style);
	else
		text_put(cell, "*:*");
}

static void
put_state(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	if (connection(what) != NULL)
		f->shared->put(cell, connection(what), &s->style);
	else
		text_put(cell, "ACCEPTING");
}

static void
put_netns(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	if (connection(what) != NULL)
		f->shared->put(cell, connection(what), &s->style);
	else if (listener(what)->netns != NULL)
		words_put_escaped(cell, listener(what)->netns, s->style.utf8);
}

/* No blank of a stranger's may look like the end of a column. */
void
connection_put_listener(struct text *t, const struct epmd_entry *e, bool utf8)
{
	for (struct bytes b = e->node; b.n > 0;) {
		const uint8_t *blank = memchr(b.p, ' ', b.n);
		size_t n = blank != NULL ? (size_t)(blank - b.p) : b.n;

		words_put_wire(t, (struct bytes){ b.p, n }, utf8);
		if (blank != NULL) {
			text_put(t, "\\x20");
			n++;
		}
		b = (struct bytes){ b.p + n, b.n - n };
	}
	text_put(t, e->node.n > 0 ? "@?" : "?");
}

static void
put_nodes(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	if (connection(what) != NULL)
		f->shared->put(cell, connection(what), &s->style);
	else
		connection_put_listener(cell, listener(what), s->style.utf8);
}

static void
cut_nodes(struct text *t, const char *cell, unsigned width, bool utf8)
{
	columns[NODES].cut(t, cell, width, utf8);
}

static void
put_known_by(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	if (connection(what) != NULL)
		f->shared->put(cell, connection(what), &s->style);
	else
		columns_put_known_by(cell, KNOWN_BY_EPMD, ",");
}

static bool
number_bytes(double *n, const struct field *f, const void *what, const struct scene *s)
{
	enum side from = f->shared == &columns[RECV] ? SIDE_SERVER : SIDE_CLIENT;

	(void)s;
	if (connection(what) != NULL)
		*n = (double)connection(what)->bytes[from];
	return connection(what) != NULL;
}

static bool
number_verdict(double *n, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	if (connection(what) != NULL)
		*n = verdict_rank(connection(what)->verdict);
	return connection(what) != NULL;
}

/* 1.2 of TLSv1.2 [RFC 5246 6.2.1: TLS 1.0 is 3, 1]; 0.3 of SSLv3. */
static bool
number_tls(double *n, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	if (connection(what) == NULL || connection(what)->tls.version >> 8 != 3)
		return false;
	unsigned minor = connection(what)->tls.version & 0xff;
	*n = (minor == 0 ? 3 : 9 + minor) / 10.0;
	return true;
}

/* From the first packet until now, or until the last of one that has ended. */
static bool
age_of(const void *what, const struct scene *s, uint64_t *ns)
{
	const struct judgement *j = connection(what);

	if (j == NULL)
		return false;
	bool ended = j->state == STATE_CLOSED || j->state == STATE_REFUSED;
	uint64_t until = ended ? j->last_ns : s->now_ns;
	*ns = until > j->first_ns ? until - j->first_ns : 0;
	return true;
}

static bool
idle_of(const void *what, const struct scene *s, uint64_t *ns)
{
	const struct judgement *j = connection(what);

	if (j != NULL)
		*ns = s->now_ns > j->last_ns ? s->now_ns - j->last_ns : 0;
	return j != NULL;
}

static void
put_age(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	uint64_t ns;

	(void)f;
	if (age_of(what, s, &ns))
		field_put_duration(cell, ns);
	else
		text_put(cell, "-");
}

static void
put_idle(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	uint64_t ns;

	(void)f;
	if (idle_of(what, s, &ns))
		field_put_duration(cell, ns);
	else
		text_put(cell, "-");
}

static bool
number_age(double *n, const struct field *f, const void *what, const struct scene *s)
{
	uint64_t ns = 0;
	bool known = age_of(what, s, &ns);

	(void)f;
	*n = (double)ns / 1e9;
	return known;
}

static bool
number_idle(double *n, const struct field *f, const void *what, const struct scene *s)
{
	uint64_t ns = 0;
	bool known = idle_of(what, s, &ns);

	(void)f;
	*n = (double)ns / 1e9;
	return known;
}

static bool
rate_from(double *n, enum side from, const void *what, const struct scene *s)
{
	const struct rate *rate = connection(what) == NULL ? NULL :
	    rates_find(s->rates, connection(what)->id);

	if (rate != NULL)
		*n = rate->per_second[from];
	return rate != NULL;
}

static bool
number_recv_rate(double *n, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	return rate_from(n, SIDE_SERVER, what, s);
}

static bool
number_sent_rate(double *n, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	return rate_from(n, SIDE_CLIENT, what, s);
}

static void
put_rate(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	double n;

	if (f->number(&n, f, what, s))
		field_put_amount(cell, n);
	else
		text_put(cell, "-");
}

static void
put_cipher(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	if (connection(what) != NULL && connection(what)->has_tls && connection(what)->tls.has_cipher)
		words_put_cipher(cell, connection(what)->tls.cipher);
	else
		text_put(cell, "-");
}

static void
put_group(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	if (connection(what) != NULL && connection(what)->has_tls && connection(what)->tls.group != 0)
		words_put_group(cell, connection(what)->tls.group);
	else
		text_put(cell, "-");
}

static void
put_id(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	if (connection(what) != NULL)
		text_putf(cell, "%u", (unsigned)connection(what)->id);
	else
		text_put(cell, "-");
}

static bool
number_id(double *n, const struct field *f, const void *what, const struct scene *s)
{
	(void)f;
	(void)s;
	if (connection(what) != NULL)
		*n = connection(what)->id;
	return connection(what) != NULL;
}

static void
put_node_name(struct text *cell, struct bytes node, const struct scene *s)
{
	if (node.n > 0)
		words_put_wire(cell, node, s->style.utf8);
	else
		text_put(cell, "?");
}

static void
put_node(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	const struct judgement *j = connection(what);

	(void)f;
	if (j == NULL) {
		connection_put_listener(cell, listener(what), s->style.utf8);
		return;
	}
	put_node_name(cell, j->end[SIDE_CLIENT].node, s);
	text_put(cell, "\n");
	put_node_name(cell, j->end[SIDE_SERVER].node, s);
}

static void
put_host(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	const struct judgement *j = connection(what);
	char ip[ADDRESS_TEXT_MAX];

	(void)f;
	(void)s;
	if (j == NULL) {
		text_put(cell, address_text(&listener(what)->host, ip));
		return;
	}
	text_put(cell, address_text(&j->end[SIDE_CLIENT].address, ip));
	text_put(cell, "\n");
	text_put(cell, address_text(&j->end[SIDE_SERVER].address, ip));
}

static void
put_port(struct text *cell, const struct field *f, const void *what, const struct scene *s)
{
	const struct judgement *j = connection(what);

	(void)f;
	(void)s;
	if (j == NULL)
		text_putf(cell, "%u", (unsigned)listener(what)->port);
	else
		text_putf(cell, "%u\n%u", (unsigned)j->end[SIDE_CLIENT].port,
		    (unsigned)j->end[SIDE_SERVER].port);
}

static void
put_explanation(struct text *cell, const struct field *f, const void *what,
    const struct scene *s)
{
	(void)f;
	if (connection(what) != NULL)
		words_put_escaped(cell, connection(what)->explanation, s->style.utf8);
}

#define SHARED(which) .shared = &columns[which]
#define TEXT_OF(function) .put = (function)
#define NUMBER_OF(what, function) .unit = (what), .number = (function), .right = true
#define WIDTHS(least, most, rank) .min = (least), .wanted = (most), .priority = (rank)

/* Where `show` has a column too, its name, widths and rank are the same. */
static const struct field fields[] = {
	{ .id = "module", .title = "Module", WIDTHS(8, 10, 9), SHARED(MODULE), TEXT_OF(put_module) },
	{ .id = "recv", .title = "Recv", WIDTHS(6, 6, 10), SHARED(RECV), TEXT_OF(put_shared),
	  NUMBER_OF(UNIT_BYTES, number_bytes) },
	{ .id = "sent", .title = "Sent", WIDTHS(6, 6, 11), SHARED(SENT), TEXT_OF(put_shared),
	  NUMBER_OF(UNIT_BYTES, number_bytes) },
	{ .id = "owner", .title = "Owner", WIDTHS(8, 23, 17), TEXT_OF(put_owner) },
	{ .id = "local", .title = "Local Address", WIDTHS(15, 54, 4), SHARED(LOCAL),
	  TEXT_OF(put_local) },
	{ .id = "foreign", .title = "Foreign Address", WIDTHS(15, 54, 2), SHARED(FOREIGN),
	  TEXT_OF(put_foreign) },
	{ .id = "state", .title = "State", WIDTHS(9, 9, 3), SHARED(STATE), TEXT_OF(put_state) },
	{ .id = "netns", .title = "Netns", WIDTHS(6, 40, 5), SHARED(NETNS), TEXT_OF(put_netns),
	  .optional = true },
	{ .id = "nodes", .title = "Nodes", WIDTHS(13, 160, 6), SHARED(NODES), TEXT_OF(put_nodes),
	  .cut = cut_nodes },
	{ .id = "verdict", .title = "Verdict", WIDTHS(9, 9, 1), SHARED(VERDICT), TEXT_OF(put_shared),
	  .by_verdict = true, .unit = UNIT_RANK, .number = number_verdict },
	{ .id = "tls", .title = "TLS", WIDTHS(3, 6, 7), SHARED(TLS), TEXT_OF(put_shared),
	  .unit = UNIT_NUMBER, .number = number_tls },
	{ .id = "client", .title = "Client", WIDTHS(9, 64, 8), SHARED(CLIENT), TEXT_OF(put_shared) },
	{ .id = "evidence", .title = "Evidence", WIDTHS(9, 9, 12), SHARED(EVIDENCE),
	  TEXT_OF(put_shared) },
	{ .id = "reason", .title = "Reason", WIDTHS(8, 16, 16), SHARED(REASON), TEXT_OF(put_shared) },
	{ .id = "age", .title = "Age", WIDTHS(4, 7, 13), TEXT_OF(put_age),
	  NUMBER_OF(UNIT_SECONDS, number_age) },
	{ .id = "recv_rate", .title = "Recv/s", WIDTHS(6, 6, 14), TEXT_OF(put_rate),
	  NUMBER_OF(UNIT_BYTES, number_recv_rate) },
	{ .id = "sent_rate", .title = "Sent/s", WIDTHS(6, 6, 15), TEXT_OF(put_rate),
	  NUMBER_OF(UNIT_BYTES, number_sent_rate) },
	{ .id = "known_by", .title = "Known by", WIDTHS(8, 52, 18), SHARED(KNOWN_BY),
	  TEXT_OF(put_known_by), .extra = true },
	{ .id = "blind", .title = "Blind", WIDTHS(7, 70, 19), SHARED(BLIND), TEXT_OF(put_shared),
	  .extra = true },
	{ .id = "cipher", .title = "Cipher", WIDTHS(12, 48, 20), TEXT_OF(put_cipher), .extra = true },
	{ .id = "group", .title = "Group", WIDTHS(6, 24, 21), TEXT_OF(put_group), .extra = true },
	{ .id = "idle", .title = "Idle", WIDTHS(4, 7, 22), TEXT_OF(put_idle), .extra = true,
	  NUMBER_OF(UNIT_SECONDS, number_idle) },
	{ .id = "id", .title = "Id", WIDTHS(3, 10, 23), TEXT_OF(put_id), .extra = true,
	  NUMBER_OF(UNIT_NUMBER, number_id) },
	{ .id = "node", TEXT_OF(put_node) },
	{ .id = "host", TEXT_OF(put_host) },
	{ .id = "port", TEXT_OF(put_port) },
	{ .id = "explanation", TEXT_OF(put_explanation) },
};

const struct fields connection_fields = { fields, sizeof fields / sizeof *fields };
