/*
 * registry - every so often asks the registrar for this host's sockets, and tells the
 * engine what it says.
 *
 * failure    none: without the registrar, or without rights, owners are unknown and
 *            connections from before the capture show themselves by their packets only.
 */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "engine.h"
#include "registrar.h"

#define REGISTRY_EVERY_S 2
#define REGISTRY_STEP_NS     2000000ull	/* of an answer, at once */
#define REGISTRY_PATIENCE_NS 2000000000ull

struct registry {
	struct registrar registrar;
	int  timer;			/* readable when it is time to ask; -1: never */
	bool is_taking;			/* an answer is on its way into the engine */
	bool answered;			/* at least once */
};

/* Not opened; registry_close() is fine. */
#define REGISTRY_NONE ((struct registry){ .registrar = { .socket = -1 }, .timer = -1 })

/* Before rights are given up; as: who is to be become. The spaces are the sources of the
 * engine's input. */
void registry_open(struct registry *r, const struct identity *as, const struct spaces *in);

/* What there is to do now, and no more of it at once than a key could wait for. PACED_DONE:
 * wait for registry_descriptors(). PACED_FAILED: the engine cannot go on, d says why. */
enum paced registry_turn(struct registry *r, struct engine *e, struct diag *d);

/* The first answer is still to come, or to be taken in. */
bool registry_owes(const struct registry *r);

/* At the end: asks once more and waits, for what .registrar says of this moment. The engine hears
 * nothing of it: what began since would be without its packets. */
void registry_look_once(struct registry *r);

/* Readable when there is something to do: at most max into out, the number there are. */
size_t registry_descriptors(const struct registry *r, int *out, size_t max);

void registry_close(struct registry *r);

#endif
