/*
 * judging - what the rooms of the verdict share: verdict (the way in),
 * verdict_tls, verdict_dist, and explain (the sentences).
 */
#ifndef AUDIT_JUDGING_H
#define AUDIT_JUDGING_H

#include "audit/infer.h"
#include "audit/tls_script.h"
#include "audit/verdict.h"

/* Into j: verdict, evidence, state, reason, tls, dist. */
void judge_dist(const struct connection *c, struct judgement *j);
void judge_tls(const struct connection *c, struct judgement *j);

/* TLS for certain: both sides showed it, not one of them alone. */
bool tls_is_certain(const struct connection *c);

/* Nothing that the verdict rests on was lost: no loss before offset "until"
 * of the server's stream, nor before what the server had acknowledged there.
 * until NULL: no loss at all. */
bool nothing_lost_before(const struct connection *c, const struct sealed_record *until);

/* The end of a connection that never came up: reset or closed. */
enum reason reason_of_end(const struct connection *c);

/* Who ended it; only for one that has ended. */
enum side who_ended(const struct connection *c);

/* A sentence or two into j->explanation, from what is in c and j. */
void explain(const struct connection *c, struct judgement *j);

#endif
