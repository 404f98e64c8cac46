/*
 * privs - who asked, and giving up rights.
 *
 * source     sudo(8): SUDO_UID, SUDO_GID, SUDO_USER, which count only when the real
 *            user is root and which must name one existing user; capabilities(7).
 * failure    false and a filled d. Rights that could not be given up are an
 *            error, never passed over.
 */
#ifndef PRIVS_H
#define PRIVS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/diag.h"

struct identity {
	uid_t uid;
	gid_t gid;
	char  name[64], home[256], shell[128];	/* empty: not known */
};

/* The user who asked: sudo's caller, else whoever runs this. */
bool privs_invoker(struct identity *out, struct diag *d);

/* -Z; NULL: the user who asked, and "nobody" when that is root. Fails already when
 * this process could not become that user. */
bool privs_target(const char *user, struct identity *out, struct diag *d);

/* Become this user for good: no supplementary group that is not the caller's own, no
 * capability in any set, none by exec, and no other process of that user may look in.
 * root (-Z root) stays user 0, without a capability. What is open stays open. */
bool privs_give_up(const struct identity *to, struct diag *d);

/* In a child, before exec: become this user. For another one HOME, USER, LOGNAME and
 * SHELL are as after a login. No capability is handed on, yet exec may give
 * privileges again, so that sudo works. */
bool privs_become(const struct identity *who, struct diag *d);

#endif
