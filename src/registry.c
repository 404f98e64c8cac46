#include "registry.h"

#include <poll.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* At once, and then every so often. */
static int
open_timer(void)
{
	const struct itimerspec often = { .it_value = { .tv_nsec = 1 },
		.it_interval = { .tv_sec = REGISTRY_EVERY_S } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	if (fd >= 0 && timerfd_settime(fd, 0, &often, NULL) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void
registry_open(struct registry *r, const struct identity *as, const struct spaces *in)
{
	struct diag why = { 0 };

	*r = REGISTRY_NONE;
	if (registrar_start(&r->registrar, as, in->v, in->n, &why))
		r->timer = open_timer();
}

static bool
is_time(const struct registry *r)
{
	uint64_t times;

	return r->timer >= 0 && read(r->timer, &times, sizeof times) == sizeof times;
}

/* What was answered, a part of it at a time, with packets between. */
static enum paced
take_in(struct registry *r, struct engine *e, struct diag *d)
{
	enum paced came = engine_sockets_step(e, REGISTRY_STEP_NS, d);

	r->is_taking = came == PACED_MORE;
	r->answered |= came == PACED_DONE;
	return came;
}

enum paced
registry_turn(struct registry *r, struct engine *e, struct diag *d)
{
	struct registrar *registrar = &r->registrar;
	struct diag why = { 0 };
	enum paced came;

	if (r->is_taking) {
		came = take_in(r, e, d);
		return came == PACED_DONE ? PACED_MORE : came;	/* something was done */
	}
	if (registrar->socket >= 0 && is_time(r) && !registrar->asked)
		return registrar_ask(registrar) ? PACED_MORE : PACED_DONE;
	if (registrar->socket < 0 || !registrar->asked ||
	    registrar_step(registrar, REGISTRY_STEP_NS, &why) != PACED_DONE)
		return PACED_DONE;
	engine_sockets(e, &registrar->sockets, registrar->at_ns);
	r->is_taking = true;
	return PACED_MORE;
}

/* Its answer, or that it gives none, which is as if it were not there. */
static void
await(struct registrar *r, uint64_t since_ns)
{
	struct diag why = { 0 };

	while (r->asked && pace_now_ns() - since_ns < REGISTRY_PATIENCE_NS) {
		struct pollfd p = { .fd = r->socket, .events = POLLIN };

		poll(&p, 1, (int)(REGISTRY_PATIENCE_NS / 1000000u));
		registrar_step(r, PACE_WHOLE, &why);
	}
	if (r->asked)
		registrar_stop(r);
}

void
registry_look_once(struct registry *r)
{
	struct registrar *registrar = &r->registrar;
	uint64_t begun_ns = pace_now_ns();

	r->is_taking = false;		/* nothing more of an answer, which makes room for this */
	/* What was asked before is of before. */
	for (bool again = registrar->asked; registrar->socket >= 0; again = false) {
		if (!registrar->asked && !registrar_ask(registrar))
			return;
		await(registrar, begun_ns);
		if (!again)
			return;
	}
}

bool
registry_owes(const struct registry *r)
{
	return !r->answered && r->registrar.socket >= 0;
}

size_t
registry_descriptors(const struct registry *r, int *out, size_t max)
{
	const int all[2] = { r->timer, r->registrar.asked ? r->registrar.socket : -1 };
	size_t n = 0;

	for (int i = 0; i < 2 && r->registrar.socket >= 0; i++) {
		if (all[i] >= 0 && n < max)
			out[n] = all[i];
		n += all[i] >= 0;
	}
	return n;
}

void
registry_close(struct registry *r)
{
	registrar_stop(&r->registrar);
	if (r->timer >= 0)
		close(r->timer);
	r->timer = -1;
}
