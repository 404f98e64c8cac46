#include "engine_state.h"

#include <assert.h>
#include <stdlib.h>

#include "dissectors/tls_crypt.h"
#include "dissectors/x509.h"
#include "net/decode.h"
#include "net/inside.h"
#include "net/merge.h"
#include "net/recording.h"

static void
fill_epmd_ports(const struct engine_options *o, struct ports *out)
{
	ports_add(out, ENGINE_EPMD_PORT);
	for (size_t i = 0; i < o->n_epmd_ports; i++)
		for (uint32_t port = o->epmd_ports[i].from; port <= o->epmd_ports[i].to; port++)
			ports_add(out, (uint16_t)port);
}

/* The table asks: which end is the server, as far as ports tell? */
static int
server_end(void *owner, const struct flow *f, bool *epmd)
{
	struct engine *e = owner;

	for (int end = 0; end < 2; end++) {
		if (ports_have(&e->epmd_ports, f->end[end].port)) {
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

void
engine_fill_transport(const struct flow *f, struct transport *t)
{
	*t = (struct transport){
		.flow = f->number,
		.source = f->source,
		.first_ns = f->first_ns,
		.last_ns = f->last_ns,
		.spoken = spoken(&f->session),
		.on_epmd_port = f->session.on_epmd_port,
		.sides_certain = f->session.sides_certain,
		.adopted = f->adopted,
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

struct connection *
engine_connection(struct engine *e, struct flow *f)
{
	struct connection *c = f->user;
	struct transport now;

	if (c == NULL && (c = f->user = connection_new()) == NULL) {
		e->out_of_memory = true;
		return NULL;
	}
	engine_fill_transport(f, &now);
	connection_carry(c, &now);
	return c;
}

static void
on_fact(void *owner, struct flow *f, const struct fact *fact, const struct stamped *where)
{
	struct engine *e = owner;
	struct connection *c = engine_connection(e, f);

	if (c != NULL)
		ledger_fact(&e->ledger, c, fact, where);
}

static void
on_closed(void *owner, struct flow *f)
{
	struct engine *e = owner;
	struct connection *c = engine_connection(e, f);

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
	fill_epmd_ports(o, &e->epmd_ports);
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
	e->ledger.netns = o->netns;
	e->ledger.n_netns = o->n_netns;
	ledger_watch(&e->ledger, (struct roll_port){ o->changer, o->changed },
	    o->events ? &e->events : NULL);
	e->facts = (struct input_facts){
		.sources = o->inputs,
		.n_sources = o->n_inputs,
		.netns = o->netns,
		.n_netns = o->n_netns,
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
	engine_free_residents(e);
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
	case VANTAGE_TUNNEL:
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

/* [RFC 1122 3.2.1.3 (g)] outside of a host there are no loopback addresses. Those that are met
 * there, or in a tunnel, are of a host of their own: they say nothing of this one. */
static bool
is_of_elsewhere(const struct segment *s)
{
	return s->seen_from != VANTAGE_UNKNOWN && s->seen_from != VANTAGE_LOOPBACK &&
	    (address_is_loopback(&s->src) || address_is_loopback(&s->dst));
}

static bool
take_segment(struct engine *e, const struct packet *p, struct segment *s, struct diag *d)
{
	uint16_t source = is_of_elsewhere(s) ? SOURCE_ELSEWHERE : p->source;
	struct carried carried;

	s->zone = source == SOURCE_ELSEWHERE ? source :
	    engine_zone(e, &s->src, &s->dst, source);
	if (s->flags & TCP_SYN && source != SOURCE_ELSEWHERE)
		note_hosts(e, p, s);
	if (!table_segment(&e->table, s, p->at_ns, source, &carried) || e->out_of_memory) {
		diag_set(d, "out of memory");
		return false;
	}
	if (e->options->keep == NULL)
		return true;
	if (ports_have(&e->epmd_ports, s->src_port) || ports_have(&e->epmd_ports, s->dst_port))
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

void
engine_note_damage(struct engine *e)
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
	engine_note_damage(e);
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
	s->input.limits += e->sockets_left_out;
	if (e->remarks.drops_known)
		s->input.lost_recorded = e->remarks.drops;
	ledger_snapshot(&e->ledger, s);
	if (e->out_of_memory)
		diag_set(d, "out of memory");
	return !e->out_of_memory;
}
