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

	if (r->is_taking)
		return take_in(r, e, d);
	if (registrar->socket >= 0 && is_time(r) && !registrar->asked)
		registrar_ask(registrar);
	if (registrar->socket < 0 || !registrar->asked ||
	    registrar_step(registrar, REGISTRY_STEP_NS, &why) != PACED_DONE)
		return PACED_DONE;
	engine_sockets(e, &registrar->sockets, registrar->at_ns);
	return take_in(r, e, d);
}

bool
registry_await(struct registry *r, struct engine *e, struct diag *d)
{
	uint64_t begun_ns = pace_now_ns(), waited_ns = 0;
	struct pollfd fds[2];
	int readable[2];

	while (!r->answered && waited_ns < REGISTRY_PATIENCE_NS) {
		size_t n = registry_descriptors(r, readable, 2);
		enum paced came;

		if (n == 0)
			return true;		/* absent */
		for (size_t i = 0; i < n; i++)
			fds[i] = (struct pollfd){ .fd = readable[i], .events = POLLIN };
		poll(fds, n, (int)((REGISTRY_PATIENCE_NS - waited_ns) / 1000000u) + 1);
		while ((came = registry_turn(r, e, d)) == PACED_MORE)
			;
		if (came == PACED_FAILED)
			return false;
		waited_ns = pace_now_ns() - begun_ns;
	}
	return true;
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
