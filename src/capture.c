#include "capture.h"

#include <poll.h>
#include <sys/resource.h>

#include "base/limits.h"
#include "net/live.h"

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

static bool
open_spaces(struct capture *k, const struct cli *c, struct diag *d)
{
	if (c->all_netns)
		return spaces_all(&k->spaces, d);
	if (c->netns != NULL)
		return spaces_one(&k->spaces, c->netns, d);
	spaces_own(&k->spaces);
	return true;
}

static void
name_spaces(struct capture *k, struct engine_options *o)
{
	if (!k->spaces.all)
		return;
	for (size_t i = 0; i < k->spaces.n; i++)
		k->names[i] = k->spaces.v[i].name;
	o->netns = k->names;
	o->n_netns = k->spaces.n;
}

/* What is told before there is an engine. */
struct own_address {
	struct address address;
	uint16_t space;
};

struct own_addresses {
	struct own_address v[LIMIT_OWN_ADDRESSES];
	size_t   n;
	bool     cut;
	uint16_t space;			/* whose are told now */
};

static void
note_own(void *owner, const struct address *a)
{
	struct own_addresses *o = owner;

	if (o->n < LIMIT_OWN_ADDRESSES)
		o->v[o->n++] = (struct own_address){ *a, o->space };
	else
		o->cut = true;
}

static void
find_own_addresses(const struct spaces *s, struct own_addresses *o)
{
	for (size_t i = 0; i < s->n; i++) {
		o->space = (uint16_t)i;
		space_addresses(&s->v[i], note_own, o);
	}
}

/* All were asked for: who judges must know that some are missing. */
static void
say_what_is_left_out(struct capture *k)
{
	struct diag d = { "" };

	if (!k->spaces.left_out)
		return;
	diag_set(&d, "network namespaces are left out: %s", diag_is_set(&k->spaces.why) ?
	    k->spaces.why.line : "they are too many, or of processes that are not seen from here, or "
	    "not without CAP_SYS_PTRACE");
	live_damaged(k->live, d.line);
}

/* Of the connection of a socket whatever passes is captured. */
static bool
takes_all(const struct cli *c)
{
	for (size_t i = 0; i < c->devices.n; i++)
		if (strcmp(c->devices.v[i], "any") == 0)
			return true;
	return c->devices.n == 0;
}

static bool
open_all(struct capture *k, const struct cli *c, struct engine_options *o,
    const struct identity *as, struct diag *d)
{
	struct own_addresses own = { .n = 0 };

	if (!open_spaces(k, c, d))
		return false;
	name_spaces(k, o);

	const struct live_options live = {
		.devices = c->devices.v, .n_devices = c->devices.n,
		.spaces = k->spaces.v, .n_spaces = k->spaces.n, .filter = c->filter,
		.buffer_kib = c->buffer_kib, .snaplen = c->snaplen,
		.not_promiscuous = c->not_promiscuous, .immediate = c->immediate,
	};
	/* The devices last: from then on somebody reads. */
	find_own_addresses(&k->spaces, &own);
	registry_open(&k->registry, as, &k->spaces);
	if ((k->live = live_open(&live, d)) == NULL ||
	    (k->engine = engine_open_source(o, k->live, d)) == NULL)
		return false;
	for (size_t i = 0; i < own.n; i++)
		engine_own_address(k->engine, own.v[i].space, &own.v[i].address);
	if (own.cut)
		live_damaged(k->live, "the host has more addresses than are known as its own");
	say_what_is_left_out(k);
	return true;
}

/* Each namespace takes some descriptors, of which a process has 1024 by habit. A command of
 * the user's is to have what the user gave. */
static bool
open_with_more_descriptors(struct capture *k, const struct cli *c, struct engine_options *o,
    const struct identity *as, struct diag *d)
{
	struct rlimit before, all;
	bool lifted = getrlimit(RLIMIT_NOFILE, &before) == 0;

	all = before;
	all.rlim_cur = before.rlim_max;
	lifted = lifted && setrlimit(RLIMIT_NOFILE, &all) == 0;
	bool ok = open_all(k, c, o, as, d);
	if (lifted)
		setrlimit(RLIMIT_NOFILE, &before);
	return ok;
}

bool
capture_open(struct capture *k, const struct cli *c, struct engine_options *o,
    const struct identity *as, struct diag *d)
{
	static const char *const any[] = { "any" };

	o->inputs = c->devices.n ? c->devices.v : any;
	o->n_inputs = c->devices.n ? c->devices.n : 1;
	o->adopts = c->filter == NULL && takes_all(c);
	return c->all_netns ? open_with_more_descriptors(k, c, o, as, d) :
	    open_all(k, c, o, as, d);
}

void
capture_close(struct capture *k)
{
	registry_close(&k->registry);
	engine_close(k->engine);
	source_close(k->live);
	spaces_close(&k->spaces);
	*k = CAPTURE_NONE;
}

/* Of all namespaces those that begin later are looked for. */
static void
look_for_others(struct capture *k)
{
	const struct registrar *r = &k->registry.registrar;

	if (!k->spaces.all || k->told_of_others ||
	    (!r->elsewhere && !r->sockets.owners_cut && r->socket >= 0))
		return;
	live_damaged(k->live, r->elsewhere ?
	    "a network namespace began later, and was not looked in" :
	    "whether network namespaces begin later is not known");
	k->told_of_others = true;
}

enum paced
capture_turn(struct capture *k, struct diag *d)
{
	enum paced came = registry_turn(&k->registry, k->engine, d);

	look_for_others(k);
	return came;
}

static enum got
step(void *owner, struct diag *d)
{
	struct capture *k = owner;
	enum paced came = capture_turn(k, d);
	enum got got = came != PACED_FAILED ? engine_step(k->engine, d) : GOT_ERROR;

	return got == GOT_NOTHING && came == PACED_MORE ? GOT_SOME : got;
}

static size_t
descriptors(void *owner, int *out, size_t max)
{
	const struct capture *k = owner;
	size_t n = live_descriptors(k->live, out, max);

	return n + registry_descriptors(&k->registry, out + (n < max ? n : max),
	    n < max ? max - n : 0);
}

#define AWAITED_MAX (2u * SPACES_MAX + 64u)

/* Packets are taken in meanwhile. */
bool
capture_await_sockets(struct capture *k, struct diag *d)
{
	uint64_t begun_ns = pace_now_ns(), waited_ns = 0;
	struct pollfd fds[AWAITED_MAX];
	int readable[AWAITED_MAX];
	enum got got = GOT_SOME;

	while (registry_owes(&k->registry) && waited_ns < REGISTRY_PATIENCE_NS &&
	    (got == GOT_SOME || got == GOT_NOTHING)) {
		if ((got = step(k, d)) == GOT_NOTHING) {
			size_t n = descriptors(k, readable, AWAITED_MAX);

			n = n < AWAITED_MAX ? n : AWAITED_MAX;
			for (size_t i = 0; i < n; i++)
				fds[i] = (struct pollfd){ .fd = readable[i], .events = POLLIN };
			poll(fds, n, (int)((REGISTRY_PATIENCE_NS - waited_ns) / 1000000u) + 1);
		}
		waited_ns = pace_now_ns() - begun_ns;
	}
	return got != GOT_ERROR;
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
	capture_note_losses(k);		/* first: from now on nobody reads */
	if (k->spaces.all && !k->told_of_others) {
		registry_look_once(&k->registry);
		look_for_others(k);
	}
	engine_end(k->engine);
	if (unread)
		engine_damaged(k->engine, "packets were left unread when the capture ended");
}
