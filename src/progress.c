#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LINE_MAX_BYTES 160u
#define NS_PER_S 1000000000.0

static void
put_amount(struct text *t, double n)
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB", "PB", "EB" };
	size_t i = 0;

	/* 999.5 would be printed as 1000. */
	for (; n >= 999.5 && i + 1 < sizeof units / sizeof *units; i++)
		n /= 1000;
	text_putf(t, i > 0 && n < 9.95 ? "%.1f %s" : "%.0f %s", n, units[i]);
}

static void
put_count(struct text *t, uint64_t n)
{
	if (n >= 1000) {
		put_count(t, n / 1000);
		text_putf(t, ",%03u", (unsigned)(n % 1000));
	} else {
		text_putf(t, "%u", (unsigned)n);
	}
}

void
progress_put(struct text *t, const struct progress_facts *f)
{
	text_put(t, "beamtap: ");
	put_amount(t, (double)f->n_read);
	if (f->size > 0 && f->n_read <= f->size) {	/* else it grows while it is read */
		text_put(t, " of ");
		put_amount(t, (double)f->size);
		text_putf(t, " (%u %%)", (unsigned)((double)f->n_read / (double)f->size * 100));
	}
	text_put(t, ", ");
	put_amount(t, f->took_ns > 0 ? (double)f->n_read / ((double)f->took_ns / NS_PER_S) : 0);
	text_put(t, "/s, ");
	put_count(t, f->connections);
	text_put(t, f->connections == 1 ? " connection" : " connections");
}

void
progress_begin(struct progress *p, bool quiet, uint64_t now_ns)
{
	*p = (struct progress){ .wanted = !quiet && isatty(STDERR_FILENO), .begun_ns = now_ns,
		.due_ns = now_ns + PROGRESS_AFTER_NS };
}

bool
progress_is_due(const struct progress *p, uint64_t now_ns)
{
	return p->wanted && now_ns >= p->due_ns;
}

/* Where that cannot be told, nobody else is. */
static bool
in_foreground(void)
{
	pid_t group = tcgetpgrp(STDERR_FILENO);

	return group < 0 || group == getpgrp();
}

/* A line that is as wide as the terminal could not be erased: the cursor has left it. */
static size_t
columns_max(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ?
	    size.ws_col - 1u : LINE_MAX_BYTES;
}

void
progress_draw(struct progress *p, const struct progress_facts *f, uint64_t since_ns,
    uint64_t now_ns)
{
	uint64_t pause = PROGRESS_SHARE * (now_ns - since_ns);
	char b[LINE_MAX_BYTES];
	struct text t = TEXT(b);
	size_t most = columns_max();

	progress_erase(p);
	p->due_ns = now_ns + (pause > PROGRESS_EACH_NS ? pause : PROGRESS_EACH_NS);
	if (!in_foreground())
		return;
	progress_put(&t, f);
	p->columns = (unsigned)(t.n < most ? t.n : most);
	fprintf(stderr, "%.*s", (int)p->columns, t.s);
}

void
progress_erase(struct progress *p)
{
	const char *term = getenv("TERM");

	if (p->columns == 0 || !in_foreground())
		return;
	if (term == NULL || *term == '\0' || strcmp(term, "dumb") == 0)
		fprintf(stderr, "\r%*s\r", (int)p->columns, "");
	else
		fputs("\r\033[K", stderr);	/* [ECMA-48 8.3.41], and of an echoed ^C */
	p->columns = 0;
}
