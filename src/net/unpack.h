/*
 * unpack - gzip, zstd and lz4 undone, as the bytes come.
 *
 * Told by content. A file is a row of frames (of gzip: members), each of its own kind,
 * with skippable frames between them: one after the other they are one input.
 *
 * ownership  borrows what it is fed, for the call.
 * limits     a zstd frame that needs a window of more than 2^UNPACK_WINDOW_LOG bytes is
 *            refused; that is all that a frame can make us allocate.
 * source     RFC 1952; RFC 8878 3.1; LZ4 Frame Format 1.6.4 (not its legacy frames).
 */
#ifndef NET_UNPACK_H
#define NET_UNPACK_H

#include "base/diag.h"
#include "base/rd.h"

#define UNPACK_MAGIC_MAX	4u	/* bytes that tell the kind */
#define UNPACK_WINDOW_LOG	27u	/* as zstd itself, unless told --long=28 or more */

struct unpack;

/* Does a file that begins with b hold frames? */
bool unpack_known(struct bytes b);

struct unpack *unpack_new(void);		/* NULL when memory is out */
void unpack_free(struct unpack *u);

/* Takes from in, up to n bytes to out; returns how many. 0: more must come in, unless d
 * is set: then the frames end here, and it says why. All that can be had of what came in
 * before is given out first. */
size_t unpack_step(struct unpack *u, struct bytes *in, uint8_t *out, size_t n, struct diag *d);

/* No more will come in. Sets d, unless a frame has just ended. */
void unpack_end(const struct unpack *u, struct diag *d);

#endif
