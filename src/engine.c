#include "engine.h"

#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "dissectors/tls_crypt.h"
#include "dissectors/x509.h"
#include "flow/table.h"
#include "net/decode.h"
#include "net/frag.h"
#include "net/inside.h"
#include "net/live.h"
#include "net/merge.h"
#include "net/recording.h"

#define LINK_TYPES_MAX 64u	/* different undecodable ones that are told apart */
#define TUNNEL_TYPES_MAX 64u	/* the same; more than inside.c has names for */

struct engine {
	const struct engine_options *options;
	struct source **files;
	struct source *merged;			/* the files as one */
	struct source *sieve;			/* NULL: all of it is asked for */
	struct source *input;			/* that, the files, or the caller's */
	struct frag frag;
	struct table table;
	struct ledger ledger;
	struct input_facts facts;
	struct remarks remarks;
	struct link_type_count link_types[LINK_TYPES_MAX];
	struct tunnel_count tunnel_types[TUNNEL_TYPES_MAX];
	char damage[1024];
	struct diag damage_told;		/* that part of it is an event already */
	struct events events;
	uint64_t clock_ns;			/* of the last refresh */
	bool out_of_memory;
};

static bool
is_epmd_port(const struct engine *e, uint16_t port)
{
	return port == ENGINE_EPMD_PORT ||
	    port_ranges_hold(e->options->epmd_ports, e->options->n_epmd_ports, port);
}

/* The table asks: which end is the server, as far as ports tell? */
static int
server_end(void *owner, const struct flow *f, bool *epmd)
{
	struct engine *e = owner;

	for (int end = 0; end < 2; end++) {
		if (is_epmd_port(e, f->end[end].port)) {
			*epmd = true;
			return end;
		}
	}
	for (int end = 0; end < 2; end++)
		if (ledger_is_labelled(&e->ledger, &f->end[end].address, f->end[end].port,
		    f->source, f->first_ns))
			return end;
	return f->end[0].port < f->end[1].port ? 0 : 1;
}

static enum spoken
spoken(const struct session *s)
{
	switch (s->protocol) {
	case PROTOCOL_NONE:     return s->on_epmd_port ? SPOKEN_EPMD : SPOKEN_NOTHING;
	case PROTOCOL_EPMD:     return SPOKEN_EPMD;
	case PROTOCOL_DIST:     return SPOKEN_DIST;
	case PROTOCOL_TLS:      return SPOKEN_TLS;
	case PROTOCOL_SEARCHED: return SPOKEN_SEARCHED;
	case PROTOCOL_OTHER:    return SPOKEN_OTHER;
	}
	return SPOKEN_NOTHING;
}

static void
fill_transport(const struct flow *f, struct transport *t)
{
	*t = (struct transport){
		.flow = f->number,
		.source = f->source,
		.first_ns = f->first_ns,
		.last_ns = f->last_ns,
		.spoken = spoken(&f->session),
		.on_epmd_port = f->session.on_epmd_port,
		.sides_certain = f->session.sides_certain,
	};
	for (int end = 0; end < 2; end++) {
		const struct flow_end *from = &f->end[end];
		t->end[f->session.side_of[end]] = (struct transport_end){
			.address = from->address,
			.port = from->port,
			.bytes = stream_length(&from->stream),
			.packets = from->packets,
			.acked = from->stream.acked,
			.syn = from->syn,
			.fin_ns = from->fin_ns,
			.rst_ns = from->rst_ns,
			.fin_is_answer = flow_fin_is_answer(f, end),
		};
	}
}

static struct connection *
connection_of(struct engine *e, struct flow *f)
{
	struct connection *c = f->user;

	struct transport now;

	if (c == NULL && (c = f->user = connection_new()) == NULL) {
		e->out_of_memory = true;
		return NULL;
	}
	fill_transport(f, &now);
	connection_carry(c, &now);
	return c;
}

static void
on_fact(void *owner, struct flow *f, const struct fact *fact, const struct stamped *where)
{
	struct engine *e = owner;
	struct connection *c = connection_of(e, f);

	if (c != NULL)
		ledger_fact(&e->ledger, c, fact, where);
}

static void
on_closed(void *owner, struct flow *f)
{
	struct engine *e = owner;
	struct connection *c = connection_of(e, f);

	e->facts.gaps += f->gaps;
	if (c != NULL)
		ledger_close(&e->ledger, c);
	f->user = NULL;
}

static bool
open_files(struct engine *e, const struct engine_options *o, struct diag *d)
{
	if ((e->files = calloc(o->n_inputs, sizeof(*e->files))) == NULL) {
		diag_set(d, "out of memory");
		return false;
	}
	for (size_t i = 0; i < o->n_inputs; i++) {
		if ((e->files[i] = recording_open(o->inputs[i], (uint16_t)i, o->intake,
		    d)) == NULL)
			return false;
		e->files[i]->remarks = &e->remarks;
	}
	if ((e->merged = merge_open(e->files, NULL, o->n_inputs)) == NULL) {
		diag_set(d, "out of memory");
		return false;
	}
	e->input = e->merged;
	return true;
}

