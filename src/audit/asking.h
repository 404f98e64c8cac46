/*
 * asking - the rules' questions, by room: rules_transport (what protected the
 * connection), rules_tls (how well), rules_certificate (who showed what),
 * rules_input (how much was seen). rules.c has them in one table.
 */
#ifndef AUDIT_ASKING_H
#define AUDIT_ASKING_H

#include "audit/rules.h"

typedef enum rule_answer rule_question(const struct inquiry *q, const struct judgement *j,
    struct text *why);

/* rules_transport.c */
rule_question ask_plaintext, ask_plaintext_attempt, ask_not_mutual, ask_client_key_not_proved,
    ask_refused;

/* rules_tls.c */
rule_question ask_bad_signature, ask_tls_version, ask_no_forward_secrecy, ask_no_post_quantum,
    ask_weak_cipher;

/* rules_certificate.c */
rule_question ask_weak_key, ask_weak_signature, ask_certificate_expired,
    ask_certificate_expiring, ask_chain_does_not_verify, ask_chain_out_of_order,
    ask_ca_and_leaf_share_cn, ask_self_signed;

/* rules_identity.c */
rule_question ask_host_mismatch, ask_verification_is_off;

/* rules_keys.c */
rule_question ask_one_key_on_several_nodes;

/* Into q->keys, which is initialised: who showed which key. False: no memory. Needs
 * q->policy and q->snapshot. */
bool certificate_keys_collect(struct inquiry *q);

/* rules_input.c */
rule_question ask_not_enough_seen, ask_ignored_tls, ask_packets_lost;

/* "10.77.0.1:37150 -> b@beta.lab (10.77.0.2:45979)", escaped */
void put_connection(struct text *t, const struct judgement *j);

/* Did TLS carry it, as far as this rule is concerned: TLS, and not refused? */
bool is_tls(const struct judgement *j);

/* What was shown counts against a connection only once the other side took it: it may
 * have turned it down with the next packet. A failure becomes unknown until then. */
enum rule_answer if_accepted(const struct judgement *j, enum rule_answer answer, struct text *why);

/* Copies of its handshake differ, and the verdict could not do without: what the
 * hellos say is then neither proof nor disproof. */
bool is_disputed(const struct judgement *j);

/* Is it known how this one was protected? Neither refused nor unknown. */
bool is_judged(const struct policy *p, const struct judgement *j);

#endif
