#include "net/lineup.h"

#include <stdlib.h>

struct waiting {
	struct waiting *next;
	struct packet packet;		/* whose bytes are behind it */
	uint8_t bytes[];
};

bool
lineup_init(struct lineup *l, size_t n_lanes)
{
	*l = (struct lineup){ .n_lanes = n_lanes };
	l->lanes = calloc(n_lanes, sizeof *l->lanes);
	l->busy = calloc(n_lanes, sizeof *l->busy);
	return l->lanes != NULL && l->busy != NULL;
}

static void
free_all(struct waiting *w)
{
	while (w != NULL) {
		struct waiting *next = w->next;

		free(w);
		w = next;
	}
}

void
lineup_free(struct lineup *l)
{
	for (size_t i = 0; l->lanes != NULL && i < l->n_lanes; i++)
		free_all(l->lanes[i].first);
	free_all(l->taken);
	free(l->lanes);
	free(l->busy);
	*l = (struct lineup){ .n_lanes = 0 };
}

static size_t
size_of(const struct packet *p)
{
	return sizeof(struct waiting) + p->captured.n;
}

bool
lineup_put(struct lineup *l, size_t lane, const struct packet *p)
{
	struct lane *at = &l->lanes[lane];
	struct waiting *new = malloc(size_of(p));

	if (new == NULL)
		return false;
	new->next = NULL;
	new->packet = *p;
	if (p->captured.n > 0)
		memcpy(new->bytes, p->captured.p, p->captured.n);
	new->packet.captured.p = new->bytes;
	if (at->first == NULL)
		l->busy[l->n_busy++] = lane;
	*(at->first != NULL ? &at->last->next : &at->first) = new;
	at->last = new;
	at->n++;
	l->bytes += size_of(p);
	return true;
}

/* Place in .busy of the lane where the oldest stands; only when there is one. */
static size_t
place_of_oldest(const struct lineup *l)
{
	size_t oldest = 0;

	for (size_t i = 1; i < l->n_busy; i++)
		if (l->lanes[l->busy[i]].first->packet.at_ns <
		    l->lanes[l->busy[oldest]].first->packet.at_ns)
			oldest = i;
	return oldest;
}

const struct packet *
lineup_oldest(const struct lineup *l)
{
	return l->n_busy > 0 ? &l->lanes[l->busy[place_of_oldest(l)]].first->packet : NULL;
}

size_t
lineup_take(struct lineup *l)
{
	size_t place = place_of_oldest(l), lane = l->busy[place];
	struct waiting *w = l->lanes[lane].first;

	l->lanes[lane].first = w->next;
	l->lanes[lane].n--;
	if (w->next == NULL)
		l->busy[place] = l->busy[--l->n_busy];
	l->bytes -= size_of(&w->packet);
	w->next = l->taken;
	l->taken = w;
	return lane;
}

void
lineup_forget(struct lineup *l)
{
	free_all(l->taken);
	l->taken = NULL;
}