static bool
open_sieve(struct engine *e, struct diag *d)
{
	const struct sieve_options *o = &e->options->selection;

	e->facts.selection = (struct selection){ o->since_ns, o->until_ns, o->count, 0 };
	if (!sieve_is_wanted(o))
		return true;
	if ((e->sieve = sieve_open(e->input, o, d)) == NULL)
		return false;
	e->input = e->sieve;
	return true;
}

struct engine *
engine_open_source(const struct engine_options *o, struct source *input, struct diag *d)
{
	struct engine *e = calloc(1, sizeof *e);

	if (e == NULL) {
		diag_set(d, "out of memory");
		return NULL;
	}
	e->options = o;
	e->input = input;
	remarks_init(&e->remarks);
	ledger_init(&e->ledger, (struct ledger_tools){ x509_parse, tls_signature_check },
	    o->dist_ports, o->n_dist_ports);
	frag_init(&e->frag);
	table_init(&e->table, (struct table_port){ .owner = e, .server_end = server_end,
		.fact = on_fact, .closed = on_closed });
	if (o->events && !events_init(&e->events)) {
		diag_set(d, "out of memory");
		engine_close(e);
		return NULL;
	}
	ledger_watch(&e->ledger, (struct roll_port){ o->changer, o->changed },
	    o->events ? &e->events : NULL);
	e->facts = (struct input_facts){
		.sources = o->inputs,
		.n_sources = o->n_inputs,
		.filter = o->filter,
		.lost_kernel = UNKNOWN_COUNT,
		.lost_interface = UNKNOWN_COUNT,
		.lost_recorded = UNKNOWN_COUNT,
		.link_types = e->link_types,
		.remarks = &e->remarks,
		.tunnel_types = e->tunnel_types,
	};
	if (input == NULL || open_sieve(e, d))
		return e;
	engine_close(e);
	return NULL;
}

struct engine *
engine_open(const struct engine_options *o, struct diag *d)
{
	struct engine *e = engine_open_source(o, NULL, d);

	if (e == NULL || (open_files(e, o, d) && open_sieve(e, d)))
		return e;
	engine_close(e);
	return NULL;
}

void
engine_close(struct engine *e)
{
	if (e == NULL)
		return;
	frag_free(&e->frag);
	table_free(&e->table);
	ledger_free(&e->ledger);
	events_free(&e->events);
	remarks_free(&e->remarks);
	source_close(e->sieve);
	source_close(e->merged);
	for (size_t i = 0; e->files != NULL && i < e->options->n_inputs; i++)
		source_close(e->files[i]);
	free(e->files);
	free(e);
}

static void
count_link_type(struct engine *e, uint32_t link_type)
{
	struct input_facts *in = &e->facts;

	for (size_t i = 0; i < in->n_link_types; i++) {
		if (e->link_types[i].link_type == link_type) {
			e->link_types[i].packets++;
			return;
		}
	}
	if (in->n_link_types < LINK_TYPES_MAX)
		e->link_types[in->n_link_types++] = (struct link_type_count){
			.link_type = link_type, .name = link_type_name(link_type), .packets = 1 };
	else
		in->limits++;
}

static void
count_tunnel(struct engine *e, const struct unread *kind)
{
	struct input_facts *in = &e->facts;
	size_t i = 0;

	while (i < in->n_tunnel_types && strcmp(e->tunnel_types[i].name, kind->name) != 0)
		i++;
	assert(i < TUNNEL_TYPES_MAX);
	if (i == in->n_tunnel_types)
		e->tunnel_types[in->n_tunnel_types++] = (struct tunnel_count){
			.name = kind->name, .on_any = kind->on_any };
	e->tunnel_types[i].packets++;
	in->tunnels++;
}

static void
note_hosts(struct engine *e, const struct packet *p, const struct segment *s)
{
	struct hosts *h = &e->ledger.hosts;

	switch (s->seen_from) {
	case VANTAGE_UNKNOWN:
		break;
	case VANTAGE_SENT:
		hosts_note(h, p->source, &s->src, SEEN_SENDING);
		break;
	case VANTAGE_RECEIVED:
		hosts_note(h, p->source, &s->src, SEEN_ARRIVING);
		break;
	case VANTAGE_LOOPBACK:
		hosts_note(h, p->source, &s->src, SEEN_ON_LOOPBACK);
		hosts_note(h, p->source, &s->dst, SEEN_ON_LOOPBACK);
		break;
	}
}

