#include "unread.h"

#include "base/diag.h"
#include "terminal.h"

#define NAMED_MAX 5u

void
unread_complain(const struct remarks *r)
{
	const struct recorded_unread *u = r->unread;
	uint64_t named = 0;

	for (; u != NULL && (named < NAMED_MAX || r->n_unread == NAMED_MAX + 1); u = u->next) {
		struct diag d = { "" };

		diag_set(&d, "%s: %s; left out", u->file, u->why);
		terminal_complain(d.line);
		named++;
	}
	if (named < r->n_unread) {
		struct diag d = { "" };

		diag_set(&d, "%llu more files are left out",
		    (unsigned long long)(r->n_unread - named));
		terminal_complain(d.line);
	}
}
