#include "net/input.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/intake.h"
#include "net/unpack.h"

#define WINDOW_MIN	(256u << 10)
#define PACKED_MAX	(64u << 10)

struct input {
	char        *name;
	int          fd;		/* -1: memory */
	bool         must_close;
	struct intake *intake;		/* NULL: nobody looks on */
	bool         refused;		/* it ended because no more was wanted */
	struct bytes memory;
	size_t       at_once;		/* bytes of memory to a read */

	uint8_t *window;
	size_t   at, end, cap;		/* of window: first unread, one past the last */
	uint64_t offset;		/* of window[at] */

	struct unpack *unpack;		/* NULL: the file is as it is */
	uint8_t       *packed;
	struct bytes   to_unpack;	/* the rest of packed */

	bool        ended;
	struct diag trouble;		/* why it ended before its time */
};

static size_t
raw_read_memory(struct input *in, uint8_t *to, size_t n)
{
	if (n > in->at_once)
		n = in->at_once;
	if (n > in->memory.n)
		n = in->memory.n;
	if (n > 0) {
		memcpy(to, in->memory.p, n);
		in->memory.p += n;
		in->memory.n -= n;
	}
	return n;
}

/* Is more wanted? */
static bool
goes_on(struct input *in, bool dry)
{
	if (!in->refused && !intake_goes_on(in->intake, in->fd, dry))
		in->refused = true;
	return !in->refused;
}

/* Some bytes as they are in the file; 0 at its end. */
static size_t
raw_read(struct input *in, uint8_t *to, size_t n)
{
	ssize_t got;

	if (in->fd < 0)
		return raw_read_memory(in, to, n);
	if (!goes_on(in, true))
		return 0;
	do
		got = read(in->fd, to, n);
	while (got < 0 && errno == EINTR);
	if (got < 0) {
		diag_set(&in->trouble, "%s", strerror(errno));
		return 0;
	}
	intake_count(in->intake, (uint64_t)got);
	return (size_t)got;
}

/* Some unpacked bytes; 0 at the end. */
static size_t
unpack(struct input *in, uint8_t *to, size_t n)
{
	size_t got;

	if (!goes_on(in, false))
		return 0;
	if (n > WINDOW_MIN)
		n = WINDOW_MIN;
	while ((got = unpack_step(in->unpack, &in->to_unpack, to, n, &in->trouble)) == 0 &&
	    !diag_is_set(&in->trouble)) {
		in->to_unpack = (struct bytes){ in->packed, raw_read(in, in->packed, PACKED_MAX) };
		if (in->to_unpack.n == 0) {
			unpack_end(in->unpack, &in->trouble);
			return 0;
		}
	}
	return got;
}

/* Append what one read gives to the window; false at the end. */
static bool
pull(struct input *in)
{
	size_t room = in->cap - in->end, got = 0;

	if (!in->ended && !diag_is_set(&in->trouble))
		got = in->unpack != NULL ? unpack(in, in->window + in->end, room) :
		    raw_read(in, in->window + in->end, room);
	if (got == 0)
		in->ended = true;
	in->end += got;
	return got > 0;
}

/* What was read so far is the beginning of packed data: unpack it instead. */
static bool
begin_unpacking(struct input *in)
{
	assert(in->at == 0 && in->end <= PACKED_MAX);
	if ((in->packed = malloc(PACKED_MAX)) == NULL || (in->unpack = unpack_new()) == NULL)
		return false;
	memcpy(in->packed, in->window, in->end);
	in->to_unpack = (struct bytes){ in->packed, in->end };
	in->end = 0;
	in->ended = false;
	return true;
}

/* Read enough to tell what kind of input this is. */
static bool
begin(struct input *in)
{
	in->cap = PACKED_MAX;		/* so that it can become in->packed */
	if ((in->window = malloc(WINDOW_MIN)) == NULL)
		return false;
	while (in->end < UNPACK_MAGIC_MAX && pull(in))
		;
	if (unpack_known((struct bytes){ in->window, in->end }) && !begin_unpacking(in))
		return false;
	in->cap = WINDOW_MIN;
	return true;
}

static struct input *
input_new(const char *name)
{
	struct input *in = calloc(1, sizeof *in);

	if (in == NULL)
		return NULL;
	in->fd = -1;
	if ((in->name = strdup(name)) == NULL) {
		free(in);
		return NULL;
	}
	return in;
}

