#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "engine.h"
#include "net/live.h"
#include "outputs.h"
#include "report/assertion_text.h"
#include "report/github.h"
#include "report/json.h"
#include "report/tap.h"
#include "terminal.h"
#include "watch.h"

#define EXIT_CANNOT_RUN 2

struct check {
	const struct cli *cli;
	struct identity invoker;
	struct trust *trust;
	struct waivers waivers;
	struct outputs outputs;
	struct keeper *keeper;
	struct engine_options options;
	struct source *live;
	struct engine *engine;
	struct command command;
};

/* What can be wrong before a packet is read. */
static bool
prepare(struct check *k, struct diag *d)
{
	const struct policy *p = &k->cli->policy;

	k->options = (struct engine_options){
		.inputs = k->cli->files.v, .n_inputs = k->cli->files.n,
		.epmd_ports = k->cli->epmd_ports, .n_epmd_ports = k->cli->n_epmd_ports,
		.dist_ports = k->cli->dist_ports, .n_dist_ports = k->cli->n_dist_ports,
		.filter = k->cli->filter,
	};
	if (p->ca != NULL && (k->trust = trust_open(p->ca, d)) == NULL)
		return false;
	if (p->waivers != NULL && !waivers_read(&k->waivers, p->waivers, d))
		return false;
	if (!privs_invoker(&k->invoker, d) ||
	    !outputs_open(&k->outputs, k->cli, &k->invoker, d))
		return false;
	if (k->outputs.file[OUTPUT_EVIDENCE] == NULL)
		return true;
	k->options.keep = keeper_keep;
	return (k->options.keeper = k->keeper = keeper_open(d)) != NULL;
}

static bool
read_files(struct check *k, struct diag *d)
{
	return (k->engine = engine_open(&k->options, d)) != NULL && engine_run(k->engine, d);
}

