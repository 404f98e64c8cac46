#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <locale.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "report/sample.h"
#include "ui/term.h"

#define SEEN_MAX (256u << 10)

/* What xterm's terminfo entry has for the end of the full screen (infocmp -1 xterm). */
#define RMCUP "\033[?1049l"
#define CNORM "\033[?25h"

struct seen {
	char   bytes[SEEN_MAX];
	size_t n;
	int    status;			/* of the process */
	struct termios before, after;
};

static bool
holds(const struct seen *s, const char *bytes)
{
	return memmem(s->bytes, s->n, bytes, strlen(bytes)) != NULL;
}

/* Runs play() on a terminal of its own, types at it once it says hello, and hears all
 * that comes out of it. */
static void
run(struct seen *seen, const char *term, const char *typed, void (*play)(void))
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	int master, slave;
	ssize_t n;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
	assert_int_equal(tcgetattr(slave, &seen->before), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		login_tty(slave);
		setenv("TERM", term, 1);
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
		play();
		_exit(0);
	}
	/* The slave stays open here: what it was set to is read after the child's end. */
	seen->n = 0;
	pid_t ended = 0;
	while (ended == 0) {
		fd_set in;

		FD_ZERO(&in);
		FD_SET(master, &in);
		if (select(master + 1, &in, NULL, NULL, &(struct timeval){ .tv_usec = 20000 }) > 0 &&
		    (n = read(master, seen->bytes + seen->n, SEEN_MAX - 1 - seen->n)) > 0)
			seen->n += (size_t)n;
		else if (*typed != '\0' && holds(seen, "hello"))
			typed += write(master, typed, strlen(typed));
		else
			ended = waitpid(child, &seen->status, WNOHANG);
	}
	seen->bytes[seen->n] = '\0';
	assert_int_equal(tcgetattr(slave, &seen->after), 0);
	close(master);
	close(slave);
}

/* The last of it: nothing was drawn after that. */
static bool
ends_after(const struct seen *s, const char *mark, const char *drawn)
{
	const char *at = memmem(s->bytes, s->n, mark, strlen(mark));

	return at != NULL && strstr(at, drawn) == NULL;
}

static void
assert_given_back(const struct seen *s)
{
	assert_true(holds(s, RMCUP));
	assert_true(holds(s, CNORM));
	assert_true(holds(s, "1000l"));
	assert_int_equal(s->before.c_lflag, s->after.c_lflag);
	assert_int_equal(s->before.c_iflag, s->after.c_iflag);
	assert_int_equal(s->before.c_oflag, s->after.c_oflag);
}

static struct term *
opened(struct screen *s)
{
	struct diag d = { 0 };
	struct term *t;

	s->utf8 = true;
	if (!screen_resize(s, 80, 24) || (t = term_open(true, &d)) == NULL)
		_exit(3);
	screen_put(s, 0, 0, 80, INK_PLAINTEXT, "hello, terminal");
	term_show(t, s);
	return t;
}

static void
play_nicely(void)
{
	struct screen s = { 0 };
	struct term *t = opened(&s);

	term_close(t);
	screen_free(&s);
}

static void
play_a_crash(void)
{
	struct screen s = { 0 };

	/* Not the sanitizer's: the system's own end of a process is what is looked at. */
	signal(SIGSEGV, SIG_DFL);
	opened(&s);
	raise(SIGSEGV);
}

static void
play_an_abort(void)
{
	struct screen s = { 0 };

	signal(SIGABRT, SIG_DFL);
	opened(&s);
	abort();
}

static void
play_an_exit(void)
{
	struct screen s = { 0 };

	opened(&s);
	screen_free(&s);
	exit(4);
}

static void
a_terminal_is_given_back_at_the_end(void **state)
{
	static struct seen s;

	(void)state;
	run(&s, "xterm", "", play_nicely);
	assert_int_equal(s.status, 0);
	assert_true(holds(&s, "hello, terminal"));
	assert_given_back(&s);
}

static void
a_terminal_is_given_back_by_a_crash(void **state)
{
	static struct seen s;

	(void)state;
	run(&s, "xterm", "", play_a_crash);
	assert_true(WIFSIGNALED(s.status));
	assert_int_equal(WTERMSIG(s.status), SIGSEGV);
	assert_given_back(&s);
	assert_true(ends_after(&s, RMCUP, "hello"));

	run(&s, "xterm", "", play_an_abort);
	assert_true(WIFSIGNALED(s.status));
	assert_int_equal(WTERMSIG(s.status), SIGABRT);
	assert_given_back(&s);

	run(&s, "xterm", "", play_an_exit);
	assert_true(WIFEXITED(s.status));
	assert_given_back(&s);
}

static void
play_refusal(void)
{
	struct diag d = { 0 };

	if (term_open(true, &d) != NULL)
		_exit(3);
	printf("%s\n", d.line);
	fflush(stdout);
}

static void
a_dumb_terminal_is_refused_with_a_hint(void **state)
{
	static const char *const terms[] = { "dumb", "", "no-such-terminal" };
	static struct seen s;

	(void)state;
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
		run(&s, terms[i], "", play_refusal);
		assert_int_equal(s.status, 0);
		assert_true(holds(&s, "beamtap show"));
		assert_null(memchr(s.bytes, 033, s.n));
	}
}

static void
what_is_no_terminal_is_refused(void **state)
{
	struct diag d = { 0 };
	int in = dup(STDIN_FILENO), null[2];

	(void)state;
	assert_int_equal(pipe(null), 0);
	assert_true(dup2(null[0], STDIN_FILENO) >= 0);
	assert_null(term_open(true, &d));
	assert_non_null(strstr(d.line, "beamtap show"));
	if (in >= 0)
		assert_true(dup2(in, STDIN_FILENO) >= 0);
	close(in);
	close(null[0]);
	close(null[1]);
}

