/*
 * remarks - what capture files say beside their packets: who recorded them and
 * where, how many packets were lost meanwhile, names of addresses, comments, secrets.
 *
 * Loss counts. The rest is hearsay: whoever wrote the file wrote what he liked. It is
 * shown, and decides nothing.
 *
 * ownership  all that is kept is copied; it lives until remarks_free(). Entries stay
 *            where they are.
 * escaping   every string is raw.
 * failure    what memory or the bounds of limits.h do not admit is left out, and
 *            counted in .left_out.
 * secrets    are kept for a reader of key logs. They are never printed or written.
 */
#ifndef BASE_REMARKS_H
#define BASE_REMARKS_H

#include "base/address.h"
#include "base/arena.h"
#include "base/map.h"

/* A string with .p NULL was not there. */
struct recorded_section {
	struct recorded_section *next;
	const char  *file;
	struct bytes hardware, os, application;
};

struct recorded_interface {
	struct recorded_interface *next;
	const char  *file;
	struct bytes name, description, hardware, os, filter;
	bool         drops_known;
	uint64_t     drops;
};

struct recorded_name {
	struct recorded_name *next;
	struct address address;
	struct bytes   name;
};

enum remark_on { REMARK_ON_SECTION, REMARK_ON_INTERFACE, REMARK_ON_PACKET };

struct recorded_comment {
	struct recorded_comment *next;
	const char    *file;
	enum remark_on on;
	uint64_t       number;	/* of the packet or interface in its file, counted from 1 */
	struct bytes   text;
};

/* A file of a directory that was not read. */
struct recorded_unread {
	struct recorded_unread *next;
	const char *file, *why;
};

struct recorded_secret {
	struct recorded_secret *next;
	struct bytes key_log;	/* lines as SSLKEYLOGFILE has them */
};

struct remarks {
	struct recorded_section   *sections;	/* lists, in the order of the input */
	struct recorded_interface *interfaces;
	struct recorded_name      *names;
	struct recorded_comment   *comments;
	struct recorded_secret    *secrets;
	struct recorded_unread    *unread;
	uint64_t n_unread;			/* named in the list or not */
	uint64_t n_key_logs, n_other_secrets;	/* seen, kept or not */
	bool     drops_known;		/* some file says how many, of some interface */
	uint64_t drops;			/* of all files and interfaces that do */
	struct {
		uint64_t sections, interfaces, names, comments, key_logs;
	} left_out;

	/* Its own */
	struct recorded_section   **sections_end;
	struct recorded_interface **interfaces_end;
	struct recorded_name      **names_end;
	struct recorded_comment   **comments_end;
	struct recorded_secret    **secrets_end;
	struct recorded_unread    **unread_end;
	unsigned n_sections, n_interfaces, n_names, n_comments, n_unread_named;
	struct arena arena, vault;	/* the vault: key logs */
	struct map names_known;
};

void remarks_init(struct remarks *r);
void remarks_free(struct remarks *r);

/* A copy, for an entry's members. */
struct bytes remarks_keep(struct remarks *r, struct bytes b);
const char *remarks_file(struct remarks *r, const char *name);

/* NULL: left out. */
struct recorded_section *remarks_section(struct remarks *r, const char *file);
struct recorded_interface *remarks_interface(struct remarks *r, const char *file);

void remarks_name(struct remarks *r, const struct address *a, struct bytes name);
void remarks_comment(struct remarks *r, const char *file, enum remark_on on, uint64_t number,
    struct bytes text);
void remarks_unread(struct remarks *r, const char *file, const char *why);
void remarks_key_log(struct remarks *r, struct bytes lines);
void remarks_other_secret(struct remarks *r);

/* Of an interface not `before` packets were dropped, as it was thought, but `now`. */
void remarks_drops(struct remarks *r, uint64_t before, uint64_t now);

#endif
