#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "signals.h"

#define NEVER            UINT64_MAX
#define NS_PER_S         1000000000u
#define BATCHES_AT_ONCE  8u		/* before signals and the clock are looked at */
#define FRUITLESS_MAX    4u		/* wakes without a packet, before it waits blindly */
#define BLIND_NS         10000000u

struct run {
	struct watch *w;
	struct pollfd *polled;		/* signals, then the devices */
	int *devices;
	size_t n_max;
	uint64_t deadline_ns;
	unsigned fruitless;
	bool over;			/* something has ended it */
	bool hurried;			/* and a signal came after that */
	bool dry;			/* nothing comes any more */
	bool failed;
};

int
watch_signals(sigset_t *blocked_before, struct diag *d)
{
	static const int which[] = { SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };

	return signals_open(which, sizeof which / sizeof *which, blocked_before, d);
}

static uint64_t
now_ns(const struct run *r)
{
	struct timespec t;

	if (r->w->port.now_ns != NULL)
		return r->w->port.now_ns(r->w->port.owner);
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static uint64_t
later(uint64_t at, uint64_t by)
{
	return at > NEVER - by ? NEVER : at + by;
}

static bool
command_runs(const struct run *r)
{
	return r->w->command != NULL && !r->w->command->ended;
}

static void
take_signal(struct run *r, const struct signalfd_siginfo *s)
{
	int signal = (int)s->ssi_signo;

	if (signal == SIGCHLD)
		return;
	if (command_runs(r))
		command_signal(r->w->command, signal, s->ssi_code == SI_KERNEL);
	else if (signal == SIGUSR1 || signal == SIGUSR2)
		return;
	else if (r->over)
		r->hurried = true;
	else
		r->over = true;
}

/* Signals that came, the command, and the clock. */
static bool
look_around(struct run *r, struct diag *d)
{
	struct signalfd_siginfo s;
	ssize_t n;

	while ((n = read(r->w->signals, &s, sizeof s)) == (ssize_t)sizeof s)
		take_signal(r, &s);
	if (n >= 0 || (errno != EAGAIN && errno != EINTR)) {
		diag_set(d, "cannot read signals: %s", strerror(n < 0 ? errno : EIO));
		return false;
	}
	if (r->w->command != NULL && command_ended(r->w->command))
		r->over = true;
	if (r->deadline_ns != NEVER && now_ns(r) >= r->deadline_ns) {
		r->deadline_ns = NEVER;
		if (command_runs(r))
			command_signal(r->w->command, SIGTERM, false);
		else
			r->over = true;
	}
	return true;
}

/* Some batches; GOT_SOME when there may be more at once. */
static enum got
read_some(struct run *r, struct diag *d)
{
	enum got got = GOT_SOME;

	if (r->dry)
		return GOT_NOTHING;
	for (unsigned i = 0; i < BATCHES_AT_ONCE && got == GOT_SOME; i++) {
		got = r->w->port.step(r->w->port.owner, d);
		if (got == GOT_SOME)
			r->fruitless = 0;
	}
	if (got == GOT_ERROR)
		r->failed = true;
	if (got == GOT_ERROR || got == GOT_END)
		r->dry = true;
	return got;
}

/* Room for as many descriptors, and the signals. */
static bool
make_room(struct run *r, size_t n)
{
	struct pollfd *polled;
	int *devices;

	if (n <= r->n_max && r->polled != NULL)
		return true;
	if ((polled = realloc(r->polled, (n + 1) * sizeof *polled)) != NULL)
		r->polled = polled;
	if ((devices = realloc(r->devices, (n + 1) * sizeof *devices)) != NULL)
		r->devices = devices;
	if (polled == NULL || devices == NULL)
		return false;
	r->n_max = n;
	return true;
}

/* Memory that is out leaves some unpolled: then they are looked at when others wake us. */
static size_t
fill_polled(struct run *r)
{
	size_t n = 0;

	if (!r->dry && r->fruitless < FRUITLESS_MAX) {
		n = r->w->port.descriptors(r->w->port.owner, r->devices, r->n_max);
		if (n > r->n_max && make_room(r, n))
			n = r->w->port.descriptors(r->w->port.owner, r->devices, r->n_max);
		n = n < r->n_max ? n : r->n_max;
	}
	r->polled[0] = (struct pollfd){ .fd = r->w->signals, .events = POLLIN };
	for (size_t i = 0; i < n; i++)
		r->polled[i + 1] = (struct pollfd){ .fd = r->devices[i], .events = POLLIN };
	return n + 1;
}

enum woken { WOKEN_FAILED, WOKEN_BY_TIME, WOKEN_BY_SOMETHING };

/* A descriptor that is readable and yields nothing (a dying device) must not make this a
 * busy loop: then it is looked at from time to time. */
static enum woken
wait_until(struct run *r, uint64_t until_ns, struct diag *d)
{
	bool blind = !r->dry && r->fruitless >= FRUITLESS_MAX;
	size_t n_polled = fill_polled(r);
	uint64_t now = now_ns(r), wait = until_ns > now ? until_ns - now : 0;
	struct timespec t;
	int n;

	if (blind && wait > BLIND_NS)
		wait = BLIND_NS;
	t = (struct timespec){ (time_t)(wait / NS_PER_S), (long)(wait % NS_PER_S) };
	n = ppoll(r->polled, n_polled, until_ns == NEVER && !blind ? NULL : &t, NULL);
	if (n < 0 && errno != EINTR && errno != EAGAIN) {
		diag_set(d, "cannot wait for packets: %s", strerror(errno));
		return WOKEN_FAILED;
	}
	if (n > (r->polled[0].revents != 0))
		r->fruitless++;
	return n == 0 && !blind ? WOKEN_BY_TIME : WOKEN_BY_SOMETHING;
}

static bool
read_until_over(struct run *r, struct diag *d)
{
	while (look_around(r, d)) {
		if (r->over)
			return true;
		if (read_some(r, d) == GOT_SOME)
			continue;
		if (r->dry && r->w->command == NULL)
			return true;
		if (wait_until(r, r->deadline_ns, d) == WOKEN_FAILED)
			return false;
	}
	return false;
}

/* The kernel's buffers have been empty at least once: all from before the end is read.
 * What comes late is waited for until nothing comes for a while. */
static bool
read_the_rest(struct run *r, struct diag *d)
{
	uint64_t end = now_ns(r);
	bool emptied = false;

	while (!r->hurried && !r->dry) {
		uint64_t bound = later(end, emptied ? WATCH_REST_NS : WATCH_BACKLOG_NS);
		enum got got = read_some(r, d);
		uint64_t now = now_ns(r);

		if (got != GOT_SOME)
			emptied = true;
		if (now >= bound || r->dry)
			break;
		if (got == GOT_NOTHING) {
			uint64_t quiet = later(now, WATCH_QUIET_NS);

			switch (wait_until(r, quiet < bound ? quiet : bound, d)) {
			case WOKEN_FAILED:
				return false;
			case WOKEN_BY_TIME:
				return true;
			case WOKEN_BY_SOMETHING:
				break;
			}
		}
		if (!look_around(r, d))
			return false;
	}
	r->w->unread = !emptied && !r->dry;
	return true;
}

bool
watch_run(struct watch *w, struct diag *d)
{
	struct run r = { .w = w, .deadline_ns = NEVER };
	bool ok = false;

	w->unread = false;
	if (w->duration_ns != 0)
		r.deadline_ns = later(now_ns(&r), w->duration_ns);
	if (!make_room(&r, w->port.descriptors(w->port.owner, NULL, 0)))
		diag_set(d, "out of memory");
	else
		ok = read_until_over(&r, d) && read_the_rest(&r, d) && !r.failed;
	free(r.polled);
	free(r.devices);
	return ok;
}
