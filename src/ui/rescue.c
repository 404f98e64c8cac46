#include "ui/rescue.h"

#include <curses.h>
#include <signal.h>
#include <stdlib.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#define CRASH_STACK (32u << 10)

static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS };
#define N_CRASHES (sizeof crashes / sizeof *crashes)

/* Everything is worked out beforehand. */
static struct {
	volatile sig_atomic_t armed;
	char   bytes[512];
	size_t n;
	struct termios found;
	struct sigaction before[N_CRASHES];
	char   stack[CRASH_STACK];
	bool   has_stack;
	bool   at_exit;
} crash;

static void
give_back(void)
{
	if (!crash.armed)
		return;
	crash.armed = 0;
	if (write(STDOUT_FILENO, crash.bytes, crash.n) < 0)
		return;
	tcsetattr(STDIN_FILENO, TCSANOW, &crash.found);
}

/* The one who was there before comes next: the default, or a sanitizer. */
static void
on_crash(int number)
{
	give_back();
	for (size_t i = 0; i < N_CRASHES; i++)
		sigaction(crashes[i], &crash.before[i], NULL);
	raise(number);
}

static int
put_byte(int c)
{
	if (crash.n < sizeof crash.bytes)
		crash.bytes[crash.n++] = (char)c;
	return c;
}

bool
rescue_has_capability(const char *name)
{
	const char *s = tigetstr(name);

	return s != NULL && s != (const char *)-1;
}

static void
put_capability(const char *name)
{
	if (rescue_has_capability(name))
		tputs(tigetstr(name), 1, put_byte);
}

/* A crash by a stack that has no end needs another one. */
static void
bring_stack(void)
{
	stack_t now, ours = { .ss_sp = crash.stack, .ss_size = sizeof crash.stack };

	crash.has_stack = sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE) &&
	    sigaltstack(&ours, NULL) == 0;
}

void
rescue_arm(const struct termios *found)
{
	static const char mouse_off[] = "\033[?1006l\033[?1002l\033[?1000l";
	struct sigaction action = { .sa_handler = on_crash, .sa_flags = SA_ONSTACK };

	crash.n = 0;
	for (size_t i = 0; rescue_has_capability("kmous") && mouse_off[i] != '\0'; i++)
		put_byte(mouse_off[i]);
	put_capability("sgr0");
	put_capability("op");
	put_capability("cnorm");
	put_capability("rmkx");
	put_capability("rmcup");
	crash.found = *found;
	crash.armed = 1;
	bring_stack();
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < N_CRASHES; i++)
		sigaction(crashes[i], &action, &crash.before[i]);
	if (!crash.at_exit)
		crash.at_exit = atexit(give_back) == 0;
}

void
rescue_disarm(void)
{
	const stack_t none = { .ss_flags = SS_DISABLE };

	crash.armed = 0;
	for (size_t i = 0; i < N_CRASHES; i++)
		sigaction(crashes[i], &crash.before[i], NULL);
	if (crash.has_stack)
		sigaltstack(&none, NULL);
}
