#include "check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "command.h"
#include "outputs.h"
#include "reader.h"
#include "report/assertion_text.h"
#include "report/github.h"
#include "report/json.h"
#include "report/tap.h"
#include "terminal.h"
#include "unread.h"

#define EXIT_CANNOT_RUN 2

struct check {
	const struct cli *cli;
	struct identity invoker;
	struct trust *trust;
	struct waivers waivers;
	struct outputs outputs;
	struct keeper *keeper;
	struct engine_options options;
	struct capture capture;		/* of files only the engine */
	struct reader reader;		/* of files */
	struct command command;
};

/* What can be wrong before a packet is read. The outputs come first: yesterday's are not
 * to be left behind by any of the rest. */
static bool
open_files(struct check *k, struct diag *d)
{
	const struct policy *p = &k->cli->policy;

	if (!outputs_open(&k->outputs, k->cli, d) ||
	    (p->ca != NULL && (k->trust = trust_open(p->ca, d)) == NULL) ||
	    (p->waivers != NULL && !waivers_read(&k->waivers, p->waivers, d)))
		return false;
	if (k->outputs.file[OUTPUT_EVIDENCE] != NULL) {
		k->options.keep = keeper_keep;
		if ((k->options.keeper = k->keeper = keeper_open(d)) == NULL)
			return false;
	}
	k->options.intake = &k->reader.intake;
	return k->cli->files.n == 0 || (reader_begin(&k->reader, &k->capture.engine, false, d) &&
	    (k->capture.engine = engine_open(&k->options, d)) != NULL);
}

/* Under sudo no file is read, emptied or made that its caller could not. */
static bool
as_invoker(struct check *k, bool (*what)(struct check *k, struct diag *d), struct diag *d)
{
	struct former former;

	if (!privs_act_as(&k->invoker, &former, d))
		return false;
	bool ok = what(k, d);
	return privs_stop_acting(&former, d) && ok;
}

static bool
read_files(struct check *k, struct diag *d)
{
	return privs_give_up_all(d) && engine_run(k->capture.engine, d);
}

static bool
make_ready(struct check *k, struct diag *d)
{
	return outputs_make_ready(k->cli, d);
}

/* The command begins before rights are given up, so that sudo works in it. */
static bool
capture(struct check *k, struct diag *d)
{
	struct watch w = {
		.port = capture_port(&k->capture),
		.command = k->cli->child ? &k->command : NULL,
		.duration_ns = k->cli->duration_ns,
	};
	struct identity target;
	sigset_t before;

	if ((w.signals = watch_signals(&before, d)) < 0 ||
	    !privs_target(k->cli->user, &target, d) ||
	    !capture_open(&k->capture, k->cli, &k->options, &target, d) ||
	    !capture_await_sockets(&k->capture, d) || !as_invoker(k, make_ready, d))
		return false;
	if (w.command != NULL &&
	    !command_start(w.command, k->cli->child, &k->invoker, &before, d))
		return false;
	if (!privs_give_up(&target, d)) {
		if (w.command != NULL)
			command_stop(w.command);
		return false;
	}
	if (!watch_run(&w, d))
		return false;
	capture_end(&k->capture, w.unread);
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
	case FORMAT_JSONL:
	case FORMAT_DOT:
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

	if (!engine_snapshot(k->capture.engine, &s, d))
		return status;
	unread_complain(s.input.remarks);
	if (s.input.damage != NULL)
		terminal_complain(s.input.damage);
	if (assertion_make(&a, &s, &k->cli->policy, k->trust, &k->waivers, k->capture.live != NULL, d)) {
		if (tell(k, &a, d))
			status = outcome_status(a.outcome);
		assertion_free(&a);
	}
	return status;
}

int
check(const struct cli *c)
{
	struct check k = { .cli = c, .capture = CAPTURE_NONE, .options = capture_options(c) };
	struct diag d = { 0 };
	int status = EXIT_CANNOT_RUN;

	bool ok = privs_invoker(&k.invoker, &d) && as_invoker(&k, open_files, &d) &&
	    (c->files.n > 0 ? read_files(&k, &d) : capture(&k, &d));
	reader_end(&k.reader);
	if (ok)
		status = judge(&k, &d);
	if (diag_is_set(&d))
		terminal_complain(d.line);
	if (k.command.ended && k.command.status != 0)
		status = k.command.status;
	capture_close(&k.capture);
	keeper_close(k.keeper);
	outputs_close(&k.outputs);
	waivers_free(&k.waivers);
	trust_close(k.trust);
	return status;
}
