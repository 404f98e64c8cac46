#include "report/ladder.h"

#include <assert.h>

#include "report/columns.h"
#include "report/cut.h"
#include "report/rung.h"
#include "report/words.h"

#define TIME_WIDTH 9u		/* "+123.456 " */
#define MARGIN 1u		/* beside the two lines */
#define SHAFT 2u		/* at least, at either end of a label */

static struct rung *
add(struct ladder *l, enum rung_kind kind)
{
	assert(l->n < LADDER_RUNGS);
	struct rung *r = &l->rungs[l->n++];
	*r = (struct rung){ .kind = kind };
	return r;
}

static struct text
note(struct ladder *l)
{
	struct rung *r = add(l, RUNG_NOTE);

	return (struct text)TEXT(r->label);
}

/* What that record was inferred to be; NULL: nothing. */
static const struct judged_record *
inferred(const struct judgement *j, const struct message *m)
{
	const struct judged_records *r = &j->tls.inferred_from[m->side];

	for (unsigned i = 0; i < r->n; i++)
		if (r->v[i].end == m->end)
			return &r->v[i];
	return NULL;
}

static void
read_message(struct ladder *l, const struct judgement *j, const struct message *m, bool utf8)
{
	const struct judged_record *record = inferred(j, m);
	struct rung *r = add(l, RUNG_MESSAGE);
	struct text t = TEXT(r->label);

	r->from = (enum side)m->side;
	r->is_inferred = record != NULL;
	r->after_ns = m->at_ns > j->first_ns ? m->at_ns - j->first_ns : 0;
	if (record != NULL)
		rung_put_inferred(&t, j, record);
	else
		rung_put_message(&t, j, m, utf8);
}

#define DATA_SHOWN 8u		/* of a side, where nothing was inferred from them */

/* Behind the last that something was inferred from come messages between nodes. */
static bool
is_bulk(const struct judgement *j, const struct message *m)
{
	const struct judged_records *r = &j->tls.inferred_from[m->side];
	unsigned before = 0;

	if (m->kind != MESSAGE_SEALED_DATA)
		return false;
	if (r->n > 0)
		return m->end > r->v[r->n - 1].end;
	for (unsigned i = 0; message_at(j->messages, i) != m; i++)
		before += message_at(j->messages, i)->side == m->side &&
		    message_at(j->messages, i)->kind == MESSAGE_SEALED_DATA;
	return before >= DATA_SHOWN;
}

/* The next of a side, from i on. */
static unsigned
next(const struct judgement *j, enum side side, unsigned i)
{
	while (i < j->n_messages && (message_at(j->messages, i)->side != side ||
	    is_bulk(j, message_at(j->messages, i))))
		i++;
	return i;
}

static void
read_messages(struct ladder *l, const struct judgement *j, bool utf8)
{
	unsigned at[2] = { next(j, SIDE_CLIENT, 0), next(j, SIDE_SERVER, 0) };

	while (at[0] < j->n_messages || at[1] < j->n_messages) {
		bool server = at[0] == j->n_messages || (at[1] < j->n_messages &&
		    !message_precedes(message_at(j->messages, at[0]), message_at(j->messages, at[1])));
		enum side side = server ? SIDE_SERVER : SIDE_CLIENT;

		read_message(l, j, message_at(j->messages, at[side]), utf8);
		at[side] = next(j, side, at[side] + 1);
	}
}

static void
read_unseen(struct ladder *l, const struct judgement *j)
{
	unsigned blind = j->blind & ~BLIND_BIT(BLIND_NO_KEYS);

	if (blind == 0)
		return;
	struct text t = note(l);
	text_put(&t, "not all was seen: ");
	columns_put_blind(&t, blind, ", ");
}

