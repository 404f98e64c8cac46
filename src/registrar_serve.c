#include "registrar_serve.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "confine.h"
#include "descriptors.h"
#include "net/netns.h"
#include "net/owners.h"
#include "net/sockets.h"
#include "registrar_format.h"

#define STEP_NS 10000000u	/* between two looks whether anybody still wants to know */

/* Its socket is descriptor 0, and the kernel's lists are the next ones. */
struct desk {
	const struct space *spaces;
	struct sockets lists[SPACES_MAX];	/* of each of them; of our own when there is none */
	size_t n_lists;
	struct socket_list found;
	struct format out;
};

static void
send_out(struct desk *k)
{
	ssize_t n;

	while ((n = send(0, k->out.b, k->out.n, MSG_NOSIGNAL)) < 0 && errno == EINTR)
		;
	if (n != (ssize_t)k->out.n)
		_exit(0);
}

static _Noreturn void
fail(struct desk *k, uint32_t question, const struct diag *d)
{
	format_begin(&k->out, FORMAT_FAILED, question);
	for (const char *c = d->line; *c != '\0'; c++)
		format_put(&k->out, (uint8_t)*c, 1);
	send_out(k);
	_exit(0);
}

static void
end_if_alone(void)
{
	struct pollfd p = { .fd = 0 };

	if (poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR)))
		_exit(0);
}

/* One space after the other into one list, so that /proc is searched once. */
static void
list_all(struct desk *k, uint32_t question)
{
	struct diag d = { "" };

	socket_list_clear(&k->found);
	for (size_t i = 0; i < k->n_lists; i++) {
		enum paced came = PACED_FAILED;

		if (sockets_begin(&k->lists[i], &d))
			while ((came = sockets_step(&k->lists[i], &k->found, STEP_NS, &d)) ==
			    PACED_MORE)
				end_if_alone();
		if (came == PACED_FAILED)
			fail(k, question, &d);
	}
}

static void
find_owners(struct desk *k, uint32_t question, struct owners *o)
{
	struct diag d = { "" };

	if (!owners_begin(o, &k->found, &d))
		fail(k, question, &d);
	o->spaces = k->spaces;
	o->n_spaces = k->n_lists;
	while (owners_step(o, STEP_NS) == PACED_MORE)
		end_if_alone();
	owners_end(o);
}

static void
send_sockets(struct desk *k, uint32_t question)
{
	format_begin(&k->out, FORMAT_SOCKETS, question);
	for (size_t i = 0; i < k->found.n; i++) {
		format_put_socket(&k->out, &k->found.v[i]);
		if (k->out.n + FORMAT_SOCKET_LEN <= sizeof k->out.b)
			continue;
		send_out(k);
		format_begin(&k->out, FORMAT_SOCKETS, question);
	}
	if (k->out.n > FORMAT_HEAD_LEN)
		send_out(k);
}

static void
answer(struct desk *k, uint32_t question)
{
	struct timespec now;
	struct owners o;

	list_all(k, question);
	clock_gettime(CLOCK_REALTIME, &now);
	find_owners(k, question, &o);
	send_sockets(k, question);
	format_begin(&k->out, FORMAT_END, question);
	format_put(&k->out, (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec, 8);
	format_put(&k->out, k->found.n, 4);
	format_put(&k->out, k->found.left_out, 8);
	format_put(&k->out, o.cut, 1);
	format_put(&k->out, o.elsewhere, 1);
	send_out(k);
}

static _Noreturn void
serve(struct desk *k)
{
	uint8_t b[4];
	ssize_t n;

	while ((n = recv(0, b, sizeof b, 0)) == (ssize_t)sizeof b || (n < 0 && errno == EINTR)) {
		struct rd r = rd_of(b, sizeof b);

		if (n > 0)
			answer(k, rd_u32(&r));
	}
	_exit(0);
}

/* For netns_run(). */
static bool
open_list(void *desk, struct diag *d)
{
	struct desk *k = desk;

	return sockets_open(&k->lists[k->n_lists], (uint16_t)k->n_lists, d) && ++k->n_lists > 0;
}

static bool
open_lists(struct desk *k, const struct space *spaces, size_t n, struct diag *d)
{
	for (size_t i = 0; i < n; i++)
		if (!space_run(&spaces[i], open_list, k, d))
			return false;
	return n > 0 || open_list(k, d);
}

/* First out of the way of all others' places: some may be free, for the parent began without
 * standard streams. */
static bool
take_places(struct desk *k, int socket, struct diag *d)
{
	int first_free = 1 + (int)k->n_lists, from[1 + SPACES_MAX];

	for (int i = 0; i < first_free; i++)
		from[i] = fcntl(i == 0 ? socket : k->lists[i - 1].fd, F_DUPFD, first_free);
	for (int i = 0; i < first_free; i++) {
		if (from[i] < 0 || dup2(from[i], i) < 0) {
			diag_set(d, "no descriptor is free: %s", strerror(errno));
			return false;
		}
		if (i > 0)
			k->lists[i - 1].fd = i;
	}
	return descriptors_close_from(first_free, d);
}

/* Last, for a change of user takes it back. */
static bool
end_with(pid_t parent, struct diag *d)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) {
		diag_set(d, "it would outlive its parent: %s", strerror(errno));
		return false;
	}
	if (getppid() != parent)
		_exit(0);
	return true;
}

void
registrar_be(int socket, pid_t parent, const struct identity *as,
    const struct space *spaces, size_t n_spaces)
{
	static const uint64_t kept = UINT64_C(1) << CAP_SYS_PTRACE |
	    UINT64_C(1) << CAP_DAC_READ_SEARCH;
	struct desk k = { .spaces = spaces };
	struct diag d = { "" };
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (!open_lists(&k, spaces, n_spaces, &d)) {
		dup2(socket, 0);
		fail(&k, 0, &d);
	}
	if (!take_places(&k, socket, &d) || !privs_keep(as, kept, &d) || !end_with(parent, &d) ||
	    !confine_to_looking(&d))
		fail(&k, 0, &d);
	format_begin(&k.out, FORMAT_READY, 0);
	send_out(&k);
	serve(&k);
}
