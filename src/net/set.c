#include "net/set.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/remarks.h"
#include "base/text.h"
#include "net/input.h"
#include "net/merge.h"
#include "net/intake.h"
#include "net/savefile.h"

/* Left at the end of the damage line, for "; and N more files are damaged". */
#define DAMAGE_REST 64u

/* A file, as a source that is opened when it is first asked. */
struct member {
	struct source  source;
	struct set    *set;
	char          *path;
	uint64_t       first_ns;	/* 0: it has no packet, and is read first */
	int            held;		/* its descriptor; -1: by its path */
	struct source *file;		/* NULL: not opened yet, or read to its end */
	bool           ended;
};

struct left_out {
	char *path, *why;
};

struct set {
	struct source    source;
	char            *name;
	uint16_t         number;
	struct intake   *intake;	/* NULL: nobody looks on */
	struct member  **members;
	struct left_out *left_out;
	uint64_t        *due_ns;
	struct source   *merged;
	size_t           n, room, n_left_out, left_out_room;
	size_t           damage_len;	/* of the line, without what is counted only */
	size_t           n_damaged_more;
	bool             begun;
	bool             interrupted;	/* and that it was is part of the damage */
};

/* Names */

/* Digits together are a number. */
static int
natural_order(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			size_t n, m;

			a += strspn(a, "0");
			b += strspn(b, "0");
			n = strspn(a, "0123456789");
			m = strspn(b, "0123456789");
			int by_digits = n == m ? strncmp(a, b, n) : n < m ? -1 : 1;
			if (by_digits != 0)
				return by_digits;
			a += n;
			b += n;
		}
		if (*a != *b || *a == '\0')
			break;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

static int
by_time(const void *a, const void *b)
{
	const struct member *x = *(struct member *const *)a, *y = *(struct member *const *)b;
	int by_name;

	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	by_name = natural_order(x->path, y->path);
	return by_name != 0 ? by_name : strcmp(x->path, y->path);
}

/* Descriptors */

/* More files than the soft limit allows may be held. */
static bool
may_open_more(void)
{
	struct rlimit limit;

	if (errno != EMFILE || getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur >= limit.rlim_max)
		return false;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static int
open_path(const char *path, struct diag *d)
{
	int fd;

	while ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0 && may_open_more())
		;
	if (fd < 0)
		diag_set(d, "%s: %s", path, strerror(errno));
	return fd;
}

static bool
must_hold(void)
{
	return geteuid() == 0;
}

/* Members */

static void
note_damage(struct set *s, const char *what)
{
	struct text t = { .s = s->source.damage.line, .n = s->damage_len,
		.cap = sizeof s->source.damage.line - DAMAGE_REST };

	if (s->n_damaged_more == 0 && t.n + strlen(what) + 2 < t.cap) {
		text_putf(&t, "%s%s", t.n > 0 ? "; " : "", what);
		s->damage_len = t.n;
		return;
	}
	s->n_damaged_more++;
	t.cap += DAMAGE_REST;
	text_putf(&t, "%s%zu%s file%s damaged", t.n > 0 ? "; and " : "", s->n_damaged_more,
	    t.n > 0 ? " more" : "", s->n_damaged_more == 1 ? " is" : "s are");
}

static bool
open_member(struct member *m, struct diag *d)
{
	int fd = m->held >= 0 ? m->held : open_path(m->path, d);
	struct input *in;

	m->held = -1;
	if (fd < 0)
		return false;
	in = input_take(fd, m->path, m->set->intake, d);
	m->file = in != NULL ? savefile_read(in, m->set->number, d) : NULL;
	if (m->file != NULL)
		m->file->remarks = m->set->source.remarks;
	return m->file != NULL;
}

/* Of all files that were not read to their end, or not at all. */
static void
note_interruption(struct set *s)
{
	struct diag d = { "" };

	if (s->interrupted)
		return;
	s->interrupted = true;
	diag_set(&d, "interrupted: the rest of %s was not read", s->name);
	note_damage(s, d.line);
}

