#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/unpack.h"

#include <lz4frame.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <zstd.h>

#include "net/input.h"
#include "testkit/pack.h"

#define N 300000u		/* several blocks of every kind */
#define ROOM (2 * N)

static size_t
zstd(const uint8_t *from, size_t n, uint8_t *to, size_t room)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
	size_t packed = ZSTD_compress2(z, to, room, from, n);
	assert_false(ZSTD_isError(packed));
	ZSTD_freeCCtx(z);
	return packed;
}

static size_t
lz4(const uint8_t *from, size_t n, uint8_t *to, size_t room)
{
	LZ4F_preferences_t p = LZ4F_INIT_PREFERENCES;

	p.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
	p.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled;
	size_t packed = LZ4F_compressFrame(to, room, from, n, &p);
	assert_false(LZ4F_isError(packed));
	return packed;
}

static const struct {
	const char *name;
	size_t (*pack)(const uint8_t *from, size_t n, uint8_t *to, size_t room);
	size_t block;		/* unpacked bytes of one; 0: it has none of a certain length */
	size_t head, tail;	/* bytes before and after the last block */
} kinds[] = {
	{ "gzip", pack_gzip, 0, 0, 0 }, { "zstd", zstd, 128u << 10, 3, 4 },
	{ "lz4", lz4, 64u << 10, 4, 12 },
};

#define N_KINDS (sizeof kinds / sizeof *kinds)

static size_t
skippable(uint8_t *to, uint8_t nibble, uint32_t n)
{
	const uint8_t head[8] = { (uint8_t)(0x50 | nibble), 0x2a, 0x4d, 0x18, (uint8_t)n,
		(uint8_t)(n >> 8), (uint8_t)(n >> 16), (uint8_t)(n >> 24) };

	memcpy(to, head, sizeof head);
	memset(to + sizeof head, 0xaa, n);
	return sizeof head + n;
}

/* Reads all, and checks that want begins with it; what is wrong with it goes to line. */
static size_t
read_all(struct bytes packed, size_t at_once, const uint8_t *want, size_t n, char line[512])
{
	struct input *in = input_memory(packed, at_once);
	struct diag d = { "" };
	size_t got = 0;

	assert_non_null(in);
	assert_true(input_is_packed(in));
	while (input_need(in, 1, true)) {
		size_t take = input_look(in).n;

		assert_true(got + take <= n);
		assert_memory_equal(input_look(in).p, want + got, take);
		input_skip(in, take);
		got += take;
	}
	input_end(in, &d);
	memcpy(line, d.line, sizeof d.line);
	input_close(in);
	return got;
}

static void
bytes_are_the_same_however_they_arrive(void **state)
{
	static const size_t at_once[] = { 1, 2, 3, 7, 4096, ROOM };
	uint8_t *p = pack_noise(N), *packed = malloc(ROOM);
	char line[512];

	(void)state;
	for (size_t k = 0; k < N_KINDS; k++) {
		size_t n = kinds[k].pack(p, N, packed, ROOM);

		for (size_t i = 0; i < sizeof at_once / sizeof *at_once; i++) {
			assert_int_equal(read_all((struct bytes){ packed, n }, at_once[i], p, N,
			    line), N);
			assert_string_equal(line, "");
		}
	}
	free(packed);
	free(p);
}

static void
frames_in_a_row_are_one_input(void **state)
{
	uint8_t *p = pack_noise(N), *packed = malloc(2 * ROOM);
	size_t n = 0, part = N / 6;
	char line[512];

	(void)state;
	n += skippable(packed + n, 0, 5);	/* as pzstd begins */
	for (size_t i = 0; i < 6; i++) {
		size_t k = i / 2 % N_KINDS;	/* two of a kind, and of every kind */

		n += kinds[k].pack(p + i * part, part, packed + n, ROOM);
		n += skippable(packed + n, (uint8_t)i, i % 2 ? 0 : 1000);
		n += kinds[k].pack(p, 0, packed + n, ROOM);
	}
	for (size_t at_once = 1; at_once <= n; at_once = at_once * 5 + 1) {
		assert_int_equal(read_all((struct bytes){ packed, n }, at_once, p, N, line), N);
		assert_string_equal(line, "");
	}
	free(packed);
	free(p);
}

