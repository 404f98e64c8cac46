/*
 * view_detail - everything that is known of one connection: its ends, the verdict and
 * what it rests on, the ladder of its handshake, both sides' certificates.
 *
 * A connection that leaves the list while it is open stays to be read, as it was
 * known last, and that is said.
 */
#ifndef UI_VIEW_DETAIL_H
#define UI_VIEW_DETAIL_H

#include "ui/view.h"

extern const struct view_kind view_detail;

#endif
