#include "testkit/judged.h"

#include <assert.h>

#include "testkit/memory_source.h"

struct judged
judged_of(const struct packets *p, const struct engine_options *o)
{
	struct source *s = memory_source_open(p);
	struct diag d = { { 0 } };
	struct judged j;

	j.engine = engine_open_source(o, s, &d);
	assert(j.engine != NULL);
	bool good = engine_run(j.engine, &d) && engine_snapshot(j.engine, &j.s, &d);
	assert(good);
	source_close(s);
	return j;
}

void
judged_free(struct judged *j)
{
	engine_close(j->engine);
}
