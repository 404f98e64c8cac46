#include "saving.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "report/json.h"

bool
saving_open(struct saving *k, const struct cli *c, struct engine_options *o, struct diag *d)
{
	if (c->write == NULL)
		return true;
	k->path = c->write;
	if ((k->packets = fopen(k->path, "we")) == NULL) {
		diag_set(d, "-w: %s: %s", k->path, strerror(errno));
		return false;
	}
	if ((k->keeper = keeper_open(d)) == NULL)
		return false;
	o->keep = keeper_keep;
	o->keeper = k->keeper;
	return true;
}

void
saving_close(struct saving *k)
{
	keeper_close(k->keeper);
	if (k->packets != NULL)
		fclose(k->packets);
}

/* Never over a file that is there. */
static FILE *
open_new(char name[static 64])
{
	time_t now = time(NULL);
	struct tm utc;
	FILE *f;
	int fd;

	gmtime_r(&now, &utc);
	strftime(name, 64, "beamtap-%Y%m%dT%H%M%SZ.json", &utc);
	if ((fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) < 0)
		return NULL;
	if ((f = fdopen(fd, "w")) == NULL)
		close(fd);
	return f;
}

static int
by_flow(const void *a, const void *b)
{
	const struct judgement *const *x = a, *const *y = b;

	return (*x)->flow < (*y)->flow ? -1 : (*x)->flow > (*y)->flow;
}

/* The file holds what was shown when it was asked for last. */
static bool
save_packets(struct saving *k, const struct snapshot *shown, struct diag *d)
{
	const struct judgement **v = calloc(shown->n_connections + 1, sizeof(*v));

	if (v == NULL) {
		diag_set(d, "out of memory");
		return false;
	}
	if (shown->n_connections > 0)
		memcpy(v, shown->connections, shown->n_connections * sizeof(*v));
	qsort(v, shown->n_connections, sizeof(*v), by_flow);
	rewind(k->packets);
	bool ok = ftruncate(fileno(k->packets), 0) == 0 &&
	    keeper_write(k->keeper, v, shown->n_connections, k->packets, d);
	free(v);
	return ok;
}

void
saving_save(void *saving, const struct snapshot *shown, struct diag *line)
{
	struct saving *k = saving;
	char name[64] = "";
	FILE *f = open_new(name);
	bool written = f != NULL && json_write(shown, NULL, f);
	int why = errno;

	if (f != NULL && fclose(f) != 0)
		written = false;
	if (!written)
		diag_set(line, "cannot write %s: %s", name, strerror(why));
	else if (k->keeper == NULL)
		diag_set(line, "saved to %s", name);
	else if (save_packets(k, shown, line))
		diag_set(line, "saved to %s, and the packets to %s", name, k->path);
}
