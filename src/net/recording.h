/*
 * recording - what a user names after -r, as one source: a capture file, standard input
 * ("-"), every capture file of a directory, or all files that a pattern (glob(7)) fits.
 *
 * A directory is not searched below, its hidden files are left out, and so is what is no
 * regular file. A pattern is only one when no file has that very name. Both are a set, as in
 * net/set.h, recorded by one host: number is .source of all its packets.
 *
 * ownership  intake is borrowed; NULL: nobody looks on.
 * failure    NULL and a filled d: it cannot be opened, or holds no capture.
 */
#ifndef NET_RECORDING_H
#define NET_RECORDING_H

#include "net/source.h"

struct intake;

struct source *recording_open(const char *name, uint16_t number, struct intake *intake,
    struct diag *d);

#endif
