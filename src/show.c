#include "show.h"

#include <errno.h>
#include <string.h>

#include "engine.h"
#include "report/json.h"
#include "report/table.h"
#include "terminal.h"

#define EXIT_CANNOT_RUN 2

static bool
print(const struct cli *c, const struct snapshot *s)
{
	const struct table_style style = {
		.width = c->width ? c->width : terminal_width(),
		.colour = terminal_has_colour(),
		.utf8 = terminal_is_utf8(),
		.verbose = c->verbose,
		.numeric = c->numeric,
	};

	switch (c->format) {
	case FORMAT_TABLE:
		return table_write(s, &style, stdout);
	case FORMAT_JSON:
		return json_write(s, NULL, stdout);
	case FORMAT_NONE:
	case FORMAT_TEXT:
	case FORMAT_TAP:
		break;
	}
	return false;
}

/* Not an empty success: say what there was instead of connections. False:
 * nothing at all could be looked at. */
static bool
note_emptiness(const struct snapshot *s)
{
	const struct input_facts *in = &s->input;
	uint64_t undecoded = 0;

	for (size_t i = 0; i < in->n_link_types; i++)
		undecoded += in->link_types[i].packets;
	if (in->packets == 0) {
		fprintf(stderr, "beamtap: the input holds no packets\n");
	} else if (undecoded == in->packets) {
		for (size_t i = 0; i < in->n_link_types; i++)
			fprintf(stderr, "beamtap: link type %u%s%s%s cannot be decoded: "
			    "%llu packets were not looked at\n", in->link_types[i].link_type,
			    in->link_types[i].name ? " (" : "",
			    in->link_types[i].name ? in->link_types[i].name : "",
			    in->link_types[i].name ? ")" : "",
			    (unsigned long long)in->link_types[i].packets);
		return false;
	} else if (s->n_connections == 0) {
		fprintf(stderr, "beamtap: no distribution connection in %llu packets\n",
		    (unsigned long long)in->packets);
	}
	return true;
}

int
show(const struct cli *c)
{
	struct engine_options options = {
		.inputs = c->files.v, .n_inputs = c->files.n,
		.epmd_ports = c->epmd_ports, .n_epmd_ports = c->n_epmd_ports,
		.dist_ports = c->dist_ports, .n_dist_ports = c->n_dist_ports,
	};
	struct diag d = { 0 };
	struct snapshot s;
	struct engine *e = engine_open(&options, &d);
	bool ok = e != NULL && engine_run(e, &d) && engine_snapshot(e, &s, &d);

	if (!ok) {
		engine_close(e);
		terminal_complain(d.line);
		return EXIT_CANNOT_RUN;
	}
	if (s.input.damage != NULL)
		terminal_complain(s.input.damage);
	ok = note_emptiness(&s);
	if (!print(c, &s) || fflush(stdout) != 0) {
		diag_set(&d, "cannot write: %s", strerror(errno));
		terminal_complain(d.line);
		ok = false;
	}
	snapshot_free(&s);
	engine_close(e);
	return ok ? 0 : EXIT_CANNOT_RUN;
}
