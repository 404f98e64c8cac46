/*
 * set - many capture files as one source, in the order of their packets' times: what
 * tcpdump -C, -G and -W leave behind.
 *
 * Each file is looked into once, for the time of its first packet, and read when packets of
 * that time are due: of files that follow each other one is open at a time. Files whose
 * times overlap are merged, equal times in the natural order of names (cap2 before cap10).
 *
 * For root each file's descriptor is kept from the first look on: rights are given up
 * before it is read.
 *
 * ownership  set_source() is the set, and closing that frees it; before, set_free().
 * failure    false or NULL, and a filled d. A file that cannot be opened is an error, one
 *            that is empty or no capture is left out, and remarks name it. Damage of files
 *            is damage of the source, each with its name, and reading goes on.
 */
#ifndef NET_SET_H
#define NET_SET_H

#include "net/source.h"

struct set;
struct intake;

/* NULL when memory is out. name is for diagnostics; number is .source of all packets; intake
 * is borrowed, NULL: nobody looks on. */
struct set *set_new(const char *name, uint16_t number, struct intake *intake);
void set_free(struct set *s);

bool set_add(struct set *s, const char *path, struct diag *d);
bool set_leave_out(struct set *s, const char *path, const char *why, struct diag *d);

/* All files are added. NULL when none of them is a capture; then the set is still to free. */
struct source *set_source(struct set *s, struct diag *d);

#endif
