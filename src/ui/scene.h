/*
 * scene - what there is to be seen at one moment, for the views.
 *
 * ownership  everything is borrowed, and stays where it is until the next refresh
 *            (ui_look()); rows may keep pointers into it until then.
 * units      times as in audit/judgement.h.
 */
#ifndef UI_SCENE_H
#define UI_SCENE_H

#include "audit/snapshot.h"
#include "report/columns.h"

struct events;
struct rates;

struct scene {
	const struct snapshot *snapshot;
	const struct events *events;	/* audit/events.h; NULL: none are kept */
	const struct rates *rates;	/* NULL: none */
	uint64_t now_ns;		/* live: the clock; a file: its last packet */
	bool live;
	struct cell_style style;	/* of report/columns.h: utf8, services */
};

/* The one place that knows how a snapshot keeps its connections. */
static inline const struct judgement *
scene_connection(const struct scene *s, size_t i)
{
	return s->snapshot->connections[i];
}

static inline size_t
scene_n_connections(const struct scene *s)
{
	return s->snapshot->n_connections;
}

/* NULL: it is not, or no longer, listed. */
const struct judgement *scene_find(const struct scene *s, uint64_t id);

#endif
