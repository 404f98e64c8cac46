/*
 * spaces - the network namespaces that a capture looks in: our own, one that was asked for,
 * or all that there are.
 *
 * rights     as netns.h says. Of all, those that may not be entered are left out.
 * ownership  spaces_close().
 * limits     SPACES_MAX; more are left out.
 * failure    false and a filled d.
 */
#ifndef NET_SPACES_H
#define NET_SPACES_H

#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/diag.h"

#define SPACES_MAX 256u	/* pods of a large node */

struct space {
	int      fd;		/* of netns_open(); -1: our own */
	char    *asked;		/* what netns_open() was asked for; of our own NULL */
	char    *name;		/* for people, harmless; NULL unless all were asked for */
	uint64_t inode;		/* which one it is; 0: not asked */
};

struct spaces {
	struct space v[SPACES_MAX];
	size_t n;
	bool   all;
	bool   left_out;	/* of all: there are others, or there may be */
	struct diag why;	/* of the first that was left out; or empty: they are too many */
};

void spaces_own(struct spaces *s);
bool spaces_one(struct spaces *s, const char *asked, struct diag *d);

/* Our own first, those with names next. */
bool spaces_all(struct spaces *s, struct diag *d);

void spaces_close(struct spaces *s);

/* Is this network namespace none of them? False also when of one it is not known which it is. */
bool spaces_are_without(const struct space *v, size_t n, uint64_t inode);

/* Tells each address that an interface has there now. Nothing when they are not to be had. */
void space_addresses(const struct space *s, void (*tell)(void *owner, const struct address *a),
    void *owner);

/* Calls what() in that one, as netns_run(). */
bool space_run(const struct space *s, bool (*what)(void *owner, struct diag *d), void *owner,
    struct diag *d);

#endif