static void
play_hostility(void)
{
	struct screen s = { 0 };
	struct term *t = opened(&s);

	for (unsigned i = 0; i < SAMPLE_N_HOSTILE; i++)
		screen_put(&s, 0, i % 24, 80, INK_NONE, sample_hostile[i]);
	screen_put(&s, 0, 23, 80, INK_NONE, "\033]0;title\a\033[31m\xc2\x9b" "5m\xff");
	term_show(t, &s);
	term_close(t);
	screen_free(&s);
}

static void
nothing_hostile_reaches_a_terminal_raw(void **state)
{
	static struct seen s;

	(void)state;
	run(&s, "vt100", "", play_hostility);
	assert_int_equal(s.status, 0);
	assert_false(holds(&s, "\033[31m"));
	assert_false(holds(&s, "\033]"));
	assert_false(holds(&s, "\xc2\x9b"));
	assert_null(memchr(s.bytes, '\a', s.n));
	assert_null(memchr(s.bytes, 0xff, s.n));
	assert_true(holds(&s, "?]0;title?"));
}

/* No colour without being asked for more: words are what is said. */
static void
a_monochrome_terminal_gets_no_colour(void **state)
{
	static struct seen s;

	(void)state;
	run(&s, "vt100", "", play_nicely);
	assert_true(holds(&s, "hello, terminal"));
	assert_false(holds(&s, "\033[31m"));
	run(&s, "xterm", "", play_nicely);
	assert_true(holds(&s, "\033[31m"));
}

/* Each press by its number, until q. */
static void
play_keys(void)
{
	struct screen s = { 0 };
	struct term *t = opened(&s);
	struct press p = { 0 };
	char b[4096];
	struct text said = TEXT(b);

	while (press_key(p) != 'q' && !term_is_gone(t))
		if (term_read(t, &p))
			text_putf(&said, "<%d:%x:%u,%u>", (int)p.kind, (unsigned)p.code, p.x, p.y);
	term_close(t);
	printf("%s\n", b);
	fflush(stdout);
	screen_free(&s);
}

static void
keys_are_told_apart(void **state)
{
	static struct seen s;
	char want[512];
	struct text t = TEXT(want);

	(void)state;
	run(&s, "xterm", "a\033OP\033[21~\033[5~\033OA\033[B\r\t\033[Z\x7f\x04\033[3~q",
	    play_keys);
	text_putf(&t, "<%d:61:0,0><%d:1:0,0><%d:a:0,0><%d:0:0,0><%d:0:0,0><%d:0:0,0>",
	    PRESS_CHARACTER, PRESS_FUNCTION, PRESS_FUNCTION, PRESS_PAGE_UP, PRESS_UP, PRESS_DOWN);
	text_putf(&t, "<%d:0:0,0><%d:0:0,0><%d:0:0,0><%d:0:0,0><%d:44:0,0><%d:0:0,0>",
	    PRESS_ENTER, PRESS_TAB, PRESS_BACK_TAB, PRESS_BACKSPACE, PRESS_CONTROL, PRESS_DELETE);
	assert_true(holds(&s, want));
}

static void
clicks_and_the_wheel_have_their_place(void **state)
{
	static const struct {
		const char *typed;
		enum press_kind kind;
	} known[] = {
		{ "\033[<0;11;6M\033[<0;11;6mq", PRESS_CLICK },
		{ "\033[<64;11;6Mq", PRESS_WHEEL_UP },
		{ "\033[<65;11;6Mq", PRESS_WHEEL_DOWN },
	};
	static struct seen s;

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		char want[64];
		struct text t = TEXT(want);

		run(&s, "xterm", known[i].typed, play_keys);
		text_putf(&t, "<%d:0:10,5>", known[i].kind);
		assert_true(holds(&s, want));
	}
}

/* Over a slow line, or while the screen is drawn, all of them come at once. */
static void
clicks_and_turns_that_come_at_once_all_count(void **state)
{
	static const char click[] = "\033[<0;11;6M\033[<0;11;6m", turn[] = "\033[<65;11;6M";
	static struct seen s;
	char typed[256], want[256];
	struct text t = TEXT(typed), w = TEXT(want);

	(void)state;
	text_putf(&t, "%s%s%s%s%sq", click, click, turn, turn, turn);
	run(&s, "xterm", typed, play_keys);
	text_putf(&w, "<%d:0:10,5><%d:0:10,5><%d:0:10,5><%d:0:10,5><%d:0:10,5>", PRESS_CLICK,
	    PRESS_DOUBLE_CLICK, PRESS_WHEEL_DOWN, PRESS_WHEEL_DOWN, PRESS_WHEEL_DOWN);
	assert_true(holds(&s, want));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_is_given_back_at_the_end),
		cmocka_unit_test(a_terminal_is_given_back_by_a_crash),
		cmocka_unit_test(a_dumb_terminal_is_refused_with_a_hint),
		cmocka_unit_test(what_is_no_terminal_is_refused),
		cmocka_unit_test(nothing_hostile_reaches_a_terminal_raw),
		cmocka_unit_test(a_monochrome_terminal_gets_no_colour),
		cmocka_unit_test(keys_are_told_apart),
		cmocka_unit_test(clicks_and_the_wheel_have_their_place),
		cmocka_unit_test(clicks_and_turns_that_come_at_once_all_count),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
