#include "keeper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "net/dump.h"

struct keeper {
	FILE    *spool;
	uint64_t n_bytes, left_out;
	uint8_t *packet;		/* one, read back */
	size_t   packet_size;
};

/* What precedes each packet's bytes. The spool never leaves this process. */
struct spooled {
	uint64_t flow;
	struct packet packet;		/* its bytes follow */
};

struct keeper *
keeper_open(struct diag *d)
{
	struct keeper *k = calloc(1, sizeof *k);

	if (k != NULL && (k->spool = tmpfile()) != NULL)
		return k;
	diag_set(d, "-w: no temporary file: %s", strerror(errno));
	free(k);
	return NULL;
}

void
keeper_close(struct keeper *k)
{
	if (k == NULL)
		return;
	fclose(k->spool);
	free(k->packet);
	free(k);
}

bool
keeper_keep(void *keeper, const struct packet *p, const struct carried *c, struct diag *d)
{
	struct keeper *k = keeper;
	struct spooled s = { .flow = c->flow, .packet = *p };
	size_t n = sizeof s + p->captured.n;

	if (!c->heard && c->flow != 0)
		return true;
	if (k->n_bytes + n > LIMIT_EVIDENCE_BYTES) {
		k->left_out++;
		return true;
	}
	k->n_bytes += n;
	if (fwrite(&s, sizeof s, 1, k->spool) == 1 &&
	    fwrite(p->captured.p, 1, p->captured.n, k->spool) == p->captured.n)
		return true;
	diag_set(d, "-w: cannot write the temporary file: %s", strerror(errno));
	return false;
}

static int
by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Room for the bytes of a packet. */
static bool
fit(struct keeper *k, size_t n)
{
	uint8_t *more;

	if (n <= k->packet_size)
		return true;
	if ((more = realloc(k->packet, n)) == NULL)
		return false;
	k->packet = more;
	k->packet_size = n;
	return true;
}

bool
keeper_write(struct keeper *k, const uint64_t *flows, size_t n_flows, FILE *out,
    struct diag *d)
{
	struct dump dump = { .out = out };
	struct spooled s;
	bool ok = fflush(k->spool) == 0 && dump_begin(&dump);

	rewind(k->spool);
	while (ok && fread(&s, sizeof s, 1, k->spool) == 1) {
		struct bytes *bytes = &s.packet.captured;

		ok = fit(k, bytes->n) && fread(k->packet, 1, bytes->n, k->spool) == bytes->n;
		bytes->p = k->packet;
		if (ok && (s.flow == 0 || (n_flows > 0 &&
		    bsearch(&s.flow, flows, n_flows, sizeof *flows, by_number) != NULL)))
			ok = dump_packet(&dump, &s.packet);
	}
	ok = ok && !ferror(k->spool) && fflush(out) == 0;
	dump_free(&dump);
	if (!ok)
		diag_set(d, "-w: cannot write: %s", strerror(errno));
	return ok;
}

uint64_t
keeper_left_out(const struct keeper *k)
{
	return k->left_out;
}
