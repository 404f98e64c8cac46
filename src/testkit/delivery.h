/*
 * delivery - does a dialogue arrive, however it is carried? From packets by way of decode,
 * table, stream, session and dissector to facts, and by the whole engine to a judgement.
 *
 * carried    the same facts of each side at the same places as when each turn comes in one
 *            packet, and the same judgement.
 * harmed     facts of the plain dialogue in their order, and blindness; a judgement that is
 *            the same or weaker.
 * noise      bounds are kept.
 *
 * ownership  delivery_close() frees what delivery_open() made.
 */
#ifndef TESTKIT_DELIVERY_H
#define TESTKIT_DELIVERY_H

#include "testkit/carriage.h"
#include "testkit/hearing.h"
#include "testkit/judged.h"

#define DELIVERY_MAX 160u

struct delivered {
	struct dialogue dialogue;
	bool is_talk;
	struct told     fed;		/* a talk's: by its dissector alone, without packets */
	struct hearing  plain;
	struct judged   truth;
	bool legal;			/* breaks no rule: then what a loss leaves of it means the same */
};

struct delivery {
	struct delivered *v;
	size_t n;
};

enum manner { MANNER_CARRIED, MANNER_HARMED, MANNER_NOISE, N_MANNERS };

/* The talks and some recordings below fixtures. False, and a filled diag: there is one
 * that cannot be read. */
bool delivery_open(struct delivery *d, const char *fixtures, struct diag *diag);
void delivery_close(struct delivery *d);

/* The server's port is labelled. */
const struct engine_options *delivery_options(void);

/* False: why says what is wrong. */
bool delivery_try(const struct delivered *of, enum manner manner, struct rd choices,
    struct text *why);

/* Of a fuzzer's input, the first two bytes choose manner and dialogue. */
bool delivery_try_any(const struct delivery *d, const uint8_t *p, size_t n, struct text *why);

#endif
