#include "show.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "privs.h"
#include "reader.h"
#include "report/detail.h"
#include "report/dot.h"
#include "report/json.h"
#include "report/jsonl.h"
#include "report/services.h"
#include "report/table.h"
#include "report/words.h"
#include "terminal.h"
#include "unread.h"

#define EXIT_CANNOT_RUN 2
#define BATCHES_MAX 32u		/* under load, between refreshes: each has a price */

struct show {
	const struct cli *cli;
	struct engine_options options;
	struct capture capture;		/* of files only the engine */
	struct reader reader;		/* of files */
	bool streams;			/* a line for each change, as it comes */
	bool piped;			/* of files, of which one is no file but a pipe */
	unsigned n_batches;		/* since the last refresh */
	int  cannot_write;		/* errno */
};

static bool
print_lines(const struct snapshot *s)
{
	for (size_t i = 0; i < s->n_connections; i++)
		if (!jsonl_write(s->connections[i], s->input.time_digits, stdout))
			return false;
	return true;
}

/* Live, what has ended may have left the list: then ids have gaps. */
static const struct judgement *
find_detail(const struct cli *c, const struct snapshot *s, struct diag *d)
{
	for (size_t i = 0; i < s->n_connections; i++)
		if (s->connections[i]->id == c->detail)
			return s->connections[i];
	if (s->n_connections == 0)
		diag_set(d, "-d %u: there is no connection", c->detail);
	else
		diag_set(d, "-d %u: no connection has this number; there are %u to %u", c->detail,
		    s->connections[0]->id, s->connections[s->n_connections - 1]->id);
	return NULL;
}

static bool
print_detail(const struct cli *c, const struct snapshot *s, const struct judgement *j,
    const struct table_style *style)
{
	struct services *services = c->numeric ? NULL : services_open();
	const struct detail_style page = { .width = style->width,
		.cell = { .utf8 = style->utf8, .services = services } };
	bool ok = detail_write(j, s->input.time_digits, &page, stdout);

	services_free(services);
	return ok;
}

static bool
print(const struct cli *c, const struct snapshot *s, const struct judgement *detail)
{
	const struct table_style style = {
		.width = c->width ? c->width : terminal_width(),
		.colour = terminal_has_colour(),
		.utf8 = terminal_is_utf8(),
		.verbose = c->verbose,
		.numeric = c->numeric,
	};

	switch (c->format) {
	case FORMAT_TABLE:
		return detail != NULL ? print_detail(c, s, detail, &style) : table_write(s, &style, stdout);
	case FORMAT_JSON:
		return json_write(s, NULL, stdout);
	case FORMAT_JSONL:
		return print_lines(s);
	case FORMAT_DOT:
		return dot_write(s, stdout);
	case FORMAT_NONE:
	case FORMAT_TEXT:
	case FORMAT_TAP:
		break;
	}
	return false;
}

/* Not an empty success: say what there was instead of connections. False:
 * nothing at all could be looked at. */
static bool
note_emptiness(const struct snapshot *s)
{
	const struct input_facts *in = &s->input;
	uint64_t undecoded = 0;

	for (size_t i = 0; i < in->n_link_types; i++)
		undecoded += in->link_types[i].packets;
	if (in->packets == 0) {
		fprintf(stderr, "beamtap: the input holds no packets\n");
	} else if (undecoded == in->packets) {
		for (size_t i = 0; i < in->n_link_types; i++)
			fprintf(stderr, "beamtap: link type %u%s%s%s cannot be decoded: "
			    "%llu packets were not looked at\n", in->link_types[i].link_type,
			    in->link_types[i].name ? " (" : "",
			    in->link_types[i].name ? in->link_types[i].name : "",
			    in->link_types[i].name ? ")" : "",
			    (unsigned long long)in->link_types[i].packets);
		return false;
	} else if (s->n_connections == 0) {
		fprintf(stderr, "beamtap: no distribution connection in %llu packets\n",
		    (unsigned long long)in->packets);
	}
	return true;
}

/* It is in no line of a stream, nor does everybody look at the end of a table. */
static void
note_losses(const struct snapshot *s)
{
	const uint64_t lost[2] = { s->input.lost_kernel, s->input.lost_interface };
	static const char *const by[2] = { "the kernel", "an interface" };

	for (int i = 0; i < 2; i++)
		if (lost[i] != UNKNOWN_COUNT && lost[i] > 0)
			fprintf(stderr, "beamtap: %s dropped %llu packets\n", by[i],
			    (unsigned long long)lost[i]);
	if (s->input.lost_recorded != UNKNOWN_COUNT && s->input.lost_recorded > 0)
		fprintf(stderr, "beamtap: the input says that %llu packets were dropped while it "
		    "was recorded\n", (unsigned long long)s->input.lost_recorded);
}

static void
note_nameless(const struct snapshot *s)
{
	char b[256];
	struct text t = TEXT(b);

	words_put_nameless(&t, s->input.nameless);
	if (t.n > 0)
		terminal_complain(b);
}

