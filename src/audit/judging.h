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

void judge_tls13(const struct connection *c, struct judgement *j);

/* Nothing that the verdict rests on was lost: no loss before the server's
 * record "until", nor before what it acknowledges. NULL: no loss at all. */
bool nothing_lost_before(const struct connection *c, const struct sealed_record *until);

/* Settled by what can be seen, or inferred. */
void settle(struct judgement *j, enum verdict v, enum evidence e);
void settle_refused(const struct connection *c, struct judgement *j, enum evidence e);
void settle_encrypted(const struct connection *c, struct judgement *j);

/* It is over when TCP says so, or a fatal alert in clear. */
bool tls_is_over(const struct connection *c, const struct judged_tls *t);

/* The distribution handshake inside TLS: what became of it, and of j's
 * connection. first: application data records of each side before it. */
void judge_inner(const struct connection *c, const struct inner_handshake *h,
    const unsigned first[2], struct judgement *j);

/* Copies of its bytes differ: what is counted in them proves nothing. */
bool is_contested(const struct connection *c);

/* This host's kernel has it among its established ones. */
bool is_of_this_host(const struct connection *c);

/* The kernel told of it, and nothing else has. */
bool is_only_adopted(const struct connection *c);

/* The end of a connection that never came up: reset or closed. */
enum reason reason_of_end(const struct connection *c);

/* Who ended it; only for one that has ended. */
enum side who_ended(const struct connection *c);

/* One more record that j rests on. */
void note_record(struct judgement *j, enum side side, const char *message,
    const struct sealed_record *record, const char *key);

/* A sentence or two into j->explanation, from what is in c and j. */
void explain(const struct connection *c, struct judgement *j);

#endif
