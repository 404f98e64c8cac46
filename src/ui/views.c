#include "ui/view.h"
#include "ui/view_connections.h"
#include "ui/view_detail.h"
#include "ui/view_events.h"
#include "ui/view_mesh.h"
#include "ui/view_nodes.h"

const struct view_kind *const views[] = {
	&view_connections,
	&view_mesh,
	&view_nodes,
	&view_events,
	&view_detail,
	NULL
};