static struct input *
begin_file(int fd, bool must_close, const char *name, struct intake *intake, struct diag *d)
{
	struct input *in = input_new(name);

	if (in == NULL) {
		diag_set(d, "%s: %s", name, strerror(ENOMEM));
		if (must_close)
			close(fd);
		return NULL;
	}
	in->must_close = must_close;
	in->fd = fd;
	in->intake = intake;
	if (!begin(in))
		diag_set(d, "%s: %s", name, strerror(ENOMEM));
	else if (in->end == 0 && in->unpack == NULL && diag_is_set(&in->trouble))
		diag_set(d, "%s: %s", name, in->trouble.line);
	else if (in->end == 0 && in->unpack == NULL && in->refused)
		diag_set(d, "%s: interrupted", name);
	else
		return in;
	input_close(in);
	return NULL;
}

struct input *
input_take(int fd, const char *name, struct intake *intake, struct diag *d)
{
	return begin_file(fd, true, name, intake, d);
}

/* A FIFO without a writer is not waited for here but where the wait can be ended, before the
 * first read; and after that wait a read does not wait. */
static int
open_path(const char *path, const struct intake *intake)
{
	int now = intake != NULL ? O_NONBLOCK : 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | now);

	if (fd >= 0 && now != 0)
		fcntl(fd, F_SETFL, 0);
	return fd;
}

struct input *
input_open(const char *path, struct intake *intake, struct diag *d)
{
	bool is_standard = strcmp(path, "-") == 0;
	int fd = is_standard ? STDIN_FILENO : open_path(path, intake);

	if (fd < 0) {
		diag_set(d, "%s: %s", path, strerror(errno));
		return NULL;
	}
	intake_expect(intake, fd);
	return begin_file(fd, !is_standard, is_standard ? "standard input" : path, intake, d);
}

struct input *
input_memory(struct bytes b, size_t at_once)
{
	struct input *in = input_new("memory");

	assert(at_once > 0);
	if (in == NULL)
		return NULL;
	in->memory = b;
	in->at_once = at_once;
	if (!begin(in)) {
		input_close(in);
		return NULL;
	}
	return in;
}

void
input_close(struct input *in)
{
	if (in == NULL)
		return;
	if (in->must_close && in->fd >= 0)
		close(in->fd);
	unpack_free(in->unpack);
	free(in->packed);
	free(in->window);
	free(in->name);
	free(in);
}

/* Move what is unread to the front of the window, and double a full window. */
static bool
make_room(struct input *in)
{
	if (in->at > 0) {
		memmove(in->window, in->window + in->at, in->end - in->at);
		in->end -= in->at;
		in->at = 0;
	}
	if (in->end < in->cap)
		return true;

	uint8_t *p = in->cap <= SIZE_MAX / 2 ? realloc(in->window, in->cap * 2) : NULL;
	if (p == NULL) {
		diag_set(&in->trouble, "%s", strerror(ENOMEM));
		return false;
	}
	in->window = p;
	in->cap *= 2;
	return true;
}

bool
input_need(struct input *in, size_t n, bool may_move)
{
	while (in->end - in->at < n)
		if (!may_move || !make_room(in) || !pull(in))
			return false;
	return true;
}

struct bytes
input_look(const struct input *in)
{
	return (struct bytes){ in->window + in->at, in->end - in->at };
}

void
input_skip(struct input *in, size_t n)
{
	assert(n <= in->end - in->at);
	in->at += n;
	in->offset += n;
}

const char *
input_name(const struct input *in)
{
	return in->name;
}

uint64_t
input_offset(const struct input *in)
{
	return in->offset;
}

bool
input_is_packed(const struct input *in)
{
	return in->unpack != NULL;
}

void
input_damage(const struct input *in, const char *what, struct diag *d)
{
	diag_set(d, "%s: %s at byte %llu%s", in->name, what,
	    (unsigned long long)in->offset,
	    in->unpack != NULL ? " of the unpacked data" : "");
}

void
input_end(const struct input *in, struct diag *d)
{
	if (in->refused)
		diag_set(d, "interrupted: the rest of %s was not read", in->name);
	else if (diag_is_set(&in->trouble))
		input_damage(in, in->trouble.line, d);
	else if (in->end > in->at)
		input_damage(in, "cut off in the record", d);
}
