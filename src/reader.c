#include "reader.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "signals.h"
#include "watch.h"

#define NS_PER_S  1000000000u
#define NS_PER_MS 1000000u

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static void
show_progress(struct reader *r, uint64_t now)
{
	const struct intake *s = &r->intake;
	struct progress_facts f = {
		.n_read = s->n_read,
		.size = s->open_ended ? 0 : s->size,
		.took_ns = now - r->progress.begun_ns,
	};

	if (!progress_is_due(&r->progress, now))
		return;
	if (*r->engine != NULL)
		f.connections = engine_n_found(*r->engine);
	progress_draw(&r->progress, &f, now, now_ns());
}

static bool
took_signal(struct reader *r)
{
	struct signalfd_siginfo s;

	return read(r->signals, &s, sizeof s) == (ssize_t)sizeof s;
}

static void
let_go(struct reader *r)
{
	if (!r->waits)
		return;
	sigprocmask(SIG_SETMASK, &r->blocked_before, NULL);
	close(r->signals);
	r->waits = false;
}

static bool
is_regular(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* What a wait for bytes lasts at most; -1: for ever. */
static int
patience_ms(const struct reader *r)
{
	if (r->over_ns != 0)
		return (int)(WATCH_QUIET_NS / NS_PER_MS);
	return r->progress.wanted ? (int)(PROGRESS_EACH_NS / NS_PER_MS) : -1;
}

static bool
goes_on(void *owner, int fd, bool dry)
{
	struct reader *r = owner;

	for (;;) {
		struct pollfd polled[2] = { { .fd = r->waits ? r->signals : -1, .events = POLLIN },
			{ .fd = fd, .events = POLLIN } };
		int n = poll(polled, dry ? 2 : 1, dry ? patience_ms(r) : 0);
		uint64_t now = now_ns();

		if (n > 0 && polled[0].revents != 0 && took_signal(r)) {
			r->over_ns = now + WATCH_REST_NS;
			let_go(r);
			continue;
		}
		show_progress(r, now);
		if (r->over_ns != 0 && (now >= r->over_ns || is_regular(fd)))
			return false;
		if (!dry || (n > 0 && polled[1].revents != 0))
			return true;
		if (n == 0 && r->over_ns != 0)
			return false;
	}
}

bool
reader_begin(struct reader *r, struct engine *const *engine, bool quiet, struct diag *d)
{
	static const int ending[] = { SIGINT, SIGTERM };

	*r = (struct reader){ .intake = { .goes_on = goes_on, .owner = r }, .engine = engine };
	progress_begin(&r->progress, quiet, now_ns());
	r->signals = signals_open(ending, sizeof ending / sizeof *ending, &r->blocked_before, d);
	r->waits = r->signals >= 0;
	return r->waits;
}

void
reader_end(struct reader *r)
{
	progress_erase(&r->progress);
	while (r->waits && took_signal(r))
		;
	let_go(r);
}