/* An old one would say that capture has begun when it has not. */
static bool
make_ready_file(const struct check *k, struct diag *d)
{
	const char *path = k->cli->ready_file;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool ok = fd >= 0 && (geteuid() != 0 || k->invoker.uid == 0 ||
	    fchown(fd, k->invoker.uid, k->invoker.gid) == 0);

	if (!ok)
		diag_set(d, "--ready-file: %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool
open_devices(struct check *k, struct diag *d)
{
	static const char *const any[] = { "any" };
	const struct cli *c = k->cli;
	const struct live_options live = {
		.devices = c->devices.v, .n_devices = c->devices.n, .filter = c->filter,
		.buffer_kib = c->buffer_kib, .snaplen = c->snaplen,
		.not_promiscuous = c->not_promiscuous, .immediate = c->immediate,
	};

	if (c->ready_file != NULL && unlink(c->ready_file) != 0 && errno != ENOENT) {
		diag_set(d, "--ready-file: %s: %s", c->ready_file, strerror(errno));
		return false;
	}
	k->options.inputs = c->devices.n ? c->devices.v : any;
	k->options.n_inputs = c->devices.n ? c->devices.n : 1;
	return (k->live = live_open(&live, d)) != NULL &&
	    (k->engine = engine_open_source(&k->options, k->live, d)) != NULL;
}

static enum got
step(void *owner, struct diag *d)
{
	const struct check *k = owner;

	return engine_step(k->engine, d);
}

static size_t
descriptors(void *owner, int *out, size_t max)
{
	const struct check *k = owner;

	return live_descriptors(k->live, out, max);
}

/* The command begins before rights are given up, so that sudo works in it. */
static bool
capture(struct check *k, struct diag *d)
{
	struct watch w = {
		.port = { .owner = k, .step = step, .descriptors = descriptors },
		.command = k->cli->child ? &k->command : NULL,
		.duration_ns = k->cli->duration_ns,
	};
	struct identity target;
	struct live_losses lost;
	sigset_t before;

	if ((w.signals = watch_signals(&before, d)) < 0 || !open_devices(k, d) ||
	    !privs_target(k->cli->user, &target, d))
		return false;
	if (k->cli->ready_file != NULL && !make_ready_file(k, d))
		return false;
	if (k->cli->child != NULL &&
	    !command_start(&k->command, k->cli->child, &k->invoker, &before, d))
		return false;
	if (!privs_give_up(&target, d)) {
		if (w.command != NULL)
			command_stop(w.command);
		return false;
	}
	if (!watch_run(&w, d))
		return false;
	live_losses(k->live, &lost);
	engine_lost(k->engine, &lost);
	engine_end(k->engine);
	if (w.unread)
		engine_damaged(k->engine, "packets were left unread when the capture ended");
	return true;
}

static bool
print(const struct cli *c, const struct assertion *a)
{
	const struct assertion_style style = {
		.width = c->width ? c->width : terminal_width(),
		.colour = terminal_has_colour(),
		.utf8 = terminal_is_utf8(),
		.verbose = c->verbose,
	};

	switch (c->format) {
	case FORMAT_NONE:
	case FORMAT_TABLE:
		break;
	case FORMAT_TEXT:
		return assertion_text_write(a, &style, stdout);
	case FORMAT_JSON:
		return json_write(a->snapshot, a, stdout);
	case FORMAT_TAP:
		return tap_write(a, stdout);
	}
	return false;
}

static bool
is_github(void)
{
	const char *actions = getenv("GITHUB_ACTIONS");

	return actions != NULL && strcmp(actions, "true") == 0;
}

/* GitHub's runner obeys commands on both streams; what is printed for people must hold
 * none. Annotations go to standard error, for standard output may be JSON. */
static bool
print_for_github(const struct cli *c, const struct assertion *a)
{
	char token[GITHUB_TOKEN_MAX];

	if (c->format != FORMAT_TEXT)
		return print(c, a) && github_annotate(a, stderr);
	return github_mute(token, stdout) && print(c, a) && github_unmute(token, stdout) &&
	    github_annotate(a, stderr);
}

static bool
tell(struct check *k, const struct assertion *a, struct diag *d)
{
	if (k->keeper != NULL && keeper_left_out(k->keeper) > 0)
		fprintf(stderr, "beamtap: -w: %llu packets beyond what can be spooled are left out\n",
		    (unsigned long long)keeper_left_out(k->keeper));
	bool ok = outputs_write(&k->outputs, k->cli, a, k->keeper, d);
	if (!(is_github() ? print_for_github(k->cli, a) : print(k->cli, a)) ||
	    fflush(stdout) != 0) {
		diag_set(d, "cannot write: %s", strerror(errno));
		ok = false;
	}
	return ok;
}

static int
judge(struct check *k, struct diag *d)
{
	struct assertion a;
	struct snapshot s;
	int status = EXIT_CANNOT_RUN;

	if (!engine_snapshot(k->engine, &s, d))
		return status;
	if (s.input.damage != NULL)
		terminal_complain(s.input.damage);
	if (assertion_make(&a, &s, &k->cli->policy, k->trust, &k->waivers, k->live != NULL, d)) {
		if (tell(k, &a, d))
			status = outcome_status(a.outcome);
		assertion_free(&a);
	}
	snapshot_free(&s);
	return status;
}

int
check(const struct cli *c)
{
	struct check k = { .cli = c };
	struct diag d = { 0 };
	int status = EXIT_CANNOT_RUN;

	if (prepare(&k, &d) && (c->files.n > 0 ? read_files(&k, &d) : capture(&k, &d)))
		status = judge(&k, &d);
	if (diag_is_set(&d))
		terminal_complain(d.line);
	if (k.command.ended && k.command.status != 0)
		status = k.command.status;
	engine_close(k.engine);
	source_close(k.live);
	keeper_close(k.keeper);
	outputs_close(&k.outputs);
	waivers_free(&k.waivers);
	trust_close(k.trust);
	return status;
}
