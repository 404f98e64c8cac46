/*
 * chain - does a certificate chain lead to a CA of the user's, and what does its
 * leaf name? Decided by OpenSSL, at the time of the packets, without network.
 *
 * source     RFC 5280 6, RFC 6125; [OTP ssl: verify_peer, customize_hostname_check].
 * ownership  a struct trust owns what it has read; chains are borrowed for the call.
 * failure    trust_open(): NULL and a filled d (unreadable, or no certificate in it).
 *            Of memory: ANSWER_ABSENT.
 * limits     what was verified is remembered, within TRUST_MEMORY bytes; asked again of the
 *            same chain, it costs a look-up.
 */
#ifndef AUDIT_CHAIN_H
#define AUDIT_CHAIN_H

#include "audit/judgement.h"
#include "base/diag.h"
#include "base/text.h"

#define TRUST_MEMORY (16u << 20)

struct trust;

/* path: PEM certificates, in a file or in all files of a directory. Each is an
 * anchor, also one that is not self-signed. */
struct trust *trust_open(const char *path, struct diag *d);
void trust_close(struct trust *t);

/* Does the chain that this side showed verify, at this time? The rest of the chain
 * are intermediates. NO: why (NULL: not asked) says what OpenSSL found, and at which
 * certificate, escaped. ABSENT: there is no chain, or not all of it was kept. */
enum answer trust_verifies(const struct trust *t, const struct chain *c, enum side shown_by,
    uint64_t at_ns, struct text *why);

/* Can an anchor be reached from the leaf by names and signatures alone, whatever the
 * time and whatever else a verifier asks? NO: nobody who trusts these anchors and
 * no others could have accepted it. */
enum answer trust_is_reached(const struct trust *t, const struct chain *c);

/* Does the leaf name this host, or this address where host is a literal of one? The
 * common name counts where there are no alternative names, as in OTP. NO: neither
 * OTP nor OpenSSL would take it, wildcards read as generously as can be. ABSENT: one
 * of them might, or host (raw from the wire) is no name of a host. */
enum answer chain_names_host(const struct chain *c, struct bytes host);

/* Has the leaf the common name of its issuer, or of a CA in the chain? */
enum answer chain_leaf_shares_name(const struct chain *c);

/* Is each certificate issued by the next, as RFC 5246 7.4.2 demands? By name and by
 * signature. */
enum answer chain_is_in_order(const struct chain *c);

#endif
