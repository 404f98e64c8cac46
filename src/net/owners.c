#include "net/owners.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/comm.h"

#define INIT 1u		/* the process that holds sockets for others */

static struct bytes
key_of(const uint64_t *inode)
{
	return (struct bytes){ (const uint8_t *)inode, sizeof *inode };
}

bool
owners_begin(struct owners *o, struct socket_list *of, struct diag *d)
{
	*o = (struct owners){ .processes = opendir("/proc") };
	map_init(&o->wanted);
	if (o->processes == NULL) {
		diag_set(d, "/proc: %s", strerror(errno));
		return false;
	}
	for (size_t i = 0; i < of->n;) {
		struct socket_seen *s = &of->v[i];
		struct bytes key = key_of(&s->inode);

		if (s->inode != 0 && map_get(&o->wanted, key) != NULL) {
			*s = of->v[--of->n];
			continue;
		}
		if (s->inode != 0 && !map_put(&o->wanted, key, s)) {
			owners_end(o);
			diag_set(d, "/proc: %s", strerror(ENOMEM));
			return false;
		}
		i++;
	}
	return true;
}

void
owners_end(struct owners *o)
{
	if (o->descriptors != NULL)
		closedir(o->descriptors);
	if (o->processes != NULL)
		closedir(o->processes);
	map_free(&o->wanted);
	*o = (struct owners){ .cut = o->cut, .elsewhere = o->elsewhere };
}

/* A decimal number and nothing else, before this end; 0: it is none. */
static uint64_t
number(const char *s, const char *end)
{
	uint64_t n = 0;

	if (s == end)
		return 0;
	for (; s < end; s++) {
		if (*s < '0' || *s > '9' || n > UINT32_MAX)
			return 0;
		n = n * 10 + (uint64_t)(*s - '0');
	}
	return n;
}

static void
note_space(struct owners *o, int process)
{
	struct stat st;

	if (o->n_spaces == 0 || o->spaces == NULL || o->elsewhere)
		return;
	if (fstatat(process, "ns/net", &st, 0) == 0)
		o->elsewhere = spaces_are_without(o->spaces, o->n_spaces, st.st_ino);
}

/* The directory of a process stays that process's, even when its number is given anew. */
static void
enter(struct owners *o, const char *name)
{
	uint64_t pid = number(name, name + strlen(name));
	int process, fd;

	if (pid == 0 || pid > UINT32_MAX)
		return;
	process = openat(dirfd(o->processes), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (process < 0)
		return;
	note_space(o, process);
	fd = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(process);
	if (fd < 0)
		return;
	o->pid = (uint32_t)pid;
	o->descriptors = fdopendir(fd);
	if (o->descriptors == NULL)
		close(fd);
}

static void
leave(struct owners *o)
{
	closedir(o->descriptors);
	o->descriptors = NULL;
}

static void
look_at(struct owners *o, const char *descriptor)
{
	static const char before[] = "socket:[";
	char link[64];
	ssize_t n = readlinkat(dirfd(o->descriptors), descriptor, link, sizeof link);
	uint64_t inode;
	struct socket_seen *s;

	if (n < (ssize_t)sizeof before || memcmp(link, before, sizeof before - 1) != 0)
		return;
	inode = number(link + sizeof before - 1, link + n - 1);
	s = map_get(&o->wanted, key_of(&inode));
	if (s == NULL || s->pid == o->pid)
		return;
	if ((s->pid == 0 || s->pid == INIT || (o->pid < s->pid && o->pid != INIT)) &&
	    comm_read(dirfd(o->descriptors), "../comm", s->comm))
		s->pid = o->pid;
}

/* One process, or one descriptor of it. False: all were looked at. */
static bool
go_on(struct owners *o)
{
	const struct dirent *entry = readdir(o->descriptors ? o->descriptors : o->processes);

	if (o->descriptors == NULL) {
		if (entry != NULL)
			enter(o, entry->d_name);
		return entry != NULL;
	}
	if (entry == NULL) {
		leave(o);
		return true;
	}
	look_at(o, entry->d_name);
	o->cut = ++o->n_seen >= LIMIT_HOLDINGS;
	return !o->cut;
}

enum paced
owners_step(struct owners *o, uint64_t budget_ns)
{
	struct pace pace = pace_of(budget_ns);

	while (go_on(o))
		if (pace_is_over(&pace))
			return PACED_MORE;
	return PACED_DONE;
}