/* A change, while packets come in. */
static void
write_change(void *owner, const struct judgement *j)
{
	struct show *w = owner;
	struct snapshot s;
	struct diag d = { 0 };

	if (w->cannot_write == 0 && engine_snapshot(w->capture.engine, &s, &d) &&
	    !jsonl_write(j, s.input.time_digits, stdout))
		w->cannot_write = errno;
}

/* One batch; and what all did, when there is nothing more to read, or too long not. Asking
 * a pipe for the next batch may wait, for as long as nothing happens. */
static enum got
step(void *owner, struct diag *d)
{
	struct show *w = owner;
	struct watch_port port = capture_port(&w->capture);
	enum got got = w->capture.live != NULL ? port.step(port.owner, d) :
	    engine_step(w->capture.engine, d);
	bool due = got != GOT_SOME || w->piped || ++w->n_batches >= BATCHES_MAX;
	enum refreshed more = REFRESHED_MORE;

	if (!w->streams || got == GOT_ERROR || !due)
		return got;
	w->n_batches = 0;
	while (more == REFRESHED_MORE)
		more = engine_refresh(w->capture.engine, 0, d);
	if (w->cannot_write != 0)
		diag_set(d, "cannot write: %s", strerror(w->cannot_write));
	return more == REFRESHED_FAILED || w->cannot_write != 0 ? GOT_ERROR : got;
}

static size_t
descriptors(void *owner, int *out, size_t max)
{
	struct show *w = owner;
	struct watch_port port = capture_port(&w->capture);

	return port.descriptors(port.owner, out, max);
}

static bool
watch(struct show *w, struct diag *d)
{
	struct watch watch = {
		.port = { .owner = w, .step = step, .descriptors = descriptors },
		.duration_ns = w->cli->duration_ns,
	};
	struct identity target;
	sigset_t before;

	if ((watch.signals = watch_signals(&before, d)) < 0 ||
	    !privs_target(w->cli->user, &target, d) ||
	    !capture_open(&w->capture, w->cli, &w->options, &target, d) ||
	    !privs_give_up(&target, d) || !watch_run(&watch, d))
		return false;
	capture_end(&w->capture, watch.unread);
	return true;
}

static bool
open_files(void *owner, struct diag *d)
{
	struct show *w = owner;

	return (w->capture.engine = engine_open(&w->options, d)) != NULL;
}

/* A recorder may be at the other end: ssh HOST tcpdump -U -w - | beamtap show -r - */
static bool
is_pipe(const char *path)
{
	struct stat st;
	int failed = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(path, &st);

	return failed == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || S_ISCHR(st.st_mode));
}

static bool
any_is_pipe(const struct cli *c)
{
	for (size_t i = 0; i < c->files.n; i++)
		if (is_pipe(c->files.v[i]))
			return true;
	return false;
}

static bool
follow(struct show *w, struct diag *d)
{
	enum got got;

	while ((got = step(w, d)) == GOT_SOME)
		;
	if (got == GOT_ERROR)
		return false;
	engine_end(w->capture.engine);
	return true;
}

static bool
read_files(struct show *w, struct diag *d)
{
	w->options.intake = &w->reader.intake;
	bool ok = reader_begin(&w->reader, &w->capture.engine, w->streams, d) &&
	    privs_as_invoker(open_files, w, d) && privs_give_up_all(d) &&
	    (w->streams ? follow(w, d) : engine_run(w->capture.engine, d));

	reader_end(&w->reader);
	return ok;
}

static bool
take_in(struct show *w, struct diag *d)
{
	if (w->streams)
		w->options.changed = write_change;
	w->options.changer = w;
	return w->cli->files.n == 0 ? watch(w, d) : read_files(w, d);
}

int
show(const struct cli *c)
{
	struct show w = {
		.capture = CAPTURE_NONE,
		.cli = c,
		.piped = any_is_pipe(c),
		.options = capture_options(c),
	};
	struct diag d = { 0 };
	struct snapshot s;
	const struct judgement *detail = NULL;

	w.streams = c->format == FORMAT_JSONL && (c->files.n == 0 || w.piped);
	bool ok = take_in(&w, &d) && engine_snapshot(w.capture.engine, &s, &d) &&
	    (c->detail == 0 || (detail = find_detail(c, &s, &d)) != NULL);

	if (!ok) {
		capture_close(&w.capture);
		terminal_complain(d.line);
		return EXIT_CANNOT_RUN;
	}
	unread_complain(s.input.remarks);
	if (s.input.damage != NULL)
		terminal_complain(s.input.damage);
	note_losses(&s);
	note_nameless(&s);
	ok = note_emptiness(&s);
	if (!w.streams && (!print(c, &s, detail) || fflush(stdout) != 0))
		w.cannot_write = errno;
	if (w.cannot_write != 0) {
		diag_set(&d, "cannot write: %s", strerror(w.cannot_write));
		terminal_complain(d.line);
		ok = false;
	}
	capture_close(&w.capture);
	return ok ? 0 : EXIT_CANNOT_RUN;
}
