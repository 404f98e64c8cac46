#include "base/moment.h"

#include <string.h>
#include <time.h>

#define YEAR_MAX 2500u
#define NSEC_PER_SEC UINT64_C(1000000000)

/* n digits; false, and *s where it was, for what is not that. */
static bool
digits(const char **s, unsigned n, unsigned min, unsigned max, int *out)
{
	unsigned value = 0;

	for (unsigned i = 0; i < n; i++) {
		char c = (*s)[i];

		if (c < '0' || c > '9')
			return false;
		value = 10 * value + (unsigned)(c - '0');
	}
	if (value < min || value > max)
		return false;
	*s += n;
	*out = (int)value;
	return true;
}

static bool
skip(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;
	return true;
}

/* ".616875": nothing is no fraction. */
static bool
fraction(const char **s, uint64_t *ns)
{
	uint64_t unit = NSEC_PER_SEC / 10;
	const char *first;

	*ns = 0;
	if (!skip(s, '.'))
		return true;
	for (first = *s; **s >= '0' && **s <= '9' && unit > 0; ++*s, unit /= 10)
		*ns += (uint64_t)(**s - '0') * unit;
	return *s > first && (**s < '0' || **s > '9');
}

static bool
time_of_day(const char **s, struct tm *t, uint64_t *ns)
{
	*ns = 0;
	if (!digits(s, 2, 0, 23, &t->tm_hour) || !skip(s, ':') ||
	    !digits(s, 2, 0, 59, &t->tm_min))
		return false;
	return !skip(s, ':') || (digits(s, 2, 0, 59, &t->tm_sec) && fraction(s, ns));
}

/* Seconds east of UTC. */
static bool
zone(const char **s, int64_t *east)
{
	bool west = **s == '-';
	int hours, minutes;

	*east = 0;
	if (skip(s, 'Z') || skip(s, 'z') || **s == '\0')
		return true;
	if ((!skip(s, '+') && !skip(s, '-')) || !digits(s, 2, 0, 23, &hours) || !skip(s, ':') ||
	    !digits(s, 2, 0, 59, &minutes))
		return false;
	*east = (west ? -60 : 60) * (int64_t)(60 * hours + minutes);
	return true;
}

bool
moment_parse(const char *s, uint64_t *at_ns)
{
	struct tm t = { 0 };
	uint64_t ns = 0;
	int64_t east = 0;
	int month, day;

	if (!digits(&s, 4, 1970, YEAR_MAX, &t.tm_year) || !skip(&s, '-') ||
	    !digits(&s, 2, 1, 12, &month) || !skip(&s, '-') || !digits(&s, 2, 1, 31, &day))
		return false;
	if (*s != '\0') {
		if (!skip(&s, 'T') && !skip(&s, 't') && !skip(&s, ' '))
			return false;
		if (!time_of_day(&s, &t, &ns) || !zone(&s, &east) || *s != '\0')
			return false;
	}
	t.tm_year -= 1900;
	t.tm_mon = month - 1;
	t.tm_mday = day;
	int64_t seconds = (int64_t)timegm(&t) - east;
	/* timegm() makes of the 31st of June the 1st of July. */
	if (t.tm_mday != day || t.tm_mon != month - 1 || seconds < 0)
		return false;
	*at_ns = (uint64_t)seconds * NSEC_PER_SEC + ns;
	return true;
}
