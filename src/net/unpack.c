#include "net/unpack.h"

#include <limits.h>
#include <lz4frame.h>
#include <stdlib.h>
#define ZLIB_CONST			/* zlib takes what it only reads as such */
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define SKIPPABLE_HEAD	8u		/* [RFC 8878 3.1.2] magic, length of the rest */

/* What a decoder takes from, and gives to; both are moved on. */
struct run {
	struct bytes in;
	uint8_t     *out;
	size_t       room;
};

enum stepped {
	STEPPED_ON,
	STEPPED_TO_END,		/* of the frame, and all of it is out */
	STEPPED_WRONG,		/* why says what is */
	STEPPED_TOO_LARGE,	/* a window beyond UNPACK_WINDOW_LOG */
};

struct kind {
	const char *name;
	uint8_t     magic[UNPACK_MAGIC_MAX];
	size_t      magic_len;
	void       *(*begin)(void);	/* a decoder for one frame; NULL when memory is out */
	enum stepped (*step)(void *decoder, struct run *r, const char **why);
	void        (*end)(void *decoder);
};

/* gzip */

static void *
gzip_begin(void)
{
	z_stream *z = calloc(1, sizeof *z);

	if (z != NULL && inflateInit2(z, MAX_WBITS + 16) != Z_OK) {
		free(z);
		z = NULL;
	}
	return z;
}

static enum stepped
gzip_step(void *decoder, struct run *r, const char **why)
{
	z_stream *z = decoder;
	uInt n_in = r->in.n < UINT_MAX ? (uInt)r->in.n : UINT_MAX;
	uInt n_out = r->room < UINT_MAX ? (uInt)r->room : UINT_MAX;

	z->next_in = r->in.p;
	z->avail_in = n_in;
	z->next_out = r->out;
	z->avail_out = n_out;
	int said = inflate(z, Z_SYNC_FLUSH);
	r->in = (struct bytes){ z->next_in, r->in.n - (n_in - z->avail_in) };
	r->out = z->next_out;
	r->room -= n_out - z->avail_out;
	switch (said) {
	case Z_OK:
	case Z_BUF_ERROR:		/* no progress, for want of bytes */
		return STEPPED_ON;
	case Z_STREAM_END:
		return STEPPED_TO_END;
	default:
		*why = z->msg != NULL ? z->msg : "no progress";
		return STEPPED_WRONG;
	}
}

static void
gzip_end(void *decoder)
{
	inflateEnd(decoder);
	free(decoder);
}

/* Of zstd and lz4: when they fail they do not say what they took and gave before. So they
 * are fed what they ask for: a block, without the head of the next one, which they ask for
 * along with it. Then nothing is lost but the block that is wrong. */
struct asking {
	void  *decoder;
	size_t asked;
};

static size_t
portion(const struct asking *a, size_t block_head, size_t n)
{
	size_t asked = a->asked > block_head ? a->asked - block_head : a->asked;

	return n < asked ? n : asked;
}

static void
moved_on(struct run *r, size_t in, size_t out)
{
	r->in = (struct bytes){ r->in.p + in, r->in.n - in };
	r->out += out;
	r->room -= out;
}

/* zstd */

#define ZSTD_BLOCK_HEAD	3u	/* [RFC 8878 3.1.1.2] */

static void *
zstd_begin(void)
{
	struct asking *a = calloc(1, sizeof *a);

	if (a == NULL || (a->decoder = ZSTD_createDCtx()) == NULL) {
		free(a);
		return NULL;
	}
	a->asked = UNPACK_MAGIC_MAX + ZSTD_BLOCK_HEAD;
	ZSTD_DCtx_setParameter(a->decoder, ZSTD_d_windowLogMax, UNPACK_WINDOW_LOG);
	return a;
}

