/*
 * view_events - what has happened, a row each, the newest last: until somebody moves
 * the cursor away from the end, it stays there.
 *
 * rows       of audit/events.h, by their number. They are copied: what is shown stays
 *            what it is while newer events take the place of the oldest.
 */
#ifndef UI_VIEW_EVENTS_H
#define UI_VIEW_EVENTS_H

#include "ui/view.h"

extern const struct view_kind view_events;

#endif
