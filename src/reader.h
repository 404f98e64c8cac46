/*
 * reader - capture files on their way into an engine: shows progress on a terminal, and ends
 * at a signal.
 *
 * SIGINT or SIGTERM, unless ignored, ends it once: inputs are refused what they have not read,
 * which is damage of theirs, and what is known by then can be judged. A pipe is read on until
 * it falls quiet: its writer was perhaps sent the same signal, and has something left to say;
 * when it ends thus nothing is missing. The next signal does what it would without a reader.
 *
 * ownership  a reader stays where it is until reader_end(), and its intake with it.
 * limits     a pipe that never falls quiet is read for WATCH_REST_NS more.
 * failure    false and a filled d; reader_end() all the same.
 */
#ifndef READER_H
#define READER_H

#include <signal.h>

#include "engine.h"
#include "net/intake.h"
#include "progress.h"

struct reader {
	struct intake intake;		/* for the engine's options */
	struct engine *const *engine;
	struct progress progress;
	sigset_t blocked_before;
	int      signals;		/* while they are waited for */
	bool     waits;
	uint64_t over_ns;		/* when a pipe is given up; 0: not interrupted */
};

/* Before the files are opened. *engine is whose connections are counted, once it is there;
 * quiet: without progress. */
bool reader_begin(struct reader *r, struct engine *const *engine, bool quiet, struct diag *d);

/* The line is gone, and signals do what they did before. One that came too late to end the
 * reading has done all it could. Also of a reader that is all zeros, or has ended. */
void reader_end(struct reader *r);

#endif
