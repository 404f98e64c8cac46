/*
 * libFuzzer: a datagram cut into fragments, overlapping, reordered and repeated as the input
 * says: what becomes whole has the same bytes, and becomes so once all of them are there.
 * Then with fragments of other bytes among them: whole are either the ones or the others.
 *
 * The first byte is flags, two are the datagram's length; then of each fragment its offset in
 * units, its length in units, and what is done to it.
 */
#include "net/frag.h"

#include <stdlib.h>

#define BODY_MAX	4096u

enum done_to {
	DONE_OTHER_BYTES = 1,
	DONE_OTHER_ID    = 2,
	DONE_CUT_OFF     = 4,
	DONE_MORE        = 8,		/* the last says that it is not */
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct run {
	struct frag frag;
	bool     v6, was_whole, spoiled;
	uint32_t body_len, n_have;
	uint8_t  body[BODY_MAX];
	uint8_t  have[BODY_MAX];
};

static const uint8_t hosts[32] = { 1, 2, 3, [16] = 4 };
static const uint8_t head[40] = { 0x45 };

static void
must(bool good)
{
	if (!good)
		__builtin_trap();
}

static void
look_at(const struct run *run, struct bytes whole)
{
	size_t head_len = run->v6 ? 40 : 20;

	must(whole.n > head_len);
	if (!run->spoiled)
		must(whole.n == head_len + run->body_len &&
		    memcmp(whole.p + head_len, run->body, run->body_len) == 0);
}

static void
note(struct run *run, const struct fragment *f)
{
	for (uint32_t i = 0; i < f->body_len; i++) {
		run->n_have += !run->have[f->offset + i];
		run->have[f->offset + i] = 1;
	}
}

static void
put_one(struct run *run, uint32_t offset, uint32_t len, unsigned done, uint64_t at_ns)
{
	uint32_t left = run->body_len - offset;
	struct bytes whole = { 0 };

	len = len < left ? len : left;
	uint8_t *exact = malloc(len);
	if (exact == NULL)
		return;
	memcpy(exact, run->body + offset, len);
	if (done & DONE_OTHER_BYTES)
		exact[0] ^= 0xff;
	struct fragment f = { .v6 = run->v6, .more = offset + len < run->body_len || done & DONE_MORE,
		.wanted = true, .protocol = 6, .src = { hosts, run->v6 ? 16 : 4 },
		.dst = { hosts + 16, run->v6 ? 16 : 4 }, .id = 7 + (done & DONE_OTHER_ID ? 1 : 0),
		.offset = offset, .head = { head, run->v6 ? 40 : 20 }, .next_at = 6,
		.body = { exact, len }, .body_len = len + (done & DONE_CUT_OFF ? 8 : 0) };
	run->spoiled |= done != 0;
	if (!run->spoiled)
		note(run, &f);
	bool is_whole = frag_put(&run->frag, &f, at_ns, &whole);
	free(exact);			/* nothing of it is borrowed */
	if (is_whole)
		look_at(run, whole);
	if (!run->spoiled && !run->v6)
		must(is_whole == (run->n_have == run->body_len && !run->was_whole));
	run->was_whole |= is_whole;
	frag_release(&run->frag);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	struct run *run = calloc(1, sizeof *run);

	if (run == NULL)
		return 0;
	run->v6 = rd_u8(&r) & 1;
	run->body_len = rd_u16(&r) % BODY_MAX + 1;
	for (uint32_t i = 0; i < run->body_len; i++)
		run->body[i] = (uint8_t)(i * 7 ^ i >> 8);
	frag_init(&run->frag);
	for (uint64_t at_ns = 1; rd_left(&r) >= 4 && at_ns < 1000; at_ns++) {
		uint32_t n_units = (run->body_len + 7) / 8, offset = rd_u16(&r) % n_units * 8;

		put_one(run, offset, (rd_u8(&r) % 64 + 1) * 8u, rd_u8(&r) & 15, at_ns);
	}
	frag_end(&run->frag);
	must(run->frag.n_bytes == 0 && run->frag.n == 0);
	frag_free(&run->frag);
	free(run);
	return 0;
}
