#include "net/tick.h"

#define BINARY		0x80u
#define NS_PER_S	1000000000u
#define SECONDS_MAX	(UINT64_MAX / NS_PER_S)

struct moment {
	uint64_t s, ns;		/* ns < 10^9 */
};

/* 10^n, or 0 when it is more than 64 bits hold. */
static uint64_t
power_of_ten(unsigned n)
{
	uint64_t p = 1;

	if (n > 19)
		return 0;
	while (n-- > 0)
		p *= 10;
	return p;
}

static struct moment
decimal(uint64_t ticks, unsigned digits)
{
	uint64_t unit = power_of_ten(digits);

	if (digits <= 9)
		return (struct moment){ ticks / unit,
		    ticks % unit * power_of_ten(9 - digits) };

	uint64_t finer = power_of_ten(digits - 9);
	if (unit == 0)
		return (struct moment){ 0, finer != 0 ? ticks / finer : 0 };
	return (struct moment){ ticks / unit, ticks % unit / finer };
}

static struct moment
binary(uint64_t ticks, unsigned bits)
{
	struct moment m = { 0, ticks };

	if (bits < 64) {
		m.s = ticks >> bits;
		m.ns = ticks - (m.s << bits);
	}
	/* 34 bits are finer than a nanosecond, and times 10^9 they fit. */
	if (bits > 34) {
		m.ns = bits - 34 < 64 ? m.ns >> (bits - 34) : 0;
		bits = 34;
	}
	m.ns = m.ns * NS_PER_S >> bits;
	return m;
}

uint64_t
tick_ns(const struct tick *t, uint64_t ticks)
{
	unsigned n = t->resolution & (BINARY - 1);
	struct moment m = t->resolution & BINARY ? binary(ticks, n) : decimal(ticks, n);

	if (t->offset_s < 0) {
		uint64_t back = -(uint64_t)t->offset_s;

		if (m.s < back)
			return 0;
		m.s -= back;
	} else {
		uint64_t on = (uint64_t)t->offset_s;

		m.s = m.s > UINT64_MAX - on ? UINT64_MAX : m.s + on;
	}
	return m.s >= SECONDS_MAX ? UINT64_MAX : m.s * NS_PER_S + m.ns;
}

uint8_t
tick_digits(const struct tick *t)
{
	unsigned n = t->resolution & (BINARY - 1);
	uint8_t digits = 0;

	if (!(t->resolution & BINARY))
		return (uint8_t)(n < 9 ? n : 9);
	if (n > 29)
		return 9;
	while (power_of_ten(digits) < (uint64_t)1 << n)
		digits++;
	return digits;
}
