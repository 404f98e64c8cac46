/*
 * script - a talk written down in a text file, and the facts wanted of it.
 *
 *	# a comment
 *	dissector: epmd
 *	client: u16[ 78 9c41 4d00 0006 0005 u16[ "bob" ] u16[] ]
 *	server: 76 00 "wxyz"
 *		00*12			(indented: more of the same push)
 *	client gap 100
 *	expect:
 *	client epmd.alive_request name=bob port=40001 type=77 dist=5..6
 *
 * A push is hexadecimal digits, "text" with C's escapes (\n \" \\ \xHH), and
 * u8[ ], u16[ ], u24[ ] or u32[ ] around what is to be preceded by its length; *N after any of
 * them repeats it. Wanted facts are compared side by side: how the lines of the
 * two sides are mixed does not matter.
 *
 * ownership  script_free() gives back what script_load() took.
 * failure    script_load() says in the diag what is wrong and in which line.
 */
#ifndef TESTKIT_SCRIPT_H
#define TESTKIT_SCRIPT_H

#include "base/diag.h"
#include "testkit/talk.h"

#define SCRIPT_LINES_MAX 64u

struct script_line {
	enum side side;
	bool      gap;
	uint64_t  n_gap;
	uint8_t  *p;		/* malloc'ed */
	size_t    n;
};

struct script {
	const struct dissector *dx;
	struct script_line lines[SCRIPT_LINES_MAX];
	size_t n_lines;
	struct text want[2];
	char   want_buf[2][TALK_LOG_MAX];
};

bool script_load(struct script *s, const char *path, struct diag *d);
void script_free(struct script *s);

enum script_order {
	ORDER_AS_WRITTEN,
	ORDER_CLIENT_FIRST,
	ORDER_SERVER_FIRST,
};

/* One way to play it. Zeroed: as it is written, each push whole. */
struct script_way {
	enum script_order order;
	size_t piece;		/* every push in pieces of so many bytes; 0: whole */
	size_t cut_line;	/* this push, counted from 1, is cut ... */
	size_t cut_at;		/* ... after so many bytes */
};

void script_play(const struct script *s, struct script_way way, struct talk *t);

/* Play a file in every way. False, and the diag says what differs, unless all
 * its facts are as wanted and none depends on cuts and order. */
bool talk_play_file(const char *path, struct diag *d);

#endif
