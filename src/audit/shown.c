#include "audit/shown.h"

#include <time.h>

#include "audit/asking.h"

const struct chain *
shown_chain(const struct judgement *j, enum side side)
{
	return side == SIDE_SERVER ? &j->tls.server.chain : &j->tls.client.chain;
}

enum shown
shown_by(const struct inquiry *q, const struct judgement *j, enum side side)
{
	const struct judged_tls *t = &j->tls;
	enum certificate_state state = side == SIDE_SERVER ? t->server.state : t->client.state;
	enum evidence evidence = side == SIDE_SERVER ? t->server.evidence : t->client.evidence;

	if (is_disputed(j))
		return SHOWN_HIDDEN;
	switch (state) {
	case CERTIFICATE_DECLINED:
	case CERTIFICATE_NOT_REQUESTED:
	case CERTIFICATE_NOT_REACHED:
		return SHOWN_NOTHING;
	case CERTIFICATE_ABSENT:
		/* With a ServerHello: a suite without certificates. Without: joined late. */
		return t->has_cipher ? SHOWN_NOTHING : SHOWN_HIDDEN;
	case CERTIFICATE_SENT:
	case CERTIFICATE_UNKNOWN:
		break;
	}
	if (shown_chain(j, side)->n == 0 || evidence < q->policy->evidence)
		return SHOWN_HIDDEN;
	return SHOWN_CHAIN;
}

const char *
side_name(enum side side)
{
	return side == SIDE_SERVER ? "the server" : "the client";
}

/* A stranger's name is not to push out what is said of it. */
void
put_bytes(struct text *t, struct bytes b)
{
	char buf[160];
	struct text one = TEXT(buf);

	text_put_wire(&one, b);
	text_put(t, buf);
	text_put(t, one.cut ? "..." : "");
}

void
put_string(struct text *t, const char *s)
{
	s = s != NULL ? s : "?";
	put_bytes(t, (struct bytes){ (const uint8_t *)s, strlen(s) });
}

void
put_certificate(struct text *t, const struct judgement *j, enum side side, unsigned i)
{
	const struct certificate *c = shown_chain(j, side)->v[i];

	if (i == 0)
		text_putf(t, "%s's certificate", side_name(side));
	else
		text_putf(t, "certificate %u of %s's chain", i + 1, side_name(side));
	if (c->subject == NULL || c->subject[0] == '\0')
		return;
	text_put(t, " (");
	put_string(t, c->subject);
	text_put(t, ")");
}

void
put_date(struct text *t, int64_t seconds)
{
	time_t at = (time_t)seconds;
	struct tm tm;

	if (gmtime_r(&at, &tm) == NULL) {
		text_put(t, "?");
		return;
	}
	text_putf(t, "%04d-%02d-%02d %02d:%02d:%02d UTC", tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
tally_init(struct tally *t)
{
	*t = (struct tally){ 0 };
}

/* At the end of what is there already; what does not fit whole is left out. */
static void
join(char *to, size_t cap, const char *s)
{
	struct text t = { .s = to, .n = strlen(to), .cap = cap };

	text_putf(&t, "%s%s", t.n > 0 ? "; " : "", s);
}

void
tally_add(struct tally *t, enum rule_answer answer, const char *why)
{
	switch (answer) {
	case RULE_DOES_NOT_APPLY:
		return;
	case RULE_PASS:
		break;
	case RULE_FAIL:
		join(t->failed, sizeof t->failed, why);
		t->fails = true;
		break;
	case RULE_UNKNOWN:
		if (!t->unknown)
			join(t->unsure, sizeof t->unsure, why);
		t->unknown = true;
		break;
	}
	t->asked = true;
}

bool
tally_shown(struct tally *t, const struct inquiry *q, const struct judgement *j, enum side side)
{
	char buf[TALLY_WHY_MAX];
	struct text why = TEXT(buf);

	switch (shown_by(q, j, side)) {
	case SHOWN_CHAIN:
		return true;
	case SHOWN_NOTHING:
		return false;
	case SHOWN_HIDDEN:
		break;
	}
	if (is_disputed(j))
		text_put(&why, "what certificates were shown cannot be told");
	else if (j->tls.version >= 0x0304)
		text_put(&why, "the certificates are encrypted in TLS 1.3");
	else if (shown_chain(j, side)->n > 0)
		text_putf(&why, "what %s showed is known by a resumed session only, and --evidence asks "
		    "for more", side_name(side));
	else
		text_putf(&why, "what certificate %s showed is not known", side_name(side));
	tally_add(t, RULE_UNKNOWN, buf);
	return false;
}

enum rule_answer
tally_end(const struct tally *t, struct text *why)
{
	if (t->fails) {
		text_put(why, t->failed);
		return RULE_FAIL;
	}
	if (t->unknown) {
		text_put(why, t->unsure);
		return RULE_UNKNOWN;
	}
	return t->asked ? RULE_PASS : RULE_DOES_NOT_APPLY;
}
