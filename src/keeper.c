#include "keeper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/decode.h"
#include "net/dump.h"

struct keeper {
	FILE    *spool;
	uint64_t n_bytes, left_out;
	uint8_t *packet;		/* one, read back */
	size_t   packet_size;
};

/* What precedes each packet's bytes. The spool never leaves this process. */
struct spooled {
	uint64_t flow, offset;		/* of its payload in its sender's stream */
	struct packet packet;		/* its bytes follow */
};

struct keeper *
keeper_open(struct diag *d)
{
	struct keeper *k = calloc(1, sizeof *k);
	int fd = memfd_create("beamtap -w", MFD_CLOEXEC);

	if (k != NULL && fd >= 0 && (k->spool = fdopen(fd, "w+")) != NULL)
		return k;
	diag_set(d, "-w: no memory to keep packets in: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
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
	struct spooled s = { .flow = c->flow, .offset = c->offset, .packet = *p };
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
	diag_set(d, "-w: no memory to keep packets in: %s", strerror(errno));
	return false;
}

static int
by_flow(const void *flow, const void *judgement)
{
	const uint64_t *x = flow;
	const struct judgement *const *y = judgement;

	return *x < (*y)->flow ? -1 : *x > (*y)->flow;
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

/* As much of it as may be written. Its wire length tells what is missing. */
static void
cut(struct packet *p, uint64_t offset, const struct judgement *j)
{
	struct segment s;

	if (decode(p, NULL, &s) != DECODED_TCP)
		return;
	bool client = address_compare(&s.src, &j->end[SIDE_CLIENT].address) == 0 &&
	    s.src_port == j->end[SIDE_CLIENT].port;
	uint64_t limit = j->quotable[client ? SIDE_CLIENT : SIDE_SERVER];
	uint64_t allowed = limit > offset ? limit - offset : 0;

	if (s.payload.n > allowed)
		p->captured.n = (size_t)(s.payload.p - p->captured.p) + (size_t)allowed;
}

static bool
write_one(struct dump *dump, struct spooled *s, const struct judgement *const *v, size_t n)
{
	const struct judgement *const *wanted = NULL;

	if (s->flow == 0)
		return dump_packet(dump, &s->packet);
	if (n > 0)
		wanted = bsearch(&s->flow, v, n, sizeof(*v), by_flow);
	if (wanted == NULL)
		return true;
	cut(&s->packet, s->offset, *wanted);
	return dump_packet(dump, &s->packet);
}

bool
keeper_write(struct keeper *k, const struct judgement *const *v, size_t n, FILE *out,
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
		ok = ok && write_one(&dump, &s, v, n);
	}
	ok = ok && !ferror(k->spool) && fflush(out) == 0 && fseek(k->spool, 0, SEEK_END) == 0;
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
