#include "capture.h"

#include <unistd.h>

#include "net/live.h"
#include "net/netns.h"

/* Live the kernel does the filtering. */
struct engine_options
capture_options(const struct cli *c)
{
	bool is_files = c->files.n > 0;

	return (struct engine_options){
		.inputs = c->files.v, .n_inputs = c->files.n, .filter = c->filter,
		.selection = { .expression = is_files ? c->filter : NULL, .since_ns = c->since_ns,
		    .until_ns = c->until_ns, .count = c->count },
		.epmd_ports = c->epmd_ports, .n_epmd_ports = c->n_epmd_ports,
		.dist_ports = c->dist_ports, .n_dist_ports = c->n_dist_ports,
	};
}

struct opening {
	struct capture *capture;
	struct live_options options;
};

static bool
open_devices(void *owner, struct diag *d)
{
	struct opening *o = owner;

	return (o->capture->live = live_open(&o->options, d)) != NULL;
}

/* What is opened there stays there. */
static bool
open_in_space(struct opening *o, const char *asked, struct diag *d)
{
	if (asked == NULL)
		return open_devices(o, d);
	return (o->capture->space = netns_open(asked, d)) >= 0 &&
	    netns_run(o->capture->space, asked, open_devices, o, d);
}

bool
capture_open(struct capture *k, const struct cli *c, struct engine_options *o, struct diag *d)
{
	static const char *const any[] = { "any" };
	struct opening opening = { .capture = k, .options = {
		.devices = c->devices.v, .n_devices = c->devices.n, .filter = c->filter,
		.buffer_kib = c->buffer_kib, .snaplen = c->snaplen,
		.not_promiscuous = c->not_promiscuous, .immediate = c->immediate,
	} };

	o->inputs = c->devices.n ? c->devices.v : any;
	o->n_inputs = c->devices.n ? c->devices.n : 1;
	return open_in_space(&opening, c->netns, d) &&
	    (k->engine = engine_open_source(o, k->live, d)) != NULL;
}

void
capture_close(struct capture *k)
{
	engine_close(k->engine);
	source_close(k->live);
	if (k->space >= 0)
		close(k->space);
	*k = CAPTURE_NONE;
}

static enum got
step(void *owner, struct diag *d)
{
	const struct capture *k = owner;

	return engine_step(k->engine, d);
}

static size_t
descriptors(void *owner, int *out, size_t max)
{
	const struct capture *k = owner;

	return live_descriptors(k->live, out, max);
}

struct watch_port
capture_port(struct capture *k)
{
	return (struct watch_port){ .owner = k, .step = step, .descriptors = descriptors };
}

void
capture_note_losses(struct capture *k)
{
	struct live_losses lost;

	live_losses(k->live, &lost);
	engine_lost(k->engine, &lost);
}

void
capture_end(struct capture *k, bool unread)
{
	capture_note_losses(k);
	engine_end(k->engine);
	if (unread)
		engine_damaged(k->engine, "packets were left unread when the capture ended");
}
