#include "ui/term.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "ui/rescue.h"

#define ESCAPE_MS 25		/* a key's bytes come together, also over ssh */
#define DOUBLE_CLICK_MS 400u
#define MOUSE_EVENTS_MAX 8u	/* that ncurses keeps */

/* Over a slow line down and up come at once, and ncurses tells the last of them. */
#define CLICK BUTTON1_RELEASED

struct term {
	SCREEN *screen;
	struct screen shown;	/* what ncurses was told last */
	bool    colour;
	bool    repaint;
	unsigned click_x, click_y;
	uint64_t clicked_ms;	/* 0: no click yet */
	struct press waiting[MOUSE_EVENTS_MAX];
	unsigned n_waiting, next_waiting;
};

/* What the inks are: with colours, and on a terminal that has none. */
static const struct look {
	attr_t with, without;
	short  foreground, background;	/* -1: the terminal's own */
} looks[N_INKS] = {
	[INK_NONE]      = { A_NORMAL,  A_NORMAL,  -1, -1 },
	[INK_STRONG]    = { A_BOLD,    A_BOLD,    -1, -1 },
	[INK_FAINT]     = { A_DIM,     A_NORMAL,  -1, -1 },
	[INK_TITLE]     = { A_NORMAL,  A_REVERSE, COLOR_BLACK, COLOR_GREEN },
	[INK_SORTED]    = { A_NORMAL,  A_REVERSE | A_BOLD, COLOR_BLACK, COLOR_CYAN },
	[INK_TAB]       = { A_NORMAL,  A_NORMAL,  -1, -1 },
	[INK_TAB_OPEN]  = { A_BOLD | A_REVERSE, A_BOLD | A_REVERSE, -1, -1 },
	[INK_KEY]       = { A_NORMAL,  A_NORMAL,  -1, -1 },
	[INK_LABEL]     = { A_NORMAL,  A_REVERSE, COLOR_BLACK, COLOR_CYAN },
	[INK_ALARM]     = { A_BOLD,    A_BOLD,    COLOR_RED, -1 },
	[INK_PLAINTEXT] = { A_BOLD,    A_BOLD,    COLOR_RED, -1 },
	[INK_MUTUAL]    = { A_NORMAL,  A_NORMAL,  COLOR_GREEN, -1 },
	[INK_ONE_WAY]   = { A_NORMAL,  A_NORMAL,  COLOR_YELLOW, -1 },
	[INK_ENCRYPTED] = { A_NORMAL,  A_NORMAL,  COLOR_CYAN, -1 },
	[INK_REFUSED]   = { A_NORMAL,  A_NORMAL,  COLOR_MAGENTA, -1 },
	[INK_UNKNOWN]   = { A_NORMAL,  A_NORMAL,  -1, -1 },
};

static bool
start_colours(void)
{
	if (!has_colors() || start_color() == ERR)
		return false;
	bool own = use_default_colors() == OK;
	for (short i = 1; i < N_INKS; i++) {
		short foreground = looks[i].foreground, background = looks[i].background;

		if (!own && foreground < 0)
			foreground = COLOR_WHITE;
		if (!own && background < 0)
			background = COLOR_BLACK;
		if (init_pair(i, foreground, background) == ERR)
			return false;
	}
	return true;
}