static enum stepped
zstd_step(void *decoder, struct run *r, const char **why)
{
	struct asking *a = decoder;
	ZSTD_inBuffer in = { r->in.p, portion(a, ZSTD_BLOCK_HEAD, r->in.n), 0 };
	ZSTD_outBuffer out = { r->out, r->room, 0 };
	size_t said = ZSTD_decompressStream(a->decoder, &out, &in);

	if (ZSTD_getErrorCode(said) == ZSTD_error_frameParameter_windowTooLarge)
		return STEPPED_TOO_LARGE;
	if (ZSTD_isError(said)) {
		*why = ZSTD_getErrorName(said);
		return STEPPED_WRONG;
	}
	moved_on(r, in.pos, out.pos);
	a->asked = said;
	return said == 0 ? STEPPED_TO_END : STEPPED_ON;
}

static void
zstd_end(void *decoder)
{
	struct asking *a = decoder;

	ZSTD_freeDCtx(a->decoder);
	free(a);
}

/* lz4 */

#define LZ4_BLOCK_HEAD	4u	/* [LZ4 Frame Format: Data Blocks] */

static void *
lz4_begin(void)
{
	struct asking *a = calloc(1, sizeof *a);
	LZ4F_dctx *z;

	if (a == NULL || LZ4F_isError(LZ4F_createDecompressionContext(&z, LZ4F_VERSION))) {
		free(a);
		return NULL;
	}
	*a = (struct asking){ z, UNPACK_MAGIC_MAX + LZ4_BLOCK_HEAD };
	return a;
}

static enum stepped
lz4_step(void *decoder, struct run *r, const char **why)
{
	struct asking *a = decoder;
	size_t n_in = portion(a, LZ4_BLOCK_HEAD, r->in.n), n_out = r->room;
	size_t said = LZ4F_decompress(a->decoder, r->out, &n_out, r->in.p, &n_in, NULL);

	if (LZ4F_isError(said)) {
		*why = LZ4F_getErrorName(said);
		return STEPPED_WRONG;
	}
	moved_on(r, n_in, n_out);
	a->asked = said;
	return said == 0 ? STEPPED_TO_END : STEPPED_ON;
}

static void
lz4_end(void *decoder)
{
	struct asking *a = decoder;

	LZ4F_freeDecompressionContext(a->decoder);
	free(a);
}

/* Frames */

static const struct kind kinds[] = {
	/* [RFC 1952 2.3.1] ID1, ID2, CM */
	{ "gzip", { 0x1f, 0x8b, 0x08 }, 3, gzip_begin, gzip_step, gzip_end },
	/* [RFC 8878 3.1.1] */
	{ "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4, zstd_begin, zstd_step, zstd_end },
	/* [LZ4 Frame Format: General structure] */
	{ "lz4", { 0x04, 0x22, 0x4d, 0x18 }, 4, lz4_begin, lz4_step, lz4_end },
};

struct unpack {
	const struct kind *kind;	/* of the frame we are in; NULL: in none */
	const char *name;		/* of the last one's kind */
	void       *decoder;
	uint8_t     head[SKIPPABLE_HEAD];	/* of what is no frame yet */
	size_t      n_head;
	uint32_t    to_skip;
};

/* [RFC 8878 3.1.2, LZ4 Frame Format: Skippable Frames] 0x184d2a5?, little-endian */
static bool
may_be_skippable(struct bytes b)
{
	static const uint8_t rest[3] = { 0x2a, 0x4d, 0x18 };
	size_t n = b.n < UNPACK_MAGIC_MAX ? b.n : UNPACK_MAGIC_MAX;

	return n > 0 && (b.p[0] & 0xf0) == 0x50 && memcmp(b.p + 1, rest, n - 1) == 0;
}

/* The kind whose magic begins like b; NULL: none. */
static const struct kind *
kind_like(struct bytes b)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t n = b.n < kinds[i].magic_len ? b.n : kinds[i].magic_len;

		if (memcmp(b.p, kinds[i].magic, n) == 0)
			return &kinds[i];
	}
	return NULL;
}

