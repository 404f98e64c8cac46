/*
 * verdict - from what one connection has shown to what may be said about it.
 *
 * A pure function of the facts. Its rule: never more than the bytes prove. A
 * loss, a contradiction or a shape that is not covered makes a weaker verdict,
 * never a different one. doc/verdicts.md has the rules in words.
 */
#ifndef AUDIT_VERDICT_H
#define AUDIT_VERDICT_H

#include "audit/connection.h"

/* A TLS session that may be resumed by its id; RFC 5246 7.4.1.2. */
struct session_facts {
	bool         mutual;		/* else: one-way */
	struct chain chain[2];		/* by enum side */
	bool         requested;
	enum certificate_state client_state;
	enum answer  proved;
	enum answer  verified[2];	/* by enum side; never ANSWER_NO */
	uint16_t     scheme[2];		/* of what was verified */
};

/* What others know about the port that the connection goes to. */
struct port_facts {
	bool by_option;			/* --dist-port */
	bool by_epmd;
	unsigned promoted;		/* enum known_by: others to it were that */
	struct bytes node;		/* EPMD's name for it, without host */
	const char *netns;		/* the network namespace of its host; NULL: not known */
};

static inline bool
port_is_labelled(const struct port_facts *p)
{
	return p->by_epmd || p->by_option || p->promoted != 0;
}

/* What of j changes with each packet or look at the kernel's sockets: its bytes. swapped: c's client is j's server. */
void verdict_count(const struct connection *c, bool swapped, struct judgement *j);

/* j is filled but for its id. Strings are taken from the arena.
 * ports: what is known of each end's port, by enum side as in c. */
void verdict_judge(const struct connection *c, const struct port_facts ports[2],
    struct arena *a, struct judgement *j);

/* Why do we believe that c is distribution, from its own bytes? enum known_by. */
unsigned verdict_known_by(const struct connection *c);

/* Which of these rest on what this side itself has said? The other's words alone prove nothing
 * of the port that it has dialled. */
unsigned verdict_vouches(const struct connection *c, enum side side);

/* The session that a resumption may point to, once c's server has spoken
 * inside it: true only for a judged mutual or one-way TLS <= 1.2. */
bool verdict_session(const struct connection *c, struct session_facts *out);

#endif
