#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/savefile.h"

#include <stdio.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "net/forge.h"
#include "net/input.h"

static struct forge
small_pcap(enum order order)
{
	struct forge f = { .order = order };

	forge_pcap(&f, 0xa1b2c3d4, 1, 65535);
	forge_record(&f, 1, 1, 60, "first");
	forge_record(&f, 2, 2, 0, "");
	forge_record(&f, 3, 3, 60, "the third");
	return f;
}

static struct forge
small_pcapng(enum order order)
{
	struct forge f = { .order = order };

	forge_section(&f);
	forge_interface(&f, 1, 0, 9, 1);
	forge_enhanced(&f, 0, 1, 60, "first");
	forge_simple(&f, 0, "");
	f.order = order == ORDER_BIG ? ORDER_LITTLE : ORDER_BIG;
	forge_section(&f);
	forge_interface(&f, 276, 0, 6, 0);
	forge_obsolete(&f, 0, 1, 60, "the third");
	return f;
}

/* Where the records (of pcap, after the file head) or blocks of a whole file
 * end, and how many packets there are up to there. */
static size_t
ends_of(const struct forge *f, size_t ends[16], unsigned packets[16])
{
	size_t n = 0, at = 0;
	unsigned n_packets = 0;

	while (at < f->n) {
		struct rd r = rd_of(f->p + at, f->n - at), peek = r;

		if (f->p[0] != 0x0a) {		/* pcap */
			rd_take(&r, 8);
			n_packets += at > 0;
			at += at == 0 ? 24 : 16 + order_u32(f->p[0] == 0xd4 ?
			    ORDER_LITTLE : ORDER_BIG, &r);
		} else {
			/* No block here is longer than 255 bytes. */
			rd_take(&peek, 4);
			enum order o = rd_u8(&peek) != 0 ? ORDER_LITTLE : ORDER_BIG;
			uint32_t type = order_u32(o, &r);

			n_packets += type == 2 || type == 3 || type == 6;
			at += order_u32(o, &r);
		}
		assert_true(n < 16);
		packets[n] = n_packets;
		ends[n++] = at;
	}
	return n;
}

static void
check_cut(const struct forge *f, size_t cut, size_t at_once)
{
	unsigned packets[16], want = 0;
	size_t ends[16], n = ends_of(f, ends, packets), record = 0;
	bool is_clean = false;
	struct diag d = { "" };
	char damage[100];
	uint8_t *exact = malloc(cut + 1);

	assert_non_null(exact);
	memcpy(exact, f->p, cut);
	for (size_t i = 0; i < n && ends[i] <= cut; i++) {
		record = ends[i];
		want = packets[i];
		is_clean = ends[i] == cut;
	}

	struct input *in = input_memory((struct bytes){ exact, cut }, at_once);
	struct source *s = savefile_read(in, 0, &d);
	if (cut < 4) {
		assert_null(s);
		assert_string_equal(d.line, "memory: not a capture file");
	} else {
		assert_non_null(s);
		struct haul h = haul_of(s);
		assert_int_equal(h.n, want);
		assert_int_equal(h.last, GOT_END);
		snprintf(damage, sizeof damage,
		    "memory: cut off in the record at byte %zu", record);
		assert_string_equal(h.damage.line, is_clean ? "" : damage);
		if (want > 0)
			assert_string_equal(haul_text(&h, 0), "first");
		if (want > 2)
			assert_string_equal(haul_text(&h, 2), "the third");
		haul_free(&h);
	}
	free(exact);
}

static void
a_file_cut_anywhere_gives_all_before_the_cut(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		enum order order = i % 2 ? ORDER_BIG : ORDER_LITTLE;
		struct forge f = i < 2 ? small_pcap(order) : small_pcapng(order);

		for (size_t cut = 0; cut <= f.n; cut++) {
			check_cut(&f, cut, 1);
			check_cut(&f, cut, 7);
			check_cut(&f, cut, 1000);
		}
		forge_free(&f);
	}
}

static void
path_of(char out[64])
{
	int fd;

	strcpy(out, "/tmp/savefile_test.XXXXXX");
	fd = mkstemp(out);
	assert_true(fd >= 0);
	close(fd);
}

static void
write_file(const char *path, struct bytes b)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(b.p, 1, b.n, f), b.n);
	assert_int_equal(fclose(f), 0);
}

static void
check_three(struct source *s)
{
	assert_non_null(s);
	struct haul h = haul_of(s);
	assert_int_equal(h.n, 3);
	assert_string_equal(haul_text(&h, 0), "first");
	assert_string_equal(haul_text(&h, 1), "");
	assert_string_equal(haul_text(&h, 2), "the third");
	assert_int_equal(h.v[0].source, 2);
	assert_string_equal(h.damage.line, "");
	haul_free(&h);
}