static void
cut_data_give_what_was_there_and_say_so(void **state)
{
	enum { SMALL = 500 };
	uint8_t *p = pack_noise(SMALL), packed[2 * SMALL + 100];
	char line[512], want[200];

	(void)state;
	for (size_t k = 0; k < N_KINDS; k++) {
		size_t n = kinds[k].pack(p, SMALL, packed, sizeof packed), before = 0;

		for (size_t cut = 4; cut < n; cut++) {
			size_t got = read_all((struct bytes){ packed, cut }, 64, p, SMALL, line);

			assert_true(got >= before);
			before = got;
			snprintf(want, sizeof want, "memory: the %s data are cut off at byte %zu "
			    "of the unpacked data", kinds[k].name, got);
			assert_string_equal(line, want);
		}
		assert_int_equal(before, SMALL);	/* only the checksum was cut at last */

		/* A frame that is whole, and the beginning of another. */
		memcpy(packed + n, packed, 2);
		assert_int_equal(read_all((struct bytes){ packed, n + 2 }, 64, p, SMALL, line), SMALL);
		assert_non_null(strstr(line, "cut off at byte 500"));
		n += skippable(packed + n, 1, 10);
		assert_int_equal(read_all((struct bytes){ packed, n - 1 }, 64, p, SMALL, line), SMALL);
		assert_non_null(strstr(line, "cut off at byte 500"));
	}
	free(p);
}

static void
corrupt_data_give_what_came_before(void **state)
{
	uint8_t *p = pack_noise(N), *packed = malloc(ROOM);
	char line[512], want[100];

	(void)state;
	for (size_t k = 0; k < N_KINDS; k++) {
		size_t n = kinds[k].pack(p, N, packed, ROOM);

		snprintf(want, sizeof want, "the %s data are corrupt (", kinds[k].name);
		packed[n - (k == 0 ? 8 : 1)] ^= 1;	/* the checksum */
		assert_int_equal(read_all((struct bytes){ packed, n }, ROOM, p, N, line), N);
		assert_non_null(strstr(line, want));
		packed[n - (k == 0 ? 8 : 1)] ^= 1;
		memcpy(packed + n, "rubbish", 7);
		assert_int_equal(read_all((struct bytes){ packed, n + 7 }, ROOM, p, N, line), N);
		assert_non_null(strstr(line, want));
		assert_non_null(strstr(line, "at byte 300000 of the unpacked data"));
	}
	free(packed);
	free(p);
}

/* Where a block's head is impossible, all blocks before it come out, though they arrived
 * in the same read. */
static void
blocks_before_a_wrong_one_are_not_lost(void **state)
{
	uint8_t *p = pack_noise(N), *packed = malloc(ROOM);
	char line[512];

	(void)state;
	for (size_t k = 1; k < N_KINDS; k++) {		/* noise is stored as it is */
		size_t n = kinds[k].pack(p, N, packed, ROOM), last = N % kinds[k].block;

		memset(packed + n - kinds[k].tail - last - kinds[k].head, 0xff, kinds[k].head);
		assert_int_equal(read_all((struct bytes){ packed, n }, ROOM, p, N, line), N - last);
		assert_non_null(strstr(line, "are corrupt"));
	}
	free(packed);
	free(p);
}

static void
a_window_beyond_the_bound_is_refused(void **state)
{
	/* [RFC 8878 3.1.1.1] no content size, no checksum; window 2^28 and 2^27 */
	const uint8_t large[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x00, (28 - 10) << 3, 1, 0, 0 };
	const uint8_t fits[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x00, (27 - 10) << 3, 1, 0, 0 };
	char line[512];

	(void)state;
	assert_int_equal(read_all((struct bytes){ large, sizeof large }, 100, NULL, 0, line), 0);
	assert_string_equal(line, "memory: the zstd data need a window of more than 128 MiB "
	    "at byte 0 of the unpacked data");
	assert_int_equal(read_all((struct bytes){ fits, sizeof fits }, 100, NULL, 0, line), 0);
	assert_string_equal(line, "");
}

