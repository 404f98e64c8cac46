/* What only a live engine does: looking at what has changed, and losses as they come. */
#include "engine_state.h"

#include "net/live.h"

static void
tell(struct engine *e, enum event_kind kind, const struct text *line)
{
	uint64_t at_ns = e->clock_ns > e->facts.last_ns ? e->clock_ns : e->facts.last_ns;

	if (e->options->events)
		events_add(&e->events, at_ns, kind, 0, line);
}

static void
tell_drops(struct engine *e, const char *who, uint64_t before, uint64_t now)
{
	char b[EVENT_LINE_MAX];
	struct text t = TEXT(b);

	before = before == UNKNOWN_COUNT ? 0 : before;
	if (now == UNKNOWN_COUNT || now <= before)
		return;
	text_putf(&t, "%s dropped %llu packet%s, %llu in all", who,
	    (unsigned long long)(now - before), now - before == 1 ? "" : "s",
	    (unsigned long long)now);
	tell(e, EVENT_DROPS, &t);
}

void
engine_lost(struct engine *e, const struct live_losses *lost)
{
	uint64_t kernel = lost->known ? lost->kernel : UNKNOWN_COUNT;
	uint64_t interface = lost->known ? lost->interface : UNKNOWN_COUNT;

	tell_drops(e, "the kernel", e->facts.lost_kernel, kernel);
	tell_drops(e, "an interface", e->facts.lost_interface, interface);
	e->facts.lost_kernel = kernel;
	e->facts.lost_interface = interface;
}

/* A device that goes away is said at once; its line only grows. */
static bool
tell_damage(struct engine *e)
{
	const char *line = e->input->damage.line;
	size_t told = strlen(e->damage_told.line);
	char b[EVENT_LINE_MAX];
	struct text t = TEXT(b);

	if (e->files != NULL || strcmp(line, e->damage_told.line) == 0)
		return false;
	if (told > 0 && strncmp(line, e->damage_told.line, told) == 0)
		line += told + strspn(line + told, "; ");
	text_put_wire(&t, (struct bytes){ (const uint8_t *)line, strlen(line) });
	tell(e, EVENT_DAMAGE, &t);
	e->damage_told = e->input->damage;
	e->damage[0] = '\0';
	engine_note_damage(e);
	return true;
}

#define REFRESH_CLOSED		256u
#define REFRESH_JUDGED		128u
#define REFRESH_LOOKED_AT	2048u

/* A flow that had packets. */
static enum look
look_at(struct engine *e, struct flow *f)
{
	struct transport now;
	struct connection *c;

	if (f->user == NULL) {
		engine_fill_transport(f, &now);
		if (!ledger_may_list(&e->ledger, &now))
			return LOOK_NOTHING;
	}
	if ((c = engine_connection(e, f)) == NULL)
		return LOOK_FAILED;
	return ledger_look(&e->ledger, c);
}

enum refreshed
engine_refresh(struct engine *e, uint64_t now_ns, struct diag *d)
{
	unsigned closed = REFRESH_CLOSED, judged = REFRESH_JUDGED, looked_at = REFRESH_LOOKED_AT;
	enum refreshed result = REFRESHED_NOTHING;
	struct flow *f = NULL;

	e->clock_ns = now_ns;
	if (tell_damage(e))
		result = REFRESHED_SOME;
	frag_expire(&e->frag, now_ns);
	table_idle(&e->table, now_ns, &closed);
	if (!ledger_look_at_ended(&e->ledger, &judged))
		e->out_of_memory = true;
	if (judged < REFRESH_JUDGED || closed < REFRESH_CLOSED || !ledger_has_labels(&e->ledger))
		result = REFRESHED_SOME;
	while (judged > 0 && looked_at > 0 && (f = table_next_touched(&e->table)) != NULL) {
		looked_at--;
		switch (look_at(e, f)) {
		case LOOK_NOTHING:
			break;
		case LOOK_JUDGED:
			judged--;
			result = REFRESHED_SOME;
			break;
		case LOOK_COUNTED:
			result = REFRESHED_SOME;
			break;
		case LOOK_FAILED:
			e->out_of_memory = true;
			break;
		}
	}
	if (!ledger_sweep(&e->ledger))
		e->out_of_memory = true;
	if (e->out_of_memory) {
		diag_set(d, "out of memory");
		return REFRESHED_FAILED;
	}
	return judged == 0 || looked_at == 0 || closed == 0 ? REFRESHED_MORE : result;
}
