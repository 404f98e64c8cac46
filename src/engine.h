/*
 * engine - from packets to what is known: source, decode, table, ledger.
 *
 * No globals: two engines in one process do not meet.
 *
 * ownership  options, what they point to and an input of the caller's are
 *            borrowed and must outlive the engine; a snapshot borrows from it.
 * failure    false and a filled diag: the input could not be used.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "audit/ledger.h"
#include "audit/snapshot.h"
#include "base/diag.h"
#include "base/pace.h"
#include "base/socket.h"
#include "net/sieve.h"

#define ENGINE_EPMD_PORT 4369u

struct carried;
struct intake;
struct live_losses;

struct engine_options {
	const char *const *inputs;		/* names: files ("-" is standard input), or devices */
	size_t n_inputs;
	const char *const *netns;		/* names of the network namespaces that packets'
						 * sources are; NULL: they are not told apart */
	size_t n_netns;
	const char *filter;			/* that the input went through; NULL: none */
	struct sieve_options selection;		/* what of the input is asked for */
	const struct port_range *epmd_ports;	/* added to ENGINE_EPMD_PORT */
	size_t n_epmd_ports;
	const struct port_range *dist_ports;
	size_t n_dist_ports;
	/* Each TCP segment, and what it was; NULL: nobody keeps them. On EPMD's ports the
	 * flow is 0. False: give up, d says why. */
	bool (*keep)(void *keeper, const struct packet *p, const struct carried *c,
	    struct diag *d);
	void *keeper;
	/* A connection is listed, or has changed in more than its counters; from engine_refresh()
	 * and engine_end(), and j is borrowed for the call. NULL: nobody asks. */
	void (*changed)(void *changer, const struct judgement *j);
	void *changer;
	struct intake *intake;			/* of files, how far; NULL: nobody looks on */
	bool events;				/* engine_events() has them */
	bool adopts;				/* a connection may be listed of which the kernel
						 * alone tells: all of its packets would be seen */
};

struct engine;

/* Opens every input as a file; NULL when one of them cannot be used. */
struct engine *engine_open(const struct engine_options *o, struct diag *d);

/* Reads from input instead, which goes by the names in o. */
struct engine *engine_open_source(const struct engine_options *o, struct source *input,
    struct diag *d);

/* The host of this source of the input has that address. */
void engine_own_address(struct engine *e, uint16_t source, const struct address *a);

/* Takes one batch. GOT_NOTHING: only of an input that is live. */
enum got engine_step(struct engine *e, struct diag *d);

/* Nothing more will come: what is open is judged as it stands. Ids count connections by
 * their first packet, unless a refresh has given some: those stay. A snapshot from before
 * is good no more. */
void engine_end(struct engine *e);

enum refreshed {
	REFRESHED_FAILED,		/* d says why */
	REFRESHED_NOTHING,		/* nothing of what is listed has changed since the last */
	REFRESHED_SOME,
	REFRESHED_MORE,			/* some, and more is left: call again, packets first */
};

/* Live: brings what is listed up to date, looking only at what had packets since the last
 * one, and at a bounded number of it: about a millisecond's work. Whatever a snapshot from
 * before pointed to may be gone then. now_ns: the clock, for when no packets come; 0: none. */
enum refreshed engine_refresh(struct engine *e, uint64_t now_ns, struct diag *d);

/* What this host's kernel said of its sockets by that time: who holds them, and connections
 * from before the capture, which are listed where their port is known to be distribution.
 * Each .space is a source of the input. Live, and as often as somebody asks the kernel. The
 * list is borrowed until engine_sockets_step(), which takes it in a part at a time, was done.
 * A snapshot from before either is good no more. */
void engine_sockets(struct engine *e, const struct socket_list *list, uint64_t at_ns);
enum paced engine_sockets_step(struct engine *e, uint64_t budget_ns, struct diag *d);

/* NULL: not asked for. */
const struct events *engine_events(const struct engine *e);

/* Reads an input that is not live to its end. */
bool engine_run(struct engine *e, struct diag *d);

/* Connections that would be listed if the input ended here. Looks at each open one. */
uint64_t engine_n_found(const struct engine *e);

/* What the capture itself has lost so far. */
void engine_lost(struct engine *e, const struct live_losses *lost);

/* One more thing that is wrong with the input, for its damage line; after its end. */
void engine_damaged(struct engine *e, const char *what);

/* All that is listed as of the last refresh, or of the end; costs nothing. */
bool engine_snapshot(const struct engine *e, struct snapshot *s, struct diag *d);
void engine_close(struct engine *e);

#endif
