#include "report/detail.h"

#include <assert.h>

#include "report/columns.h"
#include "report/details.h"
#include "report/ladder.h"

#define NODES_WIDTH 120u
#define MINUTE_NS UINT64_C(60000000000)
#define HOUR_S 3600u

static const struct column *
column(const char *id)
{
	unsigned i = 0;

	while (strcmp(columns[i].id, id) != 0)
		assert(++i < N_COLUMNS);
	return &columns[i];
}

static void
put_cell(struct text *t, const char *id, const struct judgement *j,
    const struct cell_style *style)
{
	column(id)->put(t, j, style);
}

static void
put_nodes(struct text *t, const struct judgement *j, const struct cell_style *style)
{
	char b[CELL_MAX];
	struct text whole = TEXT(b);

	put_cell(&whole, "nodes", j, style);
	column("nodes")->cut(t, b, NODES_WIDTH, style->utf8);
}

static void
write_end(const struct judgement *j, enum side side, const struct cell_style *style,
    struct wrap *w)
{
	bool client = side == SIDE_CLIENT;
	char b[CELL_MAX];
	struct text t = TEXT(b);

	text_putf(&t, "%s ", client ? "client" : "server");
	put_cell(&t, client ? "local" : "foreign", j, style);
	text_putf(&t, ": sent %llu bytes in %llu packets",
	    (unsigned long long)j->bytes[side], (unsigned long long)j->packets[side]);
	wrap_line(w, DETAILS_INDENT, b);
}

/* Handshakes are over in less than a second. */
static void
put_span(struct text *t, uint64_t ns)
{
	unsigned long long s = ns / (MINUTE_NS / 60);

	if (ns < MINUTE_NS)
		text_putf(t, "%.3fs", (double)ns / 1e9);
	else if (s < HOUR_S)
		text_putf(t, "%llum%02llus", s / 60, s % 60);
	else
		text_putf(t, "%lluh%02llum", s / HOUR_S, s % HOUR_S / 60);
}

static void
write_times(const struct judgement *j, unsigned digits, struct wrap *w)
{
	char b[160];
	struct text t = TEXT(b);

	text_put(&t, "first packet ");
	text_put_time(&t, j->first_ns, digits);
	text_put(&t, ", last ");
	text_put_time(&t, j->last_ns, digits);
	if (j->last_ns >= j->first_ns) {
		text_put(&t, ", ");
		put_span(&t, j->last_ns - j->first_ns);
		text_put(&t, " between");
	}
	wrap_line(w, DETAILS_INDENT, b);
}

void
detail_write_ends(const struct judgement *j, unsigned time_digits,
    const struct cell_style *style, struct wrap *w)
{
	char b[CELL_MAX];
	struct text t = TEXT(b);

	text_putf(&t, "#%u ", (unsigned)j->id);
	put_nodes(&t, j, style);
	text_put(&t, ", ");
	put_cell(&t, "module", j, style);
	wrap_line(w, 0, b);
	write_end(j, SIDE_CLIENT, style, w);
	write_end(j, SIDE_SERVER, style, w);
	write_times(j, time_digits, w);
}

void
detail_put_title(struct text *t, const struct judgement *j)
{
	bool says_state = j->verdict == VERDICT_REFUSED && j->state == STATE_REFUSED;

	text_putf(t, "Verdict: %s", verdict_word(j->verdict));
	if (state_word(j->state) != NULL && !says_state)
		text_putf(t, ", %s", state_word(j->state));
	if (reason_word(j->reason) != NULL)
		text_putf(t, ", %s", reason_word(j->reason));
}

static void
write_ladder(const struct judgement *j, unsigned width, bool utf8, FILE *out)
{
	char b[LADDER_LINE_BYTES];
	struct text t = TEXT(b);
	struct ladder l;

	ladder_read(&l, j, utf8);
	ladder_put_sides(&t, width);
	fprintf(out, "%s\n", b);
	for (unsigned i = 0; i < l.n; i++) {
		t = TEXT(b);
		ladder_put_rung(&t, &l.rungs[i], width, utf8);
		fprintf(out, "%s\n", b);
	}
}

bool
detail_write(const struct judgement *j, unsigned time_digits, const struct detail_style *style,
    FILE *out)
{
	struct wrap w = { .out = out, .width = style->width };
	char title[64];
	struct text t = TEXT(title);

	detail_write_ends(j, time_digits, &style->cell, &w);
	detail_put_title(&t, j);
	fprintf(out, "\n%s\n", title);
	details_write_verdict(j, style->cell.utf8, &w);
	fprintf(out, "\nHandshake, as far as it is known\n");
	write_ladder(j, style->width > 0 ? style->width : LADDER_WIDTH_MAX, style->cell.utf8, out);
	if (j->has_tls)
		fprintf(out, "\nTLS\n");
	details_write_tls(j, style->cell.utf8, &w);
	if (j->has_dist)
		fprintf(out, "\nDistribution\n");
	details_write_dist(j, &w);
	return !ferror(out);
}
