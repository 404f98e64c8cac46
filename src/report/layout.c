#include "report/layout.h"

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned
most(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

unsigned
layout_natural(unsigned natural, const char *title, const char *cell)
{
	if (cell[0] == '\0')
		return natural;
	return most(natural, most((unsigned)text_columns(title), (unsigned)text_columns(cell)));
}

/* The column of that priority. */
static unsigned
by_priority(unsigned priority)
{
	unsigned c = 0;

	while (c + 1 < N_COLUMNS && columns[c].priority != priority)
		c++;
	return c;
}

static unsigned
wanted(unsigned c, const unsigned natural[N_COLUMNS])
{
	return least(natural[c], columns[c].wanted);
}

static unsigned
floor_of(unsigned c, const unsigned natural[N_COLUMNS])
{
	return least(wanted(c, natural), columns[c].min);
}

/* What is left of room with one more column of that width in it. */
static bool
fits(unsigned *room, unsigned width, bool is_first)
{
	unsigned need = width + (is_first ? 0 : 1);

	if (need > *room)
		return false;
	*room -= need;
	return true;
}

/* A column each in turn, so that all are squeezed alike. */
static void
widen(const unsigned natural[N_COLUMNS], unsigned room, unsigned width[N_COLUMNS])
{
	for (bool grew = true; room > 0 && grew;) {
		grew = false;
		for (unsigned p = 1; p <= N_COLUMNS && room > 0; p++) {
			unsigned c = by_priority(p);

			if (width[c] == 0 || width[c] >= wanted(c, natural))
				continue;
			width[c]++;
			room--;
			grew = true;
		}
	}
}

void
layout_columns(const unsigned natural[N_COLUMNS], unsigned total, unsigned width[N_COLUMNS])
{
	unsigned room = total < LAYOUT_WIDTH_MIN ? LAYOUT_WIDTH_MIN : total;
	unsigned short_of = 0;		/* what the core lacks to be as wide as it wants */
	unsigned p;

	for (unsigned c = 0; c < N_COLUMNS; c++)
		width[c] = total == 0 ? wanted(c, natural) : 0;
	if (total == 0)
		return;
	for (p = 1; p <= COLUMNS_CORE; p++) {
		unsigned c = by_priority(p);

		if (natural[c] == 0)
			continue;
		if (!fits(&room, floor_of(c, natural), p == 1))
			break;
		width[c] = floor_of(c, natural);
		short_of += wanted(c, natural) - width[c];
	}
	if (p > COLUMNS_CORE && short_of <= room) {
		unsigned spare = room - short_of;

		for (; p <= N_COLUMNS; p++) {
			unsigned c = by_priority(p);

			if (natural[c] > 0 && !fits(&spare, wanted(c, natural), false))
				break;
			width[c] = wanted(c, natural);
		}
		room = spare + short_of;
	}
	widen(natural, room, width);
}
