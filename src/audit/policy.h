/*
 * policy - what the user demands of the traffic, and what is excepted.
 *
 * Each demand has one name, which is an option on the command line and a key of
 * a policy file; policy_keys[] is the list of them.
 *
 * ownership  strings are the policy's own; policy_free().
 * failure    false, nothing changed, and a filled d: the value is none for that name,
 *            which whoever asks puts in front. "'1.4' is neither 1.2 nor 1.3".
 */
#ifndef AUDIT_POLICY_H
#define AUDIT_POLICY_H

#include "audit/judgement.h"
#include "base/arena.h"
#include "base/diag.h"

enum demand { DEMAND_NONE, DEMAND_ENCRYPTED, DEMAND_MUTUAL };

struct policy_list {
	const char **v;
	size_t n;
};

struct policy {
	enum demand require;		/* DEMAND_MUTUAL unless told otherwise */
	enum evidence evidence;		/* the weakest that counts; EVIDENCE_INFERRED */
	uint16_t tls_min;		/* 0x0303, 0x0304; 0: not asked */
	const char *ca;			/* file or directory; NULL: not asked */
	bool     hostname;
	unsigned min_key_bits;		/* of RSA; 0: not asked */
	bool     asks_expiry;
	uint64_t expires_in_ns;
	bool     forward_secrecy, post_quantum;
	struct policy_list expect_node;	/* patterns */
	unsigned expect_nodes, expect_connections;	/* 0: not asked */
	bool     full_mesh, no_refused, no_ignored_tls;
	struct policy_list allow_plaintext;	/* patterns, unquoted; "true" is every node */
	bool     allows_no_plaintext;	/* "false" was said: no pattern stands beside it */
	const char *waivers;		/* file; NULL: none */
	struct arena arena;
};

struct policy_key {
	const char *name;		/* "tls-min" */
	const char *argument;		/* "1.2|1.3"; NULL: yes or no */
	bool        many;		/* may be given more than once */
	const char *help;		/* for --help; lines separated by \n */
	bool      (*set)(struct policy *p, const char *value, struct diag *d);
};

#define N_POLICY_KEYS 17u
extern const struct policy_key policy_keys[N_POLICY_KEYS];

void policy_init(struct policy *p);
void policy_free(struct policy *p);

/* NULL: no such name. */
const struct policy_key *policy_key_find(const char *name);

/* Values given before are forgotten where key->many: what is set next is all. */
void policy_forget(struct policy *p, const struct policy_key *key);

/* "yes", "no", "true", "false"; what a key without an argument takes. */
bool policy_flag(const char *value, bool *out, struct diag *d);

/* 30s, 15m, 12h, 14d, 2w: a number and a unit, more than zero. */
bool policy_duration(const char *value, uint64_t *out_ns, struct diag *d);

#endif