static bool
take_segment(struct engine *e, const struct packet *p, const struct segment *s, struct diag *d)
{
	struct carried carried;

	if (s->flags & TCP_SYN)
		note_hosts(e, p, s);
	if (!table_segment(&e->table, s, p->at_ns, p->source, &carried) || e->out_of_memory) {
		diag_set(d, "out of memory");
		return false;
	}
	if (e->options->keep == NULL)
		return true;
	if (is_epmd_port(e, s->src_port) || is_epmd_port(e, s->dst_port))
		carried.flow = 0;
	struct packet whole = decode_datagram(p, s);
	return e->options->keep(e->options->keeper, &whole, &carried, d);
}

static bool
take_packet(struct engine *e, const struct packet *p, struct diag *d)
{
	struct input_facts *in = &e->facts;
	struct segment s;

	if (in->packets == 0 || p->at_ns < in->first_ns)
		in->first_ns = p->at_ns;
	if (p->at_ns > in->last_ns)
		in->last_ns = p->at_ns;
	if (p->time_digits > in->time_digits)
		in->time_digits = p->time_digits;
	in->packets++;
	in->bytes += p->captured.n;
	switch (decode(p, &e->frag, &s)) {
	case DECODED_TCP:
		return take_segment(e, p, &s, d);
	case DECODED_LINK_UNKNOWN:
		count_link_type(e, p->link_type);
		break;
	case DECODED_MALFORMED:
		in->headless += p->captured.n < p->wire_len;
		break;
	case DECODED_TUNNEL:
		count_tunnel(e, s.unread);
		break;
	case DECODED_FRAGMENT:		/* .frag counts what does not become whole */
	case DECODED_NOT_TCP:
		break;
	}
	return true;
}

void
engine_damaged(struct engine *e, const char *what)
{
	struct text t = { .s = e->damage, .n = strlen(e->damage), .cap = sizeof e->damage };

	text_putf(&t, "%s%s", t.n ? "; " : "", what);
	e->facts.damage = e->damage;
}

/* Every damaged input, in one line. */
static void
note_damage(struct engine *e)
{
	if (e->files == NULL && diag_is_set(&e->input->damage))
		engine_damaged(e, e->input->damage.line);
	for (size_t i = 0; e->files != NULL && i < e->options->n_inputs; i++)
		if (diag_is_set(&e->files[i]->damage))
			engine_damaged(e, e->files[i]->damage.line);
}

enum got
engine_step(struct engine *e, struct diag *d)
{
	struct batch b;
	enum got got = source_next(e->input, &b, d);

	if (e->sieve != NULL)
		e->facts.selection.left_out = sieve_left_out(e->sieve);
	for (unsigned i = 0; i < b.n; i++)
		if (!take_packet(e, &b.v[i], d))
			return GOT_ERROR;
	return got;
}

void
engine_end(struct engine *e)
{
	frag_end(&e->frag);
	table_end(&e->table);
	if (!ledger_end(&e->ledger))
		e->out_of_memory = true;
	e->damage[0] = '\0';
	note_damage(e);
}

bool
engine_run(struct engine *e, struct diag *d)
{
	enum got got;

	while ((got = engine_step(e, d)) == GOT_SOME)
		;
	assert(got != GOT_NOTHING);
	if (got == GOT_ERROR)
		return false;
	engine_end(e);
	return true;
}

static uint64_t
n_found_open(const struct engine *e, const struct flow_queue *q)
{
	uint64_t n = 0;

	for (const struct flow *f = q->newest; f != NULL; f = f->older)
		n += f->user != NULL && ledger_would_keep(&e->ledger, f->user);
	return n;
}

uint64_t
engine_n_found(const struct engine *e)
{
	uint64_t n = e->ledger.n_kept + e->ledger.shed;

	return n + n_found_open(e, &e->table.open) + n_found_open(e, &e->table.ended);
}

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
	note_damage(e);
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
		fill_transport(f, &now);
		if (!ledger_may_list(&e->ledger, &now))
			return LOOK_NOTHING;
	}
	if ((c = connection_of(e, f)) == NULL)
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

const struct events *
engine_events(const struct engine *e)
{
	return e->options->events ? &e->events : NULL;
}

bool
engine_snapshot(const struct engine *e, struct snapshot *s, struct diag *d)
{
	*s = (struct snapshot){ .input = e->facts };
	s->input.fragments = e->frag.lost;
	s->input.limits += e->frag.shed + e->table.shed + ledger_limits(&e->ledger);
	if (e->remarks.drops_known)
		s->input.lost_recorded = e->remarks.drops;
	ledger_snapshot(&e->ledger, s);
	if (e->out_of_memory)
		diag_set(d, "out of memory");
	return !e->out_of_memory;
}
