#include "audit/events.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"

bool
events_init(struct events *e)
{
	*e = (struct events){ .ring = calloc(LIMIT_EVENTS, sizeof *e->ring) };
	return e->ring != NULL;
}

void
events_free(struct events *e)
{
	free(e->ring);
	*e = (struct events){ 0 };
}

static struct event *
place_of(const struct events *e, uint64_t number)
{
	return &e->ring[(number - 1) % LIMIT_EVENTS];
}

void
events_add(struct events *e, uint64_t at_ns, enum event_kind kind, uint32_t id,
    const struct text *line)
{
	static const char more[] = "...";
	struct event *v;

	if (e == NULL || e->ring == NULL)
		return;
	v = place_of(e, ++e->last);
	*v = (struct event){ .at_ns = at_ns, .kind = kind, .id = id };
	assert(line->n + sizeof more <= sizeof v->text);
	memcpy(v->text, line->s, line->n);
	if (line->cut)
		memcpy(v->text + line->n, more, sizeof more);
}

uint64_t
events_held(const struct events *e)
{
	return e->last < LIMIT_EVENTS ? e->last : LIMIT_EVENTS;
}

const struct event *
events_find(const struct events *e, uint64_t number)
{
	if (number == 0 || number > e->last || e->last - number >= LIMIT_EVENTS)
		return NULL;
	return place_of(e, number);
}

const char *
event_word(enum event_kind kind)
{
	switch (kind) {
	case EVENT_NONE:         break;
	case EVENT_REGISTERED:   return "registered";
	case EVENT_NAMED:        return "named";
	case EVENT_UNREGISTERED: return "unregistered";
	case EVENT_LISTED:       return "listed";
	case EVENT_VERDICT:      return "verdict";
	case EVENT_UP:           return "up";
	case EVENT_REFUSED:      return "refused";
	case EVENT_CLOSED:       return "closed";
	case EVENT_DROPS:        return "drops";
	case EVENT_DAMAGE:       return "damage";
	case N_EVENT_KINDS:      break;
	}
	return NULL;
}
