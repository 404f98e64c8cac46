#include "dissectors/etf.h"

enum {				/* [OTP erl_ext_dist] */
	NEW_FLOAT       = 70,
	BIT_BINARY      = 77,
	ATOM_CACHE_REF  = 82,
	NEW_PID         = 88,
	NEW_PORT        = 89,
	NEWER_REFERENCE = 90,
	INTEGER         = 98,
	FLOAT           = 99,
	ATOM            = 100,
	REFERENCE       = 101,
	PORT            = 102,
	PID             = 103,
	NIL             = 106,
	STRING          = 107,
	LIST            = 108,
	BINARY          = 109,
	SMALL_BIG       = 110,
	LARGE_BIG       = 111,
	NEW_FUN         = 112,
	EXPORT          = 113,
	NEW_REFERENCE   = 114,
	SMALL_ATOM      = 115,
	MAP             = 116,
	ATOM_UTF8       = 118,
	SMALL_ATOM_UTF8 = 119,
	V4_PORT         = 120,
};

#define ATOM_CHARACTERS_MAX 255u	/* [OTP erl_ext_dist: Encoding atoms] */
#define REFERENCE_WORDS_MAX 5u		/* [OTP erl_ext_dist: NEWER_REFERENCE_EXT] */

static bool
fail(struct rd *r)
{
	r->bad = true;
	r->at = r->end;
	return false;
}

static bool
check(struct rd *r, bool good)
{
	return good ? rd_ok(r) : fail(r);
}

static bool
skip(struct rd *r, size_t n)
{
	rd_take(r, n);
	return rd_ok(r);
}

/* The length of the UTF-8 sequence that a byte begins; 0: it begins none. */
static size_t
utf8_length(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if ((first & 0xf0) == 0xe0)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

bool
etf_is_atom_text(struct bytes b)
{
	struct rd r = rd_bytes(b);
	size_t n_characters = 0;

	for (; rd_left(&r) > 0; n_characters++) {
		size_t n = utf8_length(rd_u8(&r));

		if (n == 0)
			return false;
		while (--n > 0)
			if ((rd_u8(&r) & 0xc0) != 0x80)
				return false;
	}
	return rd_ok(&r) && n_characters <= ATOM_CHARACTERS_MAX;
}

static bool
skip_atom(struct rd *r, uint8_t tag, unsigned n_refs)
{
	struct rd text;

	switch (tag) {
	case ATOM_CACHE_REF:
		return check(r, rd_u8(r) < n_refs);
	case ATOM:
		text = rd_vec16(r);
		return check(r, rd_left(&text) <= ATOM_CHARACTERS_MAX);
	case SMALL_ATOM:
		rd_vec8(r);
		return rd_ok(r);
	case ATOM_UTF8:
		text = rd_vec16(r);
		return check(r, etf_is_atom_text(rd_rest(&text)));
	case SMALL_ATOM_UTF8:
		text = rd_vec8(r);
		return check(r, etf_is_atom_text(rd_rest(&text)));
	default:
		return fail(r);
	}
}

/* Pids, ports and references: the node's name, then n bytes. */
static bool
skip_of_node(struct rd *r, size_t n, unsigned n_refs)
{
	return skip_atom(r, rd_u8(r), n_refs) && skip(r, n);
}

static bool
skip_reference(struct rd *r, size_t creation, unsigned n_refs)
{
	size_t n_words = rd_u16(r);

	return check(r, n_words >= 1 && n_words <= REFERENCE_WORDS_MAX) &&
	    skip_of_node(r, creation + 4 * n_words, n_refs);
}

/* Terms without a term inside, but for an atom. */
static bool
skip_leaf(struct rd *r, uint8_t tag, unsigned n_refs)
{
	uint32_t n;

	switch (tag) {
	case ETF_SMALL_INTEGER: return skip(r, 1);
	case INTEGER:           return skip(r, 4);
	case FLOAT:             return skip(r, 31);
	case NEW_FLOAT:         return skip(r, 8);
	case NIL:               return true;
	case STRING:            return skip(r, rd_u16(r));
	case BINARY:            return skip(r, rd_u32(r));
	case BIT_BINARY:        n = rd_u32(r); return check(r, rd_u8(r) <= 8) && skip(r, n);
	case SMALL_BIG:         n = rd_u8(r); return check(r, rd_u8(r) <= 1) && skip(r, n);
	case LARGE_BIG:         n = rd_u32(r); return check(r, rd_u8(r) <= 1) && skip(r, n);
	case NEW_FUN:           n = rd_u32(r); return check(r, n >= 4) && skip(r, n - 4);
	case PORT:              return skip_of_node(r, 4 + 1, n_refs);
	case NEW_PORT:          return skip_of_node(r, 4 + 4, n_refs);
	case V4_PORT:           return skip_of_node(r, 8 + 4, n_refs);
	case PID:               return skip_of_node(r, 4 + 4 + 1, n_refs);
	case NEW_PID:           return skip_of_node(r, 4 + 4 + 4, n_refs);
	case REFERENCE:         return skip_of_node(r, 4 + 1, n_refs);
	case NEW_REFERENCE:     return skip_reference(r, 1, n_refs);
	case NEWER_REFERENCE:   return skip_reference(r, 4, n_refs);
	default:                return skip_atom(r, tag, n_refs);
	}
}

bool
etf_skip(struct rd *r, uint64_t n, unsigned n_refs)
{
	for (; n > 0 && rd_ok(r); n--) {
		uint8_t tag = rd_u8(r);

		switch (tag) {
		case ETF_SMALL_TUPLE: n += rd_u8(r); break;
		case ETF_LARGE_TUPLE: n += rd_u32(r); break;
		case LIST:            n += (uint64_t)rd_u32(r) + 1; break;
		case MAP:             n += 2 * (uint64_t)rd_u32(r); break;
		case EXPORT:          n += 3; break;
		default:              skip_leaf(r, tag, n_refs); break;
		}
		if (n > 1 + (uint64_t)rd_left(r))
			return fail(r);
	}
	return rd_ok(r);
}

uint32_t
etf_tuple(struct rd *r)
{
	switch (rd_u8(r)) {
	case ETF_SMALL_TUPLE: return rd_u8(r);
	case ETF_LARGE_TUPLE: return rd_u32(r);
	default:              fail(r); return 0;
	}
}
