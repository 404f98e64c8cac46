/*
 * ini - files of "name = value" lines in [sections], read with inih.
 *
 * A line that is no line of such a file, or is longer than inih takes, is an
 * error: nothing that was written to restrict is passed over in silence. What
 * inih would drop without a word is an error too: what follows a "]", names that
 * it cuts, bytes that are no text.
 *
 * An indented line is one more value of the name before it. " ;" begins a
 * comment anywhere, ";" and "#" at the start of a line. Who takes the values says
 * what may be given twice.
 *
 * failure    false and a filled d that names the file and the line.
 */
#ifndef AUDIT_INI_H
#define AUDIT_INI_H

#include "base/diag.h"

/* One value. Strings are borrowed for the call. False: d says why, without file
 * and line, which are put in front of it. */
typedef bool ini_taker(void *owner, const char *section, const char *name, const char *value,
    struct diag *d);

/* A section begins, also one that stays empty or was there before. */
typedef bool ini_beginner(void *owner, const char *section, unsigned line, struct diag *d);

bool ini_read(const char *path, ini_taker *take, void *owner, struct diag *d);
bool ini_read_sections(const char *path, ini_beginner *begin, ini_taker *take, void *owner,
    struct diag *d);

#endif
