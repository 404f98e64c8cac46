/*
 * etf - terms of the External Term Format: just enough to tell where one ends.
 *
 * source     OTP erts, "External Term Format".
 * failure    the reader goes bad.
 * limits     linear in the bytes read, and no recursion: terms still to come
 *            are counted, and every one of them takes at least a byte.
 */
#ifndef DISSECTORS_ETF_H
#define DISSECTORS_ETF_H

#include "base/rd.h"

#define ETF_VERSION       131
#define ETF_SMALL_INTEGER 97
#define ETF_SMALL_TUPLE   104
#define ETF_LARGE_TUPLE   105

/* Past n terms without a version byte. n_refs: how many atoms the distribution
 * header has named; an ATOM_CACHE_REF beyond them is wrong. */
bool etf_skip(struct rd *r, uint64_t n, unsigned n_refs);

/* The arity of the tuple that begins here; 0 and a bad reader if none does. */
uint32_t etf_tuple(struct rd *r);

/* Could these bytes be the text of an atom? */
bool etf_is_atom_text(struct bytes b);

#endif