static void
files_are_read_plain_and_packed(void **state)
{
	char path[64];

	(void)state;
	path_of(path);
	for (int i = 0; i < 4; i++) {
		enum order order = i % 2 ? ORDER_BIG : ORDER_LITTLE;
		struct forge f = i < 2 ? small_pcap(order) : small_pcapng(order);
		struct diag d = { "" };

		write_file(path, forge_bytes(&f));
		check_three(savefile_open(path, 2, &d));
		gzFile z = gzopen(path, "wb");
		assert_non_null(z);
		assert_int_equal(gzwrite(z, f.p, (unsigned)f.n), f.n);
		assert_int_equal(gzclose(z), Z_OK);
		check_three(savefile_open(path, 2, &d));

		uint8_t packed[1000];
		size_t n = ZSTD_compress(packed, sizeof packed, f.p, f.n, 3);
		assert_false(ZSTD_isError(n));
		write_file(path, (struct bytes){ packed, n });
		check_three(savefile_open(path, 2, &d));
		write_file(path, (struct bytes){ packed, 6 });
		assert_null(savefile_open(path, 2, &d));
		assert_non_null(strstr(d.line, ": the zstd data are cut off at byte 0"));
		forge_free(&f);
	}
	unlink(path);
}

static void
a_pipe_is_read_as_it_comes(void **state)
{
	int was = dup(STDIN_FILENO), ends[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct forge f = i == 0 ? small_pcap(ORDER_BIG) : small_pcapng(ORDER_LITTLE);
		struct diag d = { "" };
		struct batch b;

		assert_int_equal(pipe(ends), 0);
		assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
		close(ends[0]);

		/* All but the last byte: what is whole must come without it. */
		assert_int_equal(write(ends[1], f.p, f.n - 1), f.n - 1);
		struct source *s = savefile_open("-", 2, &d);
		assert_non_null(s);
		for (unsigned got = 0; got < 2; got += b.n)
			assert_int_equal(source_next(s, &b, &d), GOT_SOME);
		assert_int_equal(write(ends[1], f.p + f.n - 1, 1), 1);
		close(ends[1]);
		assert_int_equal(source_next(s, &b, &d), GOT_SOME);
		assert_int_equal(b.n, 1);
		assert_memory_equal(b.v[0].captured.p, "the third", 9);
		assert_int_equal(source_next(s, &b, &d), GOT_END);
		assert_string_equal(s->damage.line, "");
		source_close(s);
		forge_free(&f);
	}
	dup2(was, STDIN_FILENO);
	close(was);
}

static void
standard_input_is_named_in_damage(void **state)
{
	int was = dup(STDIN_FILENO), ends[2];
	struct forge f = small_pcap(ORDER_BIG);
	struct diag d = { "" };

	(void)state;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(write(ends[1], f.p, 50), 50);
	close(ends[1]);
	struct haul h = haul_of(savefile_open("-", 0, &d));
	assert_int_equal(h.n, 1);
	assert_string_equal(h.damage.line,
	    "standard input: cut off in the record at byte 45");
	haul_free(&h);
	forge_free(&f);
	dup2(was, STDIN_FILENO);
	close(was);
}

static void
what_is_no_capture_file_is_an_error(void **state)
{
	static const char *const cases[] = {
		"", "\xa1", "\xa1\xb2\xc3", "hello, world, this is text",
		"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4e",
	};
	static const size_t lens[] = { 0, 1, 3, 26, 12 };
	char path[64], want[200];

	(void)state;
	path_of(path);
	snprintf(want, sizeof want, "%s: not a capture file", path);
	for (size_t i = 0; i < 5; i++) {
		struct diag d = { "" };

		write_file(path, (struct bytes){ (const uint8_t *)cases[i], lens[i] });
		assert_null(savefile_open(path, 0, &d));
		assert_string_equal(d.line, want);
	}

	struct diag d = { "" }, e = { "" };
	write_file(path, (struct bytes){ (const uint8_t *)"\x1f\x8b\x08garbage", 10 });
	assert_null(savefile_open(path, 0, &d));
	assert_non_null(strstr(d.line, ": the gzip data are corrupt"));
	unlink(path);
	assert_null(savefile_open(path, 0, &e));
	snprintf(want, sizeof want, "%s: No such file or directory", path);
	assert_string_equal(e.line, want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_cut_anywhere_gives_all_before_the_cut),
		cmocka_unit_test(files_are_read_plain_and_packed),
		cmocka_unit_test(a_pipe_is_read_as_it_comes),
		cmocka_unit_test(standard_input_is_named_in_damage),
		cmocka_unit_test(what_is_no_capture_file_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
