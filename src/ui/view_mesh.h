/*
 * view_mesh - who is connected to whom: a matrix of the nodes, a cell a pair, with a letter
 * and a colour for the worst that its connections were (tally_worst()).
 *
 * A capital says that a connection of that verdict may still be open, a small letter that
 * all of them have ended.
 */
#ifndef UI_VIEW_MESH_H
#define UI_VIEW_MESH_H

#include "ui/view.h"

extern const struct view_kind view_mesh;

#endif
