/*
 * engine_state - what engine.c, engine_live.c and engine_sockets.c share: private to them.
 */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include "audit/residents.h"
#include "base/text.h"
#include "engine.h"
#include "flow/table.h"
#include "net/frag.h"

#define LINK_TYPES_MAX 64u	/* different undecodable ones that are told apart */
#define SOURCE_ELSEWHERE UINT16_MAX	/* no input: a loopback that is no host's of ours */
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
	struct ports epmd_ports;
	struct residents *residents;		/* of each source that is this host's, as its kernel
						 * said last; NULL: it has said nothing */
	uint64_t n_socket_lists;		/* whole ones */
	uint64_t sockets_left_out;		/* of the last; or owners that were not looked for */
	struct round {				/* through a list of sockets */
		const struct socket_list *list;	/* NULL: done */
		uint64_t at_ns;
		size_t next, slot;		/* socket; then flow, as map_next() counts */
	} round;
	bool out_of_memory;
};

/* Sources of the input that are one of this host's network namespaces: at least one. */
static inline size_t
engine_n_spaces(const struct engine *e)
{
	return e->options->n_netns > 0 ? e->options->n_netns : 1;
}

/* Whose loopback it is, when one of the addresses is: 0 where nobody tells. */
static inline uint16_t
engine_zone(const struct engine *e, const struct address *a, const struct address *b,
    uint16_t source)
{
	bool matters = e->options->n_netns > 0 && (address_is_loopback(a) || address_is_loopback(b));

	return matters ? source : 0;
}

void engine_free_residents(struct engine *e);
void engine_fill_transport(const struct flow *f, struct transport *t);

/* Its connection, made where there is none, and its transport up to date. NULL: memory is
 * out. */
struct connection *engine_connection(struct engine *e, struct flow *f);

/* Every damaged input, in one line. */
void engine_note_damage(struct engine *e);

#endif
