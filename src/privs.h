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
#include <stdint.h>
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

/* What this process was before it acted as somebody else; zeroed: it does not. */
struct former {
	bool  acts;
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	int    n_groups;
};

/* For a while, files are opened and unlinked with no more rights than this user has. Nothing
 * is done when the process is that user already. False: it acts as nobody. */
bool privs_act_as(const struct identity *who, struct former *former, struct diag *d);
bool privs_stop_acting(struct former *former, struct diag *d);

/* Both, around this, with the rights of the user who asked. */
bool privs_as_invoker(bool (*what)(void *owner, struct diag *d), void *owner, struct diag *d);

/* Become this user for good: no supplementary group that is not the caller's own, no
 * capability in any set, none by exec, and no other process of that user may look in.
 * root (-Z root) stays user 0, without a capability. What is open stays open. */
bool privs_give_up(const struct identity *to, struct diag *d);

/* As privs_give_up(), but of these capabilities (1 << CAP_...) the process keeps for itself
 * those that it has. */
bool privs_keep(const struct identity *to, uint64_t kept, struct diag *d);

/* No right is needed any more, for all files are open: become the user who asked, and
 * "nobody" when that is root. A process that can be no other user (in a user namespace of
 * one, or without CAP_SETUID) stays user 0, without a capability; one that has no right
 * beyond its user's own is left as it is. */
bool privs_give_up_all(struct diag *d);

/* In a child, before exec: become this user. For another one HOME, USER, LOGNAME and
 * SHELL are as after a login. No capability is handed on, yet exec may give
 * privileges again, so that sudo works. */
bool privs_become(const struct identity *who, struct diag *d);

#endif
