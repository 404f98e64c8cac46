/*
 * keeper - packets kept until it is known which connections are wanted: the
 * ones that did not pass ("check -w").
 *
 * They wait in memory that has no name, in the order they came. Kept is what judgement
 * rests on, and all of EPMD's; bulk data is not. What is written has neither a cookie's
 * digest nor a message between nodes in clear: such packets are cut short.
 *
 * limits     LIMIT_EVIDENCE_BYTES; packets beyond it are counted.
 * failure    false or NULL, and a filled d.
 */
#ifndef KEEPER_H
#define KEEPER_H

#include <stdio.h>

#include "audit/judgement.h"
#include "base/diag.h"
#include "flow/table.h"
#include "net/source.h"

struct keeper;

struct keeper *keeper_open(struct diag *d);
void keeper_close(struct keeper *k);

/* For engine_options.keep. */
bool keeper_keep(void *keeper, const struct packet *p, const struct carried *c,
    struct diag *d);

/* The packets of these connections, in the order of .flow, and EPMD's, as pcapng. More may
 * be kept afterwards. */
bool keeper_write(struct keeper *k, const struct judgement *const *v, size_t n, FILE *out,
    struct diag *d);

uint64_t keeper_left_out(const struct keeper *k);

#endif