static void
what_begins_otherwise_is_not_packed(void **state)
{
	static const char *const not[] = { "", "\x1f", "\x1f\x8b", "\x28\xb5\x2f", "\x04\x22\x4d\x19",
		"\x02\x21\x4c\x18", "\x51\x2a\x4d", "\x41\x2a\x4d\x18", "\xd4\xc3\xb2\xa1" };

	(void)state;
	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		assert_false(unpack_known((struct bytes){ (const uint8_t *)not[i], strlen(not[i]) }));
}

/* What one gives to the other is not held back until more comes in. */
static void
flushed_data_come_out_at_once(void **state)
{
	uint8_t packed[1000], out[100], *p = pack_noise(60);
	ZSTD_CCtx *z = ZSTD_createCCtx();
	ZSTD_inBuffer from = { p, 60, 0 };
	ZSTD_outBuffer to = { packed, sizeof packed, 0 };
	struct unpack *u = unpack_new();
	struct diag d = { "" };

	(void)state;
	assert_int_equal(ZSTD_compressStream2(z, &to, &from, ZSTD_e_flush), 0);
	struct bytes in = { packed, to.pos };
	assert_int_equal(unpack_step(u, &in, out, 25, &d), 25);
	assert_int_equal(unpack_step(u, &in, out + 25, sizeof out - 25, &d), 35);
	assert_memory_equal(out, p, 60);
	assert_int_equal(unpack_step(u, &in, out, sizeof out, &d), 0);
	assert_int_equal(in.n, 0);
	assert_false(diag_is_set(&d));
	unpack_end(u, &d);
	assert_string_equal(d.line, "the zstd data are cut off");
	unpack_free(u);
	ZSTD_freeCCtx(z);
	free(p);
}

static size_t
memory_kib(void)
{
	struct rusage r;

	assert_int_equal(getrusage(RUSAGE_SELF, &r), 0);
	return (size_t)r.ru_maxrss;
}

static void
a_gigabyte_of_zeros_takes_no_memory(void **state)
{
	const size_t part = 1u << 20, parts = 1024;
	uint8_t *zeros = calloc(1, part), *packed = malloc(part);
	ZSTD_CCtx *z = ZSTD_createCCtx();
	ZSTD_outBuffer to = { packed, part, 0 };
	size_t before, got = 0, too_much = 16u << 10;

	(void)state;
	for (size_t i = 0; i < parts; i++) {
		ZSTD_inBuffer from = { zeros, part, 0 };

		while (from.pos < part)
			assert_false(ZSTD_isError(ZSTD_compressStream2(z, &to, &from, ZSTD_e_continue)));
	}
	ZSTD_inBuffer none = { NULL, 0, 0 };
	assert_int_equal(ZSTD_compressStream2(z, &to, &none, ZSTD_e_end), 0);

	before = memory_kib();
	struct input *in = input_memory((struct bytes){ packed, to.pos }, part);
	for (; input_need(in, 1, true); got += input_look(in).n, input_skip(in, input_look(in).n))
		;
	assert_int_equal(got, part * parts);
	assert_true(memory_kib() - before < too_much);
	input_close(in);
	ZSTD_freeCCtx(z);
	free(packed);
	free(zeros);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_the_same_however_they_arrive),
		cmocka_unit_test(frames_in_a_row_are_one_input),
		cmocka_unit_test(cut_data_give_what_was_there_and_say_so),
		cmocka_unit_test(corrupt_data_give_what_came_before),
		cmocka_unit_test(blocks_before_a_wrong_one_are_not_lost),
		cmocka_unit_test(a_window_beyond_the_bound_is_refused),
		cmocka_unit_test(what_begins_otherwise_is_not_packed),
		cmocka_unit_test(flushed_data_come_out_at_once),
		cmocka_unit_test(a_gigabyte_of_zeros_takes_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
