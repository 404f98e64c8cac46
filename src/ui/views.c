#include "ui/view.h"
#include "ui/view_connections.h"
#include "ui/view_detail.h"
#include "ui/view_events.h"

const struct view_kind *const views[] = {
	&view_connections,
	&view_events,
	&view_detail,
	NULL
};
