/*
 * progress - a line on standard error that says how far a long reading is, where that is a
 * terminal and we are in its foreground.
 *
 * It is there once the work has taken PROGRESS_AFTER_NS, is drawn anew each PROGRESS_EACH_NS,
 * less often when to find out takes more than a PROGRESS_SHARE of the time, and is to be
 * erased before anything else is printed.
 *
 * units      times are nanoseconds of CLOCK_MONOTONIC; bytes are those of the files. MB is
 *            10^6 bytes, and so on.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "base/text.h"

#define PROGRESS_AFTER_NS 1000000000ull
#define PROGRESS_EACH_NS   250000000ull
#define PROGRESS_SHARE           50u

struct progress_facts {
	uint64_t n_read, size;		/* size 0: not known */
	uint64_t took_ns;
	uint64_t connections;
};

struct progress {
	bool     wanted;
	unsigned columns;		/* that the line takes; 0: it is not there */
	uint64_t begun_ns, due_ns;
};

/* For nobody: quiet, no terminal. */
void progress_begin(struct progress *p, bool quiet, uint64_t now_ns);
bool progress_is_due(const struct progress *p, uint64_t now_ns);

/* since_ns: when it was begun to find out what the facts are. */
void progress_draw(struct progress *p, const struct progress_facts *f, uint64_t since_ns,
    uint64_t now_ns);
void progress_erase(struct progress *p);

/* beamtap: 512 MB of 1.5 GB (34 %), 210 MB/s, 4,950 connections */
void progress_put(struct text *t, const struct progress_facts *f);

#endif
