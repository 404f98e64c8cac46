/*
 * release - which releases of Erlang/OTP a node may run, estimated from what it says of
 * itself in clear. An estimate, and never a part of a verdict: anybody may send anything.
 *
 * source     [OTP dist: distribution flags] names the release that introduced each; flag 38
 *            is not documented: OTP 29 was recorded to send it, 27 not to.
 */
#ifndef AUDIT_RELEASE_H
#define AUDIT_RELEASE_H

#include "base/text.h"

struct release {
	uint8_t first, last;	/* 0: no bound */
};

static inline bool
release_is_known(struct release r)
{
	return r.first != 0 || r.last != 0;
}

/* Of a handshake message. whole: the upper 32 flags are among them; version 5 sends those
 * later, in its complement, or never. Nothing is known of nodes that are no emulator
 * (erl_interface, jinterface). */
struct release release_of_flags(uint64_t flags, bool whole);

/* Of the highest distribution version that EPMD was told, or that was spoken. 0: not known. */
struct release release_of_version(uint16_t highest);

/* "25-27", "29+", "22-", "23"; "?" */
void release_put(struct text *t, struct release r);

#endif
