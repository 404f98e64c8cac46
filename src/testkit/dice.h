/*
 * dice - chance that repeats: the same key throws the same numbers, on every
 * machine and in every process.
 *
 * source  Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
 *         Generators", 2014 (SplitMix64).
 */
#ifndef TESTKIT_DICE_H
#define TESTKIT_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

static inline uint64_t
dice_next(struct dice *d)
{
	uint64_t z = d->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* Make what follows depend on these too. */
static inline void
dice_key_number(struct dice *d, uint64_t v)
{
	d->state ^= v;
	d->state = dice_next(d);
}

static inline void
dice_key_text(struct dice *d, const char *s)
{
	for (; *s != '\0'; s++)
		dice_key_number(d, (unsigned char)*s);
}

/* 0 to n - 1; n > 0. The bias of the remainder is far below what a test sees. */
static inline size_t
dice_below(struct dice *d, size_t n)
{
	return (size_t)(dice_next(d) % n);
}

static inline size_t
dice_between(struct dice *d, size_t from, size_t to)
{
	return from + dice_below(d, to - from + 1);
}

static inline bool
dice_percent(struct dice *d, unsigned percent)
{
	return dice_below(d, 100) < percent;
}

#endif