static enum got
end_member(struct member *m)
{
	if (m->file == NULL || (diag_is_set(&m->file->damage) && intake_is_refused(m->set->intake)))
		note_interruption(m->set);
	else if (diag_is_set(&m->file->damage))
		note_damage(m->set, m->file->damage.line);
	source_close(m->file);
	m->file = NULL;
	m->ended = true;
	return GOT_END;
}

static enum got
member_next(struct source *source, struct batch *b, struct diag *d)
{
	struct member *m = (struct member *)source;
	struct diag said = { "" };
	enum got got;

	if (m->ended)
		return GOT_END;
	if (m->file == NULL && (intake_is_refused(m->set->intake) || !open_member(m, &said))) {
		if (intake_is_refused(m->set->intake))
			return end_member(m);
		diag_set(d, "%s", said.line);
		return GOT_ERROR;
	}
	got = source_next(m->file, b, d);
	return got == GOT_END ? end_member(m) : got;
}

static void
member_close(struct source *source)
{
	struct member *m = (struct member *)source;

	source_close(m->file);
	if (m->held >= 0)
		close(m->held);
	free(m->path);
	free(m);
}

/* The set */

static enum got
set_next(struct source *source, struct batch *b, struct diag *d)
{
	struct set *s = (struct set *)source;

	for (size_t i = 0; !s->begun && s->source.remarks != NULL && i < s->n_left_out; i++)
		remarks_unread(s->source.remarks, s->left_out[i].path, s->left_out[i].why);
	s->begun = true;
	return source_next(s->merged, b, d);
}

static void
set_close(struct source *source)
{
	set_free((struct set *)source);
}

void
set_free(struct set *s)
{
	if (s == NULL)
		return;
	source_close(s->merged);
	for (size_t i = 0; i < s->n; i++)
		member_close(&s->members[i]->source);
	for (size_t i = 0; i < s->n_left_out; i++) {
		free(s->left_out[i].path);
		free(s->left_out[i].why);
	}
	free(s->members);
	free(s->left_out);
	free(s->due_ns);
	free(s->name);
	free(s);
}

struct set *
set_new(const char *name, uint16_t number, struct intake *intake)
{
	static const struct source_ops ops = { set_next, set_close };
	struct set *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->source.ops = &ops;
	s->number = number;
	s->intake = intake;
	if ((s->name = strdup(name)) == NULL) {
		set_free(s);
		return NULL;
	}
	return s;
}

/* Room for one more than n things of this size; NULL, and d, when memory is out. */
static void *
grow(void *all, size_t n, size_t *room, size_t size, struct diag *d)
{
	if (n < *room)
		return all;

	size_t more = *room > 0 ? *room * 2 : 16;
	void *p = realloc(all, more * size);
	if (p == NULL)
		diag_set(d, "out of memory");
	else
		*room = more;
	return p;
}

bool
set_leave_out(struct set *s, const char *path, const char *why, struct diag *d)
{
	struct left_out l = { strdup(path), strdup(why) };
	void *all = grow(s->left_out, s->n_left_out, &s->left_out_room, sizeof l, d);

	if (all != NULL)
		s->left_out = all;
	if (all == NULL || l.path == NULL || l.why == NULL) {
		diag_set(d, "out of memory");
		free(l.path);
		free(l.why);
		return false;
	}
	s->left_out[s->n_left_out++] = l;
	return true;
}

/* Takes over fd, also on failure. */
static bool
add_member(struct set *s, const char *path, uint64_t first_ns, int fd, struct diag *d)
{
	static const struct source_ops ops = { member_next, member_close };
	void *all = grow(s->members, s->n, &s->room, sizeof(*s->members), d);
	struct member *m = calloc(1, sizeof *m);

	if (all != NULL)
		s->members = all;
	if (all == NULL || m == NULL || (m->path = strdup(path)) == NULL) {
		diag_set(d, "out of memory");
		if (fd >= 0)
			close(fd);
		free(m);
		return false;
	}
	m->source.ops = &ops;
	m->set = s;
	m->first_ns = first_ns;
	m->held = fd;
	s->members[s->n++] = m;
	return true;
}

