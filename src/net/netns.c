#include "net/netns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "net/comm.h"

#define OWN	"/proc/thread-self/ns/net"

static bool
is_number(const char *s)
{
	return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0';
}

static bool
path_of(const char *asked, char path[PATH_MAX])
{
	const char *before = NETNS_NAMES "/", *after = "";
	int n;

	if (strchr(asked, '/') != NULL) {
		before = "";
	} else if (is_number(asked)) {
		before = "/proc/";
		after = "/ns/net";
	}
	n = snprintf(path, PATH_MAX, "%s%s%s", before, asked, after);
	return n > 0 && n < PATH_MAX;
}

static void
say_why(const char *asked, int error, struct diag *d)
{
	if (error == ENOENT && is_number(asked))
		diag_set(d, "--netns %s: no such process", asked);
	else if (error == ENOENT && strchr(asked, '/') == NULL)
		diag_set(d, "--netns %s: no such namespace (ip netns list shows them)", asked);
	else if (error == EACCES && is_number(asked))
		diag_set(d, "--netns %s: another user's process: this needs CAP_SYS_PTRACE", asked);
	else
		diag_set(d, "--netns %s: %s", asked, strerror(error));
}

/* All of them are in one file system of the kernel's. */
static bool
is_netns(int fd)
{
	struct stat own, it;

	return stat(OWN, &own) == 0 && fstat(fd, &it) == 0 && it.st_dev == own.st_dev &&
	    ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET;
}

int
netns_open(const char *asked, struct diag *d)
{
	char path[PATH_MAX];
	int fd = -1;

	if (path_of(asked, path))
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	else
		errno = ENOENT;
	if (fd < 0) {
		say_why(asked, errno, d);
		return -1;
	}
	if (is_netns(fd))
		return fd;
	close(fd);
	diag_set(d, "--netns %s: this is not a network namespace", asked);
	return -1;
}

static bool
enter(int fd, const char *asked, struct diag *d)
{
	if (setns(fd, CLONE_NEWNET) == 0)
		return true;
	if (errno == EPERM)
		diag_set(d, "--netns %s: entering it needs CAP_SYS_ADMIN, which root has", asked);
	else
		diag_set(d, "--netns %s: cannot enter it: %s", asked, strerror(errno));
	return false;
}

bool
netns_run(int fd, const char *asked, bool (*what)(void *owner, struct diag *d), void *owner,
    struct diag *d)
{
	int home = open(OWN, O_RDONLY | O_CLOEXEC);
	bool ok;

	if (home < 0) {
		diag_set(d, "--netns %s: no way back: %s: %s", asked, OWN, strerror(errno));
		return false;
	}
	ok = enter(fd, asked, d);
	if (ok) {
		ok = what(owner, d);
		if (setns(home, CLONE_NEWNET) != 0) {
			diag_set(d, "--netns %s: no way back: %s", asked, strerror(errno));
			ok = false;
		}
	}
	close(home);
	return ok;
}

/* The first of all such namespaces, from which every process is seen: PROC_PID_INIT_INO of the
 * kernel's proc_fs.h, part of its interface by use. */
#define FIRST_OF_PROCESSES 0xEFFFFFFCu

static bool
sees_every_process(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 && st.st_ino == FIRST_OF_PROCESSES;
}

/* A list that is being made. */
struct search {
	struct netns *out;
	size_t n, max;
	struct map known;
	struct stat own;
	bool cut;
};

/* NULL: it is no network namespace, known, one too many, or may not be looked at. */
static struct netns *
note(struct search *s, int dir, const char *path)
{
	struct stat st;

	if (fstatat(dir, path, &st, 0) != 0) {
		s->cut |= errno == EACCES || errno == EPERM;
		return NULL;
	}
	if (st.st_dev != s->own.st_dev)
		return NULL;

	uint64_t id[2] = { st.st_dev, st.st_ino };
	struct netns *n = &s->out[s->n];
	if (map_get(&s->known, (struct bytes){ (const uint8_t *)id, sizeof id }) != NULL)
		return NULL;
	if (s->n < s->max) {
		*n = (struct netns){ .device = id[0], .inode = id[1],
			.own = st.st_ino == s->own.st_ino };
		struct bytes key = { (const uint8_t *)n, sizeof id };
		if (map_put(&s->known, key, n)) {
			s->n++;
			return n;
		}
	}
	s->cut = true;
	return NULL;
}

/* Our own was there first, and has no name yet. */
static void
note_named(struct search *s, int dir, const char *name)
{
	struct netns *n = note(s, dir, name);
	struct stat st;

	if (n == NULL && s->n > 0 && fstatat(dir, name, &st, 0) == 0 &&
	    st.st_dev == s->own.st_dev && st.st_ino == s->own.st_ino)
		n = &s->out[0];
	if (n != NULL && n->name[0] == '\0')
		snprintf(n->name, sizeof n->name, "%s", name);
}

static void
note_process(struct search *s, int dir, const char *pid)
{
	char path[NAME_MAX + sizeof "/ns/net"], comm[NAME_MAX + sizeof "/comm"];
	struct netns *n;

	if (!is_number(pid))
		return;
	snprintf(path, sizeof path, "%s/ns/net", pid);
	if ((n = note(s, dir, path)) == NULL)
		return;
	for (const char *c = pid; *c != '\0'; c++)
		n->pid = n->pid * 10 + (uint32_t)(*c - '0');
	snprintf(comm, sizeof comm, "%s/comm", pid);
	comm_read(dir, comm, n->comm);
}

static void
look_in(struct search *s, const char *path,
    void (*note_one)(struct search *s, int dir, const char *name))
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		note_one(s, dirfd(dir), entry->d_name);
	closedir(dir);
}

size_t
netns_list(struct netns *out, size_t max, bool *cut)
{
	struct search s = { .out = out, .max = max, .cut = !sees_every_process() };

	if (stat(OWN, &s.own) == 0) {
		map_init(&s.known);
		note(&s, AT_FDCWD, OWN);
		look_in(&s, NETNS_NAMES, note_named);
		look_in(&s, "/proc", note_process);
		map_free(&s.known);
	}
	*cut = s.cut;
	return s.n;
}

void
netns_put(struct text *t, const struct netns *n)
{
	if (n->name[0] != '\0') {
		text_put_wire(t, (struct bytes){ (const uint8_t *)n->name, strlen(n->name) });
		return;
	}
	text_putf(t, "pid %u (", n->pid);
	text_put_wire(t, (struct bytes){ (const uint8_t *)n->comm, strlen(n->comm) });
	text_put(t, ")");
}
