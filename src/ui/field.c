#include "ui/field.h"

#include <math.h>

#define MINUTE_S 60u
#define HOUR_S   (60u * MINUTE_S)
#define DAY_S    (24u * HOUR_S)

unsigned
field_find(const struct fields *all, const char *id)
{
	for (unsigned i = 0; i < all->n; i++)
		if (strcmp(all->v[i].id, id) == 0)
			return i;
	return FIELD_NONE;
}

void
field_put_duration(struct text *t, uint64_t ns)
{
	unsigned long long s = ns / 1000000000u;

	if (s < MINUTE_S)
		text_putf(t, "%llus", s);
	else if (s < HOUR_S)
		text_putf(t, "%llum%02llus", s / MINUTE_S, s % MINUTE_S);
	else if (s < DAY_S)
		text_putf(t, "%lluh%02llum", s / HOUR_S, s % HOUR_S / MINUTE_S);
	else
		text_putf(t, "%llud%02lluh", s / DAY_S, s % DAY_S / HOUR_S);
}

void
field_put_amount(struct text *t, double n)
{
	static const char units[] = "kMGTPE";
	unsigned unit = 0;

	if (!(n >= 0))		/* also what is no number */
		n = 0;
	if (n < 1000) {
		text_putf(t, "%.0f", floor(n));
		return;
	}
	for (n /= 1000; n >= 1000 && units[unit + 1] != '\0'; unit++)
		n /= 1000;
	if (n < 100)
		text_putf(t, "%.1f%c", floor(n * 10) / 10, units[unit]);
	else
		text_putf(t, "%.0f%c", n < 1e6 ? floor(n) : 1e6, units[unit]);
}