static void
read_outcome(struct ladder *l, const struct judgement *j)
{
	struct text t = note(l);

	switch (j->state) {
	case STATE_NONE:
		text_put(&t, "what became of it is not known");
		break;
	case STATE_HANDSHAKE:
		text_put(&t, "the handshake is not over");
		break;
	case STATE_UP:
		text_put(&t, "up");
		break;
	case STATE_CLOSED:
		text_put(&t, "closed");
		break;
	case STATE_REFUSED:
		text_put(&t, "refused");
		if (reason_word(j->reason) != NULL)
			text_putf(&t, ": %s", reason_word(j->reason));
		break;
	}
}

static bool
has_bulk(const struct judgement *j)
{
	for (unsigned i = 0; i < j->n_messages; i++)
		if (is_bulk(j, message_at(j->messages, i)))
			return true;
	return false;
}

static void
read_course(struct ladder *l, const struct judgement *j)
{
	struct text t;

	if (j->n_messages == 0) {
		t = note(l);
		text_put(&t, "no message of it is known");
	}
	if (j->more_messages) {
		t = note(l);
		text_put(&t, "what followed was not kept");
	}
	if (has_bulk(j)) {
		t = note(l);
		text_put(&t, "encrypted data");
	}
	if (j->has_tls && j->tls.resumed == ANSWER_YES) {
		t = note(l);
		text_put(&t, "a session is resumed");
	}
	read_unseen(l, j);
	if (j->has_dist && j->dist.complete == ANSWER_YES) {
		t = note(l);
		text_putf(&t, "distribution handshake complete%s",
		    j->dist.evidence == EVIDENCE_INFERRED ? " (inferred)" : "");
	}
	read_outcome(l, j);
}

void
ladder_read(struct ladder *l, const struct judgement *j, bool utf8)
{
	l->n = 0;
	read_messages(l, j, utf8);
	read_course(l, j);
}

/* Cells between the two lines. */
static unsigned
span(unsigned width)
{
	if (width < LADDER_WIDTH_MIN)
		width = LADDER_WIDTH_MIN;
	if (width > LADDER_WIDTH_MAX)
		width = LADDER_WIDTH_MAX;
	return width - TIME_WIDTH - 2 * MARGIN - 2;
}

static void
repeat(struct text *t, const char *s, size_t n)
{
	while (n-- > 0)
		text_put(t, s);
}

void
ladder_put_sides(struct text *line, unsigned width)
{
	text_putf(line, "%*s%s%*s", (int)(TIME_WIDTH + MARGIN), "", "client",
	    (int)(span(width) + 2 - strlen("client")), "server");
}

/* Seconds since the first packet. */
static void
put_time(struct text *t, const struct rung *r)
{
	char b[32];
	struct text time = TEXT(b);

	if (r->kind == RUNG_MESSAGE)
		text_putf(&time, "+%.3f", (double)r->after_ns / 1e9);
	text_putf(t, "%*s ", (int)TIME_WIDTH - 1, b);
}

void
ladder_put_rung(struct text *line, const struct rung *r, unsigned width, bool utf8)
{
	const char *edge = utf8 ? "│" : "|";
	const char *shaft = r->is_inferred ? (utf8 ? "┄" : ".") : (utf8 ? "─" : "-");
	bool arrow = r->kind == RUNG_MESSAGE, left = arrow && r->from == SIDE_SERVER;
	unsigned room = span(width);
	char b[sizeof r->label + sizeof "…"];
	struct text label = TEXT(b);

	/* A head, a shaft at either end, and blanks around the label. */
	cut_put_end(&label, r->label, room - 2 * SHAFT - 3, utf8);
	size_t rest = room - SHAFT - 2 - text_columns(b) - (arrow ? 1 : 0);

	put_time(line, r);
	repeat(line, " ", MARGIN);
	text_put(line, edge);
	if (left)
		text_put(line, "<");
	repeat(line, arrow ? shaft : " ", left ? rest : SHAFT);
	text_putf(line, " %s ", b);
	repeat(line, arrow ? shaft : " ", left ? SHAFT : rest);
	if (arrow && !left)
		text_put(line, ">");
	text_put(line, edge);
}
