#include "audit/residents.h"

#include <stdlib.h>

#include "base/limits.h"

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

bool
residents_has_node(const struct residents *r, uint32_t pid)
{
	return r->n > 0 && bsearch(&pid, r->pids, r->n, sizeof *r->pids, compare) != NULL;
}

static bool
add(struct residents *r, uint32_t pid)
{
	size_t room = r->room ? 2 * r->room : 64;
	uint32_t *pids;

	if (r->n >= LIMIT_LABELS)
		return true;
	if (r->n == r->room) {
		if ((pids = realloc(r->pids, room * sizeof *pids)) == NULL)
			return false;
		r->pids = pids;
		r->room = room;
	}
	r->pids[r->n++] = pid;
	return true;
}

/* A node registers with the EPMD of its own host; who dials another's only asks. EPMD's own
 * end has the port as its local one. */
static bool
is_of_node(const struct socket_seen *s, const struct ports *epmd)
{
	return s->state == SOCKET_ESTABLISHED && s->pid != 0 && ports_have(epmd, s->remote_port) &&
	    (address_is_loopback(&s->remote) || address_equal(&s->remote, &s->local));
}

bool
residents_take(struct residents *r, size_t n_spaces, const struct socket_list *sockets,
    const struct ports *epmd)
{
	for (size_t i = 0; i < n_spaces; i++) {
		r[i].n = 0;
		r[i].listening = r[i].candidates = (struct ports){ 0 };
	}
	for (size_t i = 0; i < sockets->n; i++) {
		const struct socket_seen *s = &sockets->v[i];

		if (is_of_node(s, epmd) && !add(&r[s->space], s->pid))
			return false;
	}
	for (size_t i = 0; i < n_spaces; i++)
		if (r[i].n > 1)
			qsort(r[i].pids, r[i].n, sizeof *r[i].pids, compare);
	for (size_t i = 0; i < sockets->n; i++) {
		const struct socket_seen *s = &sockets->v[i];

		if (s->state != SOCKET_LISTENING)
			continue;
		ports_add(&r[s->space].listening, s->local_port);
		if (residents_has_node(&r[s->space], s->pid))
			ports_add(&r[s->space].candidates, s->local_port);
	}
	return true;
}

void
residents_free(struct residents *r)
{
	free(r->pids);
	*r = (struct residents){ 0 };
}