enum peeked {
	PEEKED_FAILED,		/* d says why */
	PEEKED_CAPTURE,
	PEEKED_EMPTY,
	PEEKED_DAMAGED,		/* packed, and nothing comes out; d says why */
	PEEKED_OTHER,
};

/* in is taken over. */
static enum peeked
peek(struct input *in, uint64_t *first_ns, struct diag *d)
{
	struct batch b;
	struct source *file;

	if (!input_need(in, 1, true)) {
		input_end(in, d);
		input_close(in);
		return diag_is_set(d) ? PEEKED_DAMAGED : PEEKED_EMPTY;
	}
	input_need(in, SAVEFILE_SNIFF, true);
	if (!savefile_known(input_look(in))) {
		input_close(in);
		return PEEKED_OTHER;
	}
	if ((file = savefile_read(in, 0, d)) == NULL)
		return PEEKED_FAILED;
	*first_ns = source_next(file, &b, d) == GOT_SOME ? b.v[0].at_ns : 0;
	source_close(file);
	return PEEKED_CAPTURE;
}

static enum peeked
peek_at(int fd, const char *path, uint64_t *first_ns, struct diag *d)
{
	struct input *in;
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (copy < 0 && may_open_more())
		copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (copy < 0) {
		diag_set(d, "%s: %s", path, strerror(errno));
		return PEEKED_FAILED;
	}
	if ((in = input_take(copy, path, NULL, d)) == NULL)
		return PEEKED_FAILED;

	enum peeked peeked = peek(in, first_ns, d);
	if (peeked != PEEKED_FAILED && lseek(fd, 0, SEEK_SET) != 0) {
		diag_set(d, "%s: %s", path, strerror(errno));
		return PEEKED_FAILED;
	}
	return peeked;
}

bool
set_add(struct set *s, const char *path, struct diag *d)
{
	struct diag said = { "" };
	uint64_t first_ns = 0;
	int fd = open_path(path, d);

	if (fd < 0)
		return false;
	enum peeked peeked = peek_at(fd, path, &first_ns, &said);
	if (peeked == PEEKED_CAPTURE)
		intake_expect(s->intake, fd);
	if (peeked == PEEKED_CAPTURE && must_hold())
		return add_member(s, path, first_ns, fd, d);
	close(fd);
	switch (peeked) {
	case PEEKED_CAPTURE:
		return add_member(s, path, first_ns, -1, d);
	case PEEKED_EMPTY:
		return set_leave_out(s, path, "empty", d);
	case PEEKED_OTHER:
		return set_leave_out(s, path, "not a capture file", d);
	case PEEKED_DAMAGED:
		note_damage(s, said.line);
		return true;
	case PEEKED_FAILED:
		break;
	}
	diag_set(d, "%s", said.line);
	return false;
}

struct source *
set_source(struct set *s, struct diag *d)
{
	struct source **sources = calloc(s->n + 1, sizeof *sources);

	if (s->n == 0) {
		free(sources);
		diag_set(d, "%s: holds no capture file", s->name);
		return NULL;
	}
	qsort(s->members, s->n, sizeof(*s->members), by_time);
	if (sources != NULL && (s->due_ns = calloc(s->n, sizeof(*s->due_ns))) != NULL) {
		for (size_t i = 0; i < s->n; i++) {
			sources[i] = &s->members[i]->source;
			s->due_ns[i] = s->members[i]->first_ns;
		}
		s->merged = merge_open(sources, s->due_ns, s->n);
	}
	free(sources);
	if (s->merged == NULL) {
		diag_set(d, "out of memory");
		return NULL;
	}
	return &s->source;
}
