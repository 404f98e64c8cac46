#include "base/socket.h"

#include <stdlib.h>

#include "base/limits.h"

#define SIZE_MIN 256u

static bool
grow(struct socket_list *l)
{
	size_t size = l->size > 0 ? 2 * l->size : SIZE_MIN;
	struct socket_seen *more = realloc(l->v, size * sizeof *more);

	if (more == NULL)
		return false;
	l->v = more;
	l->size = size;
	return true;
}

bool
socket_list_add(struct socket_list *l, const struct socket_seen *s)
{
	if (l->n >= LIMIT_SOCKETS) {
		l->left_out++;
		return true;
	}
	if (l->n == l->size && !grow(l))
		return false;
	l->v[l->n++] = *s;
	return true;
}

void
socket_list_clear(struct socket_list *l)
{
	l->n = 0;
	l->left_out = 0;
	l->owners_cut = false;
}

void
socket_list_free(struct socket_list *l)
{
	free(l->v);
	*l = (struct socket_list){ .v = NULL };
}
