#include "top.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "capture.h"
#include "keeper.h"
#include "net/live.h"
#include "privs.h"
#include "report/services.h"
#include "saving.h"
#include "terminal.h"
#include "ui/settings.h"
#include "ui/term.h"
#include "ui/ui.h"
#include "ui/view.h"

#define EXIT_CANNOT_RUN 2
#define DEVICES_MAX (SPACES_MAX + 64u)
#define NSEC_PER_SEC 1000000000ull
#define LOOK_SHARE 10u		/* a look takes at most this part of the time */
#define REST_MS 5		/* under load: packets gather, instead of a poll for each */

struct top {
	const struct cli *cli;
	struct engine_options options;
	struct capture capture;		/* of files only the engine */
	struct saving saving;
	struct services *services;
	struct settings settings;
	char     settings_path[SETTINGS_PATH_MAX];	/* empty: nowhere */
	char     source[256];		/* what is looked at, for the header */
	struct term *term;
	struct ui *ui;
	int      signals;
	bool     live, ended;		/* ended: no more packets will come */
	bool     to_end;		/* ... and the engine has not been told yet */
	bool     stopped;		/* by a signal */
	bool     behind;		/* the last refresh left something to do */
	bool     busy;			/* packets came in the last step */
	uint64_t looked_ns;		/* CLOCK_MONOTONIC; 0: not yet */
	uint64_t look_took_ns;		/* the last one */
	struct snapshot seen[2];	/* what the screen shows, and what it showed before */
	unsigned n_looks;
};

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * NSEC_PER_SEC + (uint64_t)t.tv_nsec;
}

/* Input */

/* What the user names is opened with the user's rights. */
static bool
open_inputs(void *owner, struct diag *d)
{
	struct top *t = owner;

	if (!saving_open(&t->saving, t->cli, &t->options, d))
		return false;
	if (t->cli->files.n == 0)
		return true;
	return (t->capture.engine = engine_open(&t->options, d)) != NULL;
}

/* Looked at on the way, so that events have their times, and connections the ids that the
 * events call them by. */
static bool
read_files(struct engine *e, struct diag *d)
{
	enum refreshed r = REFRESHED_SOME;
	enum got got;

	while ((got = engine_step(e, d)) == GOT_SOME && r != REFRESHED_FAILED)
		while ((r = engine_refresh(e, 0, d)) == REFRESHED_MORE)
			;
	if (got == GOT_ERROR || r == REFRESHED_FAILED)
		return false;
	engine_end(e);
	return true;
}

/* What is in them is as hostile as what is on the wire. */
static bool
read_as_nobody(struct top *t, struct diag *d)
{
	t->ended = true;
	return privs_give_up_all(d) && read_files(t->capture.engine, d);
}

static bool
open_live(struct top *t, struct diag *d)
{
	struct identity target;

	t->live = true;
	return privs_target(t->cli->user, &target, d) &&
	    capture_open(&t->capture, t->cli, &t->options, &target, d) &&
	    privs_give_up(&target, d);
}

/* What is shown is of the end when that has come. */
static bool
asks_kernel(const struct top *t)
{
	return t->live && !t->ended && ui_wants_scene(t->ui);
}

/* Packets, as long as there are any and not longer than a person would notice. */
static bool
step(struct top *t, struct diag *d)
{
	uint64_t until = clock_ns(CLOCK_MONOTONIC) + TOP_STEP_NS;
	enum got got = GOT_SOME;

	t->busy = false;
	while (!t->ended && got == GOT_SOME && clock_ns(CLOCK_MONOTONIC) < until) {
		got = engine_step(t->capture.engine, d);
		t->busy = t->busy || got == GOT_SOME;
	}
	t->behind = t->behind || (t->busy && got == GOT_SOME);
	if (asks_kernel(t)) {
		enum paced came = capture_turn(&t->capture, d);

		if (came == PACED_FAILED)
			return false;
		t->behind = t->behind || came == PACED_MORE;
	}
	if (got == GOT_END) {
		t->ended = t->to_end = true;
		ui_say(t->ui, "no interface is left: nothing more will come");
	}
	return got != GOT_ERROR;
}

/* Not sooner than it is due, and with very many rows not so often that packets would have
 * to wait for it most of the time. */
static bool
is_due(const struct top *t, uint64_t now)
{
	uint64_t pause = LOOK_SHARE * t->look_took_ns;

	if (t->looked_ns == 0)
		return true;
	return t->live && now - t->looked_ns >= (pause > TOP_LOOK_NS ? pause : TOP_LOOK_NS);
}

/* What is known, to the screen. */
static bool
look(struct top *t, struct diag *d)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC);
	uint64_t wall = clock_ns(CLOCK_REALTIME);
	struct snapshot *s;

	if (!is_due(t, now) || !ui_wants_scene(t->ui))
		return true;
	if (!t->ended) {
		enum refreshed r = engine_refresh(t->capture.engine, wall, d);
		if (r == REFRESHED_FAILED)
			return false;
		t->behind = t->behind || r == REFRESHED_MORE;
		capture_note_losses(&t->capture);
	}
	if (t->to_end)		/* not while it is paused: what is shown would be gone */
		capture_end(&t->capture, false);
	t->to_end = false;
	t->looked_ns = now;
	s = &t->seen[t->n_looks++ % 2];
	if (!engine_snapshot(t->capture.engine, s, d))
		return false;
	ui_look(t->ui, s, engine_events(t->capture.engine), t->live ? wall : s->input.last_ns);
	t->look_took_ns = clock_ns(CLOCK_MONOTONIC) - now;
	return true;
}

