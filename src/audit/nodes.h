/*
 * nodes - whose connections these are: the nodes that the listed connections and EPMD
 * show, what is known of each, and of each pair.
 *
 * A node is known by its whole name; or by the first part of one and its address ("b@?");
 * or by its address alone. A client's name counts once its handshake was over: until then
 * anybody may claim it. An end that nothing names is taken for the node that is known at its
 * address; where several are, EPMD's listing counted, it is told apart as
 * NODE_ONE_OF_SEVERAL.
 *
 * ownership  all is the nodes', until the next nodes_take(); names and certificates are
 *            borrowed from the snapshot.
 * units      times as in audit/judgement.h.
 * failure    nodes_take() false: no memory, and there are no nodes.
 */
#ifndef AUDIT_NODES_H
#define AUDIT_NODES_H

#include "audit/release.h"
#include "audit/snapshot.h"
#include "base/arena.h"
#include "base/map.h"

enum node_kind {
	NODE_NONE,
	NODE_WHOLE,		/* .name is a whole one */
	NODE_PART,		/* .name is "b@?" */
	NODE_UNNAMED,		/* the only one that is known at .address */
	NODE_ONE_OF_SEVERAL,	/* which of those at .address cannot be told */
};

/* Of connections; open: not seen to have ended. */
struct tally {
	uint64_t n, n_open;
	uint64_t by_verdict[N_VERDICTS], open_by_verdict[N_VERDICTS];
};

/* The worst of what connections were: VERDICT_NONE where there are none. One that never
 * came up is no more than that beside one that did. */
enum verdict tally_worst(const struct tally *t);

struct node {
	size_t   number;		/* its place in nodes.all */
	uint64_t id;			/* the same in every nodes_take(); not 0 */
	enum node_kind kind;
	struct bytes name;
	struct address address;		/* where it was met first */
	bool     is_alone;		/* nobody else is known there */
	const struct epmd_entry *listens;	/* as EPMD said last; NULL: no more, or not known */
	struct tally tally;
	uint64_t last_ns;		/* of its connections; 0: it has none */
	struct release release;
	enum answer hidden;		/* by its flags, else by what EPMD was told */
	const struct certificate *certificate;	/* the last that it showed in clear; NULL: none */
	bool     sealed;		/* it showed one that was encrypted */
};

struct pair {
	struct tally tally;
	bool marked;			/* the caller's */
};

struct nodes {
	struct node **all;
	size_t n, room;
	struct map known, places, pairs;
	struct arena arena;
	uint8_t *key;			/* where keys are made */
	size_t   key_room;
	uint64_t secret[2];		/* ids are made by it */
	bool     out_of_memory;
};

void nodes_init(struct nodes *n);
void nodes_free(struct nodes *n);

bool nodes_take(struct nodes *n, const struct snapshot *s);

/* Who this end of a connection in that snapshot is; NULL only when memory was out. */
struct node *nodes_end(struct nodes *n, const struct judgement *j, enum side side);

/* In either order, and of a node with itself. NULL: no connection between them. */
struct pair *nodes_pair(const struct nodes *n, const struct node *a, const struct node *b);

#endif