bool
unpack_known(struct bytes b)
{
	const struct kind *k = b.n > 0 ? kind_like(b) : NULL;

	return (k != NULL && b.n >= k->magic_len) ||
	    (b.n >= UNPACK_MAGIC_MAX && may_be_skippable(b));
}

struct unpack *
unpack_new(void)
{
	struct unpack *u = calloc(1, sizeof *u);

	if (u != NULL)
		u->name = "compressed";
	return u;
}

static void
end_frame(struct unpack *u)
{
	if (u->kind != NULL)
		u->kind->end(u->decoder);
	u->kind = NULL;
	u->decoder = NULL;
}

void
unpack_free(struct unpack *u)
{
	if (u != NULL)
		end_frame(u);
	free(u);
}

static bool
corrupt(const struct unpack *u, const char *why, struct diag *d)
{
	diag_set(d, "the %s data are corrupt (%s)", u->name, why);
	return false;
}

/* The head is whole: a frame's magic, which its decoder wants to see too. */
static bool
begin_frame(struct unpack *u, const struct kind *k, struct diag *d)
{
	uint8_t none;
	struct run r = { .in = { u->head, u->n_head }, .out = &none };
	const char *why = "no progress";

	if ((u->decoder = k->begin()) == NULL) {
		diag_set(d, "out of memory");
		return false;
	}
	u->kind = k;
	u->name = k->name;
	u->n_head = 0;
	return (k->step(u->decoder, &r, &why) == STEPPED_ON && r.in.n == 0) || corrupt(u, why, d);
}

static void
skip(struct unpack *u, struct bytes *in)
{
	size_t n = in->n < u->to_skip ? in->n : u->to_skip;

	*in = (struct bytes){ in->p + n, in->n - n };
	u->to_skip -= (uint32_t)n;
}

static void
begin_skippable(struct unpack *u)
{
	struct rd r = rd_of(u->head + UNPACK_MAGIC_MAX, 4);

	u->to_skip = rd_u32le(&r);
	u->n_head = 0;
}

/* Between frames. False: more must come in, or d is set. */
static bool
find_frame(struct unpack *u, struct bytes *in, struct diag *d)
{
	while (in->n > 0) {
		if (u->to_skip > 0) {
			skip(u, in);
			continue;
		}
		u->head[u->n_head++] = *in->p;
		*in = (struct bytes){ in->p + 1, in->n - 1 };

		struct bytes head = { u->head, u->n_head };
		const struct kind *k = kind_like(head);
		if (k != NULL && u->n_head == k->magic_len)
			return begin_frame(u, k, d);
		if (k == NULL && !may_be_skippable(head))
			return corrupt(u, "something else follows", d);
		if (u->n_head == SKIPPABLE_HEAD)
			begin_skippable(u);
	}
	return false;
}

size_t
unpack_step(struct unpack *u, struct bytes *in, uint8_t *out, size_t n, struct diag *d)
{
	for (;;) {
		struct run r = { .out = out, .room = n };
		const char *why = "no progress";
		size_t before;

		if (u->kind == NULL && !find_frame(u, in, d))
			return 0;
		r.in = *in;
		before = in->n;
		enum stepped s = u->kind->step(u->decoder, &r, &why);
		*in = r.in;
		switch (s) {
		case STEPPED_ON:
			if (r.room == n && before > 0 && in->n == before)
				corrupt(u, why, d);
			else if (r.room == n && in->n > 0)
				continue;
			break;
		case STEPPED_TO_END:
			end_frame(u);
			if (r.room == n)
				continue;
			break;
		case STEPPED_WRONG:
			corrupt(u, why, d);
			break;
		case STEPPED_TOO_LARGE:
			diag_set(d, "the %s data need a window of more than %u MiB", u->name,
			    1u << (UNPACK_WINDOW_LOG - 20));
			break;
		}
		return n - r.room;
	}
}

void
unpack_end(const struct unpack *u, struct diag *d)
{
	if (u->kind != NULL || u->n_head > 0 || u->to_skip > 0)
		diag_set(d, "the %s data are cut off", u->name);
}
