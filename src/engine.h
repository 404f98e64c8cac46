/*
 * engine - from packets to what is known: source, decode, table, ledger.
 *
 * No globals: two engines in one process do not meet.
 *
 * ownership  options and what they point to are borrowed and must outlive the
 *            engine; a snapshot borrows from the engine.
 * failure    false and a filled diag: the input could not be used.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "audit/ledger.h"
#include "audit/snapshot.h"
#include "base/diag.h"

#define ENGINE_EPMD_PORT 4369u

struct engine_options {
	const char *const *files;		/* "-" is standard input */
	size_t n_files;
	const struct port_range *epmd_ports;	/* added to ENGINE_EPMD_PORT */
	size_t n_epmd_ports;
	const struct port_range *dist_ports;
	size_t n_dist_ports;
};

struct engine;
struct source;

/* Opens every file; NULL when one of them cannot be used. */
struct engine *engine_open(const struct engine_options *o, struct diag *d);

/* Reads from input instead, which stays the caller's; o names no files. */
struct engine *engine_open_source(const struct engine_options *o, struct source *input,
    struct diag *d);

/* Reads the input to its end. */
bool engine_run(struct engine *e, struct diag *d);

bool engine_snapshot(const struct engine *e, struct snapshot *s, struct diag *d);
void engine_close(struct engine *e);

#endif