/* Keys that terminals send whatever they call themselves. */
static void
define_keys(void)
{
	static const struct {
		const char *bytes;
		int key;
	} known[] = {
		{ "\033[A", KEY_UP }, { "\033[B", KEY_DOWN }, { "\033[C", KEY_RIGHT },
		{ "\033[D", KEY_LEFT }, { "\033OA", KEY_UP }, { "\033OB", KEY_DOWN },
		{ "\033OC", KEY_RIGHT }, { "\033OD", KEY_LEFT }, { "\033[H", KEY_HOME },
		{ "\033[F", KEY_END }, { "\033OH", KEY_HOME }, { "\033OF", KEY_END },
		{ "\033[1~", KEY_HOME }, { "\033[4~", KEY_END }, { "\033[7~", KEY_HOME },
		{ "\033[8~", KEY_END }, { "\033[3~", KEY_DC }, { "\033[5~", KEY_PPAGE },
		{ "\033[6~", KEY_NPAGE }, { "\033[Z", KEY_BTAB }, { "\033OP", KEY_F(1) },
		{ "\033OQ", KEY_F(2) }, { "\033OR", KEY_F(3) }, { "\033OS", KEY_F(4) },
		{ "\033[11~", KEY_F(1) }, { "\033[12~", KEY_F(2) }, { "\033[13~", KEY_F(3) },
		{ "\033[14~", KEY_F(4) }, { "\033[15~", KEY_F(5) }, { "\033[17~", KEY_F(6) },
		{ "\033[18~", KEY_F(7) }, { "\033[19~", KEY_F(8) }, { "\033[20~", KEY_F(9) },
		{ "\033[21~", KEY_F(10) },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (key_defined(known[i].bytes) == 0)
			define_key(known[i].bytes, known[i].key);
}

static bool
has_terminal(struct diag *d)
{
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		diag_set(d, "top needs a terminal; 'beamtap show' prints the same table anywhere");
	else if (term == NULL || *term == '\0')
		diag_set(d, "top needs to know the terminal, and TERM is not set; "
		    "'beamtap show' prints the same table anywhere");
	else if (strcmp(term, "dumb") == 0)
		diag_set(d, "top cannot draw on a terminal that is TERM=dumb; "
		    "'beamtap show' prints the same table anywhere");
	return !diag_is_set(d);
}

static void
set_up(struct term *t, bool colour)
{
	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	define_keys();
	mousemask(CLICK | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0);
	t->colour = colour && start_colours();
	t->repaint = true;
}

struct term *
term_open(bool colour, struct diag *d)
{
	struct termios found;

	if (!has_terminal(d))
		return NULL;
	struct term *t = calloc(1, sizeof *t);
	if (t == NULL || tcgetattr(STDIN_FILENO, &found) != 0) {
		diag_set(d, "the terminal cannot be used: %s", strerror(errno));
		free(t);
		return NULL;
	}
	set_escdelay(ESCAPE_MS);
	t->screen = newterm(NULL, stdout, stdin);
	if (t->screen == NULL || !rescue_has_capability("cup")) {
		if (t->screen != NULL) {
			endwin();
			delscreen(t->screen);
		}
		diag_set(d, "top cannot draw on this terminal (see TERM); "
		    "'beamtap show' prints the same table anywhere");
		free(t);
		return NULL;
	}
	rescue_arm(&found);
	set_up(t, colour);
	return t;
}

void
term_close(struct term *t)
{
	if (t == NULL)
		return;
	mousemask(0, NULL);
	endwin();
	rescue_disarm();
	delscreen(t->screen);
	screen_free(&t->shown);
	free(t);
}

static uint64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

static enum press_kind
click_kind(struct term *t, unsigned x, unsigned y)
{
	uint64_t now = now_ms();
	bool again = t->clicked_ms != 0 && now - t->clicked_ms < DOUBLE_CLICK_MS &&
	    t->click_x == x && t->click_y == y;

	t->clicked_ms = again ? 0 : now;
	t->click_x = x;
	t->click_y = y;
	return again ? PRESS_DOUBLE_CLICK : PRESS_CLICK;
}

static struct press
next_waiting(struct term *t)
{
	return t->next_waiting < t->n_waiting ? t->waiting[t->next_waiting++] : (struct press){ 0 };
}

static struct press
of_mouse(struct term *t, const MEVENT *event)
{
	struct press p = { 0 };

	if (event->x < 0 || event->y < 0)
		return p;
	p.x = (unsigned)event->x;
	p.y = (unsigned)event->y;
	if (event->bstate & CLICK)
		p.kind = click_kind(t, p.x, p.y);
	else if (event->bstate & BUTTON4_PRESSED)
		p.kind = PRESS_WHEEL_UP;
	else if (event->bstate & BUTTON5_PRESSED)
		p.kind = PRESS_WHEEL_DOWN;
	return p;
}

/* Of events that came while something else was done there is one key, and ncurses has the
 * newest first. */
static struct press
read_mouse(struct term *t)
{
	MEVENT events[MOUSE_EVENTS_MAX];
	unsigned n = 0;

	while (n < MOUSE_EVENTS_MAX && getmouse(&events[n]) == OK)
		n++;
	t->n_waiting = 0;
	for (unsigned i = 0; i < n; i++)
		t->waiting[t->n_waiting++] = of_mouse(t, &events[n - 1 - i]);
	t->next_waiting = 0;
	return next_waiting(t);
}

static struct press
of_code(struct term *t, wint_t code)
{
	if (code >= KEY_F(1) && code <= KEY_F(24))
		return (struct press){ .kind = PRESS_FUNCTION, .code = (uint32_t)(code - KEY_F0) };
	switch (code) {
	case KEY_MOUSE:     return read_mouse(t);
	case KEY_UP:        return (struct press){ .kind = PRESS_UP };
	case KEY_DOWN:      return (struct press){ .kind = PRESS_DOWN };
	case KEY_LEFT:      return (struct press){ .kind = PRESS_LEFT };
	case KEY_RIGHT:     return (struct press){ .kind = PRESS_RIGHT };
	case KEY_HOME:      return (struct press){ .kind = PRESS_HOME };
	case KEY_END:       return (struct press){ .kind = PRESS_END };
	case KEY_PPAGE:     return (struct press){ .kind = PRESS_PAGE_UP };
	case KEY_NPAGE:     return (struct press){ .kind = PRESS_PAGE_DOWN };
	case KEY_ENTER:     return (struct press){ .kind = PRESS_ENTER };
	case KEY_BTAB:      return (struct press){ .kind = PRESS_BACK_TAB };
	case KEY_BACKSPACE: return (struct press){ .kind = PRESS_BACKSPACE };
	case KEY_DC:        return (struct press){ .kind = PRESS_DELETE };
	default:            return (struct press){ .kind = PRESS_NONE };
	}
}

static struct press
of_character(wint_t c)
{
	switch (c) {
	case '\r':
	case '\n':
		return (struct press){ .kind = PRESS_ENTER };
	case '\t':
		return (struct press){ .kind = PRESS_TAB };
	case 0x1b:
		return (struct press){ .kind = PRESS_ESCAPE };
	case 0x08:
	case 0x7f:
		return (struct press){ .kind = PRESS_BACKSPACE };
	default:
		break;
	}
	if (c >= 1 && c <= 26)
		return (struct press){ .kind = PRESS_CONTROL, .code = (uint32_t)('A' + c - 1) };
	if (c >= ' ' && !(c >= 0x80 && c < 0xa0) && c <= 0x10ffff)
		return (struct press){ .kind = PRESS_CHARACTER, .code = (uint32_t)c };
	return (struct press){ .kind = PRESS_NONE };
}

bool
term_read(struct term *t, struct press *p)
{
	wint_t c;
	int got;

	if (t->next_waiting < t->n_waiting) {
		*p = next_waiting(t);
		return true;
	}
	if ((got = get_wch(&c)) == ERR)
		return false;
	*p = got == KEY_CODE_YES ? of_code(t, c) : of_character(c);
	return true;
}

bool
term_is_gone(const struct term *t)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	(void)t;
	return poll(&in, 1, 0) > 0 && (in.revents & (POLLHUP | POLLERR | POLLNVAL));
}

