/*
 * input - the bytes of a file, of standard input or of memory, in order, with
 * compression undone, through a window that shows as many of them as are asked for.
 *
 * units      offsets count the bytes that come out: of packed data, unpacked ones.
 * ownership  what input_look() shows is borrowed until the next input_need()
 *            with may_move, or input_close().
 * failure    an input that fails on its way (a read error, packed data that are
 *            cut or corrupt) or is interrupted ends early; input_end() says so.
 * limits     the window grows with the bytes that came, never with what a
 *            length field promises.
 * packing    as in net/unpack.h, told by the first bytes.
 */
#ifndef NET_INPUT_H
#define NET_INPUT_H

#include "base/diag.h"
#include "base/rd.h"

struct input;
struct intake;

/* path "-" is standard input, which may be a pipe. NULL and a filled d when it
 * cannot be opened or its first read fails. intake, which is borrowed, expects it. */
struct input *input_open(const char *path, struct intake *intake, struct diag *d);

/* The same of a file that is open already, and expected; fd is taken over, also on failure. */
struct input *input_take(int fd, const char *name, struct intake *intake, struct diag *d);

/* Borrows b, and reads it at_once bytes at a time. NULL when memory is out. */
struct input *input_memory(struct bytes b, size_t at_once);
void input_close(struct input *in);

/* Can n bytes be looked at? Reads more only when they may_move meanwhile; then
 * false says that the input ends before. */
bool input_need(struct input *in, size_t n, bool may_move);
struct bytes input_look(const struct input *in);	/* all that is at hand */
void input_skip(struct input *in, size_t n);		/* n of those */

const char *input_name(const struct input *in);
uint64_t input_offset(const struct input *in);		/* of input_look() */
bool input_is_packed(const struct input *in);

/* "NAME: WHAT at byte OFFSET", the place being that of input_look(). */
void input_damage(const struct input *in, const char *what, struct diag *d);

/* What is wrong with an input that has ended here, unless nothing is. */
void input_end(const struct input *in, struct diag *d);

#endif
