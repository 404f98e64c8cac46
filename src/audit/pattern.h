/*
 * pattern - node name patterns, as CouchDB's no_tls decides them.
 *
 * "*" is any run of characters, also none; "?" is exactly one character (a
 * UTF-8 sequence, or one byte where it is none); everything else is itself,
 * also "." (which CouchDB lets stand for any character).
 *
 * source     CouchDB documentation, "TLS Erlang Distribution"; couch_dist.erl.
 * limits     time is at most the product of both lengths.
 */
#ifndef AUDIT_PATTERN_H
#define AUDIT_PATTERN_H

#include "base/address.h"
#include "base/rd.h"

bool pattern_matches(const char *pattern, struct bytes name);

/* What is left of a value copied from a vm.args or a shell: without the quotes
 * around it ('"a@b"', \"a@b\", 'a@b', "a@b"). A slice of s. */
struct bytes pattern_unquote(const char *s);

/* Why this, unquoted, is no pattern for the names of nodes: it could never match
 * one, or is more than one. "names no host; ...", to follow the quoted value.
 * NULL: it is one. */
const char *pattern_fault(struct bytes pattern);

/* Does this server fall under the exception? Never where the host of its name
 * is not known ("b@?"), where that is an IP literal other than its address, or
 * where the name is none that a node can have. */
bool pattern_excepts(const char *pattern, struct bytes server_node, const struct address *server);

#endif