static attr_t
attributes(const struct term *t, unsigned ink)
{
	const struct look *look = &looks[(ink & ~INK_INVERSE) < N_INKS ? ink & ~INK_INVERSE : 0];

	return (t->colour ? look->with : look->without) | (ink & INK_INVERSE ? A_REVERSE : 0);
}

/* As the locale has it, and as wide as the screen thinks; else it is "?". */
static bool
decode(const struct cell *cell, wchar_t out[CCHARW_MAX + 1])
{
	mbstate_t state = { 0 };
	const char *s = cell->s;
	size_t left = strlen(s), n = 0;

	while (left > 0 && n < CCHARW_MAX - 1) {
		size_t taken = mbrtowc(&out[n], s, left, &state);

		if (taken == 0 || taken > left)
			return false;
		if (wcwidth(out[n]) != (n == 0 ? cell->width : 0))
			return false;
		s += taken;
		left -= taken;
		n++;
	}
	out[n] = L'\0';
	return n > 0;
}

static void
show_cell(const struct term *t, unsigned x, unsigned y, const struct cell *cell)
{
	unsigned ink = cell->ink & ~INK_INVERSE;
	attr_t attrs = attributes(t, cell->ink);
	short pair = t->colour && looks[ink].foreground + looks[ink].background > -2 ? (short)ink : 0;
	wchar_t s[CCHARW_MAX + 1];
	unsigned n = 1;
	cchar_t c;

	if (!decode(cell, s)) {
		s[0] = L'?';
		s[1] = L'\0';
		n = cell->width;
	}
	setcchar(&c, s, attrs, pair, NULL);
	for (unsigned i = 0; i < n; i++)
		mvadd_wch((int)y, (int)(x + i), &c);
}

/* Is this cell, with the half before or behind it, what was shown last? */
static bool
is_shown(const struct term *t, const struct screen *s, size_t i)
{
	return memcmp(&t->shown.cells[i], &s->cells[i], sizeof *s->cells) == 0;
}

void
term_show(struct term *t, const struct screen *s)
{
	bool same_size = t->shown.cells != NULL && t->shown.width == s->width &&
	    t->shown.height == s->height;

	if (!same_size && !screen_resize(&t->shown, s->width, s->height))
		return;
	if (t->repaint || !same_size) {
		erase();
		clearok(stdscr, TRUE);
	}
	for (unsigned y = 0; y < s->height; y++)
		for (unsigned x = 0; x < s->width; x++) {
			size_t i = (size_t)y * s->width + x;

			if (s->cells[i].width > 0 &&
			    (t->repaint || !same_size || !is_shown(t, s, i)))
				show_cell(t, x, y, &s->cells[i]);
		}
	memcpy(t->shown.cells, s->cells, (size_t)s->width * s->height * sizeof *s->cells);
	t->repaint = false;
	refresh();
}

void
term_repaint(struct term *t)
{
	t->repaint = true;
}

void
term_size(struct term *t, unsigned *width, unsigned *height)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0)
		resizeterm(size.ws_row, size.ws_col);
	*width = (unsigned)getmaxx(stdscr);
	*height = (unsigned)getmaxy(stdscr);
	t->repaint = true;
}
