#include "base/arena.h"

#include <stdlib.h>

/* Blocks double, so that a small flow is small and a large one is few blocks. */
#define BLOCK_MIN	512u
#define BLOCK_MAX	(32u << 10)

#define ALIGN		(_Alignof(max_align_t))

struct arena_block {
	struct arena_block *next;
	size_t size;		/* of data */
	size_t used;
	_Alignas(max_align_t) uint8_t data[];
};

static struct arena_block *
block_add(struct arena *a, size_t n)
{
	size_t size = a->blocks == NULL ? BLOCK_MIN : a->blocks->size * 2;

	if (size > BLOCK_MAX)
		size = BLOCK_MAX;
	if (size < n)
		size = n;
	if (size > SIZE_MAX - sizeof(struct arena_block))
		return NULL;

	struct arena_block *b = calloc(1, sizeof *b + size);
	if (b == NULL)
		return NULL;
	b->size = size;
	b->next = a->blocks;
	a->blocks = b;
	return b;
}

void *
arena_take(struct arena *a, size_t n)
{
	if (n == 0)
		n = 1;
	if (n > SIZE_MAX - (ALIGN - 1))
		return NULL;
	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (n > SIZE_MAX - a->used || (a->limit != 0 && a->used + n > a->limit))
		return NULL;

	struct arena_block *b = a->blocks;
	if (b == NULL || b->size - b->used < n)
		b = block_add(a, n);
	if (b == NULL)
		return NULL;

	void *p = b->data + b->used;
	b->used += n;
	a->used += n;
	return p;
}

struct bytes
arena_copy(struct arena *a, struct bytes b)
{
	uint8_t *p;

	if (b.n == 0 || (p = arena_take(a, b.n)) == NULL)
		return (struct bytes){ NULL, 0 };
	memcpy(p, b.p, b.n);
	return (struct bytes){ p, b.n };
}

void
arena_free(struct arena *a)
{
	while (a->blocks != NULL) {
		struct arena_block *next = a->blocks->next;

		free(a->blocks);
		a->blocks = next;
	}
	a->used = 0;
}
