#include "registrar.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "registrar_format.h"
#include "registrar_serve.h"

static enum paced
be_absent(struct registrar *r, const char *why, struct diag *d)
{
	diag_set(d, "sockets that were there before are not known: %s", why);
	registrar_stop(r);
	return PACED_FAILED;
}

static enum paced
refuse(struct registrar *r, struct diag *d)
{
	return be_absent(r, "the answer makes no sense", d);
}

static enum paced
take_sockets(struct registrar *r, struct rd *body, struct diag *d)
{
	if (rd_left(body) == 0)
		return refuse(r, d);
	while (rd_left(body) > 0) {
		struct socket_seen s;

		if (r->sockets.n >= LIMIT_SOCKETS || !format_read_socket(body, r->n_spaces, &s))
			return refuse(r, d);
		if (!socket_list_add(&r->sockets, &s))
			return be_absent(r, strerror(ENOMEM), d);
	}
	return PACED_MORE;
}

static enum paced
take_end(struct registrar *r, struct rd *body, struct diag *d)
{
	r->at_ns = rd_u64(body);
	uint32_t n = rd_u32(body);
	r->sockets.left_out = rd_u64(body);
	uint8_t cut = rd_u8(body), elsewhere = rd_u8(body);

	if (!rd_done(body) || n != r->sockets.n || cut > 1 || elsewhere > 1)
		return refuse(r, d);
	r->sockets.owners_cut = cut;
	r->elsewhere = elsewhere;
	r->asked = false;
	return PACED_DONE;
}

static enum paced
take_failure(struct registrar *r, struct rd *body, struct diag *d)
{
	char line[sizeof d->line];
	struct text why = TEXT(line);

	text_put_wire(&why, rd_rest(body));
	return be_absent(r, line, d);
}

static enum paced
take(struct registrar *r, struct bytes message, struct diag *d)
{
	struct rd body = rd_bytes(message);
	uint8_t kind = rd_u8(&body);
	uint32_t question = rd_u32(&body);

	if (!r->asked || question != r->question || !rd_ok(&body))
		return refuse(r, d);
	switch (kind) {
	case FORMAT_SOCKETS:
		return take_sockets(r, &body, d);
	case FORMAT_END:
		return take_end(r, &body, d);
	case FORMAT_FAILED:
		return take_failure(r, &body, d);
	default:
		return refuse(r, d);
	}
}

/* The first message of all. */
static bool
take_greeting(struct registrar *r, struct bytes message, struct diag *d)
{
	struct rd body = rd_bytes(message);
	uint8_t kind = rd_u8(&body);
	uint32_t question = rd_u32(&body);

	if (kind == FORMAT_READY && question == 0 && rd_done(&body))
		return true;
	if (kind == FORMAT_FAILED)
		take_failure(r, &body, d);
	else
		refuse(r, d);
	return false;
}

/* One message into b: its length; 0: it has ended; -1: none is there yet. */
static ssize_t
receive(struct registrar *r, uint8_t b[FORMAT_MESSAGE_MAX], int flags)
{
	ssize_t n;

	while ((n = recv(r->socket, b, FORMAT_MESSAGE_MAX, flags)) < 0 && errno == EINTR)
		;
	return n < 0 && errno != EAGAIN ? 0 : n;
}

static enum paced
has_ended(struct registrar *r, struct diag *d)
{
	return be_absent(r, "the process that looks for them has ended", d);
}

bool
registrar_start(struct registrar *r, const struct identity *as,
    const struct space *spaces, size_t n_spaces, struct diag *d)
{
	uint8_t b[FORMAT_MESSAGE_MAX];
	pid_t parent = getpid(), pid;
	int ends[2];
	ssize_t n;

	assert(n_spaces <= SPACES_MAX);
	*r = (struct registrar){ .socket = -1, .n_spaces = n_spaces > 0 ? n_spaces : 1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		be_absent(r, strerror(errno), d);
		return false;
	}
	r->socket = ends[0];
	if ((r->pid = pid = fork()) == 0)
		registrar_be(ends[1], parent, as, spaces, n_spaces);
	if (pid < 0) {
		r->pid = 0;
		be_absent(r, strerror(errno), d);
	}
	close(ends[1]);
	if (pid < 0)
		return false;
	if ((n = receive(r, b, 0)) > 0)
		return take_greeting(r, (struct bytes){ b, (size_t)n }, d);
	has_ended(r, d);
	return false;
}

bool
registrar_ask(struct registrar *r)
{
	struct format f = { .n = 0 };

	assert(!r->asked);
	if (r->socket < 0)
		return false;
	if (++r->question == 0)
		r->question = 1;
	socket_list_clear(&r->sockets);
	format_put(&f, r->question, 4);
	if (send(r->socket, f.b, f.n, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)f.n) {
		registrar_stop(r);
		return false;
	}
	r->asked = true;
	return true;
}

enum paced
registrar_step(struct registrar *r, uint64_t budget_ns, struct diag *d)
{
	struct pace pace = pace_of(budget_ns);
	uint8_t b[FORMAT_MESSAGE_MAX];
	enum paced came;

	if (r->socket < 0)
		return be_absent(r, "no process looks for them", d);
	do {
		ssize_t n = receive(r, b, MSG_DONTWAIT);

		if (n < 0)
			return PACED_MORE;
		if (n == 0)
			return has_ended(r, d);
		came = take(r, (struct bytes){ b, (size_t)n }, d);
	} while (came == PACED_MORE && !pace_is_over(&pace));
	return came;
}

void
registrar_stop(struct registrar *r)
{
	if (r->socket >= 0)
		close(r->socket);
	/* It would end by itself, and be a zombie until we do. */
	if (r->pid != 0 && kill(r->pid, SIGKILL) == 0)
		waitpid(r->pid, NULL, 0);
	socket_list_free(&r->sockets);
	r->pid = 0;
	r->socket = -1;
	r->asked = false;
}
