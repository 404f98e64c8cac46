#include "net/spaces.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/netns.h"

void
spaces_own(struct spaces *s)
{
	*s = (struct spaces){ .v[0].fd = -1, .n = 1 };
}

bool
spaces_one(struct spaces *s, const char *asked, struct diag *d)
{
	*s = (struct spaces){ .v[0] = { .fd = netns_open(asked, d) } };
	if (s->v[0].fd < 0)
		return false;
	s->n = 1;
	if ((s->v[0].asked = strdup(asked)) != NULL)
		return true;
	diag_set(d, "out of memory");
	spaces_close(s);
	return false;
}

/* Our own, then by name, then by process. */
static int
in_order(const void *a, const void *b)
{
	const struct netns *x = a, *y = b;
	bool x_named = x->name[0] != '\0', y_named = y->name[0] != '\0';

	if (x->own != y->own)
		return x->own ? -1 : 1;
	if (x_named != y_named)
		return x_named ? -1 : 1;
	if (x_named)
		return strcmp(x->name, y->name);
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static bool
nothing(void *owner, struct diag *d)
{
	(void)owner, (void)d;
	return true;
}

/* A process may have ended since, and its number be another's. */
static bool
is_that(int fd, const struct netns *n)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_dev == n->device && st.st_ino == n->inode;
}

/* False: it is not opened, or not to be entered. */
static bool
open_listed(struct space *s, const struct netns *n, struct diag *why)
{
	char asked[sizeof n->name + sizeof NETNS_NAMES "/"];
	struct text t = TEXT(asked);

	*s = (struct space){ .fd = -1, .inode = n->inode };
	if (n->own)
		return true;
	if (n->name[0] != '\0')
		text_putf(&t, NETNS_NAMES "/%s", n->name);
	else
		text_putf(&t, "%u", n->pid);
	if ((s->fd = netns_open(asked, why)) >= 0 && is_that(s->fd, n) &&
	    netns_run(s->fd, asked, nothing, NULL, why) && (s->asked = strdup(asked)) != NULL)
		return true;
	if (s->fd >= 0)
		close(s->fd);
	return false;
}

/* With its process, before it was opened. */
static bool
has_ended(const struct netns *n)
{
	return n->name[0] == '\0' && kill((pid_t)n->pid, 0) != 0 && errno == ESRCH;
}

/* Our own needs no other name to be told from the rest. */
static char *
name_of(const struct netns *n)
{
	char name[4 * sizeof n->name];
	struct text t = TEXT(name);

	if (n->own && n->name[0] == '\0')
		text_put(&t, "own");
	else
		netns_put(&t, n);
	return strdup(name);
}

bool
spaces_all(struct spaces *s, struct diag *d)
{
	struct netns found[SPACES_MAX];
	bool cut;
	size_t n = netns_list(found, SPACES_MAX, &cut);

	*s = (struct spaces){ .all = true, .left_out = cut };
	qsort(found, n, sizeof *found, in_order);
	for (size_t i = 0; i < n; i++) {
		struct space *v = &s->v[s->n];
		struct diag why = { "" };

		if (!open_listed(v, &found[i], &why)) {
			if (has_ended(&found[i]))
				continue;
			s->left_out = true;
			if (!diag_is_set(&s->why))
				s->why = why;
			continue;
		}
		s->n++;
		if ((v->name = name_of(&found[i])) == NULL) {
			diag_set(d, "out of memory");
			spaces_close(s);
			return false;
		}
	}
	return true;
}

void
spaces_close(struct spaces *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].fd >= 0)
			close(s->v[i].fd);
		free(s->v[i].asked);
		free(s->v[i].name);
	}
	s->n = 0;
}

bool
spaces_are_without(const struct space *v, size_t n, uint64_t inode)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].inode == 0 || v[i].inode == inode)
			return false;
	return true;
}

bool
space_run(const struct space *s, bool (*what)(void *owner, struct diag *d), void *owner,
    struct diag *d)
{
	return s->fd < 0 ? what(owner, d) : netns_run(s->fd, s->asked, what, owner, d);
}

struct telling {
	void (*tell)(void *owner, const struct address *a);
	void *owner;
};

static bool
tell_all(void *owner, struct diag *d)
{
	const struct telling *t = owner;
	struct ifaddrs *all;
	uint8_t octets[16];

	(void)d;
	if (getifaddrs(&all) != 0)
		return false;
	for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		int family = i->ifa_addr != NULL ? i->ifa_addr->sa_family : AF_UNSPEC;
		struct address a = { .family = FAMILY_NONE };

		if (family == AF_INET) {
			memcpy(octets, (const uint8_t *)i->ifa_addr +
			    offsetof(struct sockaddr_in, sin_addr), 4);
			a = address_ipv4(octets);
		} else if (family == AF_INET6) {
			memcpy(octets, (const uint8_t *)i->ifa_addr +
			    offsetof(struct sockaddr_in6, sin6_addr), 16);
			a = address_ipv6(octets);
		}
		if (a.family != FAMILY_NONE)
			t->tell(t->owner, &a);
	}
	freeifaddrs(all);
	return true;
}

void
space_addresses(const struct space *s, void (*tell)(void *owner, const struct address *a),
    void *owner)
{
	struct telling t = { tell, owner };
	struct diag d = { "" };

	space_run(s, tell_all, &t, &d);
}