/* Waiting */

static void
take_signal(struct top *t)
{
	struct signalfd_siginfo info;
	unsigned width, height;

	if (read(t->signals, &info, sizeof info) != sizeof info)
		return;
	if (info.ssi_signo != SIGWINCH) {
		t->stopped = true;
		return;
	}
	term_size(t->term, &width, &height);
	if (!ui_resize(t->ui, width, height))
		ui_say(t->ui, "out of memory");
}

/* For a key, a signal or packets. While packets come their devices are left alone for a
 * moment; live, a look is due in any case. */
static void
wait_for_something(struct top *t)
{
	struct pollfd fds[2 + DEVICES_MAX] = {
		{ .fd = STDIN_FILENO, .events = POLLIN }, { .fd = t->signals, .events = POLLIN },
	};
	int devices[DEVICES_MAX], timeout = -1;
	size_t n = 0;

	if (t->live)
		timeout = t->behind ? 0 : t->busy ? REST_MS : (int)(TOP_LOOK_NS / 1000000u);
	if (!t->ended && !t->busy)
		n = live_descriptors(t->capture.live, devices, DEVICES_MAX);
	n = n < DEVICES_MAX ? n : DEVICES_MAX;
	if (asks_kernel(t))
		n += registry_descriptors(&t->capture.registry, devices + n, DEVICES_MAX - n);
	n = n < DEVICES_MAX ? n : DEVICES_MAX;
	for (size_t i = 0; i < n; i++)
		fds[2 + i] = (struct pollfd){ .fd = devices[i], .events = POLLIN };
	t->behind = false;
	if (poll(fds, 2 + n, timeout) > 0 && fds[1].revents != 0)
		take_signal(t);
}

static bool
loop(struct top *t, struct diag *d)
{
	struct press p;

	while (!t->stopped && !ui_wants_quit(t->ui) && !term_is_gone(t->term)) {
		if (!look(t, d))
			return false;
		uint64_t now = clock_ns(CLOCK_REALTIME);
		if (ui_wants_repaint(t->ui))
			term_repaint(t->term);
		if (ui_is_dirty(t->ui, now))
			term_show(t->term, ui_draw(t->ui, now));
		wait_for_something(t);
		while (term_read(t->term, &p))
			ui_press(t->ui, p);
		if (!step(t, d))
			return false;
	}
	return true;
}

/* Screen */

static int
open_signals(struct diag *d)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if ((fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)) < 0)
		diag_set(d, "signalfd: %s", strerror(errno));
	return fd;
}

/* A broken file of settings is said, and that is all. */
static void
remember(struct top *t, struct diag *broken)
{
	if (!settings_path(t->settings_path))
		t->settings_path[0] = '\0';
	else
		settings_read(&t->settings, t->settings_path, broken);
}

static bool
open_screen(struct top *t, struct diag *d)
{
	struct ui_options o = {
		.views = views, .live = t->live, .utf8 = terminal_is_utf8(),
		.services = t->cli->numeric ? NULL : t->services, .settings = &t->settings,
		.save = saving_save, .saver = &t->saving,
	};
	struct text source = TEXT(t->source);
	unsigned width, height;

	if (t->cli->netns != NULL)
		text_putf(&source, "%s: ", t->cli->netns);
	if (t->cli->all_netns)
		text_putf(&source, "%zu namespaces: ", t->capture.spaces.n);
	for (size_t i = 0; i < t->options.n_inputs; i++)
		text_putf(&source, "%s%s", i ? ", " : "", t->options.inputs[i]);
	o.source = t->source;
	if ((t->term = term_open(terminal_has_colour(), d)) == NULL)
		return false;
	term_size(t->term, &width, &height);
	return (t->ui = ui_open(&o, width, height, d)) != NULL;
}

/* Settings that cannot be kept (root has become nobody, a full disk) are no failure of what
 * was asked for. In this order: what goes wrong before the screen is there can still be read. */
static bool
run(struct top *t, struct diag *d)
{
	struct diag broken = { 0 };
	struct settings before;

	if ((t->signals = open_signals(d)) < 0 || !privs_as_invoker(open_inputs, t, d) ||
	    !(t->cli->files.n > 0 ? read_as_nobody(t, d) : open_live(t, d)))
		return false;
	remember(t, &broken);
	before = t->settings;
	if (!open_screen(t, d))
		return false;
	if (diag_is_set(&broken))
		ui_say(t->ui, broken.line);
	bool ok = loop(t, d);
	ui_close(t->ui);		/* fills in the settings */
	t->ui = NULL;
	if (t->settings_path[0] != '\0' && !settings_equal(&before, &t->settings))
		settings_write(&t->settings, t->settings_path, &(struct diag){ 0 });
	return ok;
}

int
top(const struct cli *c)
{
	struct top t = { .cli = c, .capture = CAPTURE_NONE, .signals = -1 };
	struct diag d = { 0 };

	t.options = capture_options(c);
	t.options.events = true;
	t.services = services_open();
	bool ok = run(&t, &d);
	ui_close(t.ui);
	term_close(t.term);
	if (!ok)
		terminal_complain(d.line);
	capture_close(&t.capture);
	saving_close(&t.saving);
	services_free(t.services);
	if (t.signals >= 0)
		close(t.signals);
	return ok ? 0 : EXIT_CANNOT_RUN;
}
