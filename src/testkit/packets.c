#include "testkit/packets.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static void
make_room(struct packets *p, size_t n)
{
	if (n <= p->room)
		return;
	p->room = n < 64 ? 64 : 2 * n;
	p->v = realloc(p->v, p->room * sizeof *p->v);
	assert(p->v != NULL);
}

uint8_t *
packets_take(struct packets *p, size_t n)
{
	uint8_t *b = arena_take(&p->arena, n ? n : 1);

	assert(b != NULL);
	return b;
}

uint8_t *
packets_own(struct packets *p, size_t at)
{
	struct bytes *b = &p->v[at].captured;
	uint8_t *copy = packets_take(p, b->n);

	if (b->n > 0)
		memcpy(copy, b->p, b->n);
	b->p = copy;
	return copy;
}

bool
packets_read(struct packets *p, struct source *s, struct diag *d)
{
	struct batch b;
	enum got got;

	*p = (struct packets){ 0 };
	while ((got = source_next(s, &b, d)) == GOT_SOME) {
		for (unsigned i = 0; i < b.n; i++) {
			packets_insert(p, p->n, b.v[i]);
			packets_own(p, p->n - 1);
		}
	}
	if (diag_is_set(&s->damage))
		diag_set(d, "%s", s->damage.line);
	return got == GOT_END && !diag_is_set(d);
}

void
packets_copy(struct packets *p, const struct packets *from)
{
	*p = (struct packets){ 0 };
	make_room(p, from->n);
	p->n = from->n;
	if (p->n > 0)
		memcpy(p->v, from->v, p->n * sizeof *p->v);
}

void
packets_free(struct packets *p)
{
	free(p->v);
	arena_free(&p->arena);
	*p = (struct packets){ 0 };
}

void
packets_insert(struct packets *p, size_t at, struct packet new)
{
	assert(at <= p->n);
	make_room(p, p->n + 1);
	memmove(p->v + at + 1, p->v + at, (p->n - at) * sizeof *p->v);
	p->v[at] = new;
	p->n++;
}

void
packets_remove(struct packets *p, size_t at, size_t n)
{
	assert(at + n <= p->n);
	if (n == 0)
		return;
	p->n -= n;
	memmove(p->v + at, p->v + at + n, (p->n - at) * sizeof *p->v);
}

void
packets_move(struct packets *p, size_t from, size_t to)
{
	struct packet moved = p->v[from];

	packets_remove(p, from, 1);
	packets_insert(p, to, moved);
}

/* pcapng, in the byte order of this machine [draft-ietf-opsawg-pcapng 4] */

enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6 };

static void
put_block(FILE *f, uint32_t type, const void *head, size_t n_head, struct bytes b)
{
	static const uint8_t zero[4];
	size_t padding = (4 - b.n % 4) % 4;
	uint32_t length = (uint32_t)(12 + n_head + b.n + padding);

	fwrite(&type, sizeof type, 1, f);
	fwrite(&length, sizeof length, 1, f);
	fwrite(head, 1, n_head, f);
	fwrite(b.p, 1, b.n, f);
	fwrite(zero, 1, padding, f);
	fwrite(&length, sizeof length, 1, f);
}

static void
put_interface(FILE *f, uint32_t link_type)
{
	/* if_tsresol 9: nanoseconds; end of options */
	uint8_t options[12] = { 0 };
	uint16_t resolution[2] = { 9, 1 };
	uint32_t head[2] = { link_type, 0 };

	memcpy(options, resolution, sizeof resolution);
	options[4] = 9;
	put_block(f, BLOCK_INTERFACE, head, sizeof head, (struct bytes){ options, sizeof options });
}

/* The packets that make new interfaces, in order; returns which one at has. */
static uint32_t
interface_of(const struct packets *p, uint16_t source, size_t at, bool *new)
{
	uint32_t n = 0;

	for (size_t i = 0; i <= at; i++) {
		size_t j = 0;
		if (p->v[i].source != source)
			continue;
		while (p->v[j].source != source || p->v[j].link_type != p->v[i].link_type ||
		    p->v[j].interface != p->v[i].interface)
			j++;
		*new = j == i;
		if (i == at && j < i)
			return interface_of(p, source, j, &(bool){ false });
		n += *new;
	}
	return n - 1;
}

bool
packets_write(const struct packets *p, uint16_t source, const char *path)
{
	const struct { uint32_t magic; uint16_t major, minor; uint64_t length; } section =
	    { 0x1a2b3c4d, 1, 0, UINT64_MAX };
	FILE *f = fopen(path, "wb");

	if (f == NULL)
		return false;
	put_block(f, BLOCK_SECTION, &section, sizeof section, (struct bytes){ (const uint8_t *)"", 0 });
	for (size_t i = 0; i < p->n; i++) {
		const struct packet *k = &p->v[i];
		bool new = false;
		if (k->source != source)
			continue;
		uint32_t interface = interface_of(p, source, i, &new);
		if (new)
			put_interface(f, k->link_type);
		uint32_t head[5] = { interface, (uint32_t)(k->at_ns >> 32), (uint32_t)k->at_ns,
			(uint32_t)k->captured.n, k->wire_len };
		put_block(f, BLOCK_PACKET, head, sizeof head, k->captured);
	}
	bool written = !ferror(f);
	return fclose(f) == 0 && written;
}
